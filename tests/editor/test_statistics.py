import json
from datetime import datetime

import pytest

from inkling.editor.statistics import Statistics
from inkling.suggest.outcome import Insert, Nothing

SHOWN = Insert("a + b", 0.0)


def counted(statistics, *names):
    told = statistics.as_dict()
    return tuple(told[name] for name in names)


def test_each_request_is_a_suggestion_or_a_reason():
    statistics = Statistics()
    outcomes = [SHOWN, Nothing("late"), Nothing("late"), Nothing("mid-word"), SHOWN]
    for outcome in outcomes:
        statistics.answered(outcome, 1.0)
    told = statistics.as_dict()
    assert (told["requests"], told["suggested"]) == (5, 2)
    assert told["reasons"] == {"late": 2, "mid-word": 1}


def test_the_quantiles_are_values_that_were_measured():
    statistics = Statistics()
    for milliseconds in range(100, 0, -1):
        statistics.answered(SHOWN, milliseconds + 0.004)
    latency = statistics.as_dict()["latencyMs"]
    assert latency == {"count": 100, "p50": 50.0, "p95": 95.0, "p99": 99.0}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_values_have_quantiles_too(count):
    statistics = Statistics()
    for milliseconds in range(count):
        statistics.answered(SHOWN, milliseconds)
    most = count - 1 if count else None
    latency = statistics.as_dict()["latencyMs"]
    assert (latency["count"], latency["p95"], latency["p99"]) == (count, most, most)


@pytest.mark.parametrize(
    "reason", ["off", "starting", "loading", "no-model", "closed", "superseded", "cancelled"]
)
def test_where_nothing_was_completed_the_time_says_nothing(reason):
    statistics = Statistics()
    statistics.answered(Nothing(reason), 0.1)
    statistics.answered(Nothing("late"), 90.0)
    assert statistics.as_dict()["latencyMs"]["count"] == 1


def test_memory_is_bounded():
    statistics = Statistics()
    first = statistics.offer("x")
    for milliseconds in range(10_000):
        statistics.answered(SHOWN, milliseconds)
        last = statistics.offer("y")
    told = statistics.as_dict()
    assert told["requests"] == 10_000, "counts are of all"
    assert told["latencyMs"]["count"] == 1000, "quantiles of the latest"
    assert told["latencyMs"]["p50"] == 9499.0
    statistics.accepted(first)
    assert counted(statistics, "accepted") == (0,), "forgotten"
    statistics.accepted(last)
    assert counted(statistics, "accepted") == (1,)
    assert len(statistics._items) < 1000


def test_a_name_means_nothing():
    names = [Statistics().offer("secret") for _ in range(3)]
    assert len(set(names)) == 3
    assert all(name.isalnum() and "secret" not in name for name in names)


def fates(statistics):
    return counted(statistics, "shown", "accepted", "partlyAccepted", "dismissed")


def test_an_item_counts_once_where_it_has_come_to():
    statistics = Statistics()
    name = statistics.offer("abcdef")
    assert fates(statistics) == (0, 0, 0, 0)
    for expected, event in (
        ((1, 0, 0, 0), "shown"),
        ((1, 0, 0, 1), "dismissed"),
        ((1, 0, 1, 0), "partlyAccepted"),
        ((1, 0, 1, 0), "dismissed"),
        ((1, 0, 1, 0), "shown"),
    ):
        statistics.heard(name, event, 2)
        assert fates(statistics) == expected
    for _ in range(2):
        statistics.accepted(name)
        assert fates(statistics) == (1, 1, 0, 0)


def test_characters_are_counted_once_and_no_more_than_there_were():
    statistics = Statistics()
    name = statistics.offer("abcdef")
    for characters, total in ((2, 2), (2, 2), (1, 2), (-7, 2), (4, 4)):
        statistics.heard(name, "partlyAccepted", characters)
        assert counted(statistics, "charactersAccepted") == (total,)
    statistics.heard(name, "shown", 5)
    assert counted(statistics, "charactersAccepted") == (4,), "only what was accepted"
    statistics.accepted(name)
    assert counted(statistics, "charactersAccepted") == (6,)
    statistics.heard(statistics.offer("abc"), "partlyAccepted", 10**9)
    assert counted(statistics, "charactersAccepted") == (9,)


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_characters_are_code_points_and_a_line_end_is_one(ending):
    statistics = Statistics()
    statistics.accepted(statistics.offer(f"a😀{ending}é"))
    assert counted(statistics, "charactersAccepted") == (4,)
    statistics.heard(statistics.offer(f"ab{ending}"), "partlyAccepted", 9)
    assert counted(statistics, "charactersAccepted") == (7,)


def test_an_event_that_does_not_exist_is_an_error_that_names_those_that_do():
    with pytest.raises(ValueError, match="shown, dismissed, partlyAccepted"):
        Statistics().heard("name", "eaten", 0)


def test_there_is_no_text_in_what_is_told():
    statistics = Statistics()
    statistics.answered(Nothing("failed", "secret"), 1.0)
    statistics.answered(Insert("secret", 0.0), 1.0)
    statistics.accepted(statistics.offer("secret"))
    told = json.dumps(statistics.as_dict())
    assert "secret" not in told
    assert datetime.fromisoformat(json.loads(told)["since"]).tzinfo
