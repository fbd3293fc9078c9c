"""Persons who type at once on one server of a model: at how many of their pauses text is there.

Each has an editor and an Inkling server of their own, whose `engine` is the server at a URL; each
types another file of well-known Python packages, in real time. Prints, as there are more of them,
the share of requests that were answered in budget, of pauses in which a text was on the screen in
budget and at their end, what was typed by Tab, and why nothing was there in budget. With `--own`,
one person types with Inkling's own engine first. All show whatever is written (`eager`), since
servers do not tell how sure they are.

It says nothing of what the persons' machines could do: where they and the server share one, it is
that one which is measured.

Usage: python benchmarks/crowd.py http://localhost:8080 --own [--persons 1 2 4 8]
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from inkling.bench import corpus
from inkling.bench.client import Client
from inkling.bench.figures import figures, share
from inkling.bench.keys import Document
from inkling.bench.languages.python import PYTHON
from inkling.bench.plan import Plan, plan
from inkling.bench.player import Plugin, play
from inkling.bench.record import Clock, Recording
from inkling.bench.screen import Screen
from inkling.bench.vscode import VsCode
from inkling.models import store

SERVE = [sys.executable, "-m", "inkling", "serve", "--own-engine"]
APART_S = 0.7
"""People do not begin together."""
READY_S = 60.0


async def ready(client: Client) -> None:
    """Wait until an engine is ready; who waits in vain is told why."""
    try:
        async with asyncio.timeout(READY_S):
            await client.heard("inkling/status", state="ready")
    except TimeoutError:
        told = [params for method, params in client.notifications if method == "inkling/status"]
        sys.exit(f"It is not ready: {told[-1]['reason'] if told else 'the server says nothing'}")


async def person(client: Client, number: int, typed: Plan, debounce_ms: float) -> Recording:
    await asyncio.sleep(APART_S * number)

    def open_document(name: str, document: Document, screen: Screen, clock: Clock) -> Plugin:
        uri = f"file:///crowd/{number}/{name}"
        return VsCode(client, debounce_ms, uri, document, screen, clock, typed.language.id)

    return await play(typed, number + 1, open_document)


async def crowd(
    plans: Sequence[Plan], options: Mapping[str, Any], debounce_ms: float
) -> list[Recording]:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client.start(SERVE)) for _ in plans]
        for client in clients:
            await client.initialize({"trace": True, "eagerness": "eager", **options})
        for client in clients:
            await ready(client)
        return await asyncio.gather(
            *(
                person(client, number, typed, debounce_ms)
                for number, (client, typed) in enumerate(zip(clients, plans, strict=True))
            )
        )


def row(name: str, recordings: Sequence[Recording], budget_ms: float) -> str:
    found = figures(recordings, budget_ms)
    answered, pauses, typed = found["inBudget"], found["pauses"], found["typing"]
    shown = sum(shown_ms is not None for _, _, shown_ms, _ in found["samples"]["pauses"])
    reasons = ", ".join(f"{why} {count}" for why, count in list(pauses["reasons"].items())[:4])
    columns = (
        name,
        f"{len(recordings)}",
        f"{told(answered['answeredShare'])} of {answered['requests']}",
        f"{told(pauses['share'])} of {pauses['count']}",
        told(share(shown, pauses["count"])),
        told(typed["acceptedShare"]),
        reasons,
    )
    return f"| {' | '.join(columns)} |"


def told(part: float | None) -> str:
    return "-" if part is None else f"{part:.1%}"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("url")
    parser.add_argument("--own", action="store_true", help="beside Inkling's own engine")
    parser.add_argument("--persons", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--keys", type=int, default=200, help="of each person, about (200)")
    parser.add_argument("--seed", type=int, default=1, help="which files are typed (1)")
    parser.add_argument("--budget-ms", type=int, default=100, help="(100)")
    parser.add_argument("--debounce-ms", type=float, default=0.0, help="the editor's own (0)")
    parser.add_argument("--name", default="the server", help="what the table calls it")
    parser.add_argument("--api", default="openai", choices=("openai", "llama.cpp"))
    parser.add_argument("--model", default="", help="what the server calls it")
    parser.add_argument("--key-variable", default="", help="which variable holds the key")
    given = parser.parse_args()
    cache, pins = store.cache_root(None) / "corpus", corpus.published(PYTHON).pins
    files = corpus.drawn(PYTHON, pins, given.seed, max(given.persons), cache)
    plans = [
        plan(file.name, file.text, number + 1, given.keys, PYTHON)
        for number, file in enumerate(files)
    ]
    own = {"budgetMs": given.budget_ms}
    remote = own | {
        "engine": "remote",
        "remoteUrl": given.url,
        "remoteApi": given.api,
        "remoteModel": given.model,
        "remoteKeyVariable": given.key_variable,
    }
    columns = (
        *("engine", "persons", "answered in budget", "pauses with text in budget"),
        *("with text at their end", "by Tab", "nothing in budget, since"),
    )
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    runs = [("Inkling's own", 1, own)] if given.own else []
    runs += [(given.name, count, remote) for count in given.persons]
    for name, count, options in runs:
        recordings = await crowd(plans[:count], options, given.debounce_ms)
        print(row(name, recordings, given.budget_ms), flush=True)


asyncio.run(main())
