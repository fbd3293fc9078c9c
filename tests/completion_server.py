"""A server of a model that a test tells what to do. It speaks HTTP over the loopback, in words that
real ones were heard to say (`reference/llama-server.json`, `reference/vllm.json`).
"""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SERVERS = ("llama-server", "vllm")
RECORDED = {
    name: json.loads((Path(__file__).parent / f"reference/{name}.json").read_text(encoding="utf-8"))
    for name in SERVERS
}
MODEL = "qwen2.5-coder-0.5b"
PATHS = {"openai": "/v1/completions", "llama.cpp": "/completion"}
LAST = {"openai": -2, "llama.cpp": -1}
"""From which event on an answer ends."""

CUT = object()
"""In a script: the connection is gone."""

FOREVER = object()
"""In a script: nothing more comes, for as long as the other end stays."""

END = object()
"""In a script: the answer ends as it should, which an answer without it does not."""


def events(like, name):
    """The events of an answer that was recorded of a server, as their data."""
    body = RECORDED[like][name]["body"]
    return [event.removeprefix("data: ") for event in body.split("\n\n") if event]


def said(like, dialect, text):
    """An event that says a text, as the server says it."""
    return _event(_saying(events(like, dialect)[0], text))


def over(like, dialect):
    """The events that end an answer because the model has."""
    return "".join(map(_event, events(like, dialect)[LAST[dialect] :]))


def cut(like, dialect, text):
    """The events that end an answer, with the last of its text, because no more was asked for."""
    told = events(like, f"{dialect}-cut")
    end, *rest = told[LAST[dialect] :]
    # vLLM says both at once.
    text = [_saying(end, text)] if _text(end) else [_saying(told[0], text), end]
    return "".join(map(_event, [*text, *rest]))


def _text(data):
    event = json.loads(data)
    return event["choices"][0]["text"] if "choices" in event else event["content"]


def _saying(data, text):
    event = json.loads(data)
    if "choices" in event:
        event["choices"][0]["text"] = text
    else:
        event["content"] = text
    return json.dumps(event)


def _event(data):
    return f"data: {data}\n\n"


@dataclass(frozen=True)
class Refuses:
    """In place of a script: a reply that is no answer."""

    status: int
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    type: str = "application/json; charset=utf-8"

    @classmethod
    def recorded(cls, name, like="llama-server"):
        """One that was recorded of a server."""
        return cls(RECORDED[like][name]["status"], RECORDED[like][name]["body"])


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict

    @property
    def prompt(self):
        return self.body["prompt"]


@dataclass
class CompletionServer:
    """Plays its script for each request to write on: texts, seconds to wait, bytes as they are,
    CUT, FOREVER, END; or `Refuses`. Where there is a `key`, who has another one is refused. It
    speaks as the server does that it is `like`.
    """

    script: object = (" width", " *", " height", END)
    key: str | None = None
    like: str = "llama-server"
    models: object = None
    """What it says when it is asked for its models, if not what was recorded."""
    heard: list[Request] = field(default_factory=list)
    connections: int = 0
    left: int = 0
    """How many answers were left before their end."""

    async def __aenter__(self):
        await self.start()
        return self

    async def __aexit__(self, *_):
        await self.stop()

    async def start(self, port=0):
        """Listen, at a port that is free or at the one that it had before."""
        self._writers = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        """Be gone, with all connections."""
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        while self._writers:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self):
        """The requests to write on: all that holds any text."""
        return [request for request in self.heard if request.method == "POST"]

    async def _serve(self, reader, writer):
        self.connections += 1
        self._writers.add(writer)
        try:
            while (request := await _read(reader)) is not None:
                self.heard.append(request)
                if not await self._reply(request, reader, writer):
                    break
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _reply(self, request, reader, writer):
        """Reply, and return whether the connection stays."""
        given = request.headers.get("authorization")
        if self.key is not None and given != f"Bearer {self.key}":
            return await _refuse(writer, Refuses.recorded("denied", self.like))
        if request.method == "GET":
            if request.path != "/v1/models":
                return await _refuse(writer, Refuses.recorded("nothing-there", self.like))
            found = self.models or Refuses(200, RECORDED[self.like]["models"]["body"])
            return await _refuse(writer, found)
        dialect = next((one for one, path in PATHS.items() if path == request.path), None)
        if dialect is None:
            return await _refuse(writer, Refuses.recorded("nothing-there", self.like))
        if isinstance(self.script, Refuses):
            return await _refuse(writer, self.script)
        return await self._play(dialect, request, reader, writer)

    async def _play(self, dialect, request, reader, writer):
        head = "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nContent-Type: text/event-stream\r\n"
        writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        most = request.body.get("max_tokens", request.body.get("n_predict"))
        gone = asyncio.create_task(reader.read(1))
        told = 0
        try:
            for line in self.script:
                if gone.done() or line is CUT:
                    break
                if line is FOREVER:
                    await gone
                elif isinstance(line, float):
                    await asyncio.wait([gone], timeout=line)
                elif line is END:
                    return await _end(writer, gone, over(self.like, dialect))
                elif isinstance(line, bytes):
                    _chunk(writer, line.decode())
                else:
                    told += 1
                    if told == most:
                        return await _end(writer, gone, cut(self.like, dialect, line))
                    _chunk(writer, said(self.like, dialect, line))
                await writer.drain()
            self.left += gone.done()
        except ConnectionError:
            self.left += 1
        finally:
            await _leave(gone)
        writer.transport.abort()
        return False


async def _end(writer, gone, last):
    """End an answer; the connection stays, and the next request is not to be read by `gone`."""
    await _leave(gone)
    _chunk(writer, last)
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


async def _leave(gone):
    gone.cancel()
    with suppress(asyncio.CancelledError, ConnectionError):
        await gone


def _chunk(writer, text):
    data = text.encode()
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


async def _read(reader):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *rest = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, json.loads(body) if body else {})


async def _refuse(writer, reply):
    data = reply.body.encode()
    headers = [
        ("Content-Type", reply.type),
        ("Content-Length", str(len(data))),
        *reply.headers,
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    writer.write(f"HTTP/1.1 {reply.status} Said\r\n{lines}\r\n".encode() + data)
    await writer.drain()
    return True
