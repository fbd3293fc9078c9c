import math

from hypothesis import given
from hypothesis import strategies as st

from inkling.engine.runtime.pace import LONGEST, Pace

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
