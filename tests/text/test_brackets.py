from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.languages.python import LANGUAGE
from inkling.text import brackets

closed_behind = partial(brackets.closed_behind, language=LANGUAGE)
closed_below = partial(brackets.closed_below, language=LANGUAGE)


def scan(text, within=""):
    return brackets.scan(text, LANGUAGE, brackets.scan(within, LANGUAGE).levels)


@pytest.mark.parametrize(
    ("text", "pending", "closing"),
    [
        ("", "", []),
        ("f(a[", "])", []),
        ("f(a[0])", "", []),
        ("a) + b]", "", [1, 6]),
        ('print("(', '")', []),
        ('"\\"(', '"', []),
        ("'(' + (", ")", []),
        ("f(  # (", ")", []),
        ("f('\n[", "])", []),
        ('f("""a\n(', '""")', []),
        ("f('''a' \"(''')", "", []),
        ('f(f"{a[', ']}")', []),
        ('f"{{" + (', ")", []),
        ('f("{" + (', "))", []),
        (r"f('\')", "')", []),
        (r"f('\\')", "", []),
    ],
)
def test_what_a_text_leaves_open_and_closes(text, pending, closing):
    found = scan(text)
    assert (found.pending, found.closing) == (pending, closing)


@pytest.mark.parametrize(
    ("within", "text", "closing"),
    [
        ("'", "(a' + (", [2]),
        ("f(x[", "0] + a[1])", [1, 9]),
        ('f"{price:', '.2f} dollars")', [3, 12, 13]),
        ('"""', 'A "b".\n"""', [7]),
        ("'", "a\nb", [1]),
        ("# ", "a)\n)", [3]),
    ],
)
def test_what_a_text_closes_that_stood_open_before_it(within, text, closing):
    assert scan(text, within).closing == closing


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
    comment = any(level.closer == "\n" for level in open_.levels)
    closed = scan(text + ("\n" if comment else "") + open_.pending)
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
