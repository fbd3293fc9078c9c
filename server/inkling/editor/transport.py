"""The Language Server Protocol on standard input and output: the only file that imports pygls.

It keeps the open documents, freezes a snapshot for each request, and answers each exactly
once. What is suggested is decided behind `Configured`.
"""

import asyncio
import contextlib
import logging
import os
import stat
import sys
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from inkling import __version__
from inkling.editor.configured import Configured, Start, Status
from inkling.editor.references import References
from inkling.editor.statistics import Statistics
from inkling.options import Config, changed
from inkling.suggest.outcome import Nothing, Outcome, Suggestion
from inkling.suggest.trace import Trace
from inkling.text.buffers import Buffer, Change, Encoding, Position, Range, Snapshot
from inkling.text.documents import Documents

STATUS: Final = "inkling/status"
TRACE: Final = "inkling/trace"
STATISTICS: Final = "inkling/statistics"
ACCEPTED: Final = "inkling.accepted"
"""The command of each item, with the item's name: all of it was accepted."""
FEEDBACK: Final = "inkling/feedback"
"""From the client: `{item, event, characters}`, what else became of an item."""
MOVED: Final = "inkling/didMoveCursor"
"""From the client: `{textDocument, position}`, when the cursor came there without typing."""

GREW: Final = "inkling/didGrow"
"""To the client: `{textDocument, position}`. Asked once more there, the answer says more."""

_LONGEST_HEADER: Final = 1 << 16
_ENCODINGS: Final[dict[str, Encoding]] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


_Handling = Generator[Any, Any, None]
"""How pygls chains its own handlers to ours: they yield the handler and its arguments."""


Parse = Callable[[object], tuple[Config, list[str]]]
"""Reads an editor's options; the strings are warnings for the person."""


class _Protocol(LanguageServerProtocol):
    """pygls' protocol without its own copy of every document."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; a request is answered even where it cannot be read."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> _Handling:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> _Handling:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> _Handling:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class _Server(LanguageServer):
    """pygls' server, but errors name their kind only: their texts may hold code."""

    def report_server_error(self, error: Exception, source: object) -> None:  # noqa: ARG002
        logging.getLogger("inkling").error("a message was not handled: %s", type(error).__name__)


class Connection:
    """One editor: its documents, its configuration, and what answers its requests."""

    def __init__(self, server: LanguageServer, start: Start, parse: Parse) -> None:
        self._server = server
        self._parse = parse
        self._documents = Documents()
        self._encoding: Encoding = "utf-16"
        self._config, self._warnings = Config(), list[str]()
        self._completions = Configured(start, self._report, self._tell_of_more)
        self._references = References(self._completions.refer)
        self._status = Status("starting")
        self._statistics = Statistics()
        self._resting: tuple[str, Position] | None = None
        self._told_of_moves = False

    def initialize(self, params: types.InitializeParams) -> None:
        """Take the options; the answer goes out before anything is loaded."""
        encoding = types.PositionEncodingKind(self._server.workspace.position_encoding)
        self._encoding = _ENCODINGS[encoding.value]
        self._config, self._warnings = self._parse(params.initialization_options)

    def initialized(self) -> None:
        """Tell the person what is wrong with the options, and start the engine."""
        self._warn(self._warnings)
        self._completions.configure(self._config)

    def configure(self, settings: object) -> None:
        """Take other options, as they hold from now on; a mistake that stays is told once."""
        options = changed(settings)
        if options is None:
            return
        known = self._warnings
        self._config, self._warnings = self._parse(options)
        self._warn([warning for warning in self._warnings if warning not in known])
        self._completions.configure(self._config)

    async def shut_down(self) -> None:
        """Stop the work in the background, and wait until it has stopped."""
        await self._completions.stop()

    def open(self, item: types.TextDocumentItem) -> None:
        """Take a document that the editor opened."""
        language, version = item.language_id, item.version
        self._documents.open(Buffer(item.uri, language, version, item.text, self._encoding))
        self._refer_to(item.uri)
        if not self._told_of_moves:
            # Most editors put the cursor at the start; those that tell where it is do so soon.
            self._come(item.uri, Position(0, 0))

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Take the changes of an open document."""
        document = params.text_document
        changes = map(_change, params.content_changes)
        removed = self._documents.change(document.uri, changes, document.version)
        if self._text_of(document.uri) is not None:
            for text in removed:
                self._references.cut(text)
        self._references.at_work_on(document.uri, self._text_of)

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._documents.close(uri)
        self._references.closed(uri)

    def moved(self, uri: str, position: Position) -> None:
        """Take notice of a jump: the next key will be pressed there."""
        self._told_of_moves = True
        self._come(uri, position)

    def _come(self, uri: str, position: Position) -> None:
        document = self._documents.get(uri)
        if document is not None:
            self._resting = (uri, position)
            self._completions.warm(document.snapshot(position))

    def _refer_to(self, uri: str) -> None:
        text = self._text_of(uri)
        if text is not None:
            self._references.opened(uri, text)

    def _text_of(self, uri: str) -> str | None:
        """The text of a document that is open, and whose language is not switched off."""
        document = self._documents.get(uri)
        if document is None or document.buffer.language in self._config.disabled_languages:
            return None
        return document.buffer.text

    def _warn(self, warnings: list[str]) -> None:
        for warning in warnings:
            self._server.window_show_message(
                types.ShowMessageParams(types.MessageType.Warning, f"Inkling: {warning}")
            )

    async def complete(self, params: types.InlineCompletionParams) -> types.InlineCompletionList:
        """Answer a request for inline completions: with one item or none, or some to choose."""
        trace = Trace()
        # Frozen before anything is awaited: this is the text that the request is about.
        asked = self._freeze(params)
        kind = params.context.trigger_kind
        explicit = kind == types.InlineCompletionTriggerKind.Invoked
        try:
            outcome = await self._outcome(asked, trace, explicit=explicit)
        except asyncio.CancelledError:
            self._statistics.answered(Nothing("cancelled"), trace.elapsed_ms)
            raise
        self._report_outcome(outcome, trace)
        if asked is None or isinstance(outcome, Nothing):
            return types.InlineCompletionList([])
        return types.InlineCompletionList(
            [
                asked.item(text, self._statistics.offer(text))
                for text in (outcome.text, *outcome.alternatives)
            ]
        )

    async def _outcome(self, asked: "_Asked | None", trace: Trace, *, explicit: bool) -> Outcome:
        if asked is None:
            return Nothing("closed")
        outcome = await self._completions.complete(asked.snapshot, trace, explicit=explicit)
        return self._unless_stale(outcome, asked.snapshot)

    def accepted(self, *names: object) -> None:
        """Take notice that all of an item was accepted."""
        for name in names:
            self._statistics.accepted(str(name))

    def feedback(self, name: str, event: str, characters: float) -> None:
        """Take notice of what became of an item. Raises ValueError."""
        self._statistics.heard(str(name), event, int(characters))

    def statistics(self) -> dict[str, Any]:
        """Return what became of everything so far."""
        return self._statistics.as_dict()

    def _freeze(self, params: types.InlineCompletionParams) -> "_Asked | None":
        document = self._documents.get(params.text_document.uri)
        if document is None:
            return None
        buffer = document.buffer
        selected = params.context.selected_completion_info
        if selected is None:
            snapshot = document.snapshot(_position(params.position))
            cursor = snapshot.position(snapshot.offset)
            return _Asked(snapshot, "", Range(cursor, cursor))
        # The popup's entry counts as typed: the suggestion must go on from it.
        replaced = _range(selected.range)
        start, end = buffer.offset(replaced.start), buffer.offset(replaced.end)
        text = buffer.text[:start] + selected.text + buffer.text[end:]
        snapshot = Snapshot(
            buffer.uri,
            buffer.version,
            buffer.language,
            buffer.encoding,
            text,
            start + len(selected.text),
        )
        return _Asked(snapshot, selected.text, replaced)

    def _unless_stale(self, outcome: Outcome, snapshot: Snapshot) -> Outcome:
        document = self._documents.get(snapshot.uri)
        if document is None or document.buffer.version != snapshot.version:
            return Nothing("stale") if isinstance(outcome, Suggestion) else outcome
        return outcome

    def _report_outcome(self, outcome: Outcome, trace: Trace) -> None:
        why = outcome if isinstance(outcome, Nothing) else None
        self._statistics.answered(outcome, trace.elapsed_ms)
        if why is None or why.reason != "superseded":
            latency_ms = round(trace.elapsed_ms, 1)
            self._tell(replace(self._status, why=why, latency_ms=latency_ms))
        if self._config.trace:
            reason = why.reason if why else None
            told = {"id": self._server.protocol.msg_id, "shown": why is None, "reason": reason}
            self._server.protocol.notify(TRACE, told | trace.as_dict())

    def _report(self, status: Status) -> None:
        """Tell the state of what completes."""
        got_ready = status.state == "ready" != self._status.state
        self._tell(replace(status, latency_ms=self._status.latency_ms))
        if got_ready:
            for document in self._documents:
                self._refer_to(document.buffer.uri)
            if self._resting:
                self._come(*self._resting)

    def _tell_of_more(self, snapshot: Snapshot) -> None:
        """Tell that asking again at a place would bring more text, if it is still the same."""
        document = self._documents.get(snapshot.uri)
        if document is not None and document.buffer.version == snapshot.version:
            cursor = snapshot.position(snapshot.offset)
            self._server.protocol.notify(
                GREW,
                {
                    "textDocument": {"uri": snapshot.uri, "version": snapshot.version},
                    "position": {"line": cursor.line, "character": cursor.character},
                },
            )

    def _tell(self, status: Status) -> None:
        if status != self._status:
            self._status = status
            self._server.protocol.notify(STATUS, status.as_dict())


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request's snapshot; the item replaces `range` with `typed` and what is suggested."""

    snapshot: Snapshot
    typed: str
    range: Range

    def item(self, text: str, name: str) -> types.InlineCompletionItem:
        start, end = self.range.start, self.range.end
        return types.InlineCompletionItem(
            self.typed + text,
            range=types.Range(
                types.Position(start.line, start.character), types.Position(end.line, end.character)
            ),
            command=types.Command("Inkling: accepted", ACCEPTED, arguments=[name]),
        )


def serve(start: Start, parse: Parse) -> None:
    """Serve one editor on standard input and output until it goes."""
    # pygls logs the messages that it cannot handle, and those hold code.
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    server = _Server("inkling", __version__, protocol_cls=_Protocol)
    connection = Connection(server, start, parse)

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        connection.initialize(params)

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        connection.initialized()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        connection.configure(params.settings)

    @server.feature(types.SHUTDOWN)
    async def shut_down(_params: None) -> None:
        await connection.shut_down()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        connection.open(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        connection.change(params)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        connection.close(params.text_document.uri)

    @server.feature(MOVED)
    def did_move_cursor(params: Any) -> None:
        place = params.position
        connection.moved(params.textDocument.uri, Position(place.line, place.character))

    @server.command(ACCEPTED)
    def accepted(*arguments: Any) -> None:
        connection.accepted(*arguments)

    @server.feature(FEEDBACK)
    def feedback(params: Any) -> None:
        connection.feedback(params.item, params.event, params.characters)

    @server.feature(STATISTICS)
    def statistics(_params: Any) -> dict[str, Any]:
        return connection.statistics()

    # Without options pygls advertises nothing.
    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
    async def inline_completion(params: types.InlineCompletionParams) -> types.InlineCompletionList:
        return await connection.complete(params)

    if _can_be_awaited():
        asyncio.run(_read_stdin(server))
    else:
        server.start_io()


def _can_be_awaited() -> bool:
    """Whether an event loop can wait for standard input without harm to standard output.

    Where both are one open file, writing would no longer block either.
    """
    mode = os.fstat(0).st_mode
    pipe = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
    return sys.platform != "win32" and pipe and not os.path.sameopenfile(0, 1)


class _Stdin:
    """Standard input for pygls: between two messages the handler of the first one begins.

    What a request is about is frozen there, and the next message may change the text.
    """

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """Read a header's line, after whatever is ready to run has run."""
        await asyncio.sleep(0)
        return await self._reader.readline()

    async def readexactly(self, n: int) -> bytes:
        """Read a message's body."""
        return await self._reader.readexactly(n)


async def _read_stdin(server: LanguageServer) -> None:
    """Handle messages until standard input ends, reading it on the event loop itself.

    pygls reads it in another thread and hands over each line: beside an engine that uses all
    cores, that takes milliseconds.
    """
    reader = asyncio.StreamReader(limit=_LONGEST_HEADER)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    server.protocol.set_writer(StdoutWriter(sys.stdout.buffer))
    # The editor may go in the middle of a message, or while it is being answered.
    with contextlib.suppress(asyncio.IncompleteReadError, BrokenPipeError):
        await run_async(
            stop_event=threading.Event(),
            reader=_Stdin(reader),
            protocol=server.protocol,
            logger=logging.getLogger("pygls"),
            error_handler=server.report_server_error,
        )


def _position(position: types.Position) -> Position:
    return Position(position.line, position.character)


def _range(span: types.Range) -> Range:
    return Range(_position(span.start), _position(span.end))


def _change(event: types.TextDocumentContentChangeEvent) -> Change:
    span = getattr(event, "range", None)  # a whole-document change has none
    return Change(None if span is None else _range(span), event.text)
