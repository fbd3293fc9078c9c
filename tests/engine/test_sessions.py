"""What a loaded model remembers of several sessions: each its own, and what is read for all."""

import time

import pytest

from inkling.engine import host, wire
from inkling.engine.jobs import Job

UNLIMITED = 1e9  # milliseconds
ONE, OTHER = 1, 2
LONG = "import numpy\n" * 40


@pytest.fixture(scope="module")
def loaded(endless):
    return host.Host(endless, capacity=512, threads=1)


@pytest.fixture(autouse=True)
def _forget(loaded):
    yield
    for session in (ONE, OTHER):
        loaded.leave(session)
    loaded._session.forget()


def job(session, text, number=1, max_tokens=8, budget_ms=0.0):
    prompt = [wire.Special("fim_prefix"), wire.Text(text, 500, "end")]
    request = wire.Generate(number, prompt, max_tokens, budget_ms, UNLIMITED)
    return Job(request, time.perf_counter(), session)


def answer(loaded, asked):
    sent = []
    assert loaded.answer(asked, lambda *message: sent.append(message))
    return sent


def done(loaded, *arguments, **named):
    *_, (_, message) = answer(loaded, job(*arguments, **named))
    assert isinstance(message, wire.Done)
    return message


def test_what_a_session_said_is_of_no_use_to_another_but_what_is_read_is(loaded, monkeypatch):
    monkeypatch.setattr(loaded._pace, "draft_length", lambda _, available, *__: available)
    done(loaded, ONE, "import text")
    loaded.refer(wire.Refer("file:///a.py", "import text import text import text"), ONE)
    while loaded.busy:
        loaded.work_on()
    other = done(loaded, OTHER, "import text").stats
    assert other.recalled_tokens == 0
    assert set(other.drafters) <= {"lookup"}
    assert other.reused_tokens == other.prompt_tokens - 1
    own = done(loaded, ONE, "import text").stats
    assert own.recalled_tokens == 8


def test_what_a_session_said_ends_with_it(loaded, monkeypatch):
    monkeypatch.setattr(loaded._pace, "draft_length", lambda _, available, *__: available)
    done(loaded, ONE, "import text")
    loaded.leave(ONE)
    again = done(loaded, ONE, "import text").stats
    assert again.recalled_tokens == 0
    assert set(again.drafters) <= {"lookup"}
    loaded.refer(wire.Refer("file:///a.py", "x" * 9999), ONE)
    assert loaded.busy
    loaded.leave(ONE)
    assert not loaded.busy


def test_each_session_hears_of_its_own_prompts_only(loaded):
    held = {ONE: [], OTHER: []}
    for session, text, number in ((ONE, "import", 1), (OTHER, "class", 7), (ONE, "return", 2)):
        for to, message in answer(loaded, job(session, text * 20, number)):
            if isinstance(message, wire.Caches):
                held[to] = [one.id for one in message.held]
    assert held == {ONE: [1, 2], OTHER: [7]}


def test_a_session_hears_when_another_takes_its_cache(loaded):
    answer(loaded, job(ONE, LONG, 1))
    sent = answer(loaded, job(OTHER, LONG, 7))
    caches = [(to, message.held) for to, message in sent if isinstance(message, wire.Caches)]
    assert (ONE, []) in caches
    assert [one.id for to, held in caches if to == OTHER for one in held][-1] == 7


def test_what_gives_way_while_it_reads_is_read_on_and_answered_once(loaded):
    reading, sent = job(ONE, LONG, max_tokens=4), []

    def displace(to, message):
        sent.append((to, message))
        if isinstance(message, wire.Caches) and message.held[0].tokens:
            reading.give_turn(time.perf_counter())

    assert not loaded.answer(reading, displace)
    assert {type(message) for _, message in sent} == {wire.Caches}
    done(loaded, OTHER, "class Other")
    *chunks, (_, end) = answer(loaded, job(ONE, LONG, max_tokens=4))
    assert end.stats.reused_tokens > 0
    assert sum(isinstance(message, wire.Chunk) for _, message in chunks) > 0


def test_what_must_always_give_way_is_read_all_the_same(loaded):
    """As in windows that are typed in without a pause, on a machine that is never in time."""
    sent = []

    def turn():
        late = job(ONE, LONG, budget_ms=0.001)
        late.give_turn(time.perf_counter(), starved=True)
        return loaded.answer(late, lambda *message: sent.append(message))

    assert any(turn() for _ in range(20))
    assert sent[-1][1].stats.generated_tokens > 0


def test_what_gives_way_while_it_writes_ends(loaded):
    writing = job(ONE, "import text", max_tokens=100)

    def displace(_, message):
        if isinstance(message, wire.Chunk):
            writing.give_turn(time.perf_counter())
        sent.append(message)

    sent = []
    assert loaded.answer(writing, displace)
    assert sent[-1].why == "cancelled"


def test_a_job_that_gives_way_before_it_is_begun_says_nothing(loaded):
    waiting = job(ONE, "import text")
    waiting.give_turn(time.perf_counter())
    assert not loaded.answer(waiting, pytest.fail)
