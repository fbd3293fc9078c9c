"""A model that comes once it is asked for."""

import asyncio
from contextlib import aclosing

import pytest

from inkling.backends.late import Late
from inkling.engine.wire import Done, State
from inkling.errors import InklingError, ModelNotFound
from scripted_engine import ScriptedEngine, done, run


class Made(ScriptedEngine):
    """A scripted engine that runs until it is released."""

    def __init__(self):
        super().__init__("text", done("stop"), state=State("loading"))
        self.over, self.error = asyncio.Event(), None

    async def run(self):
        self.become(State("ready"))
        await self.over.wait()
        if self.error is not None:
            raise self.error
        self.become(State("failed", "It ended."))


class Maker:
    """Makes engines, unless there is nothing to make them of."""

    def __init__(self):
        self.made, self.missing, self.states = [], None, []
        self.late = Late(self.make)
        self.late.listen(lambda state: self.states.append(state.state))

    def make(self):
        if self.missing:
            raise self.missing
        self.made.append(Made())
        return self.made[-1]

    async def said(self):
        asking = self.late.generate([], max_tokens=4, budget_ms=100)
        async with aclosing(asking) as messages:
            return [message async for message in messages]


def play(scene):
    async def whole():
        maker = Maker()
        task = asyncio.create_task(maker.late.run())
        try:
            return await scene(maker)
        finally:
            task.cancel()

    return run(whole())


def test_before_it_is_asked_for_nothing_is_made():
    async def scene(maker):
        await asyncio.sleep(60.0)
        maker.late.refer("file:///a.py", "text")
        return maker.made, maker.late.state.state, await maker.said()

    made, state, said = play(scene)
    assert made == []
    assert state == "asleep"
    assert [(type(one), one.why) for one in said] == [(Done, "failed")]


def test_the_first_key_brings_it_and_the_others_keep_it():
    async def scene(maker):
        maker.late.typed()
        maker.late.typed()
        await asyncio.sleep(1.0)
        maker.late.typed()
        return maker, await maker.said()

    maker, said = play(scene)
    assert maker.states == ["loading", "ready"]
    (made,) = maker.made
    assert made.keys == 1
    assert said[0].text == "text"


@pytest.mark.parametrize(
    ("error", "state"), [(ModelNotFound, "no-model"), (InklingError, "failed")]
)
def test_what_is_missing_is_told_and_looked_for_again_when_it_is_asked_for_again(error, state):
    async def scene(maker):
        maker.missing = error("There is none.")
        maker.late.typed()
        await asyncio.sleep(1.0)
        why = maker.late.state
        maker.missing = None
        await asyncio.sleep(60.0)
        before = len(maker.made)
        maker.late.typed()
        await asyncio.sleep(1.0)
        return why, before, maker.late.state.state

    assert play(scene) == (State(state, "There is none."), 0, "ready")


@pytest.mark.parametrize(
    ("error", "said"),
    [(None, "It ended."), (OSError("Nobody knows."), "The engine stopped working (OSError).")],
)
def test_one_that_failed_for_good_is_made_anew_when_it_is_asked_for_again(error, said):
    async def scene(maker):
        maker.late.typed()
        await asyncio.sleep(1.0)
        maker.made[0].error = error
        maker.made[0].over.set()
        await asyncio.sleep(1.0)
        why = maker.late.state
        maker.late.typed()
        await asyncio.sleep(1.0)
        return why, len(maker.made), maker.late.state.state

    assert play(scene) == (State("failed", said), 2, "ready")
