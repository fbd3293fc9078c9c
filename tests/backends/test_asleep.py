"""A model that leaves memory while nobody types, and is back at the next key: real processes."""

import asyncio
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

import processes
from inkling.backends import process
from inkling.engine import wire
from real_engine import PATIENCE, pid_of_engine, running

UNLIMITED = 1e9  # milliseconds


def generate(number, budget_ms=UNLIMITED):
    prompt = [wire.Special("fim_prefix"), wire.Text("def name(self):\n    return", 500, "end")]
    return wire.Generate(number, prompt, 8, budget_ms)


@contextmanager
def started(model):
    """An engine process, and ways to tell it something and to read what it tells."""
    pipe = subprocess.PIPE
    with subprocess.Popen(process.command(model, 1), stdin=pipe, stdout=pipe) as engine:
        guard = threading.Timer(PATIENCE, engine.kill)
        guard.start()

        def tell(message):
            engine.stdin.write(wire.frame(message))
            engine.stdin.flush()

        def told():
            return wire.decode_from_engine(wire.read_body(engine.stdout))

        try:
            yield tell, told
        finally:
            guard.cancel()
            engine.kill()


def test_without_a_key_the_model_leaves_memory_and_the_process_stays(endless):
    async def scene():
        async with running(process.command(endless, 1), keeps_s=0.1) as (engine, states, until):
            pids = set()
            for _ in range(3):
                await until("asleep")
                pids.add(pid_of_engine())
                engine.typed()
                await until("loading")
            assert len(pids) == 1
            kinds = [state.state for state in states]
            turn = ["loading", "ready", "asleep"]
            assert kinds[kinds.index("ready") - 1 :] == [*turn, *turn, *turn, "loading"]

    asyncio.run(scene())


def test_a_key_keeps_the_model_and_what_is_read_ahead_does_not(endless):
    with started(endless) as (tell, told):
        tell(wire.Keep(0.5))
        messages, number = [], 0
        while not messages or messages[-1] != wire.State("asleep"):
            messages.append(told())
            if isinstance(messages[-1], wire.Done) or getattr(messages[-1], "state", "") == "ready":
                number += 1
                tell(generate(number, UNLIMITED if number < 5 else 0.0))
        ends = [message.why for message in messages if isinstance(message, wire.Done)]
        assert ends[:5] == ["length"] * 5
        assert len(ends) == number or told().why == "cancelled"


def test_each_request_is_answered_while_the_model_is_away_and_a_key_as_soon_as_it_is_back(endless):
    with started(endless) as (tell, told):
        tell(wire.Keep(0.0))
        while told() != wire.State("asleep"):
            pass
        for number in (1, 2):
            tell(generate(number, 0.0))
            done = told()
            assert (done.id, done.why) == (number, "cancelled")
        tell(wire.Refer("a", "text"))
        tell(wire.Keep(PATIENCE))
        tell(generate(3))
        messages = [told(), told()]
        assert [message.state for message in messages] == ["loading", "ready"]
        while not isinstance(message := told(), wire.Done):
            assert not isinstance(message, wire.State)
        assert (message.id, message.why) == (3, "length")


def test_what_was_read_is_not_known_any_more(endless):
    async def scene():
        async with running(process.command(endless, 1), keeps_s=PATIENCE) as (engine, _, until):
            await until("ready")
            prompt = generate(1).prompt
            unread = engine.unread_tokens(prompt)
            async for _ in engine.generate(prompt, max_tokens=0, budget_ms=0.0):
                pass
            assert engine.unread_tokens(prompt) < unread
            engine._outbox.put(wire.Keep(0.0))
            await until("asleep")
            assert engine.unread_tokens(prompt) == unread
            (done,) = [m async for m in engine.generate(prompt, max_tokens=1, budget_ms=1.0)]
            assert done.why == "failed", "it was asked without a key"

    asyncio.run(scene())


def anonymous(pid):
    """Bytes that belong to a process alone and to no file."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) << 10 for line in rollup.splitlines() if "Anonymous" in line)


@pytest.mark.real_model
def test_the_real_models_memory_goes_back_to_the_system_and_answers_come_again(real_model):
    async def scene():
        async with running(process.command(real_model, 0), keeps_s=PATIENCE) as (engine, _, until):

            async def ask():
                request = generate(1)
                named = {"max_tokens": 8, "budget_ms": UNLIMITED}
                answer = [m async for m in engine.generate(request.prompt, **named)]
                return "".join(message.text for message in answer[:-1])

            await until("ready")
            said, loaded = await ask(), anonymous(pid_of_engine())
            assert loaded > 70e6
            woken = []
            for _ in range(3):
                engine._outbox.put(wire.Keep(0.0))
                await until("asleep")
                assert anonymous(pid_of_engine()) < 60e6
                engine.typed()
                await until("ready")
                assert await ask() == said
                woken.append(anonymous(pid_of_engine()))
            # What was freed lies otherwise after the first time, but no more is taken each time.
            assert woken[0] < 1.5 * loaded
            assert woken[-1] < 1.05 * woken[0]
            assert processes.network_sockets(pid_of_engine()) == []

    asyncio.run(scene())
