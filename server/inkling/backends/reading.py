"""What an engine has read, as it says itself; and so what a prompt would cost before its first
step.
"""

from collections.abc import Iterable

from inkling.context.window import tokens_in
from inkling.engine.wire import Held, Prompt, Special


class Readings:
    """The prompts that are held in KV caches, and those of requests that are not answered yet."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._unanswered = set[int]()
        self._held: dict[int, Held] = {}

    def asked(self, number: int, prompt: Prompt) -> None:
        """Take notice of a request: its prompt may be read from now on."""
        self._texts[number] = _flat(prompt)
        self._unanswered.add(number)

    def answered(self, number: int) -> None:
        """Take notice that no more will be read of a request's prompt."""
        self._unanswered.discard(number)
        self._forget()

    def hold(self, held: Iterable[Held]) -> None:
        """Take over what the caches hold by now."""
        self._held = {cache.id: cache for cache in held}
        self._forget()

    def unread_tokens(self, prompt: Prompt) -> float:
        """Estimate how many tokens of a prompt no cache holds."""
        text = _flat(prompt)
        longest = max((shared(self._read(held), text) for held in self._held.values()), default=0)
        return tokens_in(text[longest:])

    def _read(self, held: Held) -> str:
        text = self._texts.get(held.id, "")
        return text[: len(text) * held.tokens // max(held.of, 1)]

    def _forget(self) -> None:
        for number in self._texts.keys() - self._held.keys() - self._unanswered:
            del self._texts[number]


def common(one: Prompt, other: Prompt) -> float:
    """Return what part of the other prompt is read, from its beginning, with the one."""
    text = _flat(other)
    return shared(_flat(one), text) / max(len(text), 1)


def _flat(prompt: Prompt) -> str:
    return "".join(
        f"\0{part.name}\0" if isinstance(part, Special) else part.text for part in prompt
    )


def shared(one: str, other: str) -> int:
    """How many leading characters are the same, by halving: slices are compared fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
