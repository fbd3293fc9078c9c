"""Which files of a workspace's folder may be known elsewhere, and how they are found and read.

Regular files inside the folder only: no link is followed, and neither the file system's root nor a
home is a folder of work. What ignore files name and what `privacy` bars stays out.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from inkling.context.index.rules import IgnoreFiles, content, is_there, lies_in
from inkling.context.privacy import Privacy

MOST_FILES: Final = 20_000
"""Files of one folder; further ones are not known."""

LONGEST_FILE: Final = 400_000
"""Bytes. Nobody writes a longer one."""

_MOST_ENTRIES: Final = 400_000
_DEEPEST: Final = 40

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
    if real == house or real in house.parents or real.parent == real:
        return None
    return real if os.path.isdir(real) else None  # noqa: PTH112 - as in `is_there`


def path_of(uri: str) -> str | None:
    """The path of a file's URI without links in it, None if it is no file's."""
    path = _written(uri)
    return None if path is None else os.path.realpath(path)


def ways_to(uri: str) -> list[str]:
    """The paths that come to the file of a URI: as it is written, and with the links in more and
    more of it resolved, the last without any. None of what is no file's.
    """
    written = _written(uri)
    if written is None:
        return []
    path = Path(os.path.normpath(written))
    ways = [str(path)]
    if os.path.realpath(path) != ways[0]:
        above = reversed(path.parents)
        ways += (str(Path(os.path.realpath(one), path.relative_to(one))) for one in above)
    return list(dict.fromkeys([*ways, os.path.realpath(written)]))


def _written(uri: str) -> str | None:
    scheme, _, path = uri.partition(":")
    if path.startswith("//"):
        path = "".join(path[2:].partition("/")[1:])
    if scheme.lower() != "file" or not path.startswith("/"):
        return None
    path = unquote(path)  # all of it: some clients escape nothing
    if os.name == "nt":
        path = path.lstrip("/")
    return None if "\0" in path else path


def uri_of(path: str) -> str:
    """The URI of a file by its path, which is not relative: who takes one for the other misreads
    what has a `#`, a `?` or a `%` in it.
    """
    return Path(path).as_uri()


def privacy_of(exclude: Sequence[str], folders: Iterable[str]) -> Privacy:
    """What is barred in a workspace's folders, given as URIs. A file on the disk is told by its
    path without links in it, a document as an editor has opened it: so they are known both ways.
    """
    written = list(folders)
    real = [uri_of(path) for uri in written if (path := path_of(uri))]
    return Privacy(exclude, [*written, *real])


class Root:
    """A folder of the workspace.

    `path` is an admitted one. `bars` says of a URI whether `privacy` bars it.
    """

    def __init__(self, path: Path, bars: Callable[[str], object]) -> None:
        self.path = path
        self._bars = bars
        self._ignore = IgnoreFiles(str(path))
        self._entered = {str(path): not self._ignore.all}

    def holds(self, path: str) -> bool:
        """Whether a path, without links in it, lies within the folder."""
        return lies_in(path, str(self.path))

    def admits(self, path: str) -> bool:
        """Whether a file may be known elsewhere, by its path, in which nothing is a link by now."""
        if not self.holds(path) or not _is_text(path) or _leads_elsewhere(path):
            return False
        folder, name = os.path.split(path)
        return self._leads(folder) and self._takes(folder, name)

    def ignores(self, path: str) -> bool:
        """Whether an ignore file names a file, or a folder that it lies in; none does outside."""
        if not self.holds(path):
            return False
        if self._ignore.all:
            return True
        folder = str(self.path)
        *folders, name = Path(path).relative_to(self.path).parts
        for inner in folders:
            if self._ignore.names(folder, f"{inner}/"):
                return True
            folder = str(Path(folder, inner))
        return self._ignore.names(folder, name)

    def _leads(self, folder: str) -> bool:
        """Whether a folder within this one, and each above it, is entered."""
        if folder not in self._entered:
            above, name = os.path.split(folder)
            self._entered[folder] = self._leads(above) and self._enters(above, name)
        return self._entered[folder]

    def files(self) -> Iterator[tuple[str, Stamp]]:
        """The files that may be known elsewhere, those nearest to the folder first."""
        waiting = [] if self._ignore.all else [(str(self.path), 0)]
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
        if name in _OTHERS or name.startswith(".") or self._ignore.names(folder, f"{name}/"):
            return False
        return not is_there(f"{folder}{os.sep}{name}{os.sep}pyvenv.cfg")

    def _takes(self, folder: str, name: str) -> bool:
        barred = self._bars(uri_of(f"{folder.rstrip(os.sep)}{os.sep}{name}"))
        return not barred and not self._ignore.names(folder, name)


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
    """The text of a regular file, None if it is no text, or too long, or behind a link."""
    raw = None if _leads_elsewhere(path) else content(path, LONGEST_FILE + 1, follow=False)
    if raw is None or len(raw) > LONGEST_FILE or b"\0" in raw:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _scan(folder: str) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                # Some file systems have to be asked what it is, and may not tell; it remembers.
                entry.is_dir(follow_symlinks=False)
                if _is_text(entry.name):
                    found.append(entry)
    return sorted(found, key=lambda entry: entry.name)


def _leads_elsewhere(path: str) -> bool:
    """Whether something in a path is a link: a folder may have been replaced by one."""
    return os.path.realpath(path) != path


def _is_text(path: str) -> bool:
    """Whether a path can be told: the bytes of some are no characters."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in path
