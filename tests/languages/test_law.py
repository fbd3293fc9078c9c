"""What holds in any language: above all, that a suggestion never closes a bracket that another text
has to close.

The texts are made of pieces of which it is known what they are, so the brackets that count are
known without reading the text once more.
"""

import math
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ends import ENDS, shown
from inkling.languages import plain, registry
from inkling.suggest import prompt
from inkling.text.syntax import in_string_or_comment, parser_for

LANGUAGES = [*registry.described().values(), plain.LANGUAGE]
PAIRED = [language for language in LANGUAGES if not language.unpaired]
CLOSER = {"(": ")", "[": "]", "{": "}"}
CODE = {"a": 0, "b": 0, ",": 0, "(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
"""Pieces of code, and by how much each goes deeper."""


def texts(language):
    """Brackets in strings and comments, which count for nothing."""
    for string in language.strings:
        # Where an element stands around a text, a quote is none; what a prefix looks like, and what
        # ends such a string, its language's own tests say.
        if language.markup or string.closing or not fits_behind_a_blank(string):
            continue
        inners = (")", "(", "}") if string.single else (")", "(", "}", "x ]")
        yield from (f"{string.quote}{inner}{string.quote}" for inner in inners)
        if string.certain and string.escape and not string.single:
            yield f"{string.quote}{string.escape}{string.quote[0]} ){string.quote}"
    for opening, closing in language.block_comments:
        yield from (f"{opening} {inner} {closing}" for inner in (")", "(", "it's", '"'))
    for opening in language.line_comments:
        yield from (f"{opening} {inner}\n" for inner in (")", "(", "it's", '"'))


def fits_behind_a_blank(string):
    return re.search(rf"(?:{string.prefix})\Z", " ")


def generated(language):
    others = ["\n", *texts(language)]
    return st.lists(st.sampled_from(list(CODE)) | st.sampled_from(others), max_size=12)


def deepest_closed(pieces, text):
    """How many brackets `text`, which `pieces` begin with, closes that it did not open."""
    depth = lowest = 0
    for piece in pieces:
        if not text.startswith(piece):
            break
        text = text[len(piece) :].removeprefix(" ")
        depth += CODE.get(piece, 0)
        lowest = min(lowest, depth)
    return -lowest


@pytest.mark.parametrize("language", PAIRED, ids=lambda language: language.ids[0])
@given(st.data(), st.text("([{", max_size=4), st.booleans(), ENDS)
def test_within_a_line_only_what_the_text_behind_leaves_open_is_closed(
    language, data, opened, explicit, end
):
    assume(not any(string.quote in opened for string in language.strings))
    closed_behind = data.draw(st.integers(0, len(opened)))
    behind = "".join(CLOSER[bracket] for bracket in reversed(opened[:closed_behind]))
    pieces = data.draw(generated(language))
    marked = f"f {opened}│{behind} + c\n"
    text = shown(
        language.ids[0], marked, " ".join(pieces), explicit=explicit, end=end, parsed=False
    ).text
    assert deepest_closed(pieces, text) <= len(opened) - closed_behind


@pytest.mark.parametrize("language", PAIRED, ids=lambda language: language.ids[0])
@given(st.data(), st.sampled_from("([{"), st.booleans(), ENDS)
def test_what_a_line_below_closes_is_left_to_it(language, data, opened, explicit, end):
    pieces = data.draw(generated(language))
    marked = f"f {opened}\n    │\n{CLOSER[opened]}\n"
    text = shown(
        language.ids[0], marked, " ".join(pieces), explicit=explicit, end=end, parsed=False
    ).text
    assert deepest_closed(pieces, text) == 0


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.ids[0])
def test_a_file_s_name_tells_the_model_what_is_written_in_it(language):
    name = language.file("untitled") or "untitled"
    for known in language.ids:
        title = prompt.title_of(f"file:///{name}", known)
        assert title.endswith("\n")
        assert name in title
    begun = (*language.line_comments, *(opening for opening, _ in language.block_comments), "# ")
    assert title.startswith(begun)


GRAMMARS = [language for language in LANGUAGES if language.grammar]
SOME = st.sampled_from(
    [
        *("\n", "  ", "\t", "(", ")", "[", "]", "{", "}", "<", ">", "</", "/", "=", ":", ";", ","),
        *("a", "1", "é", "😀", "\0", "\ud800", "\\", "$", "#", "|", "-", "@", "%", "<<A", "A\n"),
        *("if", "end", "do", "case", "def f", "class A", "fn f", "function f()", "let x = "),
    ]
)


def pieces_of(language):
    """What opens and closes strings and comments, and code in strings."""
    for string in language.strings:
        yield from (
            string.quote,
            string.closing,
            *(one for pair in string.expressions for one in pair),
        )
    yield from (*language.line_comments, *(one for pair in language.block_comments for one in pair))


@pytest.mark.parametrize("language", GRAMMARS, ids=lambda language: language.ids[0])
@settings(deadline=None)
@given(st.data())
def test_no_text_is_too_odd_to_be_parsed_and_asked_about(language, data):
    own = st.sampled_from(sorted({*pieces_of(language)}))
    texts = st.lists(SOME | own, max_size=12).map("".join)
    parser = parser_for(language.ids[0])
    for text in (data.draw(texts), data.draw(texts)):
        parser.update(text)
        parser.advance(math.inf)
        for offset in range(len(text) + 1):
            assert in_string_or_comment(parser.tree, offset) in {True, False}


@pytest.mark.parametrize("language", GRAMMARS, ids=lambda language: language.ids[0])
@given(st.data())
def test_a_comment_is_no_code_and_what_follows_it_is(language, data):
    word = data.draw(st.sampled_from(["a", "it's", "a (", 'say "b"']))
    known = language.ids[0]
    for comment in commented(language, word):
        parser = parser_for(known)
        begun = "<?php\n" if known == "php" else ""  # what stands before that is HTML
        text = f"{begun}{comment}"
        parser.update(f"{text}\n\n")
        parser.advance(math.inf)
        assert in_string_or_comment(parser.tree, text.rindex(word) + len(word) - 1)
        assert not in_string_or_comment(parser.tree, len(text) + 1)


def commented(language, word):
    yield language.comment(word)
    for opening, closing in language.block_comments:
        # Ruby's stand at lines' starts.
        blank = "\n" if opening.startswith("=") else " "
        yield f"{opening}{blank}{word}{blank}{closing}"
