"""Which of several sessions' requests is begun, and which gives way."""

import itertools
import time

import pytest

from inkling.engine import wire
from inkling.engine.jobs import TURN_S, Inbox, Job, Left, Referred, Superseded, Unwanted
from inkling.engine.runtime.base import Stop

ONE, OTHER, THIRD = 1, 2, 3
WAITED = 60_000.0  # milliseconds


def asked(number, budget_ms=WAITED, text="def name"):
    prompt = [wire.Special("fim_prefix"), wire.Text(text, 500, "end")]
    return wire.Generate(number, prompt, 8, budget_ms, 1000.0)


def ahead(number):
    return asked(number, 0.0)


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def at(monkeypatch):
    """Sets the clock."""

    class Clock:
        now = 100.0

        def __call__(self, seconds):
            self.now = 100.0 + seconds

    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", lambda: clock.now)
    return clock


def begun(inbox):
    """What is begun in turn, by session and number, until nothing is left."""
    jobs = iter(lambda: inbox.next(wait=False), None)
    return [(job.session, job.request.id) for job in jobs]


def test_a_newer_request_supersedes_its_own_sessions_only(inbox):
    for session, request in ((ONE, 1), (OTHER, 1), (ONE, 2)):
        inbox.take(asked(request), session)
    assert inbox.next(wait=False) == Superseded(1, ONE)
    assert sorted(begun(inbox)) == [(ONE, 2), (OTHER, 1)]


def test_who_is_waited_for_goes_before_all_that_is_done_ahead(inbox):
    inbox.take(ahead(1), ONE)
    inbox.take(asked(1), OTHER)
    inbox.take(ahead(1), THIRD)
    assert begun(inbox)[0] == (OTHER, 1)


def test_the_session_that_was_typed_in_last_goes_first(inbox, at):
    for seconds, session in enumerate((ONE, THIRD, OTHER)):
        at(seconds / 1e3)
        inbox.take(asked(1), session)
    assert begun(inbox)[0] == (OTHER, 1)
    for session in (OTHER, THIRD, ONE):
        inbox.take(ahead(2), session)
    assert begun(inbox) == [(OTHER, 2), (THIRD, 2), (ONE, 2)], "so it is with what is done ahead"


def test_nobody_who_is_waited_for_is_passed_over_twice(inbox):
    """Not even by one that asks faster than it is answered."""
    inbox.take(asked(1), ONE)
    order = []
    for number in range(1, 4):
        inbox.take(asked(number), OTHER)
        order.append(inbox.next(wait=False).session)
    assert order == [OTHER, ONE, OTHER]


def test_who_was_passed_over_and_types_on_is_next_all_the_same(inbox):
    for session, request in ((ONE, 1), (OTHER, 1)):
        inbox.take(asked(request), session)
    assert inbox.next(wait=False).session == OTHER
    for session, request in ((ONE, 2), (OTHER, 2)):
        inbox.take(asked(request), session)
    assert inbox.next(wait=False) == Superseded(1, ONE)
    assert begun(inbox) == [(ONE, 2), (OTHER, 2)]


def test_a_window_in_use_is_not_passed_over_twice_even_if_nobody_waits_any_more(inbox, at):
    at(0)
    inbox.take(asked(1, 50.0), ONE)
    for seconds, session in ((0.1, OTHER), (0.11, THIRD)):
        at(seconds)
        inbox.take(asked(1, 50.0), session)
    assert inbox.next(wait=False).session == THIRD
    inbox.take(asked(2, 50.0), THIRD)
    assert inbox.next(wait=False).session == OTHER, "somebody waits for it"
    assert begun(inbox) == [(ONE, 1), (THIRD, 2)]


def test_a_window_that_was_left_goes_like_what_is_done_ahead(inbox, at):
    at(0)
    inbox.take(asked(1, 50.0), ONE)
    at(0.01)
    inbox.take(asked(1, 50.0), OTHER)
    assert inbox.next(wait=False).session == OTHER
    at(9)
    inbox.take(asked(2, 50.0), OTHER)
    assert begun(inbox) == [(OTHER, 2), (ONE, 1)]


def test_what_is_done_ahead_gives_way_at_once(inbox):
    inbox.take(ahead(1), ONE)
    job = inbox.next(wait=False)
    inbox.take(ahead(1), OTHER)
    assert (job.displaced, job.cancellation.stop) == (False, Stop.NOT)
    inbox.take(asked(2), OTHER)
    assert (job.displaced, job.cancellation.stop) == (True, Stop.NOW)


@pytest.mark.parametrize(("budget_ms", "turn"), [(100.0, 0.1), (WAITED, TURN_S)])
@pytest.mark.parametrize("first", [True, False], ids=["waits already", "comes later"])
def test_who_is_waited_for_has_a_turn(inbox, at, budget_ms, turn, first):
    at(-0.01)
    if first:
        inbox.take(asked(1), OTHER)
    at(0)
    inbox.take(asked(1, budget_ms), ONE)
    job = inbox.next(wait=False)
    if not first:
        inbox.take(asked(1), OTHER)
    assert job.session == ONE
    at(turn - 0.01)
    assert not job.cancellation.stop
    at(turn + 0.01)
    assert job.cancellation.stop is Stop.NOW


def typed_in(inbox, at, seconds):
    """Two windows typed in without a pause, where the engine is never in time for the one. Return
    what became of that one's turns: how long after the first key each was, and whether it had a
    pass in it.
    """
    turns, number = [], itertools.count(1)
    for tenth in range(int(10 * seconds)):
        at(tenth / 10)
        inbox.take(asked(next(number), 50.0), ONE)
        at(tenth / 10 + 0.06)
        inbox.take(asked(next(number)), OTHER)
        for job in iter(lambda: inbox.next(wait=False), None):
            if isinstance(job, Job) and job.session == ONE:
                inbox.take(asked(next(number)), OTHER)
                had = not job.cancellation.stop
                if had:
                    with job.cancellation.by(pytest.fail):
                        pass
                    assert job.cancellation.stop is Stop.NOW
                turns.append((tenth / 10, had))
    return turns


def test_a_window_in_use_is_not_starved(inbox, at):
    """Its turns begin when its time is over; but it must be read some day."""
    had = [at for at, had in typed_in(inbox, at, 5) if had]
    gaps = [later - one for one, later in itertools.pairwise([*had, 5.0])]
    assert len(had) >= 3
    assert max(gaps) < 1.5
    assert min(gaps[:-1]) > 0.9, "the other one waits meanwhile"


def test_what_its_own_session_has_let_go_of_has_no_turn(inbox):
    inbox.take(asked(1), ONE)
    job = inbox.next(wait=False)
    job.costs.reading = True
    inbox.take(wire.Cancel(1), ONE)
    assert job.cancellation.stop is Stop.AFTER_READING
    inbox.take(asked(1), OTHER)
    assert job.cancellation.stop is Stop.NOW


@pytest.mark.parametrize(
    ("budget_ms", "seconds", "in_use"), [(0.0, 0.0, False), (1.0, 0.9, True), (1.0, 1.1, False)]
)
def test_a_pass_is_ended_unless_its_window_is_in_use(inbox, at, budget_ms, seconds, in_use):
    at(0)
    inbox.take(asked(1, budget_ms), ONE)
    job = inbox.next(wait=False)
    at(seconds)
    ended = []
    with job.cancellation.by(lambda: ended.append(True)):
        inbox.take(asked(1), OTHER)
        assert bool(ended) == (not in_use)
    assert job.cancellation.stop is Stop.NOW


def test_what_is_typed_on_while_another_waits_does_not_stop_in_the_middle_of_a_pass(inbox, at):
    """Keys in several windows must not keep it from ever ending."""
    at(0)
    inbox.take(asked(1, 1.0), ONE)
    job = inbox.next(wait=False)
    job.costs.reading = True
    ended = []
    with job.cancellation.by(lambda: ended.append(True)):
        inbox.take(asked(1), OTHER)
        at(0.5)
        inbox.take(asked(2, text="def name(self"), ONE)
        assert not ended
        inbox.take(asked(3, text="class"), ONE)
    assert job.cancellation.stop is Stop.NOW


def test_without_another_that_waits_there_is_no_end_to_a_turn(inbox, at):
    inbox.take(asked(1, 100.0), ONE)
    inbox.take(ahead(1), OTHER)
    job = inbox.next(wait=False)
    at(9)
    assert job.session == ONE
    assert not job.cancellation.stop


def displaced(inbox):
    inbox.take(ahead(1), ONE)
    job = inbox.next(wait=False)
    inbox.take(asked(1), OTHER)
    assert job.cancellation.stop is Stop.NOW
    return job


def test_what_gave_way_waits_again(inbox):
    inbox.postpone(displaced(inbox))
    assert begun(inbox) == [(OTHER, 1), (ONE, 1)]


def test_what_gave_way_does_not_wait_again_if_its_session_wants_something_else(inbox):
    job = displaced(inbox)
    inbox.take(ahead(2), ONE)
    inbox.postpone(job)
    assert inbox.next(wait=False) == Superseded(1, ONE)
    assert begun(inbox) == [(OTHER, 1), (ONE, 2)]


def test_what_gave_way_does_not_wait_again_if_nobody_wants_it(inbox):
    job = displaced(inbox)
    inbox.take(wire.Cancel(1), ONE)
    inbox.postpone(job)
    assert inbox.next(wait=False) == Superseded(1, ONE)
    assert begun(inbox) == [(OTHER, 1)]


def test_what_gave_way_can_be_superseded_while_it_waits_again(inbox):
    inbox.postpone(displaced(inbox))
    inbox.take(ahead(2), ONE)
    assert inbox.next(wait=False) == Superseded(1, ONE)
    assert begun(inbox) == [(OTHER, 1), (ONE, 2)]


def test_of_a_session_that_has_ended_nothing_is_done(inbox):
    inbox.take(asked(1), ONE)
    running = inbox.next(wait=False)
    inbox.take(asked(2), ONE)
    inbox.take(wire.Refer("file:///a.py", "x"), ONE)
    inbox.take(wire.Refer("file:///b.py", "y"), OTHER)
    inbox.leave(ONE)
    assert running.cancellation.stop is Stop.NOW
    assert inbox.next(wait=False) == Left(ONE)
    assert inbox.next(wait=False) == Referred(wire.Refer("file:///b.py", "y"), OTHER)
    inbox.postpone(running)
    assert inbox.next(wait=False) == Superseded(1, ONE)
    assert inbox.next(wait=False) is None


# How long the model is wanted.


def is_wanted(inbox):
    return inbox.next(wait=False) is None


def test_a_model_is_wanted_for_so_long_after_a_key_in_any_session(inbox, at):
    at(0)
    assert is_wanted(inbox), "nobody is there"
    for session, seconds in ((ONE, 10.0), (OTHER, 4.0)):
        inbox.take(wire.Keep(seconds), session)
    at(9)
    assert is_wanted(inbox)
    inbox.take(wire.Keep(4.0), OTHER)
    at(12)
    assert is_wanted(inbox)
    at(13)
    assert isinstance(inbox.next(wait=False), Unwanted)
    assert isinstance(inbox.next(wait=True), Unwanted)


def test_only_what_somebody_waits_for_counts_as_a_key(inbox, at):
    at(0)
    inbox.take(wire.Keep(10.0), ONE)
    at(5)
    inbox.take(asked(1), ONE)
    assert inbox.next(wait=False).request.id == 1
    for number, seconds in ((2, 6), (3, 14)):
        at(seconds)
        inbox.take(ahead(number), ONE)
        inbox.take(wire.Cancel(number), ONE)
        assert inbox.next(wait=False).request.id == number
        inbox.take(wire.Refer("a", "text"), ONE)
        assert isinstance(inbox.next(wait=False), Referred)
    assert is_wanted(inbox)
    at(15)
    inbox.take(ahead(4), ONE)
    assert inbox.next(wait=False).request.id == 4, "what was asked for is done first"
    inbox.take(wire.Refer("a", "text"), ONE)
    assert isinstance(inbox.next(wait=False), Unwanted)


@pytest.mark.parametrize("seconds", [None, float("inf"), 1e300])
def test_a_session_can_keep_the_model_for_as_long_as_it_is_there(inbox, at, seconds):
    at(0)
    inbox.take(wire.Keep(seconds), ONE)
    inbox.take(wire.Keep(1.0), OTHER)
    at(10**9)
    assert is_wanted(inbox)
    inbox.leave(ONE)
    assert inbox.next(wait=False) == Left(ONE)
    assert isinstance(inbox.next(wait=False), Unwanted)
    inbox.leave(OTHER)
    assert inbox.next(wait=False) == Left(OTHER)
    assert is_wanted(inbox), "how long it stays after its last session is said elsewhere"


@pytest.mark.parametrize("seconds", [float("nan"), -1.0])
def test_what_makes_no_sense_keeps_nothing(inbox, at, seconds):
    at(0)
    inbox.take(wire.Keep(seconds), ONE)
    assert isinstance(inbox.next(wait=False), Unwanted)
    inbox.take(wire.Cancel(1), OTHER)  # what a session says that never said so
    assert is_wanted(inbox)


@pytest.mark.parametrize("key", [wire.Keep(10.0), asked(3)])
def test_without_a_model_what_nobody_waits_for_is_not_done_and_a_key_wakes(inbox, at, key):
    at(0)
    inbox.take(wire.Keep(10.0), ONE)
    inbox.take(asked(0), ONE)
    inbox.next(wait=False)
    at(10)
    assert isinstance(inbox.next(wait=False), Unwanted)
    inbox.take(ahead(1), ONE)
    inbox.take(ahead(2), ONE)
    inbox.take(wire.Refer("a", "text"), ONE)
    inbox.leave(OTHER)
    assert [inbox.next_undone(), inbox.next_undone()] == [Superseded(1, ONE), Superseded(2, ONE)]
    inbox.take(key, ONE)
    assert inbox.next_undone() is None
    told = iter(lambda: inbox.next(wait=False), None)
    assert [job.request.id for job in told if isinstance(job, Job)] == [3] * (key == asked(3))
