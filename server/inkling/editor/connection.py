"""One editor: its documents, its options, its requests, each answered exactly once.

It speaks in values; how messages travel is `transport`'s, and what is suggested is decided behind
`Configured`.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, Protocol

from inkling.context.index.process import Index
from inkling.editor.configured import Configured, DeepStatus, Pulling, Start, Status
from inkling.editor.project import Project
from inkling.editor.references import References
from inkling.editor.statistics import Statistics
from inkling.options import Config, changed, confined
from inkling.protocol import GREW, STATUS, TRACE
from inkling.serving import Serving
from inkling.suggest.outcome import Insert, Nothing, Outcome
from inkling.suggest.trace import Trace
from inkling.text.buffers import Buffer, Change, Encoding, Position, Range, Snapshot
from inkling.text.documents import Document, Documents, File
from inkling.text.notebooks import Cell, Splice

_OFFERED: Final = 16

_INVOKED: Final = 1
_AUTOMATIC: Final = 2
"""How a request came about, as the protocol numbers it."""

Parse = Callable[[object], tuple[Config, list[str]]]
"""Reads an editor's options; the strings are warnings for the person."""


class Client(Protocol):
    """The editor, as it is spoken to."""

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification of Inkling's own."""

    def warn(self, text: str) -> None:
        """Show the person a warning."""

    def watch(self, patterns: list[str]) -> bool:
        """Ask to be told of files that change on the disk; say whether that will be."""


class Opened(NamedTuple):
    """A document that was opened."""

    uri: str
    language: str
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request for inline completions. With a popup's entry `selected`, the text that would take
    the place of a range counts as typed.
    """

    number: int | str | None
    uri: str
    position: Position
    invoked: bool
    selected: tuple[Range, str] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A suggestion for the editor: `text`, its lines ending as the document's, in the place of
    `range`. `name` is what the editor calls it when it says what became of it; `model` said it.
    """

    text: str
    range: Range
    name: str
    model: str


@dataclass(frozen=True, slots=True)
class _Frozen:
    """What a request is about; its items replace `range` with `typed` and what is suggested."""

    snapshot: Snapshot
    typed: str
    range: Range

    def item(self, text: str, name: str, model: str) -> Item:
        text = text.replace("\n", self.snapshot.line_end)
        return Item(self.typed + text, self.range, name, model)


class Connection:
    """One editor: its documents, its configuration, and what answers its requests."""

    def __init__(
        self,
        client: Client,
        start: Start,
        parse: Parse,
        pulling: Pulling = lambda: None,
        index: Index | None = None,
    ) -> None:
        self._client = client
        self._parse = parse
        self._documents = Documents()
        self._encoding: Encoding = "utf-16"
        self._config, self._warnings = Config(), list[str]()
        self._begun: object = None
        """The options at the start: those that are the person's alone hold as they stand there."""
        self._folders: tuple[str, ...] = ()
        self._configured = Configured(
            start,
            self._report,
            self._tell_of_more,
            pulling,
            self._report_deep,
            self._tell_of_deeper,
        )
        self._references = References(self._refer, self._saving)
        self._project = Project(index, self._file, client.watch)
        self._status = Status("starting")
        self._deep: DeepStatus | None = None
        self._statistics = Statistics()
        self._cursor: tuple[str, Position] | None = None
        """Where the person is, as far as is known."""
        self._told_of_moves = False
        self._offered = OrderedDict[str, tuple[Snapshot, str]]()
        """The latest items by their names: where they were suggested, and their text."""

    def initialize(self, options: object, encoding: Encoding, folders: Iterable[str] = ()) -> None:
        """Take the options, and the workspace's folders, as URIs; the answer goes out before
        anything is loaded.
        """
        self._encoding = encoding
        self._folders = tuple(folders)
        self._begun = options
        self._config, self._warnings = self._parse(options)

    def initialized(self) -> None:
        """Tell the person what is wrong with the options, and start the engine."""
        self._warn(self._warnings)
        self._configure()

    def configure(self, settings: object) -> None:
        """Take other options, as they hold from now on; a mistake that stays is told once."""
        options = changed(settings)
        if options is None:
            return
        known = self._warnings
        options, warnings = confined(options, self._begun)
        self._config, wrong = self._parse(options)
        self._warnings = [*warnings, *wrong]
        self._warn([warning for warning in self._warnings if warning not in known])
        self._configure()

    def changed_folders(self, folders: Iterable[str]) -> None:
        """Take other folders of the workspace, all that there are now."""
        self._folders = tuple(folders)
        self._configure()

    def _configure(self) -> None:
        self._configured.configure(self._config, self._folders)
        self._documents.leave_alone(self._config.disabled_languages)
        self._refer_to_all()  # a document may be left alone now, or no longer
        self._project.configure(self._config, self._folders, self._documents.files)

    async def shut_down(self) -> None:
        """Stop the work in the background, and wait until it has stopped."""
        await self._configured.stop()
        await self._project.stop()

    def open(self, uri: str, language: str, version: int, text: str) -> None:
        """Take a document that the editor opened."""
        self._documents.open(Buffer(uri, language, version, text, self._encoding))
        document = self._documents.get(uri)
        self._opened(document.file if document else uri)
        self._begin_at(uri)

    def change(self, uri: str, version: int, changes: Iterable[Change]) -> None:
        """Take the changes of an open document."""
        changes = list(changes)
        removed = self._documents.change(uri, changes, version)
        document = self._documents.get(uri)
        file = document.file if document else uri
        if document is not None and not self._bars(document):
            self._references.cut(file, removed, [change.text for change in changes])
        self._changed(file)

    def close(self, uri: str) -> None:
        """Forget a document; nobody waits any more for what is done there."""
        if isinstance(serving := self._configured.serving, Serving):
            serving.scheduler.rest(lambda snapshot: snapshot.uri == uri)
        self._documents.close(uri)
        self._forget(uri)

    def open_notebook(self, uri: str, cells: Sequence[Cell], opened: Iterable[Opened]) -> None:
        """Take a notebook that the editor opened, with its cells' documents."""
        self._documents.open_notebook(uri, cells)
        self._open_cells(opened)
        self._opened(uri)
        for cell in cells:
            if cell.code:
                self._begin_at(cell.uri)
                break

    def arrange(
        self, uri: str, splice: Splice, closed: Iterable[str], opened: Iterable[Opened]
    ) -> None:
        """Take that a notebook has other cells, or the same in another order."""
        self._documents.arrange(uri, splice)
        # In this order: one that gets another language is closed and opened.
        for cell in closed:
            self.close(cell)
        self._open_cells(opened)
        self._changed(uri)

    def describe(self, uri: str, cells: Iterable[Cell]) -> None:
        """Take that some of a notebook's cells may be of another kind."""
        self._documents.describe(uri, cells)
        self._project.changed(uri)

    def close_notebook(self, uri: str, closed: Iterable[str]) -> None:
        """Forget a notebook and its cells' documents."""
        for cell in dict.fromkeys([*self._documents.close_notebook(uri), *closed]):
            self.close(cell)
        self._forget(uri)

    def changed_files(self, uris: Iterable[str]) -> None:
        """Take that files were made, changed or removed on the disk."""
        self._project.changed_files(uris)

    def moved(self, uri: str, position: Position) -> None:
        """Take notice of a jump: the next key will be pressed there."""
        self._told_of_moves = True
        self._project.moved(uri, position.line)
        self._come(uri, position)

    async def complete(self, request: Request) -> list[Item]:
        """Answer a request for inline completions: with one item or none, or some to choose."""
        trace = Trace()
        # Frozen before anything is awaited: this is the text that the request is about.
        frozen = self._freeze(request)
        mode = self._config.invoked if request.invoked else self._config.automatic
        outcome: Outcome = Nothing("closed")
        if frozen is not None:
            self._cursor = (request.uri, request.position)
            try:
                outcome = await self._configured.complete(frozen.snapshot, mode, trace)
            except asyncio.CancelledError:
                self._statistics.answered(Nothing("cancelled"), trace.elapsed_ms)
                raise
            outcome = self._unless_stale(outcome, frozen.snapshot)
        self._report_outcome(request, outcome, trace)
        if frozen is None or isinstance(outcome, Nothing):
            return []
        texts = (outcome.text, *outcome.alternatives)
        names = [self._statistics.offer(text) for text in texts]
        for name, text in zip(names, texts, strict=True):
            self._offered[name] = frozen.snapshot, text
        while len(self._offered) > _OFFERED:
            self._offered.popitem(last=False)
        model = _name_of(self._status)
        first = _name_of(self._deep) if outcome.deep and self._deep else model
        models = [first, *(model for _ in outcome.alternatives)]
        return list(map(frozen.item, texts, names, models))

    async def context(self, uri: str, position: Position) -> str:
        """Tell a person what the model sees at a place, or why it sees nothing."""
        document = self._documents.get(uri)
        if document is None:
            return Nothing("closed").sentence
        serving = self._serving_for(document)
        if isinstance(serving, Nothing):
            return serving.sentence
        return await serving.completer.seen(document.snapshot(position))

    def accepted(self, name: str) -> None:
        """Take notice that all of an item was accepted."""
        self._statistics.accepted(name)
        if isinstance(serving := self._configured.serving, Serving):
            serving.completer.accepted()

    def feedback(self, name: str, event: str, characters: int) -> None:
        """Take notice of what became of an item. Raises ValueError."""
        self._statistics.heard(name, event, characters)
        serving = self._configured.serving
        if isinstance(serving, Serving):
            if event == "dismissed" and (offered := self._offered.pop(name, None)):
                serving.completer.refused(*offered)
            elif event == "partlyAccepted":
                serving.completer.accepted()

    def left(self) -> None:
        """Take notice that nobody waits for the deep model."""
        if isinstance(serving := self._configured.serving, Serving):
            serving.completer.leave_deep()

    def statistics(self) -> dict[str, Any]:
        """Return what became of everything so far."""
        return self._statistics.as_dict()

    def _open_cells(self, opened: Iterable[Opened]) -> None:
        for cell in opened:
            self._documents.open(Buffer(*cell, self._encoding))
            self._forget(cell.uri)  # it may have been told to be a file of its own

    def _opened(self, file: str) -> None:
        self._refer_to(file)
        self._project.opened(file)

    def _changed(self, file: str) -> None:
        self._references.at_work_on(file, self._text_of)
        self._project.changed(file)

    def _forget(self, file: str) -> None:
        self._references.closed(file)
        self._project.closed(file)

    def _begin_at(self, uri: str) -> None:
        # Most editors put the cursor at the start; those that tell where it is do so soon.
        if not self._told_of_moves:
            self._come(uri, Position(0, 0))

    def _come(self, uri: str, position: Position) -> None:
        document = self._documents.get(uri)
        if document is None:
            return
        self._cursor = (uri, position)
        serving = self._serving_for(document)
        if isinstance(serving, Serving):
            serving.completer.warm(document.snapshot(position))

    def _refer(self, name: str, text: str) -> None:
        serving = self._configured.serving
        if isinstance(serving, Serving):
            serving.backend.refer(name, text)

    def _saving(self) -> bool:
        serving = self._configured.serving
        return isinstance(serving, Serving) and serving.saving()

    def _refer_to(self, uri: str) -> None:
        if (text := self._text_of(uri)) is not None:
            self._references.opened(uri, text)

    def _refer_to_all(self) -> None:
        self._references.bar(self._is_barred)
        for file in self._documents.files:
            self._refer_to(file)

    def _file(self, uri: str) -> File | None:
        """A file that is open and not to be left alone."""
        return None if self._is_barred(uri) else self._documents.file(uri)

    def _text_of(self, uri: str) -> str | None:
        """The text of a file that is open and not to be left alone."""
        file = self._file(uri)
        return None if file is None else file.text

    def _is_barred(self, uri: str) -> bool:
        return self._configured.barred(uri, self._documents.language(uri)) is not None

    def _bars(self, document: Document) -> bool:
        return self._configured.barred(document.file, document.buffer.language) is not None

    def _serving_for(self, document: Document) -> Serving | Nothing:
        return self._configured.serving_for(document.file, document.buffer.language)

    def _warn(self, warnings: list[str]) -> None:
        for warning in warnings:
            self._client.warn(f"Inkling: {warning}")

    def _freeze(self, request: Request) -> _Frozen | None:
        document = self._documents.get(request.uri)
        if document is None:
            return None
        if request.selected is None:
            snapshot = document.snapshot(request.position)
            cursor = document.buffer.position(snapshot.offset)
            return _Frozen(snapshot, "", Range(cursor, cursor))
        # The popup's entry counts as typed: the suggestion must go on from it.
        buffer = document.buffer
        replaced, typed = request.selected
        start, end = buffer.offset(replaced.start), buffer.offset(replaced.end)
        text = buffer.text[:start] + typed + buffer.text[end:]
        there = buffer.snapshot(replaced.start, notebook=document.notebook)
        snapshot = replace(there, text=text, offset=start + len(typed))
        return _Frozen(snapshot, typed, replaced)

    def _unless_stale(self, outcome: Outcome, snapshot: Snapshot) -> Outcome:
        document = self._documents.get(snapshot.uri)
        if document is None or document.buffer.version != snapshot.version:
            return Nothing("stale") if isinstance(outcome, Insert) else outcome
        return outcome

    def _report_outcome(self, request: Request, outcome: Outcome, trace: Trace) -> None:
        why = outcome if isinstance(outcome, Nothing) else None
        self._statistics.answered(outcome, trace.elapsed_ms)
        if why is None or why.reason != "superseded":
            latency_ms = round(trace.elapsed_ms, 1)
            self._tell(replace(self._status, why=why, latency_ms=latency_ms, uri=request.uri))
        if self._config.trace:
            reason = why.reason if why else None
            told = {"id": request.number, "shown": why is None, "reason": reason}
            self._client.notify(TRACE, told | trace.as_dict())

    def _report(self, status: Status) -> None:
        """Tell the state of what completes."""
        got_ready = status.state == "ready" != self._status.state
        self._tell(status)
        if got_ready:
            self._references.begin()
            self._refer_to_all()
            if self._cursor:
                self._come(*self._cursor)

    def _report_deep(self, deep: DeepStatus | None) -> None:
        """Tell how the deep model is."""
        self._deep = deep
        self._tell(self._status)

    def _tell_of_deeper(self, snapshot: Snapshot) -> None:
        """Tell that who asks again by a key at a place has more to choose from."""
        self._tell_of_more(snapshot, _INVOKED)

    def _tell_of_more(self, snapshot: Snapshot, kind: int = _AUTOMATIC) -> None:
        """Tell that asking again at a place would bring more text, if it is still the same."""
        document = self._documents.get(snapshot.uri)
        if document is None:
            return
        buffer = document.buffer
        # What was typed and undone is another version of the same text.
        if buffer.version == snapshot.version or buffer.text == snapshot.text:
            cursor = buffer.position(snapshot.offset)
            self._client.notify(
                GREW,
                {
                    "textDocument": {"uri": snapshot.uri, "version": buffer.version},
                    "position": {"line": cursor.line, "character": cursor.character},
                    "triggerKind": kind,
                },
            )

    def _tell(self, status: Status) -> None:
        # Switched off, it is not asked, and nothing is sent.
        status = replace(status, deep=None if status.state == "off" else self._deep)
        if status != self._status:
            self._status = status
            self._client.notify(STATUS, status.as_dict())


def _name_of(told: Status | DeepStatus) -> str:
    """What an item is said by: a model or, where it has no name, the server that has it."""
    return told.model or told.host or "Inkling"
