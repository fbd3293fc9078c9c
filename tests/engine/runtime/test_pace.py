import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.engine.runtime.pace import LONGEST, Pace, Told

SECONDS = st.floats(1e-4, 10)


ALWAYS, NEVER = 1.0, 0.0


def paced(seconds):
    """A pace that has seen passes of these lengths."""
    pace = Pace()
    for tokens, taken in seconds.items():
        pace.observe_pass(tokens, taken)
    return pace


@given(st.lists(SECONDS, min_size=1))
def test_an_estimate_stays_within_what_was_observed(observed):
    pace = Pace()
    for seconds in observed:
        pace.observe_pass(1, seconds)
    assert min(observed) * 0.999 <= pace.seconds(1) <= max(observed) * 1.001


@given(low=SECONDS, more=SECONDS, tokens=st.integers(1, 9))
def test_between_two_measured_lengths_the_estimate_lies_between(low, more, tokens):
    pace = paced({1: low, 9: low + more})
    assert low * 0.999 <= pace.seconds(tokens) <= (low + more) * 1.001


def test_nothing_is_known_at_first():
    assert Pace().seconds(1) == 0


def test_a_longer_pass_is_guessed_to_cost_more():
    assert paced({1: 1.0}).seconds(4) > 1


def test_free_tokens_that_are_always_right_are_all_drafted():
    pace = paced({1: 1.0, 9: 1.0})
    assert pace.draft_length([ALWAYS] * LONGEST) == LONGEST
    assert pace.draft_length([ALWAYS] * 2) == 2


def test_tokens_that_are_never_right_are_not_drafted():
    assert paced({1: 1.0, 9: 1.01}).draft_length([NEVER] * LONGEST) == 0


def test_tokens_that_cost_more_than_they_bring_are_not_drafted():
    pace = paced({1: 1.0, 2: 3.0, 9: 30.0})
    assert pace.draft_length([ALWAYS] * LONGEST) == 0


@given(left=st.floats(0.1, 20), pending=st.integers(1, 4))
def test_a_draft_does_not_make_a_pass_too_long_for_who_waits(left, pending):
    pace = paced({1: 1.0, 17: 17.0})
    length = pace.draft_length([ALWAYS] * LONGEST, pending, left)
    waited_for = pace.seconds(pending) <= left
    assert not waited_for or pace.seconds(pending + length) <= left


def test_when_nobody_waits_any_more_drafts_are_free_again():
    pace = paced({1: 1.0, 17: 2.0})
    assert pace.draft_length([ALWAYS] * LONGEST, 1, left=-0.5) == LONGEST
    assert pace.draft_length([ALWAYS] * LONGEST, 1, left=1.01) == 0


def test_without_a_limit_the_rate_decides():
    pace = paced({1: 1.0, 17: 2.0})
    assert pace.draft_length([ALWAYS] * LONGEST, 1, math.inf) == LONGEST


def test_a_draft_ends_where_its_tokens_become_unlikely():
    pace = paced({1: 1.0, 9: 2.0})
    assert pace.draft_length([0.9, 0.9, NEVER, ALWAYS, ALWAYS]) == 2


def test_of_lengths_that_are_as_good_the_longest_is_drafted():
    pace = paced({1: 1.0, 9: 1.8})
    assert pace.draft_length([0.9, 0.9, 0.5, 0.5]) == 4
    assert pace.draft_length([0.9, 0.9, 0.1, 0.1]) == 2


@given(
    st.lists(st.floats(0, 1), max_size=LONGEST),
    st.lists(st.floats(0.001, 3), min_size=LONGEST, max_size=LONGEST),
    st.integers(1, 3),
)
def test_drafting_never_loses_to_plain_decoding(acceptances, costs, pending):
    pace = paced({1: 1.0} | {n: 1.0 + sum(costs[: n - 1]) for n in range(2, LONGEST + 2)})
    length = pace.draft_length(acceptances, pending)
    expected = sum(math.prod(acceptances[:k]) for k in range(length + 1))
    plain = 1 / pace.seconds(pending)
    assert expected / pace.seconds(pending + length) >= plain * (1 - 1e-9)


CHUNK = 2 * LONGEST
WINDOW = 52  # passes that read a whole window


def reading(pace, passes, ms):
    """Let a pace see so many passes of a prefill, of `ms` milliseconds a token."""
    for _ in range(passes):
        pace.observe_pass(CHUNK, CHUNK * ms / 1e3)
    return pace


def test_reading_is_timed_by_the_passes_that_read():
    pace = paced({1: 0.02, 4: 0.03})
    assert pace.read_ms == 0
    assert reading(pace, 1, 4.0).read_ms == pytest.approx(4.0)


def test_a_machine_that_became_idle_is_known_within_a_window():
    pace = reading(reading(Pace(), WINDOW, 12.0), WINDOW // 3, 4.0)
    assert pace.read_ms == pytest.approx(4.0)


def test_a_busy_minute_does_not_make_a_machine_slow():
    pace = reading(reading(Pace(), WINDOW, 4.0), WINDOW // 3, 12.0)
    assert pace.read_ms == pytest.approx(4.0)
    assert reading(pace, WINDOW, 12.0).read_ms == pytest.approx(12.0)


def test_a_few_passes_that_were_fast_do_not_make_a_machine_fast():
    pace = reading(reading(Pace(), WINDOW, 4.0), WINDOW // 8, 1.0)
    assert pace.read_ms == pytest.approx(4.0)


def test_a_pace_is_told_again_only_when_it_is_another_one():
    pace = reading(Pace(), 1, 12.0)
    told = Told(pace.read_ms)
    assert not told.follow(reading(pace, 5, 4.0)), "a few passes are chance"
    assert told.follow(reading(pace, WINDOW, 4.0))
    assert told.told == pytest.approx(4.0)
    assert not told.follow(pace)


@given(st.lists(st.floats(0.8, 1.2), min_size=1, max_size=300))
def test_windows_do_not_change_with_what_each_pass_takes(factors):
    pace = reading(Pace(), WINDOW, 4.0)
    told = Told(pace.read_ms)
    for factor in factors:
        assert not told.follow(reading(pace, 1, 4.0 * factor))
