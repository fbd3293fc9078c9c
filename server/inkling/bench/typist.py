"""Plans the keys that type a stretch of text, as a person does in an editor that helps.

The editor indents each new line in the same change as its line end, closes brackets and quotes
behind the cursor, and takes typing them for moving over them. The person slips and corrects it.
Nothing is left behind: after the last key the text stands there exactly.
"""

import random
from collections.abc import Iterator

from inkling.bench import rhythm
from inkling.bench.keys import Closer, Document, Edit, Key, Place, Stretch
from inkling.bench.language import PYTHON, Language
from inkling.bench.pairs import pairs


def keys(stretch: Stretch, seed: str, start: Place | None = None) -> Iterator[Key]:
    """Plan the keys from `start` on to the stretch's end.

    The same seed gives the same keys; from wherever one starts, the rest is the same. `start`
    is a place where nothing wrong stands.
    """
    return _Typist(stretch, seed).type(start or Place())


def next_indent(line: str, unit: str, language: Language = PYTHON) -> str:
    """Return the indentation that an editor gives the line behind `line`."""
    code = line.rstrip()
    indent = line[: len(line) - len(line.lstrip())]
    if code.endswith(language.opens_block):
        return indent + unit
    words = code.split()
    if words and words[0] in language.leaves_block:
        return indent.removesuffix(unit)
    return indent


def indent_unit(text: str) -> str:
    """Return what one level of indentation is in a text: a tab, or two to eight spaces."""
    for line in text.split("\n"):
        if line.startswith("\t"):
            return "\t"
        spaces = len(line) - len(line.lstrip(" "))
        if 1 < spaces <= 8 and line.strip():
            return " " * spaces
    return "    "


class _Typist:
    """Types one stretch. `extra` are characters of indentation too many before the cursor."""

    def __init__(self, stretch: Stretch, seed: str) -> None:
        self._stretch = stretch
        self._text = stretch.text
        self._seed = seed
        self._language = stretch.language
        self._pairs = pairs(stretch.text, stretch.language)
        self._unit = indent_unit(stretch.before + stretch.text + stretch.after)
        self._at = 0
        self._extra = ""
        self._closers: tuple[Closer, ...] = ()

    def type(self, start: Place) -> Iterator[Key]:
        self._at, self._closers = start.progress, start.closers
        while self._at < len(self._text):
            if self._extra and not self._blank_line_goes_on():
                yield from self._outdent()
            chance = rhythm.dice(self._seed, self._at)
            wait_ms = rhythm.wait_ms(self._line, chance, self._language)
            if not self._at:
                wait_ms += rhythm.interval(chance, rhythm.LANDING_MS, rhythm.THOUGHT_SIGMA)
            if self._closers and self._closers[0].due == self._at:
                yield self._over(wait_ms)
            elif self._text[self._at] == "\n":
                yield self._enter(wait_ms)
            else:
                yield from self._char(wait_ms, chance)
        yield from self._outdent()

    @property
    def _line(self) -> str:
        """The cursor's line up to the cursor."""
        typed = self._text[: self._at]
        line = typed if "\n" in typed else Document(self._stretch.before, "").line + typed
        return line.rpartition("\n")[2] + self._extra

    def _key_place(self, wrong: int = 0) -> Place:
        return Place(self._at, self._closers, wrong)

    def _blank_line_goes_on(self) -> bool:
        """Whether Enter comes next: it takes the indentation of a blank line with it."""
        closes = bool(self._closers) and self._closers[0].due == self._at
        return self._text[self._at] == "\n" and not closes

    def _outdent(self) -> Iterator[Key]:
        """Take back indentation, a level at each backspace."""
        while self._extra:
            chance = rhythm.dice(self._seed, self._at, "outdent", len(self._extra))
            column = len(self._line)
            level = 1 if self._extra.endswith("\t") else (column - 1) % len(self._unit) + 1
            spaces = len(self._extra) - len(self._extra.rstrip(" "))
            gone = min(level, max(spaces, 1))
            self._extra = self._extra[:-gone]
            yield Key(
                "backspace",
                rhythm.interval(chance, rhythm.INTERVAL_MS),
                Edit(delete=gone),
                self._key_place(len(self._extra)),
            )

    def _over(self, wait_ms: float) -> Key:
        closer, *rest = self._closers
        self._at += closer.length
        self._closers = tuple(rest)
        return Key("over", wait_ms, Edit(over=closer.length), self._key_place())

    def _enter(self, wait_ms: float) -> Key:
        indent = next_indent(self._line, self._unit, self._language)
        gone, behind = len(self._extra), ""
        if self._closers and self._pairs.get(self._at - 1) == self._closers[0].due:
            # Enter between two brackets gives the closing one a line of its own.
            closer, *rest = self._closers
            behind = self._text[self._text.rfind("\n", 0, closer.due) : closer.due]
            moved = Closer(closer.due - len(behind), closer.length + len(behind))
            self._closers = (moved, *rest)
        self._at += 1
        right = _common(indent, self._text[self._at :])
        self._at += right
        self._extra = indent[right:]
        edit = Edit(delete=gone, insert="\n" + indent, behind=behind)
        return Key("enter", wait_ms, edit, self._key_place(len(self._extra)))

    def _char(self, wait_ms: float, chance: random.Random) -> Iterator[Key]:
        level = self._level()
        if level:
            self._at += level
            yield Key("tab", wait_ms, Edit(insert=" " * level), self._key_place())
            return
        wrong = rhythm.slip(self._text[self._at :], chance)
        for count, char in enumerate(wrong, 1):
            yield Key("char", wait_ms, Edit(insert=char), self._key_place(count))
            wait_ms = rhythm.interval(chance, rhythm.INTERVAL_MS)
        for count in range(len(wrong) - 1, -1, -1):
            first = count == len(wrong) - 1
            median_ms = rhythm.NOTICING_MS if first else rhythm.BACKSPACE_MS
            wait_ms = rhythm.interval(chance, median_ms)
            yield Key("backspace", wait_ms, Edit(delete=1), self._key_place(count))
        if wrong:
            wait_ms = rhythm.interval(chance, rhythm.INTERVAL_MS)
        closer = self._pairs.get(self._at)
        behind = ""
        if closer is not None:
            behind = self._text[closer]
            self._closers = (Closer(closer, 1), *self._closers)
        char = self._text[self._at]
        self._at += 1
        yield Key("char", wait_ms, Edit(insert=char, behind=behind), self._key_place())

    def _level(self) -> int:
        """How many spaces the Tab key gives here, 0 where it gives too many or is not used."""
        line = self._line
        if line.strip(" ") or self._unit == "\t" or self._text[self._at] != " ":
            return 0
        level = len(self._unit) - len(line) % len(self._unit)
        return level if self._text.startswith(" " * level, self._at) else 0


def _common(one: str, other: str) -> int:
    """How many characters two texts share at their start."""
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length
