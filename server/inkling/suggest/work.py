"""The one thing that the engine is at: writing on from a place, or reading one.

Whatever is begun takes the place of what the engine was at. It knows windows, prompts and
generations; which work is wanted when is decided by the completer, and `ahead` of the keys.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from inkling.backends.base import Backend
from inkling.context import window
from inkling.context.window import Window
from inkling.engine.wire import Chunk, Prompt
from inkling.suggest import prompt
from inkling.suggest.generations import Cache, Generation
from inkling.text.buffers import Snapshot

# A request may spend this much of its budget on reading; where a place takes longer, it is read
# with a short window first.
_READING_SHARE: Final = 0.35
_NEARLY_READ: Final = 8  # tokens: so few are read with the next step


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor's surroundings, with much and with little of them. The full window names the place;
    which of both the model sees depends on what it has read already.
    """

    uri: str
    language: str
    full: Window
    near: Window

    def after(self, text: str) -> "Place":
        """The place behind `text`, once that is typed here."""
        return Place(self.uri, self.language, self.full.typed_on(text), self.near.typed_on(text))


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
        read_ms = self._engine.state.read_ms
        return Place(
            snapshot.uri,
            snapshot.language,
            window.cut(snapshot, window.extent(read_ms), reach),
            window.cut(snapshot, window.near(read_ms), reach),
        )

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
            generation.log_prob = known.log_prob
        self._cache.add(generation)
        parts = self._affordable(place.after(rest), budget_ms)
        self._begin(place, self._generate(generation, parts, budget_ms, behind_ms))
        return generation

    def read(self, place: Place, *, near: bool = False) -> None:
        """Read a place, so that a request there costs its own new tokens only."""
        parts = self.prompt(place, near=near)
        reading = Generation(place.uri, place.full, 0)
        self._begin(place, self._generate(reading, parts, 0, 0))

    def unread_tokens(self, place: Place, *, near: bool = False) -> float:
        """Estimate how much of a place the engine would have to read, 0 where that is little."""
        parts = self.prompt(place, near=near)
        unread = self._engine.unread_tokens(parts)
        return unread if unread > _NEARLY_READ else 0

    def prompt(self, place: Place, *, near: bool = False) -> Prompt:
        """Return what the model sees of a place: much of it, or little."""
        title = prompt.title_of(place.uri, place.language)
        window = place.near if near else place.full
        return prompt.build(window, self._engine.state.layout, title)

    def prompt_read(self, place: Place) -> Prompt:
        """Return that of the two prompts of which more has been read."""
        prompts = self.prompt(place), self.prompt(place, near=True)
        return min(prompts, key=self._engine.unread_tokens)

    def _affordable(self, place: Place, budget_ms: float) -> Prompt:
        """Choose the full window, unless reading it takes too long and the near one does not."""
        read_ms = self._engine.state.read_ms
        full, near = self.prompt(place), self.prompt(place, near=True)
        full_ms = self._engine.unread_tokens(full) * read_ms
        near_ms = self._engine.unread_tokens(near) * read_ms
        return near if full_ms > max(_READING_SHARE * budget_ms, 1.5 * near_ms) else full

    def _begin(self, place: Place, work: Coroutine[None, None, None]) -> None:
        self.stop()
        self._place = place
        self._task = asyncio.create_task(work)

    async def _generate(
        self, generation: Generation, parts: Prompt, budget_ms: float, behind_ms: float
    ) -> None:
        stream = self._engine.generate(
            parts, max_tokens=generation.max_tokens, budget_ms=budget_ms, behind_ms=behind_ms
        )
        try:
            async with aclosing(stream) as messages:
                async for message in messages:
                    if isinstance(message, Chunk):
                        generation.grow(
                            message.text.replace("\r", ""),
                            message.log_prob,
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
