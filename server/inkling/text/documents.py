"""The open documents: each one's text at once, and its tree in slices between messages."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from inkling.text.buffers import Buffer, Change, Position, Snapshot
from inkling.text.syntax import Parser, Tree, parser_for

_SLICE_MS: Final = 3.0
_PAUSE_SECONDS: Final = 0.001


@dataclass(slots=True)
class Document:
    """An open document; `parser` is None where its language has none."""

    buffer: Buffer
    parser: Parser | None
    parsing: bool = False

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
        return self.buffer.snapshot(position, self.tree)


class Documents:
    """All documents that the editor has open, by their URIs."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(self._open.values())

    def get(self, uri: str) -> Document | None:
        """Return an open document."""
        return self._open.get(uri)

    def open(self, buffer: Buffer) -> None:
        """Take a document that was opened."""
        document = Document(buffer, parser_for(buffer.language))
        self._open[buffer.uri] = document
        self._parse_later(document)

    def change(self, uri: str, changes: Iterable[Change], version: int) -> list[str]:
        """Take the changes of a document; return the texts that they took out."""
        document = self._open.get(uri)
        if document is None:
            return []  # never opened: there is nothing that the changes could change
        removed = document.buffer.apply(changes, version)
        self._parse_later(document)
        return removed

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._open.pop(uri, None)

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
