from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.languages.python import LANGUAGE
from inkling.text import brackets

closed_behind = partial(brackets.closed_behind, language=LANGUAGE)
closed_below = partial(brackets.closed_below, language=LANGUAGE)


def scan(text, quote=""):
    return brackets.scan(text, LANGUAGE, quote)


@pytest.mark.parametrize(
    ("text", "pending", "closing", "quote"),
    [
        ("", "", [], ""),
        ("f(a[", "])", [], ""),
        ("f(a[0])", "", [], ""),
        ("a) + b]", "", [1, 6], ""),
        ('print("(', ")", [], '"'),
        ('"\\"(', "", [], '"'),
        ("'(' + (", ")", [], ""),
        ("f(  # (", ")", [], ""),
        ("f('\n[", "])", [], ""),
    ],
)
def test_what_a_text_leaves_open_and_closes(text, pending, closing, quote):
    found = scan(text)
    assert (found.pending, found.closing, found.quote) == (pending, closing, quote)


def test_a_text_may_begin_in_a_string():
    assert scan("(a' + (", "'").pending == ")"


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("f(", ")", 1),
        ("f([", "])", 2),
        ("f([", "]) + 1", 2),
        ('print("', '")', 2),
        ("f(", "a)", 0),
        ("f", ")", 0),
        ("f(a)", ")", 0),
        ("f([", ")]", 0),
        ("f(", "", 0),
    ],
)
def test_closers_behind_the_cursor_are_counted_if_the_line_opened_them(before, after, count):
    assert closed_behind(before, after) == count


@given(st.text("([{}])'\"# a\n", max_size=20))
def test_what_is_pending_closes_the_text(text):
    open_ = scan(text)
    closed = scan(text + open_.quote + ("\n" if "#" in text else "") + open_.pending)
    assert not closed.pending
    assert closed.closing == open_.closing


@pytest.mark.parametrize(
    ("above", "below", "count"),
    [
        ("f(", "\n)\n", 2),
        ("f(", "\r\n    )\r\nx", 7),
        ("f([", "\n])", 3),
        ("f([", "\n]\n", 2),
        ("f(", "\n)]\n", 0),
        ("f(", "\n) + 1\n", 0),
        ("f(", "\n\n)\n", 0),
        ("f(", ")", 0),
        ("f()", "\n)\n", 0),
        ("f(", "", 0),
        ("f(')'", "\n)\n", 2),
    ],
)
def test_closers_on_the_next_line_are_counted_if_they_are_due(above, below, count):
    assert closed_below(above, 0, below) == count
    assert closed_below(above + "(", 1, below) == count


def test_an_escaped_quote_does_not_end_a_string():
    assert scan(r"f('\')").pending == ")"
    assert scan(r"f('\\')").pending == ""
