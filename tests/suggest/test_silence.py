"""What is withheld, and what comes of it later."""

from dataclasses import replace

import pytest

from inkling.engine.wire import Token
from inkling.suggest import confidence
from inkling.suggest.completer import Completer
from inkling.suggest.modes import LEAST_ODDS, Mode
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import ScriptedEngine, done, run

BALANCED = Mode("automatic", 60_000, 48, 6, least_odds=LEAST_ODDS["balanced"])
EAGER = replace(BALANCED, least_odds=LEAST_ODDS["eager"])
INVOKED = replace(BALANCED, name="invoked")
HERE = snapshot("x = │")
WEIGHTS = {"one": 0.0, "first": 1.0, "sum": -2.0, "length": 3.0}
"""What was fitted may be fitted anew; these tests are about what follows from odds."""
GUESS = [Token("foo", -4.0), Token("(1)", -4.0), done("stop")]
CERTAIN = [Token("foo", -0.001), Token("(1)", -0.001), done("stop")]


@pytest.fixture(autouse=True)
def _weights(monkeypatch):
    monkeypatch.setattr(confidence, "coefficients", lambda: WEIGHTS)


async def text(completer, here=HERE, mode=BALANCED):
    outcome = await completer.complete(here, mode, Trace())
    return outcome.text if isinstance(outcome, Insert) else outcome.reason


@pytest.mark.parametrize(
    ("script", "mode", "said"),
    [
        (GUESS, BALANCED, "unsure"),
        (GUESS, EAGER, "foo(1)"),
        (GUESS, INVOKED, "foo(1)"),
        (CERTAIN, BALANCED, "foo(1)"),
        ([Token("foo(1)", None), done("stop")], BALANCED, "foo(1)"),
        ([done("stop")], BALANCED, "empty"),
        # What is trimmed away tells nothing of what is left.
        ([*CERTAIN[:2], Token("\nbar()\n", -9.0), done("stop")], BALANCED, "foo(1)"),
    ],
)
def test_what_is_not_sure_enough_is_not_shown(script, mode, said):
    assert run(text(Completer(ScriptedEngine(*script)), mode=mode)) == said


@pytest.mark.parametrize(
    ("language", "marked", "sure", "guess"),
    [
        ("typescript", "export * from './links/│\nexport * from './b';\n", "wsLink", "';"),
        ("python", "x = f(a, │\ny = 1\n", "b", ")"),
        ("javascript", "function f(a) {\n    │\n        b: 1,\n    });\n}\n", "on", "(a, {"),
    ],
)
def test_less_is_not_shown_where_the_rest_mends_what_is_broken(language, marked, sure, guess):
    script = [Token(sure, -0.001), Token(guess, -9.0), done("stop")]
    here = snapshot(marked, language)
    assert run(text(Completer(ScriptedEngine(*script)), here)) == "unsure"
    script = [Token(sure, -0.001), Token(guess, -0.001), done("stop")]
    assert run(text(Completer(ScriptedEngine(*script)), here)) == sure + guess


def test_what_is_sure_of_a_text_is_shown_where_that_is_worth_taking():
    sure, guess = [Token(piece, -0.001) for piece in ("foo", "(", "a", ")")], Token(" + b", -9.0)
    assert run(text(Completer(ScriptedEngine(*sure, guess, done("stop"))))) == "foo(a)"
    dangling = [*sure, Token(".", -0.001), Token("bar()", -9.0), done("stop")]
    several = [*sure, Token("\n", -0.001), guess, Token("ar()", -6.0), done("stop")]
    assert run(text(Completer(ScriptedEngine(*several)), snapshot("if x:\n    │"))) == "foo(a)"
    assert run(text(Completer(ScriptedEngine(*dangling)))) == "foo(a)"


def test_a_request_says_what_it_weighed():
    trace = Trace()
    run(Completer(ScriptedEngine(*GUESS)).complete(HERE, BALANCED, trace))
    told = trace.as_dict()
    assert told["odds"] < LEAST_ODDS["balanced"]
    assert told["evidence"]["log_probs"] == (-4.0, -4.0)


def test_an_unsure_beginning_waits_for_more_within_the_budget():
    script = [Token("foo(", -1.6), 0.02, *[Token(piece, -0.001) for piece in "abcdefgh"]]
    engine = ScriptedEngine(*script, Token(")", -0.001), done("stop"), next_ms=1.0, pass_ms=0.1)
    assert run(text(Completer(engine))) == "foo(abcdefgh)"


def test_what_was_withheld_shows_when_it_has_grown():
    heard = []
    rest = [Token(piece, -0.001) for piece in ["a", "b", "c", "d", "e", "f", "g", "h", ")"]]
    engine = ScriptedEngine(Token("foo(", -1.6), 120.0, *rest, done("stop"))
    completer = Completer(engine, heard.append)

    async def scene():
        first = await text(completer)
        await completer._looking
        return first, heard == [HERE], await text(completer)

    assert run(scene()) == ("unsure", True, "foo(abcdefgh)")


def typed(here, more):
    offset = here.offset + len(more)
    return replace(
        here, text=here.text[: here.offset] + more + here.text[here.offset :], offset=offset
    )


def test_what_is_on_the_screen_stays_while_it_is_typed():
    # Of what is left the first token tells less than it did.
    engine = ScriptedEngine(
        *[Token("f", -0.001)] * 6, Token("(", -3.5), Token("1)", -3.5), done("stop")
    )
    completer = Completer(engine)

    async def scene():
        first = await text(completer, mode=EAGER)
        rests = ("f", "fff", "ffffff", "ffffff(")
        return [first, *[await text(completer, typed(HERE, more)) for more in rests]]

    assert run(scene()) == ["ffffff(1)", "fffff(1)", "fff(1)", "(1)", "1)"]


@pytest.mark.parametrize("mode", [BALANCED, EAGER])
def test_what_was_refused_does_not_come_back_there(mode):
    completer = Completer(ScriptedEngine(*CERTAIN))

    async def scene():
        first = await text(completer, mode=mode)
        completer.refused(HERE, first)
        again = await text(completer, mode=mode)
        by_key = await text(completer, mode=INVOKED)
        elsewhere = await text(completer, snapshot("import os\nx = │"), mode)
        return first, again, by_key, elsewhere

    assert run(scene()) == ("foo(1)", "unsure", "foo(1)", "foo(1)")


@pytest.mark.parametrize("mode", [BALANCED, EAGER])
def test_what_was_refused_does_not_come_back_by_typing_on_and_going_back(mode):
    completer = Completer(ScriptedEngine(*CERTAIN))

    async def scene():
        completer.refused(HERE, await text(completer, mode=mode))
        return await text(completer, typed(HERE, "f"), EAGER), await text(completer, mode=mode)

    assert run(scene()) == ("oo(1)", "unsure")


def test_what_was_refused_when_some_of_it_was_typed_does_not_come_back_there_either():
    completer = Completer(ScriptedEngine(*CERTAIN))

    async def scene():
        first = await text(completer)
        said = [await text(completer, typed(HERE, "fo"))]
        completer.refused(HERE, first)  # the editor's name for it is still the first one
        said.append(await text(completer, typed(HERE, "fo")))
        return said

    assert run(scene()) == ["o(1)", "unsure"]


def test_after_two_refusals_in_a_row_it_asks_more_of_itself_until_something_is_taken():
    # Just sure enough, as long as nothing was refused.
    trace = Trace()
    run(Completer(ScriptedEngine(*CERTAIN)).complete(HERE, BALANCED, trace))
    just = replace(BALANCED, least_odds=trace.weighed.odds - 0.1)
    completer = Completer(ScriptedEngine(*CERTAIN))

    async def scene():
        said = []
        for there in ("a = 1\nb = 2\nx = │", "c = 1\nd = 2\nx = │"):
            said.append(await text(completer, snapshot(there), just))
            completer.refused(snapshot(there), said[-1])
        for name in ("e", "g"):
            said.append(await text(completer, snapshot(f"{name} = 1\n{name} = 2\nx = │"), just))
            completer.accepted()
        return said

    assert run(scene()) == ["foo(1)", "foo(1)", "unsure", "foo(1)"]


def test_the_reason_is_said():
    outcome = run(Completer(ScriptedEngine(*GUESS)).complete(HERE, BALANCED, Trace()))
    assert outcome == Nothing("unsure")
    assert "not sure enough" in outcome.sentence
