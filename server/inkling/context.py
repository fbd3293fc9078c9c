"""What the model gets to see: the text around the cursor, within a budget.

It chooses text; how the text is laid out for the model is `prompt`'s.
"""

from dataclasses import dataclass
from typing import Final

from inkling.brackets import closed_behind
from inkling.buffers import Snapshot

CHARACTERS_PER_TOKEN: Final = 3.2
"""An estimate for Python code, on the low side; the engine cuts exactly."""

PREFIX_TOKENS: Final = 640
SUFFIX_TOKENS: Final = 128

# The window's start moves once in this many characters and stands still in between, so that
# typing only appends to what the model has read.
_STRIDE: Final = int(PREFIX_TOKENS * CHARACTERS_PER_TOKEN) // 2


@dataclass(frozen=True, slots=True)
class Window:
    """The text before and after the cursor that the model sees; lines end in a line feed.

    The suffix begins behind brackets and quotes that only close what the cursor's line opened.
    """

    prefix: str
    suffix: str


def window(snapshot: Snapshot) -> Window:
    """Cut the window out of a snapshot: whole lines, but for the cursor's own and endless ones."""
    return Window(_before(snapshot), _after(snapshot))


def _before(snapshot: Snapshot) -> str:
    longest = 2 * _STRIDE
    over = snapshot.offset - longest
    start = 0
    if over > 0:
        start = -(-over // _STRIDE) * _STRIDE
        # From a line's start on, if one is near: half a line tells a model little.
        line = snapshot.text.find("\n", start, start + _STRIDE // 2)
        start = line + 1 if line >= 0 else start
    return _clean(snapshot.text[start : snapshot.offset])


def _after(snapshot: Snapshot) -> str:
    # Brackets that an editor closes by itself come and go while one types: the model writes
    # its own, and what it has read of the suffix stays good.
    start = snapshot.offset + closed_behind(snapshot.line_prefix, snapshot.line_suffix)
    longest = int(SUFFIX_TOKENS * CHARACTERS_PER_TOKEN)
    end = start + longest
    if end < len(snapshot.text):
        line = snapshot.text.rfind("\n", end - longest // 2, end)
        end = line + 1 if line >= 0 else end
    return _clean(snapshot.text[start:end])


def _clean(text: str) -> str:
    """One kind of line end, and no half characters: JSON can carry lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8")
