"""What the engine has read lately, and so what a prompt would cost before its first step.

The engine keeps several prompts read and shares whatever they begin with; this is the server's
estimate of that, good enough to choose how much context a request can afford.
"""

from collections import deque
from typing import Final

from inkling.context.window import CHARACTERS_PER_TOKEN, tokens_in
from inkling.engine.wire import Prompt, Special

_KEPT: Final = 4  # as many as the engine has KV caches
_REWOUND: Final = 32 * CHARACTERS_PER_TOKEN  # what it gives up of one before it takes another


class Readings:
    """The prompts that were read last, the latest first."""

    def __init__(self) -> None:
        self._texts: deque[str] = deque(maxlen=_KEPT)

    def note(self, prompt: Prompt) -> None:
        """Take notice that the engine has read a prompt to its end."""
        text = _flat(prompt)
        nearest = max(self._texts, key=lambda known: _shared(known, text), default=None)
        if (
            nearest is not None
            and len(nearest) - _shared(nearest, text) < CHARACTERS_PER_TOKEN * 32
        ):
            self._texts.remove(nearest)  # it was rewound to what both share
        self._texts.appendleft(text)

    def unread_tokens(self, prompt: Prompt) -> float:
        """Estimate how many tokens of a prompt the engine would have to read."""
        text = _flat(prompt)
        longest = max((_shared(known, text) for known in self._texts), default=0)
        return tokens_in(text[longest:])


def _flat(prompt: Prompt) -> str:
    return "".join(
        f"\0{part.name}\0" if isinstance(part, Special) else part.text for part in prompt
    )


def _shared(one: str, other: str) -> int:
    """How many leading characters are the same, by halving: slices are compared fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
