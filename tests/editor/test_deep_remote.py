"""A deep model that a server elsewhere has, asked over the standard streams of `inkling serve`: the
double's and, with `make test-remote`, llama.cpp's own.
"""

import asyncio
import sys

import pytest

import real_server
from inkling.bench.client import Client
from inkling.protocol import GREW, STATUS
from real_server import KEY

PATIENCE = 600 if real_server.ASKED else 60
SERVE = [sys.executable, "-m", "inkling", "serve", "--own-engine"]
URI = "file:///work/shapes.py"
TEXT = "def area(width, height):\n    return\n\n\nprint(area(2, 3))\n"


KINDS = [("double", "llama-server")]
if not real_server.missing("llama-server"):
    KINDS.append(("real", "llama-server"))


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
@pytest.mark.parametrize("api", ["openai", "llama.cpp"])
def test_asked_by_a_key_it_is_told_of_and_then_stands_first(tiny_cache, kind, api):
    async def whole(server_of):
        async with (
            asyncio.timeout(PATIENCE),
            server_of(kind, KEY) as server,
            Client.start(SERVE, {"INKLING_CACHE": str(tiny_cache), "THE_KEY": KEY}) as editor,
        ):
            options = {"deepRemoteUrl": server.url, "deepRemoteApi": api}
            options["deepRemoteKeyVariable"] = "THE_KEY"
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

    with real_server.servers() as server_of:
        deep, first, told, (best, *others), after = asyncio.run(whole(server_of))
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
