"""Which files of a workspace's folder may be known elsewhere, and how they are found and read.

Regular files inside the folder only: no link is followed, and neither the file system's root nor a
home is a folder of work. What git ignores, what an `.inklingignore` names, and what `privacy` bars
stays out. An `.inklingignore` can only add: it takes nothing out of what the others say.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from inkling.context.privacy import Rules

MOST_FILES: Final = 20_000
"""Files of one folder; further ones are not known."""

LONGEST_FILE: Final = 400_000
"""Bytes. Nobody writes a longer one."""

_MOST_ENTRIES: Final = 400_000
_DEEPEST: Final = 40

GIT_IGNORE: Final = ".gitignore"
OWN_IGNORE: Final = ".inklingignore"

# What others wrote, where no .gitignore says so; nor is anything in a folder whose name begins
# with a dot.
_OTHERS: Final = frozenset({"node_modules", "bower_components", "__pycache__", "venv"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """Tells one state of a file from another: when it changed, in nanoseconds, and its bytes."""

    changed_ns: int
    size: int


def admitted(path: Path, home: Path | None = None) -> Path | None:
    """A folder without links in its path, None if it is none that may be looked through."""
    real = Path(os.path.realpath(path))
    house = Path(os.path.realpath(home or os.path.expanduser("~")))  # noqa: PTH111 - it has none?
    if real == house or real in house.parents or real.parent == real or not real.is_dir():
        return None
    return real


def path_of(uri: str) -> str | None:
    """The path of a file's URI without links in it, None if it is no file's."""
    scheme, _, path = uri.partition(":")
    if path.startswith("//"):
        path = "".join(path[2:].partition("/")[1:])
    if scheme.lower() != "file" or not path.startswith("/"):
        return None
    path = unquote(path)  # all of it: some clients escape nothing
    if os.name == "nt":
        path = path.lstrip("/")
    return None if "\0" in path else os.path.realpath(path)


def uri_of(path: str) -> str:
    """The URI of a file by its path, which is not relative: who takes one for the other misreads
    what has a `#`, a `?` or a `%` in it.
    """
    return Path(path).as_uri()


class Root:
    """A folder of the workspace.

    `path` is an admitted one. `bars` says of a URI whether `privacy` bars it. The ignore files are
    read as they are needed, and once.
    """

    def __init__(self, path: Path, bars: Callable[[str], object]) -> None:
        self.path = path
        self._bars = bars
        self._rules: dict[str, tuple[Rules | None, Rules | None]] = {}
        self._entered = {str(path): True}
        self._above = _above(path)

    def holds(self, path: str) -> bool:
        """Whether a path, without links in it, lies within the folder."""
        return path.startswith(f"{self.path}{os.sep}")

    def admits(self, path: str) -> bool:
        """Whether a file may be known elsewhere, by its path, which has no links in it."""
        if not self.holds(path) or not _is_text(path):
            return False
        folder, _, name = path.rpartition(os.sep)
        return self._leads(folder) and self._takes(folder, name)

    def ignores(self, path: str) -> bool:
        """Whether an ignore file names a file within the folder, or a folder that it lies in."""
        folder = str(self.path)
        *folders, name = Path(path).relative_to(self.path).parts
        for inner in folders:
            if self._ignored(folder, f"{inner}/"):
                return True
            folder = f"{folder}{os.sep}{inner}"
        return self._ignored(folder, name)

    def _leads(self, folder: str) -> bool:
        """Whether a folder within this one, and each above it, is entered."""
        if folder not in self._entered:
            above, _, name = folder.rpartition(os.sep)
            self._entered[folder] = self._leads(above) and self._enters(above, name)
        return self._entered[folder]

    def files(self) -> Iterator[tuple[str, Stamp]]:
        """The files that may be known elsewhere, those nearest to the folder first."""
        waiting = [(str(self.path), 0)]
        files = entries = 0
        for folder, depth in waiting:
            for entry in _scan(folder):
                entries += 1
                if files == MOST_FILES or entries > _MOST_ENTRIES:
                    return
                if entry.is_dir(follow_symlinks=False):
                    if depth < _DEEPEST and self._enters(folder, entry.name):
                        waiting.append((entry.path, depth + 1))
                elif entry.is_file(follow_symlinks=False) and self._takes(folder, entry.name):
                    stamp = stamp_of(entry.path)
                    if stamp is not None:
                        files += 1
                        yield entry.path, stamp

    def _enters(self, folder: str, name: str) -> bool:
        if name in _OTHERS or name.startswith(".") or self._ignored(folder, f"{name}/"):
            return False
        return not Path(folder, name, "pyvenv.cfg").exists()

    def _takes(self, folder: str, name: str) -> bool:
        return not self._ignored(folder, name) and not self._bars(uri_of(f"{folder}{os.sep}{name}"))

    def _ignored(self, folder: str, name: str) -> bool:
        """Whether an ignore file there or above names what lies in a folder."""
        return any(self._decided(folder, name, which) for which in (0, 1))

    def _decided(self, folder: str, name: str, which: int) -> bool:
        """What the ignore files of one kind say: the innermost that says anything decides."""
        path = name
        while True:
            decided = self._of(folder)[which]
            said = None if decided is None else decided.decide(path)
            if said is not None:
                return said
            if folder == str(self.path):
                break
            folder, _, last = folder.rpartition(os.sep)
            path = f"{last}/{path}"
        if which == 0:
            for rules, between in self._above:
                said = rules.decide(f"{between}{path}")
                if said is not None:
                    return said
        return False

    def _of(self, folder: str) -> tuple[Rules | None, Rules | None]:
        if folder not in self._rules:
            self._rules[folder] = (_rules(folder, GIT_IGNORE), _rules(folder, OWN_IGNORE))
        return self._rules[folder]


def stamp_of(path: str) -> Stamp | None:
    """The state of a regular file that is not too long, None if it is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode) or found.st_size > LONGEST_FILE:
        return None
    return Stamp(found.st_mtime_ns, found.st_size)


def read(path: str) -> str | None:
    """The text of a regular file, None if it is no text, or too long, or a link."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            raw = file.read(LONGEST_FILE + 1)
        text = raw.decode("utf-8-sig") if len(raw) <= LONGEST_FILE and b"\0" not in raw else None
    except (OSError, UnicodeDecodeError):
        return None
    return text


def _scan(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if _is_text(entry.name)]
    except OSError:
        return []
    return sorted(found, key=lambda entry: entry.name)


def _is_text(path: str) -> bool:
    """Whether a path can be told: the bytes of some are no characters."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _rules(folder: str, name: str) -> Rules | None:
    text = read(f"{folder}{os.sep}{name}")
    return None if text is None else _parsed(text)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Rules:
    # Files that say the same are looked at again and again, and to compile one takes milliseconds.
    return Rules(text.splitlines())


def _above(root: Path) -> list[tuple[Rules, str]]:
    """The rules of a repository around a folder, the innermost first, then git's for all.

    Each stands with the path from its own folder to `root`, and a slash behind that.
    """
    found: list[tuple[Rules, str]] = []
    top = next((one for one in (root, *root.parents) if (one / ".git").exists()), None)
    if top is None:
        return found
    for folder in (root, *root.parents):
        between = "".join(f"{part}/" for part in root.relative_to(folder).parts)
        if folder != root and (rules := _rules(str(folder), GIT_IGNORE)) is not None:
            found.append((rules, between))
        if folder == top:
            break
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser())
    for place, name in ((top / ".git" / "info", "exclude"), (settings / "git", "ignore")):
        if (rules := _rules(str(place), name)) is not None:
            between = "".join(f"{part}/" for part in root.relative_to(top).parts)
            found.append((rules, between))
    return found
