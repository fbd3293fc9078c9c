"""How long the next forward pass will take, and how many draft tokens are worth one.

Both are running estimates from this machine's own passes: a token more in a pass is nearly free
on some processors and half a step on others, and either changes while other programs run.
"""

import math
from typing import Final

LONGEST: Final = 8
"""Draft tokens at most."""

_FADE: Final = 0.15
# A pass of n tokens is taken for this much of one token's pass and more for each further token,
# until it has been measured.
_GUESS: Final = 0.2


class Pace:
    """Seconds a pass by its number of tokens, and how often draft tokens are accepted."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}
        # By the length of the match that a draft comes from: a longer one is right more often.
        self._acceptance = [0.3, 0.4, 0.5, 0.6, 0.7, 0.9]

    def observe_pass(self, tokens: int, seconds: float) -> None:
        """Take the time of one more pass into account."""
        known = self._seconds.get(tokens)
        if tokens <= 2 * LONGEST:
            self._seconds[tokens] = seconds if known is None else known + _FADE * (seconds - known)

    def observe_draft(self, match: int, draft_tokens: int, accepted_tokens: int) -> None:
        """Take into account how many draft tokens were accepted, in order, from a match."""
        bucket = min(match, len(self._acceptance) - 1)
        # Each accepted token is one success; the first rejected one ends the draft.
        trials = [1.0] * accepted_tokens + [0.0] * (accepted_tokens < draft_tokens)
        for trial in trials:
            self._acceptance[bucket] += _FADE * (trial - self._acceptance[bucket])

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

    def draft_length(
        self, match: int, available: int, pending: int = 1, left: float = math.inf
    ) -> int:
        """How many of `available` draft tokens bring the most tokens a second.

        `pending` tokens go into the pass anyway. A pass that can end within the `left` seconds
        is kept that short; one that cannot has nobody waiting for it. The expectation is that
        of a geometric run of acceptances (arXiv:2211.17192, section 3.3), with the bonus token.
        """
        acceptance = self._acceptance[min(match, len(self._acceptance) - 1)]
        if self.seconds(pending) > left:
            left = math.inf
        best, length = 0.0, 0
        expected, run = 1.0, 1.0
        for k in range(min(available, LONGEST) + 1):
            if k:
                run *= acceptance
                expected += run
            seconds = self.seconds(pending + k)
            if k and seconds > left:
                break
            rate = expected / max(seconds, 1e-9)
            if rate > best:
                best, length = rate, k
        return length
