"""Gaps in real code, as typing makes them: what an adapter learns from.

A gap is drawn from the text of a file by one of the ways in `KINDS`; it is where a person's cursor
stands and what would be typed there before what stands behind goes on.
"""

import random
import re
from dataclasses import dataclass

MOST_CHARACTERS = 700  # in a gap
MOST_LINES = 16

KINDS = {
    "rest": 0.25,  # to the end of the line
    "inside": 0.13,  # to a place in the line that text stands behind
    "lines": 0.14,  # to the end of some line below
    "block": 0.15,  # the body of a block, with or without the line that closes it
    "beyond": 0.06,  # out of a block and on into what follows
    "arguments": 0.07,
    "string": 0.03,
    "comment": 0.05,
    "new": 0.06,  # whole new lines behind a line that is complete
    "across": 0.03,  # begins and ends within lines
    "end": 0.03,  # nothing stands behind
}
"""How gaps are drawn, and how often."""

_PLACE = re.compile(r"[)\]}'\":,;<>]|/>|\s(?=\S)")
_WORD = re.compile(r"(?<!\w)\w")
_COMMENT = re.compile(r"""^\s*(#|//|\*|/\*|<!--|--|\"\"\"|'''|=begin)|\s(#|//|/\*)\s+\w|\"\"\"\w""")
_CLOSES = re.compile(r"\s*([)\]}]|end\b|fi\b|done\b|esac\b|else\b|</)")
_QUOTED = re.compile(r"\"[^\"\n]{3,}\"|'[^'\n]{3,}'|`[^`\n]{3,}`")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Gap:
    """From `begin` up to `end` in a text that ends at `length`."""

    begin: int
    end: int
    length: int
    kind: str


class Lines:
    """A text by its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def end(self, number: int) -> int:
        """Where a line ends."""
        return self.starts[number] + len(self.lines[number])

    def indent(self, number: int) -> int:
        """How many blanks a line begins with."""
        line = self.lines[number]
        return len(line) - len(line.lstrip())

    def blank(self, number: int) -> bool:
        """Whether a line is empty or beyond the last."""
        return number >= len(self.lines) or not self.lines[number].strip()

    def block_end(self, number: int) -> int:
        """The last line of what is indented more than a line and follows it; itself if none."""
        last = number
        for i in range(number + 1, min(number + 60, len(self.lines))):
            if self.blank(i):
                continue
            if self.indent(i) <= self.indent(number):
                break
            last = i
        return last


def draw(text: str, kind: str, chance: random.Random) -> Gap | None:
    """Draw a gap of a kind; None if the draw came to nothing."""
    lines = Lines(text)
    number = chance.randrange(len(lines.lines))
    length = len(text)
    found = _WAYS[kind](lines, number, chance)
    if not found:
        return None
    begin, end = found
    if kind == "end":
        length = end
    elif chance.random() < 0.02:
        length = end  # whatever follows is not written yet
    gap = text[begin:end]
    if not gap.strip() or len(gap) > MOST_CHARACTERS or gap.count("\n") > MOST_LINES:
        return None
    return Gap(begin, end, length, kind)


def _column(lines: Lines, number: int, chance: random.Random) -> int:
    """Draw where in a line a gap begins: where it or a word begins, or anywhere."""
    line, indent, how = lines.lines[number], lines.indent(number), chance.random()
    words = [at.start() for at in _WORD.finditer(line)]
    if how < 0.25 or not line.strip():
        column = indent
    elif how < 0.6 and words:
        column = chance.choice(words)
    else:
        column = chance.randrange(indent, len(line) + 1)
    return lines.starts[number] + column


def _rest(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    return None if lines.blank(number) else (_column(lines, number, chance), lines.end(number))


def _inside(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    begin = _column(lines, number, chance)
    places = [lines.starts[number] + at.start() for at in _PLACE.finditer(lines.lines[number])]
    places = [place for place in places if place > begin]
    return (begin, chance.choice(places)) if places else None


def _lines(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    last = min(number + chance.choice((1, 1, 2, 2, 3, 4, 5, 6, 8)), len(lines.lines) - 1)
    if chance.random() < 0.6:  # up to where a block ends, if one does
        for i in range(number, last):
            if lines.blank(i + 1) or lines.indent(i + 1) < lines.indent(number):
                last = i
                break
    while last > number and lines.blank(last):
        last -= 1
    return (_column(lines, number, chance), lines.end(last))


def _opening(lines: Lines, number: int) -> int | None:
    """The nearest line from one on that a short block follows."""
    for i in range(number, min(number + 30, len(lines.lines) - 1)):
        if not lines.blank(i) and 0 < lines.block_end(i) - i <= MOST_LINES:
            return i
    return None


def _block(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    opening = _opening(lines, number)
    if opening is None:
        return None
    last, first = lines.block_end(opening), opening + 1
    while lines.blank(first):
        first += 1
    how = chance.random()
    if how < 0.4:
        begin = lines.end(opening)  # the line break is in the gap
    elif how < 0.7:
        begin = lines.starts[first] + lines.indent(first)
    else:
        begin = _column(lines, opening, chance)
    closing = last + 1 < len(lines.lines) and _CLOSES.match(lines.lines[last + 1])
    if closing and chance.random() < 0.5:
        last += 1
    return begin, lines.end(last)


def _beyond(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    opening = _opening(lines, number)
    if opening is None:
        return None
    last = lines.block_end(opening)
    begin = _column(lines, chance.randint(max(opening, last - 4), last), chance)
    end = last + 1
    while end < len(lines.lines) - 1 and (
        lines.blank(end) or (_CLOSES.match(lines.lines[end]) and chance.random() < 0.8)
    ):
        end += 1
    end = min(end + chance.choice((0, 0, 1, 2, 3)), len(lines.lines) - 1)
    while end > last and lines.blank(end):
        end -= 1
    return begin, lines.end(end)


def _arguments(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    stretch = lines.text[lines.starts[number] : lines.starts[number] + 1500]
    opening = re.search(r"[\w\])>][(\[{](?=[^)\]}])|[(\[{]\n", stretch)
    if not opening:
        return None
    begin = lines.starts[number] + opening.start() + 1
    if stretch[opening.start() : opening.start() + 1] in _PAIRS:
        begin = lines.starts[number] + opening.start()
    end = _closing(lines.text, begin)
    if end is None or end <= begin + 1:
        return None
    inner = begin + 1
    if chance.random() < 0.35:
        inner = chance.randrange(inner, end)
    return inner, end + (chance.random() < 0.3)


def _closing(text: str, opening: int) -> int | None:
    """Where the bracket at a place is closed."""
    wanted, quote, i = [""], "", opening
    while i < min(len(text), opening + MOST_CHARACTERS):
        character = text[i]
        if quote:
            if character == "\\":
                i += 1
            elif character in (quote, "\n"):
                quote = ""
        elif character in '"`' or (character == "'" and text[i - 1 : i] in ("(", ",", " ", "[")):
            quote = character
        elif character in _PAIRS:
            wanted.append(_PAIRS[character])
        elif character in ")]}":
            if character != wanted.pop():
                return None
            if len(wanted) == 1:
                return i
        i += 1
    return None


def _string(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    for i in range(number, min(number + 40, len(lines.lines))):
        quoted = list(_QUOTED.finditer(lines.lines[i]))
        if quoted:
            one = chance.choice(quoted)
            begin = chance.randrange(one.start() + 1, one.end() - 1)
            end = one.end() - 1 if chance.random() < 0.6 else len(lines.lines[i])
            return lines.starts[i] + begin, lines.starts[i] + end
    return None


def _comment(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    for i in range(number, min(number + 60, len(lines.lines))):
        if not _COMMENT.search(lines.lines[i]):
            continue
        last = i
        while (
            last + 1 < len(lines.lines)
            and chance.random() < 0.45
            and not lines.blank(last + 1)
            and _COMMENT.match(lines.lines[last + 1])
        ):
            last += 1
        line = lines.lines[i]
        column = chance.randrange(min(lines.indent(i) + 1, len(line)), len(line) + 1)
        return lines.starts[i] + column, lines.end(last)
    return None


def _new(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    if number + 1 >= len(lines.lines) or lines.blank(number):
        return None
    last = number + 1
    while lines.blank(last) and last + 1 < len(lines.lines):
        last += 1
    last = min(last + chance.choice((0, 0, 0, 1, 2)), len(lines.lines) - 1)
    while last > number and lines.blank(last):
        last -= 1
    return (lines.end(number), lines.end(last)) if last > number else None


def _across(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    last = min(number + chance.randint(1, 4), len(lines.lines) - 1)
    if lines.blank(number) or lines.blank(last) or last == number:
        return None
    places = [at.start() for at in _PLACE.finditer(lines.lines[last])]
    places = [place for place in places if place > lines.indent(last)]
    if not places:
        return None
    return _column(lines, number, chance), lines.starts[last] + chance.choice(places)


def _end(lines: Lines, number: int, chance: random.Random) -> tuple[int, int] | None:
    """To the end of the file, or, early in it, of a block that nothing follows yet."""
    last = len(lines.lines) - 1
    while last > 0 and lines.blank(last):
        last -= 1
    if chance.random() < 0.5:
        return _column(lines, max(0, last - chance.randint(0, 8)), chance), lines.end(last)
    first = chance.randrange(min(12, last + 1)) if chance.random() < 0.6 else number
    until = lines.block_end(first)
    if until - first > MOST_LINES:
        return None
    if until + 1 <= last and _CLOSES.match(lines.lines[until + 1]):
        until += 1
    return _column(lines, chance.randint(first, until), chance), lines.end(until)


_WAYS = {
    "rest": _rest,
    "inside": _inside,
    "lines": _lines,
    "block": _block,
    "beyond": _beyond,
    "arguments": _arguments,
    "string": _string,
    "comment": _comment,
    "new": _new,
    "across": _across,
    "end": _end,
}
