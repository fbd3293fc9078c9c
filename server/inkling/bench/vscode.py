"""Asks for ghost text over LSP as VS Code does.

Each change of the text goes out at once, cancels the request before it, and asks anew after the
editor's own debounce, whether or not that one was answered (VS Code's
`inlineCompletionsSource.ts` clears the running operation when the content changes; its debounce
is at most 50 ms). What is shown stays while it agrees with what is typed, until the new answer
comes. Putting the cursor elsewhere asks nothing; the notification `inkling/didMoveCursor` tells
a server that knows it. When the server says that an answer would by now say more, it is asked
once more, as Inkling's own clients do; a `plain` client does neither.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from inkling.bench.client import Client, ServerError
from inkling.bench.keys import Document, Edit
from inkling.bench.languages.python import PYTHON
from inkling.bench.record import Clock, Request
from inkling.bench.screen import Screen

TRACE: Final = "inkling/trace"
DID_MOVE_CURSOR: Final = "inkling/didMoveCursor"
DID_GROW: Final = "inkling/didGrow"

_SETTLE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Ghost:
    """What an item adds at the cursor, and its command."""

    text: str
    command: Mapping[str, Any] | None


class VsCode:
    """VS Code's part for one open document; see `player.Plugin` for its methods."""

    def __init__(
        self,
        client: Client,
        debounce_ms: float,
        uri: str,
        document: Document,
        screen: Screen,
        clock: Clock,
        language: str = PYTHON.id,
        *,
        plain: bool = False,
    ) -> None:
        self._client = client
        self._plain = plain
        self._debounce_ms = debounce_ms
        self._uri = uri
        self._screen = screen
        self._clock = clock
        self._version = 1
        self._requests: list[Request] = []
        self._indices: dict[int, int] = {}
        self._answers: list[asyncio.Future[Any]] = []
        self._running: int | None = None
        self._debounce: asyncio.TimerHandle | None = None
        self._command: Mapping[str, Any] | None = None
        self._cold = True
        self._document = document
        self._traces: dict[int, Mapping[str, Any]] = {}
        client.open(uri, document.text, language=language)
        if not plain:
            client.listeners.setdefault(DID_GROW, []).append(self._grew)

    @property
    def traces(self) -> Mapping[int, Mapping[str, Any]]:
        """What the server told of requests by their numbers."""
        return self._traces

    def typed(self, old: Document, edit: Edit, new: Document) -> None:
        """Send the change, if there is one, and ask."""
        if self._client.process.returncode is not None:
            raise ServerError(0, "the server ended")
        key_ms = self._clock.ms
        self._document = new
        if edit.changes:
            self._version += 1
            start, end = old.before[: len(old.before) - edit.delete], old.before
            span = {"start": position(start), "end": position(end)}
            change = {"range": span, "text": edit.insert + edit.behind}
            self._client.change(self._uri, self._version, [change])
        self._cancel()
        self._requests.append(Request(key_ms, cold=self._cold, settled=True))
        self._cold = False
        if self._debounce_ms:
            self._debounce = asyncio.get_running_loop().call_later(
                self._debounce_ms / 1e3, self._ask, new
            )
        else:
            self._ask(new)

    def moved(self, document: Document) -> None:
        """Tell where the cursor is now."""
        self._cancel()
        self._cold = True
        self._document = document
        if self._plain:
            return
        self._client.notify(
            DID_MOVE_CURSOR,
            {"textDocument": {"uri": self._uri}, "position": position(document.before)},
        )

    def accepted(self, old: Document, edit: Edit, new: Document) -> None:
        """Send the change and the item's command, and ask."""
        command = self._command
        self.typed(old, edit, new)
        if command:
            arguments = command.get("arguments", [])
            params = {"command": command["command"], "arguments": arguments}
            _number, answer = self._client.ask("workspace/executeCommand", params)
            answer.add_done_callback(_forget)

    async def close(self) -> list[Request]:
        """Close the document, once the server has settled every request."""
        self._cancel()
        self._client.notify("textDocument/didClose", {"textDocument": {"uri": self._uri}})
        if not self._plain:
            self._client.listeners[DID_GROW].remove(self._grew)
        if self._answers:
            await asyncio.wait(self._answers, timeout=_SETTLE_SECONDS)
        for method, params in self._client.notifications:
            if method == TRACE:
                self._traces[params["id"]] = params
        for number, index in self._indices.items():
            trace = self._traces.get(number, self._requests[index].trace)
            self._requests[index] = replace(self._requests[index], trace=trace)
        return self._requests

    def _ask(self, document: Document) -> None:
        self._debounce = None
        number, answer = self._client.ask_completion(self._uri, position(document.before))
        self._answers.append(answer)
        index = len(self._requests) - 1
        self._requests[index] = replace(self._requests[index], settled=False)
        self._indices[number] = index
        self._running = number

        def heard(answer: asyncio.Future[Any]) -> None:
            self._heard(number, index, answer, document)

        answer.add_done_callback(heard)

    def _grew(self, params: Any) -> None:
        """Ask once more where the cursor still is; no key is counted for that."""
        document, version = self._document, self._version
        about = {"uri": self._uri, "version": version}
        if params["textDocument"] != about or params["position"] != position(document.before):
            return

        def heard(answer: asyncio.Future[Any]) -> None:
            if answer.cancelled() or answer.exception() or self._document is not document:
                return
            found = ghost(answer.result(), document)
            if found.text:
                self._command = found.command
                self._screen.show(found.text, number)

        number, answer = self._client.ask_completion(self._uri, position(document.before))
        answer.add_done_callback(heard)

    def _cancel(self) -> None:
        if self._debounce:
            self._debounce.cancel()
            self._debounce = None
        if self._running is not None:
            self._client.cancel(self._running)
            self._running = None

    def _heard(
        self, number: int, index: int, answer: asyncio.Future[Any], document: Document
    ) -> None:
        request = replace(self._requests[index], settled=not answer.cancelled())
        error = None if answer.cancelled() else answer.exception()
        if self._running == number and not answer.cancelled():
            self._running = None
            if error is None:
                found = ghost(answer.result(), document)
                self._command = found.command
                request = replace(request, answered_ms=self._clock.ms, text=found.text)
                self._screen.show(found.text, number)
            elif isinstance(error, ServerError):
                request = replace(request, trace={"reason": f"error {error.code}"})
        self._requests[index] = request


def position(before: str) -> dict[str, int]:
    """Return the protocol's position behind a text, in UTF-16 code units."""
    line = before.rpartition("\n")[2]
    return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}


def ghost(result: Any, document: Document) -> Ghost:
    """Return what the first item adds at the cursor; no text if it cannot be shown there.

    An item may replace what stands on the line around the cursor, as long as it says it again.
    """
    items = result["items"] if isinstance(result, Mapping) else result
    if not items:
        return Ghost("", None)
    text, command = str(items[0]["insertText"]), items[0].get("command")
    cursor = position(document.before)
    span = items[0].get("range") or {"start": cursor, "end": cursor}
    if not span["start"]["line"] == span["end"]["line"] == cursor["line"]:
        return Ghost("", None)
    line = document.line
    typed = _units(line, span["start"]["character"], cursor["character"])
    rest = document.after.partition("\n")[0]
    kept = _units(rest, 0, span["end"]["character"] - cursor["character"])
    if not text.startswith(typed) or not text.endswith(kept) or len(text) < len(typed + kept):
        return Ghost("", None)
    return Ghost(text[len(typed) : len(text) - len(kept)], command)


def _units(line: str, start: int, end: int) -> str:
    """Cut a line by UTF-16 code units."""
    return line.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")


def _forget(answer: asyncio.Future[Any]) -> None:
    if not answer.cancelled():
        answer.exception()
