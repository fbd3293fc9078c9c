"""What is open at a place in code: brackets, strings, comments and tags, counted as an editor that
closes them would.

It reads characters, not syntax: what it must say is needed before a tree has caught up, and where
the code is broken, as it is at most cursors.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from inkling.languages.base import Language, String

CLOSERS: Final = ")]}"
_CLOSING_LINE: Final = re.compile(r"(?:\r\n|\r|\n)[ \t]*([)\]}]+)(?=[ \t]*(?:[\r\n]|\Z))")
_OPENERS: Final = {"(": ")", "[": "]", "{": "}"}
_PREFIX: Final = 8
"""Characters before a quote that may say what kind of string it opens."""
_TAG: Final = r"</?(?:[A-Za-z][\w.:-]*)?"
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source"}
    | {"track", "wbr"}
)
"""Elements that nothing closes (HTML standard, 13.1.2)."""
_NO_COMMENT: Final = ("$", "${", "&", "\\")
"""Behind these a sharp opens no comment in any language: `$#`, `${#a}`, `&#39;`; nor behind a
letter or digit."""
_BESIDE: Final = re.compile(r"\s*(?:case\b|default\b|[\w -]+:\s*\Z|#|//|/?\*)")
"""Lines that may stand no deeper than what they are in: labels, directives, comments."""
_TRIED: Final = 8
"""So many lines are looked at in the tree, if need be."""

Kind = Literal["bracket", "string", "code", "comment", "tag", "element"]


@dataclass(frozen=True, slots=True)
class Level:
    """Something open, and what closes it; `code` is an expression inside a string.

    `indent` says how far the line is indented that opens it. `string` is what kind of string it is.
    `opens` is the closer of what begins behind a tag.
    """

    kind: Kind
    closer: str
    indent: int
    string: String | None = None
    opens: str = ""

    @property
    def text(self) -> bool:
        """Whether what stands in it is no code."""
        return self.kind in ("string", "comment")


Levels = tuple[Level, ...]
"""What is open somewhere, the innermost last."""

UNKNOWN_TEXT: Final = Level("comment", "\0", 0)
"""A string or a comment of which nothing but that it is one is known."""


@dataclass(frozen=True, slots=True)
class Brackets:
    """What a text leaves open, and what it closes that was open before it.

    `levels` are all that are open at its end; `own` of them it opened itself. `closing` are the
    indices at which it closes what it did not open. `undecided` is where a string begins that is
    one only in case the rest of the line closes it. `line_ends` are the indices of line feeds at
    which nothing of its own is open; `broken` is the first that stands in a string of one line.
    """

    levels: Levels
    own: int
    closing: list[int]
    undecided: int | None
    line_ends: list[int]
    broken: int | None

    @property
    def opened(self) -> Levels:
        """What it opened itself and left open."""
        return self.levels[len(self.levels) - self.own :]

    @property
    def pending(self) -> str:
        """The closers of that, the innermost first."""
        return closers(self.opened)


def closers(levels: Levels) -> str:
    """What closes the levels: the innermost first, but for what the line's end closes."""
    return "".join(level.closer.strip("\n\0") for level in reversed(levels))


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a language is read by: `code` finds all that matters outside of strings, comments and
    tags, `tag` in a tag, `element` between tags. `strings` are its kinds by their quotes,
    `comments` what closes one by what opens it.
    """

    code: re.Pattern[str]
    tag: re.Pattern[str]
    element: re.Pattern[str]
    strings: dict[str, list[String]]
    comments: dict[str, str]


@cache
def _signs(language: Language) -> _Signs:
    comments = dict.fromkeys(language.line_comments, "\n") | dict(language.block_comments)
    strings: dict[str, list[String]] = {}
    for string in language.strings:
        strings.setdefault(string.quote, []).append(string)
    brackets = {"\n", *_OPENERS, *CLOSERS}
    # Before the tags, since a comment between tags begins like one.
    first = [re.escape(opener) for opener in comments if opener.startswith("<")]
    tags = [*first, _TAG] if language.tags else first
    return _Signs(
        code=_any(brackets if language.markup else {*brackets, *comments, *strings}, *tags),
        tag=_any({*brackets, *strings, "/>", ">"}),
        element=_any(brackets, *tags),
        strings=strings,
        comments=comments,
    )


def _any(signs: set[str], *patterns: str) -> re.Pattern[str]:
    longest_first = sorted(signs - {""}, key=len, reverse=True)
    return re.compile("|".join([*patterns, *map(re.escape, longest_first)]))


@cache
def _inside(closer: str, string: String | None) -> re.Pattern[str]:
    """Find what matters in a string or comment."""
    patterns = []
    if string is not None and string.escape:
        patterns.append(re.escape(string.escape) + r"[^\n]")
    for opener, _ in string.expressions if string else ():
        # Doubled, an opener of one character is the character.
        patterns += [re.escape(opener * 2)] if len(opener) == 1 else []
        patterns.append(re.escape(opener))
    return re.compile("|".join([*patterns, re.escape(closer), "\n"]))


@cache
def _rest_of(string: String) -> re.Pattern[str]:
    """Match a string behind its opening quote, up to the closing one on the same line."""
    quote, escape = re.escape(string.closing or string.quote), re.escape(string.escape)
    escaped = f"{escape}[^\\n]|" if escape else ""
    if string.single:  # an escape may have several characters
        return re.compile(rf"(?:{escape}[^\n{quote}]?[^\n{quote}]*|[^\n{escape}{quote}]){quote}")
    return re.compile(rf"(?:{escaped}[^{escape}\n])*?{quote}")


@cache
def _ending(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})\Z")


class _Reading:
    """One reading of a text; the first `bottom` of `levels` were open before it."""

    def __init__(self, text: str, language: Language, within: Levels) -> None:
        self.text = text
        self.language = language
        self.levels = list(within)
        self.bottom = len(within)
        self.closing: list[int] = []
        self.line_ends: list[int] = []
        self.undecided: int | None = None
        self.broken: int | None = None
        self._signs = _signs(language)

    @property
    def top(self) -> Level | None:
        """The innermost level."""
        return self.levels[-1] if self.levels else None

    @property
    def owes_nothing(self) -> bool:
        """Whether all that the text has opened is closed."""
        return len(self.levels) == self.bottom

    def next(self, index: int) -> re.Match[str] | None:
        """Find the next sign from an index on, and take it in."""
        found = self._telling().search(self.text, index)
        if found is not None:
            self._take(found.start(), found[0])
        return found

    def _telling(self) -> re.Pattern[str]:
        top = self.top
        if top is None or top.kind in ("bracket", "code"):
            return self._signs.code
        if top.text:
            return _inside(top.closer, top.string)
        return self._signs.tag if top.kind == "tag" else self._signs.element

    def _take(self, index: int, sign: str) -> None:
        top = self.top
        if sign == "\n":
            self._end_line(index)
        elif top is not None and top.text:
            self._take_in_text(top, index, sign)
        elif sign in self._signs.comments:
            if not (sign == "#" and self._in_word(index)):
                self.levels.append(
                    Level("comment", self._signs.comments[sign], self._indent(index))
                )
        elif sign in self._signs.strings:
            self._open_string(index, sign)
        elif sign in _OPENERS:
            self.levels.append(Level("bracket", _OPENERS[sign], self._indent(index)))
        elif sign in CLOSERS:
            if sign not in self.language.unpaired or (top is not None and top.closer == sign):
                self._close(index)
        elif top is not None and top.kind == "tag":
            self._end_tag(top, index, sign)
        elif sign.startswith("<"):
            self._open_tag(index, sign)

    def _in_word(self, index: int) -> bool:
        before = self.text[max(index - 1, 0) : index]
        return before.isalnum() or self.text.endswith(_NO_COMMENT, 0, index)

    def _take_in_text(self, top: Level, index: int, sign: str) -> None:
        if sign == top.closer:
            self.undecided = None
            self._close(index)
        elif top.string is not None:
            closer = dict(top.string.expressions).get(sign)
            if closer is not None:
                self.levels.append(Level("code", closer, self._indent(index)))

    def _end_line(self, index: int) -> None:
        """What may not go on over lines ends here, with all that is open in it."""
        self.undecided = None
        levels = enumerate(self.levels)
        ending = next((depth for depth, level in levels if _ends_with_line(level)), None)
        while ending is not None and len(self.levels) > ending:
            if self.levels[-1].closer == "\n":  # a comment of a line is not left by closing it
                self.levels.pop()
                self.bottom = min(self.bottom, len(self.levels))
            else:
                self._close(index)
                self.broken = index if self.broken is None else self.broken
        if self.owes_nothing:
            self.line_ends.append(index)

    def _close(self, index: int) -> None:
        """Close the innermost level."""
        if self.owes_nothing:
            self.closing.append(index)
        if self.levels:
            self.levels.pop()
            self.bottom = min(self.bottom, len(self.levels))

    def _open_string(self, index: int, quote: str) -> None:
        before = self.text[max(index - _PREFIX, 0) : index]
        kinds = self._signs.strings[quote]
        string = next((s for s in kinds if not s.prefix or _ending(s.prefix).search(before)), None)
        if string is None:
            return
        if not string.certain or string.single:
            begin, end = index + len(quote), self.text.find("\n", index)
            if not _rest_of(string).match(self.text, begin):
                if end >= 0 or not _may_be(string, self.text[begin:]):
                    return
                self.undecided = index
        closer = string.closing or quote
        self.levels.append(Level("string", closer, self._indent(index), string))

    def _open_tag(self, index: int, sign: str) -> None:
        name = sign.lstrip("</")
        if sign.startswith("</"):
            own = [level.closer for level in self.levels[self.bottom :]]
            if f"</{name}>" in own:  # what is open in it ends with it
                while self.levels[-1].closer != f"</{name}>":
                    self.levels.pop()
            self._close(index)
            self.levels.append(Level("tag", ">", self._indent(index)))
        elif name or self.text[index + 1 : index + 2] in ("", ">"):
            before = self.text[max(index - 1, 0) : index]
            compares = before.isalnum() or before in ("_", ")", "]")
            if self.language.markup or not compares:
                self.levels.append(Level("tag", ">", self._indent(index), opens=f"</{name}>"))

    def _end_tag(self, tag: Level, index: int, sign: str) -> None:
        self._close(index)
        void = self.language.markup and tag.opens[2:-1].lower() in _VOID
        if sign == ">" and tag.opens and not void:
            self.levels.append(Level("element", tag.opens, tag.indent))

    def _indent(self, index: int) -> int:
        return indent(self.text[self.text.rfind("\n", 0, index) + 1 : index])


def _ends_with_line(level: Level) -> bool:
    return level.closer == "\n" or (level.string is not None and not level.string.lines)


def _may_be(string: String, rest: str) -> bool:
    """Whether an unfinished line may yet turn out to hold such a string."""
    if not string.single:
        return True
    return len(rest) < 2 or (rest.startswith(string.escape) and rest[2:].isalnum())


def scan(text: str, language: Language, within: Levels = (), start: int = 0) -> Brackets:
    """Read a text from `start` on, which stands where `within` is open."""
    reading = _Reading(text, language, within)
    index = start
    while found := reading.next(index):
        index = max(found.end(), index + 1)
    return Brackets(
        tuple(reading.levels),
        len(reading.levels) - reading.bottom,
        reading.closing,
        reading.undecided,
        reading.line_ends,
        reading.broken,
    )


def _open_at_end(before: str, line_suffix: str, language: Language, start: int = 0) -> Levels:
    """What is open at a text's end, read from `start` on, where the rest of its line is known."""
    brackets = scan(before, language, start=start)
    if brackets.undecided is not None and brackets.levels[-1].closer not in line_suffix:
        brackets = scan(before + "\n", language, start=start)
    return brackets.levels


def levels_at(
    before: str, line_suffix: str, language: Language, is_text: Callable[[int], bool] | None
) -> Levels:
    """What is open behind `before`, the text up to the cursor or the near part of it.

    It is read from the last line on that is indented least. `is_text` knows of an index whether it
    lies in a string or a comment, where that is known.
    """
    text_here = is_text(len(before)) if is_text else None
    for start in (_outermost(before, language, is_text), before.rfind("\n") + 1):
        levels = _begun(_open_at_end(before, line_suffix, language, start), before, line_suffix)
        # Grammars do not agree whether an expression in a string is text while it is empty.
        in_text = any(level.text for level in levels)
        in_code = not (levels and levels[-1].text)
        if text_here is None or (in_text if text_here else in_code):
            return levels
    return (*(level for level in levels if not level.text), *([UNKNOWN_TEXT] if text_here else []))


def _begun(levels: Levels, before: str, line_suffix: str) -> Levels:
    """Add the expression in a string that is begun but for the last sign of what opens it, where
    what closes it stands there already.
    """
    string = levels[-1].string if levels else None
    for opener, closer in string.expressions if string else ():
        begins = len(opener) > 1 and before.endswith(opener[:-1])
        if begins and line_suffix.startswith(closer):
            return (*levels, Level("code", closer, levels[-1].indent))
    return levels


def _outermost(before: str, language: Language, is_text: Callable[[int], bool] | None) -> int:
    """The start of the last line that is indented least and goes on with nothing above it."""
    least, at, tried = None, before.rfind("\n") + 1, 0
    end = len(before)
    while end >= 0:
        start = before.rfind("\n", 0, end) + 1
        line = before[start:end]
        if line.strip() and not language.closes_block.match(line):
            deep = indent(line)
            if (least is None or deep < least) and not (
                is_text and tried < _TRIED and is_text(start + deep)
            ):
                least, at = deep, start
            tried += 1
            if least == 0:
                break
        end = start - 1
    return at


def left_open(behind: str, language: Language, levels: Levels, *, whole: bool) -> int:
    """How many of the levels, from the innermost on, nothing closes in the text behind them.

    A line that is indented no deeper than the one that opened a level is not in it any more.
    `whole`: nothing follows what is `behind`.
    """
    reading = _Reading(behind, language, levels)
    index, inner, left, signs = 0, 0, 0, list[str]()
    if levels and _begins_anew(levels[-1], behind, language):
        reading.levels.pop()
        reading.bottom, left, inner = len(levels) - 1, 1, 1
    while reading.levels and (found := reading.next(index)):
        index = max(found.end(), index + 1)
        closed, reading.closing = reading.closing, []
        if found[0] == "\n":
            left += len(closed)
            if reading.owes_nothing:
                left += _left(reading, behind[index:].partition("\n")[0], language)
        elif closed:
            signs.append(_as_closer(found[0]))
        inner = inner if signs else left
    left += reading.bottom if whole else 0
    inner = inner if signs else left
    # Closers alike close from the inside out, whichever were meant: the first ones are lacking.
    due = [level.closer for level in reversed(levels)]
    for count in (left, inner):
        if due[count : count + len(signs)] == signs:
            return count
    if any(due[: len(signs) - yet] == signs[yet:] for yet in range(1, min(len(signs), 4))):
        return 0  # the first ones close what is yet to be opened
    # What is meant for none of them closes what is yet to be opened.
    return due.index(signs[0]) if signs[0] in due else len(due)


def _as_closer(sign: str) -> str:
    """How a level that a sign closes calls it."""
    return f"{sign}>" if sign.startswith("</") else sign.removeprefix("/")


def _begins_anew(level: Level, behind: str, language: Language) -> bool:
    """Whether what seems to end a string or a comment behind begins another one: then it has no end
    yet.
    """
    end = behind.find(level.closer)
    if level.kind == "comment":
        openers = [opener for opener, closer in language.block_comments if closer == level.closer]
        begins = (behind.find(opener) for opener in openers if opener != level.closer)
        return any(0 <= at < end for at in begins)
    if level.string is None or "\n" not in behind[: max(end, 0)]:
        return False
    start = behind.rfind("\n", 0, end) + 1
    line = behind[start:].partition("\n")[0]
    if len(level.closer) == 1:
        return not scan(line, language).levels  # the quotes in the line make pairs
    before, after = line[: end - start], line[end - start + len(level.closer) :]
    return not before[-1:].isalnum() and after[:1].isalnum()


def _left(reading: _Reading, line: str, language: Language) -> int:
    """Leave the levels that a line is no longer in; return how many."""
    if not line.strip() or _BESIDE.match(line):
        return 0
    # What closes a level stands where that was opened, all else deeper.
    closes = line.lstrip().startswith(tuple(CLOSERS)) or language.closes_block.match(line)
    deep = indent(line) + bool(closes)
    count = 0
    while reading.levels and not reading.levels[-1].text and deep <= reading.levels[-1].indent:
        reading.levels.pop()
        count += 1
    reading.bottom = len(reading.levels)
    return count


def closed_behind(line_prefix: str, line_suffix: str, language: Language) -> int:
    """How many characters right behind the cursor only close what the line before it opened.

    Editors insert those by themselves while one types.
    """
    count = 0
    for level in reversed(_open_at_end(line_prefix, line_suffix, language)):
        closer = level.closer
        if level.kind in ("tag", "element", "comment") or not line_suffix.startswith(closer, count):
            break
        count += len(closer)
    return count


def closed_below(above: str, skipped: int, below: str, language: Language) -> int:
    """How many characters from a line's end on only close, on the next line, what is open.

    Open is what `above` opens, but for what the `skipped` closers behind the cursor close. Enter
    between two brackets makes an editor put the closing one there.
    """
    line = _CLOSING_LINE.match(below)
    if line is None:  # mostly, and then nothing need be scanned
        return 0
    if not scan(above + "\n", language).pending[skipped:].startswith(line[1]):
        return 0
    return line.end()


def indent(line: str) -> int:
    """How far a line is indented, in characters."""
    return len(line) - len(line.lstrip())
