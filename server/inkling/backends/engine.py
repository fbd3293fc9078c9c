"""An engine over a link: streams its answers, and opens the link again if it ends.

It knows messages, not what is in them, and lives on the server's event loop.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from typing import Final

from inkling.backends.backoff import Backoff
from inkling.backends.link import Channel, Link, Unreachable, read_body
from inkling.backends.outbox import Outbox
from inkling.backends.reading import Readings
from inkling.engine import wire

_TYPED_S: Final = 1.0
"""How often an engine is told of keys: its model leaves memory after minutes without one."""


class Engine:
    """A `base.Backend`: the engine that a link leads to, one at a time.

    It has its model in memory for `keeps_s` after the last key, or for as long as this lives.
    """

    def __init__(self, link: Link, keeps_s: float | None = None) -> None:
        self._link = link
        self._keep = wire.Keep(keeps_s)
        self._told_at = 0.0
        self._hearing: list[Callable[[wire.State], None]] = []
        self._channel: Channel | None = None
        self._outbox = Outbox()
        self._readings = Readings()
        self._streams: dict[int, asyncio.Queue[wire.Chunk | wire.Done]] = {}
        self._ids = itertools.count(1)
        self.state = wire.State("loading")

    def listen(self, hear: Callable[[wire.State], None]) -> None:
        """See `base.Backend`."""
        self._hearing.append(hear)

    async def run(self) -> None:
        """Keep the engine running until cancelled, or until it keeps ending."""
        backoff = Backoff()
        self._change(wire.State("loading"))
        try:
            while True:
                began = time.monotonic()
                why = await self._run_once()
                delay = backoff.after(time.monotonic() - began)
                # The state first: whoever hears that a request failed may ask what is the matter.
                if self.state.state != "failed":
                    self._change(_after(why, delay))
                self._end_all()
                if delay is None or self.state.state == "failed":
                    return
                await asyncio.sleep(delay)
        finally:
            self._end_all()

    async def generate(
        self,
        prompt: wire.Prompt,
        *,
        max_tokens: int,
        budget_ms: float,
        behind_ms: float = 0.0,
        rank: int = 0,
        names: Sequence[str] = (),
    ) -> AsyncGenerator[wire.Chunk | wire.Done]:
        """See `base.Backend`."""
        number = next(self._ids)
        stream: asyncio.Queue[wire.Chunk | wire.Done] = asyncio.Queue()
        self._streams[number] = stream
        open_ended = True
        try:
            self._readings.asked(number, prompt)
            request = wire.Generate(
                number, prompt, max_tokens, budget_ms, behind_ms, rank, list(names)
            )
            if not self._send(request):
                self._end(number, "failed", self.state.detail)
            while open_ended:
                message = await stream.get()
                open_ended = isinstance(message, wire.Chunk)
                yield message
        finally:
            del self._streams[number]
            if open_ended:
                self._send(wire.Cancel(number))

    def typed(self) -> None:
        """See `base.Backend`."""
        now = time.monotonic()
        if self.state.state == "asleep" or now - self._told_at >= _TYPED_S:
            self._told_at = now
            self._outbox.put(self._keep)

    def refer(self, name: str, text: str) -> None:
        """See `base.Backend`. An engine that is not ready does not get to know of it."""
        self._send(wire.Refer(_whole(name), _whole(text)))

    def unread_tokens(self, prompt: wire.Prompt) -> float:
        """See `base.Backend`."""
        return self._readings.unread_tokens(prompt)

    async def _run_once(self) -> str:
        """Have one engine until it ends; return a sentence that says why it ended."""
        try:
            channel = await self._link.open()
        except Unreachable as error:
            if error.always:
                self._change(wire.State("failed", str(error)))
            return str(error)
        self._channel = channel
        self._outbox = Outbox()
        self._outbox.put(self._keep)
        writing = asyncio.create_task(self._write(channel.writer))
        try:
            while (body := await read_body(channel.reader)) is not None:
                self._take(wire.decode_from_engine(body))
        except wire.MalformedError:
            return "The engine said what makes no sense."
        finally:
            self._channel = None
            self._readings = Readings()
            writing.cancel()
            await channel.close()
        return "The engine ended by itself."

    async def _write(self, writer: asyncio.StreamWriter) -> None:
        """Write what is to be sent, each message when the one before has been taken."""
        writer.transport.set_write_buffer_limits(high=0)
        with suppress(ConnectionError):  # whoever reads hears of its end
            while True:
                message = await self._outbox.next()
                try:
                    writer.write(wire.frame(message))
                except ValueError:
                    if isinstance(message, wire.Generate):
                        self._end(message.id, "failed", "The request could not be sent.")
                await writer.drain()

    def _take(self, message: wire.FromEngine) -> None:
        if isinstance(message, wire.State):
            if message.state == "asleep":
                self._readings = Readings()
            self._change(message)
        elif isinstance(message, wire.Caches):
            self._readings.hold(message.held)
        else:
            if isinstance(message, wire.Done):
                self._readings.answered(message.id)
            if message.id in self._streams:
                self._streams[message.id].put_nowait(message)

    def _send(self, message: wire.ToEngine) -> bool:
        if self._channel is None or self.state.state != "ready":
            return False
        unsent = self._outbox.put(message)
        if unsent is not None:
            self._end(unsent.id, "cancelled")
        return True

    def _end(self, number: int, why: wire.Why, detail: str = "") -> None:
        """End a request that the engine will not answer."""
        self._take(wire.Done(number, why, wire.Stats(), detail))

    def _end_all(self) -> None:
        for number in self._streams:
            self._end(number, "failed", "The engine died.")

    def _change(self, state: wire.State) -> None:
        self.state = state
        for hear in self._hearing:
            hear(state)


def _after(why: str, delay: float | None) -> wire.State:
    """The state of an engine that ended: it is started again, or was so too often."""
    if delay is None:
        again = "It was started again several times; restart Inkling, or see its log."
        return wire.State("failed", f"{why} {again}")
    return wire.State("loading", f"{why} It is started again.")


def _whole(text: str) -> str:
    """The text without half characters, which JSON can carry and MessagePack cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
