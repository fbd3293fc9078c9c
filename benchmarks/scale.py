"""How Inkling grows with the size of a document, the number of documents, and of windows.

Types at a person's pace into generated Python and prints, for each setting, the time of a text
update, how far the tree lags, what the event loop was held for at most, and the answers' times.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from inkling.backends.running import running
from inkling.bench.client import Client
from inkling.bench.processes import tree
from inkling.text.buffers import Buffer, Change, Position, Range
from inkling.text.documents import Documents

LINES = (100, 1_000, 10_000, 50_000, 400_000)
ONE_LINE = 2_000_000  # characters
DOCUMENTS = (1, 8, 32)
WINDOWS = (1, 4)
SERVE = [sys.executable, "-m", "inkling", "serve"]
OWN = [*SERVE, "--own-engine"]
TYPED = "    total = first + second\n    return total\n"


def source(lines: int, seed: int = 0) -> str:
    chance = random.Random(seed)
    text, count = ["import os\n\n"], 2
    while count < lines:
        name = chance.choice(("load", "store", "merge", "check")) + str(count)
        text.append(
            f"def {name}(first, second):\n"
            f"    value = first + second * {chance.randrange(100)}\n"
            f"    return [value, os.path.join(str(first), str(second))]\n\n\n"
        )
        count += 5
    return "".join(text)


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def update(lines: int) -> None:
    """Type into the middle of a document, as the server's own parts see it."""
    documents = Documents()
    documents.open(Buffer("file:///a.py", "python", 0, source(lines), "utf-16"))
    document = documents.get("file:///a.py")
    assert document is not None
    while document.parsing:
        await asyncio.sleep(0.01)
    followed = document.tree is not None
    held, updates, lags = [0.0], [], []
    watching = True

    async def watch() -> None:
        while watching:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            held.append((time.perf_counter() - began) * 1e3 - 1)

    watcher = asyncio.create_task(watch())
    line = lines // 2
    for number, character in enumerate(TYPED * 2):
        at = Position(line, 0 if number == 0 else number % 20)
        began = time.perf_counter()
        documents.change("file:///a.py", [Change(Range(at, at), character)], number + 1)
        updates.append((time.perf_counter() - began) * 1e3)
        changed = time.perf_counter()
        while followed and (document.tree is None or document.tree.text != document.buffer.text):
            await asyncio.sleep(0.002)
            if time.perf_counter() - changed > 2:
                break
        lags.append((time.perf_counter() - changed) * 1e3)
        await asyncio.sleep(0.02)
    watching = False
    await watcher
    lag = (
        f"p50 {statistics.median(lags):.1f}, p99 {quantile(lags, 0.99):.1f} ms"
        if followed
        else "none, as there is no tree"
    )
    print(
        f"  {lines:6} lines: text update p50 {statistics.median(updates):.2f}, "
        f"p99 {quantile(updates, 0.99):.2f} ms; tree lag {lag}; "
        f"loop held at most {max(held):.1f} ms"
    )


async def type_into(client: Client, uri: str, lines: int, seed: int) -> list[float]:
    """Type a few lines into the middle, ask after each key; milliseconds of the answers."""
    text = source(lines, seed)
    row = text[: text.index("\n", len(text) // 2) + 1].count("\n")
    client.open(uri, text)
    return await type_at(client, uri, row, 0, seed)


async def type_at(client: Client, uri: str, line: int, column: int, seed: int = 0) -> list[float]:
    """Come to a place and type there, ask after each key; milliseconds of the answers."""
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
    client.notify("inkling/didMoveCursor", place)
    await asyncio.sleep(3)
    return await type_keys(client, uri, line, column, TYPED, seed)


async def type_keys(
    client: Client, uri: str, line: int, column: int, typed: str, seed: int
) -> list[float]:
    """Type, ask after each key; milliseconds of the answers.

    A key's time is that of its change and of its request, until the answer is here.
    """
    chance, took = random.Random(seed), []
    for version, character in enumerate(typed, 2):
        at = {"line": line, "character": column}
        change = {"range": {"start": at, "end": at}, "text": character}
        began = time.perf_counter()
        client.change(uri, version, [change])
        line, column = (line + 1, 0) if character == "\n" else (line, column + 1)
        await client.complete(uri, line, column)
        took.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(max(0.0, chance.gauss(0.18, 0.05) - took[-1] / 1e3))
    return took


def told(name: str, took: Sequence[float], pids: Sequence[int]) -> None:
    memory = sum(process.peak_bytes for pid in pids for process in tree(pid)) / 1e6
    within = sum(value <= 100 for value in took) / len(took)
    print(
        f"  {name}: answers p50 {statistics.median(took):.0f}, p95 {quantile(took, 0.95):.0f}, "
        f"max {max(took):.0f} ms, {within:.1%} within 100 ms; memory {memory:.0f} MB"
    )


async def served(
    windows: int, documents: int, lines: int, *, typing: int = 1, command: Sequence[str] = OWN
) -> None:
    async with AsyncExitStack() as stack:
        runtime = Path(stack.enter_context(TemporaryDirectory(prefix="inkling-")))
        env = {"XDG_RUNTIME_DIR": str(runtime)}
        clients = [
            await stack.enter_async_context(Client.start(command, env)) for _ in range(windows)
        ]
        for client in clients:
            await client.initialize({"trace": True, "engineLingerSeconds": 1})
            await client.heard("inkling/status", state="ready")
            for number in range(documents - 1):
                client.open(f"file:///other{number}.py", source(lines, number))
        at_work = [
            type_into(client, "file:///typed.py", lines, seed)
            for seed, client in enumerate(clients[:typing])
        ]
        took = [value for values in await asyncio.gather(*at_work) for value in values]
        name = f"{windows} windows, {typing} typed in, {documents} documents of {lines} lines"
        shared = await asyncio.to_thread(running, runtime / "inkling")
        pids = [client.process.pid for client in clients]
        told(name, took, pids + [one.report.pid for one in shared if one.report])


async def one_line(end: str) -> None:
    """Type into the middle of a file of data on one line, or, with `end`, on the line below it."""
    async with Client.start(OWN) as client:
        await client.initialize({"trace": True})
        await client.heard("inkling/status", state="ready")
        text = "data = [" + "12345, " * (ONE_LINE // 7) + "]" + end
        client.open("file:///data.py", text)
        at = (1, 0) if end else (0, len(text) // 2)
        took = await type_at(client, "file:///data.py", *at)
        told(
            f"{len(text)} characters on one line, typed {'below' if end else 'into'}",
            took,
            [client.process.pid],
        )


async def main() -> None:
    print("one document, typed into in the middle (no model)")
    for lines in LINES:
        await update(lines)
    print("documents of one size")
    for lines in LINES:
        await served(1, 1, lines)
    for end in ("", "\n"):
        await one_line(end)
    print("open documents")
    for documents in DOCUMENTS:
        await served(1, documents, 1_000)
    for name, command in (("an engine each", OWN), ("one engine", SERVE)):
        print(f"windows, {name}")
        for windows in WINDOWS:
            await served(windows, 1, 1_000, command=command)
        await served(4, 1, 1_000, typing=4, command=command)


if __name__ == "__main__":
    asyncio.run(main())
