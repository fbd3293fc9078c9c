"""A snapshot and a deadline in, a suggestion or the reason for none out.

The one place where context, cache, prompt, engine and trim meet. It knows neither the editor
nor other requests (those are the scheduler's).
"""

import asyncio
import re
import time
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final

from inkling import context, prompt, trim
from inkling.alternatives import alternatives
from inkling.buffers import Snapshot
from inkling.cache import Cache, Generation
from inkling.config import Mode
from inkling.context import Window
from inkling.engine.client import Engine
from inkling.engine.wire import Chunk, Prompt
from inkling.outcome import Nothing, Outcome, Suggestion
from inkling.trace import Trace

# What reading the request and writing the answer take, in milliseconds, beside a busy engine: the
# budget ends with the answer's last byte.
_ANSWER_MS: Final = 9.0

# So long the engine goes on behind an answer, in milliseconds: what it finds is in the cache
# when typing gets there.
_BEHIND_MS: Final = 1000.0

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class _Asked:
    """A request at work: what it is about, and the best that is known so far."""

    snapshot: Snapshot
    window: Window
    place: trim.Site
    mode: Mode
    trace: Trace
    trimmed: trim.Trimmed = field(default_factory=lambda: trim.Trimmed("", ended=False))
    generation: Generation | None = None

    @property
    def left_ms(self) -> float:
        """Milliseconds until the answer must be written."""
        return self.mode.budget_ms - _ANSWER_MS - self.trace.elapsed_ms

    def learn(self, rest: str, generation: Generation) -> None:
        """Take in what a generation says follows; what was known before may be ahead of it."""
        began = time.perf_counter()
        trimmed = trim.trim(rest, self.place, finished=_whole(generation))
        if trimmed.ended or not self.trimmed.text.startswith(trimmed.text):
            self.trimmed = trimmed
        if rest:
            self.trace.first_ms = self.trace.first_ms or self.trace.elapsed_ms
        self.trace.trim_ms += (time.perf_counter() - began) * 1e3
        self.generation = generation


class Completer:
    """Completes snapshots with one engine, which works on one generation at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cache = Cache()
        self._work: asyncio.Task[None] | None = None

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
        window = self._window(snapshot)
        place = trim.site(snapshot, mode.max_lines, explicit=explicit)
        asked = _Asked(snapshot, window, place, mode, trace)
        trace.context_ms = (time.perf_counter() - began) * 1e3
        try:
            async with asyncio.timeout(asked.left_ms / 1e3):
                await self._work_out(asked, debounce_ms)
            trace.why = "trimmed"
        except TimeoutError:
            trace.why = "deadline"
        outcome = _outcome(asked)
        if explicit and isinstance(outcome, Suggestion) and asked.trimmed.ended:
            outcome = await self._with_alternatives(asked, outcome)
        return outcome

    async def _work_out(self, asked: _Asked, debounce_ms: float) -> None:
        """Learn what follows: from what was written before, else from a new generation."""
        known = self._cache.find(asked.snapshot.uri, asked.window)
        if known is not None:
            asked.trace.source = "cache"
            asked.learn(known.rest(known.uri, asked.window) or "", known)
            if not _falls_short(known, asked) and await _follow(asked, known):
                return
            asked.trimmed = trim.Trimmed(asked.trimmed.text, ended=False)
        asked.trace.source = "model"
        if debounce_ms:
            asked.trace.debounce_ms = debounce_ms
            await asyncio.sleep(debounce_ms / 1e3)
        await _follow(asked, self._start(asked))

    async def _with_alternatives(self, asked: _Asked, suggestion: Suggestion) -> Suggestion:
        texts = await alternatives(
            self._engine,
            self._prompt(asked),
            asked.trimmed.text,
            asked.place,
            max_tokens=asked.mode.max_tokens,
            left_ms=asked.left_ms,
        )
        others = tuple(_line_ends(text, asked.snapshot) for text in texts)
        return replace(suggestion, alternatives=others)

    def warm(self, snapshot: Snapshot) -> "asyncio.Task[None] | None":
        """Let the engine read the place around the cursor, unless it has something to do.

        Return that work.
        """
        if self._engine.state.state == "ready" and (self._work is None or self._work.done()):
            place = trim.site(snapshot, 1, explicit=False)
            reading = _Asked(snapshot, self._window(snapshot), place, Mode(0, 0, 0), Trace())
            self._start(reading)
        return self._work

    def rest(self) -> None:
        """Let the engine leave whatever it is at."""
        if self._work:
            self._work.cancel()

    def _window(self, snapshot: Snapshot) -> Window:
        return context.window(snapshot, context.extent(self._engine.state.read_ms))

    def _unable(self, snapshot: Snapshot, *, explicit: bool) -> Nothing | None:
        state = self._engine.state
        if state.state != "ready":
            return Nothing(state.state, state.detail)
        after = snapshot.line_suffix[:1]
        if not explicit and (after.isalnum() or after == "_"):
            return Nothing("mid-word")
        return None

    def _start(self, asked: _Asked) -> Generation:
        """Set the engine to work on a new generation; it leaves whatever it was at."""
        generation = Generation(asked.snapshot.uri, asked.window, asked.mode.max_tokens)
        if generation.max_tokens:
            self._cache.add(generation)
        parts = self._prompt(asked)
        if self._work:
            self._work.cancel()
        self._work = asyncio.create_task(self._generate(generation, parts, asked.left_ms))
        return generation

    def _prompt(self, asked: _Asked) -> Prompt:
        title = prompt.title_of(asked.snapshot.uri, asked.snapshot.language)
        return prompt.build(asked.window, self._engine.state.layout, title)

    async def _generate(self, generation: Generation, parts: Prompt, budget_ms: float) -> None:
        stream = self._engine.generate(
            parts,
            max_tokens=generation.max_tokens,
            budget_ms=budget_ms,
            behind_ms=_BEHIND_MS,
        )
        try:
            async with aclosing(stream) as messages:
                async for message in messages:
                    if isinstance(message, Chunk):
                        generation.grow(
                            message.text.replace("\r", ""), message.log_prob, message.stats
                        )
                    else:
                        generation.stats = message.stats
                        generation.finish(message.why, message.detail)
        except asyncio.CancelledError:
            generation.finish("cancelled")
            raise
        finally:
            # However this ended: nobody must wait for more of it.
            if generation.running:
                generation.finish("failed")


async def _follow(asked: _Asked, generation: Generation) -> bool:
    """Learn from a generation as it grows, until no more is wanted; False if it disagrees."""
    while True:
        rest = generation.rest(generation.uri, asked.window)
        if rest is None:
            return False
        asked.learn(rest, generation)
        if asked.trimmed.ended or not generation.running:
            return True
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
    text = trimmed.text
    if generation is not None:
        asked.trace.stats = generation.stats
        if generation.why == "failed":
            return Nothing("failed", generation.detail)
    if not trimmed.ended:
        around = asked.window.prefix + asked.window.suffix
        text = trim.clean_end(text, asked.snapshot.line_prefix, around)
    if text.strip():
        log_prob = generation.log_prob if generation else 0.0
        return Suggestion(_line_ends(text, asked.snapshot), log_prob)
    if trimmed.repeats:
        return Nothing("duplicate")
    if trimmed.ended:
        return Nothing("empty")
    return Nothing("late" if asked.trace.first_ms else "reading")


def _line_ends(text: str, snapshot: Snapshot) -> str:
    """Give the text the line ends that the document begins with."""
    first = _LINE_END.search(snapshot.text)
    return text.replace("\n", first[0]) if first else text
