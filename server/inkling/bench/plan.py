"""What of a file is typed, where, and in which order: a pure function of text and seed.

A file that is longer than what shall be typed is open already, but for some lines in a row that
are missing. The person types them from top to bottom. Having finished a function, and now and
then before, they jump to a line elsewhere that is missing too, type it, and come back.
"""

import random
from dataclasses import dataclass
from typing import Final

from inkling.bench import rhythm, typist
from inkling.bench.keys import Document, Key, Stretch
from inkling.bench.languages.base import Language
from inkling.bench.languages.python import PYTHON

KEYS_A_CHARACTER: Final = 1.06
"""Keys pressed for each character typed, indentation aside: slips and their corrections."""

JUMP_RATE: Final = 0.6
"""How often a person jumps elsewhere when a function is finished."""
STRAY_RATE: Final = 0.06
"""How often they do so behind any other line, as to add an import."""

_FEWEST_LINES: Final = 4
"""Typed before a jump."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A file's name, its text as it shall be, and what is typed where; the person is `seed`."""

    name: str
    text: str
    seed: str
    stretches: tuple[Stretch, ...]
    language: Language

    @property
    def opened(self) -> Document:
        """The document when it is opened, with the cursor at its start."""
        first = self.stretches[0] if self.stretches else Stretch("", "", self.text)
        return Document("", first.before + first.after)

    @property
    def characters(self) -> int:
        """How many characters are typed."""
        return sum(len(stretch.text) for stretch in self.stretches)

    def all_keys(self) -> list[Key]:
        """All keys, when nothing is accepted; jumps are no keys."""
        return [
            key
            for number, stretch in enumerate(self.stretches)
            for key in typist.keys(stretch, self.seed_of(number))
        ]

    def seed_of(self, number: int) -> str:
        """The seed of a stretch by its number."""
        return f"{self.seed}:{number}"

    def jump_ms(self, number: int) -> float:
        """The wait before the cursor is put to a stretch, in milliseconds."""
        return rhythm.interval(rhythm.dice(self.seed_of(number), "jump"), rhythm.JUMP_MS)


@dataclass(frozen=True, slots=True)
class _Span:
    """Characters of the final text; they begin with a line end, or with the text itself."""

    start: int
    end: int


def plan_anew(name: str, text: str, seed: int, most_keys: int, language: Language) -> Plan:
    """Plan to type a new file from its first line on: about `most_keys` keys, 0 for all of it."""
    lines = text.split("\n")
    count, spent = 0, 0.0
    while count < len(lines) and (not most_keys or spent < most_keys):
        spent += KEYS_A_CHARACTER * len(lines[count].strip()) + 1
        count += 1
    return plan(name, "\n".join(lines[:count]), seed, 0, language)


def plan(name: str, text: str, seed: int, most_keys: int = 0, language: Language = PYTHON) -> Plan:
    """Plan to type about `most_keys` keys of a file, 0 for all of it."""
    chance = rhythm.dice("plan", seed, name, len(text))
    lines = text.split("\n")
    first, last = _lines_to_type(lines, chance, most_keys, language)
    groups = _groups(lines, first, last, chance, language)
    return Plan(name, text, f"{seed}:{name}", _stretches(text, groups, language), language)


def _lines_to_type(
    lines: list[str], chance: random.Random, most_keys: int, language: Language
) -> tuple[int, int]:
    """Choose the numbers of the first line to type and of the one behind the last."""
    costs = [KEYS_A_CHARACTER * len(line.strip()) + 1 for line in lines]
    last = len(lines)
    while last > 1 and not lines[last - 1].strip():
        last -= 1
    if not most_keys or sum(costs[:last]) <= most_keys:
        return 0, last
    enough = [
        number
        for number in range(1, last)
        if lines[number].strip() and sum(costs[number:last]) >= most_keys
    ]
    places = [
        number
        for number in enough
        if language.definition.match(lines[number]) and not language.leads.match(lines[number])
    ]
    first = chance.choice(places or enough or [0])
    end, spent = first, 0.0
    while end < last and (end == first or spent + costs[end] <= most_keys):
        spent += costs[end]
        end += 1
    while end > first + 1 and not lines[end - 1].strip():
        end -= 1
    return first, end


def _groups(
    lines: list[str], first: int, last: int, chance: random.Random, language: Language
) -> list[list[_Span]]:
    """Return the spans to type in order; each inner list is typed without a jump."""
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line) + 1)

    def span(number: int, behind: int) -> _Span:
        return _Span(max(0, ends[number] - 1), ends[behind] - 1)

    parts, begun = list[tuple[int, int]](), first
    for number in range(first + _FEWEST_LINES, last - 1):
        begins, inside = map(language.definition.match, (lines[number], lines[number - 1]))
        finished = begins and not inside and not language.leads.match(lines[number - 1])
        rate = JUMP_RATE if finished else STRAY_RATE
        if number - begun >= _FEWEST_LINES and chance.random() < rate:
            parts.append((begun, number))
            begun = number
    missing = set[int]()
    groups = list[list[_Span]]()
    holes = list[int]()
    for _begun, end in parts:
        hole = _hole(lines, (first, last, end), missing, chance)
        holes.append(hole)
        missing.add(hole)
    missing.discard(-1)
    for (start, end), hole in zip([*parts, (begun, last)], [*holes, -1], strict=True):
        groups.append([span(n, n + 1) for n in range(start, end) if n not in missing])
        if hole >= 0:
            groups.append([span(hole, hole + 1)])
    return groups


def _hole(
    lines: list[str], typed: tuple[int, int, int], taken: set[int], chance: random.Random
) -> int:
    """Choose a line that stands alone elsewhere, or else one typed before; -1 where none fits.

    `typed` are the first line typed, the one behind the last, and the one behind this part.
    """
    first, last, end = typed

    def fits(number: int) -> bool:
        line = lines[number].strip()
        apart = not {number - 1, number, number + 1} & taken
        return apart and 8 <= len(line) <= 100 and '"""' not in line

    elsewhere = [n for n in range(1, len(lines)) if not first - 1 <= n <= last and fits(n)]
    before = [n for n in range(first + 1, end - 1) if fits(n)]
    return chance.choice(elsewhere or before or [-1])


def _stretches(text: str, groups: list[list[_Span]], language: Language) -> tuple[Stretch, ...]:
    """Turn spans of the final text into stretches of the document as it is by then."""
    missing = sorted((span for group in groups for span in group), key=lambda span: span.start)
    stretches = []
    for group in groups:
        if not group:
            continue
        start = group[0].start
        before, at = "", 0
        after, behind = "", start
        for span in missing:
            if span.end <= start:
                before += text[at : span.start]
                at = span.end
            else:
                after += text[behind : span.start]
                behind = span.end
        before += text[at:start]
        after += text[behind:]
        typed = "".join(text[span.start : span.end] for span in group)
        stretches.append(Stretch(before, typed, after, language))
        missing = [span for span in missing if span not in group]
    return tuple(stretches)
