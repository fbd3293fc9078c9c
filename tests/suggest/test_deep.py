"""The deeper model: what it says takes the place of what was shown at once, as it comes."""

import asyncio
from dataclasses import replace

import pytest

from inkling.context.index.symbols import Part
from inkling.context.knowledge import Knowledge
from inkling.context.window import FAR
from inkling.engine.wire import State
from inkling.suggest.completer import Completer
from inkling.suggest.deep import Deep, Standing
from inkling.suggest.modes import AUTOMATIC, DEEP, INVOKED
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import FOREVER, LINES, WHOLE, ScriptedEngine, done, run

HERE = snapshot("def area(width, height):\n    │\n")
ELSEWHERE = snapshot("def area(width, height):\n    p│\n")
QUICK = ("pass", done("stop"))


class Person:
    """Who asks, two models, and what the person was told of."""

    def __init__(self, *deep, quick=QUICK, **how):
        self.told, self.standings = [], []
        self.quick = ScriptedEngine(*quick)
        self.slow = ScriptedEngine(*deep, state=how.pop("state", State("ready")))
        self.deep = Deep(self.slow, DEEP, self.told.append, self.standings.append, **how)
        self.completer = Completer(self.quick, deep=self.deep)

    async def ask(self, here=HERE, mode=INVOKED):
        return await self.completer.complete(here, mode, Trace())

    async def after(self, seconds, here=HERE, mode=INVOKED):
        await asyncio.sleep(seconds)
        return await self.ask(here, mode)


def play(scene, *script, **how):
    person = Person(*script, **how)
    return run(scene(person)), person


def test_the_first_model_answers_at_once_and_without_a_word_of_the_deep_one():
    async def scene(person):
        began = asyncio.get_running_loop().time()
        outcome = await person.ask()
        return outcome, asyncio.get_running_loop().time() - began

    (outcome, seconds), _ = play(scene, 5.0, *LINES)
    assert (outcome.text, outcome.deep) == ("pass", False)
    assert seconds < 0.01


def test_what_the_deep_one_says_stands_first_as_it_grows_line_by_line():
    async def scene(person):
        await person.ask()
        return [await person.after(seconds) for seconds in (0.5, 1.0, 1.0)]

    outcomes, person = play(scene, *LINES)
    assert [one.text for one in outcomes] == [
        "if not width:",
        "if not width:\n        return 0",
        WHOLE,
    ]
    assert all(one.deep for one in outcomes)
    assert all(one.alternatives == ("pass",) for one in outcomes)
    assert person.told == [HERE] * 3
    assert len(person.slow.asked) == 1, "asking again begins nothing anew"
    assert len([one for one in person.quick.asked if one.max_tokens]) == 1 + 2, "with alternatives"


def test_less_than_a_line_more_is_not_told():
    async def scene(person):
        await person.ask()
        await asyncio.sleep(0.5)

    _, person = play(scene, "area = width ", "* height ", "+ width ", "+ height\n", FOREVER)
    assert person.told == [HERE]


def test_a_line_that_is_too_long_to_be_code_is_not_shown_to_it():
    async def scene(person):
        await person.ask(snapshot("x" * 20_000 + "│"))
        await asyncio.sleep(0.5)

    _, person = play(scene, *LINES)
    assert not person.slow.asked


def test_meanwhile_the_first_model_does_nothing_ahead():
    async def scene(person):
        await person.ask()
        await asyncio.sleep(1.0)
        during = len(person.quick.asked)
        await asyncio.sleep(9.0)
        return during, len(person.quick.asked)

    (during, after), _ = play(scene, *LINES, quick=("pass", done("length")))
    assert during == 3, "the answer, and two that may be chosen in its place"
    assert after > during


def test_where_the_first_one_says_nothing_the_deep_one_does():
    async def scene(person):
        return await person.ask(), await person.after(9.0)

    (first, then), _ = play(scene, *LINES, quick=[done("stop")])
    assert first == Nothing("empty")
    assert (then.text, then.alternatives) == (WHOLE, ())


@pytest.mark.parametrize("deep", ["asleep", "ready"])
def test_a_first_model_that_has_come_since_answers_who_asks_again(deep):
    async def scene(person):
        person.quick.become(State("loading"))
        first = await person.ask()
        person.quick.become(State("failed", "It is gone."))
        second = await person.ask()
        person.quick.become(State("ready"))
        third = await person.after(0.5)
        return first, second, third, await person.after(9.0)

    outcomes, person = play(scene, 5.0, *LINES, state=State(deep))
    assert outcomes[:2] == (Nothing("loading"), Nothing("failed", "It is gone."))
    assert outcomes[2].text == "pass"
    assert "pass" in (outcomes[3].text, *outcomes[3].alternatives)
    assert len(person.slow.asked) == (deep == "ready"), "it goes on meanwhile"
    assert person.told.count(HERE) == 3 * (deep == "ready"), "an answer is no news"


def test_what_the_deep_one_says_while_the_first_one_is_asked_again_stands_first():
    async def scene(person):
        person.quick.become(State("loading"))
        await person.ask()
        person.quick.become(State("ready"))
        return await person.ask()

    outcome, _ = play(scene, *LINES, quick=(0.5, "pass", done("stop")))
    assert (outcome.text, outcome.alternatives) == ("if not width:", ("pass",))


def test_what_the_first_one_said_before_it_broke_stays():
    async def scene(person):
        return await person.ask(), await person.after(9.0)

    quick = ("return width + height + h", 5.0, done("failed", "It broke."))
    (first, then), person = play(scene, 20.0, *LINES, quick=quick)
    assert first.text == "return width + height"
    assert then == first
    assert person.told == []


def test_other_ways_of_the_first_one_come_behind_its_answer():
    async def scene(person):
        person.quick.ranked = {1: ["return", done("stop")], 2: ["raise", done("stop")]}
        first = await person.ask()
        second = await person.after(0.5)
        return first, second, await person.after(9.0)

    (first, second, third), _ = play(scene, 2.0, *LINES)
    assert first.alternatives == ()
    assert (second.text, second.alternatives, second.deep) == ("pass", ("return",), False)
    assert (third.text, third.alternatives, third.deep) == (WHOLE, ("pass", "return"), True)


def test_what_is_left_for_the_deep_one_has_another_way_where_it_says_nothing():
    async def scene(person):
        person.quick.ranked = {1: ["return", done("stop")], 2: ["raise", done("stop")]}
        await person.ask()
        return [(await person.after(seconds)).alternatives for seconds in (0.5, 9.0)], person.told

    (alternatives, told), _ = play(scene, 2.0, done("failed", "It broke."))
    assert alternatives == [("return",), ("return", "raise")]
    assert told == [HERE] * 2


def test_what_only_begins_as_the_first_one_does_is_not_shown_in_its_place():
    async def scene(person):
        await person.ask()
        return await person.after(0.5), await person.after(9.0)

    begun = ("if not width:\n", 2.0, "        return 0\n", done("stop"))
    quick = ("if not width:\n        return 0\n", done("stop"))
    (during, after), person = play(scene, *begun, quick=quick)
    assert (during.text, during.deep) == ("if not width:\n        return 0", False)
    assert (after.text, after.deep, after.alternatives) == (during.text, True, ())
    assert person.told == [], "the same words are no news"


def typing_on(person):
    return person.ask(ELSEWHERE, AUTOMATIC)


async def refusing(person):
    person.completer.refused(HERE, "pass")


async def leaving(person):
    person.completer.leave_deep()


async def moving(person):
    person.completer.warm(ELSEWHERE)


async def resting(person):
    person.completer.rest(lambda about: about.uri == HERE.uri)


@pytest.mark.parametrize("stop", [typing_on, refusing, leaving, moving, resting])
def test_who_goes_on_stops_it(stop):
    async def scene(person):
        await person.ask()
        await asyncio.sleep(0.5)
        told = len(person.told)
        await stop(person)
        await asyncio.sleep(9.0)
        return len(person.told) - told, person.slow.left

    outcome, person = play(scene, *LINES[:2], FOREVER)
    assert outcome == (0, 1)
    assert person.standings[-1] == Standing("ready")


def test_what_is_elsewhere_does_not_stop_it():
    async def scene(person):
        await person.ask()
        await asyncio.sleep(0.5)
        person.completer.rest(lambda _about: False)
        person.completer.warm(HERE)
        return await person.after(9.0)

    outcome, _ = play(scene, *LINES)
    assert outcome.text == WHOLE


def test_typed_along_with_it_stays_and_the_first_model_need_not_write():
    async def scene(person):
        await person.ask()
        shown = await person.after(9.0)
        asked = len(person.quick.asked)
        typed = snapshot("def area(width, height):\n    if not│\n")
        rest = await person.ask(typed, AUTOMATIC)
        return shown, rest, [one.max_tokens for one in person.quick.asked[asked:]]

    (shown, rest, asked), _ = play(scene, *LINES)
    assert rest.text == shown.text.removeprefix("if not")
    assert rest.deep
    assert not any(asked)


def test_typed_along_with_it_stays_though_its_engine_broke_since():
    async def scene(person):
        await person.ask()
        shown = await person.after(9.0)
        typed = snapshot("def area(width, height):\n    if not│\n")
        return shown, await person.ask(typed, AUTOMATIC)

    (shown, rest), _ = play(scene, *LINES[:3], done("failed", "It broke."))
    assert shown.text == "if not width:\n        return 0"
    assert rest.text.startswith(shown.text.removeprefix("if not"))


def test_who_comes_back_and_asks_again_has_it_at_once():
    async def scene(person):
        await person.ask()
        await person.after(9.0)
        await person.ask(ELSEWHERE, AUTOMATIC)
        await person.ask()
        return await person.after(0.1)

    outcome, person = play(scene, *LINES)
    assert (outcome.text, outcome.deep) == (WHOLE, True)
    assert len(person.slow.asked) == 1


def test_it_waits_for_its_model_which_comes_with_the_first_request():
    async def scene(person):
        first = await person.ask()
        await asyncio.sleep(5.0)
        before = len(person.slow.asked), person.slow.keys
        person.slow.become(State("loading"))
        person.slow.become(State("ready"))
        return first, before, await person.after(9.0)

    (first, before, outcome), person = play(scene, *LINES, state=State("asleep"))
    assert first.text == "pass"
    assert before == (0, 1)
    assert outcome.text == WHOLE
    states = [standing.state for standing in person.standings]
    assert list(dict.fromkeys(states)) == ["asleep", "loading", "writing", "ready"]


def test_typing_alone_never_asks_for_it():
    async def scene(person):
        await person.ask(mode=AUTOMATIC)
        await person.after(9.0, ELSEWHERE, AUTOMATIC)

    _, person = play(scene, *LINES, state=State("asleep"))
    assert person.slow.keys == 0
    assert not person.slow.asked


@pytest.mark.parametrize("state", ["failed", "away"])
def test_a_model_that_does_not_come_is_told_and_the_first_one_stays(state):
    async def scene(person):
        first = await person.ask()
        person.slow.become(State(state, "It is gone."))
        return first, await person.after(9.0)

    (first, then), person = play(scene, *LINES, state=State("loading"))
    assert (first.text, then.text) == ("pass", "pass")
    assert person.standings[-1] == Standing(state, Nothing(state, "It is gone."))


def test_a_request_that_fails_is_told_and_is_not_asked_again_by_itself():
    async def scene(person):
        person.quick.ranked = {1: ["return", done("stop")]}
        await person.ask()
        again = await person.after(9.0)
        asked = len(person.slow.asked)
        await person.ask()
        await asyncio.sleep(9.0)
        return again, asked, len(person.slow.asked)

    (again, asked, by_key), person = play(scene, done("failed", "It broke."))
    assert (again.text, again.alternatives) == ("pass", ("return",))
    assert person.standings[-1].why == Nothing("failed", "It broke.")
    assert (asked, by_key) == (1, 2)


def test_of_what_is_barred_it_sees_nothing():
    why = Nothing("excluded", "It is ignored.")

    async def scene(person):
        first = await person.ask()
        return first, await person.after(9.0)

    (first, then), person = play(scene, *LINES, barred=lambda _: why)
    assert (first.text, then.text) == ("pass", "pass")
    assert not person.slow.asked
    assert person.slow.keys == 0
    assert person.standings[-1] == Standing("ready", why)


def test_it_sees_more_of_the_file_and_of_others():
    far = snapshot("before = 1\n" * 900 + "x = │\n" + "behind = 2\n" * 900)

    class Elsewhere:
        async def find(self, _asked, _here):
            return []

        async def resembling(self, _near, _here, _seen, characters):
            self.characters = characters
            return [Part("/shop/old.py", 0, "y = 1")]

        def shows(self, _here, _path):
            return True

    elsewhere = Elsewhere()

    async def scene(person):
        await person.ask(far)
        await asyncio.sleep(9.0)

    _, person = play(scene, "1", done("stop"), knowledge=Knowledge(elsewhere))
    (asked,) = person.slow.asked
    texts = [part for part in asked.prompt if hasattr(part, "text")]
    seen = sum(len(part.text) for part in texts)
    quick = max(
        sum(len(p.text) for p in one.prompt if hasattr(p, "text")) for one in person.quick.asked
    )
    assert seen / 3.2 > 2000
    assert seen > 1.3 * quick
    assert elsewhere.characters > 3 * FAR.beside_tokens - 100
    assert "# y = 1\n" in asked.prompt[-1].text
    assert asked.max_tokens == DEEP.max_tokens
    assert asked.budget_ms == DEEP.budget_ms


def test_a_slow_machine_shows_it_less_for_a_third_of_the_time():
    far = snapshot("before = 1\n" * 900 + "x = │\n" + "behind = 2\n" * 900)

    async def scene(person):
        await person.ask(far)
        await asyncio.sleep(9.0)
        (asked,) = person.slow.asked
        return sum(len(part.text) for part in asked.prompt if hasattr(part, "text"))

    fast, *slow = (
        play(scene, "1", done("stop"), state=State("ready", read_ms=ms))[0]
        for ms in (0.0, 10.0, 30.0)
    )
    assert slow[0] < 0.7 * fast
    assert slow[1] > 0.3 * fast, "what is not much is read however long that takes"


def test_without_a_deep_model_who_asks_gets_alternatives_with_the_answer():
    engine = ScriptedEngine(*QUICK)
    engine.ranked = {1: ["return", done("stop")]}
    outcome = run(Completer(engine).complete(HERE, replace(INVOKED, budget_ms=9000), Trace()))
    assert outcome == Insert("pass", -0.5, ("return",))
