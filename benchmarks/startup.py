"""How soon the server answers `initialize`, beside a pygls server that does nothing else.

Both are started in turn, as processes. Prints medians with their spread and the ratio, then
how long until the model is ready and what memory the two processes hold.
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path

from inkling.bench.client import Client

BARE = "from pygls.lsp.server import LanguageServer; LanguageServer('bare', '1').start_io()"
COMMANDS = {
    "bare pygls": [sys.executable, "-c", BARE],
    "inkling serve": [sys.executable, "-m", "inkling", "serve", "--own-engine"],
}
ROUNDS = 9


async def initialize(command: list[str]) -> float:
    began = time.perf_counter()
    async with Client.start(command) as client:
        await client.initialize()
        return time.perf_counter() - began


async def main() -> None:
    took: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            took[name].append(await initialize(command))
    bare = statistics.median(took["bare pygls"])
    print(f"initialize answered after process start, median of {ROUNDS} (least to most)")
    for name, seconds in took.items():
        middle = statistics.median(seconds)
        print(
            f"  {name:14} {middle:.3f} s  ({min(seconds):.3f} to {max(seconds):.3f})"
            f"  {middle / bare:.2f} x bare"
        )
    began = time.perf_counter()
    async with Client.start(COMMANDS["inkling serve"]) as client:
        await client.initialize()
        await client.heard("inkling/status", state="ready")
        print(f"model ready after {time.perf_counter() - began:.2f} s")
    await first_suggestion()
    async with Client.start(COMMANDS["inkling serve"]) as client:
        await client.initialize()
        await client.heard("inkling/status", state="ready")
        client.open("file:///a.py", "import os\n\n\ndef add(a, b):\n    return ")
        await client.complete("file:///a.py", 4, 11, explicit=True)
        memory(client.process.pid)


async def first_suggestion() -> None:
    """Open a file of some size and type; print when the first text is there, from the start on."""
    before = "".join(f"VALUE_{number} = {number}\n" for number in range(120))
    text = before + "\n\ndef add(first, second):\n    return "
    line = text.count("\n")
    took = []
    for _ in range(5):
        began = time.perf_counter()
        async with Client.start(COMMANDS["inkling serve"]) as client:
            await client.initialize()
            client.open("file:///a.py", text)
            place = {"line": line, "character": 11}
            client.notify(
                "inkling/didMoveCursor",
                {"textDocument": {"uri": "file:///a.py"}, "position": place},
            )
            while not (await client.complete("file:///a.py", line, 11)).text:
                await asyncio.sleep(0.05)
            took.append(time.perf_counter() - began)
    print(
        f"first suggestion after {statistics.median(took):.2f} s, median of {len(took)} "
        f"({min(took):.2f} to {max(took):.2f})"
    )


def memory(server: int) -> None:
    """Print resident memory by process and kind, where the system has /proc."""
    if not Path("/proc").exists():
        return
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    total = 0.0
    for name, pid in (("server", str(server)), *(("engine", child) for child in children)):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        kinds = {
            line.partition(":")[0]: int(line.split()[1]) / 1e3
            for line in lines
            if line.startswith(("VmRSS", "RssAnon", "RssFile"))
        }
        total += kinds["VmRSS"]
        print(
            f"  {name}: {kinds['VmRSS']:.0f} MB resident, of which "
            f"{kinds['RssAnon']:.0f} its own and {kinds['RssFile']:.0f} mapped files"
        )
    print(f"  together {total:.0f} MB")


asyncio.run(main())
