"""Notebooks: which cells they have in which order, and what of them is the text around a cell.

Each cell is a document of its own; read as one text, those of one language are what a file is. A
notebook's prose says what the code below it is for: code is told it in comments. What cells put out
is no text.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from inkling.languages import registry
from inkling.text.buffers import Buffer, Notebook
from inkling.text.edits import Edits

_APART: Final = "\n\n"
_LONGEST_PROSE: Final = 1000
"""Characters. Most paragraphs are one line; a longer one is an image in letters or the like."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, by its document's URI; what is not `code` is prose."""

    uri: str
    code: bool = True


@dataclass(frozen=True, slots=True)
class Splice:
    """`cells` in the place of `removed` others, from the one numbered `start` on."""

    start: int
    removed: int
    cells: tuple[Cell, ...]


class Cells:
    """The cells of the notebook of a URI. `document` gives the text of one that may be read."""

    def __init__(self, uri: str, document: Callable[[str], Buffer | None]) -> None:
        self.uri = uri
        self._document = document
        self._cells: list[Cell] = []
        # Who types in a cell changes nothing around it: that is joined once and not with each key.
        self._around: tuple[str, Notebook] | None = None
        self._typed_in: dict[str, None] = {}
        """The URIs of cells that were changed, the latest last."""

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._cells)

    def arrange(self, splice: Splice) -> None:
        """Put cells in the place of others."""
        self._cells[splice.start : splice.start + splice.removed] = splice.cells
        self._around = None

    def describe(self, cells: Iterable[Cell]) -> None:
        """Take that some of the cells may be of another kind."""
        described = {cell.uri: cell for cell in cells}
        cells = [described.get(cell.uri, cell) for cell in self._cells]
        if cells != self._cells:  # one that ran is described anew as it was
            self._cells, self._around = cells, None

    def reopened(self) -> None:
        """Some documents of cells were opened or closed, or may be read now or no longer."""
        self._around = None

    def changed(self, uri: str) -> None:
        """A cell's text has changed."""
        self._typed_in.pop(uri, None)
        self._typed_in[uri] = None
        if self._around is not None and self._around[0] != uri:
            self._around = None

    def around(self, uri: str) -> Notebook:
        """The notebook as it is around one of its cells that is open."""
        if self._around is None or self._around[0] != uri:
            at = next(number for number, cell in enumerate(self._cells) if cell.uri == uri)
            document = self._document(uri)
            told = _Told(document.language if document else "", self._cells[at].code)
            above = "".join(text + _APART for _, text in self._texts(self._cells[:at], told))
            below = "".join(_APART + text for _, text in self._texts(self._cells[at + 1 :], told))
            self._around = uri, Notebook(self.uri, above, below)
        return self._around[1]

    @property
    def language(self) -> str:
        """The languageId of most of its code, empty where there is none."""
        documents = (self._document(cell.uri) for cell in self._cells if cell.code)
        counted = Counter(document.language for document in documents if document)
        return counted.most_common(1)[0][0] if counted else ""

    @property
    def text(self) -> str:
        """All of it in that language."""
        texts = self._texts(self._cells, _Told(self.language, code=True))
        return _APART.join(text for _, text in texts)

    @property
    def edits(self) -> Edits:
        """What was changed lately of what is in that language, in lines of the text."""
        told, line, found = _Told(self.language, code=True), 0, dict[str, Edits]()
        for document, text in self._texts(self._cells, told):
            if document.language == told.language:
                found[document.uri] = document.edits.moved(line)
            line += text.count("\n") + _APART.count("\n")
        return Edits.of(found[uri] for uri in self._typed_in if uri in found)

    def _texts(self, cells: Iterable[Cell], told: "_Told") -> Iterator[tuple[Buffer, str]]:
        for cell in cells:
            document = self._document(cell.uri)
            text = told.of(cell, document) if document else ""
            if document and text.strip():
                yield document, text


@dataclass(frozen=True, slots=True)
class _Told:
    """What a cell of a language is told of the others."""

    language: str
    code: bool

    def of(self, cell: Cell, document: Buffer) -> str:
        """The text of another cell, as far as it belongs to that language."""
        if document.language == self.language:
            return document.text
        if cell.code or not self.code:
            return ""
        lines = document.text.strip().splitlines()
        said = [line for line in lines if len(line) <= _LONGEST_PROSE]
        return registry.find(self.language).comments(said).removesuffix("\n")
