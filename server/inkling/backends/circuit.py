"""When a server that fails is left alone for a while, as an electric circuit opens: more requests
would only make people wait, and it worse.

A circuit that was open closes once the server is there again, but opens with the next failure,
for longer, until a request has gone well.
"""

import random
from typing import Final

_MOST: Final = 3
"""Failures in a row that open it."""

_FIRST_S: Final = 2.0
_LONGEST_S: Final = 60.0

_SPREAD: Final = 0.25
"""Many windows that a server has lost come back spread over such a part of their pause."""


class Circuit:
    """Counts what goes well and what fails. It knows neither clocks nor reasons."""

    def __init__(self) -> None:
        self._failures = 0
        self._pause_s = _FIRST_S

    def worked(self) -> None:
        """Take notice of a request that went well."""
        self._failures = 0
        self._pause_s = _FIRST_S

    def failed(self) -> bool:
        """Take notice of one that failed; return whether the circuit opens."""
        self._failures += 1
        return self._failures >= _MOST

    def pause_s(self) -> float:
        """Return how long it stays open this time, in seconds."""
        pause, self._pause_s = self._pause_s, min(2 * self._pause_s, _LONGEST_S)
        self._failures = _MOST - 1
        return pause * random.uniform(1 - _SPREAD, 1)  # noqa: S311 - no secret
