"""What serves under options that change, and which documents it may be asked about."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, Final

from inkling import protocol
from inkling.backends.base import broken
from inkling.context.ignored import Ignored
from inkling.context.index.roots import privacy_of
from inkling.context.privacy import Privacy
from inkling.engine.wire import State
from inkling.errors import InklingError
from inkling.options import Config
from inkling.serving import Deeper, Hooks, Serving
from inkling.suggest.deep import Standing
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Nothing, Outcome
from inkling.suggest.trace import Trace
from inkling.text.buffers import Snapshot

_OVER: Final = ("no-model", "pulling", "failed")
"""States that end only with a new start."""

_IGNORED: Final = (
    "Git ignores this file, or an .inklingignore names it: nothing of it is sent away."
)

_LOOK_SECONDS: Final = 0.5
"""How often is looked, while there is no model, whether somebody pulls one."""


@dataclass(frozen=True, slots=True)
class DeepStatus:
    """What is shown of a deep model. `state` is its engine's, or "writing"; `why` says why it wrote
    nothing last. It takes about so many `bytes` of memory while it is loaded, or text is sent to a
    `host`.
    """

    state: str
    model: str | None
    why: Nothing | None = None
    bytes: int | None = None
    host: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Plain values for a client."""
        return {
            "state": self.state,
            "model": self.model,
            "reason": self.why.sentence if self.why else None,
            "bytes": self.bytes,
            "host": self.host,
        }


@dataclass(frozen=True, slots=True)
class Status:
    """What a status bar shows. `why` says why nothing was shown last, None if something was.

    `latency_ms` is that of the last answer, and `uri` names the document that both are about; none
    was asked about where it is None. `update` is how many bytes a newer make of the model takes to
    download, None where there is none; `percent` how far the pull at work is. `host` is where text
    is sent, None where it stays on this machine. `deep` is None where there is no deep model.
    """

    state: protocol.State
    model: str | None = None
    why: Nothing | None = None
    latency_ms: float | None = None
    uri: str | None = None
    update: int | None = None
    percent: int | None = None
    host: str | None = None
    deep: DeepStatus | None = None

    def as_dict(self) -> dict[str, object]:
        """Plain values for a client."""
        return {
            "state": self.state,
            "model": self.model,
            "host": self.host,
            "reason": self.why.sentence if self.why else None,
            "code": self.why.reason if self.why else None,
            "latencyMs": self.latency_ms,
            "uri": self.uri,
            "update": None if self.update is None else {"bytes": self.update},
            "percent": self.percent,
            "deep": self.deep.as_dict() if self.deep else None,
        }


Start = Callable[[Config, Hooks], Serving]
"""Makes what serves a configuration. Raises InklingError where there is nothing to serve it."""

Pulling = Callable[[], float | None]
"""How far the pull of another process is, from 0 to 1; None where none is at work."""


class Configured:
    """Serves as the options want it, and reports its status through `tell` and `tell_deep`.

    `more` and `deeper` hear of snapshots about which there is more to say by now, the latter from
    the deep model.
    Switched off, the engine stays loaded, so that it is back at once; never switched on, it is
    never loaded.
    """

    def __init__(
        self,
        start: Start,
        tell: Callable[[Status], None],
        more: Callable[[Snapshot], None],
        pulling: Pulling = lambda: None,
        tell_deep: Callable[[DeepStatus | None], None] = lambda _: None,
        deeper: Callable[[Snapshot], None] = lambda _: None,
    ) -> None:
        self._start = start
        self._pulling = pulling
        self._tell = tell
        self._tell_deep = tell_deep
        self._deeper = deeper
        self._more = more
        self._config = Config(enabled=False)
        self._privacy = Privacy()
        self._ignored = Ignored()
        """Only what is sent elsewhere is asked about."""
        self._serving: Serving | None = None
        self._background = set[asyncio.Task[None]]()
        self._status = self._told = Status("starting")

    def configure(self, config: Config, folders: Iterable[str] = ()) -> None:
        """Take over options, and the workspace's folders, as URIs.

        Only another engine, an ended one or a new model is started anew.
        """
        before, self._config = self._config, config
        folders = tuple(folders)
        self._privacy = privacy_of(config.exclude, folders)
        self._ignored = Ignored(folders)
        over = self._status.state in _OVER
        replaced = self._serving is not None and self._serving.replaced()
        if before.engine != config.engine or over or replaced:
            self._leave()
        if self._serving is None and config.enabled:
            self._begin(config)
            return  # it will report
        if self._serving is not None:
            self._serving.scheduler.rest(self._left_alone if config.enabled else None)
        self._report(self._status)

    def barred(self, uri: str, language: str) -> Nothing | None:
        """Why a document is left alone, by its name or its language; None if it is not."""
        if language in self._config.disabled_languages:
            return Nothing("off", f"Inkling is switched off for {language}.")
        if barred := self._privacy.bars(uri):
            return barred
        if self._config.remote is not None and self._ignores(uri):
            return Nothing("excluded", _IGNORED)
        return None

    def _ignores(self, uri: str) -> bool:
        return self._ignored.holds(uri)

    def _left_alone(self, snapshot: Snapshot) -> bool:
        return self.barred(snapshot.file, snapshot.language) is not None

    @property
    def serving(self) -> Serving | Nothing:
        """What may be asked about documents that are not barred, or why nothing may."""
        if not self._config.enabled:
            return Nothing("off")
        if self._serving is None:
            return self._status.why or Nothing("starting")
        return self._serving

    def serving_for(self, uri: str, language: str) -> Serving | Nothing:
        """Return what may be asked about a document, or why nothing may."""
        serving = self.serving
        if not self._config.enabled:
            return serving
        return self.barred(uri, language) or serving

    async def complete(self, snapshot: Snapshot, mode: Mode, trace: Trace) -> Outcome:
        """Answer one request; cancelling it stops the work.

        What the options rule out by the time it is answered is not shown.
        """
        serving = self.serving_for(snapshot.file, snapshot.language)
        if isinstance(serving, Nothing):
            return serving
        outcome = await serving.scheduler.complete(snapshot, mode, trace)
        still = self.serving_for(snapshot.file, snapshot.language)
        if isinstance(still, Nothing):
            return still
        return outcome if still is serving else Nothing("loading")

    async def stop(self) -> None:
        """End the work in the background, and wait until it has ended."""
        self._leave()
        if self._background:
            await asyncio.wait(self._background)

    def _begin(self, config: Config) -> None:
        def heard(state: State) -> None:
            why = None if state.state == "ready" else Nothing(state.state, state.detail)
            if serving is self._serving:  # one that was left has no say
                self._report(
                    Status(
                        state.state, serving.model, why, update=serving.update, host=serving.host
                    )
                )

        def heard_deep(standing: Standing) -> None:
            if serving is self._serving and serving.deeper is not None:
                self._tell_deep(_shown(serving.deeper, standing))

        hooks = Hooks(
            heard,
            self._more,
            lambda: self._config.read_ahead_on_battery,
            heard_deep,
            self._deeper,
            self._ignores,
        )
        try:
            serving = self._start(config, hooks)
        except InklingError as error:
            self._lacking(Status("no-model", config.model, Nothing("no-model", str(error))))
            return
        self._serving = serving
        self._in_background(_run(serving, heard))
        if serving.deeper is not None:
            heard_deep(serving.deeper.deep.standing)
            self._in_background(serving.deeper.deep.run())

    def _lacking(self, status: Status) -> None:
        """Tell that there is no model, or that one is being pulled; then wait for that."""
        fraction = self._pulling()
        if fraction is None:
            self._report(status)
        else:
            self._report_pull(fraction)
        self._in_background(self._await_pull(pulled=fraction is not None))

    async def _await_pull(self, *, pulled: bool) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            fraction = self._pulling()
            if fraction is not None:
                pulled = True
                self._report_pull(fraction)
            elif pulled:
                self._leave()
                self._begin(self._config)
                return

    def _report_pull(self, fraction: float) -> None:
        why = Nothing("no-model", "The model is being pulled.")
        percent = int(100 * fraction)
        self._report(Status("pulling", self._config.model, why, percent=percent))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _leave(self) -> None:
        if self._serving is not None:
            self._serving.scheduler.rest()
        self._serving = None
        self._tell_deep(None)
        self._status = Status("starting")
        for task in self._background:
            if not task.cancelling():  # what is closing is let close
                task.cancel()

    def _report(self, status: Status) -> None:
        self._status = status
        if not self._config.enabled:
            model = status.model or self._config.model
            status = Status("off", model, Nothing("off"), update=status.update)  # nothing is sent
        if status != self._told:
            self._told = status
            self._tell(status)


async def _run(serving: Serving, heard: Callable[[State], None]) -> None:
    try:
        await serving.backend.run()
    except Exception as error:  # noqa: BLE001 - whatever it is, the person is to see that it is over
        heard(broken(error))


def _shown(deeper: Deeper, standing: Standing) -> DeepStatus:
    return DeepStatus(standing.state, deeper.model, standing.why, deeper.bytes, deeper.host)
