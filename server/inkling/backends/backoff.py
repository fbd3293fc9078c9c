"""How long to wait before an engine that ended is started again; clients do so with a server."""

from typing import Final

from inkling.protocol import FIRST_RESTART_MS, MOST_RESTARTS, STEADY_MS

DELAYS_S: Final = tuple(FIRST_RESTART_MS / 1e3 * 2**time for time in range(MOST_RESTARTS))
WELL_S: Final = STEADY_MS / 1e3
"""An engine that ran so long was well: what ended it counts as the first time."""


class Backoff:
    """Counts how often an engine ended soon after it was started."""

    def __init__(self) -> None:
        self._ended = 0

    def after(self, ran_s: float) -> float | None:
        """Return the delay in seconds after an engine that ran for `ran_s`; None: leave it."""
        if ran_s >= WELL_S:
            self._ended = 0
        delay = DELAYS_S[self._ended] if self._ended < len(DELAYS_S) else None
        self._ended += 1
        return delay
