"""Law: taking back all edits that are told, the latest first, gives the text they began with; and
what they say is new stands in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.text.edits import Edit, Edits

LINES = st.lists(st.sampled_from("abc"), max_size=4).map(tuple)


def made(lines: list[str], *changes: tuple[int, int, tuple[str, ...]]) -> tuple[Edits, list[str]]:
    """Edits of a text by changes (first line, how many lines it takes away, what it puts there)."""
    edits, lines = Edits(), list(lines)
    for at, count, new in changes:
        line = min(at, len(lines))
        old = tuple(lines[line : line + count])
        lines[line : line + count] = new
        edits = edits.with_one(Edit(line, old, new), lines)
    return edits, lines


@given(
    st.lists(st.sampled_from("abcd"), max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), LINES), max_size=7),
)
def test_taking_them_back_gives_the_text_before(lines, changes):
    edits, now = made(lines, *changes)
    for edit in edits.latest:
        assert tuple(now[edit.line : edit.end]) == edit.new
    for edit in sorted(edits.latest, key=lambda one: -one.line):
        now[edit.line : edit.end] = edit.old
    assert now == lines


FILE = [f"line {number}" for number in range(60)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([(3, 1, ("x",)), (3, 1, ("xy",))], [(3, ("line 3",), ("xy",))]),
        ([(3, 1, ("x",)), (4, 1, ("y",))], [(3, ("line 3", "line 4"), ("x", "y"))]),
        (
            [(3, 1, ("x",)), (6, 1, ("y",))],
            [(3, tuple(FILE[3:7]), ("x", "line 4", "line 5", "y"))],
        ),
        ([(3, 1, ("x",)), (3, 1, ("line 3",))], []),
        ([(3, 0, ("x", "y")), (4, 1, ())], [(3, (), ("x",))]),
        ([(40, 1, ("y",)), (3, 0, ("x",))], [(41, ("line 40",), ("y",)), (3, (), ("x",))]),
        ([(3, 1, ("x",)), (40, 1, ("y",)), (3, 1, ("z",))],
         [(40, ("line 40",), ("y",)), (3, ("line 3",), ("z",))]),
        ([(3, 50, ("x",))], []),
        ([(10, 1, ("x",)), (0, 50, ("y",))], []),
    ],
    ids=[
        "keys in a line are one",
        "lines beside each other are one",
        "nearly beside each other too",
        "what was undone is none",
        "what was undone in part is what is left",
        "a line above moves those below",
        "who comes back to one goes on with it",
        "much at once was no person",
        "nor is what was lost with it told",
    ],
)  # fmt: skip
def test_told_as_a_person_would(changes, told):
    edits, _ = made(FILE, *changes)
    assert [(one.line, one.old, one.new) for one in edits.latest] == told


def test_only_the_latest_are_kept():
    edits, _ = made(FILE * 3, *((5 * number, 1, ("x",)) for number in range(30)))
    assert [one.line for one in edits.latest] == [5 * number for number in range(22, 30)]
