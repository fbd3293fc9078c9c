import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.engine.drafting.trust import Trust, evidence

matches = st.dictionaries(
    st.sampled_from(["history", "lookup", "references"]), st.integers(0, 40), min_size=1
)


predictions = st.dictionaries(st.sampled_from(["head", "model"]), st.floats(0, 1), max_size=1)


@given(matches, predictions, st.booleans())
def test_trust_is_a_probability(by_source, predicted, first):
    assert 0 < Trust().probability(evidence(by_source, predicted, first=first)) < 1


@given(matches, st.sampled_from(["head", "model"]), st.floats(0, 0.9), st.booleans())
def test_what_is_predicted_is_trusted_more(by_source, who, predicted, first):
    less, more = (
        Trust().probability(evidence(by_source, {who: probability}, first=first))
        for probability in (predicted, predicted + 0.1)
    )
    assert less <= more


@given(matches, st.booleans())
def test_a_longer_match_is_trusted_more(by_source, first):
    longer = {source: 2 * match + 1 for source, match in by_source.items()}
    trust = Trust()
    less, more = (trust.probability(evidence(one, {}, first=first)) for one in (by_source, longer))
    assert less <= more


@given(matches, predictions, st.booleans(), st.integers(0, 3))
def test_what_has_more_rivals_is_trusted_less(by_source, predicted, first, rivals):
    more, less = (
        Trust().probability(evidence(by_source, predicted, first=first, rivals=n))
        for n in (rivals, rivals + 1)
    )
    assert less < more


def test_it_learns_how_often_a_kind_of_draft_is_right():
    trust, draw = Trust(), random.Random(0)
    seldom, often = (evidence({"lookup": n}, {}, first=True) for n in (2, 9))
    for _ in range(6000):
        trust.learn(seldom, right=draw.random() < 0.1)
        trust.learn(often, right=draw.random() < 0.6)
    assert trust.probability(seldom) == pytest.approx(0.1, abs=0.1)
    assert trust.probability(often) == pytest.approx(0.6, abs=0.1)


def test_who_learns_changes_nobody_else():
    one, other = Trust(), Trust()
    found = evidence({"history": 3}, {"head": 0.5}, first=True)
    before = other.probability(found)
    for _ in range(100):
        one.learn(found, right=False)
    assert one.probability(found) < before == other.probability(found)
