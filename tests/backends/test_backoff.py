from hypothesis import given
from hypothesis import strategies as st

from inkling.backends.backoff import DELAYS_S, WELL_S, Backoff

SHORT = st.floats(0, WELL_S, exclude_max=True)
LONG = st.floats(WELL_S, 1e6)


@given(st.lists(SHORT, min_size=len(DELAYS_S) + 1, max_size=len(DELAYS_S) + 3))
def test_an_engine_that_keeps_ending_is_waited_for_longer_each_time_and_then_left(ran):
    backoff = Backoff()
    delays = [backoff.after(seconds) for seconds in ran]
    assert delays[: len(DELAYS_S)] == list(DELAYS_S) == sorted(DELAYS_S)
    assert set(delays[len(DELAYS_S) :]) == {None}


@given(st.lists(LONG))
def test_deaths_far_apart_are_each_the_first(ran):
    backoff = Backoff()
    assert [backoff.after(seconds) for seconds in ran] == [DELAYS_S[0]] * len(ran)


@given(st.lists(SHORT, max_size=len(DELAYS_S)), LONG)
def test_whatever_was_before_is_forgotten_once_it_ran_well(before, long):
    backoff = Backoff()
    for seconds in before:
        backoff.after(seconds)
    assert backoff.after(long) == DELAYS_S[0]
    assert backoff.after(0) == DELAYS_S[1]
