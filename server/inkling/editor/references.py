"""Which texts drafts may be copied from besides the prompt: other documents, and what was cut.

They make an answer come sooner and never change what it says, so they may be a little old: a
document is given anew when the person leaves it. What the engine does with them is its own.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Final

_LONGEST: Final = 50_000  # characters of a document: about as many as the engine keeps of one text
_LONGEST_CUT: Final = 8_000  # characters: some 200 lines, more than a person types anew
_WORTH_KEEPING: Final = 24  # characters: less is typed again as fast as it is found
_CUTS: Final = 16
_CUT: Final = "inkling:cut"

_PACE: Final = 100_000
"""Characters a second: the engine reads ten times as many, and has better things to do. What
renames a name in a hundred documents, or cuts in a loop, must not keep it busy."""


class References:
    """Gives texts to `refer`, each under a name; an empty text takes a name back.

    No text is given twice in a row, and while `saving` energy only documents that open are given.
    """

    def __init__(
        self, refer: Callable[[str, str], None], saving: Callable[[], bool] = lambda: False
    ) -> None:
        self._refer = refer
        self._saving = saving
        self._told: dict[str, int | None] = {}
        """The hash of each text that is given or about to be; None if only others may have it."""
        self._waiting: dict[str, str] = {}
        self._pause: asyncio.TimerHandle | None = None
        # A cut takes the name, and so the place, of the one that was made so many cuts ago.
        self._cuts = cycle(f"{_CUT}:{number}" for number in range(_CUTS))
        self._cut_from: dict[str, str] = {}
        self._current: str | None = None

    def begin(self) -> None:
        """There may be somebody new to tell, who knows of no text yet."""
        # Or it is who was there before: what they have can still be taken back.
        self._told = dict.fromkeys(self._told)

    def opened(self, uri: str, text: str) -> None:
        """A document was opened, or may have changed."""
        self._give(uri, text[:_LONGEST])

    def at_work_on(self, uri: str, left: Callable[[str], str | None]) -> None:
        """The person types in a document; `left` gives the text of the one they come from."""
        before, self._current = self._current, uri
        if before is None or before == uri or self._saving():
            return
        if (text := left(before)) is not None:
            self.opened(before, text)

    def cut(self, uri: str, removed: Sequence[str], put: Sequence[str]) -> None:
        """One change took texts out of a document, which may be put in again elsewhere.

        What comes back with the same change, in the texts that it put in, was not cut: that is
        how formatters rewrite a document.
        """
        if self._saving():
            return
        for text in removed:
            kept = _beginning(text, _LONGEST_CUT)
            if len(kept.strip()) >= _WORTH_KEEPING and not _comes_back(kept, put):
                name = next(self._cuts)
                self._cut_from[name] = uri
                self._give(name, kept)

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._take_back(uri)

    def bar(self, barred: Callable[[str], bool]) -> None:
        """Some documents may not be copied from, nor what was cut from them, by their URIs."""
        for name in list(self._told):
            if barred(self._cut_from.get(name, name)):
                self._take_back(name)

    def _take_back(self, name: str) -> None:
        self._waiting.pop(name, None)
        if name in self._told:
            del self._told[name]
            self._refer(name, "")

    def _give(self, name: str, text: str) -> None:
        told = hash(text)
        if self._told.get(name) != told:
            self._told[name] = told
            self._waiting[name] = text  # in the turn of an older one that still waits
            if self._pause is None:
                self._next()

    def _next(self) -> None:
        self._pause = None
        if self._waiting:
            name = next(iter(self._waiting))
            text = self._waiting.pop(name)
            self._refer(name, text)
            loop = asyncio.get_running_loop()
            self._pause = loop.call_later(len(text) / _PACE, self._next)


def _beginning(text: str, longest: int) -> str:
    """As many whole lines as fit: who types a text anew begins at its beginning."""
    if len(text) <= longest:
        return text
    return text[: text.rfind("\n", 0, longest) + 1 or longest]


def _comes_back(text: str, put: Sequence[str]) -> bool:
    """Whether most of a text stands in others, line by line, however it is indented there."""
    # A formatter moves lines a little: what begins a text is not far from the other's beginning.
    there = {line.strip() for line in "\n".join(put)[: 4 * len(text)].splitlines()}
    sizes = [(len(line.strip()), line.strip() in there) for line in text.splitlines()]
    return 2 * sum(size for size, back in sizes if back) > sum(size for size, _ in sizes)
