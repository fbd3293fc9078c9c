"""How long to wait before an engine that ended is started again: the clients do so with a server.

The same numbers are in vscode-extension/src/backoff.ts and neovim-plugin/lua/inkling/server.lua.
"""

from typing import Final

DELAYS_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
WELL_S: Final = 60.0
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
