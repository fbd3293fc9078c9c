"""The server's end of the engine: starts the process, streams answers, restarts it once.

It knows messages, not what is in them, and lives on the server's event loop.
"""

import asyncio
import itertools
import sys
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path

from inkling.engine import wire

RESTARTS = 1
"""How often an engine that died is started again; a second death has a cause that stays."""


def command(
    model: Path, threads: int, without: Collection[str] = (), draft_model: Path | None = None
) -> list[str]:
    """Return the engine process's command line for a converted model's folder.

    `without` are parts to leave out for a measurement, of `wire.PARTS`. `draft_model` is the
    folder of a smaller one with the same vocabulary.
    """
    module = "inkling.engine.host"
    more = [f"--without={part}" for part in sorted(without)]
    if draft_model is not None:
        more.append(f"--draft-model={draft_model}")
    # -P: a file in the folder that the editor runs in must not pass for one of ours.
    return [sys.executable, "-P", "-m", module, str(model), f"--threads={threads}", *more]


class Engine:
    """One engine process; `on_state` hears of each change of its state."""

    def __init__(self, command: Sequence[str], on_state: Callable[[wire.State], None]) -> None:
        self._command = command
        self._on_state = on_state
        self._process: asyncio.subprocess.Process | None = None
        self._streams: dict[int, asyncio.Queue[wire.Chunk | wire.Done]] = {}
        self._ids = itertools.count(1)
        self.state = wire.State("loading")

    async def run(self) -> None:
        """Keep the engine running until cancelled, or until it died once too often."""
        for attempt in range(RESTARTS + 1):
            self._change(
                wire.State("loading", "The engine is being started again." * (attempt > 0))
            )
            with suppress(OSError):
                await self._run_once()
            for number, stream in self._streams.items():
                stream.put_nowait(wire.Done(number, "failed", wire.Stats(), "The engine died."))
            if self.state.state == "failed":
                return  # it said why itself, and would say so again
        self._change(
            wire.State("failed", "The engine died twice; restart Inkling, or see its log.")
        )

    async def generate(
        self,
        prompt: wire.Prompt,
        *,
        max_tokens: int,
        budget_ms: float,
        behind_ms: float = 0.0,
        rank: int = 0,
    ) -> AsyncGenerator[wire.Chunk | wire.Done]:
        """Stream the answer to a prompt; Done is the last message.

        Leaving the iteration early (close it with `aclosing`) cancels the request.
        """
        number = next(self._ids)
        stream: asyncio.Queue[wire.Chunk | wire.Done] = asyncio.Queue()
        self._streams[number] = stream
        open_ended = True
        try:
            request = wire.Generate(number, prompt, max_tokens, budget_ms, behind_ms, rank)
            if not self._send(request):
                stream.put_nowait(wire.Done(number, "failed", wire.Stats(), self.state.detail))
            while open_ended:
                message = await stream.get()
                open_ended = isinstance(message, wire.Chunk)
                yield message
        finally:
            del self._streams[number]
            if open_ended:
                self._send(wire.Cancel(number))

    def refer(self, name: str, text: str) -> None:
        """Give a text that drafts may be copied from, instead of the one of that name."""
        self._send(wire.Refer(name, text))

    async def _run_once(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        self._process = process
        try:
            while (message := await _read(process)) is not None:
                if isinstance(message, wire.State):
                    self._change(message)
                elif message.id in self._streams:
                    self._streams[message.id].put_nowait(message)
        finally:
            self._process = None
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _send(self, message: wire.ToEngine) -> bool:
        if self._process is None or self._process.stdin is None or self.state.state != "ready":
            return False
        self._process.stdin.write(wire.frame(message))
        return True

    def _change(self, state: wire.State) -> None:
        self.state = state
        self._on_state(state)


async def _read(process: asyncio.subprocess.Process) -> wire.FromEngine | None:
    """Read one message; None when the engine has ended."""
    if process.stdout is None:
        return None
    try:
        header = await process.stdout.readexactly(wire.HEADER.size)
        body = await process.stdout.readexactly(wire.HEADER.unpack(header)[0])
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return wire.decode_from_engine(body)
