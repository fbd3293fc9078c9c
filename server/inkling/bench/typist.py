"""Plans the keys that type a stretch of text, as a person does in an editor that helps.

The editor begins each new line in the same change as the line end before it, closes brackets,
quotes and comments behind the cursor, and takes typing what closes them for moving over that. The
person slips and corrects it.
Nothing is left behind: after the last key the text stands there exactly.
"""

import random
from collections.abc import Iterator

from inkling.bench import indentation, rhythm
from inkling.bench.keys import Closer, Document, Edit, Key, Place, Stretch
from inkling.bench.pairs import pairs


def keys(stretch: Stretch, seed: str, start: Place | None = None) -> Iterator[Key]:
    """Plan the keys from `start` on to the stretch's end.

    The same seed gives the same keys; from wherever one starts, the rest is the same. `start`
    is a place where nothing wrong stands.
    """
    return _Typist(stretch, seed).type(start or Place())


class _Typist:
    """Types one stretch. `extra` are characters too many at the begin of the cursor's line."""

    def __init__(self, stretch: Stretch, seed: str) -> None:
        self._stretch = stretch
        self._text = stretch.text
        self._seed = seed
        self._language = stretch.language
        self._pairs = pairs(stretch.text, stretch.language)
        self._unit = indentation.unit(
            stretch.before + stretch.text + stretch.after, stretch.language
        )
        self._at = 0
        self._extra = ""
        self._closers: tuple[Closer, ...] = ()

    def type(self, start: Place) -> Iterator[Key]:
        self._at, self._closers = start.progress, start.closers
        while self._at < len(self._text):
            if self._extra and not self._editor_takes_back():
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

    @property
    def _above(self) -> str:
        """The line above the cursor's."""
        typed = self._stretch.before + self._text[: self._at]
        return typed.rpartition("\n")[0].rpartition("\n")[2]

    def _key_place(self, wrong: int = 0) -> Place:
        return Place(self._at, self._closers, wrong)

    def _editor_takes_back(self) -> bool:
        """Whether the next key takes back a blank line's indentation: Enter, or in a language with
        braces a closing bracket.
        """
        closes = bool(self._closers) and self._closers[0].due == self._at
        keys = "\n)]}" if self._language.braces else "\n"
        return self._text[self._at] in keys and not closes and not self._line.strip()

    def _outdent(self) -> Iterator[Key]:
        """Take back what is too much; of indentation a level at each backspace."""
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
        indent = indentation.next_line(self._line, self._above, self._unit, self._language)
        gone, behind = len(self._extra), ""
        if self._closers and self._has_a_line_of_its_own(self._closers[0]):
            # Enter between two brackets gives the closing one a line of its own.
            closer, *rest = self._closers
            behind = self._text[self._text.rfind("\n", 0, closer.due) : closer.due]
            moved = Closer(closer.due - len(behind), closer.length + len(behind))
            self._closers = (moved, *rest)
        self._at += 1
        end = self._closers[0].due if self._closers else len(self._text)
        right = _common(indent, self._text[self._at : end])
        self._at += right
        self._extra = indent[right:]
        edit = Edit(delete=gone, insert="\n" + indent, behind=behind)
        return Key("enter", wait_ms, edit, self._key_place(len(self._extra)))

    def _has_a_line_of_its_own(self, closer: Closer) -> bool:
        """Whether what the last key opened is a block or a comment that closes on another line."""
        last_break = self._text.rfind("\n", 0, closer.due)
        opened_last = self._pairs.get(self._at - 1) == closer
        first = opened_last and not self._text[last_break : closer.due].strip()
        return first and last_break > self._at and self._text[closer.due] in ")]} "

    def _char(self, wait_ms: float, chance: random.Random) -> Iterator[Key]:
        level = self._level()
        if level:
            self._at += len(level)
            yield Key("tab", wait_ms, Edit(insert=level), self._key_place())
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
            behind = self._text[closer.due : closer.due + closer.length]
            self._closers = (closer, *self._closers)
        char, gone = self._text[self._at], len(self._extra)
        self._at += 1
        self._extra = ""
        edit = Edit(delete=gone, insert=char, behind=behind)
        yield Key("char", wait_ms, edit, self._key_place())

    def _level(self) -> str:
        """What the Tab key gives here, empty where it gives too much or is not used."""
        line = self._line
        if line.strip(self._unit[0]):
            return ""
        level = self._unit[0] * (len(self._unit) - len(line) % len(self._unit))
        return level if self._text.startswith(level, self._at) else ""


def _common(one: str, other: str) -> int:
    """How many characters two texts share at their start."""
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length
