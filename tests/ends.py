"""Where a suggestion ends, as cases: code with its cursor drawn in, what the model says there, and
what of it is shown.
"""

import math

import pytest
from hypothesis import strategies as st

from inkling.languages import registry
from inkling.suggest import trim
from inkling.suggest.modes import Mode
from inkling.suggest.site import site_of
from inkling.suggest.whole import Judge
from inkling.text.syntax import in_string_or_comment
from marked import parse, snapshot

ENDS = st.sampled_from(["", "stop", "length"])
"""How a generation may have ended."""


def case(name, marked, generated, text):
    return pytest.param(marked, generated, text, id=name.replace(" ", "-"))


def mode(max_lines, *, explicit):
    """The mode of a request that shows so many lines."""
    return Mode("invoked" if explicit else "automatic", 100, 48, max_lines)


def trimmed(place, generated, end=""):
    return trim.trim(generated, place, Judge(place, math.inf), end)


def shown(language, marked, generated, *, explicit=False, end="", max_lines=6, parsed=True):
    at = snapshot(marked, language, parsed=parsed)
    return trimmed(site_of(at, mode(max_lines, explicit=explicit)), generated, end)


def inside(language, marked):
    """Whether each cursor stands in a string or comment, where `|` says it does and `^` not."""
    text, cursors = "", []
    for character in marked:
        if character in "|^":
            cursors.append((len(text), character == "|"))
        else:
            text += character
    tree = parse(text, language)
    return [(at, in_string_or_comment(tree, at)) for at, _ in cursors], cursors


def told(language, line):
    """What a line is by its language's patterns, in words."""
    known = registry.find(language)
    words = {
        "opens": known.opens_block,
        "closes": known.closes_block,
        "defines": known.definition,
        "heralds": known.heralds,
    }
    return " ".join(word for word, pattern in words.items() if pattern.match(line))
