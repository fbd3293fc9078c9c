import asyncio
import os
import signal
import time
from contextlib import asynccontextmanager

import pytest

import processes
from inkling.backends import backoff
from inkling.context.index import process, wire
from inkling.context.index.roots import LONGEST_FILE

PATIENCE_MS = 60_000


@asynccontextmanager
async def running(command):
    index = process.Index(command)
    task = asyncio.create_task(index.run())
    try:
        yield index
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(so):
    async with asyncio.timeout(PATIENCE_MS / 1e3):
        while not so():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


async def known(index, name, asking):
    async with asyncio.timeout(PATIENCE_MS / 1e3):
        while True:
            found = await index.find([name], asking, "python", within_ms=PATIENCE_MS)
            if found:
                return found
            await asyncio.sleep(0.02)


@pytest.fixture
def folder(tmp_path):
    base = tmp_path / "work"
    base.mkdir()
    (base / "a.py").write_text("def from_a(): ...\n")
    return base


@pytest.fixture
def command(tmp_path):
    return process.command(tmp_path / "cache")


def child():
    (pid,) = processes.children(os.getpid())
    return pid


def test_what_names_mean_is_asked_of_a_process_of_its_own(folder, command):
    async def run():
        asking = (folder / "b.py").as_uri()
        async with running(command) as index:
            index.configure([folder.as_uri()], [])
            (found,) = await known(index, "from_a", asking)
            assert found.path == str(folder / "a.py")
            assert found.definition.signature == "def from_a():"
            index.document(asking, "python", "def typed(): ...\n")
            await known(index, "typed", asking)
            (folder / "c.py").write_text("def from_c(): ...\n")
            index.changed([(folder / "c.py").as_uri()])
            await known(index, "from_c", asking)
            index.closed(asking)
            await until(lambda: index.settled == wire.Settled(settled=True, files=2))
            assert await index.find(["typed"], asking, "python", within_ms=PATIENCE_MS) == []
            pid = child()
            assert not processes.network_sockets(pid)
            assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
        await asyncio.wait_for(processes.ended(pid), PATIENCE_MS / 1e3)

    asyncio.run(run())


def test_started_again_it_knows_what_it_knew(folder, command, monkeypatch):
    monkeypatch.setattr(backoff, "DELAYS_S", (0.0,) * len(backoff.DELAYS_S))

    async def run():
        asking = (folder / "b.py").as_uri()
        async with running(command) as index:
            index.configure([folder.as_uri()], [])
            index.document(asking, "python", "def typed(): ...\n")
            await known(index, "typed", asking)
            pid = child()
            os.kill(pid, signal.SIGKILL)
            await processes.ended(pid)
            await until(lambda: not index.settled.settled)
            await known(index, "typed", asking)
            await known(index, "from_a", asking)
            assert child() != pid

    asyncio.run(run())


MUTE = ["sh", "-c", "exec sleep 1000"]
"""It takes what it is told and answers nothing."""


def test_who_is_not_answered_in_time_goes_on_without():
    async def run():
        async with running(MUTE) as index:
            await until(lambda: index._running)
            began = time.monotonic()
            assert await index.find(["a"], "file:///a.py", "python", within_ms=50) == []
            assert time.monotonic() - began >= 0.05
            assert not index._questions

    asyncio.run(run())


def test_who_asks_while_it_does_not_run_is_answered_at_once(command):
    async def run():
        index = process.Index(command)
        async with asyncio.timeout(PATIENCE_MS / 1e3):
            assert await index.find(["a"], "file:///a.py", "python", within_ms=1e9) == []

    asyncio.run(run())


def test_who_waits_when_it_ends_is_answered():
    async def run():
        async with running(MUTE) as index:
            await until(lambda: index._running)
            asked = asyncio.create_task(
                index.find(["a"], "file:///a.py", "python", within_ms=PATIENCE_MS)
            )
            await until(lambda: index._questions)
            os.kill(child(), signal.SIGKILL)
            assert await asyncio.wait_for(asked, PATIENCE_MS / 2e3) == []

    asyncio.run(run())


@pytest.mark.parametrize("end", ["exit 1", "echo nonsense that is no message"])
@pytest.mark.usefixtures("soon")
def test_a_process_that_keeps_ending_is_given_up(end):
    async def run():
        index = process.Index(["sh", "-c", end])
        await asyncio.wait_for(index.run(), PATIENCE_MS / 1e3)
        assert await index.find(["a"], "file:///a.py", "python", within_ms=1e9) == []

    asyncio.run(run())


def test_toward_a_process_that_stands_still_only_the_newest_waits():
    async def run():
        async with running(MUTE) as index:
            await until(lambda: index._running)
            text = "x" * LONGEST_FILE
            for turn in range(50):
                index.document("file:///a.py", "python", f"{text[5:]}{turn}")
                index.changed([f"file:///{turn}/{number}.py" for number in range(100)])
                await asyncio.sleep(0)
            assert len(index._untold) <= 1
            assert len(index._changed) <= process.MOST_CHANGED

    asyncio.run(run())


def test_a_text_that_is_too_long_is_as_good_as_closed(folder, command):
    async def run():
        asking = (folder / "b.py").as_uri()
        async with running(command) as index:
            index.document(asking, "python", "def typed(): ...\n")
            await known(index, "typed", asking)
            index.document(asking, "python", "def typed(): ...\n" + " " * LONGEST_FILE)
            # What is told goes out before what is asked.
            assert await index.find(["typed"], asking, "python", within_ms=PATIENCE_MS) == []

    asyncio.run(run())


def test_half_a_character_ends_nothing(folder, command):
    async def run():
        asking = (folder / "b.py").as_uri()
        async with running(command) as index:
            index.document(asking, "python", "def before(): ...\n")
            await known(index, "before", asking)
            index.document(asking, "python", "a = '\ud800'\n")
            assert await index.find(["\ud800"], asking, "python", within_ms=200) == []
            index.document(asking, "python", "def typed(): ...\n")
            await known(index, "typed", asking)

    asyncio.run(run())
