"""A language that nobody described: nothing is known of its strings, comments and blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ends import ENDS, case, mode, shown, trimmed
from inkling.languages import plain
from inkling.suggest import prompt
from inkling.suggest.site import site_of
from inkling.text.brackets import closed_behind, closed_below, scan
from marked import snapshot

CASES = [
    case("an apostrophe is no string", "f(don't │)", "stop)\n", "stop"),
    case("nor is one that the model writes", "f(│)", "don't)\n", "don't"),
    case("quotes that are closed on their line are", "f(│)", "')', a)\n", "')', a"),
    case("also around the cursor", "say('│')", "a) b')\n", "a) b"),
    case("a sharp is no comment", "f(│)", "a # b)\n", "a # b"),
    case("nor are two slashes", "f(│)", "a // b)\n", "a // b"),
    case("nor two dashes", "f(│)", "a -- b)\n", "a -- b"),
    case("a colon opens no block", "key:│", "\n  value: 1\n  other: 2\n", "\n  value: 1"),
    case("a brace at the line's end does", "f {│", "\n  a\n  b\n}\ng\n", "\n  a\n  b\n}"),
    case("blocks end where they are indented less", "  a\n  │", "b\n  c\nd\n", "b\n  c"),
    case("a closing brace below stays", "f {\n  │\n}\n", "a\n}\ng\n", "a"),
    case("one definition is enough", "│", "fn f {\n  1\n}\n\nfn g {\n", "fn f {\n  1\n}"),
    case("a name is none", "│", "f()\n\nfn_g()\n\nh()\n", "f()\n\nfn_g()\n\nh()\n"),
]


@pytest.mark.parametrize(("marked", "generated", "text"), CASES)
def test_a_suggestion_ends(marked, generated, text):
    assert shown("klingon", marked, generated).text == text


def test_a_quote_that_may_yet_be_closed_is_not_judged():
    assert not shown("klingon", "f(│)", "don't)").ended
    assert shown("klingon", "f(│)", "don't)", end="stop").text == "don't"


def test_an_apostrophe_hides_no_closer_that_an_editor_has_put_behind_the_cursor():
    assert closed_behind("f(don't ", ")", plain.LANGUAGE) == 1
    assert closed_behind("f('", "')", plain.LANGUAGE) == 2
    assert closed_below("f(don't", 0, "\n)\n", plain.LANGUAGE) == 2


def test_a_backslash_keeps_a_quote_from_ending_a_string():
    assert scan(r"'\'(' (", plain.LANGUAGE).pending == ")"


def test_it_has_no_tree():
    assert snapshot("x = │", "klingon").tree is None


def test_its_title_stands_behind_what_opens_a_comment_in_most_languages():
    assert prompt.title_of("file:///main.kl", "klingon") == "# main.kl\n"


PIECES = ["\n", "    ", " ", ",", "{", "}", "(", ")", "'", '"', "`", "\\", "#", "//", "don't", "a"]
CODE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(CODE, CODE, CODE, CODE, st.booleans(), ENDS)
def test_nothing_changes_what_has_ended(before, after, generated, more, explicit, end):
    place = site_of(snapshot(f"{before}│{after}", "klingon"), mode(4, explicit=explicit))
    first = trimmed(place, generated)
    if first.ended:
        assert trimmed(place, generated + more, end) == first
