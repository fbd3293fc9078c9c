"""What the model gets to see: the text around the cursor, within a budget.

It chooses text; how the text is laid out for the model is `prompt`'s.
"""

import math
import re
from dataclasses import dataclass
from typing import Final

from inkling.languages import registry
from inkling.languages.base import Language
from inkling.text.brackets import closed_behind, closed_below
from inkling.text.buffers import Snapshot, line_feeds

CHARACTERS_PER_TOKEN: Final = 3.2
"""An estimate for text of which nothing is known, where a prompt is counted; a window is cut by its
language's own."""

_SINGLE: Final = re.compile(r"[0-9]|[^\x00-\x7f]")
"""Characters that are a token each, whatever stands beside them."""
_DENSE: Final = 0.2
"""A text with a larger share of them has about twice as many tokens."""

_AROUND: Final = 2000  # characters: a request must not pay for the length of the file

_SAME: Final = 256
"""So many characters that are the same on one side of the cursor make two windows one place, where
one of them was cut elsewhere."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a window holds, in estimated tokens.

    More of it behind the cursor than before it: of what people type in the middle of a file, the
    model knows more from there (docs/ARCHITECTURE.md has the figures).
    """

    prefix_tokens: int = 640
    suffix_tokens: int = 1024
    beside_tokens: int = 240
    """What of other files stands above."""

    def stride(self, language: Language) -> int:
        """The window's start moves once in this many characters and stands still in between.

        So typing only appends to what the model has read.
        """
        return int(self.prefix_tokens * language.characters_per_token) // 2

    def characters_beside(self, language: Language) -> int:
        """What is shown of other files, in characters."""
        return int(self.beside_tokens * language.characters_per_token)

    @property
    def around_tokens(self) -> int:
        """What of the document itself is shown."""
        return self.prefix_tokens + self.suffix_tokens


FULL: Final = Extent()


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of a place a model is shown: `most`, or what it reads anew in `reading_ms`."""

    most: Extent
    reading_ms: float


NEAR: Final = Sight(FULL, 4000.0)
"""For who types: after a jump, a short window answers while the whole one is read."""

FAR: Final = Extent(prefix_tokens=1280, suffix_tokens=1024, beside_tokens=640)
"""For who asks by a key, and waits."""

_BEFORE: Final = 0.8
"""Of a small window so much lies before the cursor; only what is left of a large one behind it."""

_LEAST: Final = 0.35

_NEAR: Final = 160
_NEAR_MS: Final = 350.0
"""What reading a short window may take: less than a person takes from a jump to the first key."""


_LONG_MS: Final = 700.0
"""What takes so long is read in steps: most people press the first key before its end."""


def within(tokens: float, most: Extent = FULL) -> Extent:
    """Return what is best shown of a place in so many tokens, at most a whole window."""
    prefix = min(_BEFORE * tokens, most.prefix_tokens)
    suffix = min(tokens - prefix, most.suffix_tokens)
    beside = min(tokens / most.around_tokens, 1.0) * most.beside_tokens
    return Extent(int(prefix), int(suffix), int(beside))


def extent(read_ms: float, sight: Sight = NEAR) -> Extent:
    """Return what a machine reads in good time that takes `read_ms` for a token (0: not known)."""
    most = sight.most
    return within(_affordable(most.around_tokens, sight.reading_ms, read_ms), most)


def first(read_ms: float) -> tuple[Extent, ...]:
    """Return what is read of a place that a person has just come to, before all of it is: a little,
    then more, where all of it takes long.
    """
    near = _affordable(_NEAR, _NEAR_MS, read_ms)
    whole = _affordable(FULL.around_tokens, NEAR.reading_ms, read_ms)
    middle = math.sqrt(near * whole)
    return (within(near), within(middle)) if read_ms * middle > _LONG_MS else (within(near),)


def _affordable(most: int, within_ms: float, read_ms: float) -> float:
    """So many tokens, or as many as are read in some time, but for a part that is always read."""
    return max(min(most, within_ms / read_ms), _LEAST * most) if read_ms else most


@dataclass(frozen=True, slots=True)
class Window:
    """The text before and after the cursor that the model sees; lines end in a line feed.

    The suffix begins behind brackets and quotes that only close what the cursor's line opened.
    """

    prefix: str
    suffix: str

    def typed_on(self, text: str) -> "Window":
        """The window behind `text`, once that is typed."""
        return Window(self.prefix + text, self.suffix)

    def typed_since(self, earlier: "Window") -> str | None:
        """What was typed since an earlier window of this place; None if that is another place.

        The two may begin and end in different lines: a window's start steps while one types, and
        how much it holds changes with the machine's pace.
        """
        if not _same_beginning(self.suffix, earlier.suffix):
            return None
        before = earlier.prefix
        if self.prefix.startswith(before):
            return self.prefix[len(before) :]
        if len(before) >= _SAME and (start := self.prefix.rfind(before)) >= 0:
            return self.prefix[start + len(before) :]
        head = self.prefix[:_SAME]
        start = before.find(head) if len(head) == _SAME else -1
        while start >= 0:
            if self.prefix.startswith(shared := before[start:]):
                return self.prefix[len(shared) :]
            start = before.find(head, start + 1)
        return None


def _same_beginning(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= _SAME and longer.startswith(shorter))


def cut(snapshot: Snapshot, extent: Extent = FULL, reach: int = 0, *, moved: bool = True) -> Window:
    """Cut the window out of a snapshot: whole lines, but for the cursor's own and endless ones. Of
    a cell it is out of the whole notebook.

    It begins where it will begin once `reach` more characters are typed, or as many as leave
    something to be seen before the cursor by then; or, unless it `moved`, where it began before its
    start moved last.
    """
    snapshot = snapshot.whole
    language = registry.find(snapshot.language)
    stride = extent.stride(language)
    longest = int(extent.suffix_tokens * language.characters_per_token)
    prefix = _before(snapshot, stride, reach, moved=moved)
    suffix = _after(snapshot, longest, language)
    if _is_dense(prefix):
        prefix = _before(snapshot, stride // 2, reach, moved=moved)
    if _is_dense(suffix):
        suffix = _after(snapshot, longest // 2, language)
    return Window(prefix, suffix)


def tokens_in(text: str) -> float:
    """Estimate how many tokens a text has."""
    singles = _singles(text)
    return singles + (len(text) - singles) / CHARACTERS_PER_TOKEN


def _singles(text: str) -> int:
    return len(_SINGLE.findall(text))


def _is_dense(text: str) -> bool:
    return _singles(text) > _DENSE * len(text)


def _before(snapshot: Snapshot, stride: int, reach: int, *, moved: bool) -> str:
    longest = 2 * stride if moved else 3 * stride
    # A start that lies ahead may be half a stride behind what was typed to get there.
    over = snapshot.offset + min(reach, stride // 4) - longest
    start = 0
    if over > 0:
        start = -(-over // stride) * stride
        # From a line's start on, if one is near: half a line tells a model little.
        line = snapshot.text.find("\n", start, start + stride // 2)
        start = line + 1 if line >= 0 else start
    return _clean(snapshot.text[start : snapshot.offset])


def _after(snapshot: Snapshot, longest: int, language: Language) -> str:
    # Brackets that an editor closes by itself come and go while one types: the model writes
    # its own, and what it has read of the suffix stays good.
    closed = closed_behind(snapshot.line_prefix, snapshot.line_suffix, language)
    start = snapshot.offset + closed
    above = snapshot.text[max(0, snapshot.offset - _AROUND) : snapshot.offset]
    below = snapshot.text[start : start + _AROUND]
    start += closed_below(above, start - snapshot.offset, below, language)
    end = start + longest
    if end < len(snapshot.text):
        line = snapshot.text.rfind("\n", end - longest // 2, end)
        end = line + 1 if line >= 0 else end
    return _clean(snapshot.text[start:end])


def _clean(text: str) -> str:
    """One kind of line end, and no half characters: JSON can carry lone surrogates."""
    return line_feeds(text).encode("utf-8", "replace").decode("utf-8")
