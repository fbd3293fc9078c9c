"""Completions under options that change while they are served.

It decides whether an engine runs, which one, and which documents it may be asked about.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from inkling.options import Config
from inkling.suggest.outcome import Nothing, Outcome
from inkling.suggest.trace import Trace
from inkling.text.buffers import Snapshot

_OVER: Final = ("no-model", "failed")
"""States that end only with a new start."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a status bar shows. `why` says why nothing was shown last, None if something was.

    `latency_ms` is that of the last answer, None before the first one.
    """

    state: str
    model: str | None = None
    why: Nothing | None = None
    latency_ms: float | None = None

    def as_dict(self) -> dict[str, object]:
        """Plain values for a client."""
        return {
            "state": self.state,
            "model": self.model,
            "reason": self.why.sentence if self.why else None,
            "code": self.why.reason if self.why else None,
            "latencyMs": self.latency_ms,
        }


class Completions(Protocol):
    """What answers the requests."""

    async def complete(self, snapshot: Snapshot, trace: Trace, *, explicit: bool) -> Outcome:
        """Answer one request; cancelling it stops the work."""

    def warm(self, snapshot: Snapshot) -> None:
        """Get ready for requests at the snapshot's cursor."""

    def refer(self, name: str, text: str) -> None:
        """Take a text that drafts may be copied from, instead of the one of that name."""

    def configure(self, config: Config) -> None:
        """Take over options from the next request on; the engine's are as they were."""

    def rest(self) -> None:
        """Leave all work, a request's and any other, until there is a new request."""

    async def run(self) -> None:
        """Work in the background until cancelled."""


Start = Callable[[Config, Callable[[Status], None], Callable[[Snapshot], None]], Completions]
"""Makes the completions for a configuration. They report their state through the first callback,
and through the second one that the answer for a snapshot would by now say more than it did."""


class Configured:
    """Completions as the options want them, which report their status through `tell`.

    Switched off, they stay loaded, so that they are back at once; never switched on, they are
    never loaded.
    """

    def __init__(
        self, start: Start, tell: Callable[[Status], None], more: Callable[[Snapshot], None]
    ) -> None:
        self._start = start
        self._tell = tell
        self._more = more
        self._config = Config(enabled=False)
        self._completions: Completions | None = None
        self._background = set[asyncio.Task[None]]()
        self._status = self._told = Status("starting")

    def configure(self, config: Config) -> None:
        """Take over options; only other options of the engine's, or an ended one, start it anew."""
        before, self._config = self._config, config
        if before.engine != config.engine or self._status.state in _OVER:
            self._leave()
        if self._completions is None and config.enabled:
            self._completions = self._start(config, self._report, self._more)
            task = asyncio.ensure_future(self._completions.run())
            self._background.add(task)
            task.add_done_callback(self._background.discard)
            return  # they will report
        if self._completions is not None:
            self._completions.configure(config)
            if not config.enabled or config.disabled_languages - before.disabled_languages:
                self._completions.rest()
        self._report(self._status)

    async def complete(self, snapshot: Snapshot, trace: Trace, *, explicit: bool) -> Outcome:
        """Answer one request; cancelling it stops the work."""
        completions = self._completions
        if (off := self._off(snapshot)) or completions is None:
            return off or Nothing("starting")
        outcome = await completions.complete(snapshot, trace, explicit=explicit)
        if completions is not self._completions:
            return self._off(snapshot) or Nothing("loading")
        return self._off(snapshot) or outcome

    def warm(self, snapshot: Snapshot) -> None:
        """Get ready for requests at the snapshot's cursor."""
        if self._completions is not None and not self._off(snapshot):
            self._completions.warm(snapshot)

    def refer(self, name: str, text: str) -> None:
        """Take a text that drafts may be copied from, instead of the one of that name."""
        if self._completions is not None and self._config.enabled:
            self._completions.refer(name, text)

    async def stop(self) -> None:
        """End the work in the background, and wait until it has ended."""
        self._leave()
        if self._background:
            await asyncio.wait(self._background)

    def _leave(self) -> None:
        if self._completions is not None:
            self._completions.rest()
        self._completions = None
        self._status = Status("starting")
        for task in self._background:
            task.cancel()

    def _off(self, snapshot: Snapshot) -> Nothing | None:
        if not self._config.enabled:
            return Nothing("off")
        if snapshot.language in self._config.disabled_languages:
            return Nothing("off", f"Inkling is switched off for {snapshot.language}.")
        return None

    def _report(self, status: Status) -> None:
        self._status = status
        if not self._config.enabled:
            status = Status("off", status.model or self._config.model, Nothing("off"))
        if status != self._told:
            self._told = status
            self._tell(status)
