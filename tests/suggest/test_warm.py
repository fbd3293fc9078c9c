import asyncio

import pytest

from inkling.engine.wire import State, Text
from inkling.suggest.completer import Completer
from inkling.suggest.modes import Mode
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import FOREVER, ScriptedEngine, done, run

HERE = snapshot("x = f(│)\n")


async def settle(work):
    if work:
        await work


def test_a_place_is_read_and_then_written_on():
    engine = ScriptedEngine(done("length"))

    async def warm():
        completer = Completer(engine)
        await settle(completer.warm(HERE))
        return completer

    run(warm())
    read, written = engine.asked
    assert read.max_tokens == 0 < written.max_tokens
    assert isinstance(read.prompt[-1], Text)
    assert read.prompt[-1].text.endswith("x = f(")


def test_what_was_read_ahead_is_what_a_request_asks_about():
    engine = ScriptedEngine("a", done("stop"))

    async def both():
        completer = Completer(engine)
        await settle(completer.warm(HERE))
        await completer.complete(HERE, Mode("automatic", 60_000, 48, 6), Trace())

    run(both())
    assert engine.asked[0].prompt == engine.asked[1].prompt


def test_an_engine_at_work_is_left_at_it():
    engine = ScriptedEngine("a", FOREVER)

    async def both():
        completer = Completer(engine)
        asking = completer.complete(HERE, Mode("automatic", 10_000, 48, 6), Trace())
        waiting = asyncio.create_task(asking)
        await asyncio.sleep(1)
        completer.warm(HERE)
        await asyncio.sleep(1)
        waiting.cancel()
        return len(engine.asked)

    assert run(both()) == 1


def test_a_line_too_long_to_be_code_is_not_read():
    engine = ScriptedEngine(done("length"))

    async def warm():
        assert Completer(engine).warm(snapshot("1, " * 10_000 + "│")) is None

    run(warm())
    assert not engine.asked


@pytest.mark.parametrize("state", ["loading", "asleep"])
def test_an_engine_that_is_not_ready_is_not_asked(state):
    engine = ScriptedEngine(state=State(state))

    async def warm():
        await settle(Completer(engine).warm(HERE))

    run(warm())
    assert not engine.asked


def test_a_cursor_that_comes_to_rest_is_no_key():
    engine = ScriptedEngine(done("length"))

    async def warm():
        await settle(Completer(engine).warm(HERE))

    run(warm())
    assert engine.asked
    assert not engine.keys
