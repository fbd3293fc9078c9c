"""What is read from recordings: pauses, flicker, percentiles, and what is noise."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.bench import compare, quantiles, table, timeline
from inkling.bench.beside import beside
from inkling.bench.figures import figures
from inkling.bench.record import Acceptance, Recording, Request, Sight, Stroke

EMPTY = Recording("a.py", 1, "0" * 64, 100, (), (), (), ())
BUDGET_MS = 100.0


def recorded(strokes, sights=(), requests=(), acceptances=()):
    return replace(
        EMPTY,
        strokes=tuple(Stroke(at, name) for at, name in strokes),
        sights=tuple(Sight(*sight) for sight in sights),
        requests=tuple(requests),
        acceptances=tuple(acceptances),
    )


def asked(key_ms, answered_ms=None, text="", **trace):
    return Request(key_ms, False, answered_ms, text, True, trace)


TWO_KEYS = [(1000, "char"), (1500, "char")]


@pytest.mark.parametrize(
    ("sights", "requests", "shown_ms", "reason"),
    [
        ([(1060, "a", "fresh")], [asked(1001, 1060, "a")], 60, None),
        ([(900, "ab", "fresh"), (1000, "b", "typed")], [asked(1001)], 0, None),
        ([(900, "ab", "fresh")], [asked(1001)], 0, None),
        ([(1200, "a", "fresh")], [asked(1001, 1200, "a")], 200, "over budget"),
        ([(900, "ab", "fresh"), (1000, "", "gone")], [asked(1001)], None, "no answer"),
        ([], [asked(1001, 1060, reason="late")], None, "late"),
        ([], [asked(1001, 1060)], None, "empty"),
        ([], [asked(1001, reason="error -32603")], None, "error -32603"),
        ([], [asked(900, 950, "a")], None, "not asked"),
        ([(900, "ab", "fresh"), (1050, "", "vanished")], [asked(1001, 1050)], None, "empty"),
        (
            [
                (900, "ab", "fresh"),
                (1000, "", "gone"),
                (1090, "c", "fresh"),
                (1300, "d", "replaced"),
            ],
            [asked(1001, 1300, "d")],
            90,
            None,
        ),
        ([(1060, "a", "fresh"), (1500, "", "gone")], [asked(1001, 1060, "a")], 60, None),
        ([(1600, "a", "fresh")], [asked(1001)], None, "no answer"),
    ],
)
def test_what_came_of_a_pause(sights, requests, shown_ms, reason):
    (pause,) = timeline.pauses(recorded(TWO_KEYS, sights, requests), BUDGET_MS)
    assert pause == timeline.Pause(500, shown_ms, reason)


def test_which_intervals_are_pauses():
    strokes = [(0, "char"), (149, "char"), (300, "jump"), (900, "char"), (1050, "accept")]
    found = timeline.pauses(recorded(strokes), BUDGET_MS)
    assert [pause.length_ms for pause in found] == [151, 150], "not behind a jump"


def test_how_long_a_request_is_left_alone():
    requests = [asked(1000.5), asked(1500.5)]
    assert timeline.quiet_ms(recorded(TWO_KEYS, requests=requests)) == [499.5, math.inf]


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (asked(0), "unanswered"),
        (asked(0, 5), "empty"),
        (asked(0, 5, "a"), "model"),
        (asked(0, 5, "a", source="model"), "model"),
        (asked(0, 5, "a", source="cache"), "cache"),
        (replace(asked(0, 5, "a", source="cache"), cold=True), "cold"),
        (replace(asked(0, 5), cold=True), "empty"),
    ],
)
def test_kinds_of_answers(request_, kind):
    assert timeline.kind(request_) == kind


def test_the_figures_of_a_small_recording():
    drafts = {"draftedSteps": 3, "draftTokens": 8, "acceptedTokens": 6}
    stages = {"decodeMs": 40.0, "prefillMs": 10.0}
    counts = {"generatedTokens": 10, "steps": 4, "drafters": {"lookup": [8, 6]}}
    trace = stages | drafts | counts
    earlier = trace | {"steps": 2, "generatedTokens": 3, "drafters": {"lookup": [4, 2]}}
    recording = recorded(
        [(0, "char"), (1000, "char"), (2000, "char"), (2050, "char"), (3000, "accept")],
        [
            (60, "foo", "fresh", "all"),
            (1000, "oo", "typed"),
            (1070, "x", "replaced", "wrong"),
            (2000, "", "gone"),
            (2200, "bar", "fresh", "all"),
            (2900, "", "vanished"),
        ],
        [
            replace(asked(0, 60, "foo", **trace), cold=True),
            asked(1000, 1070, "x", **trace, promptTokens=9),
            asked(2000),
            asked(2050, 2200, "bar", source="cache", **earlier),
            asked(3000, 3010, reason="late"),
        ],
        [Acceptance(3000, 25, "all")],
    )
    found = figures([recording], BUDGET_MS)
    assert found["plays"][0]["keys"] == 5
    assert found["plays"][0]["acceptedCharacters"] == 25
    answers = found["answers"]
    assert [answers[kind]["count"] for kind in ("cold", "model", "cache", "empty")] == [1, 1, 1, 1]
    assert answers["unanswered"] == 1
    assert answers["model"]["p50"] == 70
    assert found["inBudget"]["requests"] == 4, "one had only 50 ms"
    assert found["inBudget"]["answered"] == 3
    assert found["inBudget"]["withText"] == 2
    assert found["inBudget"]["cold"] == {"requests": 1, "withText": 1, "withTextShare": 1}
    assert found["pauses"]["count"] == 3
    assert found["pauses"]["inBudget"] == 2
    assert found["pauses"]["reasons"] == {"over budget": 1}
    assert found["stages"]["decodeMs"] == {"mean": 40, "p50": 40, "p95": 40}
    assert found["stages"]["otherMs"]["mean"] == 15
    decoding = found["decoding"]
    assert decoding["generations"] == 2, "one of them is told of twice"
    assert decoding["drafters"]["lookup"]["draftTokens"] == 16
    assert decoding["meanAcceptanceLength"] == found["plays"][0]["meanAcceptanceLength"] == 2.5
    assert decoding["meanAcceptanceLengthOfDrafts"] == 3, "6 accepted and 3 bonus tokens in 3 steps"
    assert decoding["draftHitRate"] == decoding["drafters"]["lookup"]["draftHitRate"] == 0.75
    assert decoding["tokensPerSecond"] == 250
    typing = found["typing"]
    assert (typing["shown"], typing["wrong"], typing["flicker"], typing["vanished"]) == (3, 1, 1, 1)
    assert typing["acceptedShare"] == 0.25
    assert len(found["samples"]["requests"]) == 5
    assert found["samples"]["requests"][4] == [0, "empty", 10, None]


def test_the_figures_of_nothing():
    found = figures([], BUDGET_MS)
    assert found["pauses"]["share"] is None
    assert found["answers"]["model"] == {"count": 0}


@given(st.lists(st.floats(0, 1e4), min_size=1), st.floats(0, 1))
def test_quantiles_are_numpys(values, share):
    assert quantiles.quantile(values, share) == pytest.approx(np.quantile(values, share))


@given(st.lists(st.floats(0, 1e4)))
def test_every_value_is_in_one_bin(values):
    counts = quantiles.histogram(values)
    assert sum(counts) == len(values)
    assert counts[-1] == sum(value >= quantiles.EDGES_MS[-1] for value in values)
    assert counts[0] == sum(value < quantiles.EDGES_MS[1] for value in values)


def subject(latencies, good=50, name="inkling"):
    return {
        "name": name,
        "samples": {"requests": [[0, "model", ms, None] for ms in latencies], "pauses": []},
        "inBudget": {"answered": good, "withText": good, "requests": 100},
        "pauses": {"inBudget": good, "count": 100},
        "typing": {"flicker": 1, "wrong": 5, "shown": 100},
        "decoding": {"acceptedTokens": 0, "draftTokens": 0},
    }


def verdicts(before, now):
    found = compare.compare({"subjects": [before]}, {"subjects": [now]})
    return {one.figure: one.verdict for one in found}


@given(st.lists(st.floats(1, 1000), min_size=5, max_size=200), st.integers(0, 100))
def test_a_run_beside_itself_is_noise(latencies, good):
    same = subject(latencies, good)
    assert set(verdicts(same, same).values()) == {"noise", "too few"}


def test_a_difference_is_seen():
    chance = np.random.default_rng(1)
    slow, fast = chance.normal(80, 10, 200), chance.normal(60, 10, 200)
    found = verdicts(subject(slow, 40), subject(fast, 80))
    assert found["model answers, median"] == "better"
    assert found["pauses with ghost text in budget"] == "better"
    assert found["shown texts that were wrong"] == "noise"
    assert found["draft tokens accepted"] == "too few"
    back = verdicts(subject(fast, 80), subject(slow, 40))
    assert back["model answers, median"] == "worse"
    assert back["requests answered in budget"] == "worse"


def test_subjects_that_one_report_lacks_are_left_out():
    assert verdicts(subject([1.0]), subject([1.0], name="other")) == {}


def test_the_interval_of_a_median_holds_it_as_often_as_it_says():
    chance = np.random.default_rng(2)
    held = 0
    for seed in range(100):
        low, high = compare.median_difference(
            chance.lognormal(4, 0.5, 60), chance.lognormal(4, 0.5, 60), seed
        )
        held += low <= 0 <= high
    assert held >= 95


def test_the_interval_of_a_share_is_newcombes():
    # Newcombe (1998), table II, at 95 %: 56/70 and 48/80 give 0.0524 to 0.3339.
    interval = compare.share_difference((48, 80), (56, 70), z=1.959964)
    assert interval == pytest.approx((0.0524, 0.3339), abs=1e-4)


def played(name, *by_tab):
    return {"name": name, "plays": [{"acceptedCharacters": count} for count in by_tab]}


def test_as_many_times_by_tab_on_every_file_leaves_no_doubt():
    found = beside(played("inkling", 30, 60, 90), played("peer", 10, 20, 30))
    assert found == {"name": "peer", "times": 3.0, "low": 3.0, "high": 3.0}


def test_files_that_differ_leave_an_interval():
    ours, peer = played("inkling", 160, 120, 190, 300), played("peer", 40, 20, 90, 140)
    found = beside(ours, peer)
    assert found["low"] < found["times"] < found["high"]
    assert found["times"] == pytest.approx(770 / 290, abs=0.01)


def test_how_often_the_interval_beside_a_peer_holds_the_truth():
    chance, held = np.random.default_rng(3), 0
    for _ in range(100):
        peers = chance.lognormal(4, 0.6, 12).astype(int)
        ours = (3 * peers * chance.lognormal(-0.02, 0.2, 12)).astype(int)
        found = beside(played("inkling", *ours), played("peer", *peers))
        held += found["low"] <= 3 <= found["high"]
    assert 75 <= held <= 98


@pytest.mark.parametrize(
    ("ours", "peers", "expected"),
    [
        ((50, 60), (10, 20), (3.67, None, None)),  # two files tell nothing of others
        ((50, 60, 70), (0, 0, 0), (None, None, None)),
        # Of files like the first the peer has nothing: there is no upper bound.
        ((50, 60, 70), (0, 0, 20), (9.0, 4.75, None)),
    ],
)
def test_what_few_files_do_not_say(ours, peers, expected):
    found = beside(played("inkling", *ours), played("peer", *peers))
    assert (found["times"], found["low"], found["high"]) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ({}, "3.0 x those of peer; files like these would give 2.0 to 4.5 (90 %)"),
        ({"high": None}, "3.0 x those of peer; files like these would give 2.0 or more (90 %)"),
        ({"low": None, "high": None}, "3.0 x those of peer; too few files to tell of others"),
        ({"times": None}, "none by peer"),
    ],
)
def test_a_peer_is_told_of_in_one_line(found, line):
    peer = {"name": "peer", "times": 3.03, "low": 1.96, "high": 4.5} | found
    assert table.of_peer(peer) == f"Characters by Tab: {line}"
