import asyncio
import itertools
import time

from hypothesis import given
from hypothesis import strategies as st

from inkling.suggest.completer import Completer
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.scheduler import Rhythm, Scheduler
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import FOREVER, ScriptedEngine, done, run

MODE = Mode("automatic", 60_000, 10, 6)
INVOKED = Mode("invoked", 60_000, 20, 6)
HERE = snapshot("x = │")
THERE = snapshot("y = │")
ELSEWHERE = snapshot("z = │")


def scheduler(engine):
    return Scheduler(Completer(engine))


def test_a_request_alone_is_answered():
    engine = ScriptedEngine("a", done("stop"))
    outcome = run(scheduler(engine).complete(HERE, MODE, Trace()))
    assert outcome == Insert("a", -0.5)


def test_a_newer_request_supersedes_the_older_one():
    engine = ScriptedEngine("a", FOREVER)
    schedule = scheduler(engine)

    async def both():
        older = asyncio.create_task(schedule.complete(HERE, MODE, Trace()))
        await asyncio.sleep(1)
        engine.script = ("b", done("stop"))
        newer = await schedule.complete(THERE, MODE, Trace())
        return await older, newer

    assert run(both()) == (Nothing("superseded"), Insert("b", -0.5))


def test_each_request_supersedes_the_one_before_it():
    engine = ScriptedEngine("a", FOREVER)
    schedule = scheduler(engine)

    async def three():
        tasks = []
        for place in (HERE, THERE, ELSEWHERE):
            tasks.append(asyncio.create_task(schedule.complete(place, INVOKED, Trace())))
            await asyncio.sleep(1)
        return [task.done() and task.result() for task in tasks]

    assert run(three()) == [Nothing("superseded"), Nothing("superseded"), False]


def test_of_a_burst_only_the_last_request_reaches_the_engine():
    engine = ScriptedEngine("a", done("stop"))
    schedule = scheduler(engine)
    began = time.perf_counter()
    traces = [Trace(started=began + key / 1e3) for key in range(20)]

    async def burst():
        return await asyncio.gather(*(schedule.complete(HERE, MODE, trace) for trace in traces))

    *older, newest = run(burst())
    assert older == [Nothing("superseded")] * 19
    assert newest == Insert("a", -0.5)
    assert len(engine.asked) == 1


def debounced(gap_seconds, mode=MODE):
    """Whether the second of two requests had to wait."""
    schedule = scheduler(ScriptedEngine("a", done("stop")))
    first = Trace()
    second = Trace(started=first.started + gap_seconds)

    async def both():
        await schedule.complete(HERE, MODE, first)
        await schedule.complete(THERE, mode, second)

    run(both())
    assert not first.debounce_ms, "the first of a burst does not wait"
    return second.debounce_ms > 0


def test_requests_of_one_burst_wait_for_newer_ones():
    assert debounced(0.001)
    assert not debounced(1)


def test_who_asks_does_not_wait():
    assert not debounced(0.001, INVOKED)


@given(st.lists(st.floats(0.02, 0.045), min_size=20, max_size=30), st.floats(70, 500))
def test_keys_that_outrun_the_engine_are_let_pass(intervals, response_ms):
    rhythm = Rhythm()
    for _ in range(20):
        rhythm.answered(response_ms)
    for at in itertools.accumulate(intervals):
        rhythm.arrived(at)
    assert 0 < rhythm.debounce_ms(100) <= 40
    assert rhythm.debounce_ms(100) <= 1.2 * rhythm.interval_ms


@given(st.lists(st.floats(0.1, 2), min_size=1), st.floats(1, 95))
def test_an_answer_that_comes_before_the_next_key_is_begun_at_once(intervals, response_ms):
    rhythm = Rhythm()
    for _ in range(20):
        rhythm.answered(response_ms)
    for at in itertools.accumulate(intervals):
        rhythm.arrived(at)
    assert rhythm.debounce_ms(100) == 0


def test_a_request_that_is_cancelled_gives_way():
    engine = ScriptedEngine("a", FOREVER)
    schedule = scheduler(engine)
    trace = Trace()

    async def cancelled_then_next():
        task = asyncio.create_task(schedule.complete(HERE, MODE, trace))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.sleep(1)
        assert task.cancelled()
        engine.script = ("b", done("stop"))
        return await schedule.complete(THERE, MODE, Trace())

    assert run(cancelled_then_next()) == Insert("b", -0.5)
    assert trace.total_ms > 0


def test_a_superseded_request_that_is_cancelled_too_does_not_stop_the_newer_one():
    engine = ScriptedEngine("a", FOREVER)
    schedule = scheduler(engine)

    async def both():
        older = asyncio.create_task(schedule.complete(HERE, MODE, Trace()))
        await asyncio.sleep(1)
        engine.script = (1.0, "b", done("stop"))
        newer = asyncio.create_task(schedule.complete(THERE, MODE, Trace()))
        await asyncio.sleep(0)
        older.cancel()
        return await newer

    assert run(both()) == Insert("b", -0.5)


def test_a_mistake_in_one_request_does_not_reach_the_next():
    engine = ScriptedEngine(None)  # a message that the completer cannot read
    schedule = scheduler(engine)

    async def both():
        assert await schedule.complete(HERE, MODE, Trace()) == Nothing("failed")
        engine.script = ("b", done("stop"))
        return await schedule.complete(HERE, MODE, Trace())

    assert run(both()) == Insert("b", -0.5)


def test_at_rest_the_engine_has_nothing_to_do():
    engine = ScriptedEngine("a", FOREVER)
    completer = Completer(engine)
    schedule = Scheduler(completer)

    async def asked_and_read_ahead():
        asked = asyncio.create_task(schedule.complete(HERE, MODE, Trace()))
        await asyncio.sleep(1)
        schedule.rest()
        assert await asked == Nothing("superseded")
        assert engine.left == 1
        completer.warm(snapshot("far = 1\n" * 50 + "│"))
        await asyncio.sleep(1)
        schedule.rest()
        await asyncio.sleep(1)
        assert engine.left == 2
        engine.script = ("b", done("stop"))
        return await schedule.complete(ELSEWHERE, MODE, Trace())

    assert run(asked_and_read_ahead()) == Insert("b", -0.5)


def about(*languages):
    return lambda snapshot: snapshot.language in languages


def test_only_what_is_about_these_documents_is_left():
    engine = ScriptedEngine("a", FOREVER)
    completer = Completer(engine)
    schedule = Scheduler(completer)

    async def asked_and_read_ahead():
        asked = asyncio.create_task(schedule.complete(HERE, MODE, Trace()))
        await asyncio.sleep(1)
        schedule.rest(about("rust"))
        await asyncio.sleep(1)
        assert not asked.done()
        assert engine.left == 0
        schedule.rest(about("rust", "python"))
        assert await asked == Nothing("superseded")
        assert engine.left == 1
        completer.warm(snapshot("far = 1\n" * 50 + "│"))
        await asyncio.sleep(1)
        schedule.rest(about("rust"))
        await asyncio.sleep(1)
        assert engine.left == 1
        schedule.rest(about("python"))
        await asyncio.sleep(1)
        assert engine.left == 2

    run(asked_and_read_ahead())


def test_what_is_done_behind_an_answer_is_left_with_its_own_document():
    engine = ScriptedEngine("a", done("length"))
    schedule = scheduler(engine)
    rust = snapshot("let x = │", language="rust")

    async def looked_on_from_one_while_at_work_on_the_other():
        await schedule.complete(rust, MODE, Trace())
        await asyncio.sleep(1)
        engine.script = ("b\nc", FOREVER)
        await schedule.complete(HERE, MODE, Trace())
        trace = Trace()
        await schedule.complete(rust, MODE, trace)
        assert trace.source == "cache"
        asked = len(engine.asked)
        schedule.rest(about("rust"))
        await asyncio.sleep(1)
        assert engine.left == 0
        schedule.rest(about("python"))
        await asyncio.sleep(1)
        assert engine.left == 1
        assert len(engine.asked) == asked, "nothing follows"

    run(looked_on_from_one_while_at_work_on_the_other())


def test_a_place_that_is_come_to_is_left_with_its_own_language():
    engine = ScriptedEngine("a", done("length"))
    completer = Completer(engine)
    schedule = Scheduler(completer)
    rust = snapshot("let x = │", language="rust")

    async def come_to_one_from_the_other():
        await schedule.complete(rust, MODE, Trace())
        await asyncio.sleep(1)
        asked = len(engine.asked)
        engine.script = (1.0, done("length"))
        completer.warm(snapshot("far = 1\n" * 400 + "│"))
        await asyncio.sleep(0.5)
        schedule.rest(about("rust"))
        await asyncio.sleep(9)
        assert len(engine.asked) == asked + 3, "a little of it, then much, then what follows"
        assert engine.left == 0

    run(come_to_one_from_the_other())


def test_every_request_knows_how_long_it_took():
    schedule = scheduler(ScriptedEngine("a", FOREVER))
    traces = [Trace(), Trace()]

    async def both():
        return await asyncio.gather(*(schedule.complete(HERE, INVOKED, trace) for trace in traces))

    run(both())
    assert all(trace.total_ms > 0 for trace in traces)
