"""How long the next forward pass will take, how many draft tokens are worth one, and how long a
prompt takes to read.

A running estimate from this machine's own passes: a token more in a pass is nearly free on some
processors and half a step on others, and that changes while other programs run.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 16
"""Draft tokens at most. Copies that are right so far tend to stay right: of drafts of 8 that were
accepted as a whole, half were followed by another."""

_FADE: Final = 0.15
# A pass of n tokens is taken for this much of one token's pass and more for each further token,
# until it has been measured.
_GUESS: Final = 0.2

_AS_GOOD: Final = 0.98
"""Of the best rate. The best length is a flat one: the longest that is as good brings as many
tokens a second as the best does, and 2.5 % more a pass."""


_READING: Final = 2 * LONGEST
"""Tokens: a pass of at least so many reads."""
_READ_LATELY: Final = 48
"""Passes: as many as a whole window takes."""
_UNHINDERED: Final = 0.25
"""The share of passes that other programs may not have hindered. A machine that has become idle
is known after a quarter of a window, and one is not taken for slow because of a busy minute."""

_KNOWN_AFTER: Final = 12
"""Passes: a third of the smallest window. Fewer are chance."""
_MUCH: Final = 1.5
"""A window of another size has to be read anew: so much more or less of it must be worth that.
Passes behind a whole window take a quarter longer than those at its beginning."""


class Pace:
    """Seconds a pass by its number of tokens."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}
        self._read: deque[float] = deque(maxlen=_READ_LATELY)

    def observe_pass(self, tokens: int, seconds: float) -> None:
        """Take the time of one more pass into account."""
        if tokens >= _READING:
            self._read.append(1e3 * seconds / tokens)
        known = self._seconds.get(tokens)
        if tokens <= 2 * LONGEST:
            self._seconds[tokens] = seconds if known is None else known + _FADE * (seconds - known)

    def seconds(self, tokens: int) -> float:
        """Estimate a pass of `tokens` tokens; 0 while nothing is known."""
        if tokens in self._seconds or not self._seconds:
            return self._seconds.get(tokens, 0.0)
        below = max((n for n in self._seconds if n < tokens), default=None)
        above = min((n for n in self._seconds if n > tokens), default=None)
        if below is None or above is None:
            nearest = below or above or 1
            rise = 1 + _GUESS * (tokens - 1)
            return self._seconds[nearest] * rise / (1 + _GUESS * (nearest - 1))
        share = (tokens - below) / (above - below)
        return self._seconds[below] + share * (self._seconds[above] - self._seconds[below])

    @property
    def read_ms(self) -> float:
        """Milliseconds to read one token of a prompt; 0 while nothing is known."""
        passes = sorted(self._read)
        return passes[int(_UNHINDERED * len(passes))] if passes else 0.0

    @property
    def readings(self) -> int:
        """How many passes `read_ms` is made of."""
        return len(self._read)

    def draft_length(
        self, acceptances: Sequence[float], pending: int = 1, left: float = math.inf
    ) -> int:
        """How many draft tokens bring the most tokens a second, nearly; never fewer than none do.

        Of `acceptances`, each is the probability that a token is accepted if those before it are.
        `pending` tokens go into the pass anyway. A pass that can end within the `left` seconds is
        kept that short; one that cannot has nobody waiting for it. The expectation is that of a
        run of acceptances (arXiv:2211.17192, section 3.3), with the bonus token.
        """
        alone = self.seconds(pending)
        if alone > left:
            left = math.inf
        rates = [1 / max(alone, 1e-9)]
        expected, run = 1.0, 1.0
        for acceptance in acceptances[:LONGEST]:
            run *= acceptance
            expected += run
            seconds = self.seconds(pending + len(rates))
            if seconds > left:
                break
            rates.append(expected / max(seconds, 1e-9))
        best = max(rates)
        good = (k for k, rate in enumerate(rates) if rate > rates[0] and rate >= _AS_GOOD * best)
        return max(good, default=0)


@dataclass(slots=True)
class Told:
    """A pace that was told, and is told anew only once it is much more or less."""

    told: float

    def follow(self, pace: Pace) -> bool:
        """Take over what is known by now; return whether that is to be told."""
        much = not self.told / _MUCH <= pace.read_ms <= self.told * _MUCH
        changed = pace.readings >= _KNOWN_AFTER and much
        if changed:
            self.told = pace.read_ms
        return changed
