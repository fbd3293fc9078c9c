"""Which request the engine works on: the latest one, after a moment without a newer one.

It decides when; what a request computes is the completer's.
"""

import asyncio
from typing import Final

from inkling.buffers import Snapshot
from inkling.completer import Completer
from inkling.config import Config
from inkling.outcome import Nothing, Outcome
from inkling.trace import Trace

# Requests closer together than this, in milliseconds, come from one burst of keys.
_DEBOUNCE_MS: Final = 12.0


class Scheduler:
    """Runs one request at a time; a newer one supersedes it."""

    def __init__(self, completer: Completer, config: Config) -> None:
        self._completer = completer
        self._config = config
        self._running: asyncio.Task[Outcome] | None = None
        self._last_arrival = 0.0

    async def complete(self, snapshot: Snapshot, trace: Trace, *, explicit: bool) -> Outcome:
        """Answer a request, or say that a newer one superseded it.

        Cancelling this coroutine stops the work.
        """
        if self._running:
            self._running.cancel()
        burst = (trace.started - self._last_arrival) * 1e3 < _DEBOUNCE_MS
        self._last_arrival = trace.started
        mode = self._config.explicit if explicit else self._config.automatic
        task = asyncio.create_task(
            self._completer.complete(
                snapshot,
                mode,
                trace,
                explicit=explicit,
                debounce_ms=_DEBOUNCE_MS if burst and not explicit else 0.0,
            )
        )
        self._running = task
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            trace.total_ms = trace.elapsed_ms
            if self._running is task:
                self._running = None
        return Nothing("superseded") if task.cancelled() else task.result()

    def warm(self, snapshot: Snapshot) -> None:
        """Let the engine read a place that will be asked about, if it has nothing else to do."""
        self._completer.warm(snapshot)

    def configure(self, config: Config) -> None:
        """Take over options from the next request on."""
        self._config = config

    def rest(self) -> None:
        """Leave all work, until there is a new request."""
        if self._running:
            self._running.cancel()
        self._completer.rest()
