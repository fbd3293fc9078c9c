import math
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.context.window import (
    CHARACTERS_PER_TOKEN,
    FULL,
    Extent,
    Window,
    cut,
    extent,
    tokens_in,
)
from inkling.languages.python import LANGUAGE
from inkling.text import brackets
from inkling.text.buffers import Notebook, Snapshot
from marked import snapshot

closed_behind = partial(brackets.closed_behind, language=LANGUAGE)

LONGEST_PREFIX = int(FULL.prefix_tokens * CHARACTERS_PER_TOKEN)
LONGEST_SUFFIX = int(FULL.suffix_tokens * CHARACTERS_PER_TOKEN)
STRIDE = LONGEST_PREFIX // 2
CLOSERS = ")]}'\""

LINES = st.sampled_from(
    [
        *("    x = 1\n", "\n", "\r\n", "\r", "def f(a):\r\n", "é中😀\n", "\ud800", "\f"),
        *("# " + "long " * 60 + "\n", "endless " * 400, "tail"),
    ]
)
TEXTS = st.lists(LINES, max_size=120).map("".join)


@st.composite
def snapshots(draw):
    text = draw(TEXTS)
    offset = draw(st.integers(0, len(text)))
    return Snapshot("file:///a.py", 1, "python", text, offset)


def normal(text):
    """The text with the protocol's line ends as line feeds and no half characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("?" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def test_a_short_file_is_seen_whole():
    seen = cut(snapshot("import os\n\n│\nprint(1)\n"))
    assert (seen.prefix, seen.suffix) == ("import os\n\n", "\nprint(1)\n")


def test_an_empty_file_is_seen_empty():
    seen = cut(snapshot("│"))
    assert (seen.prefix, seen.suffix) == ("", "")


@given(snapshots())
def test_the_window_is_what_stands_directly_around_the_cursor(at):
    seen = cut(at)
    assert normal(at.text[: at.offset]).endswith(seen.prefix)
    behind = normal(at.text[at.offset :])
    skipped = behind[: behind.index(seen.suffix)]
    assert set(skipped) <= set(CLOSERS)


@given(snapshots())
def test_the_window_is_bounded_and_used(at):
    seen = cut(at)
    assert len(seen.prefix) <= LONGEST_PREFIX
    assert len(seen.suffix) <= LONGEST_SUFFIX
    # A CRLF counts twice in the text and once in the window.
    assert len(seen.prefix) >= min(len(normal(at.text[: at.offset])), STRIDE // 4)
    behind = normal(at.text[at.offset :]).lstrip(CLOSERS)
    assert len(seen.suffix) >= min(len(behind), LONGEST_SUFFIX // 4)


@given(snapshots())
def test_the_model_sees_one_kind_of_line_end_and_whole_characters(at):
    seen = cut(at)
    both = seen.prefix + seen.suffix
    assert "\r" not in both
    both.encode("utf-8")


def test_a_lone_surrogate_becomes_a_question_mark():
    seen = cut(snapshot("a = '\ud800'│", parsed=False))
    assert seen.prefix == "a = '?'"


@given(st.lists(LINES, min_size=60, max_size=120).map("".join), TEXTS.map(lambda t: t[:3000]))
def test_typing_moves_the_windows_start_in_large_steps_only(text, typed):
    before = cut(Snapshot("file:///a.py", 1, "python", text, len(text))).prefix
    moves = 0
    for size in range(1, len(typed) + 1, 97):
        longer = text + typed[:size]
        after = cut(Snapshot("file:///a.py", 1, "python", longer, len(longer))).prefix
        # A carriage return at the end may yet become part of a CRLF.
        moves += not after.startswith(before.rstrip("\n"))
        before = after
    assert moves <= math.ceil(len(typed) / STRIDE)


def test_typing_in_the_middle_leaves_the_suffix_alone():
    below = "".join(f"line {n}\n" for n in range(200))
    suffixes = {cut(snapshot("x = 1\n" + "y" * size + "│\n" + below)).suffix for size in range(9)}
    assert len(suffixes) == 1


def test_what_an_editor_closes_by_itself_leaves_the_suffix_alone():
    typed = ["x = │\n", "x = f(│)\n", "x = f([│])\n", "x = f(['│'])\n", "x = f(['a'])│\n"]
    assert {cut(snapshot(marked)).suffix for marked in typed} == {"\n"}
    assert cut(snapshot("x = a│)\n")).suffix == ")\n", "this one was open before"


def test_a_long_file_is_cut_at_lines():
    lines = [f"line {n} of many that are all much alike\n" for n in range(400)]
    seen = cut(snapshot("".join(lines[:200]) + "│" + "".join(lines[200:])))
    assert set(seen.prefix.splitlines(keepends=True)) <= set(lines)
    assert set(seen.suffix.splitlines(keepends=True)) <= set(lines)


def test_an_endless_line_does_not_empty_the_window():
    data = "DATA = '" + "x" * 5000 + "'\n"
    seen = cut(snapshot(data + "│\n" + data))
    assert len(seen.prefix) > STRIDE
    assert len(seen.suffix) == LONGEST_SUFFIX


def test_brackets_that_the_editor_closes_do_not_change_what_the_model_has_read():
    typed = ["x = │\ny = 1\n", "x = f(│)\ny = 1\n", 'x = f("│")\ny = 1\n', "x = f([│])\ny = 1\n"]
    assert {cut(snapshot(marked)).suffix for marked in typed} == {"\ny = 1\n"}


def test_enter_between_brackets_does_not_either():
    typed = ["f(│)\ny = 1\n", "f(\n    │\n)\ny = 1\n", "f(\n    a(│)\n)\ny = 1\n"]
    assert {cut(snapshot(marked)).suffix for marked in typed} == {"\ny = 1\n"}


def test_a_slow_machine_reads_less_and_a_fast_one_all():
    sizes = [extent(read_ms).prefix_tokens for read_ms in (0.5, 2, 4, 6, 9, 30, 1000)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[:2] == [FULL.prefix_tokens] * 2
    assert sizes[-1] >= FULL.prefix_tokens // 3
    assert extent(0) == FULL


@given(snapshots(), st.sampled_from([0.0, 5.0, 10.0]))
def test_a_window_of_any_extent_is_bounded_by_it_and_lies_around_the_cursor(at, read_ms):
    size = extent(read_ms)
    seen = cut(at, size)
    closed = closed_behind(at.line_prefix, at.line_suffix)
    assert len(seen.prefix) <= size.prefix_tokens * CHARACTERS_PER_TOKEN
    assert len(seen.suffix) <= size.suffix_tokens * CHARACTERS_PER_TOKEN
    assert normal(at.text[: at.offset]).endswith(seen.prefix)
    rest = normal(at.text[at.offset + closed :])
    # Brackets that stand on the next line, and are due there, are left out too.
    below = rest.removeprefix("\n").lstrip(" )]}")
    assert rest.startswith(seen.suffix) or below.startswith(seen.suffix.lstrip(" "))


def test_a_table_of_numbers_has_more_tokens_so_less_of_it_is_seen():
    table = "".join(f"    ({n}, {n + 7}, 0),\n" for n in range(4000, 4600))
    names = "".join(f"    (first_name, other_{'abcd'[n % 4]}, last),\n" for n in range(400))
    dense = cut(snapshot(f"{table}│{table}"))
    usual = cut(snapshot(f"{names}│{names}"))
    assert len(dense.prefix) < 0.7 * len(usual.prefix)
    assert len(dense.suffix) < 0.7 * len(usual.suffix)
    assert tokens_in(dense.prefix) < 1.25 * FULL.prefix_tokens
    assert tokens_in(usual.prefix) < 1.25 * FULL.prefix_tokens


def typed(text, more, suffix="\n    return 1\n"):
    """The windows before and after `more` is typed behind a text."""
    before = Snapshot("file:///a.py", 1, "python", text + suffix, len(text))
    longer = text + more
    after = Snapshot("file:///a.py", 2, "python", longer + suffix, len(longer))
    return cut(before), cut(after)


CODE = "".join(f"    value_{n} = first({n}, 'some text')\n" for n in range(200))
SAME = "    value = first(text)\n" * 400


@pytest.mark.parametrize("code", [CODE, SAME])
@given(size=st.integers(0, 4 * STRIDE), more=st.text("ab1(\n ", max_size=60))
def test_what_was_typed_is_known_wherever_the_window_begins(code, size, more):
    earlier, later = typed(code[:size], more)
    assert later.typed_since(earlier) == more


def test_a_window_whose_start_has_stepped_is_the_same_place():
    size = LONGEST_PREFIX
    earlier, later = typed(CODE[: size - 3], "abcdef")
    assert not later.prefix.startswith(earlier.prefix), "it has stepped"
    assert later.typed_since(earlier) == "abcdef"
    assert earlier.typed_since(later) is None, "but it was not typed backwards"


def test_a_window_of_another_size_is_the_same_place():
    at = Snapshot("file:///a.py", 1, "python", CODE + CODE, len(CODE))
    small, large = cut(at, Extent(300, 400)), cut(at, FULL)
    assert small != large
    assert small.typed_since(large) == large.typed_since(small) == ""


ABOVE, BELOW = "x = 1\n" * 100, "z" * 300


@pytest.mark.parametrize(
    ("prefix", "suffix"),
    [
        *((ABOVE[:-60] + "y", BELOW), ("a" * 300, BELOW), ("x", "z")),
        *((ABOVE, "b" + BELOW), (ABOVE, BELOW[:200]), (ABOVE, "")),
    ],
)
def test_other_text_around_is_another_place(prefix, suffix):
    assert Window(ABOVE, BELOW).typed_since(Window(prefix, suffix)) is None


def test_a_few_characters_that_are_the_same_make_no_place():
    assert Window("x = 1\n", BELOW).typed_since(Window("y = 2\nx = 1\n", BELOW)) is None


TABLES = st.integers(0, 300).map("1,2,3,4,5,6,7,8,9,0\n".__mul__)


@given(TEXTS | TABLES, st.floats(1, 40), st.integers(0, 400), st.data())
def test_reading_ahead_leaves_something_before_the_cursor(text, read_ms, reach, data):
    offset = data.draw(st.integers(0, len(text)))
    at = Snapshot("file:///a.py", 1, "python", text, offset)
    size = extent(read_ms)
    # Dense text has half the stride, and CRLF is one character of a window.
    assert len(cut(at, size, reach).prefix) >= min(offset, size.stride(LANGUAGE) // 8) // 2


def test_dense_text_on_a_slow_machine_is_read_ahead_with_what_stands_before_it():
    table = "1,2,3,4,5,6,7,8,9,0\n" * 200
    at = Snapshot("file:///a.py", 1, "python", table, 2500)
    assert len(cut(at, extent(12.0), 240).prefix) > 40


@given(TEXTS, snapshots(), TEXTS, st.integers(0, 200), st.booleans())
def test_of_a_cell_is_seen_what_would_be_seen_in_one_file(above, cell, below, reach, moved):
    whole = replace(cell, text=above + cell.text + below, offset=len(above) + cell.offset)
    cell = replace(cell, notebook=Notebook("file:///a.ipynb", above, below))
    assert cut(cell, reach=reach, moved=moved) == cut(whole, reach=reach, moved=moved)
