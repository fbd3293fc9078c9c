"""The curve from showing all to showing little, of cases that were replayed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.bench.quality import silence
from inkling.bench.quality.silence import Judged
from inkling.suggest.confidence import probability
from inkling.suggest.modes import LEAST_ODDS

TEXTS = st.lists(
    st.builds(Judged, st.floats(-5, 5), st.booleans(), st.booleans()), min_size=1, max_size=3
)
WEIGHED = st.lists(TEXTS, min_size=1, max_size=60)


def text(odds, useful):
    return [Judged(odds, True, useful)]


@pytest.mark.parametrize("places", [[], [[], []]])
def test_of_nothing_there_is_no_curve(places):
    assert silence.report(places) is None


def test_the_surest_come_first():
    found = silence.report([text(-1.0, False), text(2.0, True), text(1.0, True), text(0.0, False)])
    told = {row["shown"]: (row["useful"], row["n"]) for row in found["curve"]}
    assert told[1.0] == (0.5, 4)
    assert told[0.5] == (1.0, 2)


def test_where_less_is_suggested_than_a_share_nothing_is_told_of_it():
    found = silence.report([text(1.0, True)] * 5 + [[]] * 5)
    assert max(row["shown"] for row in found["curve"]) == 0.5


def test_of_a_text_that_is_not_sure_its_surer_beginning_is_shown():
    least = LEAST_ODDS["quiet"]
    found = silence.report([text(least - 1, False) + text(least, True) + text(least + 1, False)])
    told = {row["eagerness"]: row["useful"] for row in found["settings"]}
    assert told["eager"] == 0
    assert told["quiet"] == 1


@given(weighed=WEIGHED)
def test_each_setting_shows_what_is_sure_enough(weighed):
    found = silence.report(weighed)
    for row in found["settings"]:
        least = LEAST_ODDS[row["eagerness"]]
        assert row["n"] == sum(max(one.odds for one in texts) >= least for texts in weighed)
    assert found["settings"][0]["n"] == len(weighed)
    shown = [row["shown"] for row in found["settings"]]
    assert shown == sorted(shown, reverse=True)


@given(weighed=WEIGHED)
def test_each_whole_text_is_in_one_bin(weighed):
    found = silence.report(weighed)["calibration"]
    wholes = [texts[0] for texts in weighed]
    assert sum(row["n"] for row in found) == len(wholes)
    said = sum(row["said"] * row["n"] for row in found)
    assert said == pytest.approx(sum(probability(one.odds) for one in wholes))
    right = sum(row["right"] * row["n"] for row in found)
    assert right == pytest.approx(sum(one.right for one in wholes))


def test_each_row_is_a_line():
    found = silence.report([text(2.0, True), text(-9.0, False)])
    lines = list(silence.lines(found))
    assert len(lines) == sum(len(rows) for rows in found.values())
    assert any("balanced" in line and "shown 50%" in line for line in lines)
