"""A headless editor's end of the protocol: starts a language server and speaks LSP to it.

It keeps no document of its own; whoever drives it does. It prints nothing.
"""

import asyncio
import itertools
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

from inkling.bench.languages.python import PYTHON


class ServerError(Exception):
    """The server answered a request with an error; `code` is the protocol's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a completion request, and how long it took from the request's last byte."""

    items: list[dict[str, Any]]
    milliseconds: float

    @property
    def text(self) -> str | None:
        """The first item's text, None when there is none."""
        return self.items[0]["insertText"] if self.items else None


class Client:
    """A connection to one server process. Use `start`, which also ends it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.notifications: list[tuple[str, Any]] = []
        """Everything the server said unasked, in order."""
        self.listeners: dict[str, list[Callable[[Any], None]]] = {}
        """Who is to hear of a notification as soon as it comes, by its method."""
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)
        self._heard = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    @asynccontextmanager
    async def start(
        cls, command: Sequence[str], env: dict[str, str] | None = None
    ) -> AsyncIterator[Self]:
        """Start a server; at the end shut it down as an editor does, or kill it."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        client = cls(process)
        try:
            yield client
            await client.request("shutdown", None)
            client.notify("exit", None)
            await asyncio.wait_for(process.wait(), 10)
        finally:
            client._reader.cancel()
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def initialize(
        self,
        options: dict[str, Any] | None = None,
        encodings: Sequence[str] = ("utf-16",),
        folders: Sequence[dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        """Initialize as an editor does; return the server's answer."""
        result: dict[str, Any] = await self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": None,
                "workspaceFolders": folders,
                "capabilities": {
                    "general": {"positionEncodings": list(encodings)},
                    "textDocument": {"inlineCompletion": {}},
                },
                "initializationOptions": options,
            },
        )
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, version: int = 1, language: str = PYTHON.id) -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, changes: list[dict[str, Any]]) -> None:
        """Send content changes as the protocol has them."""
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes},
        )

    async def complete(
        self, uri: str, line: int, character: int, *, explicit: bool = False, **context: Any
    ) -> Answer:
        """Ask for inline completions and time the answer."""
        began = time.perf_counter()
        place = {"line": line, "character": character}
        result = await self.request(
            "textDocument/inlineCompletion", _completion(uri, place, explicit=explicit, **context)
        )
        items = result["items"] if isinstance(result, dict) else result or []
        return Answer(items, (time.perf_counter() - began) * 1e3)

    def ask_completion(self, uri: str, position: dict[str, int]) -> tuple[int, asyncio.Future[Any]]:
        """Ask for inline completions as an editor does by itself; see `ask`."""
        return self.ask("textDocument/inlineCompletion", _completion(uri, position))

    async def request(self, method: str, params: Any) -> Any:
        """Send a request and wait; cancelling it tells the server. Raises ServerError."""
        number, answer = self.ask(method, params)
        try:
            return await answer
        except asyncio.CancelledError:
            self.cancel(number)
            raise

    def ask(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        """Send a request; return its number and its answer to come, which may be ServerError."""
        number = next(self._ids)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._send({"id": number, "method": method, "params": params})
        return number, answer

    def cancel(self, number: int) -> None:
        """Tell the server that nobody waits for a request; it still answers in some way."""
        self.notify("$/cancelRequest", {"id": number})

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    async def heard(self, method: str, **expected: Any) -> dict[str, Any]:
        """Wait until the server has said `method` with these parameters, and return them all."""

        def found() -> dict[str, Any] | None:
            for name, params in self.notifications:
                if name == method and expected.items() <= params.items():
                    return dict(params)
            return None

        async with self._heard:
            await self._heard.wait_for(found)
        return found() or {}

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        if self.process.stdin is not None:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> None:
        stream = self.process.stdout
        while stream is not None:
            try:
                header = await stream.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            length = next(
                int(line.partition(b":")[2])
                for line in header.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            await self._hear(json.loads(await stream.readexactly(length)))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ServerError(0, "the server ended"))

    async def _hear(self, message: dict[str, Any]) -> None:
        if "method" in message:
            async with self._heard:
                self.notifications.append((message["method"], message.get("params") or {}))
                self._heard.notify_all()
            for hear in self.listeners.get(message["method"], []):
                hear(message.get("params") or {})
            return
        answer = self._waiting.pop(message["id"], None)
        if answer is None or answer.done():
            return
        if error := message.get("error"):
            answer.set_exception(ServerError(error["code"], error["message"]))
        else:
            answer.set_result(message.get("result"))


def _completion(
    uri: str, position: dict[str, int], *, explicit: bool = False, **context: Any
) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": position,
        "context": {"triggerKind": 1 if explicit else 2, **context},
    }
