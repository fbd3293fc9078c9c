import asyncio
from dataclasses import replace

import pytest

from inkling.context import window
from inkling.engine.wire import State, Text
from inkling.languages import registry
from inkling.suggest.completer import Completer
from inkling.suggest.generations import Cache
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.trace import Trace
from inkling.suggest.work import Work
from marked import snapshot
from scripted_engine import FOREVER, ScriptedEngine, done, run

MODE = Mode("automatic", 60_000, 48, 6)
FAR = snapshot("far = 1\n" * 400 + "x = │\n" + "y = 2\n" * 100)
HERE = snapshot("x = │\n")
WORDS = ("first", "value", "text", "name", "number", "other", "total", "path", "line", "size")
BELOW = "y = 2\n" * 100


def last_text(asked):
    return asked.prompt[-1].text


def size(asked):
    return sum(len(part.text) for part in asked.prompt if isinstance(part, Text))


def reads(engine):
    return [asked for asked in engine.asked if not asked.max_tokens]


def writes(engine):
    return [asked for asked in engine.asked if asked.max_tokens]


async def asking(completer, here, mode=MODE):
    return await completer.complete(here, mode, Trace())


def after_a_while(scene, seconds=30):
    async def whole():
        result = await scene()
        await asyncio.sleep(seconds)
        return result

    return run(whole())


def test_a_place_that_is_come_to_is_read_a_little_at_first_then_whole():
    engine = ScriptedEngine(done("length"))
    after_a_while(lambda: settled(Completer(engine).warm(FAR)))
    near, full = reads(engine)
    assert size(near) < size(full) / 3
    assert last_text(full).endswith(last_text(near).partition("\n")[2])


def test_where_reading_takes_long_there_is_a_step_between():
    engine = ScriptedEngine(done("length"), state=State("ready", read_ms=4.0))
    after_a_while(lambda: settled(Completer(engine).warm(FAR)))
    sizes = [size(asked) for asked in reads(engine)]
    assert len(sizes) == 3
    assert 2 * sizes[0] < sizes[1] < sizes[2] / 2


def test_a_step_is_left_out_where_most_is_read():
    engine = ScriptedEngine(done("length"), state=State("ready", read_ms=4.0))

    async def scene():
        await settled(completer.warm(FAR))
        await settled(completer.warm(replace(FAR, offset=FAR.offset + len("y = 2\n"))))

    completer = Completer(engine, without=["prefetch"])
    after_a_while(scene)
    sizes = [size(asked) for asked in reads(engine)]
    assert sizes[3:] == [sizes[2]]


def test_with_each_part_that_is_read_of_a_place_it_is_written_on():
    engine = ScriptedEngine("a\n", "b", done("length"), state=State("ready", read_ms=4.0))
    after_a_while(lambda: settled(Completer(engine).warm(FAR)))
    assert [asked.max_tokens > 0 for asked in engine.asked] == [False, True] * 3
    assert [asked.prompt for asked in reads(engine)] == [asked.prompt for asked in writes(engine)]
    assert not any(asked.budget_ms for asked in engine.asked)


def test_what_is_read_soon_is_waited_for():
    engine = ScriptedEngine("a\n", "b", done("length"), state=State("ready", read_ms=0.2))
    after_a_while(lambda: settled(Completer(engine).warm(FAR)))
    assert [asked.max_tokens > 0 for asked in engine.asked] == [False, False, True]


def test_who_types_what_was_written_where_they_came_sees_the_rest_at_once():
    engine = ScriptedEngine("first(a)\n", done("length"))
    completer = Completer(engine)

    async def scene():
        await settled(completer.warm(HERE))
        before = len(engine.asked)
        trace = Trace()
        outcome = await completer.complete(snapshot("x = f│\n"), MODE, trace)
        return outcome.text, trace.source, len(engine.asked) - before

    assert run(scene()) == ("irst(a)", "cache", 0)


def test_what_was_written_with_little_goes_once_more_is_read():
    engine = ScriptedEngine(state=State("ready", read_ms=4.0))
    generate, sizes = engine.generate, []

    def longer_with_less(prompt, **rest):
        sizes.append(sum(len(part.text) for part in prompt if isinstance(part, Text)))
        engine.script = (f"f({10_000 // sizes[-1] * 'a'})\n", done("length"))
        return generate(prompt, **rest)

    engine.generate = longer_with_less
    completer = Completer(engine)

    async def scene():
        await settled(completer.warm(FAR))
        return await asking(completer, FAR)

    text = run(scene()).text
    assert text == f"f({10_000 // max(sizes) * 'a'})"
    assert len(text) < len(f"f({10_000 // min(sizes) * 'a'})")


def test_in_the_middle_of_a_word_nothing_is_written_unasked():
    engine = ScriptedEngine("a\n", done("length"))
    after_a_while(lambda: settled(Completer(engine).warm(snapshot("x = f│oo\n"))))
    assert reads(engine)
    assert not writes(engine)


def test_who_only_measures_has_nothing_written():
    engine = ScriptedEngine("a\n", done("length"))
    after_a_while(lambda: settled(Completer(engine).warm(HERE, writing=False)))
    assert reads(engine)
    assert not writes(engine)


async def settled(work):
    if work:
        await work


def test_on_battery_only_a_little_is_read():
    engine = ScriptedEngine(done("length"))
    after_a_while(lambda: settled(Completer(engine, saving=lambda: True).warm(FAR)))
    assert len(engine.asked) == len(reads(engine)) == 1


@pytest.mark.parametrize(("left_out", "left"), [("prewarm", [0, 0]), ("prefetch", [2, 0])])
def test_what_is_left_out_is_not_done(left_out, left):
    engine = ScriptedEngine(done("length"))
    after_a_while(lambda: settled(Completer(engine, without=[left_out]).warm(FAR)))
    assert [len(reads(engine)), len(writes(engine))] == left


def test_whoever_types_at_a_place_does_not_have_it_read_again():
    engine = ScriptedEngine("a", FOREVER)
    completer = Completer(engine)

    async def scene():
        task = asyncio.create_task(asking(completer, FAR))
        await asyncio.sleep(1)
        assert completer.warm(FAR) is None
        task.cancel()

    after_a_while(scene)
    assert len(engine.asked) == 1


def test_a_place_that_takes_long_to_read_is_asked_about_with_little_around_it():
    engine = ScriptedEngine("a\n", done("length"), state=State("ready", read_ms=4.0))
    completer = Completer(engine)
    mode = replace(MODE, budget_ms=100)

    async def scene():
        await asking(completer, FAR, mode)
        await asyncio.sleep(30)
        return await asking(completer, replace(FAR, text=FAR.text.replace("x = ", "z = ")), mode)

    after_a_while(scene)
    first, then = engine.asked[0], engine.asked[1]
    assert first.max_tokens
    assert size(first) < size(then) / 3, "and then much of it is read behind the answer"
    assert not then.max_tokens


def test_what_follows_the_suggestion_is_written_before_it_is_accepted():
    engine = ScriptedEngine("f(a)\n", done("length"))
    completer = Completer(engine)

    async def scene():
        outcome = await asking(completer, HERE)
        await asyncio.sleep(30)
        asked = len(engine.asked)
        then = await asking(completer, snapshot("x = f(a)│\n"))
        return outcome, then, asked, len(engine.asked)

    outcome, then, before, after = run(scene())
    assert outcome == Insert("f(a)", -0.5)
    assert before == 2
    assert last_text(engine.asked[1]).endswith("x = f(a)\n")
    assert before == after or isinstance(then, Nothing)


def test_nothing_is_written_ahead_where_the_model_said_that_nothing_follows():
    engine = ScriptedEngine("f(a)", done("stop"))
    after_a_while(lambda: asking(Completer(engine), HERE))
    assert len(engine.asked) == 1


def test_an_answer_that_was_cut_off_is_told_of_once_there_is_more():
    engine = ScriptedEngine("foo(a) + ", 2.0, "b", "\n", done("length"))
    more = []
    completer = Completer(engine, more.append)
    here = snapshot("b = 1\nx = │\n")

    async def scene():
        first = await asking(completer, here, replace(MODE, budget_ms=1000))
        await asyncio.sleep(5)
        return first, more.copy(), await asking(completer, here)

    first, told, then = run(scene())
    assert first.text == "foo(a)"
    assert told == [here]
    assert then.text == "foo(a) + b"
    assert len(engine.asked) <= 2


def test_what_was_cut_off_is_written_on_and_not_anew():
    engine = ScriptedEngine("foo(a) + ", done("deadline"))
    completer = Completer(engine)

    async def scene():
        first = await asking(completer, HERE)
        engine.script = ("b\n", done("length"))
        return first, await asking(completer, snapshot("x = f│\n"))

    first, then = run(scene())
    assert (first.text, then.text) == ("foo(a)", "oo(a) + b")
    assert last_text(engine.asked[1]).endswith("x = foo(a) + ")


def test_what_is_shown_is_not_exchanged_for_something_else_that_agrees():
    engine = ScriptedEngine("foo(a)\n", done("length"))
    completer = Completer(engine, without=["prefetch"])

    async def scene():
        await asking(completer, snapshot("x = │\n"))
        engine.script = ("oo(b) + something\n", done("length"))
        await asking(completer, snapshot("y = 1; x = f│\n"))
        return await asking(completer, snapshot("x = f│\n"))

    assert run(scene()).text == "oo(a)"


def test_an_answer_goes_out_when_the_next_step_would_come_too_late():
    engine = ScriptedEngine("foo(a) + ", FOREVER, next_ms=1e9)

    async def scene():
        trace = Trace()
        outcome = await Completer(engine).complete(HERE, MODE, trace)
        return outcome.text, trace.why, asyncio.get_running_loop().time()

    assert run(scene()) == ("foo(a)", "deadline", 0)


def test_an_engine_that_is_started_again_reads_where_the_person_is():
    engine = ScriptedEngine(done("length"))

    async def scene():
        completer = Completer(engine)
        await settled(completer.warm(FAR))
        engine.become(State("loading"))
        assert completer.warm(FAR) is None
        before = len(reads(engine))
        engine.become(State("ready"))
        await asyncio.sleep(30)
        return reads(engine)[:before], reads(engine)[before:]

    before, again = run(scene())
    assert again == before, "as much as when the person came"


def test_who_switched_completions_off_has_nothing_read_when_an_engine_gets_ready():
    engine = ScriptedEngine(done("length"), state=State("loading"))

    async def scene():
        completer = Completer(engine)
        completer.warm(FAR)
        completer.rest()
        engine.become(State("ready"))
        await asyncio.sleep(30)

    run(scene())
    assert not engine.asked


def test_who_switched_another_language_off_has_read_where_they_are():
    engine = ScriptedEngine(done("length"), state=State("loading"))

    async def scene():
        completer = Completer(engine)
        completer.warm(FAR)
        completer.rest(lambda snapshot: snapshot.language == "rust")
        engine.become(State("ready"))
        await asyncio.sleep(30)

    run(scene())
    assert len(reads(engine)) == 2


def test_where_the_person_came_while_the_engine_loaded_is_read_once_it_is_ready():
    engine = ScriptedEngine(done("length"), state=State("loading"))

    async def scene():
        completer = Completer(engine)
        completer.warm(HERE)
        await asking(completer, FAR)
        engine.become(State("ready"))
        await asyncio.sleep(30)

    run(scene())
    assert last_text(engine.asked[-1]).endswith("far = 1\nx = ")


def test_windows_of_another_size_are_read_before_they_are_needed():
    engine = ScriptedEngine("a\n", done("length"), state=State("ready", read_ms=8.0))
    completer = Completer(engine)

    async def scene():
        await asking(completer, FAR)
        await asyncio.sleep(30)
        engine.become(State("ready", read_ms=1.0))
        await asyncio.sleep(30)
        asked = len(engine.asked)
        await asking(completer, replace(FAR, text=FAR.text.replace("x = ", "z = ")))
        return asked

    asked = run(scene())
    small, large = engine.asked[0], engine.asked[asked]
    assert size(large) > 1.3 * size(small)
    assert large.max_tokens
    assert size(engine.asked[asked - 1]) == size(large)


def test_a_request_is_left_alone_when_windows_get_another_size():
    engine = ScriptedEngine("a", 1.0, "b\n", done("length"), state=State("ready", read_ms=8.0))
    completer = Completer(engine)

    async def scene():
        waiting = asyncio.create_task(asking(completer, FAR))
        await asyncio.sleep(0.5)
        engine.become(State("ready", read_ms=1.0))
        return await waiting

    assert run(scene()) == Insert("ab", -1.0)


LINES = "".join(f"{first}{second} = {second}{first}\n" for first in WORDS for second in WORDS)
NUMBERS = "".join(f"    ({number}, {number + 7}, 0),\n" for number in range(4000, 4600))


@pytest.mark.parametrize("above", [LINES, NUMBERS], ids=["lines", "numbers"])
@pytest.mark.parametrize(
    ("read_ms", "read"),
    [(4.0, 3), (12.0, 3), (4.0, 1), (4.0, 2)],
    ids=["all", "all, slowly", "a little", "more"],
)
def test_who_types_without_a_pause_does_not_wait_for_a_window_that_moves_on(above, read_ms, read):
    engine = ScriptedEngine("q\n", done("length"), state=State("ready", read_ms=read_ms))
    extent = (*window.first(read_ms), window.extent(read_ms))[read - 1]
    keys = 2 * extent.stride(registry.find("python"))
    typed = "".join("abcdefg"[i % 7] if i % 30 else "\n" for i in range(keys))
    unread, starts, generate = [], [], engine.generate

    def asked(prompt, **limits):
        unread.append(engine.unread_tokens(prompt))
        return generate(prompt, **limits)

    def start(place):
        return (*place.first, place.full)[read - 1].prefix[:9]

    async def scene():
        work = Work(engine, Cache())
        place = work.at(snapshot(f"{above}│{BELOW}"))
        starts.append(start(place))
        for step in [*work.steps(place), work.prompt(place)][:read]:
            work.read(place, step)
            await work.done()
        engine.generate = asked
        for end in range(1, keys):
            here = work.at(snapshot(f"{above}{typed[:end]}│{BELOW}"))
            work.write(here, max_tokens=8, budget_ms=91, behind_ms=0)
            await work.done()
            starts.append(start(here))
            if starts[0] not in starts[-9:]:
                return  # it has moved on, some keys ago

    run(scene())
    assert len(set(starts)) == 2
    assert len(unread) == len(starts) - 1
    assert max(unread) < 3
