"""A snapshot and a deadline in, something to insert or the reason for nothing out.

The one place where context, generations, prompt, backend and trim meet. It knows neither the editor
nor other requests (those are the scheduler's).
"""

import asyncio
import math
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from inkling.backends.base import Backend
from inkling.context.knowledge import Knowledge
from inkling.engine.wire import State
from inkling.suggest import ahead, seen, trim
from inkling.suggest.ahead import BEHIND_MS, Ahead
from inkling.suggest.alternatives import alternatives
from inkling.suggest.deep import Deep
from inkling.suggest.following import Asked, Followed
from inkling.suggest.generations import KEPT, Cache, Generation
from inkling.suggest.modes import AUTOMATIC, Mode
from inkling.suggest.outcome import Insert, Nothing, Outcome
from inkling.suggest.refusals import Refusals
from inkling.suggest.site import site_of
from inkling.suggest.trace import Trace
from inkling.suggest.work import Place, Work
from inkling.text.buffers import Snapshot

PARTS: Final = (*sorted(ahead.PARTS), "cache", "project")
"""What can be left out, to measure what it is worth."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a person reads: a generation's text up to `end`."""

    generation: Generation
    end: int

    def left(self, place: Place) -> str:
        """What of it is left at a place that is typed along with it."""
        typed = self.generation.typed(place.uri, place.full)
        return "" if typed is None else self.generation.text[len(typed) : self.end]


def _shown(asked: Asked, text: str) -> _Shown | None:
    generation = asked.generation
    typed = generation.typed(asked.place.uri, asked.place.full) if generation else None
    return None if generation is None or typed is None else _Shown(generation, len(typed + text))


class Completer:
    """Completes snapshots with one engine.

    `on_more` hears of a snapshot whose answer would by now say more than it did. While `saving`
    energy, little is done ahead. `without` are parts that are left out for a measurement, of
    `PARTS`. `knowledge` is what is known of other files. Where there is a `deep` model, who asks by
    a key asks that one too.
    """

    def __init__(
        self,
        engine: Backend,
        on_more: Callable[[Snapshot], None] = lambda _: None,
        saving: Callable[[], bool] = lambda: False,
        without: Collection[str] = (),
        knowledge: Knowledge | None = None,
        deep: Deep | None = None,
    ) -> None:
        self._engine = engine
        self._deep = deep
        self._on_more = on_more
        self._saving = saving
        self._knowledge = (None if "project" in without else knowledge) or Knowledge()
        self._cache = Cache(0 if "cache" in without else KEPT)
        self._work = Work(engine, self._cache, self._knowledge)
        self._refusals = Refusals()
        parts = ahead.PARTS.difference(without)
        self._ahead = Ahead(self._work, self._cache, self._knowledge, saving, parts)
        self._looking: asyncio.Task[None] | None = None
        self._looking_at: Snapshot | None = None  # what it is about
        self._shown: _Shown | None = None
        self._cursor: Snapshot | None = None
        """Where the person is, as far as is known."""
        self._returning: asyncio.Task[None] | None = None
        engine.listen(self._on_state)

    async def complete(
        self, snapshot: Snapshot, mode: Mode, trace: Trace, *, debounce_ms: float = 0.0
    ) -> Outcome:
        """Return what to show at the snapshot's cursor within what is left of the budget.

        The budget counts from `trace.started`; the engine is left alone for `debounce_ms`, the
        cache is not. Cancelling this leaves the engine at work: what it writes is kept, and the
        next request takes it over or supersedes it.
        """
        self._cursor = snapshot
        self._engine.typed()
        if (chosen := self._chosen(snapshot, mode, trace)) is not None:
            trace.source = "cache"
            return chosen
        outcome = await self._answer(snapshot, mode, trace, debounce_ms)
        if self._deep is None or not mode.invoked or snapshot.endless:
            return outcome
        self._deep.begin(snapshot, outcome)
        # It may have been at work there before, and have something to say by now.
        return self._chosen(snapshot, mode, trace) or outcome

    def _chosen(self, snapshot: Snapshot, mode: Mode, trace: Trace) -> Insert | None:
        """What may be chosen by now where the deep model was asked; elsewhere it is left alone.

        Where that is nothing, what kept the first model from saying something may have ended.
        """
        if self._deep is None:
            return None
        self._deep.came(snapshot)
        if not mode.invoked or (found := self._deep.again(snapshot)) is None:
            return None
        outcome, asked = found
        if isinstance(outcome, Nothing):
            return None
        if asked is not None and outcome.deep:
            trace.stats = asked.trace.stats
            # Typed along with, it stays on the screen like any other.
            self._shown = _shown(asked, outcome.text)
            if asked.generation is not None:
                self._cache.add(asked.generation)
        return outcome

    async def _answer(
        self, snapshot: Snapshot, mode: Mode, trace: Trace, debounce_ms: float
    ) -> Outcome:
        unable = self._unable(snapshot, mode)
        if unable:
            return unable
        began = time.perf_counter()
        place = self._work.at(snapshot)
        site = site_of(snapshot, mode)
        if site.in_text and not mode.prose:
            return Nothing("prose")
        asked = Asked(snapshot, place, site, mode, trace, self._refusals)
        trace.context_ms = (time.perf_counter() - began) * 1e3
        self._look_away()
        try:
            async with asyncio.timeout(asked.left_ms / 1e3):
                followed = await self._work_out(asked, debounce_ms)
            trace.why = "trimmed" if followed is Followed.WHOLE else "deadline"
        except TimeoutError:
            trace.why = "deadline"
        outcome = asked.outcome
        if mode.invoked and self._deep is None:
            outcome = await self._with_alternatives(asked, outcome, asked.left_ms)
        asked.answered = True
        told = outcome.text if isinstance(outcome, Insert) else ""
        self._shown = _shown(asked, told) if told else None
        self._looking = asyncio.create_task(self._look_on(asked, told))
        self._looking_at = snapshot
        return outcome

    def warm(self, snapshot: Snapshot, *, writing: bool = True) -> "asyncio.Task[None] | None":
        """Get ready for requests at the cursor, which has come to rest there: read the place, and
        where a person does not have to ask, write on from it.

        Return that work, None if there is none to do.
        """
        self._cursor = snapshot
        if self._deep is not None:
            self._deep.came(snapshot)
        if not self._work.ready or snapshot.endless:
            return None
        place = self._work.at(snapshot)
        if self._work.is_at(place) or self._work.is_read(place):
            return None  # whoever types moves the cursor too
        self._look_away()
        writing = writing and self._unable(snapshot, AUTOMATIC) is None
        self._looking = asyncio.create_task(self._ahead.came(place, writing=writing))
        self._looking_at = snapshot
        return self._looking

    async def seen(self, snapshot: Snapshot) -> str:
        """Tell a person what the model sees at the snapshot's cursor, and where that is from."""
        await self._knowledge.name(snapshot)
        place = await self._ahead.around(snapshot)
        return seen.told(seen.pieces(place), place.known.rests)

    def refused(self, snapshot: Snapshot, text: str) -> None:
        """Take notice that a text which was suggested at a snapshot's cursor was refused."""
        self.leave_deep()
        now = self._cursor
        if now is not None and now.uri == snapshot.uri:
            typed = now.text[snapshot.offset : now.offset]
            if typed and text.startswith(typed):
                snapshot, text = now, text[len(typed) :]
        self._refusals.refused(snapshot, text)
        self._shown = None

    def accepted(self) -> None:
        """Take notice that something was taken."""
        self._refusals.accepted()

    def leave_deep(self) -> None:
        """Let the deep model leave what it is at: nobody waits for it any more."""
        if self._deep is not None:
            self._deep.leave()

    def rest(self, about: Callable[[Snapshot], bool] | None = None) -> None:
        """Let the engine leave whatever it is at, or only what is `about` some documents.

        What it is at, what is looked on from and where the person is need not be one document.
        """

        def left(snapshot: Snapshot | None) -> bool:
            return snapshot is not None and (about is None or about(snapshot))

        if left(self._looking_at):
            self._look_away()
        if left(self._work.snapshot):
            self._work.stop()
        if self._deep is not None and left(self._deep.snapshot):
            self._deep.leave()
        if left(self._cursor):
            self._cursor = None

    async def _work_out(self, asked: Asked, debounce_ms: float) -> Followed:
        """Learn what follows: from what was written before, else from a new generation."""
        shown = self._shown
        known = self._cache.find(
            asked.snapshot.uri, asked.place.full, shown.generation if shown else None
        )
        if known is not None and not known.named:
            said = known.rest(known.uri, asked.place.full) or ""
            known = known if asked.place.known.allows(said) else None
        if known is not None:
            if shown is not None and known is shown.generation:
                left = shown.left(asked.place)
                asked.kept = "" if self._refusals.bars(asked.snapshot, left) else left
            asked.trace.source = "cache"
            asked.learn(known.rest(known.uri, asked.place.full) or "", known)
            if not _falls_short(known, asked):
                followed = await asked.follow(known)
                if followed is not Followed.ASTRAY:
                    return followed
            asked.trimmed = trim.Trimmed(asked.trimmed.text, ended=False)
        asked.trace.source = "model"
        if debounce_ms:
            asked.trace.debounce_ms = debounce_ms
            await asyncio.sleep(debounce_ms / 1e3)
        generation = self._work.write(
            asked.place,
            max_tokens=asked.mode.max_tokens,
            budget_ms=asked.left_ms,
            behind_ms=BEHIND_MS,
            known=known,
        )
        return await asked.follow(generation)

    async def _with_alternatives(self, asked: Asked, first: Outcome, left_ms: float) -> Outcome:
        """What may be chosen in its place besides, where it is whole."""
        if not isinstance(first, Insert) or not asked.trimmed.ended:
            return first
        texts = await alternatives(
            self._engine,
            self._work.prompt_read(asked.place),
            asked.trimmed.text,
            replace(asked.site, invoked=False),
            max_tokens=asked.mode.max_tokens,
            left_ms=left_ms,
        )
        return replace(first, alternatives=texts)

    async def _look_on(self, asked: Asked, told: str) -> None:
        """Go on behind an answer: see what becomes of it, then look further ahead."""

        def tell() -> None:
            nonlocal told
            if (more := asked.says_more_than(told)) is not None:
                told = more
                self._shown = _shown(asked, told)
                self._on_more(asked.snapshot)

        generation = asked.generation
        if generation is not None and not asked.trimmed.ended:
            await asked.follow(generation, patiently=True, learned=tell)
        if self._deep is not None and asked.mode.invoked:
            first = await self._with_alternatives(asked, asked.outcome, math.inf)
            self._deep.heard(asked.snapshot, first)
            await self._deep.done()  # it has the machine to itself
        if await self._names_are_news(asked) and not told:
            asked = self._anew(asked)
            generation = await self._ahead.anew(asked.place, asked.mode.max_tokens)
            await asked.follow(generation, patiently=True, learned=tell)
        if generation is not None and generation.why == "stop":
            told = ""  # the model has said that nothing follows
        await self._ahead.of(asked.snapshot, told, asked.mode.max_tokens)

    async def _names_are_news(self, asked: Asked) -> bool:
        """Learn which names may stand there, as only code has them; whether that is news."""
        if self._saving() or asked.site.in_text:
            return False
        return await self._knowledge.name(asked.snapshot)

    def _anew(self, asked: Asked) -> Asked:
        """The same request, as if it came now, when more is known."""
        place = self._work.at(asked.snapshot)
        return Asked(asked.snapshot, place, asked.site, asked.mode, Trace(), self._refusals)

    def _on_state(self, state: State) -> None:
        """An engine that has become ready has read nothing; one that tells its pace anew gets
        windows of another size.
        """
        if state.state == "ready" and self._returning is None:
            self._returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        """Get ready for requests where the person is, once nothing else is to be done."""
        try:
            await self._work.done()
            while self._looking is not None and not self._looking.done():
                await asyncio.wait([self._looking])
                await self._work.done()
            if self._cursor is not None:
                self.warm(self._cursor)
        finally:
            self._returning = None

    def _look_away(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    def _unable(self, snapshot: Snapshot, mode: Mode) -> Nothing | None:
        state = self._engine.state
        if state.state != "ready":
            return Nothing(state.state, state.detail)
        if snapshot.endless:
            return Nothing("long-line")
        after = snapshot.line_suffix[:1]
        if not mode.invoked and (after.isalnum() or after == "_"):
            return Nothing("mid-word")
        return None


def _falls_short(known: Generation, asked: Asked) -> bool:
    """Whether a generation will not say all that could be shown."""
    more_wanted = asked.mode.max_tokens > known.max_tokens
    if asked.trimmed.ended:
        return more_wanted and known.why == "length"
    return more_wanted or not known.running
