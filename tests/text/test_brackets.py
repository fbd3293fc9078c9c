from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.languages import registry
from inkling.languages.python import LANGUAGE
from inkling.text import brackets
from inkling.text.syntax import in_string_or_comment
from marked import snapshot

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


def levels(marked, language="python"):
    at = snapshot(marked, language)
    before = at.text[: at.offset]
    is_text = partial(in_string_or_comment, at.tree) if at.tree else None
    return brackets.levels_at(before, at.line_suffix, registry.find(language), is_text), at


@pytest.mark.parametrize(
    ("marked", "closers"),
    [
        ("f(\n    a,\n    [│\n", "])"),
        ('def f():\n    """A.\n\n    Let\'s (│\n    """\n', '"""'),
        ('x = "(" + f(\n    │\n)\n', ")"),
        ('"""It\'s (\n"""\nf(│)\n', ")"),
        ('f(f"{│}")', '}")'),
        ("# it's (\nf(│", ")"),
        ("if a:\n    f(\n        │\n    )\n", ")"),
    ],
)
def test_what_is_open_at_the_cursor(marked, closers):
    assert brackets.closers(levels(marked)[0]) == closers


@pytest.mark.parametrize(
    ("marked", "count"),
    [
        ("print(len(│)\nx\n", 1),
        ("print(len(│))\nx\n", 0),
        ("print(len(│\nx\n", 2),
        ("f(g[│)\n", 1),
        ("f(\n    │\n)\n", 0),
        ("f(\n    │\nx = 1\n", 1),
        ("f(\n    g(│\n    b,\n)\n", 1),
        ("f(\n    g(│\n        b,\n    ),\n)\n", 0),
        ("f(│", 1),
        ('print("a│\nx\n', 2),
        ('f(f"{│}")\n', 0),
        ("d = {\n    'a': [│\n    'b': 1,\n}\n", 1),
        ('def f():\n    """Say│\n\n\ndef g():\n    """Go."""\n', 1),
        ('def f():\n    """Say│\n\n\ndef g():\n    """Go\n    on.\n    """\n', 1),
        ('def f():\n    """Say│\n\n    more.\n    """\n', 0),
        ("def f(a):\n    g(lambda: {\n        a.│\n            b,\n        )\n    })\n", 0),
    ],
)
def test_what_nothing_behind_closes_is_left_open(marked, count):
    open_, at = levels(marked)
    behind = at.text[at.offset :]
    assert brackets.left_open(behind, LANGUAGE, open_, whole=True) == count


@pytest.mark.parametrize(
    ("language", "marked", "count"),
    [
        ("rust", 'fn f() {\n    let a = "Say│\n    let b = "x";\n}\n', 1),
        ("rust", 'fn f() {\n    let a = "Say│\n    more";\n    g("x");\n}\n', 0),
        ("rust", '#[cfg(feature = "│\nfn f() {\n    g("x");\n}\n', 3),
        ("shellscript", 'f() {\n  warn "not │\n  say "a" "b"\n}\n', 1),
        ("shellscript", 'f() {\n  warn "not │\n  yet"\n  say "a" "b"\n}\n', 0),
        ("php", "<?php\nrequire __DIR__ . '/auto│\nf('a');\n", 1),
        ("html", '<meta │ a="b" />\n', 0),
        ("html", '<meta │ a="b">\n', 0),
    ],
)
def test_what_a_line_below_opens_is_not_the_end_of_what_is_open_here(language, marked, count):
    open_, at = levels(marked, language)
    behind = at.text[at.offset :]
    assert brackets.left_open(behind, registry.find(language), open_, whole=True) == count


@pytest.mark.parametrize(
    ("marked", "count"),
    [
        ("func f() {\n\tif a {│\n\treturn\n}\n", 1),
        ("func f() {\n\tif a {│\n\t}\n}\n", 0),
        ("func f() {\n\tif a {│\n\t\tb()\n\t}\n}\n", 0),
        ("func f() {\n\tswitch a {│\n\tcase 1:\n\t}\n}\n", 0),
        ("func f() {\n\tif a {\n\t\tb()\n\t│\n}\n", 1),
        ("func f() {│\n", 1),
    ],
)
def test_a_line_that_is_indented_no_deeper_is_outside(marked, count):
    open_, at = levels("package a\n\n" + marked, "go")
    behind = at.text[at.offset :]
    assert brackets.left_open(behind, registry.find("go"), open_, whole=True) == count
