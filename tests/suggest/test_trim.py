import math
import re
import time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ends
from ends import ENDS, case, mode, trimmed
from inkling.suggest import trim, whole
from inkling.suggest.site import site_of
from inkling.suggest.whole import Judge
from marked import snapshot

LINES = 6


shown = partial(ends.shown, "python")


LINE = [
    case("the rest of the line", "x = │", "foo(1)\ny = 2\n", "foo(1)"),
    case("behind a finished statement the next one", "foo()│", "\nbar()\nbaz()\n", "\nbar()"),
    case("but not what only follows a blank line", "foo()│", "\n\nbar()\n", ""),
    case("nor what leaves the block", "if a:\n    foo()│", "\nbar()\n", ""),
    case("nor what stands there already", "foo()│\nbar()\n", "\nbar()\n", ""),
    case("blanks at its end go", "x = │", "1   \n", "1"),
    case("in a comment one line", "# Add │", "two numbers.\ndef add(a, b):\n", "two numbers."),
    case("in a string one line", "x = 'a:│", "b'\ny = 1\n", "b'"),
    case(
        "in a docstring one line", 'def f():\n    """A.\n\n    │\n    """\n', "B.\n    C.\n", "B."
    ),
    case("an indented blank line in a docstring", '"""A.\n│\n"""', "B.\nC.\n", "B."),
    case(
        "a colon behind a name opens no block",
        "def f(\n    first:│",
        " int,\n    b: int,\n",
        " int,",
    ),
    case("nor one behind a key", "d = {\n    'a':│", " 1,\n    'b': 2,\n", " 1,"),
    case("an open bracket alone opens no block", "foo(│", "a,\n    b,\n)\n", "a,"),
]

BLOCK = [
    case(
        "a body after its opener",
        "def add(a, b):│\n",
        "\n    return a + b\n\n\ndef sub(a, b):\n",
        "\n    return a + b",
    ),
    case(
        "a body on a blank line",
        "def f(xs):\n    │\n",
        "for x in xs:\n        print(x)\n    return xs\n\nf([1])\n",
        "for x in xs:\n        print(x)\n    return xs",
    ),
    case("a dedent ends it", "if a:\n    if b:\n        │", "c()\n    else:\n", "c()"),
    case("a body on the opener's line", "if a:│", " return 1\nreturn 2\n", " return 1"),
    case("the model may bring the indentation", "if a:\n│", "    b()\nc()\n", "    b()"),
    case("blank lines within stay", "def f():\n    │", "a()\n\n    b()\nc()\n", "a()\n\n    b()"),
    case(
        "a closing bracket may stand further left",
        "def f():\n    │",
        "x = [\n        1,\n    ]\n    return x\n\nf()\n",
        "x = [\n        1,\n    ]\n    return x",
    ),
    case(
        "one that closes what stands above it too",
        "xs = [\n    1,\n    │",
        "2,\n]\nprint(xs)\n",
        "2,\n]",
    ),
    case("an entry of a dictionary", "d = {\n    'a':│\n}", " 1,\n    'b': 2,\n", " 1,"),
    case(
        "lines are limited",
        "│",
        "".join(f"{name}()\n" for name in "abcdefghi"),
        "\n".join(f"{name}()" for name in "abcdef"),
    ),
    case(
        "blank lines are not counted",
        "│",
        "".join(f"{name}()\n\n" for name in "abcdefghi"),
        "\n\n".join(f"{name}()" for name in "abcdef"),
    ),
    case(
        "one definition is enough",
        "│",
        "def f():\n    return 1\n\n\ndef g():\n    return 2\n",
        "def f():\n    return 1",
    ),
    case(
        "one method is enough",
        "class A:\n    │",
        "@property\n    def f(self):\n        return 1\n\n    @property\n    def g(self):\n",
        "@property\n    def f(self):\n        return 1",
    ),
    case(
        "its own methods belong to a class",
        "│",
        "class A:\n    x = 1\n\n    def f(self):\n        pass\n\n\nclass B:\n",
        "class A:\n    x = 1\n\n    def f(self):\n        pass",
    ),
    case(
        "a body after a definition's last line",
        "def f(\n    a: int,\n) -> int:│",
        "\n    b = a\n    return b\nf()\n",
        "\n    b = a\n    return b",
    ),
    case(
        "a definition behind a statement is left out, also in a body to come",
        "class A:│",
        "\n    x = 1\n\n    def g(self):\n        return x\n",
        "\n    x = 1",
    ),
    case(
        "a definition behind a statement is left out",
        "def f():\n    │",
        "x = 1\n\n    def g():\n        return x\n\n    return g\n",
        "x = 1",
    ),
]

REPETITION = [
    case("the next line", "a = 1\n│\nb = 2\n", "b = 2\nc = 3\n", ""),
    case(
        "the next line after others",
        "def f():\n    │\n    return b\n",
        "b = 2\n    return b\n",
        "b = 2",
    ),
    case("the next line across a blank one", "│\n\nprint(a)\n", "a = 1\n\nprint(a)\n", "a = 1"),
    case("the next line with other blanks before it", "if a:\n        │\n    b()\n", "b()\n", ""),
    case("the line above", "import os\n│\n", "import os\nimport os\n", ""),
    case("the line above in a long file", "a = 1\n" * 400 + "b = 2\n│", "b = 2\n", ""),
    case("a line again behind a blank one", "│", "a()\n  \na()\n", "a()"),
    case("a line again and again", "│", "a()\nb()\nb()\nb()\n", "a()\nb()"),
    case("the typed line once more", "x = 1│", "\nx = 1\n", ""),
    case(
        "the same statement deeper is another one",
        "def f(x):\n    │\n    return None\n",
        "if not x:\n        return None\n    x.go()\ng()\n",
        "if not x:\n        return None\n    x.go()",
    ),
    case(
        "closing brackets repeat",
        "│",
        "f(g(\n    1\n)\n)\nh()\ni()\n",
        "f(g(\n    1\n)\n)\nh()\ni()",
    ),
]

GAP = [
    case("to the bracket", "print(│)", "a)\nb\n", "a"),
    case("to the bracket and the colon", "def f(│):", "a, b):\n    pass\n", "a, b"),
    case("to the quote", 'print("│")', 'hello")\n', "hello"),
    case("to the quote without what follows", 'print("│")', 'hello"', "hello"),
    case("brackets of its own stay", "print(│)", "f(a), [b])", "f(a), [b]"),
    case("a bracket in a string is none", "print(│)", "')', a)", "')', a"),
    case("an escaped quote ends no string", "print(│)", r"'\')', a)", r"'\')', a"),
    case("what the line opened is closed first", "print(len(│)", "a))\n", "a)"),
    case("unless the suffix closes it all", "print(len(│))", "a))\n", "a"),
    case("whatever the brackets are", "f(x[│])", "0])\n", "0"),
    case("to an operator", "x = │ + b", "a + b\n", "a"),
    case("to an operator reached in part", "x = │ + b", "a +", "a"),
    case("to a word", "for │ in items:", "item in items:\n    pass\n", "item"),
    case("a word is not half of another", "for │ in items:", "begin", "begin"),
    case("a letter alone is no repetition", "x = │ if a else b", "hi", "hi"),
    case("a letter alone behind a word", "x = │ if a else b", "not i", "not i"),
    case("to a word that goes on", "x = │ if b else c", "a if bc else d\n", "a if bc else d"),
    case("a bracket in the string around", 'print("│")', 'a) b")\n', "a) b"),
    case("to the quote though more follows", 'f(g("│"))', 'a" + h(b))\n', "a"),
    case("to the colon", "if x == │:", "1:\n    go()\n", "1"),
    case("a colon in brackets is another one", "if x == │:", "a[1:2]:\n", "a[1:2]"),
    case("a quote opens only where it did", 'f(│"b")', '"a", "b")', '"a", '),
    case("to a closing docstring", '"""│"""', 'Add a "pair".""\n', 'Add a "pair".'),
    case("to the bracket after other text", "f(│, b)", "a, b)\n", "a"),
    case("the blank that the suffix lacks stays", "x = │+ b", "a + b\n", "a "),
    case("one line only", "f(│)", "a,\n  b)", "a,"),
    case("all of it said again", "x = a│ + b", " + b\n", ""),
    case("blanks after the cursor are no text", "x = │   ", "a + b\n", "a + b"),
]

BRACKETS_BELOW = [
    case("comments close nothing", "f(\n    │\n)\n", "a,  # )\n    b,\n)\n", "a,  # )\n    b,"),
    case("comments open nothing", "f(\n    │\n)\n", "a,  # (\n    b,\n)\n", "a,  # (\n    b,"),
    case("the next line closes", "f(\n    │\n)\n", "a,\n    b,\n)\ng()\n", "a,\n    b,"),
    case("the next line closes the line above", "f(\n    g(│\n)\n", "a),\n)\n", "a),"),
    case("the next line closes this one", "x = [1, │\n]\n", "2]\n", "2"),
    case(
        "brackets of its own stay",
        "f(\n    │\n)\n",
        "g(\n        1\n    ),\n)\n",
        "g(\n        1\n    ),",
    ),
]


@pytest.mark.parametrize(("marked", "generated", "text"), [*LINE, *BLOCK, *REPETITION])
def test_ends_with_the_line_or_the_block(marked, generated, text):
    result = shown(marked, generated)
    assert result.text == text
    assert result.ended


@pytest.mark.parametrize(("marked", "generated", "text"), [*GAP, *BRACKETS_BELOW])
def test_ends_where_the_text_behind_the_cursor_begins(marked, generated, text):
    assert shown(marked, generated).text == text


@pytest.mark.parametrize(
    ("marked", "generated", "ended"),
    [
        ("f(│)", "a)", True),
        ("x = │ + b", "a +", False),
        ("x = │ + b", "a + b", False),
        ("x = │ + b", "a + b ", True),
        ("if x == │:", "1:", True),
    ],
)
def test_a_gap_ends_once_the_text_behind_it_has_surely_begun(marked, generated, ended):
    assert shown(marked, generated).ended == ended


@pytest.mark.parametrize(("marked", "generated", "text"), [*LINE, *BLOCK, *REPETITION, *GAP])
def test_line_ends_of_the_document_make_no_difference(marked, generated, text):
    assert shown(marked.replace("\n", "\r\n"), generated).text == text


@pytest.mark.parametrize("marked", ["x = │", "if a:\n    │", "f(│)", "x = │ + b"])
def test_what_may_still_grow_has_not_ended(marked):
    assert not shown(marked, "foo").ended
    assert shown(marked, "foo", end="stop") == trim.Trimmed("foo", ended=True)


def test_who_asks_gets_more_than_the_rest_of_the_line():
    generated = "1\ny = 2\nz = 3\n"
    assert shown("x = │", generated).text == "1"
    assert shown("x = │", generated, explicit=True, end="stop").text == "1\ny = 2\nz = 3"
    assert shown("f(│)", generated, explicit=True, end="stop").text == "1", "but what is whole"


def test_who_asks_in_a_docstring_gets_several_lines():
    marked = 'def f():\n    """A.\n\n    │\n    """\n'
    assert shown(marked, 'B.\n    C.\n    """\n', explicit=True).text == "B.\n    C."


def test_without_a_tree_a_blank_line_takes_a_block():
    assert shown("if a:\n    │", "b()\n    c()\nd()\n", parsed=False).text == "b()\n    c()"


@pytest.mark.parametrize(
    ("marked", "generated"),
    [
        ("a = 1\n│\nb = 2\n", "b = 2\n"),
        ("import os\n│\n", "import os\n"),
        ("x = a│ + b", " + b\n"),
    ],
)
def test_saying_again_what_stands_there_is_told_apart_from_having_nothing_to_say(marked, generated):
    assert shown(marked, generated) == trim.Trimmed("", ended=True, repeats=True)
    assert not shown(marked, "\n").repeats


def test_a_line_that_may_become_the_next_one_is_not_shown_yet():
    marked = "def f():\n    │\n    return total\n"
    for generated in ("r", "return", "return total"):
        assert shown(marked, generated) == trim.Trimmed("", ended=False)
    assert shown(marked, "return total / n").text == "return total / n"


@pytest.mark.parametrize(
    ("marked", "text", "whole"),
    [
        ("x = │ # bar baz", "foo(bar", "foo"),
        ("x = f(│", "foo(a), bar", "foo(a),"),
        ("x = f(│)", "foo(a), bar", "foo(a),"),
        ("x = │", "foo", ""),
        ("import num│", "py", ""),
        ("import numpy\nnum│", "py", ""),
        ("import pandas\npa│", "ndas", "ndas"),
        ("x = │ # a b", "a + b ", "a + b"),
        ("│", "foo()\n    ba", "foo()"),
        ("│", "foo()\n    bar()\n", "foo()\n    bar()"),
        ("# foo\nif a:│", "\n    foo", "\n    foo"),
        ("if a:│", "\n    foo", ""),
        ("# return\nif a:│", "\n    return fo", "\n    return"),
        ("# été\nx = │", "été.ét", "été"),
        ("return a│", " *", ""),
        ("return a│", " * b", ""),
        ("# b\nreturn a│", " * b", " * b"),
        ("a = │", "foo(a) == ba", "foo(a)"),
        ("# -│", "----", "----"),
        ("x = │", '"it is', ""),
        ('x = "│"', "item is", "item"),
        ("# xs\nfor i│:", " in xs", " in xs"),
    ],
)
@pytest.mark.parametrize("parsed", [True, False])
def test_a_text_cut_off_by_time_is_whole(marked, text, whole, parsed):
    place = site_of(snapshot(marked, parsed=parsed), mode(LINES, explicit=False))
    assert trim.cut_off(text, place, Judge(place, math.inf), marked) == whole


@pytest.mark.parametrize(
    ("marked", "text", "whole"),
    [
        ("if │", "foo(a) == ba", ""),
        ("# xs\nfor i│", " in xs", ""),
        ("x = │", "lambda a:", ""),
        ("def f(xs):\n    return │", "sum(values", "sum"),
        ("def f(xs):\n    return g(│", "values, sum(xs", "values, sum"),
        ("from .a import b\n│", "from .", ""),
    ],
)
def test_a_tree_shows_what_is_not_whole(marked, text, whole):
    place = site_of(snapshot(marked), mode(LINES, explicit=False))
    assert trim.cut_off(text, place, Judge(place, math.inf), place.above + text) == whole


def test_the_last_word_is_found_from_the_end_on():
    began = time.process_time()
    whole.known_end("b", "a" * 40_000 + " ", "")
    # To look for a word from each character on takes seconds, from the end on a few milliseconds.
    assert time.process_time() - began < 1


PIECES = [
    *("\n", "\n\n", "    ", "        ", " ", ", ", ":", "(", ")", "[", "]", "}", "'", '"', '"""'),
    *(
        "\\",
        "#",
        "+",
        "a",
        "ab",
        "b",
        "def f(a):",
        "return a",
        "if a:",
        "@",
        "class A:",
        "a()",
        "é",
    ),
]
CODE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@st.composite
def sites(draw):
    # The generated text is made of the same pieces, so it often repeats what stands around.
    marked = draw(CODE) + "│" + draw(CODE)
    explicit = draw(st.booleans())
    parsed = draw(st.booleans())
    return site_of(
        snapshot(marked, parsed=parsed), mode(draw(st.integers(1, 4)), explicit=explicit)
    )


@given(sites(), CODE, ENDS)
def test_the_result_is_a_beginning_of_what_was_generated(place, generated, end):
    assert generated.startswith(trimmed(place, generated, end).text)
    assert generated.startswith(trim.cut_off(generated, place, Judge(place, math.inf), "a return"))


@given(sites(), CODE, CODE, ENDS)
def test_nothing_changes_what_has_ended(place, generated, more, end):
    before = trimmed(place, generated)
    after = trimmed(place, generated + more, end)
    if before.ended:
        assert after == before


@given(sites(), CODE)
def test_what_is_finished_has_ended(place, generated):
    assert trimmed(place, generated, "stop").ended


@given(sites(), CODE)
def test_the_lines_are_as_few_as_were_asked_for(place, generated):
    text = trimmed(place, generated, "stop").text
    first, *others = text.split("\n")
    lines = [line for line in [place.line_prefix + first, *others] if line.strip()]
    assert len(lines) <= place.max_lines + (not first.strip())


@given(sites(), CODE)
def test_within_a_line_there_is_a_second_one_only_in_brackets(place, generated):
    text = trimmed(place, generated, "length").text
    if place.gap and not place.invoked and "\n" in text.rstrip():
        assert not text.partition("\n")[0].strip() or whole.read(text, place).line_ends == []


@given(sites(), CODE, st.sampled_from(["a", "return ab", "def", ""]))
def test_a_text_cut_off_by_time_ends_in_no_half_of_a_word(place, text, known):
    cut = trim.cut_off(text, place, Judge(place, math.inf), known)
    if cut and cut == text:
        _, newline, last = cut.rpartition("\n")
        word = re.search(r"\w*\Z", last if newline else place.line_prefix + last)[0]
        ended = trimmed(place, text).ended
        assert ended or not word or re.search(rf"\b{word}\b", known)
