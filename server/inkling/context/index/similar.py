"""The parts of files that are most like the text before a cursor: what follows such a part is what
may follow here.

Two texts are the more alike the more of their words are the same (Jaccard), as in RepoCoder's
sparse retrieval (arXiv:2303.12570), which looks at windows of lines too. Nothing of a file is kept
for it: a few hundred kilobytes are compared in less time than a person takes for a word. Which
files are looked into is not decided here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from inkling.context.index.symbols import Part

COMPARED: Final = 12
"""Lines that are compared with as many before the cursor."""
_STEP: Final = 6
_FOLLOWING: Final = 12
"""Lines behind those, which are what one wants to know."""

_ALIKE: Final = 0.25
"""Where fewer of the words are the same, a part has not once been of use at 38 places looked at."""
_FEWEST_WORDS: Final = 6
_LEAST_BEFORE: Final = 3
"""Compared lines that a part keeps where it has to be short."""

_WORD: Final = re.compile(r"[^\W\d]\w+")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text, of which the lines between `begin` and `end` are seen already."""

    path: str
    text: str
    begin: int = 0
    end: int = 0


def parts(
    near: str,
    sources: Iterable[Source],
    most: int,
    characters: int,
    shown: Callable[[str], str] = str,
) -> list[Part]:
    """The parts that are most like what stands before a cursor, `most` at most, the best first, of
    so many characters together.

    They are taken from a file's text as it is `shown`, which has the same lines: what is to be
    hidden in a line may be told by one that is no longer in the part.
    """
    words = _words(near.split("\n")[-COMPARED:])
    if len(words) < _FEWEST_WORDS:
        return []
    found = (one for source in sources for one in _alike(words, source))
    chosen: list[_Window] = []
    texts: dict[str, Part] = {}
    for window in nlargest(4 * most, found, key=lambda one: one.likeness):
        if len(chosen) == most:
            break
        if not any(window.overlaps(other) for other in chosen):
            part = window.part(characters // most, shown)
            if part.text.strip() and part.text not in texts:
                chosen.append(window)
                texts[part.text] = part
    return list(texts.values())


@dataclass(frozen=True, slots=True)
class _Window:
    likeness: float
    source: Source
    at: int
    stop: int
    """Where what is seen already begins."""

    def overlaps(self, other: "_Window") -> bool:
        return self.source is other.source and abs(self.at - other.at) < COMPARED + _FOLLOWING

    def part(self, characters: int, shown: Callable[[str], str]) -> Part:
        lines = shown(self.source.text).split("\n")
        at, end = self.at, min(self.at + COMPARED + _FOLLOWING, self.stop)
        compared = self.at + COMPARED - _LEAST_BEFORE
        size = sum(len(line) + 1 for line in lines[at:end])
        while at < end and size > characters:
            if at < compared:
                size -= len(lines[at]) + 1
                at += 1
            else:
                end -= 1
                size -= len(lines[end]) + 1
        return Part(self.source.path, at, "\n".join(lines[at:end]))


def _alike(words: frozenset[str], source: Source) -> Iterator[_Window]:
    lines = source.text.split("\n")
    for begin, stop in ((0, source.begin), (source.end, len(lines))):
        for at in range(begin, max(begin, stop - _LEAST_BEFORE), _STEP):
            there = _words(lines[at : min(at + COMPARED, stop)])
            both = len(words & there)
            if both > _ALIKE * (len(words) + len(there) - both):
                yield _Window(both / (len(words) + len(there) - both), source, at, stop)


def _words(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(_WORD.findall("\n".join(lines)))
