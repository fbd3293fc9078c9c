"""One engine for several sessions, as servers share it: real processes, on a tiny model."""

import asyncio
import itertools
import os
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

import processes
from inkling.backends import process, shared
from inkling.backends.engine import Engine
from inkling.backends.running import running, told
from inkling.doctor.sharing import sharing as examined
from inkling.engine import meeting, wire
from inkling.engine.sharing import RATE
from real_engine import PATIENCE

UNLIMITED = 1e9  # milliseconds
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@pytest.fixture
def folder():
    """Where windows meet; a socket's path has to be short."""
    with tempfile.TemporaryDirectory(prefix="inkling-") as runtime:
        place = Path(runtime) / "inkling"
        yield place
        if place.is_symlink():
            return
        with_rights = place.exists() and place.stat().st_uid == os.geteuid()
        if with_rights:
            place.chmod(0o700)
        for engine in running(place):
            engine.stop()


def linked(folder, model, linger_s=PATIENCE):
    place = meeting.Place(folder, shared.name_of(model, 1, None))
    command = process.command(model, 1, (), None, "inkling.engine.sharing")
    return shared.Shared(place, command, linger_s, process.Child(process.command(model, 1)))


class Window:
    """A server's end of a session, and the states that it went through."""

    def __init__(self, link):
        self.states = []
        self._changed = asyncio.Event()
        self.engine = Engine(link)
        self.engine.listen(self._hear)
        self.running = asyncio.create_task(self.engine.run())

    def _hear(self, state):
        self.states.append(state)
        self._changed.set()

    async def until(self, state):
        while self.engine.state.state != state:
            self._changed.clear()
            await self._changed.wait()

    async def ask(self, text="def name(self):\n    return", max_tokens=8, **named):
        prompt = [wire.Special("fim_prefix"), wire.Text(text, 2000, "end")]
        named = {"budget_ms": UNLIMITED} | named
        stream = self.engine.generate(prompt, max_tokens=max_tokens, **named)
        return [message async for message in stream]

    async def close(self):
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


@asynccontextmanager
async def windows(count, folder, model, linger_s=PATIENCE):
    """So many windows, whose engine is ready."""
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        opened = [Window(linked(folder, model, linger_s)) for _ in range(count)]
        for window in opened:
            stack.push_async_callback(window.close)
        for window in opened:
            await window.until("ready")
        yield opened


def only(folder):
    """What the only engine says of itself; on a busy machine it takes its time."""
    while True:
        (engine,) = running(folder)
        if engine.report is not None:
            return engine.report


def until_shared_by(folder, count):
    """Wait until the only engine has so many windows: it hears of an end a little later."""
    while len(only(folder).sessions) != count:
        time.sleep(0.01)


def engines_of_its_own():
    return processes.children(os.getpid(), "inkling.engine.host")


# One engine.


def test_windows_that_start_at_once_share_one_engine(folder, endless):
    async def scene():
        async with windows(4, folder, endless) as opened:
            answers = await asyncio.gather(*(window.ask() for window in opened))
            assert {answer[-1].why for answer in answers} == {"length"}
            texts = {"".join(c.text for c in answer[:-1]) for answer in answers}
            assert len(texts) == 1
            report = only(folder)
            assert (report.model, report.state) == (endless.name, "ready")
            assert [sharer.pid for sharer in report.sessions] == [os.getpid()] * 4
            assert report.peak_bytes > 1e6
            assert not engines_of_its_own()
            assert {state.state for window in opened for state in window.states} == {
                "loading",
                "ready",
            }

    asyncio.run(scene())


def test_the_engine_is_nobodys_child_and_knows_little_of_who_started_it(
    folder, endless, monkeypatch
):
    monkeypatch.setenv("SECRET_TOKEN", "correct-horse")

    async def scene():
        async with windows(1, folder, endless):
            pid = only(folder).pid
            assert pid not in processes.children(os.getpid())
            assert os.getsid(pid) != os.getsid(0)
            assert os.getpgid(pid) != os.getpgid(0)
            assert os.readlink(f"/proc/{pid}/cwd") == "/"  # noqa: PTH115 - in an async function
            with open(f"/proc/{pid}/environ", "rb") as environment:  # noqa: ASYNC230, PTH123
                assert b"correct-horse" not in environment.read()
            assert processes.network_sockets(pid) == []
            kept = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert (kept[".log"], kept[".lock"]) == (0o600, 0o600)

    asyncio.run(scene())


def test_another_model_or_other_options_are_another_engine(endless, tiny_f32, tmp_path):
    copy = shutil.copytree(endless, tmp_path / "model")
    names = {
        shared.name_of(model, threads, draft)
        for model, threads, draft in [
            (endless, 1, None),
            (endless, 2, None),
            (tiny_f32, 1, None),
            (endless, 1, tiny_f32),
            (copy, 1, None),
        ]
    }
    names.add(shared.name_of(endless, 1, None, deep=True))
    assert len(names) == 6
    before = shared.name_of(copy, 1, None)
    os.utime(copy / "model.json", (1, 1))
    assert shared.name_of(copy, 1, None) != before, "it was made anew"
    assert shared.name_of(copy, 1, None) == shared.name_of(copy, 1, None)


def test_what_is_read_for_one_window_is_known_to_that_alone(folder, endless):
    async def scene():
        async with windows(2, folder, endless) as (one, other):
            text = "import name\n" * 60
            prompt = [wire.Special("fim_prefix"), wire.Text(text, 2000, "end")]
            unread = one.engine.unread_tokens(prompt)
            assert unread > 100
            await one.ask(text, max_tokens=0, budget_ms=0)
            assert one.engine.unread_tokens(prompt) < 5
            assert other.engine.unread_tokens(prompt) == unread
            *_, done = await other.ask(text, max_tokens=1)
            assert done.stats.reused_tokens == done.stats.prompt_tokens - 1

    asyncio.run(scene())


def test_a_newer_request_of_one_window_leaves_the_others_alone(folder, endless):
    async def scene():
        async with windows(2, folder, endless) as (one, other):
            pid = only(folder).pid
            os.kill(pid, signal.SIGSTOP)
            asked = []
            # One token cannot be cut off, however soon a slow machine's turn is over.
            for window, tokens in ((one, 10**6), (other, 1), (one, 1)):
                asked.append(asyncio.create_task(window.ask(max_tokens=tokens)))
                await asyncio.sleep(0.05)
            os.kill(pid, signal.SIGCONT)
            ends = [(await answer)[-1].why == "cancelled" for answer in asked]
            assert ends == [True, False, False]

    asyncio.run(scene())


def test_who_is_waited_for_does_not_wait_for_what_is_read_ahead(folder, endless):
    async def scene():
        async with windows(2, folder, endless) as (one, other):
            text = "import numpy\nclass Value:\n" * 300
            reading = asyncio.create_task(one.ask(text, max_tokens=0, budget_ms=0))
            while one.engine.unread_tokens([wire.Text(text, 9, "end")]) and not reading.done():
                await asyncio.sleep(0)
                if one.engine._readings._held:
                    break
            answer = await other.ask("x = ", max_tokens=1)
            assert answer[-1].why == "length"
            assert not reading.done()
            (done,) = await reading
            assert done.why == "length", "it is read to its end all the same"
            assert done.stats.reused_tokens > 0

    asyncio.run(scene())


# Its end.


def test_an_engine_ends_after_its_last_window(folder, endless):
    async def scene():
        async with windows(2, folder, endless, linger_s=0.3) as (one, _):
            pid = only(folder).pid
            await one.close()
            await asyncio.sleep(0.6)
            assert processes.runs(pid), "one window is left"
        async with asyncio.timeout(PATIENCE):
            await processes.ended(pid)
        assert not meeting.places(folder)[0].socket.exists()

    asyncio.run(scene())


def test_a_window_that_comes_while_the_engine_stays_finds_it(folder, endless):
    async def scene():
        async with windows(1, folder, endless):
            pid = only(folder).pid
        await asyncio.to_thread(until_shared_by, folder, 0)
        async with windows(1, folder, endless, linger_s=0):
            assert only(folder).pid == pid
        async with asyncio.timeout(PATIENCE):
            await processes.ended(pid)

    asyncio.run(scene())


def test_windows_that_come_as_the_engine_ends_have_one(folder, endless):
    async def scene():
        for _ in range(5):
            async with windows(2, folder, endless, linger_s=0) as opened:
                assert (await opened[0].ask())[-1].why == "length"
        assert not engines_of_its_own()

    asyncio.run(scene())


WAITING = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_shared import windows
async def wait():
    async with windows(1, Path({folder!r}), Path({model!r}), linger_s=0.2) as (window,):
        asked = asyncio.create_task(window.ask(max_tokens=10**6))
        print("ready", flush=True)
        await asked
asyncio.run(wait())
"""


@pytest.mark.parametrize("whom", ["the server", "all of its group"])
def test_a_server_that_is_killed_leaves_no_engine(folder, endless, whom):
    names = {"tests": str(Path(__file__).parent), "folder": str(folder), "model": str(endless)}
    path = os.pathsep.join(sys.path)
    server = subprocess.Popen(
        [sys.executable, "-c", WAITING.format(**names)],
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with server:
        assert server.stdout.readline() == b"ready\n"
        pid = only(folder).pid
        if whom == "the server":
            server.kill()
        else:
            os.killpg(server.pid, signal.SIGKILL)
    assert processes.runs(pid)

    async def scene():
        async with asyncio.timeout(PATIENCE):
            await processes.ended(pid)

    asyncio.run(scene())


@pytest.mark.parametrize("hung", [False, True])
def test_an_engine_is_ended_when_it_is_told_to_even_one_that_hangs(folder, endless, hung):
    async def scene():
        async with windows(1, folder, endless, linger_s=9) as (window,):
            (engine,) = running(folder)
            assert "ready: process" in told(engine)
            assert "shared by 1 window (process" in told(engine)
            await window.close()
            if hung:
                os.kill(engine.report.pid, signal.SIGSTOP)
                (silent,) = await asyncio.to_thread(running, folder)
                assert "does not answer" in told(silent)
            await asyncio.to_thread(engine.stop)
            await processes.ended(engine.report.pid)
            while await asyncio.to_thread(running, folder):
                pass  # the last of its threads

    asyncio.run(scene())


def test_a_person_can_ask_who_shares_an_engine_and_end_it(folder, endless):
    def inkling(*words):
        command = [sys.executable, "-m", "inkling", "engine", *words]
        env = {**os.environ, "XDG_RUNTIME_DIR": str(folder.parent)}
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=env).stdout.decode()

    async def scene():
        async with windows(2, folder, endless) as (one, _):
            pid = only(folder).pid
            said = await asyncio.to_thread(inkling, "status")
            assert said.startswith(f"{endless.name}, ready: process {pid} since ")
            assert said.count(f"process {os.getpid()} since ") == 2
            assert await asyncio.to_thread(inkling, "stop") == "1 ended\n"
            await processes.ended(pid)
            await one.until("loading")

    asyncio.run(scene())
    assert inkling("stop") == "0 ended\n"
    assert inkling("status") == f"no engine is shared in {folder}\n"


# Without a key.


def test_the_model_is_away_once_nobody_types_in_any_window_and_back_in_all(folder, endless):
    async def scene():
        async with windows(2, folder, endless) as (one, other):
            pid = only(folder).pid
            one.engine._outbox.put(wire.Keep(0.0))
            for number in range(3):
                assert (await other.ask(f"x = {number}"))[-1].why == "length"
            assert "asleep" not in {state.state for state in one.states}
            other.engine._outbox.put(wire.Keep(0.0))
            for window in (one, other):
                await window.until("asleep")
            (engine,) = await asyncio.to_thread(running, folder)
            assert (engine.report.state, engine.report.pid) == ("asleep", pid)
            assert f"{endless.name}, asleep until the next key: process {pid} since" in told(engine)
            one.engine.typed()
            for window in (one, other):
                await window.until("ready")
                assert (await window.ask())[-1].why == "length"
            assert only(folder).pid == pid

    asyncio.run(scene())


def test_a_window_that_comes_wakes_the_model_and_one_that_goes_does_not(folder, endless):
    async def scene():
        async with windows(2, folder, endless) as (one, other):
            for window in (one, other):
                window.engine._outbox.put(wire.Keep(0.0))
            await one.until("asleep")
            await other.close()
            await asyncio.to_thread(until_shared_by, folder, 1)
            assert only(folder).state == "asleep"
            async with windows(1, folder, endless) as (late,):
                await one.until("ready")
                assert [state.state for state in late.states[-3:]] == ["asleep", "loading", "ready"]

    asyncio.run(scene())


# Its death.


@pytest.mark.usefixtures("soon")
def test_each_window_is_back_by_itself_after_the_engine_was_killed_at_any_moment(folder, endless):
    chance = random.Random(20)

    async def typing(window, stop):
        whys = []
        for number in itertools.count():
            *_, done = await window.ask(f"x = {number}", max_tokens=3)
            whys.append(done.why)
            await asyncio.sleep(0.002)  # between two keys
            if stop.is_set():
                break
        return whys

    async def another(killed, shared_by=1):
        while True:
            for engine in await asyncio.to_thread(running, folder):
                report = engine.report
                if report and report.pid not in killed and len(report.sessions) >= shared_by:
                    return report.pid
            await asyncio.sleep(0.01)

    async def scene():
        async with windows(3, folder, endless) as opened:
            stop = asyncio.Event()
            at_work = [asyncio.create_task(typing(window, stop)) for window in opened]
            killed = set()
            for _ in range(3):
                pid = await another(killed)
                await asyncio.sleep(chance.uniform(0, 0.4))  # it may still load
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
            await another(killed, shared_by=3)
            stop.set()
            ends = [await each for each in at_work]
            assert {why for whys in ends for why in whys} >= {"failed"}
            for window in opened:
                await window.until("ready")
                assert (await window.ask())[-1].why in ("length", "stop")
            assert not engines_of_its_own()

    asyncio.run(scene())


@pytest.mark.usefixtures("soon")
def test_an_engine_that_cannot_live_is_replaced_by_one_of_its_own(folder, endless):
    async def scene():
        link = linked(folder, endless)
        link.command = [sys.executable, "-c", "raise SystemExit(1)", "inkling.engine.sharing"]
        window = Window(link)
        async with asyncio.timeout(PATIENCE):
            await window.until("ready")
        assert (await window.ask())[-1].why == "length"
        assert len(engines_of_its_own()) == 1
        assert "The engine ended by itself. It is started again." in [
            state.detail for state in window.states
        ]
        await window.close()

    asyncio.run(scene())


def test_a_model_that_cannot_be_loaded_is_a_failure_with_a_sentence(folder, tmp_path):
    (tmp_path / "model.json").write_text("{}")

    async def scene():
        window = Window(linked(folder, tmp_path))
        async with asyncio.timeout(PATIENCE):
            await window.until("failed")
            await window.running
        assert "the model could not be loaded" in window.engine.state.detail

    asyncio.run(scene())


# What one session can do to the others.


class Raw:
    """A session that says what a test wants."""

    def __init__(self, folder, opening=None):
        (place,) = meeting.places(folder)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(place.socket))
        if opening is None:
            opening = wire.Hello(wire.PROTOCOL, 1, 0.0)
        if opening:
            self.socket.sendall(wire.frame(opening))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def is_cut_off(self):
        try:
            while self.socket.recv(1 << 16):
                pass
        except ConnectionError:
            pass
        return True


def generate(number, max_tokens=8, budget_ms=UNLIMITED):
    prompt = [wire.Special("fim_prefix"), wire.Text(f"x = {number}", 500, "end")]
    return wire.Generate(number, prompt, max_tokens, budget_ms)


GARBAGE = {
    "no header": b"the person's own code",
    "a length": wire.HEADER.pack(wire.LONGEST + 1),
    "bytes": wire.HEADER.pack(5) + b"hello",
    "another direction": wire.frame(wire.State("ready")),
    "a second hello": wire.frame(wire.Hello(wire.PROTOCOL, 1, 0.0)),
}


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("greets", [True, False], ids=["greets", "does not greet"])
def test_who_talks_nonsense_is_cut_off_and_harms_nobody(folder, endless, garbage, greets):
    async def scene():
        async with windows(1, folder, endless) as (window,):
            with Raw(folder, None if greets else False) as raw:
                if greets or garbage != "a second hello":
                    raw.socket.sendall(GARBAGE[garbage])
                else:
                    raw.socket.sendall(wire.frame(wire.Hello(wire.PROTOCOL + 1, 1, 0.0)))
                assert await asyncio.to_thread(raw.is_cut_off)
            assert (await window.ask())[-1].why == "length"
            await asyncio.to_thread(until_shared_by, folder, 1)
            (place,) = meeting.places(folder)
            assert place.log.read_bytes() == b""

    asyncio.run(scene())


def test_who_does_not_read_is_cut_off_and_harms_nobody(folder, endless):
    async def scene():
        async with windows(1, folder, endless) as (window,):
            with Raw(folder) as raw:
                # It writes on and on, and nobody takes it.
                stopped = threading.Event()

                def ask_on():
                    try:
                        for number in itertools.count(1):
                            raw.socket.sendall(wire.frame(generate(number, 10**6)))
                    except OSError:
                        stopped.set()

                threading.Thread(target=ask_on, daemon=True).start()
                while len(only(folder).sessions) > 1:
                    assert (await window.ask())[-1].why == "length"
                assert await asyncio.to_thread(stopped.wait, PATIENCE)
            assert (await window.ask())[-1].why == "length"

    asyncio.run(scene())


def test_a_flood_of_one_session_waits_at_its_own_end(folder, endless):
    async def scene():
        async with windows(1, folder, endless) as (window,):
            with Raw(folder) as raw:
                sent = itertools.count()

                def flood():
                    try:
                        for number in itertools.count(1):
                            raw.socket.sendall(wire.frame(generate(number, 1)))
                            next(sent)
                    except OSError:
                        pass

                def drain():
                    try:
                        while raw.socket.recv(1 << 16):
                            pass
                    except OSError:
                        pass

                threads = [threading.Thread(target=each, daemon=True) for each in (flood, drain)]
                for thread in threads:
                    thread.start()
                await asyncio.sleep(0.5)
                before, began = next(sent), asyncio.get_running_loop().time()
                for _ in range(10):
                    assert (await window.ask(max_tokens=2))[-1].why == "length"
                await asyncio.sleep(0.5)
                taken = next(sent) - before
                took = asyncio.get_running_loop().time() - began
                assert 0 < taken <= 2 * RATE * took + 400, "as many as a socket holds, and so many"
                assert len(only(folder).sessions) == 2, "it reads, and is not cut off"
                raw.socket.shutdown(socket.SHUT_RDWR)

    asyncio.run(scene())


def test_a_session_that_wants_all_shares_it(folder, endless):
    async def scene():
        async with windows(1, folder, endless) as (window,):
            with Raw(folder) as raw:
                raw.socket.sendall(wire.frame(generate(1, 10**6)))
                raw.socket.recv(1)
                assert (await window.ask())[-1].why == "length"

    asyncio.run(scene())


# Where nobody can meet.


def doctored(folder):
    check = examined(folder)
    return check.verdict, f"{check.found} {check.advice}"


def alone(folder, endless):
    """Whether a window has an engine of its own; it serves in any case."""

    async def scene():
        window = Window(linked(folder, endless))
        async with asyncio.timeout(PATIENCE):
            await window.until("ready")
            assert (await window.ask())[-1].why == "length"
        own = len(engines_of_its_own())
        await window.close()
        return own == 1

    return asyncio.run(scene())


def test_a_folder_that_others_can_open_is_not_shared_in(folder, endless):
    folder.mkdir(mode=0o750)
    folder.chmod(0o750)
    verdict, said = doctored(folder)
    assert verdict == "warning"
    assert "open to other users" in said
    assert f"chmod 700 {folder}" in said
    assert alone(folder, endless)
    folder.chmod(0o700)
    assert doctored(folder)[0] == "ok"
    assert not alone(folder, endless)
    until_shared_by(folder, 0)
    assert "shared by 0 windows" in doctored(folder)[1]


@as_root
def test_a_folder_of_another_user_is_not_shared_in(folder, endless):
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY, NOBODY)
    verdict, said = doctored(folder)
    assert verdict == "warning"
    assert "belongs to another user" in said
    assert alone(folder, endless)


@pytest.mark.parametrize("what", ["a link", "a file", "too long", "a link for its log"])
def test_no_other_thing_is_shared_in(folder, endless, what, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if what == "a link":
        folder.symlink_to(elsewhere)
    elif what == "a file":
        folder.write_text("")
    elif what == "too long":
        folder = folder / ("x" * 80)
    else:
        folder.mkdir(mode=0o700)
        link = meeting.Place(folder, shared.name_of(endless, 1, None)).log
        link.symlink_to(elsewhere / "log")
    if not what.endswith("log"):
        assert doctored(folder)[0] != "ok"
    assert alone(folder, endless)
    assert list(elsewhere.iterdir()) == []


HEAR = """
from pathlib import Path
from inkling.engine import meeting
from inkling.engine.jobs import Inbox
from inkling.engine.sharing import Sharing
place = meeting.Place(Path({folder!r}), {name!r})
listener = meeting.listen(place)
print("listens", flush=True)
Sharing(place, "none", Inbox()).accept(listener)
"""


@contextmanager
def heard(place):
    """The engine's part that hears, without an engine."""
    code = HEAR.format(folder=str(place.folder), name=place.name)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"listens\n"
        yield
        process.kill()


SAY_HELLO = """
import os, socket
os.setgid({user}); os.setuid({user})
with socket.socket(socket.AF_UNIX) as connection:
    try:
        connection.connect({path!r})
        connection.sendall({hello!r})
        print("heard" if connection.recv(1 << 16) else "not heard")
    except PermissionError:
        print("kept out")
    except ConnectionError:
        print("not heard")
"""


@as_root
@pytest.mark.parametrize("user", [0, NOBODY])
def test_the_engine_hears_nobody_else(folder, user):
    folder.mkdir(mode=0o700)
    place = meeting.Place(folder, "0" * 16)
    hello = wire.frame(wire.Hello(wire.PROTOCOL, 1, PATIENCE))
    code = SAY_HELLO.format(user=user, path=str(place.socket), hello=hello)

    def said():
        words = [sys.executable, "-c", code]
        return subprocess.run(words, check=True, stdout=subprocess.PIPE, timeout=PATIENCE).stdout

    with heard(place):
        assert said() == (b"kept out\n" if user else b"heard\n")
        # As if the folder had not kept them out:
        for path, mode in ((folder.parent, 0o711), (folder, 0o711), (place.socket, 0o777)):
            path.chmod(mode)
        assert said() == (b"not heard\n" if user else b"heard\n")


LISTEN = """
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind({path!r})
os.setgid({user}); os.setuid({user})
listener.listen()
print("listens", flush=True)
connection, _ = listener.accept()
print(len(connection.recv(1 << 16)), flush=True)
"""


@as_root
def test_a_window_tells_nothing_to_somebody_elses_engine(folder, endless):
    folder.mkdir(mode=0o700)
    place = meeting.Place(folder, shared.name_of(endless, 1, None))
    code = LISTEN.format(path=str(place.socket), user=NOBODY)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"listens\n"

        async def scene():
            window = Window(linked(folder, endless))
            async with asyncio.timeout(PATIENCE):
                await window.until("ready")
            assert len(engines_of_its_own()) == 1
            await window.close()

        asyncio.run(scene())
        assert other.stdout.readline() == b"0\n"


def test_an_engine_that_does_not_greet_is_left_for_one_of_its_own(folder, endless, monkeypatch):
    monkeypatch.setattr(shared, "_PATIENCE_S", 0.5)

    async def scene():
        async with windows(1, folder, endless):
            pid = only(folder).pid
            os.kill(pid, signal.SIGSTOP)
            window = Window(linked(folder, endless))
            await window.until("ready")
            assert (await window.ask())[-1].why == "length"
            await window.close()
            os.kill(pid, signal.SIGCONT)

    asyncio.run(scene())
