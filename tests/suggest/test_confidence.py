"""How sure a text is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.languages import registry
from inkling.suggest import confidence
from inkling.suggest.modes import AUTOMATIC, LEAST_ODDS
from inkling.suggest.site import site_of
from marked import snapshot

LOG_PROBS = st.lists(st.floats(-30, 0), min_size=1, max_size=30)


def known(marked, text, log_probs, language="python"):
    place = site_of(snapshot(marked, language), AUTOMATIC)
    return confidence.evidence(text, log_probs, place, ended=True, prompt_tokens=1000)


@pytest.mark.parametrize("text", ["", "\n  "])
def test_of_nothing_nothing_is_known(text):
    assert known("x = │", text, [-1.0]) is None


def test_without_probabilities_nothing_is_known():
    assert known("x = │", "foo", []) is None


def test_each_coefficient_weighs_a_feature_and_each_feature_is_weighed():
    found = known("x = │", "foo(1)", [-0.5, -2.0]).features()
    general = {name for name in confidence.coefficients() if not name.startswith("language:")}
    assert general == {name for name in found if not name.startswith("language:")}
    languages = {name.partition(":")[2] for name in confidence.coefficients()} - {""}
    assert languages <= set(registry.described()) | {"plaintext"}


@given(log_probs=LOG_PROBS, less=st.floats(0, 20))
def test_what_is_less_probable_is_less_sure(log_probs, less):
    sure = confidence.log_odds(known("x = │", "foo(1)", log_probs))
    unsure = confidence.log_odds(known("x = │", "foo(1)", [one - less for one in log_probs]))
    assert math.isfinite(sure)
    assert unsure <= sure + 1e-9


def test_what_the_model_is_certain_of_is_shown_and_what_it_guesses_is_not():
    certain = confidence.log_odds(known("x = │", "foo(1)", [-0.001] * 4))
    guessed = confidence.log_odds(known("x = │", "foo(1)", [-3.0, -2.5, -3.0, -2.0]))
    for name in ("balanced", "quiet"):
        assert guessed < LEAST_ODDS[name] <= certain
    assert LEAST_ODDS["eager"] <= guessed


@pytest.mark.parametrize("language", ["klingon", "plaintext", "tsx"])
def test_a_language_that_nobody_knows_is_no_error(language):
    assert math.isfinite(confidence.log_odds(known("x = │", "foo", [-1.0], language)))


@given(odds=st.floats(-50, 50))
def test_a_probability_is_one(odds):
    assert 0 <= confidence.probability(odds) <= 1
