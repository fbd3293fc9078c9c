"""What says again what stands there already, and what repeats itself without end.

What a model of this size says when it knows nothing more is what it said last. It knows texts, not
requests.
"""

import re
from typing import Final

from inkling.suggest.site import Site
from inkling.text.brackets import indent

_PERIOD: Final = 40
"""Characters of the longest period that is looked for within lines."""
_TIMES: Final = 4
"""What stands so often in a row, and has so many characters, goes on without end."""
_LEAST: Final = 16
_NEAR: Final = 160
BRACKET: Final = re.compile(r"\s*(?:[)\]}]|</|/?>)")
"""A line that begins by closing what is counted by `brackets`."""
_NUMBER: Final = re.compile(r"\d+")
_TELLING: Final = 10
"""Characters that make a line say something of its own, so that it does not stand twice nearby."""


def repeats(full: str, previous: str, place: Site, number: int, *, whole: bool) -> bool:
    """Whether a line says once more what stands above it or below the suggestion.

    It is the `number`-th of the suggestion, with all that stands before the cursor on its line.
    """
    if place.language.closes_block.match(full):
        return False  # brackets are counted, and what ends a block with a word may stand often
    below = place.lines_below
    after = below[0] if below else ""
    if number == 0:
        # On the cursor's line the indentation is the person's, so it tells nothing.
        line = full.strip()
        if line == after.strip() or (not whole and after.strip().startswith(line)):
            return True
    if full.rstrip() in (previous.rstrip(), after.rstrip()):
        return True
    # One line that stands further below says little, several that lead up to it much.
    far = number > 0 and whole and _tells(full)
    return far and full.rstrip() in [line.rstrip() for line in below]


def _tells(line: str) -> bool:
    return sum(1 for character in line if character.isalnum()) >= _TELLING


def counts_on(full: str, previous: str) -> bool:
    """Whether two lines are the same but for their numbers."""
    if indent(full) != indent(previous) or not _NUMBER.search(full):
        return False
    return _NUMBER.sub("0", full.strip()) == _NUMBER.sub("0", previous.strip())


def endless(above: str, generated: str) -> int | None:
    """Where a text begins to go round, `above` what stands before it: the first round stays, unless
    that stands there already. None if it does not.
    """
    near = above[-_NEAR:]
    text = near + generated
    found = _round(text, len(near), _TIMES, _LEAST)
    if found is None:
        # Counting is going round too, but people write short lists of numbers.
        plain, places = _without_numbers(text)
        start = next((i for i, at in enumerate(places) if at >= len(near)), len(plain))
        found = _round(plain, start, 2 * _TIMES, 2 * _LEAST)
        found = None if found is None else (places[found[0]], places[found[1]])
    if found is None:
        return None
    begin, end = found[0] - len(near), found[1] - len(near)
    # A round of which more stands there already than not is no first one.
    return 0 if -begin >= end else end


def _without_numbers(text: str) -> tuple[str, list[int]]:
    """The text with each number as one digit, and where each of its characters stood."""
    plain, places, at = "", list[int](), 0
    for number in _NUMBER.finditer(text):
        plain += text[at : number.start()] + "0"
        places += [*range(at, number.start()), number.start()]
        at = number.end()
    return plain + text[at:], [*places, *range(at, len(text) + 1)]


def _round(text: str, start: int, times: int, least: int) -> tuple[int, int] | None:
    """The first period of what is the first to have stood so often behind `start`."""
    first: tuple[int, int, int] | None = None
    for period in range(1, _PERIOD + 1):
        at = 0
        while at + 3 * period <= len(text):
            block = text[at : at + period]
            if block != text[at + period : at + 2 * period] or not (
                text.startswith(block, at + 2 * period) and any(map(str.isalnum, block))
            ):
                at += period
                continue
            begin, end = at, at + 3 * period
            while begin and text[begin - 1] == text[begin - 1 + period]:
                begin -= 1
            while end < len(text) and text[end] == text[end - period]:
                end += 1
            # Standing there so often already, it need be said but once.
            due = max(begin + max(times * period, least), start + period)
            if end >= due and (first is None or due < first[0]):
                first = due, begin, begin + period
            at = max(end - period, at + period) // period * period
    return None if first is None else first[1:]
