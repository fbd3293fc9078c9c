import asyncio
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from inkling.engine.wire import Special, State, Text
from inkling.suggest.completer import Completer
from inkling.suggest.generations import Cache
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.trace import Trace
from inkling.suggest.work import Work
from inkling.text.buffers import LONGEST_LINE, Notebook, Snapshot
from marked import snapshot
from scripted_engine import FOREVER, ScriptedEngine, done, run

# A minute of budget, none of which is waited for: how fast the machine is makes no difference.
MODE = Mode("automatic", 60_000, 48, 6)
INVOKED = Mode("invoked", 60_000, 48, 6)


def complete(marked, *script, trace=None, engine=None, mode=MODE):
    engine = engine or ScriptedEngine(*script)
    trace = trace or Trace()
    completing = Completer(engine).complete(snapshot(marked), mode, trace)
    return run(completing)


def test_what_the_model_says_until_it_stops_is_the_suggestion():
    outcome = complete("return │", "a +", " b", done("stop"))
    assert outcome == Insert("a + b", -1.0)


def test_the_answer_does_not_wait_for_what_comes_behind_it():
    engine = ScriptedEngine("a", " + b\nprint", 10.0, "later", done("stop"))

    async def answer():
        outcome = await Completer(engine).complete(snapshot("return │"), MODE, Trace())
        return outcome.text, asyncio.get_running_loop().time()

    assert run(answer()) == ("a + b", 0)


def test_the_deadline_cuts_at_a_whole_word():
    engine = ScriptedEngine("foo(first) + seco", FOREVER)
    trace = Trace()
    assert complete("first = 1\nx = │", engine=engine, trace=trace).text == "foo(first)"
    assert trace.why == "deadline"


@pytest.mark.parametrize(
    ("generated", "text"),
    [
        ("b()\n    c", "b()"),
        ("b()\n    c()", "b()"),
        ("b()\n    c()\n", "b()\n    c()"),
        ("b()\n    c()\n    ", "b()\n    c()"),
        ("b()\n    c()\n    return 1", "b()\n    c()"),
    ],
)
def test_the_deadline_cuts_at_a_whole_line(generated, text):
    outcome = complete("if a:\n    │\n    return 1\n", generated, FOREVER)
    assert outcome.text == text


def test_the_engines_own_deadline_cuts_likewise():
    outcome = complete("first = 1\nx = │", "foo(first) + seco", done("deadline"))
    assert outcome.text == "foo(first)"


def test_a_text_that_has_ended_is_not_cut():
    assert complete("x = │", "unknown", done("stop")).text == "unknown"
    assert complete("x = │", "unknown", done("length")).text == "unknown"
    assert complete("x = │", "unknown\n", FOREVER).text == "unknown"


@pytest.mark.parametrize(
    ("marked", "script", "reason"),
    [
        ("x = │", [FOREVER], "reading"),
        ("x = │", [done("deadline")], "reading"),
        ("x = │", ["unkno", FOREVER], "late"),
        ("x = │", ["unkno", done("deadline")], "late"),
        ("x = │", [done("stop")], "empty"),
        ("x = │", ["   ", done("stop")], "empty"),
        ("foo()│", ["\n\nbar()\n", FOREVER], "empty"),
        ("import os\n│\n", ["import os\n", FOREVER], "duplicate"),
        ("│\nimport os\n", ["import os\n", FOREVER], "duplicate"),
        ("x = │y", [], "mid-word"),
        ("x = │_y", [], "mid-word"),
        ("x = │1", [], "mid-word"),
        ("x = │", ["a", done("failed", "It broke.")], "failed"),
    ],
)
def test_nothing_comes_with_its_reason(marked, script, reason):
    assert complete(marked, *script).reason == reason


def test_where_all_was_read_the_model_is_late_not_reading():
    engine = ScriptedEngine(FOREVER)
    place = snapshot("first = 1\nx = │")

    async def reasons():
        completer = Completer(engine)
        first = await completer.complete(place, MODE, Trace())
        completer.rest()
        engine._has_read(1)
        typed = replace(place, text=place.text + "f", offset=place.offset + 1)
        return first, await completer.complete(typed, MODE, Trace())

    assert run(reasons()) == (Nothing("reading"), Nothing("late"))


PROSE = [
    ("x = 1  # it is │", True),
    ('name = "it is │"', True),
    ('print(f"it is │")', True),
    ("x = 1 │", False),
    ('name = "it is" + │', False),
]


@pytest.mark.parametrize("parsed", [False, True])
@pytest.mark.parametrize(("marked", "prose"), PROSE)
def test_comments_and_strings_are_left_alone_where_the_person_wants_that(marked, prose, parsed):
    def ask(mode):
        engine = ScriptedEngine("good", done("stop"))
        place = snapshot(marked, parsed=parsed)
        return run(Completer(engine).complete(place, mode, Trace()))

    assert (ask(replace(MODE, prose=False)) == Nothing("prose")) == prose
    assert ask(MODE) != Nothing("prose")


def test_the_code_in_a_string_is_code():
    engine = ScriptedEngine("good", done("stop"))
    assert complete('print(f"{it_is(│)}")', engine=engine, mode=replace(MODE, prose=False)).text


@pytest.mark.parametrize("language", ["", "klingon", "plaintext"])
def test_in_a_language_that_nobody_described_a_string_is_one_too(language):
    engine = ScriptedEngine("good", done("stop"))
    place = snapshot('say "it is │"', language=language)
    completing = Completer(engine).complete(place, replace(MODE, prose=False), Trace())
    assert run(completing) == Nothing("prose")


ENDLESS = "1, " * LONGEST_LINE


@pytest.mark.parametrize("mode", [MODE, INVOKED])
@pytest.mark.parametrize(
    "marked", [f"{ENDLESS}│", f"│{ENDLESS}", f"x = [\n{ENDLESS}│\n]\n", f"{ENDLESS}│{ENDLESS}"]
)
def test_a_line_too_long_to_be_code_gets_nothing(marked, mode):
    engine = ScriptedEngine("a", done("stop"))
    assert complete(marked, engine=engine, mode=mode) == Nothing("long-line")
    assert not engine.asked


def test_beside_such_a_line_code_is_completed():
    assert complete(f"x = [{ENDLESS}]\ny = │\n{ENDLESS}", "a", done("stop")).text == "a"


class Document(str):
    """A text that counts how much of it is looked at, and is not to be read as a whole."""

    __slots__ = ("looked_at",)

    def __getitem__(self, part):
        found = super().__getitem__(part)
        self.looked_at += len(found)
        return found

    def find(self, sought, start=0, end=None):
        at = super().find(sought, start, end)
        self.looked_at += (len(self) if end is None else end) - start if at < 0 else at - start
        return at

    def rfind(self, sought, start=0, end=None):
        at = super().rfind(sought, start, end)
        end = len(self) if end is None else end
        self.looked_at += end - (start if at < 0 else at)
        return at

    def __getattribute__(self, name):
        assert name in ("find", "rfind", "looked_at", "__class__"), name
        return super().__getattribute__(name)


MANY = "    value = first(text)\n" * 400_000


@pytest.mark.parametrize("mode", [MODE, INVOKED])
@pytest.mark.parametrize(
    ("above", "below"),
    [
        (MANY + "x = ", MANY),
        ("x = " + MANY.replace("\n", ""), MANY.replace("\n", "")),
        (MANY.replace("\n", "") + "\nx = ", "\n" + MANY.replace("\n", "")),
        (MANY + "x = f(", ")\n" + MANY),
        (MANY + "x = f(\n", "\n)\n" + MANY),
    ],
)
def test_a_request_looks_at_what_is_near_the_cursor_only(above, below, mode):
    text = Document(above + below)
    text.looked_at = 0
    here = Snapshot("file:///code.py", 1, "python", text, len(above))

    async def completed():
        completer = Completer(ScriptedEngine("a", "\n", done("length")))
        await completer.complete(here, mode, Trace())
        await asyncio.sleep(30)

    run(completed())
    assert text.looked_at < len(text) / 10


def test_a_failure_says_what_the_engine_said():
    assert complete("x = │", done("failed", "It broke.")).sentence == "It broke."


AGAIN = ("width * height\n", done("stop"))


@pytest.mark.parametrize(
    ("wrote", "then", "asked"),
    [
        # Whole when the engine broke; and it was in the middle, and is well again.
        (("width * height", "\n", "print"), AGAIN, 1),
        (("width * ",), ("height\n", done("stop")), 2),
    ],
)
def test_what_an_engine_wrote_before_it_broke_silences_no_key_after_that(wrote, then, asked):
    engine = ScriptedEngine(*wrote, 0.05, done("failed", "It broke."))
    completer = Completer(engine, without=["prefetch", "prewarm"])

    async def typed():
        await completer.complete(snapshot("x = │\n"), replace(MODE, budget_ms=20), Trace())
        await asyncio.sleep(1)
        engine.script = then
        return [
            await completer.complete(snapshot(f"x = {key}│\n"), MODE, Trace())
            for key in ("w", "wi", "width *")
        ]

    assert [getattr(one, "text", one) for one in run(typed())] == [
        *("idth * height", "dth * height", " height")
    ]
    assert len(engine.asked) == asked


@pytest.mark.parametrize("begun", [False, True])
def test_what_is_left_has_ended_even_before_it_began(begun):
    async def left():
        work = Work(ScriptedEngine(FOREVER), Cache())
        place = work.at(snapshot("x = │"))
        generation = work.write(place, max_tokens=48, budget_ms=100, behind_ms=0)
        if begun:
            await asyncio.sleep(1)
        work.stop()
        await generation.change()
        return generation.why

    assert run(asyncio.wait_for(left(), 10)) == "cancelled"


def test_within_a_word_the_engine_is_asked_only_for_who_asks():
    engine = ScriptedEngine("a", done("stop"))
    assert complete("x = │y", engine=engine) == Nothing("mid-word")
    assert not engine.asked
    assert complete("x = │y", engine=engine, mode=INVOKED).text == "a"


@pytest.mark.parametrize("state", ["loading", "asleep", "failed"])
def test_an_engine_that_is_not_ready_is_not_asked(state):
    engine = ScriptedEngine(state=State(state, "Wait."))
    assert complete("x = │", engine=engine, mode=INVOKED) == Nothing(state, "Wait.")
    assert not engine.asked
    assert engine.keys == 1, "it may be waiting for one"


def test_the_budget_counts_from_the_requests_arrival():
    engine = ScriptedEngine(FOREVER)
    complete("x = │", engine=engine, trace=Trace(started=time.perf_counter() - 50))
    assert engine.asked[0].budget_ms <= 10_000


def test_a_budget_that_is_already_spent_still_lets_the_engine_read():
    engine = ScriptedEngine(FOREVER)
    trace = Trace(started=time.perf_counter() - 100)
    assert complete("x = │", engine=engine, trace=trace) == Nothing("reading")
    assert engine.asked


def test_the_answer_leaves_before_the_budget_ends():
    async def seconds():
        await Completer(ScriptedEngine(FOREVER)).complete(snapshot("x = │"), MODE, Trace())
        return asyncio.get_running_loop().time()

    assert run(seconds()) < MODE.budget_ms / 1e3


@pytest.mark.parametrize(
    ("first", "pass_ms", "mode", "text"),
    [
        ("foo(first) + b", 1e3, MODE, "foo(first)"),
        ("foo(first) + b", 1e4, MODE, "foo(first) + b * c"),
        ("foo(first) + b", 1e3, INVOKED, "foo(first) + b * c"),
        ("f(a) + b", 1e3, MODE, "f(a) + b * c"),  # f(a) alone is not worth it
    ],
)
def test_what_has_something_to_say_waits_for_a_few_passes_only(first, pass_ms, mode, text):
    engine = ScriptedEngine(first, 5.0, " * c", done("stop"), next_ms=5e3, pass_ms=pass_ms)
    assert complete("first = 1\nx = │", engine=engine, mode=mode).text == text


def test_what_comes_behind_an_early_answer_lets_it_grow():
    engine = ScriptedEngine("foo(first) + b", 5.0, " * c", done("stop"), next_ms=5e3, pass_ms=1e3)
    grown = []

    async def typed():
        completer = Completer(engine, grown.append)
        place = snapshot("first = 1\nx = │")
        answers = [(await completer.complete(place, MODE, Trace())).text]
        await asyncio.sleep(10)
        answers.append((await completer.complete(place, MODE, Trace())).text)
        return answers, grown == [place]

    assert run(typed()) == (["foo(first)", "foo(first) + b * c"], True)
    assert len(engine.asked) == 1


def told_behind(marked, *script, budget_ms=1000):
    """The first answer, and what each answer says that is asked for when told that there is more.

    Between them, nobody asks and no time is short.
    """
    engine = ScriptedEngine(*script)
    first = Mode("automatic", budget_ms, 48, 6)
    place = snapshot(marked)
    said = []

    async def whole():
        told = asyncio.Event()
        completer = Completer(engine, lambda _: told.set(), without=["prefetch", "prewarm"])
        outcome = await completer.complete(place, first, Trace())
        with suppress(TimeoutError):
            while len(said) < 4:
                await asyncio.wait_for(told.wait(), 30)
                told.clear()
                said.append((await completer.complete(place, first, Trace())).text)
        return outcome

    return run(whole()), said


BODY = "def main():\n    │\n\n\nmain()\n"


def test_where_nothing_was_shown_at_first_it_is_told_when_there_is_something():
    outcome, said = told_behind(BODY, 2.0, "run()", 20.0, "\n", done("length"))
    assert outcome == Nothing("reading")
    assert said == ["run()"]


def test_it_is_told_at_each_whole_line():
    lines = ["a = 1\n", 2.0, "    b = 2\n", 2.0, "    c = 3\n", 2.0, "    d = 4\n", done("length")]
    outcome, said = told_behind(BODY, *lines, budget_ms=500)
    assert outcome.text == "a = 1"
    assert said == [
        "a = 1\n    b = 2",
        "a = 1\n    b = 2\n    c = 3",
        "a = 1\n    b = 2\n    c = 3\n    d = 4",
    ]


def test_it_is_told_when_the_writing_ends_in_the_middle_of_a_line():
    outcome, said = told_behind(
        "first = second = 1\nx = │\n", "first, ", 2.0, "second, ", done("deadline"), budget_ms=500
    )
    assert outcome.text == "first,"
    assert said[0].startswith("first, second,")


def test_a_word_more_is_not_told():
    outcome, said = told_behind(
        "aaa = b = c = 1\nx = │\n", "aaa, ", 2.0, "b, ", 2.0, "c", FOREVER, budget_ms=500
    )
    assert outcome.text == "aaa,"
    assert said == []


def test_what_is_typed_along_with_is_still_there_when_the_windows_start_steps():
    head = "".join(f"value_{n} = first({n})\n" for n in range(200))[:2044] + "\n"
    engine = ScriptedEngine("return_value(first)\n", done("length"))
    completer = Completer(engine, without=["prefetch", "prewarm"])

    async def typed():
        texts = []
        for size in range(6):
            marked = head + "return_value"[:size] + "│\n"
            texts.append((await completer.complete(snapshot(marked), MODE, Trace())).text)
        return texts

    assert run(typed()) == ["return_value(first)"[size:] for size in range(6)]
    assert len(engine.asked) == 1


def test_the_engine_is_asked_for_as_many_tokens_as_the_mode_has():
    engine = ScriptedEngine(done("stop"))
    complete("x = │", engine=engine, mode=Mode("automatic", 60_000, 5, 6))
    assert engine.asked[0].max_tokens == 5


def test_the_mode_limits_the_lines():
    mode = Mode("automatic", 60_000, 48, 2)
    assert complete("│", "a()\nb()\nc()\n", FOREVER, mode=mode).text == "a()\nb()"


@pytest.mark.parametrize(("layout", "last"), [("spm", Text), ("psm", Special)])
def test_the_prompt_has_the_models_layout(layout, last):
    engine = ScriptedEngine(done("stop"), state=State("ready", layout=layout))
    complete("x = │", engine=engine)
    assert isinstance(engine.asked[0].prompt[-1], last)


@pytest.mark.parametrize("generated", ["b()\n    c()", "b()\r\n    c()"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_in_line_feeds_whatever_the_documents_do(generated, line_end):
    marked = f"if a:{line_end}    │{line_end}"
    assert complete(marked, generated, done("stop")).text == "b()\n    c()"


def test_the_trace_tells_what_it_took():
    trace = Trace()
    complete("x = │", "a", done("stop"), trace=trace)
    assert trace.first_ms >= trace.context_ms > 0
    assert trace.trim_ms > 0
    assert trace.stats.prompt_tokens == 7
    assert trace.why == "trimmed"
    assert trace.source == "model"


def test_a_trace_without_text_has_no_first_text():
    trace = Trace()
    complete("x = │", done("stop"), trace=trace)
    assert trace.first_ms is None


def test_what_was_begun_for_a_cancelled_request_serves_the_next_one():
    engine = ScriptedEngine("a", 2.0, " + b", done("stop"))
    completer, trace = Completer(engine), Trace()
    here = snapshot("x = │")

    async def cancelled_then_asked_again():
        task = asyncio.create_task(completer.complete(here, MODE, Trace()))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await completer.complete(here, MODE, trace)

    assert run(cancelled_then_asked_again()).text == "a + b"
    assert len(engine.asked) == 1
    assert trace.source == "model"  # it still had to wait for it


def test_typing_what_was_shown_asks_the_engine_no_more():
    engine = ScriptedEngine("a + b", done("stop"))
    completer = Completer(engine)

    async def typed_through():
        return [
            (await completer.complete(snapshot(marked), MODE, Trace())).text
            for marked in ("x = │", "x = a│", "x = a + │", "x = a +│")
        ]

    assert run(typed_through()) == ["a + b", " + b", "b", " b"]
    assert len(engine.asked) == 1


@pytest.mark.parametrize("lines", [6, 2])
def test_typing_along_with_a_block_takes_no_line_of_it_away(lines):
    text = "for x in xs:\n        print(x)\n    return xs\n"
    engine = ScriptedEngine(text, done("stop"))
    mode = Mode("automatic", 60_000, 48, lines)

    async def typed():
        completer = Completer(engine)
        shown = []
        for count in (0, 1, 5, 14):
            place = snapshot(f"def f(xs):\n    {text[:count]}│\n")
            shown.append(await completer.complete(place, mode, Trace()))
        return shown

    whole = "\n".join(text.split("\n")[: min(lines, 3)])
    assert [outcome.text for outcome in run(typed())] == [whole[n:] for n in (0, 1, 5, 14)]
    assert len(engine.asked) == 1


def test_typing_something_else_asks_anew():
    engine = ScriptedEngine("a + b", done("stop"))
    completer = Completer(engine)

    async def typed():
        for marked in ("x = │", "x = c│", "x = │\n"):
            await completer.complete(snapshot(marked), MODE, Trace())

    run(typed())
    assert len(engine.asked) == 3


def in_cell(marked, above, *script, mode=MODE):
    notebook = Notebook("file:///a.ipynb", above, "\n\ndef last():\n    return 0")
    engine = ScriptedEngine(*script)
    cell = replace(snapshot(marked), uri="nb:1", notebook=notebook)
    return run(Completer(engine).complete(cell, mode, Trace())), engine


def test_in_a_cell_the_model_sees_the_notebook_and_the_cell_decides_what_fits():
    above = "def first():\n    return (1,\n\n"
    outcome, engine = in_cell("x = foo(│)\ny = 2", above, "1, 2", done("stop"))
    assert outcome.text == "1, 2"
    texts = [part.text for part in engine.asked[0].prompt if isinstance(part, Text)]
    assert f"# a.py\n{above}x = foo(" in texts
    assert any(text.endswith("return 0") for text in texts)
    # It stands in the notebook, but not in the cell.
    outcome, _ = in_cell("│", "", "def last():\n    return 0\n", done("stop"))
    assert outcome.text == "def last():\n    return 0"


def test_the_first_line_of_a_cell_goes_on_no_block():
    above = "def first():\n    x = 1\n\n"
    outcome, _ = in_cell("│", above, "    return x\n", done("stop"))
    assert outcome.text == "return x"
    outcome, _ = in_cell("a = 1\n│", above, "b = 2\n", done("stop"))
    assert outcome.text == "b = 2"


@pytest.mark.parametrize(
    "above",
    [
        *("%matplotlib inline\n", "!ls 'it\n", "%%time\n", "?print\n", "files = !ls (*.py\n"),
        *('!echo "\n', "%run a.py --b=(\n"),
    ],
)
def test_magics_in_a_cell_are_in_nobody_s_way(above):
    outcome, _ = in_cell(above + "x = foo(│)\ny = 2", "", "1, bar(2)", done("stop"))
    assert outcome.text == "1, bar(2)"
    outcome, _ = in_cell(above + "for a in b:\n    │", "", "foo(a)\n    bar(a)\n", done("stop"))
    assert outcome.text == "foo(a)\n    bar(a)"
