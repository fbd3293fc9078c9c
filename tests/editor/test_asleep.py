"""What an editor is told while the model is away, with a real engine on a tiny model."""

import asyncio
from functools import partial

import pytest

from inkling import serving
from inkling.editor.connection import Connection, Opened, Request
from inkling.engine import meeting
from inkling.options import Config
from inkling.text.buffers import Position
from real_engine import PATIENCE

URI = "file:///code.py"


class Client:
    """An editor that keeps the states and reasons that it is told."""

    def __init__(self):
        self.told = []
        self.changed = asyncio.Event()

    def notify(self, method, params):
        if method == "inkling/status":
            self.told.append((params["state"], params["code"]))
            self.changed.set()

    def warn(self, _text):
        raise AssertionError

    def watch(self, _patterns):
        return False

    async def hear(self, state):
        """Wait until the state is told again; return what came before."""
        while not any(told == state for told, _ in self.told):
            self.changed.clear()
            await self.changed.wait()
        before, self.told = self.told, []
        return [told for told, _ in before]


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "own"])
def test_the_status_says_that_the_model_is_away_until_a_key_is_pressed(tiny_cache, shared):
    async def scene():
        client = Client()
        sharing = meeting.folder(tiny_cache) if shared else None
        start = partial(serving.start, root=tiny_cache, sharing=sharing)
        config = Config(unload_minutes=0.2 / 60, engine_linger_s=0, threads=1)
        connection = Connection(client, start, lambda _: (config, []))
        connection.initialize(None, "utf-16")
        connection.initialized()
        connection.open(*Opened(URI, "python", 1, "def f(a):\n    return "))
        await client.hear("asleep")
        connection.moved(URI, Position(0, 5))
        connection.change(URI, 2, [])
        await asyncio.sleep(0.2)
        assert client.told == [], "nobody typed"
        for _ in range(2):
            assert await connection.complete(Request(1, URI, Position(1, 11), invoked=False)) == []
            assert client.told.pop(0) == ("asleep", "asleep")
            heard = await client.hear("asleep")
            assert heard[:2] == ["loading", "ready"]
        assert connection.statistics()["reasons"]["asleep"] == 2
        await connection.shut_down()

    async def whole():
        async with asyncio.timeout(PATIENCE):
            await scene()

    asyncio.run(whole())
