"""What a person refused lately, and how much surer a text must be after that.

It keeps a few texts in memory, and forgets. That an item was refused is the editor's to say.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from inkling.text.buffers import Snapshot

_KEPT: Final = 32
_NEAR: Final = 240
"""Characters before the cursor that tell a place."""
_HERE: Final = 1.0
"""Log-odds that each refusal on a line asks more of texts on that line."""
_IN_A_ROW: Final = 2
_WARY: Final = 1.0
"""Log-odds that so many refusals in a row ask more of all texts."""
_WARY_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Refused:
    """A text that was refused behind `before`."""

    uri: str
    before: str
    text: str


class Refusals:
    """Remembers refusals. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused: deque[_Refused] = deque(maxlen=_KEPT)
        self._in_a_row = 0
        self._last_at = -_WARY_SECONDS

    def refused(self, snapshot: Snapshot, text: str) -> None:
        """A text that was shown at a snapshot's cursor was refused."""
        self._refused.append(_Refused(snapshot.uri, _before(snapshot), text))
        self._in_a_row += 1
        self._last_at = self._clock()

    def accepted(self) -> None:
        """Something was taken, if only a part of it."""
        self._in_a_row = 0

    def bars(self, snapshot: Snapshot, text: str) -> bool:
        """Whether a text, or the beginning of it, was refused at this very place."""
        before = _before(snapshot)
        return any(
            each.uri == snapshot.uri
            and each.before == before
            and (text.startswith(each.text) or each.text.startswith(text))
            for each in self._refused
        )

    def asks_more(self, snapshot: Snapshot) -> float:
        """How much surer than else a text must be at a place, in log-odds."""
        before = _before(snapshot)
        here = sum(
            each.uri == snapshot.uri and _on_one_line(each.before, before) for each in self._refused
        )
        in_a_row = self._in_a_row >= _IN_A_ROW
        wary = in_a_row and self._clock() - self._last_at < _WARY_SECONDS
        return _HERE * here + (_WARY if wary else 0.0)


def _before(snapshot: Snapshot) -> str:
    return snapshot.text[max(snapshot.offset - _NEAR, 0) : snapshot.offset]


def _on_one_line(one: str, other: str) -> bool:
    """Whether two places, by what stands before them, are on the same line."""
    (one_above, _, one_line), (other_above, _, other_line) = (
        text.rpartition("\n") for text in (one, other)
    )
    if _NEAR in (len(one), len(other)):  # of the text above, less is known where the line is longer
        known = min(len(one_above), len(other_above))
        one_above, other_above = (text[len(text) - known :] for text in (one_above, other_above))
    typed_on = one_line.startswith(other_line) or other_line.startswith(one_line)
    return one_above == other_above and typed_on
