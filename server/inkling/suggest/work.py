"""The one thing that the engine is at: writing on from a place, or reading one.

Whatever is begun takes the place of what the engine was at. It knows windows, prompts and
generations; which work is wanted when is decided by the completer, and `ahead` of the keys.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from inkling.backends.base import Backend
from inkling.context import window
from inkling.context.window import Extent, Window
from inkling.engine.wire import Chunk, Prompt
from inkling.languages import registry
from inkling.suggest import prompt
from inkling.suggest.generations import Cache, Generation
from inkling.suggest.indentation import settle, settled_at
from inkling.suggest.markers import unmarked
from inkling.text.buffers import Snapshot

# A request may spend this much of its budget on reading; where a place takes longer, it is read
# with a short window first.
_READING_SHARE: Final = 0.35
_NEARLY_READ: Final = 8  # tokens: so few are read with the next step


@dataclass(frozen=True)
class Place:
    """A cursor's surroundings behind some text that was `typed`, with much and with little of them,
    as a machine that takes `read_ms` for a token reads in good time.

    The full window names the place; which of them the model sees depends on what it has read
    already. Both are there twice: `before` the start of the window moved last, it began where the
    one begins that was read for what is being typed here. Each is cut when it is first asked for:
    an answer that is known already needs one.
    """

    snapshot: Snapshot
    read_ms: float
    reach: int = 0
    typed: str = ""

    @property
    def uri(self) -> str:
        """The document."""
        return self.snapshot.uri

    @property
    def language(self) -> str:
        """The document's languageId."""
        return self.snapshot.language

    @cached_property
    def full(self) -> Window:
        """Much of them."""
        return self._cut(window.extent(self.read_ms))

    @cached_property
    def near(self) -> Window:
        """Little of them."""
        return self._cut(window.near(self.read_ms))

    @cached_property
    def full_before(self) -> Window:
        """As much of them, before the start moved."""
        return self._cut(window.extent(self.read_ms), moved=False)

    @cached_property
    def near_before(self) -> Window:
        """As little of them, before the start moved."""
        return self._cut(window.near(self.read_ms), moved=False)

    def after(self, text: str) -> "Place":
        """The place behind `text`, once that is typed here."""
        return replace(self, typed=self.typed + text)

    def _cut(self, extent: Extent, *, moved: bool = True) -> Window:
        cut = window.cut(self.snapshot, extent, self.reach, moved=moved)
        return cut.typed_on(self.typed) if self.typed else cut


class Work:
    """Sets the engine to work, on one thing at a time."""

    def __init__(self, engine: Backend, cache: Cache) -> None:
        self._engine = engine
        self._cache = cache
        self._task: asyncio.Task[None] | None = None
        self._place: Place | None = None

    @property
    def ready(self) -> bool:
        """Whether the engine can be set to work."""
        return self._engine.state.state == "ready"

    @property
    def snapshot(self) -> Snapshot | None:
        """What the engine is, or was last, at work on."""
        return self._place.snapshot if self._place else None

    def is_at(self, place: Place) -> bool:
        """Whether the engine is at work on a place."""
        running = self._task is not None and not self._task.done()
        return running and self._place is not None and self._place.full == place.full

    async def done(self) -> None:
        """Wait until the engine has nothing to do."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    def stop(self) -> None:
        """Let the engine leave what it is at; what it reads for a place it reads to its end."""
        if self._task is not None:
            self._task.cancel()

    def at(self, snapshot: Snapshot, reach: int = 0) -> Place:
        """Return the place of a snapshot's cursor, with windows as large as this machine reads.

        They are cut as they will be once `reach` more characters are typed.
        """
        return Place(snapshot, self._engine.state.read_ms, reach)

    def write(
        self,
        place: Place,
        *,
        max_tokens: int,
        budget_ms: float,
        behind_ms: float,
        known: Generation | None = None,
    ) -> Generation:
        """Write on from a place; return what grows.

        What `known` says already stands at its beginning and is not written again.
        """
        rest = (known.rest(place.uri, place.full) or "") if known is not None else ""
        generation = Generation(place.uri, place.full, max_tokens, text=rest)
        if known is not None and rest:
            generation.spoken = known.spoken_of(rest)
        self._cache.add(generation)
        parts = self._affordable(place.after(rest), budget_ms)
        generation.unread_tokens = self._unread_tokens(parts)
        at = -1 if rest else settled_at(place.full.prefix, registry.find(place.language))
        self._begin(place, self._generate(generation, parts, budget_ms, behind_ms, at))
        return generation

    def read(self, place: Place, *, near: bool = False) -> None:
        """Read a place, so that a request there costs its own new tokens only."""
        parts = self.prompt(place, near=near)
        reading = Generation(place.uri, place.full, 0)
        self._begin(place, self._generate(reading, parts, 0, 0))

    def unread_tokens(self, place: Place, *, near: bool = False) -> float:
        """Estimate how much of a place the engine would have to read, 0 where that is little."""
        return self._unread_tokens(self.prompt(place, near=near))

    def _unread_tokens(self, parts: Prompt) -> float:
        unread = self._engine.unread_tokens(parts)
        return unread if unread > _NEARLY_READ else 0

    def prompt(self, place: Place, *, near: bool = False) -> Prompt:
        """Return what the model sees of a place: much of it, or little."""
        return self._build(place, place.near if near else place.full)

    def _build(self, place: Place, window: Window) -> Prompt:
        title = prompt.title_of(place.uri, place.language)
        return prompt.build(window, self._engine.state.layout, title)

    def prompt_read(self, place: Place) -> Prompt:
        """Return that of a place's prompts of which least is unread."""
        windows = (place.full, place.full_before, place.near, place.near_before)
        prompts = (self._build(place, window) for window in windows)
        return min(prompts, key=self._engine.unread_tokens)

    def _affordable(self, place: Place, budget_ms: float) -> Prompt:
        """Choose what can be read in time, and of that what shows most of the place; of what
        cannot, the full window, unless reading it takes much longer than reading the near one.

        A window whose start has just moved is read anew as soon as there is time. Until then the
        one before serves, else every key would find neither the full one read nor the near one.
        """
        affordable_ms = _READING_SHARE * budget_ms
        full, full_ms = self._cost(place, place.full)
        near, near_ms = self._cost(place, place.near)
        before = (self._cost(place, w) for w in (place.full_before, place.near_before))
        (full_before, full_before_ms), (near_before, near_before_ms) = before
        if full_ms > affordable_ms >= full_before_ms:
            return full_before
        if full_ms > affordable_ms and near_ms > affordable_ms >= near_before_ms:
            return near_before
        return near if full_ms > max(affordable_ms, 1.5 * near_ms) else full

    def _cost(self, place: Place, window: Window) -> tuple[Prompt, float]:
        """Return the prompt for a window, and how long it would take to read."""
        built = self._build(place, window)
        return built, self._engine.unread_tokens(built) * self._engine.state.read_ms

    def _begin(self, place: Place, work: Coroutine[None, None, None]) -> None:
        self.stop()
        self._place = place
        self._task = asyncio.create_task(work)

    async def _generate(
        self,
        generation: Generation,
        parts: Prompt,
        budget_ms: float,
        behind_ms: float,
        at: int = -1,
    ) -> None:
        stream = self._engine.generate(
            parts, max_tokens=generation.max_tokens, budget_ms=budget_ms, behind_ms=behind_ms
        )
        begun, written = generation.text, ""
        try:
            async with aclosing(unmarked(stream, self._engine.state.markers)) as messages:
                async for message in messages:
                    if isinstance(message, Chunk):
                        written += message.text.replace("\r", "")
                        generation.grow(
                            settle(written, at)[len(generation.text) - len(begun) :],
                            message.tokens,
                            message.stats,
                            message.next_ms,
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
