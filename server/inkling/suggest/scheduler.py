"""Which request the engine works on: the latest one, after a moment without a newer one.

It decides when; what a request computes is the completer's.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from inkling.suggest.completer import Completer
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Nothing, Outcome
from inkling.suggest.trace import Trace
from inkling.text.buffers import Snapshot

_BURST_MS: Final = 12.0  # closer together than this, changes come from no hand
_PAUSE_MS: Final = 500.0  # a longer interval tells nothing of how fast a person types
_FADE: Final = 0.4
_LONGEST_SHARE: Final = 0.4  # of the budget: what is left must do for an answer


@dataclass(slots=True)
class Rhythm:
    """How fast requests follow each other, and how fast they get their first text; milliseconds."""

    interval_ms: float = 200.0
    response_ms: float = 50.0
    _last_at: float = float("-inf")
    _burst: bool = False

    def arrived(self, at: float) -> None:
        """Take notice of a request at a time, in seconds."""
        interval = (at - self._last_at) * 1e3
        self._last_at = at
        self._burst = interval < _BURST_MS
        if not self._burst and interval < _PAUSE_MS:
            self.interval_ms += _FADE * (interval - self.interval_ms)

    def answered(self, first_ms: float) -> None:
        """Take notice of how long the engine took for its first text."""
        self.response_ms += _FADE * (first_ms - self.response_ms)

    def debounce_ms(self, budget_ms: float) -> float:
        """How long to let the engine be: no time, unless the next key comes before its answer."""
        if self.interval_ms >= self.response_ms:
            return _BURST_MS if self._burst else 0.0
        return min(1.2 * self.interval_ms, _LONGEST_SHARE * budget_ms)


class Scheduler:
    """Runs one request at a time; a newer one supersedes it."""

    def __init__(self, completer: Completer) -> None:
        self._completer = completer
        self._running: asyncio.Task[Outcome] | None = None
        self._snapshot: Snapshot | None = None  # what the latest request is about
        self._rhythm = Rhythm()

    async def complete(self, snapshot: Snapshot, mode: Mode, trace: Trace) -> Outcome:
        """Answer a request, or say that a newer one superseded it.

        Cancelling this coroutine stops the work.
        """
        if self._running:
            self._running.cancel()
        self._rhythm.arrived(trace.started)
        debounce_ms = 0.0 if mode.invoked else self._rhythm.debounce_ms(mode.budget_ms)
        task = asyncio.create_task(
            self._completer.complete(snapshot, mode, trace, debounce_ms=debounce_ms)
        )
        self._running, self._snapshot = task, snapshot
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            trace.total_ms = trace.elapsed_ms
            if trace.source == "model" and trace.first_ms is not None:
                self._rhythm.answered(trace.first_ms - trace.debounce_ms)
            if self._running is task:
                self._running = None
        return Nothing("superseded") if task.cancelled() else task.result()

    def rest(self, about: Callable[[Snapshot], bool] | None = None) -> None:
        """Leave all work, a request's and any other, until there is a new request.

        Or only what is `about` some documents.
        """
        if self._running and self._snapshot and (about is None or about(self._snapshot)):
            self._running.cancel()
        self._completer.rest(about)
