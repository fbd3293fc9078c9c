"""What is done while nobody waits, so that the answer is there when the next key goes down.

Where a person has come to: each part of the place is read, and a line written with it. Behind an
answer, in the order of how soon it is of use: the rest of what was begun, the whole window of a
place of which little was read, what follows once the suggestion is accepted, and the window that
typing will move to. Whatever a request needs comes first: it cancels this, and takes the engine
over.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from inkling.context.knowledge import Knowledge
from inkling.suggest.generations import Cache, Generation
from inkling.suggest.modes import AUTOMATIC
from inkling.suggest.site import site_of
from inkling.suggest.work import Place, Work
from inkling.text.buffers import Snapshot

BEHIND_MS: Final = 1000.0
"""So long the engine goes on behind an answer: what it finds is in the cache when typing gets
there."""

PARTS: Final = frozenset({"prewarm", "prefetch"})
"""What can be left out, to measure what it is worth: reading ahead, and writing ahead."""

_SOON_MS: Final = 500.0
"""What is read of a place by then is waited for before something is written there."""

_REACH: Final = 240  # characters: to type them takes longer than to read a window


@dataclass(frozen=True, slots=True)
class Ahead:
    """Looks ahead from a place. While it is `saving` energy, it does little."""

    work: Work
    cache: Cache
    knowledge: Knowledge
    saving: Callable[[], bool]
    parts: frozenset[str] = PARTS

    async def of(self, snapshot: Snapshot, shown: str, max_tokens: int) -> None:
        """Do all that will be of use at and behind a place where `shown` is suggested."""
        if self.saving():
            self.work.stop()
            return
        place = self.work.at(snapshot)
        if "prewarm" in self.parts:
            await self._read(place)
        await self.work.done()
        if "prefetch" in self.parts and shown:
            await self._accepted(place.after(shown), max_tokens)
        if "prewarm" in self.parts:
            async for _ in self._reading(await self.around(snapshot, _REACH), latest=True):
                pass

    async def anew(self, place: Place, max_tokens: int) -> Generation:
        """Write on from a place of which more is known now than when it was written on."""
        await self._read(place)
        return self.work.write(place, max_tokens=max_tokens, budget_ms=0, behind_ms=BEHIND_MS)

    async def came(self, place: Place, *, writing: bool) -> None:
        """Read a place that a person has come to: first a little of it, then more, then all, with
        what is known of other files. If `writing`, write on there each time, with what is read by
        then: who types just that sees the rest of it with the first key.
        """
        if "prewarm" not in self.parts:
            return
        least = self.work.least(place)
        if self.work.unread_tokens(place, least):
            self.work.read(place, least)
        if self.saving():
            return
        writing = writing and "prefetch" in self.parts
        if writing and not site_of(place.snapshot, AUTOMATIC).in_text:
            await self.knowledge.name(place.snapshot)
        place = await self.around(place.snapshot)
        await self.work.done()
        line = await self._line(place) if writing else None
        async for _ in self._reading(place, latest=True):
            if writing:
                line = await self._line(place, line)
        await self.work.done()

    async def around(self, snapshot: Snapshot, reach: int = 0) -> Place:
        """A place, with what is known by now of other files that are like it."""
        place = self.work.at(snapshot, reach)
        await self.knowledge.look_around(snapshot, place.full, place.characters_beside)
        return self.work.at(snapshot, reach)

    async def _read(self, place: Place) -> None:
        """Read a place, where that is not done, be it with what was known before."""
        if not self.work.is_read(place):
            async for _ in self._reading(place):
                pass

    async def _reading(self, place: Place, *, latest: bool = False) -> AsyncIterator[None]:
        """Read a place, where that is not done: with the `latest` that is known of other files, or
        else with what was known before. There is more of it each time.
        """
        done = not self.work.unread_tokens(place) if latest else self.work.is_read(place)
        if done:
            return
        for step in self.work.steps(place):
            self.work.read(place, step)
            await self.work.done()
            yield
        self.work.read(place)
        await self.work.done()
        yield

    async def _line(self, place: Place, before: Generation | None = None) -> Generation | None:
        """Write a line with what is read of a place, instead of what was written there `before`;
        nothing where the rest will be read soon, or something else is known there.
        """
        if self.work.is_nearly_read(place, _SOON_MS):
            return before
        if before is not None:
            self.cache.forget(before)
        if self.cache.find(place.uri, place.full) is not None:
            return None
        tokens = AUTOMATIC.max_tokens
        line = self.work.write(place, max_tokens=tokens, budget_ms=0, behind_ms=BEHIND_MS)
        while line.running and not _says_a_line(line, place):
            await line.change()
        return line

    async def _accepted(self, place: Place, max_tokens: int) -> None:
        """Write what follows once the suggestion is accepted, so that Tab is followed at once."""
        known = self.cache.find(place.uri, place.full)
        if known is None or not _says_a_line(known, place):
            self.work.write(
                place, max_tokens=max_tokens, budget_ms=0, behind_ms=BEHIND_MS, known=known
            )
            await self.work.done()


def _says_a_line(known: Generation, place: Place) -> bool:
    rest = known.rest(place.uri, place.full) or ""
    return "\n" in rest.strip("\n") or known.why == "stop"
