"""Plays a plan in real time: presses its keys, reads what comes up, and accepts by the rule."""

import asyncio
import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from inkling.bench import accept, rhythm, typist
from inkling.bench.accept import Decision
from inkling.bench.keys import Document, Edit, Key, Place, Stretch
from inkling.bench.plan import Plan
from inkling.bench.record import Acceptance, Clock, Recording, Request, Stroke
from inkling.bench.screen import Screen


class Plugin(Protocol):
    """The part of an editor that asks for ghost text and shows it, for one open document.

    It is told what happens, in order, and never waits while the person types.
    """

    @property
    def traces(self) -> Mapping[int, Mapping[str, Any]]:
        """What the server told, once this is closed, of requests by their numbers."""

    def typed(self, old: Document, edit: Edit, new: Document) -> None:
        """A key did this edit. The screen has followed it already."""

    def moved(self, document: Document) -> None:
        """The cursor was put elsewhere."""

    def accepted(self, old: Document, edit: Edit, new: Document) -> None:
        """A start of the shown text was inserted. The screen has followed it already."""

    async def close(self) -> list[Request]:
        """End with the document and return all requests in order."""


Open = Callable[[str, Document, Screen, Clock], Plugin]
"""Opens a document by its name; answers go to the screen, times come from the clock."""


async def play(
    plan: Plan, seed: int, open_document: Open, speed: float = 1.0, *, forgetful: bool = False
) -> Recording:
    """Type a plan with a plugin's help. `speed` makes the person faster in all they do; who is
    `forgetful` reads a suggestion in a pause or not at all.
    """
    return await _Performance(plan, open_document, speed, forgetful=forgetful).play(seed)


class _Performance:
    def __init__(self, plan: Plan, open_document: Open, speed: float, *, forgetful: bool) -> None:
        self._plan = plan
        self._speed = speed
        self._clock = Clock()
        self._screen = Screen(
            self._clock,
            lambda text: self._decide(text).verdict,
            accept.KEY_MS / speed,
            forgetful=forgetful,
        )
        self._document = plan.opened
        self._plugin = open_document(plan.name, self._document, self._screen, self._clock)
        self._wanted: str | None = None
        self._last_key_ms = 0.0
        self._strokes: list[Stroke] = []
        self._acceptances: list[Acceptance] = []

    async def play(self, seed: int) -> Recording:
        plan = self._plan
        self._last_key_ms = self._clock.ms
        for number, stretch in enumerate(plan.stretches):
            if number or stretch.before:
                await self._jump(stretch, plan.jump_ms(number))
            await self._type(stretch, plan.seed_of(number))
        await asyncio.sleep(rhythm.LEAVING_MS / 1e3 / self._speed)
        if self._document.text != plan.text:
            raise RuntimeError(f"{plan.name} was not typed as it is")
        requests = tuple(await self._plugin.close())
        return Recording(
            plan.name,
            seed,
            hashlib.sha256(plan.text.encode()).hexdigest(),
            plan.characters,
            tuple(self._strokes),
            tuple(self._screen.sights),
            tuple(self._acceptances),
            requests,
            self._plugin.traces,
        )

    async def _jump(self, stretch: Stretch, wait_ms: float) -> None:
        """Put the cursor at a stretch; nothing is accepted before that."""
        self._wanted = None
        await self._pause(wait_ms)
        self._document = Document(stretch.before, stretch.after)
        self._stroke("jump")
        self._wanted = stretch.wanted(Place())
        self._screen.clear()
        self._plugin.moved(self._document)

    async def _type(self, stretch: Stretch, seed: str) -> None:
        """Type a stretch; what is accepted is not typed, and the rest is planned anew."""
        place = Place()
        self._wanted = stretch.wanted(place)
        keys = typist.keys(stretch, seed)
        while (key := next(keys, None)) is not None:
            taken = await self._pause(key.wait_ms)
            if taken is None:
                place = key.place
                self._wanted = stretch.wanted(place)
                self._press(key)
            else:
                place = Place(place.progress + taken.length, place.closers)
                self._wanted = stretch.wanted(place)
                self._take(taken)
                keys = typist.keys(stretch, seed, place)

    def _press(self, key: Key) -> None:
        old, self._document = self._document, self._document.apply(key.edit)
        self._stroke(key.name)
        self._screen.type(key.edit)
        self._plugin.typed(old, key.edit, self._document)

    def _take(self, taken: Decision) -> None:
        edit = Edit(insert=self._screen.text[: taken.length])
        old, self._document = self._document, self._document.apply(edit)
        self._stroke("accept")
        self._acceptances.append(Acceptance(self._last_key_ms, taken.length, taken.verdict))
        self._screen.accept(taken.length)
        self._plugin.accepted(old, edit, self._document)

    def _stroke(self, name: str) -> None:
        self._last_key_ms = self._clock.ms
        self._strokes.append(Stroke(self._last_key_ms, name))

    def _decide(self, text: str) -> Decision:
        return accept.decide(text, self._wanted)

    async def _pause(self, wait_ms: float) -> Decision | None:
        """Wait for the next key's time; return earlier with what was read and is accepted."""
        until_ms = self._last_key_ms + wait_ms / self._speed
        while True:
            decision = self._decide(self._screen.text)
            if decision.length:
                read_ms = self._screen.since_ms + decision.reading_ms / self._speed
            else:
                read_ms = math.inf
            now_ms = self._clock.ms
            if read_ms <= min(now_ms, until_ms):
                return decision
            if now_ms >= until_ms:
                return None
            await self._screen.changes(min(read_ms, until_ms) - now_ms)
