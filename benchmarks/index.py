"""What an index of folders costs: time, memory, room on disk, how soon a change is known, and how
typing beside it fares.

    python benchmarks/index.py FOLDER...

Memory is that of the process that stays, and of the one that reads the folders beside it, as the
kernel counts it: all of it (resident), with what is shared divided up (PSS), and what nobody else
has (private). Typing is measured in a server that reads the folders for the first time meanwhile,
and in turn in one that has none.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from scale import quantile, source, type_at

from inkling.bench.client import Client
from inkling.context.index import process, store
from inkling.models.store import cache_root

NAMES = "Path get run read Client Session Config parse encode decode open main"
TURNS = 50
LOOK_S = 0.05
SERVE = [sys.executable, "-m", "inkling", "serve", "--own-engine"]
TYPING_TURNS = 4
TYPED_AT = range(10, 200, 50)  # lines


def memory(pid: int) -> str:
    found = psutil.Process(pid).memory_full_info()
    counts = {"resident": found.rss, "PSS": found.pss, "private": found.uss}
    return ", ".join(f"{name} {count / 1e6:.1f}" for name, count in counts.items()) + " MB"


async def until_settled(index: process.Index, *, look: Callable[[], None]) -> None:
    while index.settled.settled:
        await asyncio.sleep(0.001)
    while not index.settled.settled:
        look()
        await asyncio.sleep(LOOK_S)


async def until_known(index: process.Index, name: str, asking: str) -> float:
    began = time.perf_counter()
    while not await index.find([name], asking, "python", within_ms=1000):
        await asyncio.sleep(0.005)
    return 1e3 * (time.perf_counter() - began)


async def timed(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return 1e3 * (time.perf_counter() - began)


async def measure(folders: list[Path], cache: Path, scratch: Path, text: str) -> None:
    index = process.Index(process.command(cache))
    running = asyncio.create_task(index.run())
    while not psutil.Process().children():
        await asyncio.sleep(LOOK_S)
    (host,) = psutil.Process().children()
    most = [0, ""]

    def look() -> None:
        for child in host.children():
            with suppress(psutil.Error):
                if child.memory_info().rss > most[0]:
                    most[:] = [child.memory_info().rss, memory(child.pid)]

    for when in ("at first", "when all is known"):
        began = time.perf_counter()
        index.configure([folder.as_uri() for folder in [*folders, scratch]], [])
        await until_settled(index, look=look)
        took = time.perf_counter() - began
        print(f"{when}: {index.settled.files} files in {took:.1f} s; stays {memory(host.pid)}")
    print(f"beside it while folders are read, at most: {most[1]}")
    kept = sum(file.stat().st_size for file in store.folder_in(cache).iterdir())
    print(f"on disk {kept / 1e6:.1f} MB")

    asking, made = (scratch / "asking.py").as_uri(), scratch / "made.py"
    made.write_text("def made_on_the_disk(): ...\n")
    index.changed([made.as_uri()])
    took = await until_known(index, "made_on_the_disk", asking)
    print(f"a file that is made is known {took:.0f} ms after it is told")
    index.document(asking, "python", "import json\ndef in_a_document(): ...\n")
    took = await until_known(index, "in_a_document", asking)
    print(f"a document that is opened is known after {took:.0f} ms")

    names = NAMES.split()
    asked = [
        await timed(lambda: index.find(names, asking, "python", within_ms=1000, members=8))
        for _ in range(TURNS)
    ]
    middle, most_of = statistics.median(asked), statistics.quantiles(asked, n=20)[-1]
    print(f"{len(names)} names are looked up in {middle:.1f} ms (p95 {most_of:.1f})")
    told = []
    for turn in range(TURNS):
        began = time.perf_counter()
        index.document(asking, "python", f"{text}{turn}")
        index.changed([asking])
        told.append(1e3 * (time.perf_counter() - began))
        await asyncio.sleep(0.01)
    print(f"{len(text)} characters are told in {max(told):.2f} ms at most")
    await asyncio.sleep(3)
    print(f"stays {memory(host.pid)}")
    running.cancel()
    await asyncio.wait([running])


def readers(client: Client) -> list[psutil.Process]:
    """The processes in which its index reads folders."""
    below = psutil.Process(client.process.pid).children(recursive=True)
    return [one for one in below if one.parents()[1].pid == client.process.pid]


@contextmanager
def empty_cache() -> Iterator[Path]:
    """A cache with the models of the person's own, and nothing else."""
    with tempfile.TemporaryDirectory() as cache:
        Path(cache, "models").symlink_to(cache_root() / "models")
        yield Path(cache)


async def typed_beside(folders: list[Path]) -> None:
    """Type in a new server whose index reads the folders from the start, or has none."""
    took: dict[str, list[float]] = {"is read": [], "is not there": []}
    still = 0
    for turn in range(2 * TYPING_TURNS):
        name = list(took)[turn % 2]
        with empty_cache() as cache:
            async with Client.start(SERVE, {"INKLING_CACHE": str(cache)}) as client:
                given = [{"uri": one.as_uri(), "name": one.name} for one in folders]
                await client.initialize(folders=given if name == "is read" else [])
                await client.heard("inkling/status", state="ready")
                uri, text = "file:///a.py", source(200, turn)
                client.open(uri, text)
                took[name] += await type_at(client, uri, TYPED_AT[turn % 4], 0, turn)
                still += bool(readers(client))
    print(f"typed in a server while what it indexes ({still} of {TYPING_TURNS} read to the end)")
    for name, each in took.items():
        within = sum(value <= 100 for value in each) / len(each)
        print(
            f"  {name}: answers p50 {statistics.median(each):.0f}, p95 {quantile(each, 0.95):.0f}, "
            f"max {max(each):.0f} ms, {within:.1%} of {len(each)} within 100 ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    folders = [folder.resolve() for folder in parser.parse_args().folders]
    text = Path(argparse.__file__).read_text("utf-8")  # some 100 kB
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(folders, Path(cache), Path(scratch), text))
    asyncio.run(typed_beside(folders))


if __name__ == "__main__":
    main()
