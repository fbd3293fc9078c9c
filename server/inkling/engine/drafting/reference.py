"""Reads the texts that drafts may be copied from, a little at a time while nothing else is to do.

Only their tokens are taken: the model itself never sees them.
"""

from collections.abc import Callable, Sequence
from typing import Final

from inkling.engine.text.tokenizer import Tokenizer
from inkling.engine.wire import Refer, Text

SLICE: Final = 2048
"""Characters at once: so much a request may have to wait for, some two milliseconds."""


class ReferenceReader:
    """Encodes texts in slices; a newer text of a name takes the place of the older one."""

    def __init__(self, tokenizer: Tokenizer, learn: Callable[[str, Sequence[int]], None]) -> None:
        self._tokenizer = tokenizer
        self._learn = learn
        self._waiting: dict[str, str] = {}
        self._tokens: list[int] = []

    @property
    def busy(self) -> bool:
        """Whether there is something left to read."""
        return bool(self._waiting)

    def take(self, reference: Refer) -> None:
        """Take a text; it is read by `read_on`."""
        if next(iter(self._waiting), None) == reference.name:
            self._tokens = []
        self._waiting[reference.name] = reference.text

    def read_on(self) -> None:
        """Encode one slice, whole lines if it has any."""
        name, text = next(iter(self._waiting.items()))
        end = len(text) if len(text) <= SLICE else text.rfind("\n", 0, SLICE) + 1 or SLICE
        part = Text(text[:end], SLICE, "start")
        self._tokens += self._tokenizer.encode([part], heal=False).tokens
        if end < len(text):
            self._waiting[name] = text[end:]
            return
        del self._waiting[name]
        self._learn(name, self._tokens)
        self._tokens = []
