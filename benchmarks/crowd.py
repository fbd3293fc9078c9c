"""Persons who type at once on one server of a model: at how many of their pauses text is there.

Each has an editor and an Inkling server of their own, whose `engine` is the server at a URL; they
type files in real time, each with other keys. Prints, as there are more of them, the share of
requests that were answered and of pauses in which a text was on the screen within the budget, what
was typed by Tab, and why nothing was shown. It says nothing of what the persons' machines could do:
where they and the server share one, it is that one which is measured.

Usage: python benchmarks/crowd.py http://localhost:8080 [--persons 1 2 4 8]
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from inkling.bench import corpus
from inkling.bench.client import Client
from inkling.bench.figures import figures
from inkling.bench.keys import Document
from inkling.bench.plan import plan
from inkling.bench.player import Plugin, play
from inkling.bench.record import Clock, Recording
from inkling.bench.screen import Screen
from inkling.bench.vscode import VsCode

SERVE = [sys.executable, "-m", "inkling", "serve", "--own-engine"]
APART_S = 0.7
"""People do not begin together."""


async def person(client: Client, number: int, keys: int, debounce_ms: float) -> Recording:
    """Type one of the sample files as nobody else does."""
    sources = corpus.samples()
    source = sources[number % len(sources)]
    one = plan(source.name, source.text, number + 1, keys, source.language)
    await asyncio.sleep(APART_S * number)

    def open_document(name: str, document: Document, screen: Screen, clock: Clock) -> Plugin:
        uri = f"file:///crowd/{number}/{name}"
        language = one.language.id
        return VsCode(client, debounce_ms, uri, document, screen, clock, language)

    return await play(one, number + 1, open_document)


async def crowd(persons: int, options: dict[str, Any], typing: argparse.Namespace) -> None:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client.start(SERVE)) for _ in range(persons)]
        for client in clients:
            await client.initialize({"trace": True, "budgetMs": typing.budget_ms, **options})
        for client in clients:
            await client.heard("inkling/status", state="ready")
        at_work = (
            person(client, number, typing.keys, typing.debounce_ms)
            for number, client in enumerate(clients)
        )
        told(persons, await asyncio.gather(*at_work), typing.budget_ms)


def told(persons: int, recordings: Sequence[Recording], budget_ms: float) -> None:
    found = figures(recordings, budget_ms)
    answered, pauses, typed = found["inBudget"], found["pauses"], found["typing"]
    reasons = ", ".join(f"{name} {count}" for name, count in list(pauses["reasons"].items())[:4])
    row = (
        f"{persons}",
        f"{answered['answeredShare'] or 0:.1%} of {answered['requests']}",
        f"{pauses['share'] or 0:.1%} of {pauses['count']}",
        f"{typed['acceptedShare'] or 0:.1%}",
        reasons,
    )
    print(f"| {' | '.join(row)} |", flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("url")
    parser.add_argument("--persons", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--keys", type=int, default=200, help="of each person, about (200)")
    parser.add_argument("--budget-ms", type=int, default=100, help="(100)")
    parser.add_argument("--debounce-ms", type=float, default=0.0, help="the editor's own (0)")
    parser.add_argument("--api", default="openai", choices=("openai", "llama.cpp"))
    parser.add_argument("--model", default="", help="what the server calls it")
    parser.add_argument("--key-variable", default="", help="which variable holds the key")
    given = parser.parse_args()
    options = {
        "engine": "remote",
        "remoteUrl": given.url,
        "remoteApi": given.api,
        "remoteModel": given.model,
        "remoteKeyVariable": given.key_variable,
    }
    print("| persons | answered in time | text at pauses in time | by Tab | nothing, since |")
    print("|---|---|---|---|---|")
    for persons in given.persons:
        await crowd(persons, options, given)


asyncio.run(main())
