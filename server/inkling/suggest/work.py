"""The one thing that the engine is at: writing on from a place, or reading one.

Whatever is begun takes the place of what the engine was at. It knows windows, prompts and
generations; which work is wanted when is decided by the completer, and `ahead` of the keys.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from inkling.backends.base import Backend, reason_of
from inkling.context import window
from inkling.context.knowledge import Knowledge, Known
from inkling.context.quoted import Parts
from inkling.context.window import NEAR, Extent, Sight, Window
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

    The full window names the place; which of them the model sees, and how much of what is `known`
    of other files, depends on what it has read already. All are there twice: `before` the start of
    the window moved last, it began where the one begins that was read for what is being typed here.
    They are cut when they are first asked for: an answer that is known already needs one.
    """

    snapshot: Snapshot
    read_ms: float
    reach: int = 0
    typed: str = ""
    known: Known = field(default_factory=Known)
    sight: Sight = NEAR

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
        return self._cut(self._extent)

    @cached_property
    def full_before(self) -> Window:
        """As much of them, before the start moved."""
        return self._cut(self._extent, moved=False)

    @cached_property
    def first(self) -> tuple[Window, ...]:
        """Little of them, then more: what is read before all of it is."""
        return tuple(map(self._cut, window.first(self.read_ms)))

    @cached_property
    def first_before(self) -> tuple[Window, ...]:
        """The same, before the start moved."""
        return tuple(self._cut(one, moved=False) for one in window.first(self.read_ms))

    @property
    def characters_beside(self) -> int:
        """What parts of other files may have, in characters."""
        return self._extent.characters_beside(registry.find(self.language))

    def after(self, text: str) -> "Place":
        """The place behind `text`, once that is typed here."""
        return replace(self, typed=self.typed + text)

    @property
    def _extent(self) -> Extent:
        return window.extent(self.read_ms, self.sight)

    def _cut(self, extent: Extent, *, moved: bool = True) -> Window:
        cut = window.cut(self.snapshot, extent, self.reach, moved=moved)
        return cut.typed_on(self.typed) if self.typed else cut


class Work:
    """Sets the engine to work, on one thing at a time. `sight` is how much its model is shown."""

    def __init__(
        self,
        engine: Backend,
        cache: Cache,
        knowledge: Knowledge | None = None,
        sight: Sight = NEAR,
    ) -> None:
        self._engine = engine
        self._sight = sight
        self._cache = cache
        self._knowledge = knowledge or Knowledge()
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
        """Let the engine leave what it is at; one that is not deep reads a place to its end."""
        if self._task is not None:
            self._task.cancel()

    def at(self, snapshot: Snapshot, reach: int = 0) -> Place:
        """Return the place of a snapshot's cursor, with windows as large as this machine reads.

        They are cut as they will be once `reach` more characters are typed.
        """
        known = self._knowledge.of(snapshot)
        return Place(snapshot, self._engine.state.read_ms, reach, known=known, sight=self._sight)

    def write(
        self,
        place: Place,
        *,
        max_tokens: int,
        budget_ms: float,
        behind_ms: float,
        known: Generation | None = None,
        whole: bool = False,
    ) -> Generation:
        """Write on from a place; return what grows.

        What `known` says already stands at its beginning and is not written again. Who wants the
        `whole` place to be seen waits until it is read; else it is what can be read in time.
        """
        rest = (known.rest(place.uri, place.full) or "") if known is not None else ""
        generation = Generation(place.uri, place.full, max_tokens, text=rest)
        if known is not None and rest:
            generation.spoken = known.spoken_of(rest)
        self._cache.add(generation)
        behind = place.after(rest)
        parts = self.prompt(behind) if whole else self._affordable(behind, budget_ms)
        generation.unread_tokens = self._unread_tokens(parts)
        at = -1 if rest else _settled_at(place)
        names = () if rest or place.typed else place.known.rests
        generation.named = bool(names)
        work = self._generate(generation, parts, budget_ms, behind_ms, at, names)
        self._begin(place, generation, work)
        return generation

    def read(self, place: Place, step: Prompt | None = None) -> None:
        """Read a place, or a step towards it, so that a request there costs its own new tokens."""
        reading = Generation(place.uri, place.full, 0)
        parts = self.prompt(place) if step is None else step
        self._begin(place, reading, self._generate(reading, parts, 0, 0))

    def steps(self, place: Place) -> Iterator[Prompt]:
        """What is worth reading of a place before all of it is, one after another: what costs less
        than half of all that is left by then.
        """
        for cut in place.first:
            step = self._build(place, cut)
            left = min(map(self._unread_tokens, self._whole(place)))
            if 0 < 2 * self._unread_tokens(step) < left:
                yield step

    def unread_tokens(self, place: Place, step: Prompt | None = None) -> float:
        """Estimate how much of a place, or of a step towards it, the engine would have to read; 0
        where that is little.
        """
        return self._unread_tokens(self.prompt(place) if step is None else step)

    def is_nearly_read(self, place: Place, within_ms: float) -> bool:
        """Whether what is unread of a place is read in such a time."""
        unread = self.unread_tokens(place)
        return unread > 0 and unread * self._engine.state.read_ms < within_ms

    def is_read(self, place: Place) -> bool:
        """Whether much of a place is read, with the latest that is known of other files or with
        what was known before.
        """
        return not all(
            self._unread_tokens(self._build(place, place.full, parts))
            for parts in dict.fromkeys((place.known.parts, place.known.before))
        )

    def _unread_tokens(self, parts: Prompt) -> float:
        unread = self._engine.unread_tokens(parts)
        return unread if unread > _NEARLY_READ else 0

    def least(self, place: Place) -> Prompt:
        """Return what is read of a place before anything else is."""
        return self._build(place, place.first[0])

    def prompt(self, place: Place) -> Prompt:
        """Return what the model sees of a place where all of it is read."""
        return self._build(place, place.full, place.known.parts)

    def _build(self, place: Place, window: Window, parts: Parts = ()) -> Prompt:
        above = prompt.above(place.snapshot.file, place.language, parts)
        return prompt.build(window, self._engine.state.layout, above, self._sight.most)

    def _whole(self, place: Place) -> Iterator[Prompt]:
        """What the model may see of a place where all of it is read, or was once."""
        for cut in (place.full, place.full_before):
            for parts in dict.fromkeys((place.known.parts, place.known.before)):
                yield self._build(place, cut, parts)

    def _prompts(self, place: Place) -> Iterator[Prompt]:
        """All that the model may see of a place, most first."""
        yield from self._whole(place)
        for cuts in reversed([*zip(place.first, place.first_before, strict=True)]):
            for cut in dict.fromkeys(cuts):
                yield self._build(place, cut)

    def prompt_read(self, place: Place) -> Prompt:
        """Return that of a place's prompts of which least is unread."""
        return min(self._prompts(place), key=self._engine.unread_tokens)

    def _affordable(self, place: Place, budget_ms: float) -> Prompt:
        """Choose what can be read in time, and of that what shows most of the place; of what
        cannot, the full window, unless reading it takes much longer than reading the least. Without
        a budget it is what is read by now.

        A window whose start has just moved is read anew as soon as there is time. Until then the
        one before serves, else every key would find neither the full one read nor the others.
        """
        affordable_ms = _READING_SHARE * budget_ms
        for built in self._prompts(place):
            read = not budget_ms and not self._unread_tokens(built)
            if read or self._reading_ms(built) <= affordable_ms:
                return built
        full, least = self.prompt(place), self.least(place)
        return least if self._reading_ms(full) > 1.5 * self._reading_ms(least) else full

    def _reading_ms(self, built: Prompt) -> float:
        """How long a prompt would take to read."""
        return self._engine.unread_tokens(built) * self._engine.state.read_ms

    def _begin(
        self, place: Place, generation: Generation, work: Coroutine[None, None, None]
    ) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            # However it ended, and be it before it began: nobody must wait for more of it.
            if generation.running:
                generation.finish("cancelled" if task.cancelled() else "failed")

        self.stop()
        self._place = place
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(ended)

    async def _generate(
        self,
        generation: Generation,
        parts: Prompt,
        budget_ms: float,
        behind_ms: float,
        at: int = -1,
        names: Sequence[str] = (),
    ) -> None:
        stream = self._engine.generate(
            parts,
            max_tokens=generation.max_tokens,
            budget_ms=budget_ms,
            behind_ms=behind_ms,
            names=names,
        )
        begun, written = generation.text, ""
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
                    generation.finish(message.why, message.detail, reason_of(message))


def _settled_at(place: Place) -> int:
    """How far the cursor's line is indented, if it is settled; see `settled_at`. The first line of
    a cell goes on nothing, whatever the cell above ends with.
    """
    snapshot = place.snapshot
    line = snapshot.line_prefix + place.typed
    if snapshot.notebook and snapshot.offset == len(snapshot.line_prefix) and not line.strip(" \t"):
        return len(line)
    return settled_at(place.full.prefix, registry.find(place.language))
