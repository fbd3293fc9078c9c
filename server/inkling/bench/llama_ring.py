"""The chunks of other places that llama.vim sends along, for comparison.

Written after the ring buffer in `autoload/llama.vim` of ggml-org/llama.vim at commit ae3cb00, with
its defaults: up to 16 chunks of 32 lines (all of a file with fewer than 63), picked at random from
around where a file was entered, and from farther up when the cursor has gone more than 32 lines.
A queued one joins the others while the person rests. What is like the cursor's place goes.

Left out: chunks of what is yanked, written or left, which nobody does here.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from inkling.bench import rhythm
from inkling.bench.infill import Extra

CHUNKS: Final = 16
CHUNK_LINES: Final = 64
SCOPE_LINES: Final = 1024
FAR_LINES: Final = 32
REST_SECONDS: Final = 3.0
_QUEUED: Final = 16
_LEAST_LINES: Final = 3
_SAME: Final = 0.9
_LIKE_HERE: Final = 0.5


@dataclass(slots=True)
class Ring:
    """The chunks that are sent along, oldest first, and those that wait to be."""

    chunks: list[Extra] = field(default_factory=list)
    queued: list[Extra] = field(default_factory=list)
    _row: int = 0
    _chance: random.Random = field(default_factory=lambda: rhythm.dice("llama.vim", "ring"))

    @classmethod
    def of_files(cls, files: Iterable[Path]) -> "Ring":
        """The chunks of a person who looked into as many of these files as it has room for, each
        somewhere, before they began to type, and rested since.
        """
        ring = cls()
        known = sorted(files)
        for file in ring._chance.sample(known, min(CHUNKS, len(known))):
            lines = file.read_text("utf-8", errors="replace").split("\n")
            row = ring._chance.randrange(len(lines))
            around = lines[max(0, row - CHUNK_LINES // 2) : row + CHUNK_LINES // 2 + 1]
            ring.pick(around, file.name)
            ring.rest()
        return ring

    def pick(self, lines: Sequence[str], name: str) -> None:
        """Queue a chunk of these lines, unless there is one that is much the same."""
        if len(lines) < _LEAST_LINES:
            return
        if len(lines) + 1 >= CHUNK_LINES:
            lines = self._half(lines)
        text = "\n".join(lines) + "\n"
        if any(_similarity(one.text, text) > _SAME for one in (*self.queued, *self.chunks)):
            return
        self.queued = [*self.queued, Extra(text, name)][-_QUEUED:]

    def came_to(self, row: int, lines: Sequence[str], name: str, reach: tuple[int, int]) -> None:
        """Take notice of the row of the cursor: far from where it was, pick from beyond the lines
        that are sent anyway, `reach` many before it and behind it.
        """
        if abs(row - self._row) <= FAR_LINES:
            return
        before, behind = reach
        self.pick(lines[max(0, row - SCOPE_LINES) : max(0, row - before)], name)
        self.pick(lines[row + behind : row + behind + CHUNK_LINES], name)
        self._row = row

    def rest(self) -> bool:
        """Let the chunk that waits longest join; return whether there was one."""
        if not self.queued:
            return False
        self.chunks = [*self.chunks, self.queued.pop(0)][-CHUNKS:]
        return True

    def beside(self, row: int, lines: Sequence[str]) -> list[Extra]:
        """Return the chunks to send from a place. Those that are like it go for good."""
        around = lines[max(0, row - CHUNK_LINES // 2) : row + CHUNK_LINES // 2 + 1]
        here = "\n".join(self._half(around)) + "\n"
        self.chunks = [one for one in self.chunks if _similarity(one.text, here) <= _LIKE_HERE]
        return self.chunks

    def _half(self, lines: Sequence[str]) -> Sequence[str]:
        begin = self._chance.randint(0, max(0, len(lines) - CHUNK_LINES // 2))
        return lines[begin : begin + CHUNK_LINES // 2]


def _similarity(one: str, other: str) -> float:
    """How many lines two chunks have in common, from 0 to 1."""
    these, those = one.splitlines(), other.splitlines()
    known = set(those)
    common = sum(line in known for line in these)
    return 2 * common / (len(these) + len(those))
