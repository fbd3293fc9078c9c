"""What ignore files say of what lies in a folder: git's as git has it, and each `.inklingignore`.

An `.inklingignore` counts for all that lies under it, and can only add: it takes nothing out of
what git ignores. Of git's those count that lie in the folder or in the repository around it, and
for each repository what its own `info/exclude` and a person's file for all repositories say.
"""

import os
import re
import stat
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from inkling.context.privacy import Rules

GIT_IGNORE: Final = ".gitignore"
OWN_IGNORE: Final = ".inklingignore"

_LONGEST: Final = 400_000
"""Bytes that are read of an ignore file."""

_SYSTEM: Final = "/etc/gitconfig"
_SECTION: Final = re.compile(r"\s*\[\s*([^\]\s]+)")
_EXCLUDES: Final = re.compile(
    r"(?:\s*\[[^\]]*\])?\s*excludesfile\s*=\s*(\"?)([^\"#;\r]*?)\1\s*(?:[#;].*)?\r?\Z",
    re.IGNORECASE,
)


class IgnoreFiles:
    """The ignore files in and above `folder`, a path as it is; each is read once, as it is needed.

    Where that, or a folder above it, is ignored itself, `all` in it is.
    """

    def __init__(self, folder: str) -> None:
        here = Path(folder)
        around = (here, *here.parents)
        self._top = next((str(one) for one in around if _is_repository(str(one))), folder)
        self._known: dict[str, tuple[list[Rules], list[Rules]]] = {}
        self.all = any(self.names(str(one.parent), f"{one.name}/") for one in around[:-1])

    def names(self, folder: str, name: str) -> bool:
        """Whether any names what lies in a folder; a folder's own name has a slash behind it."""
        return any(self._decided(folder, name, which) for which in (0, 1))

    def _decided(self, folder: str, name: str, which: int) -> bool:
        """What those of one kind say: the innermost that says anything decides."""
        while True:
            for rules in self._of(folder)[which]:
                said = rules.decide(name)
                if said is not None:
                    return said
            above, last = os.path.split(folder)
            if above == folder:
                return False
            folder, name = above, f"{last}/{name}"

    def _of(self, folder: str) -> tuple[list[Rules], list[Rules]]:
        if folder not in self._known:
            git = _gits(folder) if folder == self._top or lies_in(folder, self._top) else ()
            own = _rules(f"{folder}{os.sep}{OWN_IGNORE}")
            self._known[folder] = [*git], [] if own is None else [own]
        return self._known[folder]


def content(path: str, most: int, *, follow: bool) -> bytes | None:
    """A regular file's first bytes, None if it is none; a link may be one that leads to one."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            return file.read(most) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


def lies_in(path: str, folder: str) -> bool:
    """Whether one path is beneath another, as they are written."""
    return path != folder and path.startswith(f"{folder.rstrip(os.sep)}{os.sep}")


def is_there(path: str) -> bool:
    """Whether there is such a file or folder, as far as one may look."""
    return os.path.exists(path)  # noqa: PTH110 - a Path raises where one may not


def _is_repository(folder: str) -> bool:
    return is_there(f"{folder}{os.sep}.git")


def _gits(folder: str) -> Iterator[Rules]:
    """Git's rules for what lies in a folder, those first that count first."""
    # Git itself follows no link to this one, but to the others.
    if (rules := _rules(f"{folder}{os.sep}{GIT_IGNORE}", follow=False)) is not None:
        yield rules
    if _is_repository(folder):
        kept = _kept_in(folder)
        for file in (f"{kept}{os.sep}info{os.sep}exclude", _everywhere(kept)):
            if (rules := _rules(file)) is not None:
                yield rules


def _kept_in(top: str) -> str:
    """The folder that a repository is kept in: for a worktree or a submodule it lies elsewhere."""
    place = f"{top}{os.sep}.git"
    if told := _told(place):
        place = str(Path(top, told.removeprefix("gitdir:").strip()))
    return str(Path(place, _told(f"{place}{os.sep}commondir")))


def _everywhere(kept: str) -> str:
    """The file of what a person has git ignore in all repositories, as one that is kept in a folder
    has it.
    """
    settings = os.environ.get("XDG_CONFIG_HOME") or _of_home("~/.config")
    for config in (f"{kept}/config", _of_home("~/.gitconfig"), f"{settings}/git/config", _SYSTEM):
        section = file = ""
        raw = content(config, _LONGEST, follow=True) or b""
        for line in raw.decode("utf-8-sig", "surrogateescape").split("\n"):
            if head := _SECTION.match(line):
                section = head[1].lower()
            if section == "core" and (given := _EXCLUDES.match(line)):
                file = given[2]
        if file and "\0" not in file:
            return _of_home(file)
    return f"{settings}/git/ignore"


def _of_home(path: str) -> str:
    return os.path.expanduser(path)  # noqa: PTH111 - a Path raises where there is no home


def _told(path: str) -> str:
    """The path that a file of git's tells, empty if there is none."""
    return os.fsdecode(content(path, 10_000, follow=True) or b"").strip("\r\n").replace("\0", "")


def _rules(path: str, *, follow: bool = True) -> Rules | None:
    raw = content(path, _LONGEST + 1, follow=follow)
    return None if raw is None else _parsed(raw)


@lru_cache(maxsize=64)
def _parsed(raw: bytes) -> Rules:
    # Files that say the same are looked at again and again, and to compile one takes milliseconds.
    if len(raw) > _LONGEST:
        raw = raw[: raw.rfind(b"\n") + 1]
    # One comment in another encoding must not undo the rules beside it; lines are as git has them.
    text = raw.decode("utf-8-sig", "surrogateescape")
    return Rules(line.removesuffix("\r") for line in text.split("\n"))
