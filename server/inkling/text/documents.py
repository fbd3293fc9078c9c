"""The open documents: each one's text at once, and its tree in slices between messages; and the
notebooks that some of them are cells of.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from inkling.text.buffers import Buffer, Change, Notebook, Position, Snapshot
from inkling.text.edits import Edits
from inkling.text.notebooks import Cell, Cells, Splice
from inkling.text.syntax import Parser, Tree, parser_for

_SLICE_MS: Final = 3.0
_PAUSE_SECONDS: Final = 0.001


@dataclass(frozen=True, slots=True)
class File:
    """What people know as a file: a document, or the cells of a notebook as one text."""

    uri: str
    language: str
    text: str
    edits: Edits


@dataclass(slots=True)
class Document:
    """An open document; `parser` is None where its language has none. `cells` are those of the
    notebook that it is a cell of.
    """

    buffer: Buffer
    parser: Parser | None
    cells: Cells | None = None
    parsing: bool = False

    @property
    def file(self) -> str:
        """The URI of the file that it is, or is a cell of."""
        return self.cells.uri if self.cells else self.buffer.uri

    @property
    def notebook(self) -> Notebook | None:
        """The notebook as it is around this cell; None for what is no cell."""
        return self.cells.around(self.buffer.uri) if self.cells else None

    @property
    def tree(self) -> Tree | None:
        """The tree of the text as it is, None while it lags or where there is none."""
        return self.parser.tree if self.parser else None

    def snapshot(self, position: Position) -> Snapshot:
        """Freeze the text and the tree, with a cursor.

        A tree that lags gets a slice first: where a suggestion ends is seen in it.
        """
        if self.parser is not None:
            self.parser.advance(_SLICE_MS)
        return self.buffer.snapshot(position, self.tree, self.notebook)


class Documents:
    """All documents that the editor has open, by their URIs."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}
        self._notebooks: dict[str, Cells] = {}
        self._cells: dict[str, Cells] = {}
        """The cells beside each, by the URIs of their documents, open or not."""
        self._left_alone: frozenset[str] = frozenset()

    @property
    def files(self) -> list[str]:
        """The URIs of all files."""
        return [*dict.fromkeys(document.file for document in self._open.values())]

    def file(self, uri: str) -> File | None:
        """Return a file of which something is open."""
        if cells := self._notebooks.get(uri):
            return File(uri, cells.language, cells.text, cells.edits)
        document = self._open.get(uri)
        if document is None:
            return None
        buffer = document.buffer
        return File(uri, buffer.language, buffer.text, buffer.edits)

    def language(self, uri: str) -> str:
        """The languageId of such a file, empty where there is none."""
        if cells := self._notebooks.get(uri):
            return cells.language
        document = self._open.get(uri)
        return document.buffer.language if document else ""

    def get(self, uri: str) -> Document | None:
        """Return an open document."""
        return self._open.get(uri)

    def open(self, buffer: Buffer) -> None:
        """Take a document that was opened."""
        cells = self._cells.get(buffer.uri)
        document = Document(buffer, parser_for(buffer.language), cells)
        self._open[buffer.uri] = document
        if cells:
            cells.reopened()
        self._parse_later(document)

    def change(self, uri: str, changes: Iterable[Change], version: int) -> list[str]:
        """Take the changes of a document; return the texts that they took out."""
        document = self._open.get(uri)
        if document is None:
            return []  # never opened: there is nothing that the changes could change
        removed = document.buffer.apply(changes, version)
        if document.cells:
            document.cells.changed(uri)
        self._parse_later(document)
        return removed

    def close(self, uri: str) -> None:
        """Forget a document."""
        document = self._open.pop(uri, None)
        if document and document.cells:
            document.cells.reopened()

    def leave_alone(self, languages: Iterable[str]) -> None:
        """Take that nothing of what is in some languages may be part of a notebook's text."""
        self._left_alone = frozenset(languages)
        for cells in self._notebooks.values():
            cells.reopened()

    def open_notebook(self, uri: str, cells: Iterable[Cell]) -> None:
        """Take a notebook that was opened; the cells' documents are opened like others."""
        self.close_notebook(uri)
        self._notebooks[uri] = Cells(uri, self._buffer)
        self.arrange(uri, Splice(0, 0, tuple(cells)))

    def arrange(self, uri: str, splice: Splice) -> None:
        """Take that a notebook has other cells."""
        if (cells := self._notebooks.get(uri)) is not None:
            before = {cell.uri for cell in cells}
            cells.arrange(splice)
            after = {cell.uri for cell in cells}
            self._belong(before - after, None)
            self._belong(after, cells)

    def describe(self, uri: str, cells: Iterable[Cell]) -> None:
        """Take that some of a notebook's cells may be of another kind."""
        if (notebook := self._notebooks.get(uri)) is not None:
            notebook.describe(cells)

    def close_notebook(self, uri: str) -> list[str]:
        """Forget a notebook; return the URIs of its cells, which are documents of their own now."""
        cells = [cell.uri for cell in self._notebooks.pop(uri, ())]
        self._belong(cells, None)
        return cells

    def _belong(self, uris: Iterable[str], cells: Cells | None) -> None:
        for uri in uris:
            if cells is None:
                self._cells.pop(uri, None)
            else:
                self._cells[uri] = cells
            if document := self._open.get(uri):
                document.cells = cells

    def _buffer(self, uri: str) -> Buffer | None:
        """The text of a cell, if it may be read."""
        document = self._open.get(uri)
        if document is None or document.buffer.language in self._left_alone:
            return None
        return document.buffer

    def _parse_later(self, document: Document) -> None:
        """Bring the tree up to date in slices, with room for messages between them."""
        if document.parser is None:
            return
        document.parser.update(document.buffer.text)
        if not document.parsing:
            document.parsing = True
            asyncio.get_running_loop().call_later(_PAUSE_SECONDS, self._parse_slice, document)

    def _parse_slice(self, document: Document) -> None:
        current = self._open.get(document.buffer.uri) is document
        if document.parser is None or not current or document.parser.advance(_SLICE_MS):
            document.parsing = False
            return
        asyncio.get_running_loop().call_later(_PAUSE_SECONDS, self._parse_slice, document)
