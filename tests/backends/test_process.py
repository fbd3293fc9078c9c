import asyncio
import io
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import aclosing, contextmanager

import msgspec
import pytest

import processes
import tiny_model
from inkling.backends import backoff, process
from inkling.backends.engine import Engine
from inkling.engine import host, wire
from inkling.engine.drafting.model import DraftModel
from inkling.engine.jobs import Inbox, Job, Superseded
from inkling.engine.runtime.base import Stop
from inkling.engine.runtime.onnx import OnnxSession
from real_engine import PATIENCE, pid_of_engine, running

UNLIMITED = 1e9  # milliseconds


def prompt(text="def name(self):\n    return"):
    return [wire.Special("fim_prefix"), wire.Text(text, 500, "end")]


def generate(number, text="def name(self):\n    return", max_tokens=8):
    return wire.Generate(number, prompt(text), max_tokens, UNLIMITED)


# One request at a time, without a process.


@pytest.fixture(scope="module")
def loaded(endless):
    return host.Host(endless, capacity=512, threads=1)


@pytest.fixture(scope="module")
def forgetful(endless):
    return host.Host(endless, capacity=512, threads=1, without=["recall"])


def answer(loaded, request, at_each=lambda *_: None):
    """What is sent of a request's own, doing something at each of these messages."""
    return [
        message
        for message in all_of(loaded, request, at_each)
        if isinstance(message, wire.Chunk | wire.Done)
    ]


def all_of(loaded, request, at_each=lambda *_: None):
    job, messages = Job(request, time.perf_counter()), []

    def send(_, message):
        messages.append(wire.decode_from_engine(wire.frame(message)[wire.HEADER.size :]))
        if isinstance(message, wire.Chunk | wire.Done):
            at_each(job, message)

    loaded.answer(job, send)
    return messages


def test_each_step_is_a_chunk_and_stats_add_up(loaded):
    *chunks, done = answer(loaded, generate(7, max_tokens=9))
    assert {chunk.id for chunk in chunks} == {7}
    assert (done.id, done.why) == (7, "length")
    assert sum(len(chunk.tokens) for chunk in chunks) == done.stats.generated_tokens == 9
    assert len(chunks) == done.stats.steps
    assert done.stats.generated_tokens == done.stats.steps + done.stats.accepted_tokens
    assert done.stats.accepted_tokens <= done.stats.draft_tokens
    assert done.stats.drafted_steps <= min(done.stats.steps, done.stats.draft_tokens)
    assert bool(done.stats.drafted_steps) == bool(done.stats.draft_tokens)
    assert all(token.log_prob <= 0 for chunk in chunks for token in chunk.tokens)
    assert [chunk.stats.steps for chunk in chunks] == list(range(1, len(chunks) + 1))


def test_what_was_cut_and_what_was_reused_is_reported(forgetful):
    text = wire.Text("import numpy\n" * 30, 10, "end")
    request = wire.Generate(1, [wire.Special("fim_prefix"), text], 2, UNLIMITED)
    *_, done = answer(forgetful, request)
    assert done.stats.prompt_tokens == 11
    assert done.stats.cut_tokens > 0
    *_, done = answer(forgetful, request)
    assert done.stats.reused_tokens == 10


def test_what_was_written_before_is_drafted_again(forgetful, monkeypatch):
    monkeypatch.setattr(forgetful._pace, "draft_length", lambda _, available, *__: available)
    *chunks, _ = answer(forgetful, generate(1, "import text", max_tokens=9))
    *again, done = answer(forgetful, generate(2, "import text", max_tokens=9))
    texts = ["".join(chunk.text for chunk in stream) for stream in (chunks, again)]
    assert texts[0] == texts[1]
    draft, accepted = done.stats.drafters["history"]
    assert draft == accepted > 0
    assert done.stats.draft_tokens == sum(draft for draft, _ in done.stats.drafters.values())


def test_what_the_model_said_before_takes_no_step(loaded):
    *chunks, first = answer(loaded, generate(1, "class Other", max_tokens=6))
    chunk, *more, done = answer(loaded, generate(2, "class Other", max_tokens=9))
    assert len(chunk.tokens) == done.stats.recalled_tokens == 6
    assert chunk.stats.steps == 0
    assert chunk.text == "".join(chunk.text for chunk in chunks)
    assert done.stats.generated_tokens == sum(len(chunk.tokens) for chunk in more) == 3
    assert first.stats.recalled_tokens == 0


def test_each_rank_is_another_beginning(loaded):
    texts = set()
    for rank in range(3):
        request = msgspec.structs.replace(generate(1), rank=rank)
        *chunks, done = answer(loaded, request)
        assert done.stats.generated_tokens + done.stats.recalled_tokens == 8
        texts.add("".join(chunk.text for chunk in chunks))
    assert len(texts) == 3


def test_after_a_cancel_no_further_chunk_is_sent(loaded):
    messages = answer(loaded, generate(1, max_tokens=100), lambda job, _: job.stop())
    assert [type(message) for message in messages] == [wire.Chunk, wire.Done]
    assert messages[-1].why == "cancelled"


def test_a_newer_request_ends_the_one_that_decodes(loaded):
    def supersede(job, _):
        job.give_way(generate(2))

    *chunks, done = answer(loaded, generate(1, max_tokens=100), supersede)
    assert (len(chunks), done.why) == (1, "cancelled")


def test_what_is_being_read_is_read_on_only_if_it_was_typed_on():
    def stopped_by(newer, *, reading):
        job = Job(generate(1, "def name"), 0)
        job.costs.reading = reading
        job.give_way(newer)
        return job.cancellation.stop

    assert stopped_by(generate(2, "def name(self"), reading=True) is Stop.AFTER_PASS
    assert stopped_by(generate(2, "def name(self"), reading=False) is Stop.NOW
    assert stopped_by(generate(2, "def nam"), reading=True) is Stop.NOW
    other = wire.Generate(2, [wire.Special("fim_suffix"), *prompt("def name")[1:]], 8, 0)
    assert stopped_by(other, reading=True) is Stop.NOW


def test_what_nobody_waits_for_is_read_to_its_end_but_not_decoded():
    job = Job(generate(1), 0)
    job.costs.reading = True
    job.stop()
    assert job.cancellation.stop is Stop.AFTER_READING
    job.costs.reading = False
    job.stop()
    assert job.cancellation.stop is Stop.NOW


@pytest.mark.parametrize(("more", "stop"), [([], Stop.AFTER_READING), (["--deep"], Stop.NOW)])
def test_a_deep_engine_leaves_what_it_reads_where_nobody_waits(more, stop):
    inbox = host.inbox_of(host.parser().parse_args(["a-model", *more]))
    inbox.take(generate(1))
    (job,) = take_all(inbox)
    job.costs.reading = True
    inbox.take(wire.Cancel(1))
    assert job.cancellation.stop is stop


def test_a_smaller_model_drafts_for_a_single_request(endless, tiny_q8, monkeypatch):
    monkeypatch.setattr(DraftModel, "worth", lambda *_: True)
    loaded = host.Host(endless, capacity=512, threads=1, draft_model=tiny_q8)
    *_, done = all_of(loaded, generate(1, "".join(tiny_model.WORDS), max_tokens=100))
    _, accepted = done.stats.drafters["model"]
    assert accepted


class Ticking:
    """A clock by which each pass of the model takes as long as is said."""

    def __init__(self, monkeypatch, seconds):
        self.now, self.seconds = 0.0, iter(seconds)
        forward = OnnxSession.forward

        def timed(session, *arguments, **named):
            self.now += next(self.seconds)
            return forward(session, *arguments, **named)

        monkeypatch.setattr(OnnxSession, "forward", timed)
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)


def test_the_first_pass_does_not_count(endless, monkeypatch):
    Ticking(monkeypatch, [9.0, 0.1, 0.2, 0.32])
    loaded = host.Host(endless, capacity=512, threads=1)
    assert loaded._pace.seconds(1) == pytest.approx(0.1)
    assert loaded.state.read_ms == pytest.approx(10)


def test_an_engine_that_was_started_under_load_tells_that_reading_has_become_faster(
    endless, monkeypatch
):
    Ticking(monkeypatch, itertools.chain([9.0, 0.1, 0.2, 0.32], itertools.repeat(0.032)))
    loaded = host.Host(endless, capacity=512, threads=1)
    prompt = [wire.Special("fim_prefix"), wire.Text("import name\n" * 400, 500, "end")]
    request = wire.Generate(1, prompt, 0, UNLIMITED)
    states = [m for m in all_of(loaded, request) if isinstance(m, wire.State)]
    assert [round(state.read_ms, 3) for state in states] == [1.0]
    assert states[0] == loaded.state
    again = wire.Generate(2, [wire.Special("fim_suffix"), *prompt[1:]], 0, UNLIMITED)
    assert not [m for m in all_of(loaded, again) if isinstance(m, wire.State)]


def inbox_with(*messages):
    inbox = Inbox()
    inbox.read(io.BytesIO(b"".join(map(wire.frame, messages))))
    return inbox


def take_all(inbox):
    return list(iter(lambda: inbox.next(wait=False), None))


def test_of_requests_that_wait_only_the_newest_is_begun_and_the_others_are_answered():
    messages = [generate(1), wire.Cancel(1), generate(2), wire.Cancel(1), generate(3)]
    *superseded, job = take_all(inbox_with(*messages))
    assert superseded == [Superseded(1), Superseded(2)]
    assert (job.request.id, job.cancellation.stop) == (3, Stop.NOT)


def test_a_newer_request_stops_the_one_that_was_begun():
    inbox = inbox_with(generate(1))
    (job,) = take_all(inbox)
    inbox.take(generate(2, "other"))
    assert job.cancellation.stop is Stop.NOW
    assert take_all(inbox)[0].request.id == 2


def test_however_much_comes_while_the_engine_is_at_something_little_waits():
    text = "x" * 1_000_000
    refers = [wire.Refer(f"file:///{number}.py", text) for number in range(20)]
    inbox = inbox_with(*refers, *map(generate, range(1, 1000)), *refers)
    *superseded, job, last, before, first = take_all(inbox)
    assert [request.id for request in superseded] == list(range(1, 999))
    assert job.request.id == 999
    assert [one.text for one in (first, before, last)] == refers[:-4:-1]


# The engine's end of the pipe: a real process.


@contextmanager
def start(folder, *before):
    """Start the engine process, running the lines of `before` in it first."""
    command = process.command(folder, 1)
    if before:
        code = "\n".join(["from inkling.engine import host", *before, "host.main()"])
        command = [sys.executable, "-P", "-c", code, *command[command.index(str(folder)) :]]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as engine:
        guard = threading.Timer(PATIENCE, engine.kill)
        guard.start()
        try:
            yield engine
        finally:
            guard.cancel()
            engine.kill()


def read_all(stream):
    """Every message of a stream that holds nothing else."""
    messages = []
    while header := stream.read(wire.HEADER.size):
        body = stream.read(wire.HEADER.unpack(header)[0])
        messages.append(wire.decode_from_engine(body))
    return messages


def read_until(stream, kind):
    while not isinstance(message := wire.decode_from_engine(wire.read_body(stream)), kind):
        pass
    return message


def test_whatever_is_printed_the_wire_carries_messages_only(tiny_f32):
    noise = [
        "import os",
        "load = host.Host",
        "def noisy(*arguments, **named):",
        "    print('a library greets', flush=True)",
        "    os.system('echo a tool greets')",
        "    return load(*arguments, **named)",
        "host.Host = noisy",
    ]
    with start(tiny_f32, *noise) as engine:
        engine.stdin.write(wire.frame(generate(1)))
        engine.stdin.flush()
        loading, ready = (wire.decode_from_engine(wire.read_body(engine.stdout)) for _ in "12")
        assert (loading.state, ready.state, ready.layout) == ("loading", "ready", "spm")
        assert read_until(engine.stdout, wire.Done).id == 1
        engine.stdin.close()
        assert read_all(engine.stdout) == []
        assert engine.stderr.read().splitlines() == [b"a library greets", b"a tool greets"]
        assert engine.wait() == 0


@pytest.mark.parametrize("stage", ["__init__", "answer"])
def test_the_engine_ends_with_its_input_even_while_the_model_hangs(tiny_f32, stage):
    hanging = [
        "import sys, threading",
        "def hang(*arguments, **named):",
        "    print('hanging', file=sys.stderr, flush=True)",
        "    threading.Event().wait()",
        f"host.Host.{stage} = hang",
    ]
    with start(tiny_f32, *hanging) as engine:
        engine.stdin.write(wire.frame(generate(1)))
        engine.stdin.flush()
        assert engine.stderr.readline() == b"hanging\n"
        engine.stdin.close()
        assert engine.wait() == 0


def test_an_engine_that_nobody_hears_ends_without_a_word(tiny_f32):
    with start(tiny_f32) as engine:
        read_until(engine.stdout, wire.State)
        engine.stdout.close()
        engine.stdin.write(wire.frame(generate(1)))
        engine.stdin.flush()
        assert engine.wait() == 0
        assert engine.stderr.read() == b""


SECRET = b"the person's own code"


@pytest.mark.parametrize(
    "garbage",
    [
        wire.HEADER.pack(len(SECRET)) + SECRET,
        wire.HEADER.pack(wire.LONGEST + 1),
        wire.frame(wire.State("ready", SECRET.decode())),
        wire.HEADER.pack(1001) + b"\x91" * 1000 + b"\xc0",
        SECRET,
    ],
    ids=["bytes", "a length", "another direction", "lists in lists", "no header"],
)
@pytest.mark.parametrize("stage", ["__init__", "answer"])
def test_what_makes_no_sense_ends_the_engine_with_a_line_and_a_status(tiny_f32, garbage, stage):
    hanging = [
        "import threading",
        f"host.Host.{stage} = lambda *arguments, **named: threading.Event().wait()",
    ]
    with start(tiny_f32, *hanging) as engine:
        engine.stdin.write(wire.frame(generate(1)) + garbage)
        engine.stdin.flush()
        assert engine.wait() == 1
        (line,) = engine.stderr.read().splitlines()
        assert line.startswith(b"inkling engine: ended by its input: ")
        assert SECRET not in line


def test_a_request_that_cannot_be_answered_fails_and_the_next_does_not(endless):
    unknown = wire.Generate(1, [wire.Special("fim_middle"), wire.Special("nonsense")], 8, UNLIMITED)
    with start(endless) as engine:
        engine.stdin.write(wire.frame(unknown))
        engine.stdin.flush()
        failed = read_until(engine.stdout, wire.Done)
        assert (failed.id, failed.why) == (1, "failed")
        assert failed.detail
        engine.stdin.write(wire.frame(generate(2)))
        engine.stdin.flush()
        answered = read_until(engine.stdout, wire.Done)
        assert (answered.id, answered.stats.generated_tokens) == (2, 8)
        engine.stdin.close()


# The server's end of the pipe.


async def ask(engine, text="def name(self):\n    return", max_tokens=8):
    stream = engine.generate(prompt(text), max_tokens=max_tokens, budget_ms=UNLIMITED)
    return [message async for message in stream]


def test_a_ready_engine_streams_chunks_and_then_done(endless):
    async def scenario():
        async with running(process.command(endless, 1)) as (engine, states, until):
            await until("ready")
            *chunks, done = await ask(engine)
            assert len(chunks) == done.stats.steps > 1
            assert all(isinstance(chunk, wire.Chunk) for chunk in chunks)
            assert (done.why, sum(len(chunk.tokens) for chunk in chunks)) == ("length", 8)
            *again, _ = await ask(engine)
            texts = ["".join(chunk.text for chunk in stream) for stream in (chunks, again)]
            assert texts[0] == texts[1]
        return [state.state for state in states]

    assert asyncio.run(scenario()) == ["loading", "loading", "ready"]


def test_leaving_a_stream_cancels_its_request(endless):
    async def scenario():
        async with running(process.command(endless, 1)) as (engine, _, until):
            await until("ready")
            sent = []
            write = engine._channel.writer.write
            engine._channel.writer.write = lambda data: sent.append(data) or write(data)
            stream = engine.generate(prompt(), max_tokens=10**6, budget_ms=UNLIMITED)
            async with aclosing(stream):
                assert isinstance(await anext(stream), wire.Chunk)
            while len(sent) < 2:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0)
            request, cancel = (wire.decode_to_engine(data[wire.HEADER.size :]) for data in sent)
            assert cancel == wire.Cancel(request.id)
            assert engine._streams == {}
            sent.clear()
            assert (await ask(engine))[-1].why == "length"
            assert len(sent) == 1

    asyncio.run(scenario())


def test_a_newer_request_supersedes_the_older_one(endless):
    async def scenario():
        async with running(process.command(endless, 1)) as (engine, _, until):
            await until("ready")
            # Standing still, the engine finds both requests when it goes on.
            os.kill(pid_of_engine(), signal.SIGSTOP)
            older = asyncio.create_task(ask(engine, "import", max_tokens=10**6))
            await asyncio.sleep(0)
            newer = asyncio.create_task(ask(engine))
            await asyncio.sleep(0)
            os.kill(pid_of_engine(), signal.SIGCONT)
            assert (await newer)[-1].why == "length"
            assert (await older)[-1].why == "cancelled"

    asyncio.run(scenario())


def test_without_a_ready_engine_a_request_fails_at_once():
    async def scenario():
        never_ready = [sys.executable, "-c", "input()"]
        async with running(never_ready) as (engine, _, _):
            while engine._channel is None:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
            assert engine.state.state == "loading"
            (done,) = await ask(engine)
            assert done.why == "failed"

    asyncio.run(scenario())


async def kill_while_asked(engine):
    """Kill an engine that stands still, so that its answer is certainly outstanding."""
    os.kill(pid_of_engine(), signal.SIGSTOP)
    asking = asyncio.create_task(ask(engine))
    await asyncio.sleep(0)
    os.kill(pid_of_engine(), signal.SIGKILL)
    return await asking


@pytest.mark.usefixtures("soon")
def test_a_killed_engine_fails_its_request_and_is_started_again_as_often_as_a_server_is(tiny_f32):
    async def scenario():
        async with running(process.command(tiny_f32, 1)) as (engine, _, until):
            for _ in backoff.DELAYS_S:
                await until("ready")
                assert isinstance((await ask(engine))[0], wire.Chunk)
                (done,) = await kill_while_asked(engine)
                assert (done.why, done.detail) == ("failed", "The engine died.")
                await until("loading")
            await until("ready")
            await kill_while_asked(engine)
            await until("failed")
            assert "several times" in engine.state.detail
            (done,) = await ask(engine)
            assert (done.why, done.detail) == ("failed", engine.state.detail)

    asyncio.run(scenario())


@pytest.mark.usefixtures("soon")
def test_deaths_far_apart_are_each_the_first(tiny_f32, monkeypatch):
    monkeypatch.setattr(backoff, "WELL_S", 0.0)

    async def scenario():
        async with running(process.command(tiny_f32, 1)) as (_, states, until):
            for _ in range(len(backoff.DELAYS_S) + 1):
                await until("ready")
                os.kill(pid_of_engine(), signal.SIGKILL)
                await until("loading")
            await until("ready")
        return states

    assert "failed" not in {state.state for state in asyncio.run(scenario())}


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "nonsense",
    ["b'\\0\\0\\0\\1\\xc1'", "b'\\xff' * 9", "b'\\0\\0\\0\\5hello'"],
    ids=["no message", "a length", "text"],
)
def test_an_engine_that_talks_nonsense_is_started_again(tiny_f32, nonsense):
    talking = [
        "import sys",
        "answer = host.Host.answer",
        "def nonsense(self, job, send):",
        "    send(0, host.wire.Caches([]))",
        f"    send.args[0].write({nonsense})",
        "    send.args[0].flush()",
        "    import threading; threading.Event().wait()",
        "host.Host.answer = nonsense",
    ]
    code = "\n".join(["from inkling.engine import host", *talking, "host.main()"])
    command = [sys.executable, "-P", "-c", code, str(tiny_f32), "--threads=1"]

    async def scenario():
        async with running(command) as (engine, states, until):
            await until("ready")
            (done,) = await ask(engine)
            assert (done.why, done.detail) == ("failed", "The engine died.")
            await until("loading")
            await until("ready")
        return [state.detail for state in states]

    assert "The engine said what makes no sense. It is started again." in asyncio.run(scenario())


def test_half_characters_do_not_keep_anything_from_being_sent(endless):
    async def scenario():
        async with running(process.command(endless, 1)) as (engine, _, until):
            await until("ready")
            engine.refer("file:///\ud800.py", "x = '\ud800'")
            assert (await ask(engine, "x = '\ud800'"))[-1].why == "failed"
            assert (await ask(engine))[-1].why == "length"

    asyncio.run(scenario())


# An engine that stands still.


def test_what_is_sent_to_an_engine_that_stands_still_is_dropped_but_for_the_newest(endless):
    async def scenario():
        async with running(process.command(endless, 1)) as (engine, _, until):
            await until("ready")
            os.kill(pid_of_engine(), signal.SIGSTOP)
            streams = []
            for number in range(300):
                text = f"{number} = " + "x" * 9_000
                streams.append(asyncio.create_task(ask(engine, text)))
                engine.refer(f"file:///{number}.py", "y" * 100_000)
                await asyncio.sleep(0)
            await asyncio.sleep(0.05)
            transport = engine._channel.writer.transport
            assert transport.get_write_buffer_size() <= 100_100
            assert len(engine._readings._texts) < 20
            os.kill(pid_of_engine(), signal.SIGCONT)
            *stale, newest = [(await stream)[-1] for stream in streams]
            assert newest.why == "length"
            assert {done.why for done in stale} == {"cancelled"}

    asyncio.run(scenario())


# What an engine says that it has read.


@pytest.mark.usefixtures("soon")
def test_what_was_read_is_known_until_the_engine_ends(endless):
    async def scenario():
        async with running(process.command(endless, 1)) as (engine, _, until):
            await until("ready")
            text = "import name\n" * 60
            unread = engine.unread_tokens(prompt(text))
            assert unread > 100
            await ask(engine, text, max_tokens=0)
            assert engine.unread_tokens(prompt(text)) < 5
            assert engine.unread_tokens(prompt(text + "value")) < 10
            await ask(engine, "def " + text, max_tokens=0)
            assert engine.unread_tokens(prompt(text)) < 5
            assert len(engine._readings._texts) == 2
            os.kill(pid_of_engine(), signal.SIGKILL)
            await until("loading")
            await until("ready")
            assert engine.unread_tokens(prompt(text)) == unread

    asyncio.run(scenario())


async def run_to_its_end(command):
    states = []
    engine = Engine(process.Child(command))
    engine.listen(states.append)
    async with asyncio.timeout(PATIENCE):
        await engine.run()
    return (await ask(engine))[-1], states


def test_a_broken_model_is_a_failure_with_a_sentence_and_no_second_try(tmp_path):
    done, states = asyncio.run(run_to_its_end(process.command(tmp_path, 1)))
    assert [state.state for state in states] == ["loading", "loading", "failed"]
    assert "the model could not be loaded" in states[-1].detail
    assert "model.json" in states[-1].detail
    assert (done.why, done.detail) == ("failed", states[-1].detail)


def test_a_command_that_cannot_be_started_is_a_failure(tmp_path):
    done, states = asyncio.run(run_to_its_end([str(tmp_path / "no-such-python")]))
    assert [state.state for state in states] == ["loading", "failed"]
    assert "could not be started: No such file" in states[-1].detail
    assert done.why == "failed"


def test_the_process_ends_when_the_server_stops_the_engine(tiny_f32):
    async def scenario():
        async with running(process.command(tiny_f32, 1)) as (_, _, until):
            await until("ready")
            started = pid_of_engine()
        assert not processes.runs(started)

    asyncio.run(scenario())
