"""A snapshot and a deadline in, a suggestion or the reason for none out.

The one place where context, cache, prompt, engine and trim meet. It knows neither the editor
nor other requests (those are the scheduler's).
"""

import asyncio
import math
import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Final

from inkling.backends.process import Engine
from inkling.options import Mode
from inkling.suggest import ahead, trim
from inkling.suggest.ahead import BEHIND_MS, Ahead
from inkling.suggest.alternatives import alternatives
from inkling.suggest.generations import KEPT, Cache, Generation
from inkling.suggest.outcome import Nothing, Outcome, Suggestion
from inkling.suggest.trace import Trace
from inkling.suggest.work import Place, Work
from inkling.text.buffers import Snapshot

# What reading the request and writing the answer take, in milliseconds, beside a busy engine: the
# budget ends with the answer's last byte.
_ANSWER_MS: Final = 9.0

_PASSES: Final = 3.5
_ENOUGH: Final = 8
"""An answer that nobody asked for, of that many characters at least, waits no longer than so many
passes of the model. A fast machine answers sooner, not at greater length: reading begins sooner,
and what is written meanwhile is there before it is read."""

PARTS: Final = (*sorted(ahead.PARTS), "cache")
"""What can be left out, to measure what it is worth."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class _Asked:
    """A request at work: what it is about, and the best that is known so far."""

    snapshot: Snapshot
    place: Place
    site: trim.Site
    mode: Mode
    trace: Trace
    explicit: bool
    trimmed: trim.Trimmed = field(default_factory=lambda: trim.Trimmed("", ended=False))
    generation: Generation | None = None
    kept: str = ""
    """What is on the screen already, as far as it says what is typed; none of it goes."""

    @property
    def left_ms(self) -> float:
        """Milliseconds until the answer must be written."""
        return self.mode.budget_ms - _ANSWER_MS - self.trace.elapsed_ms

    @property
    def text(self) -> str:
        """What can be shown of what is known."""
        if self.trimmed.ended:
            return self.trimmed.text
        around = self.place.full.prefix + self.place.full.suffix
        return trim.clean_end(self.trimmed.text, self.snapshot.line_prefix, around)

    def learn(self, rest: str, generation: Generation) -> None:
        """Take in what a generation says follows; what was known before may be ahead of it."""
        began = time.perf_counter()
        trimmed = trim.trim(rest, self.site, finished=_whole(generation))
        longer = len(self.kept) > len(trimmed.text) and self.kept.startswith(trimmed.text)
        if longer and rest.startswith(self.kept) and not self.site.line_suffix.strip():
            trimmed = trim.Trimmed(self.kept, ended=True)
        if trimmed.ended or not self.trimmed.text.startswith(trimmed.text):
            self.trimmed = trimmed
        if rest:
            self.trace.first_ms = self.trace.first_ms or self.trace.elapsed_ms
        self.trace.trim_ms += (time.perf_counter() - began) * 1e3
        self.generation = generation

    def too_late_for(self, generation: Generation) -> bool:
        """Whether the next step of a generation would end after the answer is to be written."""
        step_ms = (generation.next_at - time.perf_counter()) * 1e3
        if step_ms > self.left_ms:
            return True
        enough_ms = _PASSES * generation.stats.pass_ms or math.inf
        late = self.trace.elapsed_ms + step_ms > enough_ms
        return late and not self.explicit and len(self.text.strip()) >= _ENOUGH


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a person reads: a generation's text up to `end`."""

    generation: Generation
    end: int

    def left(self, place: Place) -> str:
        """What of it is left at a place that is typed along with it."""
        return self.generation.text[_typed(self.generation, place) : self.end]


def _typed(generation: Generation, place: Place) -> int:
    """How many characters of a generation stand before a place's cursor."""
    return len(place.full.prefix) - len(generation.window.prefix)


def _shown(asked: _Asked, text: str) -> _Shown | None:
    if asked.generation is None:
        return None
    end = _typed(asked.generation, asked.place) + len(text.replace("\r\n", "\n"))
    return _Shown(asked.generation, end)


class Completer:
    """Completes snapshots with one engine.

    `on_more` hears of a snapshot whose answer would by now say more than it did. While `saving`
    energy, little is done ahead. `without` are parts that are left out for a measurement, of
    `PARTS`.
    """

    def __init__(
        self,
        engine: Engine,
        on_more: Callable[[Snapshot], None] = lambda _: None,
        saving: Callable[[], bool] = lambda: False,
        without: Collection[str] = (),
    ) -> None:
        self._engine = engine
        self._on_more = on_more
        self._cache = Cache(0 if "cache" in without else KEPT)
        self._work = Work(engine, self._cache)
        self._ahead = Ahead(self._work, self._cache, saving, ahead.PARTS.difference(without))
        self._looking: asyncio.Task[None] | None = None
        self._shown: _Shown | None = None

    async def complete(
        self,
        snapshot: Snapshot,
        mode: Mode,
        trace: Trace,
        *,
        explicit: bool,
        debounce_ms: float = 0.0,
    ) -> Outcome:
        """Return what to show at the snapshot's cursor within what is left of the budget.

        The budget counts from `trace.started`; the engine is left alone for `debounce_ms`, the
        cache is not. Cancelling this leaves the engine at work: what it writes is kept, and the
        next request takes it over or supersedes it.
        """
        unable = self._unable(snapshot, explicit=explicit)
        if unable:
            return unable
        began = time.perf_counter()
        place = self._work.at(snapshot)
        site = trim.site(snapshot, mode.max_lines, explicit=explicit)
        asked = _Asked(snapshot, place, site, mode, trace, explicit)
        trace.context_ms = (time.perf_counter() - began) * 1e3
        self._look_away()
        try:
            async with asyncio.timeout(asked.left_ms / 1e3):
                whole = await self._work_out(asked, debounce_ms)
            trace.why = "trimmed" if whole else "deadline"
        except TimeoutError:
            trace.why = "deadline"
        outcome = _outcome(asked)
        if explicit and isinstance(outcome, Suggestion) and asked.trimmed.ended:
            outcome = await self._with_alternatives(asked, outcome)
        self._shown = _shown(asked, outcome.text) if isinstance(outcome, Suggestion) else None
        self._looking = asyncio.create_task(self._look_on(asked, outcome))
        return outcome

    def warm(self, snapshot: Snapshot) -> "asyncio.Task[None] | None":
        """Get ready for requests at the cursor, which has come to rest there.

        Return that work, None if there is none to do.
        """
        if not self._work.ready:
            return None
        place = self._work.at(snapshot)
        at_it = self._work.place is not None and self._work.place.full == place.full
        if at_it or not self._work.unread_tokens(place):
            return None  # whoever types moves the cursor too
        self._look_away()
        self._looking = asyncio.create_task(self._ahead.came(place))
        return self._looking

    def refer(self, name: str, text: str) -> None:
        """Take a text that drafts may be copied from, instead of the one of that name."""
        self._engine.refer(name, text)

    def rest(self) -> None:
        """Let the engine leave whatever it is at."""
        self._look_away()
        self._work.stop()

    async def _work_out(self, asked: _Asked, debounce_ms: float) -> bool:
        """Learn what follows: from what was written before, else from a new generation.

        Return whether that is all there is to say.
        """
        shown = self._shown
        known = self._cache.find(
            asked.snapshot.uri, asked.place.full, shown.generation if shown else None
        )
        if known is not None:
            if shown is not None and known is shown.generation:
                asked.kept = shown.left(asked.place)
            asked.trace.source = "cache"
            asked.learn(known.rest(known.uri, asked.place.full) or "", known)
            if not _falls_short(known, asked):
                followed = await _follow(asked, known)
                if followed is not None:
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
        return bool(await _follow(asked, generation))

    async def _with_alternatives(self, asked: _Asked, suggestion: Suggestion) -> Suggestion:
        texts = await alternatives(
            self._engine,
            self._work.prompt(asked.place),
            asked.trimmed.text,
            asked.site,
            max_tokens=asked.mode.max_tokens,
            left_ms=asked.left_ms,
        )
        others = tuple(_line_ends(text, asked.snapshot) for text in texts)
        return replace(suggestion, alternatives=others)

    async def _look_on(self, asked: _Asked, outcome: Outcome) -> None:
        """Go on behind an answer: see what becomes of it, then look further ahead."""
        told = outcome.text if isinstance(outcome, Suggestion) else ""
        cut_off = not asked.trimmed.ended
        if asked.generation is not None and cut_off:
            await _follow(asked, asked.generation, patiently=True)
            more = _line_ends(asked.trimmed.text, asked.snapshot)
            if asked.trimmed.ended and more.strip() and more != told and more.startswith(told):
                told = more
                self._shown = _shown(asked, told)
                self._on_more(asked.snapshot)
        if asked.generation is not None and asked.generation.why == "stop":
            told = ""  # the model has said that nothing follows
        await self._ahead.of(asked.snapshot, asked.place, told, asked.mode.max_tokens)

    def _look_away(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    def _unable(self, snapshot: Snapshot, *, explicit: bool) -> Nothing | None:
        state = self._engine.state
        if state.state != "ready":
            return Nothing(state.state, state.detail)
        after = snapshot.line_suffix[:1]
        if not explicit and (after.isalnum() or after == "_"):
            return Nothing("mid-word")
        return None


async def _follow(asked: _Asked, generation: Generation, *, patiently: bool = False) -> bool | None:
    """Learn from a generation as it grows, until no more is wanted or would come in time.

    Return whether that is all there is to say, None if it says something else than was typed.
    """
    while True:
        rest = generation.rest(generation.uri, asked.place.full)
        if rest is None:
            return None
        asked.learn(rest, generation)
        if asked.trimmed.ended or not generation.running:
            return True
        if not patiently and asked.too_late_for(generation):
            return False
        asked.trace.source = "model"
        await generation.change()


def _whole(generation: Generation) -> bool:
    """Whether a generation ended by itself; no time would bring more text."""
    return generation.why in ("stop", "length")


def _falls_short(known: Generation, asked: _Asked) -> bool:
    """Whether a generation will not say all that could be shown."""
    more_wanted = asked.mode.max_tokens > known.max_tokens
    if asked.trimmed.ended:
        return more_wanted and known.why == "length"
    return more_wanted or not known.running


def _outcome(asked: _Asked) -> Outcome:
    """What to show of what is known."""
    trimmed, generation = asked.trimmed, asked.generation
    if generation is not None:
        asked.trace.stats = generation.stats
        if generation.why == "failed":
            return Nothing("failed", generation.detail)
    text = asked.text
    if text.strip():
        log_prob = generation.log_prob if generation else 0.0
        return Suggestion(_line_ends(text, asked.snapshot), log_prob)
    if trimmed.repeats:
        return Nothing("duplicate")
    if trimmed.ended:
        return Nothing("empty")
    # A step that only spelled the word again that stands before the cursor is a step too.
    return Nothing("late" if asked.trace.stats.steps or asked.trace.first_ms else "reading")


def _line_ends(text: str, snapshot: Snapshot) -> str:
    """Give the text the line ends that the document begins with."""
    first = _LINE_END.search(snapshot.text)
    return text.replace("\n", first[0]) if first else text
