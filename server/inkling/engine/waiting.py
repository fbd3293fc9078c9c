"""Texts that drafts may be copied from, on their way to where they are read: at either end of a
pipe that may stand still.
"""

from typing import Final

from inkling.engine.wire import Refer

MOST: Final = 4_000_000
"""Characters that wait: twice as many as everything that was cut, and forty documents' worth.
Without the texts beyond it, answers come a little later and say the same."""


class Texts:
    """The newest text of each name, in the order of their names' arrival.

    Beyond `most` characters, those that wait longest are dropped.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._texts: dict[str, Refer] = {}
        self._characters = 0

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, text: Refer) -> None:
        """Take a text, instead of the one of that name."""
        self._drop(text.name)
        self._texts[text.name] = text
        self._characters += _size(text)
        while self._characters > self._most:
            self._drop(next(iter(self._texts)))

    def take(self) -> Refer | None:
        """Give up the text that waits longest, if there is one."""
        return self._drop(next(iter(self._texts))) if self._texts else None

    def clear(self) -> None:
        """Drop them all."""
        self._texts.clear()
        self._characters = 0

    def _drop(self, name: str) -> Refer | None:
        dropped = self._texts.pop(name, None)
        if dropped is not None:
            self._characters -= _size(dropped)
        return dropped


def _size(text: Refer) -> int:
    return len(text.name) + len(text.text)
