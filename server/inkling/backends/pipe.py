"""Messages from a process, by the pipe that an event loop hears it on."""

import asyncio

from inkling.engine import wire


async def read_body(process: asyncio.subprocess.Process) -> bytes | None:
    """Read one message's bytes; None when the process has ended. Raises wire.MalformedError."""
    if process.stdout is None:
        return None
    try:
        header = await process.stdout.readexactly(wire.HEADER.size)
        return await process.stdout.readexactly(wire.length_of(header))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
