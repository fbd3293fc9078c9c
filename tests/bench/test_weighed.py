"""What silence would have cost and brought: read from recordings."""

from dataclasses import replace

import pytest

from inkling.bench.figures import figures
from inkling.bench.record import Acceptance, Recording, Sight
from inkling.bench.weighed import by_odds, weighed

EMPTY = Recording("a.py", 1, "0" * 64, 100, (), (), (), ())


def recorded(*sights, taken=(), odds=()):
    return replace(
        EMPTY,
        sights=tuple(Sight(at, *sight) for at, sight in enumerate(sights)),
        acceptances=tuple(Acceptance(0, count, "all") for count in taken),
        traces={
            number: {"odds": one, "evidence": {"lines": number}} for number, one in enumerate(odds)
        },
    )


SCENES = {
    "wrong and typed over": (
        [("ab", "fresh", "wrong", 1), ("", "gone")],
        [("wrong", 0, 0.5)],
    ),
    "right, typed along with, surer then, and taken": (
        [("abc", "fresh", "all", 1), ("bc", "typed"), ("bc", "same", None, 2), ("", "accepted")],
        [("all", 3, 1.5)],
    ),
    "surer only when some of it was taken": (
        [("a b", "fresh", "words", 1), (" b", "accepted"), (" b", "same", None, 2), ("", "gone")],
        [("words", 3, 0.5)],
    ),
    "another in its place": (
        [("ab", "fresh", "wrong", 1), ("cd", "replaced", "all", 2), ("", "vanished")],
        [("wrong", 0, 0.5), ("all", 0, 1.5)],
    ),
    "one on the screen at the end": ([("ab", "fresh", "short", 2)], [("short", 0, 1.5)]),
    "one that nobody weighed": ([("ab", "fresh", "all")], [("all", 0, None)]),
}


@pytest.mark.parametrize("name", SCENES)
def test_what_came_of_each_text(name):
    sights, expected = SCENES[name]
    taken = [3] if any(sight[1] == "accepted" for sight in sights) else []
    recording = recorded(*sights, taken=taken, odds=(9.0, 0.5, 1.5))
    found = list(weighed(recording))
    assert [(text.verdict, text.taken, text.odds) for text in found] == expected
    first = sights[0][3] if len(sights[0]) > 3 else None
    assert found[0].evidence == (first and {"lines": first})


def test_the_more_is_asked_the_less_is_shown_wrong_and_taken():
    recording = recorded(
        ("ab", "fresh", "wrong", 1),
        ("", "gone"),
        ("abc", "fresh", "all", 2),
        ("", "accepted"),
        ("x", "fresh", "wrong"),
        taken=[3],
        odds=(9.0, 0.5, 1.5),
    )
    found = {
        row["odds"]: (row["shown"], row["wrong"], row["byTab"]) for row in by_odds([recording])
    }
    assert found[None] == (3, 2, 3)
    assert found[0.5] == (3, 2, 3)
    assert found[0.75] == (2, 1, 3)
    assert found[1.75] == (1, 1, 0)
    rows = [found[odds] for odds in sorted(odds for odds in found if odds is not None)]
    assert all(
        less <= more
        for few, many in zip(rows[1:], rows, strict=False)
        for less, more in zip(few, many, strict=True)
    )


def test_of_a_server_that_weighs_nothing_nothing_is_said():
    assert by_odds([recorded(("ab", "fresh", "all"), taken=[])]) == []
    assert figures([EMPTY], 100.0)["silence"] == []
