"""Which texts drafts may be copied from besides the prompt: other documents, and what was cut.

They make an answer come sooner and never change what it says, so they may be a little old: a
document is given anew when the person leaves it. What the engine does with them is its own.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

_LONGEST: Final = 100_000  # characters of one text
_WORTH_KEEPING: Final = 24  # characters: less is typed again as fast as it is found
_CUTS: Final = 16
_CUT: Final = "inkling:cut"


class References:
    """Gives texts to `refer`, each under a name; an empty text takes a name back."""

    def __init__(self, refer: Callable[[str, str], None]) -> None:
        self._refer = refer
        self._cuts: deque[str] = deque(maxlen=_CUTS)
        self._current: str | None = None

    def opened(self, uri: str, text: str) -> None:
        """A document was opened, or there is somebody new to tell of it."""
        self._refer(uri, text[:_LONGEST])

    def at_work_on(self, uri: str, left: Callable[[str], str | None]) -> None:
        """The person types in a document; `left` gives the text of the one they come from."""
        before, self._current = self._current, uri
        if before is not None and before != uri and (text := left(before)) is not None:
            self.opened(before, text)

    def cut(self, text: str) -> None:
        """A text was taken out of a document: it may be put in again elsewhere."""
        if len(text.strip()) >= _WORTH_KEEPING:
            self._cuts.append(text[:_LONGEST])
            self._refer(_CUT, "\n".join(self._cuts))

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._refer(uri, "")
