"""What the engine has written lately, found again when the person comes to the same place.

A generation is the raw text that continues one window; it may still be growing. Typing what it
says, backspacing into it, taking part of it or coming back later all find the rest of it here.
What of that is shown is `trim`'s to say.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from inkling.context.window import Window
from inkling.engine.wire import Stats, Token
from inkling.protocol import Reason

KEPT: Final = 64


@dataclass(slots=True, eq=False)
class Generation:
    """The text that the engine writes after `window.prefix`.

    It was asked for `max_tokens` tokens. `spoken` are those of its text: where each ends in it, and
    its natural log-probability. No more text will come before `next_at`, a value of
    `time.perf_counter`. It is `named` where all names that may stand at its beginning were known
    when it began, and `deep` where the deep model writes it. `why` is set once it is finished: the
    engine's reason, or "failed" with a `reason` and a `detail`. When it began, about
    `unread_tokens` had to be read first.
    """

    uri: str
    window: Window
    max_tokens: int
    text: str = ""
    spoken: list[tuple[int, float]] = field(default_factory=list)
    why: str = ""
    detail: str = ""
    reason: Reason = "failed"
    stats: Stats = field(default_factory=Stats)
    next_at: float = 0.0
    unread_tokens: float = 0.0
    named: bool = False
    deep: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def log_prob(self) -> float:
        """The sum of its tokens' log-probabilities."""
        return sum(log_prob for _, log_prob in self.spoken)

    @property
    def running(self) -> bool:
        """Whether more text may come."""
        return not self.why

    def grow(self, text: str, tokens: Sequence[Token], stats: Stats, next_ms: float = 0.0) -> None:
        """Add what one step wrote, as `text`; the next one takes `next_ms`."""
        self.next_at = time.perf_counter() + next_ms / 1e3
        begun = len(self.text)
        self.text += text
        # From the end: blanks may be missing from the text that its tokens have, or be there since
        # they were held back.
        left = sum(len(token.text) for token in tokens)
        for token in tokens:
            left -= len(token.text)
            if token.log_prob is not None:
                self.spoken.append((max(len(self.text) - left, begun), token.log_prob))
        self.stats = stats
        self._wake()

    def finish(self, why: str, detail: str = "", reason: Reason = "failed") -> None:
        """No more text will come."""
        self.why, self.detail, self.reason = why, detail, reason
        self._wake()

    async def change(self) -> None:
        """Wait until there is more text, or until it is finished."""
        if self.running:
            await self._changed.wait()

    def typed(self, uri: str, window: Window) -> str | None:
        """What was typed at its place until `window`; None if that is another place."""
        return window.typed_since(self.window) if uri == self.uri else None

    def log_probs(self, start: int, end: int) -> list[float]:
        """The natural log-probabilities of the tokens of which something is in `text[start:end]`;
        there may be none where the backend does not tell them.
        """
        begins = (0, *(at for at, _ in self.spoken))
        spoken = zip(begins, self.spoken, strict=False)
        return [
            log_prob for begin, (at, log_prob) in spoken if begin < end and start < min(at, end)
        ]

    def spoken_of(self, rest: str) -> list[tuple[int, float]]:
        """The tokens of a rest of its text, as they are spoken there."""
        gone = len(self.text) - len(rest)
        return [(at - gone, log_prob) for at, log_prob in self.spoken if at > gone]

    def rest(self, uri: str, window: Window) -> str | None:
        """What is still to be written where `window` ends; None if it says nothing about there.

        That is so where the text around differs, where the person typed something else, and
        where all of it has been typed already. While it runs, an empty rest means: maybe soon.
        """
        typed = self.typed(uri, window)
        if typed is None:
            return None
        if self.text.startswith(typed):
            rest = self.text[len(typed) :]
            return rest if rest or self.running or not typed else None
        # Typed faster than it is written, and so far as it is written: it may well go on so.
        return "" if self.running and self.text and typed.startswith(self.text) else None

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Cache:
    """The latest generations, newest first; as many as are `kept`."""

    def __init__(self, kept: int = KEPT) -> None:
        self._generations: deque[Generation] = deque(maxlen=kept)

    def add(self, generation: Generation) -> None:
        """Remember a generation; the oldest one is forgotten."""
        if generation not in self._generations:
            self._generations.appendleft(generation)

    def forget(self, generation: Generation) -> None:
        """Forget a generation, if it is remembered."""
        with suppress(ValueError):
            self._generations.remove(generation)

    def find(self, uri: str, window: Window, shown: Generation | None = None) -> Generation | None:
        """The generation that says most about what follows `window`, the newest among equals.

        But as long as the one that is `shown` says something, it is that one: what a person reads
        must not change under their eyes because something else came up.
        """
        best: tuple[int, Generation] | None = None
        for generation, rest in self._speaking(uri, window):
            if generation is shown and rest:
                return generation
            if best is None or len(rest) > best[0]:
                best = (len(rest), generation)
        return best[1] if best else None

    def _speaking(self, uri: str, window: Window) -> Iterator[tuple[Generation, str]]:
        for generation in self._generations:
            rest = generation.rest(uri, window)
            if rest is not None and (
                rest or generation.running or generation.why in ("stop", "length")
            ):
                yield generation, rest
