"""What carries messages to an engine and back: a pipe of a process, or a socket."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from inkling.engine import wire


class Unreachable(Exception):  # noqa: N818 - what is so, in a sentence for a person
    """There is no engine to be had; where it is so `always`, another try is for nothing."""

    def __init__(self, why: str, *, always: bool = False) -> None:
        super().__init__(why)
        self.always = always


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to an engine, until it is closed; that also lets go of the engine."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    close: Callable[[], Awaitable[None]]


class Link(Protocol):
    """Leads to an engine, which it starts if need be."""

    async def open(self) -> Channel:
        """Open a way to it. Raises Unreachable."""


async def read_body(reader: asyncio.StreamReader | None) -> bytes | None:
    """Read one message's bytes; None when the other end is gone. Raises wire.MalformedError."""
    if reader is None:
        return None
    try:
        header = await reader.readexactly(wire.HEADER.size)
        return await reader.readexactly(wire.length_of(header))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
