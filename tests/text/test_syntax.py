import math
import subprocess
import sys
import tracemalloc
import warnings
from dataclasses import replace
from types import SimpleNamespace

import pytest
import tree_sitter
import tree_sitter_python
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inkling.languages import registry
from inkling.text.buffers import Buffer, Change, Position, Range
from inkling.text.syntax import errors, errors_with, in_string_or_comment, parser_for

PYTHON = """\
import os

class Point:
    '''A point.'''  # not a line

    def norm(self, *, scale=1.0):
        if self.x > 0:
            return f"{self.x!r:>10} {{}}"
        return [y for y in range(3)]


@decorated
async def main(a, b):
    try:
        await print("\\N{BULLET} é😀", a[1:2])
    except (OSError, ValueError) as error:
        raise
"""
PIECES = [
    *("\n", "\r\n", "\r", "\f", "\x85", "\u2028", " ", "    ", "\t", "\\"),
    *("é", "e\u0301", "中", "😀"),
    *("'", '"', '"""', "#", "(", ")", "{", ":", ",", "=", "a", "1", "\ud800", "\udc00"),
    *("def f(a):\n    return a\n", "x = 1\n", "if x:\n        y\n", "f'{a}'", "class A: pass\n"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)


@st.composite
def changes(draw):
    text = draw(TEXTS)
    if draw(st.integers(0, 9)) == 0:
        return Change(None, PYTHON + text)
    line, character = draw(st.integers(0, 20)), draw(st.integers(0, 40))
    more_lines, more = draw(st.integers(0, 2)) // 2, draw(st.integers(-3, 8))
    return Change(
        Range(Position(line, character), Position(line + more_lines, character + more)), text
    )


def caught_up(parser):
    assert parser.advance(math.inf)
    return parser.tree


def parse(text):
    parser = parser_for("python")
    parser.update(text)
    return caught_up(parser)


def shape(node):
    """All that tells a tree from another: types, ranges and errors."""
    return (
        node.type,
        node.start_byte,
        node.end_byte,
        node.start_point,
        node.end_point,
        node.is_missing,
        node.has_error,
        [shape(child) for child in node.children],
    )


def fresh_shape(text):
    """The shape that tree-sitter itself finds, with nothing of ours in between."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))
    return shape(parser.parse(text.encode("utf-8", "surrogatepass")).root_node)


def edits(count):
    """Changes, each with whether the tree is caught up with before the next one comes."""
    return st.lists(st.tuples(changes(), st.booleans()), min_size=count, max_size=count)


def test_after_ten_thousand_random_edits_the_tree_is_that_of_a_fresh_parse():
    made = compared = 0

    @settings(
        max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(encoding=st.sampled_from(["utf-8", "utf-16", "utf-32"]), edits=edits(20))
    def run(encoding, edits):
        nonlocal made, compared
        document = Buffer("file:///a.py", "python", 0, PYTHON, encoding)
        parser = parser_for("python")
        parser.update(document.text)
        for change, at_once in edits:
            document.apply([change], document.version + 1)
            parser.update(document.text)
            made += 1
            if at_once:
                tree = caught_up(parser)
                assert tree.text == document.text
                assert shape(tree.parsed.root_node) == fresh_shape(document.text)
                compared += 1
        assert shape(caught_up(parser).parsed.root_node) == fresh_shape(document.text)

    run()
    assert made >= 10_000
    assert compared >= made // 3


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(edits=edits(10))
def test_halted_parses_find_the_same_errors_and_leave_no_trace(edits):
    document = Buffer("file:///a.py", "python", 0, PYTHON)
    parser = parser_for("python")
    for change, at_once in edits:
        document.apply([change], document.version + 1)
        parser.update(document.text)
        parser.advance(0)
        if at_once:
            slices(parser)
            fresh = parse(document.text).parsed.root_node
            root = parser.tree.parsed.root_node
            assert (root.byte_range, root.has_error) == (fresh.byte_range, fresh.has_error)
    parser.update(PYTHON)
    assert shape(caught_up(parser).parsed.root_node) == fresh_shape(PYTHON)


def slices(parser):
    count = 1
    while not parser.advance(0):
        assert parser.tree is None
        count += 1
    return count


BIG = "def f(a, b):\n    return g(a, [b, 1], x='s')\n\n" * 400


def test_a_parse_goes_on_slice_by_slice():
    parser = parser_for("python")
    parser.update(BIG)
    assert slices(parser) > 10
    assert shape(parser.tree.parsed.root_node) == fresh_shape(BIG)
    assert parser.advance(0)


def test_an_edit_reuses_the_tree():
    parser = parser_for("python")
    parser.update(BIG)
    whole = slices(parser)
    text = BIG[:-3] + " + 1" + BIG[-3:]
    parser.update(text)
    assert slices(parser) < whole / 2
    assert shape(parser.tree.parsed.root_node) == fresh_shape(text)


def test_a_new_text_in_place_of_a_long_one():
    parser = parser_for("python")
    for text in (BIG, BIG.replace("f", "fun"), "x", "", BIG):
        parser.update(text)
        assert shape(caught_up(parser).parsed.root_node) == fresh_shape(text)


def test_parses_finish_however_fast_the_changes_come():
    parser = parser_for("python")
    finished = set()
    text = BIG[: len(BIG) // 8]
    for typed in range(400):
        parser.update('"""' * (typed % 2) + text + "x" * typed)
        parser.advance(0)
        finished.add(parser._finished)
    assert len(finished) > 3
    assert caught_up(parser).text == '"""' + text + "x" * 399


def test_typing_all_day_does_not_fill_the_memory():
    parser, text = parser_for("python"), "def f(a):\n    return a + 1\n" * 500
    middle = len(text) // 2
    sizes = []
    tracemalloc.start()
    try:
        for number in range(600):
            parser.update(text[:middle] + "\nx = " + "1" * (number % 9) + text[middle:])
            caught_up(parser)
            if number in {99, 599}:
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[1] - sizes[0] < 500 * 1024


def test_opening_and_closing_documents_does_not_fill_the_memory():
    texts = [f"def f{number}(a):\n    return a + 1\n" * 1_000 for number in range(40)]
    sizes = []
    tracemalloc.start()
    try:
        for opened in (texts[:5], texts[5:]):
            for text in opened:
                parser = parser_for("python")
                parser.update(text)
                caught_up(parser)
            del parser
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[1] - sizes[0] < 4 * len(texts[0]), "of 35 such texts"


def test_a_text_too_long_to_follow_has_no_tree():
    parser = parser_for("python")
    for text, parsed in (("x = 1\n", True), ("x = 1\n" * 200_000, False), ("y = 1\n", True)):
        parser.update(text)
        assert parser.advance()
        assert (parser.tree is not None) == parsed


def test_a_tree_that_lags_is_not_handed_out():
    parser = parser_for("python")
    assert parser.tree is None
    assert parser.advance()
    assert parser.tree is None
    parser.update("x")
    assert parser.tree is None
    tree = caught_up(parser)
    assert parser.tree is tree
    parser.update("xy")
    assert parser.tree is None


def test_later_edits_leave_a_snapshots_tree_alone():
    document = Buffer("file:///a.py", "python", 1, PYTHON)
    parser = parser_for("python")
    parser.update(document.text)
    snapshot = document.snapshot(Position(6, 0), caught_up(parser))
    for version in range(2, 12):
        edit = Change(Range(Position(version, 0), Position(version, 3)), '"""\n')
        document.apply([edit], version)
        parser.update(document.text)
        caught_up(parser)
    assert snapshot.tree.text == snapshot.text == PYTHON
    assert shape(snapshot.tree.parsed.root_node) == fresh_shape(PYTHON)


def test_a_language_without_a_grammar_has_no_parser():
    assert parser_for("klingon") is None
    assert parser_for("") is None
    document = Buffer("file:///a.kl", "klingon", 1, "qapla'")
    assert document.snapshot(Position(0, 3)).tree is None


def _of_another_version():
    raise ValueError("Incompatible Language version 99")


def _warns():
    warnings.warn("int argument support is deprecated", DeprecationWarning, stacklevel=1)


@pytest.mark.parametrize("load", [None, _of_another_version, _warns, lambda: None])
def test_a_language_does_without_a_grammar_that_cannot_be_loaded(load, monkeypatch):
    language = registry.find("python")
    absent = replace(language, grammar=replace(language.grammar, module="tree_sitter_klingon"))
    monkeypatch.setattr(registry, "find", lambda _: absent)
    if load:
        module = SimpleNamespace(language=load)
        monkeypatch.setitem(sys.modules, "tree_sitter_klingon", module)
    assert parser_for("python") is None


def test_a_grammar_is_loaded_with_the_first_document_only():
    code = (
        "import sys, inkling.serving; from inkling.text.syntax import parser_for; "
        "loaded = lambda: {name for name in sys.modules if name.startswith('tree_sitter_')}; "
        "parser_for('klingon'); assert not loaded(); "
        "parser_for('rust'); assert loaded() == {'tree_sitter_rust', 'tree_sitter_rust._binding'}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        "^x^ ^=^ ^'|a|b|'^",
        "x = ''^",
        "x = '|'",
        "f(^'|é😀|'^,^ ^b'|\\n|'^)^",
        'x = """|one\n|two|\n|"""^\n^',
        "^#| note|\n^x",
        "#|",
        "x = 1  ^#| it's|\n^y",
        "f'|a|{^b^}|c|{{|'^",
        "def f():\n    ^'''|doc|'''^\n    ^return^",
        'x = "|abc|\n^y = 1\n',
        'print(^"|hello |)\n^y = 1\n',
        'def f():\n    """|Doc it\'s\n\n    |more|\n    |\n',
        "^",
        "^\n^\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    text, cursors = "", []
    for char in marked:
        if char in "|^":
            cursors.append((len(text), char == "|"))
        else:
            text += char
    tree = parse(text)
    assert [(at, in_string_or_comment(tree, at)) for at, _ in cursors] == cursors


@settings(deadline=None)
@given(text=st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_no_text_is_too_odd_to_ask_about(text):
    tree = parse(text)
    for offset in range(len(text) + 1):
        assert in_string_or_comment(tree, offset) in {True, False}


@given(
    before=st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    added=st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
    after=st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
)
def test_what_a_tree_becomes_with_more_text_is_what_that_text_parses_to(before, added, after):
    tree = parse(before + after)
    at = tree.byte(len(before))
    found = errors_with(tree, at, added.encode("utf-8", "surrogatepass"), math.inf)
    assert found == errors(parse(before + added + after))


def test_a_long_source_is_not_tried_nor_one_that_takes_too_long():
    tree = parse("x = 1\n" * 70_000)
    assert errors_with(tree, 0, b"y", math.inf) is None
    assert errors_with(parse("x = (" * 2_000), 0, b"y", 0) is None
