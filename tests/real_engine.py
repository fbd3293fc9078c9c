"""A real engine in its process, as the server runs it."""

import asyncio
import os
from contextlib import asynccontextmanager

import processes
from inkling.backends import process
from inkling.backends.engine import Engine

PATIENCE = 60  # seconds until a test that hangs fails; a slow machine needs a few


def pid_of_engine():
    """The process of the only engine that this process has."""
    (pid,) = processes.children(os.getpid())
    return pid


@asynccontextmanager
async def running(command, keeps_s=None):
    """A running engine, the states it went through, and a way to wait for one."""
    states, changed = [], asyncio.Event()

    def on_state(state):
        states.append(state)
        changed.set()

    engine = Engine(process.Child(command), keeps_s)
    engine.listen(on_state)

    async def until(state):
        while engine.state.state != state:
            changed.clear()
            await changed.wait()

    async with asyncio.timeout(PATIENCE):
        task = asyncio.create_task(engine.run())
        try:
            yield engine, states, until
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
