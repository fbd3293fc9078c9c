"""What a real engine has read is where the person is, and was."""

import asyncio
import os
import signal

import pytest

from inkling.backends import process
from inkling.suggest.completer import Completer
from marked import snapshot
from real_engine import pid_of_engine, running

ABOVE, BELOW = "import name\n" * 200, "return value\n" * 400


def document(number):
    word = " ".join(["print", "name", "text", "value"][:number])
    return snapshot(ABOVE.replace("name", word) + "x = │\n" + BELOW.replace("value", word))


async def come_to(completer, here):
    """Come to a place; return whether there was anything to read."""
    work = completer.warm(here)
    if work is not None:
        await work
    return work is not None


def test_four_documents_in_turn_are_all_warm(tiny_f32):
    documents = [document(number) for number in range(1, 5)]

    async def scenario():
        async with running(process.command(tiny_f32, 1)) as (engine, _, until):
            completer = Completer(engine)
            await until("ready")
            first = [await come_to(completer, here) for here in documents]
            for _ in range(8):
                # Another pace makes windows of another size, which are read anew.
                pace = engine.state.read_ms
                for here in documents:
                    await come_to(completer, here)
                again = [await come_to(completer, here) for here in documents * 2]
                if engine.state.read_ms == pace:
                    break
        return first, again

    assert asyncio.run(scenario()) == ([True] * 4, [False] * 8)


@pytest.mark.usefixtures("soon")
def test_an_engine_that_died_reads_again_where_the_person_is(tiny_f32):
    here = document(1)

    async def scenario():
        async with running(process.command(tiny_f32, 1)) as (engine, _, until):
            completer = Completer(engine)
            await until("ready")
            assert await come_to(completer, here)
            os.kill(pid_of_engine(), signal.SIGKILL)
            await until("loading")
            await until("ready")
            place = completer._work.at(here)
            while completer._work.unread_tokens(place):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)

    asyncio.run(scenario())
