"""How a person's keys follow each other: intervals, thinking pauses and slips.

Inter-key intervals are log-normal. Their median lies between two figures of Dhakal, Feit,
Kristensson and Oulasvirta, "Observations on Typing from 136 Million Keystrokes" (CHI 2018):
over all 168,000 people an interval lasts 239 ms on average, and the fastest tenth type 78 or
more words a minute, which is 154 ms a character. A programmer is taken to type close to the
latter. What that study of copied sentences cannot say is assumed here: how long and where
people who write code stop to think, and a rate of slips of 3 % (there, 6 % of the keys are
spent on corrections).

Everything is drawn from the seed and the place in the text alone, so a person who skips
characters by accepting a suggestion types the rest as they would have anyway.
"""

import math
import random
import re
from typing import Final

from inkling.bench.languages.base import Language
from inkling.bench.languages.python import PYTHON

INTERVAL_MS: Final = 165.0
"""Median of the interval between two keys; with the sigma below its mean is 183 ms."""
INTERVAL_SIGMA: Final = 0.45
BACKSPACE_MS: Final = 120.0
"""Median between two backspaces in a row."""
NOTICING_MS: Final = 320.0
"""Median until a slip is noticed."""

LINE_THOUGHT: Final = (0.6, 900.0)
"""At the start of a line: how often a person stops to think, and the pause's median, in ms."""
WORD_THOUGHT: Final = (0.3, 650.0)
"""Behind an opening bracket, an `=`, a dot, a comma or a keyword."""
THOUGHT_SIGMA: Final = 0.5

JUMP_MS: Final = 1200.0
"""Median until the cursor is put at another place."""
LANDING_MS: Final = 700.0
"""Median from there to the first key, besides that key's own interval."""
LEAVING_MS: Final = 500.0
"""From the last key until the document is closed."""

SLIP_RATE: Final = 0.03
"""Of the letters and digits."""

_SHORTEST_MS: Final = 30.0
_LONGEST_MS: Final = 5000.0
_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS: Final = {
    key: row[max(0, index - 1) : index] + row[index + 1 : index + 2]
    for row in _ROWS
    for index, key in enumerate(row)
}
"""The keys beside each key of a QWERTY keyboard."""


def dice(*place: object) -> random.Random:
    """Return a source of chance that depends on its arguments alone, on every machine."""
    return random.Random(":".join(map(str, place)))  # noqa: S311 - a rhythm, not a secret


def interval(chance: random.Random, median_ms: float, sigma: float = INTERVAL_SIGMA) -> float:
    """Draw a log-normal interval in milliseconds."""
    drawn = chance.lognormvariate(math.log(median_ms), sigma)
    return min(max(drawn, _SHORTEST_MS), _LONGEST_MS)


def wait_ms(line: str, chance: random.Random, language: Language = PYTHON) -> float:
    """Draw the wait before the next key, by the cursor's line up to the cursor; milliseconds."""
    pressed = interval(chance, INTERVAL_MS)
    if not line.strip():
        how_often, median_ms = LINE_THOUGHT
    elif language.thinks_behind.search(line[-12:]):
        how_often, median_ms = WORD_THOUGHT
    else:
        return pressed
    if chance.random() >= how_often:
        return pressed
    return pressed + interval(chance, median_ms, THOUGHT_SIGMA)


def slip(following: str, chance: random.Random) -> str:
    """Draw what is typed by mistake before it is noticed, empty most of the time.

    It is a neighbour of the right key, then up to two of the right letters behind it.
    """
    right = following[:1]
    near = _NEIGHBOURS.get(right.lower(), "")
    if not near or chance.random() >= SLIP_RATE:
        return ""
    wrong = chance.choice(near)
    typed_on = following[1 : 1 + chance.randrange(3)]
    word = re.match(r"[A-Za-z0-9_]*", typed_on)
    return (wrong.upper() if right.isupper() else wrong) + (word.group() if word else "")
