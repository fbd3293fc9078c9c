"""A real engine in its process, as the server runs it."""

import asyncio
from contextlib import asynccontextmanager

from inkling.backends import process

PATIENCE = 60  # seconds until a test that hangs fails; a slow machine needs a few


@asynccontextmanager
async def running(command):
    """A running engine, the states it went through, and a way to wait for one."""
    states, changed = [], asyncio.Event()

    def on_state(state):
        states.append(state)
        changed.set()

    engine = process.Engine(command)
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
