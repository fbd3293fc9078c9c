"""The Language Server Protocol on standard input and output: the only file that imports pygls.

It turns messages into values and back. What they mean is the connection's.
"""

import asyncio
import contextlib
import logging
import os
import stat
import sys
import threading
from collections.abc import Generator
from typing import Any, Final

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from inkling import __version__
from inkling.context.index.process import Index
from inkling.editor.configured import Pulling, Start
from inkling.editor.connection import Connection, Item, Opened, Parse, Request
from inkling.protocol import ACCEPTED, CONTEXT, FEEDBACK, LEFT, MOVED, STATISTICS
from inkling.text.buffers import Change, Encoding, Position, Range
from inkling.text.notebooks import Cell, Splice

_LONGEST_HEADER: Final = 1 << 16
_ENCODINGS: Final[dict[str, Encoding]] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}

_NOTEBOOKS: Final = types.NotebookDocumentSyncOptions(
    [
        types.NotebookDocumentFilterWithCells(
            cells=[types.NotebookCellLanguage(language="*")], notebook="*"
        )
    ]
)
"""All notebooks and all cells; of one that is saved nothing is to be learned."""

_Handling = Generator[Any, Any, None]
"""How pygls chains its own handlers to ours: they yield the handler and its arguments."""


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

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(
        self, params: types.DidOpenNotebookDocumentParams
    ) -> _Handling:
        yield self.fm.features[types.NOTEBOOK_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(
        self, params: types.DidChangeNotebookDocumentParams
    ) -> _Handling:
        yield self.fm.features[types.NOTEBOOK_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(
        self, params: types.DidCloseNotebookDocumentParams
    ) -> _Handling:
        yield self.fm.features[types.NOTEBOOK_DOCUMENT_DID_CLOSE], (params,), None


class _Server(LanguageServer):
    """pygls' server, but errors name their kind only: their texts may hold code."""

    def report_server_error(self, error: Exception, source: object) -> None:  # noqa: ARG002
        logging.getLogger("inkling").error("a message was not handled: %s", type(error).__name__)


class _Client:
    """The editor at the other end, for the connection."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._server.protocol.notify(method, params)

    def warn(self, text: str) -> None:
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))

    def watch(self, patterns: list[str]) -> bool:
        able = get_capability(
            self._server.client_capabilities,
            "workspace.did_change_watched_files.dynamic_registration",
        )
        if able:
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            options = types.DidChangeWatchedFilesRegistrationOptions(
                [types.FileSystemWatcher(pattern) for pattern in patterns]
            )
            registration = types.Registration("inkling", method, options)
            self._server.client_register_capability(types.RegistrationParams([registration]))
        return bool(able)


def serve(
    start: Start, parse: Parse, pulling: Pulling = lambda: None, index: Index | None = None
) -> None:
    """Serve one editor on standard input and output until it goes."""
    # pygls logs the messages that it cannot handle, and those hold code.
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    server = _Server(
        "inkling", __version__, protocol_cls=_Protocol, notebook_document_sync=_NOTEBOOKS
    )
    connection = Connection(_Client(server), start, parse, pulling, index)

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        encoding = types.PositionEncodingKind(server.workspace.position_encoding)
        options = params.initialization_options
        connection.initialize(options, _ENCODINGS[encoding.value], _folders(server))

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        connection.initialized()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        connection.configure(params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(_params: types.DidChangeWorkspaceFoldersParams) -> None:
        connection.changed_folders(_folders(server))

    @server.feature(types.SHUTDOWN)
    async def shut_down(_params: None) -> None:
        await connection.shut_down()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        connection.open(*_opened(params.text_document))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        connection.change(document.uri, document.version, map(_change, params.content_changes))

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        connection.close(params.text_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def did_open_notebook(params: types.DidOpenNotebookDocumentParams) -> None:
        notebook = params.notebook_document
        opened = map(_opened, params.cell_text_documents)
        connection.open_notebook(notebook.uri, list(map(_cell, notebook.cells)), opened)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def did_change_notebook(params: types.DidChangeNotebookDocumentParams) -> None:
        uri, cells = params.notebook_document.uri, params.change.cells
        if cells is None:
            return
        if structure := cells.structure:
            closed = [document.uri for document in structure.did_close or ()]
            opened = map(_opened, structure.did_open or ())
            connection.arrange(uri, _splice(structure.array), closed, opened)
        connection.describe(uri, map(_cell, cells.data or ()))
        for text in cells.text_content or ():
            document = text.document
            connection.change(document.uri, document.version, map(_change, text.changes))

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def did_close_notebook(params: types.DidCloseNotebookDocumentParams) -> None:
        closed = [document.uri for document in params.cell_text_documents]
        connection.close_notebook(params.notebook_document.uri, closed)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        connection.changed_files([params.text_document.uri])

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        connection.changed_files(event.uri for event in params.changes)

    @server.feature(MOVED)
    def did_move_cursor(params: Any) -> None:
        connection.moved(params.textDocument.uri, _position(params.position))

    @server.feature(LEFT)
    def did_leave(_params: Any) -> None:
        connection.left()

    @server.command(ACCEPTED)
    def accepted(*names: Any) -> None:
        for name in names:
            connection.accepted(str(name))

    @server.feature(FEEDBACK)
    def feedback(params: Any) -> None:
        connection.feedback(str(params.item), params.event, int(params.characters))

    @server.feature(CONTEXT)
    async def context(params: Any) -> dict[str, Any]:
        uri, position = params.textDocument.uri, _position(params.position)
        return {"text": await connection.context(uri, position)}

    @server.feature(STATISTICS)
    def statistics(_params: Any) -> dict[str, Any]:
        return connection.statistics()

    # Without options pygls advertises nothing.
    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
    async def inline_completion(params: types.InlineCompletionParams) -> types.InlineCompletionList:
        items = await connection.complete(_request(params, server.protocol.msg_id))
        return types.InlineCompletionList(list(map(_item, items)))

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


def _folders(server: LanguageServer) -> list[str]:
    """The workspace's folders, as URIs; older clients name one as the root only."""
    workspace = server.workspace
    named = [folder.uri for folder in workspace.folders.values()]
    return named or ([workspace.root_uri] if workspace.root_uri else [])


def _position(position: types.Position) -> Position:
    return Position(position.line, position.character)


def _range(span: types.Range) -> Range:
    return Range(_position(span.start), _position(span.end))


def _opened(document: types.TextDocumentItem) -> Opened:
    return Opened(document.uri, document.language_id, document.version, document.text)


def _cell(cell: types.NotebookCell) -> Cell:
    return Cell(cell.document, code=cell.kind == types.NotebookCellKind.Code)


def _splice(change: types.NotebookCellArrayChange) -> Splice:
    return Splice(change.start, change.delete_count, tuple(map(_cell, change.cells or ())))


def _change(event: types.TextDocumentContentChangeEvent) -> Change:
    span = getattr(event, "range", None)  # a whole-document change has none
    return Change(None if span is None else _range(span), event.text)


def _request(params: types.InlineCompletionParams, number: Any) -> Request:
    context = params.context
    invoked = context.trigger_kind == types.InlineCompletionTriggerKind.Invoked
    entry = context.selected_completion_info
    selected = None if entry is None else (_range(entry.range), entry.text)
    uri, position = params.text_document.uri, _position(params.position)
    return Request(number, uri, position, invoked, selected)


def _item(item: Item) -> types.InlineCompletionItem:
    start, end = item.range.start, item.range.end
    return types.InlineCompletionItem(
        item.text,
        range=types.Range(
            types.Position(start.line, start.character), types.Position(end.line, end.character)
        ),
        command=types.Command(item.model, ACCEPTED, arguments=[item.name]),
    )
