"""A deep model that a server elsewhere has, asked over the standard streams of `inkling serve`: the
double's and, with `make test-remote`, llama.cpp's own.
"""

import asyncio
import os
import shlex
import socket
import sys
from contextlib import asynccontextmanager

import httpx2
import pytest

from completion_server import CompletionServer as Double
from inkling.bench.client import Client
from inkling.protocol import GREW, STATUS

REAL = os.environ.get("LLAMA_SERVER")
PATIENCE = 600 if REAL else 60
SERVE = [sys.executable, "-m", "inkling", "serve", "--own-engine"]
URI = "file:///work/shapes.py"
TEXT = "def area(width, height):\n    return\n\n\nprint(area(2, 3))\n"


@asynccontextmanager
async def llama_server():
    """Where llama.cpp's own server is, for as long as it is wanted."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, null = f"http://127.0.0.1:{port}", asyncio.subprocess.DEVNULL
    words = [*shlex.split(REAL), "--port", str(port), "-c", "8192", "-np", "1"]
    process = await asyncio.create_subprocess_exec(*words, stdout=null, stderr=null)
    try:
        async with httpx2.AsyncClient() as client:
            while not await _is_up(client, url):
                assert process.returncode is None, "it ended"
                await asyncio.sleep(0.2)
        yield url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _is_up(client, url):
    try:
        return (await client.get(f"{url}/health")).status_code == 200
    except httpx2.TransportError:
        return False


@asynccontextmanager
async def double():
    async with Double() as server:
        yield server.url


SERVERS = {"double": double} | ({"llama-server": llama_server} if REAL else {})


@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS.keys())
@pytest.mark.parametrize("api", ["openai", "llama.cpp"])
def test_asked_by_a_key_it_is_told_of_and_then_stands_first(tiny_cache, server, api):
    async def whole():
        async with (
            asyncio.timeout(PATIENCE),
            server() as url,
            Client.start(SERVE, {"INKLING_CACHE": str(tiny_cache)}) as editor,
        ):
            options = {"deepRemoteUrl": url, "deepRemoteApi": api}
            # Who asks has all the time that the machine takes.
            patient = {"explicitBudgetMs": 60_000, "deepBudgetMs": 300_000, "maxTokens": 4}
            await editor.initialize(options | patient)
            editor.open(URI, TEXT)
            await editor.heard(STATUS, state="ready")
            deep = states(editor)[-1]
            first = await editor.complete(URI, 1, 10, explicit=True)
            while not is_written(states(editor)):  # noqa: ASYNC110 - a list
                await asyncio.sleep(0.02)
            told = [params for method, params in editor.notifications if method == GREW]
            answer = await editor.complete(URI, 1, 10, explicit=True)
            return deep, first.items, told, answer.items, states(editor)[-1]

    deep, first, told, (best, *others), after = asyncio.run(whole())
    assert (deep["state"], deep["reason"]) == ("asleep", None)
    host = deep["host"]
    assert host.startswith("127.0.0.1:")
    assert host not in {item["command"]["title"] for item in first}
    assert told[-1]["triggerKind"] == 1
    assert best["insertText"].startswith(" width * height")
    assert best["command"]["title"] == host
    assert host not in {item["command"]["title"] for item in others}
    assert (after["state"], after["reason"]) == ("ready", None)


def states(editor):
    """What was told of the deep model, in order."""
    told = (params["deep"] for method, params in editor.notifications if method == STATUS)
    return [deep for deep in told if deep is not None]


def is_written(told):
    names = [deep["state"] for deep in told]
    return "writing" in names and names[-1] != "writing"
