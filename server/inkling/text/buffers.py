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
from typing import TYPE_CHECKING, Final, Literal

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
class Snapshot:
    """One version of a document and a cursor in it; nothing that happens later changes it.

    `offset` is the cursor, in code points of `text`. `tree` is the syntax tree of exactly this
    text, or None where there is none (yet).
    """

    uri: str
    version: int
    language: str
    encoding: Encoding
    text: str
    offset: int
    tree: Tree | None = None

    @property
    def prefix(self) -> str:
        """The text before the cursor."""
        return self.text[: self.offset]

    @property
    def suffix(self) -> str:
        """The text after the cursor."""
        return self.text[self.offset :]

    @property
    def line_prefix(self) -> str:
        """The cursor's line up to the cursor."""
        # Found by index: a request must not copy a long document to read one line of it.
        start = self.text.rfind("\n", 0, self.offset) + 1
        return self.text[start : self.offset].rpartition("\r")[2]

    @property
    def line_suffix(self) -> str:
        """The cursor's line from the cursor on, without its terminator."""
        end = self.text.find("\n", self.offset)
        return self.text[self.offset : end if end >= 0 else None].partition("\r")[0]

    def position(self, offset: int) -> Position:
        """The position of an offset in code points; see `position_at`."""
        return position_at(self.text, offset, self.encoding)


class Buffer:
    """An open document: its text, kept in step with the editor's change by change.

    `language` is the protocol's languageId. No position is wrong: one outside the text stands for
    the nearest one inside, and one within a character for that character's start.
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
                self._lines = _split(change.text)
            else:
                removed.append(self._replace(change.range, change.text))
        self._text = None
        self.version = version
        return removed

    def offset(self, position: Position) -> int:
        """The offset of a position, in code points from the start of the text."""
        line, column = self._locate(position)
        return sum(map(len, self._lines[:line])) + column

    def position(self, offset: int) -> Position:
        """The position of an offset in code points; see `position_at`."""
        return position_at(self.text, offset, self.encoding)

    def snapshot(self, position: Position, tree: Tree | None = None) -> Snapshot:
        """The document as it is now, with the cursor at `position`.

        `tree` must be that of this version's text.
        """
        return Snapshot(
            uri=self.uri,
            version=self.version,
            language=self.language,
            encoding=self.encoding,
            text=self.text,
            offset=self.offset(position),
            tree=tree,
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
        touched = _split(text)
        if last + 1 < len(lines):
            touched.pop()  # the empty line after the last terminator: other lines follow there
        lines[first : last + 1] = touched
        return removed

    def _locate(self, position: Position) -> tuple[int, int]:
        """The line that holds a position, and the code points before it on that line."""
        if position.line < 0:
            return 0, 0
        if position.line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        content = _content(self._lines[position.line])
        return position.line, _code_points(content, position.character, self.encoding)


def position_at(text: str, offset: int, encoding: Encoding) -> Position:
    """The position of an offset in code points, clamped to the text.

    Between the two halves of a CRLF there is no position: such an offset gets the one before it.
    """
    offset = min(max(offset, 0), len(text))
    if text[max(offset - 1, 0) : offset + 1] == "\r\n":
        offset -= 1
    head = text[:offset]
    line = head.count("\n") + head.count("\r") - head.count("\r\n")
    start = max(head.rfind("\n"), head.rfind("\r")) + 1
    return Position(line, code_units(head[start:], encoding))


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


def _split(text: str) -> list[str]:
    """Lines with their terminators; only the last one, perhaps empty, has none."""
    # Universal newlines without translation are the protocol's; str.splitlines knows many more.
    lines = list(io.StringIO(text, newline=""))
    if not lines or lines[-1].endswith(("\n", "\r")):
        lines.append("")
    return lines


def _content(line: str) -> str:
    return line.rstrip("\r\n")
