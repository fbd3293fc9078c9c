"""One completion by a real engine, timed as a person would wait for it."""

import asyncio
import math
import statistics
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from inkling.doctor.check import Check
from inkling.engine.wire import Chunk, Prompt, State, Text
from inkling.options import Config
from inkling.serving import Hooks, OnState, Serving
from inkling.suggest.outcome import Insert, Outcome
from inkling.suggest.trace import Trace
from inkling.text.buffers import Buffer, Position

NAMES: Final = ("engine", "suggestion", "token")

_SAMPLE: Final = """\
class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("an amount must be positive")
        self.balance += amount

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("there is not enough money")
        self.balance -= """
_PATIENCE_SECONDS: Final = 120.0
_PASSES: Final = 7
_ENOUGH_TOKENS: Final = 2
"""Fewer than these in a budget are rarely worth showing."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What was measured, in milliseconds; `token_ms` is NaN if no pass was for one token alone."""

    load_ms: float
    read_ms: float
    outcome: Outcome
    first_ms: float | None
    total_ms: float
    token_ms: float


def checks(start: Callable[[Config, Hooks], Serving], config: Config) -> list[Check]:
    """Run an engine and judge it by the budget of a suggestion that appears by itself.

    It should be one without `recall`: what it does is to be timed each time.
    """
    budget_ms = config.automatic.budget_ms
    found = asyncio.run(_measure(start, config))
    if isinstance(found, State):
        again = "`inkling model remove`, then `inkling model pull`"
        advice = f"see what is said above; if it is about the model: {again}"
        detail = found.detail or f"not ready after {_PATIENCE_SECONDS:.0f} s"
        return [Check("engine", "error", detail, advice), *skipped("the engine did not start")[1:]]
    loaded = Check("engine", "ok", f"ready after {found.load_ms / 1e3:.1f} s")
    return [loaded, suggestion(found, budget_ms), token(found.token_ms, budget_ms)]


def skipped(why: str) -> list[Check]:
    """Return these checks where there is no engine to run."""
    return [Check(name, "skipped", why) for name in NAMES]


def suggestion(timed: Timed, budget_ms: float) -> Check:
    """Judge what came of a request at a place that had been read."""
    read = f"reading the place took {timed.read_ms:.0f} ms"
    if not isinstance(timed.outcome, Insert):
        found = f"{read}; then nothing: {timed.outcome.sentence}"
        if timed.outcome.reason == "failed":
            return Check("suggestion", "error", found, "see what is said above")
        return Check("suggestion", "warning", found, "see `token` below")
    first = f"first text after {timed.first_ms or 0:.0f} ms"
    found = f"{read}; then {first}, the answer after {timed.total_ms:.0f} of {budget_ms:.0f} ms"
    if timed.total_ms > budget_ms:
        return Check("suggestion", "warning", found, "close a program that keeps the cores busy")
    return Check("suggestion", "ok", found)


def token(token_ms: float, budget_ms: float) -> Check:
    """Judge how many tokens a budget is good for."""
    if math.isnan(token_ms):
        return Check("token", "skipped", "the model wrote too little to tell")
    tokens = int(budget_ms / token_ms)
    found = f"a token takes {token_ms:.0f} ms: {tokens} in a budget of {budget_ms:.0f} ms"
    if tokens >= _ENOUGH_TOKENS:
        return Check("token", "ok", found)
    enough = math.ceil((_ENOUGH_TOKENS * token_ms + 10) / 10) * 10
    return Check("token", "warning", found, f"set the option `budgetMs` to {enough} or more")


async def _measure(start: Callable[[Config, Hooks], Serving], config: Config) -> Timed | State:
    """Measure; return the engine's state if it does not get ready."""
    settled = asyncio.Event()
    serving = start(config, Hooks(_waking(settled)))
    engine = serving.backend
    began = time.perf_counter()
    running = asyncio.create_task(engine.run())
    try:
        try:
            await asyncio.wait_for(settled.wait(), _PATIENCE_SECONDS)
        except TimeoutError:
            return State("failed")
        if engine.state.state != "ready":
            return engine.state
        load_ms = (time.perf_counter() - began) * 1e3
        return await _complete(serving, config, load_ms)
    finally:
        running.cancel()
        await asyncio.wait([running])


def _waking(settled: asyncio.Event) -> OnState:
    def on_state(state: State) -> None:
        # One that has ended is started again, but what is to be told has been seen.
        if state.state != "loading" or state.detail:
            settled.set()

    return on_state


async def _complete(serving: Serving, config: Config, load_ms: float) -> Timed:
    buffer = Buffer("file:///sample.py", "python", 0, _SAMPLE, "utf-16")
    line = _SAMPLE.rpartition("\n")[2]
    snapshot = buffer.snapshot(Position(_SAMPLE.count("\n"), len(line)), None)
    began = time.perf_counter()
    if work := serving.completer.warm(snapshot, writing=False):
        await work
    read_ms = (time.perf_counter() - began) * 1e3
    trace = Trace()
    outcome = await serving.completer.complete(snapshot, config.automatic, trace)
    total_ms = trace.elapsed_ms
    serving.completer.rest()
    token_ms = await _one_token_ms(serving)
    return Timed(load_ms, read_ms, outcome, trace.first_ms, total_ms, token_ms)


async def _one_token_ms(serving: Serving) -> float:
    """Time forward passes of one token; NaN if the engine did not answer."""
    passes: list[float] = []
    prompt: Prompt = [Text(_SAMPLE, len(_SAMPLE), "end")]
    for _ in range(_PASSES + 1):
        # Of one token nothing can be drafted.
        stream = serving.backend.generate(
            prompt, max_tokens=1, budget_ms=_PATIENCE_SECONDS * 1e3, behind_ms=0.0
        )
        async with aclosing(stream) as messages:
            chunks = [message async for message in messages if isinstance(message, Chunk)]
            passes += [chunk.stats.decode_ms for chunk in chunks if chunk.stats.steps]
    # The first one reads the prompt's end too.
    return statistics.median(passes[1:]) if passes[1:] else math.nan
