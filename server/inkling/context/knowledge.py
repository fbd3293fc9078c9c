"""What is known of other files at the places of each document, gathered while nobody waits for it.

A request takes what is there; it never waits for more.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from inkling.context import definitions
from inkling.context.definitions import Asked
from inkling.context.index.process import Index
from inkling.context.index.symbols import Found, Part
from inkling.context.quoted import Parts
from inkling.context.window import Window
from inkling.text.buffers import Snapshot

_DOCUMENTS: Final = 16

_WITHIN_MS: Final = 200.0
"""So long an answer is waited for; no request waits for that."""

MOST_PARTS: Final = 2

_NEAR_LINES: Final = 24
"""Lines before the cursor that tell what it is about."""
_MOVED: Final = 16
"""Lines that a cursor moves before other parts may be more like what stands there, where the
window's start does not move."""


class Elsewhere(Protocol):
    """Knows of other files."""

    async def find(self, asked: Asked, snapshot: Snapshot) -> list[Found]:
        """What the names at a place mean."""

    async def resembling(
        self, near: str, snapshot: Snapshot, seen: tuple[int, int], characters: int
    ) -> list[Part]:
        """The parts of other files that are most like the text before a cursor, the best first, of
        so many characters; and of this one, but for the lines that are `seen`.
        """

    def shows(self, snapshot: Snapshot, path: str) -> bool:
        """Whether what was told of a file may still be shown at a place: the file may have been
        ruled out since.
        """


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks an index, for so many parts of files at most."""

    index: Index
    parts: int = MOST_PARTS

    async def find(self, asked: Asked, snapshot: Snapshot) -> list[Found]:
        """See `Elsewhere`."""
        return await self.index.find(
            [asked.receiver] if asked.receiver else [],
            snapshot.uri,
            snapshot.language,
            within_ms=_WITHIN_MS,
            modules=[asked.module] if asked.module else [],
            members=definitions.MOST_MEMBERS,
        )

    async def resembling(
        self, near: str, snapshot: Snapshot, seen: tuple[int, int], characters: int
    ) -> list[Part]:
        """See `Elsewhere`."""
        return await self.index.resembling(
            near,
            snapshot.uri,
            snapshot.language,
            seen=seen,
            most=self.parts,
            characters=characters,
            within_ms=_WITHIN_MS,
        )

    def shows(self, snapshot: Snapshot, path: str) -> bool:
        """See `Elsewhere`."""
        return self.index.shows(snapshot.uri, path)


@dataclass(frozen=True, slots=True)
class Known:
    """The parts of other files that are shown at a place, and those that were before the latest
    came: until these are read, the model sees those.

    `rests` are those of all names that may stand at the cursor; there are none where that is not
    known.
    """

    parts: Parts = ()
    before: Parts = ()
    rests: tuple[str, ...] = ()

    def allows(self, text: str) -> bool:
        """Whether a text may stand at the cursor, as far as the names tell."""
        return not self.rests or not text or definitions.first_word(text) in self.rests


@dataclass(frozen=True, slots=True)
class _Named:
    """The names that may stand behind a text, which begins a line `at` some place, and the files
    that define them.
    """

    at: int
    text: str
    names: tuple[str, ...]
    paths: tuple[str, ...]

    def rests(self, snapshot: Snapshot) -> tuple[str, ...]:
        """What is left of those that the cursor's word begins."""
        line = snapshot.line_prefix
        if snapshot.offset - len(line) != self.at or not line.startswith(self.text):
            return ()
        word = line[len(self.text) :]
        if not (word.isidentifier() or not word):
            return ()
        return tuple(name[len(word) :] for name in self.names if name.startswith(word))


@dataclass(frozen=True, slots=True)
class _Around:
    """What is shown in a document, and the place where that was asked for."""

    begin: int = -1
    line: int = -1
    parts: Parts = ()
    before: Parts = ()

    def holds(self, begin: int, line: int) -> bool:
        """Whether nothing else is to be expected at a line, in a window that begins at another."""
        near = abs(line - self.line) < (_MOVED if self.parts else 1)
        return begin == self.begin and near


class Knowledge:
    """What is known at the places of the documents that were typed in last."""

    def __init__(self, elsewhere: Elsewhere | None = None) -> None:
        self._elsewhere = elsewhere
        self._around = OrderedDict[str, _Around]()
        self._named: tuple[str, _Named] | None = None
        self._asked: tuple[str, int, Asked] | None = None

    def of(self, snapshot: Snapshot) -> Known:
        """What is known at a snapshot's cursor by now."""
        snapshot = snapshot.whole
        around = self._around.get(snapshot.uri, _Around())
        parts = self._shown(snapshot, around.parts)
        before = self._shown(snapshot, around.before)
        named = self._names(snapshot)
        return Known(parts, before, named.rests(snapshot) if named else ())

    def _names(self, snapshot: Snapshot) -> _Named | None:
        """Those that were learned last, if that was in this document."""
        uri, named = self._named or ("", None)
        shown = named is not None and all(self._shows(snapshot, path) for path in named.paths)
        return named if shown and uri == snapshot.uri else None

    def _shown(self, snapshot: Snapshot, parts: Parts) -> Parts:
        return tuple(part for part in parts if self._shows(snapshot, part.path))

    def _shows(self, snapshot: Snapshot, path: str) -> bool:
        return self._elsewhere is not None and self._elsewhere.shows(snapshot, path)

    async def name(self, snapshot: Snapshot) -> bool:
        """Learn which names may stand at a snapshot's cursor; return whether that is news."""
        if self._elsewhere is None:
            return False
        snapshot = snapshot.whole
        asked = definitions.asked_at(snapshot)
        line = snapshot.line_prefix
        at = snapshot.offset - len(line)
        place = (snapshot.uri, at, asked)
        known = place == self._asked and self._names(snapshot) is not None
        if known or asked == Asked():
            return False
        found = await self._elsewhere.find(asked, snapshot)
        self._asked = place if found else None  # what is not known yet may be soon
        names = definitions.names(asked, found, snapshot)
        begun = line[: len(line) - len(definitions.typed(line))]
        paths = tuple(one.path for one in found)
        self._named = (snapshot.uri, _Named(at, begun, names, paths))
        return bool(names)

    async def look_around(self, snapshot: Snapshot, window: Window, characters: int) -> None:
        """Learn which parts of other files are like what stands before a snapshot's cursor, of
        which the model sees a `window`. They may have so many characters.
        """
        snapshot = snapshot.whole
        line = snapshot.text.count("\n", 0, snapshot.offset)
        begin = line - window.prefix.count("\n")
        shown = self._around.get(snapshot.uri, _Around())
        holds = shown.holds(begin, line) and self._shown(snapshot, shown.parts) == shown.parts
        if self._elsewhere is None or not characters or holds:
            return
        end = line + window.suffix.count("\n") + 1
        near = _last_lines(snapshot.text[: snapshot.offset])
        found = await self._elsewhere.resembling(near, snapshot, (begin, end), characters)
        parts = tuple(reversed(found))
        before = shown.before if _same(parts, shown.parts) else shown.parts
        parts = shown.parts if _same(parts, shown.parts) else parts
        self._around[snapshot.uri] = replace(
            shown, begin=begin, line=line, parts=parts, before=before
        )
        self._around.move_to_end(snapshot.uri)
        while len(self._around) > _DOCUMENTS:
            self._around.popitem(last=False)


def _same(parts: Sequence[Part], others: Sequence[Part]) -> bool:
    """Whether two show the same text: typing above it moves its lines."""
    return [(one.path, one.text) for one in parts] == [(one.path, one.text) for one in others]


def _last_lines(text: str) -> str:
    at = len(text)
    for _ in range(_NEAR_LINES):
        at = text.rfind("\n", 0, max(at, 0))
        if at < 0:
            break
    return text[at + 1 :]
