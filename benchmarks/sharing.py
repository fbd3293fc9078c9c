"""Several windows on one engine: what they take, how soon they are answered, and how they survive.

Each part starts real servers on the real model, which meet in a folder of this run. Parts:

    windows   memory and latency of 1, 2 and 4 windows, with an engine each, and sharing one
    hostile   one window's latency beside a session that talks nonsense, does not read, or floods
    killed    the engine is killed at random moments under typing from three windows
    ends      what is left when windows, a server or an editor end

Without a part, all run. `--rounds` is how often an engine is killed, `--seed` when. `--engines` has
only half of the first part run.
"""

import argparse
import asyncio
import itertools
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from scale import source, type_keys

from inkling.backends.running import Running, running
from inkling.bench.client import Client
from inkling.engine import meeting, wire

SERVE = [sys.executable, "-m", "inkling", "serve"]
OWN = [*SERVE, "--own-engine"]
ENGINES = {"an engine each": OWN, "one engine": SERVE}
URI = "file:///a.py"
TYPED = "def add(first, second):\n    total = first + second\n    return total\n\n\n"
MANY, FEW = 1_002, 152
"""Lines of a document."""
PLACES = 4
"""Read in each window."""
SLOW = 3.0
"""Times a start: what took longer to be back is told of."""


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def told(name: str, took: list[float]) -> None:
    within = sum(value <= 100 for value in took) / len(took)
    print(
        f"  {name}: answers p50 {statistics.median(took):.0f}, p95 {quantile(took, 0.95):.0f}, "
        f"max {max(took):.0f} ms, {within:.1%} of {len(took)} within 100 ms",
        flush=True,
    )


@asynccontextmanager
async def windows(
    count: int, folder: Path, command: list[str] = SERVE, linger_s: int = 60
) -> AsyncIterator[list[Client]]:
    async with AsyncExitStack() as stack:
        env = {"XDG_RUNTIME_DIR": str(folder)}
        clients = [
            await stack.enter_async_context(Client.start(command, env)) for _ in range(count)
        ]
        for client in clients:
            await client.initialize({"engineLingerSeconds": linger_s})
        for client in clients:
            await client.heard("inkling/status", state="ready")
        yield clients


def engines(folder: Path) -> list[Running]:
    return running(folder / "inkling")


async def engine(folder: Path) -> int:
    """The shared engine's process, once it is heard."""
    while True:
        for found in await asyncio.to_thread(engines, folder):
            if found.report:
                return found.report.pid
        await asyncio.sleep(0.02)


async def come_to(client: Client, line: int, seconds: float) -> None:
    place = {"textDocument": {"uri": URI}, "position": {"line": line, "character": 0}}
    client.notify("inkling/didMoveCursor", place)
    await asyncio.sleep(seconds)


def typing(client: Client, line: int, seed: int) -> Awaitable[list[float]]:
    return type_keys(client, URI, line, 0, TYPED, seed)


# What windows take.


def descendants(pid: int) -> list[int]:
    found = [pid]
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in tasks.read_text().split():
            found += descendants(int(child))
    return found


def megabytes(pids: list[int]) -> tuple[float, float]:
    """Anonymous memory and proportional set size of all processes, summed."""
    anonymous = proportional = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, _, value = line.partition(":")
            anonymous += int(value.split()[0]) if name == "Anonymous" else 0
            proportional += int(value.split()[0]) if name == "Pss" else 0
    return anonymous / 1e3, proportional / 1e3


async def measure_windows(folder: Path, engines: list[str]) -> None:
    for name in engines:
        command = ENGINES[name]
        for count in (1, 2, 4):
            async with windows(count, folder, command) as clients:
                pids = [pid for client in clients for pid in descendants(client.process.pid)]
                pids += [] if command is OWN else [await engine(folder)]
                for seed, client in enumerate(clients):
                    client.open(URI, source(MANY, seed))
                for place in range(PLACES):
                    for client in clients:
                        await come_to(client, 6 + 250 * place, 8)
                anonymous, proportional = megabytes(pids)
                print(
                    f"{count} windows, {name}, {PLACES} places read in each: "
                    f"{anonymous:.0f} MB anonymous, {proportional:.0f} MB PSS",
                    flush=True,
                )
                told("one typed in", await typing(clients[0], 6 + 250 * (PLACES - 1), 0))
                line = 6 + 250 * (PLACES - 2)
                for seed, client in enumerate(clients):
                    client.open(URI, source(MANY, seed))
                    await come_to(client, line, 8)
                at_once = (typing(client, line, seed) for seed, client in enumerate(clients))
                took = await asyncio.gather(*at_once)
                told("all typed in", [one for each in took for one in each])
        await end(folder)


async def end(folder: Path) -> None:
    for found in await asyncio.to_thread(engines, folder):
        await asyncio.to_thread(found.stop)


# What a session can do to the others.


def request(number: int) -> bytes:
    prompt: wire.Prompt = [wire.Special("fim_prefix"), wire.Text(f"x = {number}", 500, "end")]
    return wire.frame(wire.Generate(number, prompt, 10**6, 1e9))


@contextmanager
def session(folder: Path, act: Callable[[socket.socket], None]) -> Iterator[None]:
    """Sessions that act so, one after another as each is cut off."""
    over = threading.Event()

    def again() -> None:
        while not over.is_set():
            with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(meeting.places(folder / "inkling")[0].socket))
                connection.sendall(wire.frame(wire.Hello(wire.PROTOCOL, os.getpid(), 60.0)))
                while not over.is_set():
                    act(connection)
            time.sleep(0.01)

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def nonsense(connection: socket.socket) -> None:
    connection.sendall(os.urandom(1 << 12))


def deaf(connection: socket.socket) -> None:
    connection.sendall(request(1))


def flood(connection: socket.socket) -> None:
    connection.sendall(request(1))
    with suppress(TimeoutError, BlockingIOError):
        connection.recv(1 << 20, socket.MSG_DONTWAIT)


async def measure_hostile(folder: Path) -> None:
    print("one window beside a session that")
    async with windows(1, folder) as (client,):
        client.open(URI, source(MANY, 0))
        line = 500
        for name, act in (
            ("is not there", None),
            ("talks nonsense", nonsense),
            ("does not read", deaf),
            ("floods", flood),
            ("is gone again", None),
        ):
            client.open(URI, source(MANY, 0))
            await come_to(client, line, 8)
            with nullcontext() if act is None else session(folder, act):
                told(name, await typing(client, line, 0))
    await end(folder)


# How windows survive.


@dataclass
class Typist:
    """Types into a window on and on; counts, and notes when text came."""

    client: Client
    seed: int
    asked: int = 0
    answered: int = 0
    text_at: list[float] = field(default_factory=list)
    over: bool = False

    async def type(self) -> None:
        """Type until it is over, at the end of a document."""
        chance, text, version = random.Random(self.seed), source(FEW, self.seed), 1
        for character in itertools.cycle(TYPED):
            if self.over:
                return
            version += 1
            end = {"line": text.count("\n"), "character": len(text.rpartition("\n")[2])}
            change = {"range": {"start": end, "end": end}, "text": character}
            self.client.change(URI, version, [change])
            text += character
            self.asked += 1
            line, column = text.count("\n"), len(text.rpartition("\n")[2])
            answer = await self.client.complete(URI, line, column)
            self.answered += 1
            if answer.text:
                self.text_at.append(time.perf_counter())
            await asyncio.sleep(max(0.02, chance.gauss(0.18, 0.05)))

    async def has_text_since(self, then: float) -> float:
        """Wait for the first text since a time; return when it came."""
        while not (self.text_at and self.text_at[-1] > then):
            await asyncio.sleep(0.01)
        return next(at for at in self.text_at if at > then)


async def first_text(folder: Path) -> float:
    """Seconds from the start of a server to its first text, with nothing running."""
    began = time.perf_counter()
    async with Client.start(OWN, {"XDG_RUNTIME_DIR": str(folder)}) as client:
        await client.initialize()
        client.open(URI, source(FEW, 0))
        typist = Typist(client, 0)
        at_work = asyncio.create_task(typist.type())
        at = await typist.has_text_since(began)
        typist.over = True
        await at_work
    return at - began


def states(client: Client, since: int) -> str:
    """What a window said of itself after so many notifications, in order."""
    said = [
        f"{params['state']} {params.get('code') or ''}".strip()
        for method, params in client.notifications[since:]
        if method == "inkling/status"
    ]
    return ", ".join(f"{name} x{len(list(each))}" for name, each in itertools.groupby(said))


async def measure_killed(folder: Path, rounds: int, chance: random.Random) -> None:
    startup = statistics.median([await first_text(folder) for _ in range(5)])
    print(f"first text after the start of a server: {startup:.2f} s, median of 5", flush=True)
    back = list[float]()
    asked = answered = 0
    for number in range(rounds):
        async with windows(3, folder) as clients:
            typists = [Typist(client, seed) for seed, client in enumerate(clients)]
            for seed, client in enumerate(clients):
                client.open(URI, source(FEW, seed))
            at_work = [asyncio.create_task(typist.type()) for typist in typists]
            await asyncio.sleep(chance.uniform(0.2, 4))
            pid = await engine(folder)
            heard = [len(client.notifications) for client in clients]
            killed_at = time.perf_counter()
            os.kill(pid, signal.SIGKILL)
            came = [await typist.has_text_since(killed_at) for typist in typists]
            back += [at - killed_at for at in came]
            for client, before, at in zip(clients, heard, came, strict=True):
                if at - killed_at > SLOW * startup:
                    print(f"  {at - killed_at:.1f} s: {states(client, before)}", flush=True)
            await asyncio.sleep(0.5)
            for typist in typists:
                typist.over = True
            async with asyncio.timeout(60):  # else one is not answered
                await asyncio.gather(*at_work)
            asked += sum(typist.asked for typist in typists)
            answered += sum(typist.answered for typist in typists)
        if number % 10 == 9:
            print(f"  {number + 1} rounds", flush=True)
    print(
        f"killed {rounds} times: {answered} of {asked} requests answered; text back after "
        f"{statistics.median(back):.2f} s in the median, p95 {quantile(back, 0.95):.2f}, at most "
        f"{max(back):.2f}: {statistics.median(back) / startup:.2f} times a start"
    )
    await end(folder)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


EDITOR = """
import asyncio, sys
from inkling.bench.client import Client
async def main():
    async with Client.start({serve!r}) as client:
        await client.initialize({{"engineLingerSeconds": 1}})
        await client.heard("inkling/status", state="ready")
        print(client.process.pid, flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""


async def measure_ends(folder: Path) -> None:
    async with windows(2, folder, linger_s=1):
        pid = await engine(folder)
    await asyncio.sleep(5)
    print(f"5 s after the last window was closed the engine {'RUNS' if runs(pid) else 'is gone'}")
    for whom in ("its server", "its editor", "all of the editor's processes"):
        env = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
        words = [sys.executable, "-c", EDITOR.format(serve=SERVE)]
        with subprocess.Popen(  # noqa: ASYNC220 - there is nothing else to do meanwhile
            words, stdout=subprocess.PIPE, env=env, text=True, start_new_session=True
        ) as editor:
            assert editor.stdout
            server = int(await asyncio.to_thread(editor.stdout.readline))
            started = [*descendants(server), await engine(folder)]
            if whom == "its server":
                os.kill(server, signal.SIGKILL)
            elif whom == "its editor":
                editor.kill()
            else:
                os.killpg(editor.pid, signal.SIGKILL)
            await asyncio.sleep(5)
            left = [each for each in started if runs(each)]
            print(f"5 s after {whom} was killed, of {len(started)} processes run: {left or 'none'}")
            editor.kill()


async def main() -> None:
    parts = ("windows", "hostile", "killed", "ends")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*parts, []], help="all of them by default")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engines", choices=ENGINES, action="append", help="both by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkling-") as runtime:
        folder = Path(runtime)
        for part in options.part or parts:
            if part == "windows":
                await measure_windows(folder, options.engines or list(ENGINES))
            elif part == "hostile":
                await measure_hostile(folder)
            elif part == "killed":
                await measure_killed(folder, options.rounds, random.Random(options.seed))
            else:
                await measure_ends(folder)


asyncio.run(main())
