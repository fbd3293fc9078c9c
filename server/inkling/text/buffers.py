"""The text of open documents, as the editor sees it.

Lines end where the Language Server Protocol says they end: at a line feed, a carriage return, or
both together, and nowhere else. Characters are counted in the code units agreed with the client.
This module knows text only: how it parses is the business of `syntax`, how it travels that of
`lsp`.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from inkling.text.edits import Edit, Edits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inkling.text.syntax import Tree

Encoding = Literal["utf-8", "utf-16", "utf-32"]

# The codec without a byte order mark, and the bytes in one of its code units.
_CODECS: Final[dict[Encoding, tuple[str, int]]] = {
    "utf-8": ("utf-8", 1),
    "utf-16": ("utf-16-le", 2),
    "utf-32": ("utf-32-le", 4),
}

LONGEST_LINE: Final = 10_000
"""Characters. A longer line is data on one line, not code: no more of it is drawn by VS Code
(`editor.stopRenderingLineAfter`), and it would fill the model's window several times over."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters: a line from 0, and code units from the line's start."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Range:
    """The text from `start` up to `end`."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Change:
    """`text` in the place of `range`, or of the whole document where `range` is None."""

    range: Range | None
    text: str


@dataclass(frozen=True, slots=True)
class Notebook:
    """The notebook that a document is a cell of: its URI, and the text of the cells above and below
    as far as it belongs to that one's language.
    """

    uri: str
    above: str = ""
    below: str = ""


@dataclass(frozen=True)
class Snapshot:
    """One version of a document and a cursor in it; nothing that happens later changes it.

    `offset` is the cursor, in code points of `text`. `tree` is the syntax tree of exactly this
    text, or None where there is none (yet). `notebook` is None but for a cell.
    """

    uri: str
    version: int
    language: str
    text: str
    offset: int
    tree: Tree | None = None
    notebook: Notebook | None = None

    @property
    def file(self) -> str:
        """The URI of what a person knows as the file: a cell's is its notebook's."""
        return self.notebook.uri if self.notebook else self.uri

    @property
    def whole(self) -> Snapshot:
        """All that is read as one text, with the same cursor: the notebook of a cell."""
        return self._joined if self.notebook else self

    @cached_property
    def _joined(self) -> Snapshot:
        above = self.notebook.above if self.notebook else ""
        below = self.notebook.below if self.notebook else ""
        text, offset = above + self.text + below, len(above) + self.offset
        return Snapshot(self.file, self.version, self.language, text, offset)

    # A request must not pay for the length of a document or of a line: none of these looks at
    # more than is near the cursor.

    @property
    def line_prefix(self) -> str:
        """The cursor's line up to the cursor, or the end of that where the line is `endless`."""
        near = self.text[max(self.offset - LONGEST_LINE - 1, 0) : self.offset]
        return near.rpartition("\n")[2].rpartition("\r")[2]

    @property
    def line_suffix(self) -> str:
        """The cursor's line from the cursor on, without its terminator; see `line_prefix`."""
        near = self.text[self.offset : self.offset + LONGEST_LINE + 1]
        return near.partition("\n")[0].partition("\r")[0]

    @property
    def endless(self) -> bool:
        """Whether the cursor's line has more than `LONGEST_LINE` characters."""
        return len(self.line_prefix) + len(self.line_suffix) > LONGEST_LINE

    @property
    def line_end(self) -> str:
        """What the document's first line ends with, a line feed if there is one line only."""
        feed = self.text.find("\n")
        back = self.text.find("\r", 0, feed if feed >= 0 else None)
        if back < 0:
            return "\n"
        return "\r\n" if back + 1 == feed else "\r"


class Buffer:
    """An open document: its text, kept in step with the editor's change by change.

    `language` is the protocol's languageId, `edits` what was changed lately. No position is wrong:
    one outside the text stands for the nearest one inside, and one within a character for that
    character's start.
    """

    def __init__(
        self, uri: str, language: str, version: int, text: str, encoding: Encoding = "utf-16"
    ) -> None:
        self.uri = uri
        self.language = language
        self.version = version
        self.encoding: Encoding = encoding
        # Lines with their terminators: an edit then costs its own lines, not the document's.
        self._lines = _split(text)
        self._text: str | None = text
        self.edits = Edits()
        # A line and the offset of its start. Others are counted from there: what is asked for is
        # seldom far from what was asked for last, and a document may have very many lines.
        self._known = (0, 0)

    @property
    def text(self) -> str:
        """The whole text, joined once for each version."""
        if self._text is None:
            self._text = "".join(self._lines)
        return self._text

    def line(self, index: int) -> str:
        """A line's text without its terminator; IndexError if there is no such line."""
        return _content(self._lines[index])

    def apply(self, changes: Iterable[Change], version: int) -> list[str]:
        """Make the changes one after another, each on what the ones before it left.

        The last version given holds, even where it is lower than the one before. Return the
        texts that were taken out, but for whole documents.
        """
        removed = []
        for change in changes:
            if change.range is None:
                before = self._lines
                self._lines, self._known = _split(change.text), (0, 0)
                self._edited(0, before, self._lines)
            else:
                removed.append(self._replace(change.range, change.text))
        self._text = None
        self.version = version
        return removed

    def offset(self, position: Position) -> int:
        """The offset of a position, in code points from the start of the text."""
        line, column = self._locate(position)
        return self._start(line) + column

    def position(self, offset: int) -> Position:
        """The position of an offset in code points, clamped to the text.

        Between the two halves of a CRLF there is no position: such an offset gets the one before.
        """
        (line, start), lines = self._known, self._lines
        while start > offset and line:
            line -= 1
            start -= len(lines[line])
        while start + len(lines[line]) <= offset and line + 1 < len(lines):
            start += len(lines[line])
            line += 1
        self._known = line, start
        column = min(max(offset - start, 0), len(_content(lines[line])))
        return Position(line, code_units(lines[line][:column], self.encoding))

    def snapshot(
        self, position: Position, tree: Tree | None = None, notebook: Notebook | None = None
    ) -> Snapshot:
        """The document as it is now, with the cursor at `position`.

        `tree` must be that of this version's text, and `notebook` that of a cell.
        """
        return Snapshot(
            uri=self.uri,
            version=self.version,
            language=self.language,
            text=self.text,
            offset=self.offset(position),
            tree=tree,
            notebook=notebook,
        )

    def _replace(self, replaced: Range, text: str) -> str:
        # Sorted, because some clients send the two ends of a selection in the order it was made.
        (first, start), (last, end) = sorted(map(self._locate, (replaced.start, replaced.end)))
        lines = self._lines
        removed = "".join(lines[first : last + 1])
        removed = removed[start : len(removed) - len(lines[last]) + end]
        text = lines[first][:start] + text + lines[last][end:]
        if first and text.startswith("\n") and lines[first - 1].endswith("\r"):
            # The carriage return ended a line of its own; with this line feed it is one terminator.
            first -= 1
            text = lines[first] + text
        self._start(first)  # known from here on, and the lines before it stay as they are
        touched = _split(text)
        if last + 1 < len(lines):
            touched.pop()  # the empty line after the last terminator: other lines follow there
        before = lines[first : last + 1]
        lines[first : last + 1] = touched
        self._edited(first, before, touched)
        return removed

    def _edited(self, line: int, old: Iterable[str], new: Iterable[str]) -> None:
        self.edits = self.edits.with_one(Edit(line, tuple(old), tuple(new)), self._lines)

    def _start(self, line: int) -> int:
        """The offset of a line's start."""
        known, start = self._known
        if line >= known:
            start += sum(map(len, self._lines[known:line]))
        else:
            start -= sum(map(len, self._lines[line:known]))
        self._known = line, start
        return start

    def _locate(self, position: Position) -> tuple[int, int]:
        """The line that holds a position, and the code points before it on that line."""
        if position.line < 0:
            return 0, 0
        if position.line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        content = _content(self._lines[position.line])
        return position.line, _code_points(content, position.character, self.encoding)


def code_units(text: str, encoding: Encoding) -> int:
    """How many code units the text takes in the encoding."""
    codec, width = _CODECS[encoding]
    # A lone surrogate is no text, but JSON can carry one and editors count it.
    return len(text.encode(codec, "surrogatepass")) // width


def _code_points(line: str, units: int, encoding: Encoding) -> int:
    """How many whole code points lie within the line's first `units` code units."""
    if line.isascii():
        return min(max(units, 0), len(line))
    return bisect_right(
        range(1, len(line) + 1), units, key=lambda points: code_units(line[:points], encoding)
    )


def line_feeds(text: str) -> str:
    """A text whose lines end in line feeds, as many as they were."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _split(text: str) -> list[str]:
    """Lines with their terminators; only the last one, perhaps empty, has none."""
    # Universal newlines without translation are the protocol's; str.splitlines knows many more.
    lines = list(io.StringIO(text, newline=""))
    if not lines or lines[-1].endswith(("\n", "\r")):
        lines.append("")
    return lines


def _content(line: str) -> str:
    return line.rstrip("\r\n")
