import asyncio

import pytest

from inkling.engine.wire import State
from inkling.suggest.completer import Completer
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import FOREVER, ScriptedEngine, done, run

AUTOMATIC = Mode("automatic", 60_000, 48, 6)
MODE = Mode("invoked", 60_000, 48, 6)
FIRST = ("first", done("stop"))


def complete(*ranked, script=FIRST, marked="x = │", mode=MODE):
    """What is suggested, and the engine, whose answers for ranks 1, 2, ... are `ranked`."""
    engine = ScriptedEngine(*script)
    engine.ranked = dict(enumerate(ranked, 1))
    completing = Completer(engine).complete(snapshot(marked), mode, Trace())
    return run(completing), engine


def test_who_asks_gets_up_to_three_the_most_probable_first():
    outcome, engine = complete(["second", done("stop")], ["thi", "rd", done("length")])
    assert outcome == Insert("first", -0.5, ("second", "third"))
    assert len(engine.asked) == 3
    assert engine.asked[0].prompt == engine.asked[1].prompt == engine.asked[2].prompt


def test_what_appears_by_itself_has_no_alternatives():
    outcome, engine = complete(["second", done("stop")], mode=AUTOMATIC)
    assert outcome == Insert("first", -0.5)
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    ("second", "third", "alternatives"),
    [
        (["first", done("stop")], ["third", done("stop")], ("third",)),
        (["second", done("stop")], ["second", done("stop")], ("second",)),
        ([done("stop")], ["third", done("stop")], ("third",)),
        (["  ", done("stop")], [" fi", "rst  ", done("stop")], ()),
        (["sec", done("failed")], ["thi", done("deadline")], ()),
    ],
)
def test_what_is_empty_said_already_or_cut_off_is_none(second, third, alternatives):
    outcome, _ = complete(second, third)
    assert outcome.alternatives == alternatives


def test_each_is_trimmed_like_the_first():
    outcome, engine = complete(
        ["b()\n    c()\nprint", FOREVER],
        ["d()\r\n    e()\n    return 1\n", FOREVER],
        script=("a()", done("stop")),
        marked="if a:\r\n    │\r\n    return 1\r\n",
    )
    assert outcome.text == "a()"
    assert outcome.alternatives == ("b()\n    c()", "d()\n    e()")
    assert engine.left >= 2, "and the engine is let go as soon as one is whole"


def test_the_first_does_not_wait_long_for_the_others():
    engine = ScriptedEngine(*FIRST)
    engine.ranked = {1: ["second", done("stop")], 2: ["thi", FOREVER]}

    async def timed():
        completing = Completer(engine).complete(snapshot("x = │"), MODE, Trace())
        return await completing, asyncio.get_running_loop().time()

    outcome, seconds = run(timed())
    assert outcome.alternatives == ("second",)
    assert 0 < seconds <= 1.01


def test_a_first_one_that_was_cut_off_has_used_the_budget_up():
    mode = Mode("automatic", 1000, 48, 6)
    outcome, engine = complete(
        ["second", done("stop")], script=("f(x), unfinish", FOREVER), mode=mode
    )
    assert outcome == Insert("f(x),", -0.5)
    assert len(engine.asked) == 1


def test_where_nothing_is_suggested_nothing_else_is():
    outcome, engine = complete(["second", done("stop")], script=[done("stop")])
    assert outcome == Nothing("empty")
    assert len(engine.asked) == 1


def test_a_newer_request_need_not_wait_for_alternatives():
    engine = ScriptedEngine(*FIRST)
    engine.ranked = {1: [FOREVER]}
    completer = Completer(engine)

    async def superseded():
        asking = completer.complete(snapshot("x = │"), MODE, Trace())
        asked = asyncio.create_task(asking)
        await asyncio.sleep(0.1)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        engine.script = ("other", done("stop"))
        return await completer.complete(snapshot("y = │"), AUTOMATIC, Trace())

    assert run(superseded()) == Insert("other", -0.5)
    assert engine.left == 1


def test_at_a_place_of_which_little_was_read_they_are_asked_with_as_little():
    far = snapshot("far = 1\n" * 400 + "x = │\n" + "y = 2\n" * 100)
    engine = ScriptedEngine(*FIRST, state=State("ready", read_ms=4.0))
    engine.ranked = {1: ["second", done("stop")], 2: ["third", done("stop")]}
    mode = Mode("invoked", 2000, 48, 6)
    outcome = run(Completer(engine).complete(far, mode, Trace()))
    assert outcome.alternatives == ("second", "third")
    first, *others = [asked.prompt for asked in engine.asked[:3]]
    assert others == [first, first], "what was read is not read anew"
