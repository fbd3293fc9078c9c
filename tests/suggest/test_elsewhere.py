"""What is known of other files reaches the model, and nobody waits for it."""

import asyncio
from dataclasses import replace

from inkling.context.index.symbols import Definition, Found, Part
from inkling.context.knowledge import Knowledge
from inkling.engine.wire import Token
from inkling.suggest.completer import Completer
from inkling.suggest.modes import AUTOMATIC
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import ScriptedEngine, done, run

MODE = replace(AUTOMATIC, budget_ms=300)
FETCH = Definition("fetch_all", "function", "", "def fetch_all(url):", "", 0)
NET = Found("/shop/net.py", "import", Definition("net", "module", "", "", "", 0), [FETCH])
HERE = snapshot("import net\nx = net.│\n")
NEXT = snapshot("import net\nx = net.f│\n")
ALIKE = Part("/shop/old.py", 0, "y = net.fetch_all(home)")
QUOTED = "# shop/old.py\n# y = net.fetch_all(home)\n"
UNSURE = (Token("nothing_of_that", -9.0), Token("(x)", -9.0), done("stop"))
SURE = (Token("fetch_all", -0.01), Token("(url)", -0.01), done("stop"))


class Elsewhere:
    """Answers after some seconds; from the names on the engine knows better."""

    def __init__(self, engine, seconds=0.01):
        self.engine, self.seconds = engine, seconds

    async def find(self, _asked, _here):
        await asyncio.sleep(self.seconds)
        self.engine.script = SURE
        return [NET]

    async def resembling(self, _near, _here, _seen, _characters):
        await asyncio.sleep(self.seconds)
        return [ALIKE]

    def shows(self, _here, _path):
        return True


def play(*places, seconds=0.01, then=20.0, **how):
    """What is answered at places, one after the other; the engine; what it is told has grown."""
    engine = ScriptedEngine(*UNSURE)
    grown = []

    async def scene():
        knowledge = Knowledge(Elsewhere(engine, seconds))
        completer = Completer(engine, grown.append, knowledge=knowledge, **how)
        outcomes = []
        for place in places:
            outcomes.append(await completer.complete(place, MODE, Trace()))
            await asyncio.sleep(then)
        return outcomes

    return run(scene()), engine, grown


def prompts(engine):
    return [asked.prompt[-1].text for asked in engine.asked]


def test_the_first_answer_does_not_wait_for_it():
    (outcome,), engine, _ = play(HERE, seconds=60.0)
    assert outcome == Nothing("unsure")
    assert [asked.names for asked in engine.asked] == [()] * len(engine.asked)
    assert not any(QUOTED in prompt for prompt in prompts(engine))


def test_once_the_names_are_known_one_of_them_is_said_where_nothing_was():
    _, engine, grown = play(HERE)
    assert [asked.names for asked in engine.asked if asked.max_tokens][:2] == [(), ("fetch_all",)]
    assert grown == [HERE]


def test_asked_again_there_it_says_what_came_of_that():
    (_, again), _, _ = play(HERE, HERE)
    assert isinstance(again, Insert)
    assert again.text == "fetch_all(url)"


def test_the_next_key_finds_it():
    (_, following), _, _ = play(HERE, NEXT)
    assert isinstance(following, Insert)
    assert following.text == "etch_all(url)"


def test_what_is_alike_is_read_while_nobody_waits():
    _, engine, _ = play(HERE)
    assert QUOTED not in prompts(engine)[0]
    assert prompts(engine)[-1] == f"{QUOTED}# code.py\nimport net\nx = net."
    assert engine.asked[-1].max_tokens == 0


def test_a_place_that_is_come_to_is_read_with_it():
    engine = ScriptedEngine(done("length"))

    async def scene():
        completer = Completer(engine, knowledge=Knowledge(Elsewhere(engine)))
        await completer.warm(HERE)

    run(scene())
    assert [QUOTED in prompt for prompt in prompts(engine)] == [False, True, True]
    assert [asked.max_tokens > 0 for asked in engine.asked] == [False, False, True]


def test_where_the_person_came_one_of_the_names_is_said_with_the_first_key():
    engine = ScriptedEngine(*UNSURE)

    async def scene():
        completer = Completer(engine, knowledge=Knowledge(Elsewhere(engine)))
        await completer.warm(HERE)
        trace = Trace()
        return await completer.complete(NEXT, MODE, trace), trace.source

    outcome, source = run(scene())
    assert outcome.text == "etch_all(url)"
    assert source == "cache"
    assert [asked.names for asked in engine.asked if asked.max_tokens] == [("fetch_all",)]


def test_it_can_be_left_out():
    _, engine, grown = play(HERE, without=["project"])
    assert not any(QUOTED in prompt for prompt in prompts(engine))
    assert not grown


def test_to_save_energy_nothing_is_asked():
    _, engine, grown = play(HERE, saving=lambda: True)
    assert not any(QUOTED in prompt for prompt in prompts(engine))
    assert not grown


def test_in_a_comment_any_word_may_follow():
    comment = snapshot("import net\n# Where there is no net.│\n")
    _, engine, _ = play(comment, comment)
    assert [asked.names for asked in engine.asked] == [()] * len(engine.asked)
    engine = ScriptedEngine(*UNSURE)

    async def scene():
        await Completer(engine, knowledge=Knowledge(Elsewhere(engine))).warm(comment)

    run(scene())
    assert [asked.names for asked in engine.asked] == [()] * len(engine.asked)
