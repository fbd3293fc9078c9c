"""How long judging a text may take: an answer that somebody waits for leaves in time."""

import math
import time

import pytest

from inkling.engine.wire import State, Stats, Token
from inkling.suggest import whole
from inkling.suggest.following import Asked
from inkling.suggest.generations import Cache, Generation
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Insert
from inkling.suggest.site import site_of
from inkling.suggest.trace import Trace
from inkling.suggest.work import Work
from marked import snapshot
from scripted_engine import ScriptedEngine

HERE = snapshot("def f(a):\n    return a.│\n\n\nx = f(1)\n")


@pytest.fixture
def allowed(monkeypatch):
    """What was allowed, in milliseconds, each time that a text was tried in the tree."""
    given = []
    tried = whole.errors_with

    def errors_with(tree, at, added, left_ms):
        given.append(left_ms)
        return tried(tree, at, added, 1000.0)

    monkeypatch.setattr(whole, "errors_with", errors_with)
    return given


def asked_for(budget_ms):
    mode = Mode("automatic", budget_ms, 48, 6, least_odds=-0.75)
    place = Work(ScriptedEngine(), Cache()).at(HERE)
    asked = Asked(HERE, place, site_of(HERE, mode), mode, Trace())
    generation = Generation(place.uri, place.full, 48)
    tokens = [Token("split", -0.1), Token("(", -0.1), Token("b", -0.2), Token(")", -2.0)]
    generation.grow("split(b)", tokens, Stats())
    asked.learn("split(b)", generation)
    return asked


def test_who_waits_is_not_kept_waiting(allowed):
    asked = asked_for(budget_ms=0)
    assert isinstance(asked.outcome, Insert)
    assert allowed
    assert max(allowed) <= 3.0


def test_an_answer_leaves_sooner_where_the_machine_is_slower(monkeypatch):
    monkeypatch.setattr(Trace, "elapsed_ms", 0.0)

    def left_ms(read_ms):
        engine = ScriptedEngine(state=State("ready", read_ms=read_ms))
        mode = Mode("automatic", 100, 48, 6)
        place = Work(engine, Cache()).at(HERE)
        return Asked(HERE, place, site_of(HERE, mode), mode, Trace()).left_ms

    assert [left_ms(each) for each in (0.0, 4.0, 12.0, 500.0)] == [91.0, 91.0, 85.0, 80.0]


def test_with_time_left_and_when_nobody_waits_it_may_take_longer(allowed):
    assert isinstance(asked_for(budget_ms=60_000).outcome, Insert)
    assert max(allowed) > 3.0
    asked = asked_for(budget_ms=0)
    asked.answered = True
    del allowed[:]
    asked.learn("split(b, c)", asked.generation)
    assert isinstance(asked.outcome, Insert)
    assert max(allowed) > 3.0


def test_what_could_not_be_judged_in_time_is_judged_when_there_is_some(monkeypatch):
    site = site_of(HERE, Mode("automatic", 0, 48, 6))
    judge, tried = whole.Judge(site, math.inf), whole.errors_with
    judge.rest(3.0)
    monkeypatch.setattr(whole, "errors_with", lambda *_: time.sleep(0.01))
    assert whole.verdict_on("split(b, c)", site, judge) == "unknown"
    monkeypatch.setattr(whole, "errors_with", tried)
    assert whole.verdict_on("split(b, c)", site, judge) == "unknown"
    judge.rest()
    assert whole.verdict_on("split(b, c)", site, judge) == "clean"
