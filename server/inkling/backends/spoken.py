"""What came of an answer from elsewhere so far, and whether more of it is wanted and waited for."""

import time
from dataclasses import dataclass, field
from typing import Final

from inkling.engine.wire import Chunk, Stats, Token, Why

_TOKEN: Final = 32
"""No token has more characters, on the average; what says more than was asked for is cut."""

_EMPTY: Final = 64
"""So many events, and as many as tokens, may hold no text."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds: for a connection, for the first of an answer (the prompt is
    read meanwhile), for each next piece of it, and for all of it.
    """

    connect_s: float = 5.0
    first_s: float = 60.0
    next_s: float = 10.0
    whole_s: float = 120.0


@dataclass(slots=True)
class Spoken:
    """What came of an answer so far, of which only the beginning is wanted after `until`. Times are
    values of `time.monotonic`.
    """

    number: int
    max_tokens: int
    until: float
    patience: Patience
    began: float = field(default_factory=time.monotonic)
    events: int = 0
    characters: int = 0
    first: float = 0.0
    last: float = 0.0

    def hear(self, text: str) -> Chunk | None:
        """Take notice of an event; make a chunk of its text, as far as that was asked for."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.events += 1
        text = text[: self._most - self.characters]
        self.characters += len(text)
        stats = self.stats
        return Chunk(self.number, [Token(text, None)], stats, stats.pass_ms) if text else None

    @property
    def why(self) -> Why | None:
        """Why no more is wanted, whatever the server has to say."""
        if not self.events:
            return None
        if self.characters >= self._most or self.events >= 2 * self.max_tokens + _EMPTY:
            return "length"
        return "deadline" if time.monotonic() >= self.until else None

    @property
    def left_s(self) -> float:
        """How long the next event is waited for."""
        most = min(self.last + self.patience.next_s, self.began + self.patience.whole_s, self.until)
        return most - self.last

    @property
    def stats(self) -> Stats:
        """What it cost so far. How many tokens that were is an estimate: one an event."""
        decode_ms = (self.last - self.first) * 1e3
        return Stats(
            generated_tokens=self.events,
            steps=self.events,
            prefill_ms=max(self.first - self.began, 0.0) * 1e3,
            decode_ms=decode_ms,
            pass_ms=decode_ms / (self.events - 1) if self.events > 1 else 0.0,
        )

    @property
    def _most(self) -> int:
        return self.max_tokens * _TOKEN
