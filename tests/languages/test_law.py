"""A suggestion never closes a bracket that another text has to close, in any language.

The texts are made of pieces of which it is known what they are, so the brackets that count are
known without reading the text once more.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ends import ENDS, shown
from inkling.languages import plain, registry

LANGUAGES = [*registry.described().values(), plain.LANGUAGE]
CLOSER = {"(": ")", "[": "]", "{": "}"}
CODE = {"a": 0, "b": 0, ",": 0, "(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
"""Pieces of code, and by how much each goes deeper."""


def texts(language):
    """Brackets in strings and comments, which count for nothing."""
    for string in language.strings:
        yield from (f"{string.quote}{inner}{string.quote}" for inner in (")", "(", "}", "x ]"))
        if string.certain and string.escape:
            yield f"{string.quote}{string.escape}{string.quote[0]} ){string.quote}"
    for opening, closing in language.block_comments:
        yield from (f"{opening} {inner} {closing}" for inner in (")", "(", "it's", '"'))
    for opening in language.line_comments:
        yield from (f"{opening} {inner}\n" for inner in (")", "(", "it's", '"'))


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


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.ids[0])
@given(st.data(), st.text("([{", max_size=4), st.booleans(), ENDS)
def test_within_a_line_only_what_the_text_behind_leaves_open_is_closed(
    language, data, opened, explicit, end
):
    closed_behind = data.draw(st.integers(0, len(opened)))
    behind = "".join(CLOSER[bracket] for bracket in reversed(opened[:closed_behind]))
    pieces = data.draw(generated(language))
    marked = f"f{opened}│{behind} + c\n"
    text = shown(language.ids[0], marked, " ".join(pieces), explicit=explicit, end=end).text
    assert deepest_closed(pieces, text) <= len(opened) - closed_behind


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.ids[0])
@given(st.data(), st.sampled_from("([{"), st.booleans(), ENDS)
def test_what_a_line_below_closes_is_left_to_it(language, data, opened, explicit, end):
    pieces = data.draw(generated(language))
    marked = f"f{opened}\n    │\n{CLOSER[opened]}\n"
    text = shown(language.ids[0], marked, " ".join(pieces), explicit=explicit, end=end).text
    assert deepest_closed(pieces, text) == 0
