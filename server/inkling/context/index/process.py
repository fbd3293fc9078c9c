"""The index as the server sees it: a process that is told what changes, and asked what names mean.

Nothing here waits for it: what is told goes out as the pipe takes it, and a question has an answer
within its time or none. It lives on the server's event loop.
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from inkling.backends.backoff import Backoff
from inkling.backends.link import read_body
from inkling.context.index import wire
from inkling.context.index.roots import LONGEST_FILE, path_of
from inkling.context.index.symbols import Found, Part
from inkling.engine.wire import MalformedError, frame

Question = wire.Find | wire.Resembling

MOST_CHANGED: Final = 1000
"""Files that wait to be told of; one that changes beyond that is found with its folder's next."""

_TOLD_S: Final = 0.1
"""After so long it has said that something it was told last is not known yet."""
_LOOK_S: Final = 0.05


def command(cache: Path) -> list[str]:
    """The process's command line; `cache` is the folder that the index is kept in."""
    # -P: a file in the folder that the editor runs in must not pass for one of ours.
    return [sys.executable, "-P", "-m", "inkling.context.index.host", str(cache)]


class Index:
    """One index process at a time, which knows after a new start what it knew before."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._ids = itertools.count(1)
        self._running = False
        self._configured = wire.Configure([], [])
        self._documents: dict[str, wire.Document] = {}
        self._questions: dict[int, tuple[Question, asyncio.Future[wire.FromIndex]]] = {}
        self._unasked: list[Question] = []
        self._untold: dict[str, wire.ToIndex] = {}
        self._changed: dict[str, None] = {}
        self._filled = asyncio.Event()
        self._told_of = set[tuple[str, str]]()
        """Documents and the files of which they were told anything that may still be shown."""
        self._judged = 0
        """The number of the configuration by which that is so."""
        self.settled = wire.Settled(settled=False, files=0)

    async def run(self) -> None:
        """Keep the process running until cancelled, or until it keeps ending."""
        backoff = Backoff()
        delay: float | None = 0.0
        try:
            while delay is not None:
                await asyncio.sleep(delay)
                began = time.monotonic()
                await self._run_once()
                delay = backoff.after(time.monotonic() - began)
        finally:
            self._told_of.clear()

    def configure(self, folders: Iterable[str], exclude: Iterable[str]) -> None:
        """Take the workspace's folders, as URIs, and the files that are left alone."""
        number = self._configured.number + 1
        self._configured = wire.Configure(list(folders), list(exclude), number)
        self._tell("", self._configured)
        for uri, document in self._documents.items():  # it may hold where another did not
            self._tell(uri, document)

    def document(
        self, uri: str, language: str, text: str, edits: Sequence[tuple[int, int]] = ()
    ) -> None:
        """Take the text of a document that was opened or changed. `edits` are the lines that were
        changed lately, each from one up to another, the latest last.
        """
        if len(text) > LONGEST_FILE:
            self.closed(uri)
            return
        self._documents[uri] = wire.Document(uri, language, text, list(edits))
        self._tell(uri, self._documents[uri])

    def closed(self, uri: str) -> None:
        """Take that a document is no longer open."""
        if self._documents.pop(uri, None) is not None:
            self._tell(uri, wire.Closed(uri))
            self._told_of = {told for told in self._told_of if told[0] != uri}

    def changed(self, uris: Iterable[str]) -> None:
        """Take that files were made, changed or removed on the disk."""
        for uri in itertools.islice(uris, MOST_CHANGED - len(self._changed)):
            self._changed[uri] = None
        self._filled.set()

    def shows(self, uri: str, path: str) -> bool:
        """Whether what a document was told of a file may still be shown in it."""
        return self._judged == self._configured.number and (uri, path) in self._told_of

    async def settle(self, within_s: float) -> None:
        """Wait until all that it was told is known, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await asyncio.sleep(_TOLD_S)
                while not self.settled.settled:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(_LOOK_S)

    async def find(
        self,
        names: Sequence[str],
        uri: str,
        language: str,
        *,
        within_ms: float,
        modules: Sequence[str] = (),
        each: int = 3,
        members: int = 0,
    ) -> list[Found]:
        """What names mean in a document, and what modules hold that it calls so; nothing if the
        answer is not there in time.
        """
        if not (names or modules):
            return []
        number = next(self._ids)
        asked = wire.Find(number, list(names), list(modules), uri, language, each, members)
        answer = await self._ask(asked, within_ms)
        return answer.found if isinstance(answer, wire.Answer) else []

    async def resembling(
        self,
        near: str,
        uri: str,
        language: str,
        *,
        seen: tuple[int, int],
        most: int,
        characters: int,
        within_ms: float,
    ) -> list[Part]:
        """The parts of other files, and of the lines of this one that are not `seen`, which were
        changed lately or are most like the text before a cursor; nothing if the answer is not there
        in time.
        """
        asked = wire.Resembling(next(self._ids), uri, language, near, *seen, most, characters)
        answer = await self._ask(asked, within_ms)
        return answer.parts if isinstance(answer, wire.Parts) else []

    async def _ask(self, asked: Question, within_ms: float) -> wire.FromIndex | None:
        if not self._running:
            return None
        answer: asyncio.Future[wire.FromIndex] = asyncio.get_running_loop().create_future()
        self._questions[asked.id] = asked, answer
        self._unasked.append(asked)
        self._filled.set()
        try:
            async with asyncio.timeout(within_ms / 1e3):
                return await answer
        except TimeoutError:
            return None
        finally:
            del self._questions[asked.id]

    async def _run_once(self) -> None:
        """Run one process to its end."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
        except OSError:
            return
        self._told_of.clear()
        self._untold = {"": self._configured, **self._documents}
        self._running = True
        self._filled.set()
        writing = asyncio.create_task(self._write(process))
        try:
            while (body := await read_body(process.stdout)) is not None:
                self._take(wire.decode_from_index(body))
        except MalformedError:
            return
        finally:
            self._running = False
            self.settled = wire.Settled(settled=False, files=0)
            writing.cancel()
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            self._unasked.clear()
            for _, answer in self._questions.values():
                if not answer.done():
                    answer.set_result(self.settled)

    async def _write(self, process: asyncio.subprocess.Process) -> None:
        """Write what is to be sent, each message when the pipe has taken the one before."""
        if process.stdin is None:
            return
        process.stdin.transport.set_write_buffer_limits(high=0)
        with suppress(ConnectionError):  # whoever reads hears of its end
            while True:
                while (message := self._next()) is None:
                    self._filled.clear()
                    await self._filled.wait()
                with suppress(ValueError):  # half a character, or too much of them
                    process.stdin.write(frame(message))
                await process.stdin.drain()

    def _next(self) -> wire.ToIndex | None:
        """What is to be sent next. What is told comes first: by that the answers go."""
        if self._untold:
            return self._untold.pop(next(iter(self._untold)))
        if self._changed:
            changed, self._changed = self._changed, {}
            return wire.Changed(list(changed))
        while self._unasked:
            asked = self._unasked.pop(0)
            if asked.id in self._questions:
                return asked
        return None

    def _take(self, message: wire.FromIndex) -> None:
        if isinstance(message, wire.Settled):
            self.settled = message
        elif isinstance(message, wire.Withdrawn):
            self._withdraw(message)
        elif message.id in self._questions:
            asked, answer = self._questions[message.id]
            told = message.found if isinstance(message, wire.Answer) else message.parts
            self._told_of |= {(asked.uri, one.path) for one in told}
            if not answer.done():
                answer.set_result(message)

    def _withdraw(self, withdrawn: wire.Withdrawn) -> None:
        self._judged = withdrawn.number
        ruled_out = set(withdrawn.paths)
        self._told_of = {
            (uri, path)
            for uri, path in self._told_of
            if path not in ruled_out or path_of(uri) == path  # of itself it may be told all
        }

    def _tell(self, key: str, message: wire.ToIndex) -> None:
        if self._running:
            self._untold.pop(key, None)
            self._untold[key] = message
            self._filled.set()
