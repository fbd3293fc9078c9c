"""An engine that says what a test tells it to, and a loop whose time passes only while it waits."""

import asyncio
import selectors
from collections import deque
from dataclasses import dataclass

from inkling.backends.reading import Readings
from inkling.engine.wire import Chunk, Done, Held, Prompt, State, Stats, Token

READY = State("ready")

FOREVER = object()
"""In a script: nothing more comes."""


def done(why, detail=""):
    """The end of a stream, as a line of a script."""
    return Done(1, why, Stats(prompt_tokens=7, generated_tokens=3), detail)


@dataclass(frozen=True)
class Asked:
    """What the engine was asked."""

    prompt: Prompt
    max_tokens: int
    budget_ms: float
    names: tuple[str, ...] = ()


class ScriptedEngine:
    """Plays its script for each request: texts, seconds to wait, `done(...)`, FOREVER.

    Each text is a token of log-probability -0.5, or is a `Token`.
    """

    def __init__(self, *script, state=READY, next_ms=0.0, pass_ms=0.0):
        self.next_ms = next_ms
        self.stats = Stats(steps=1, pass_ms=pass_ms)
        self.script = script
        self.state = state
        self.ranked = {}
        """The scripts for requests with a rank."""
        self.asked = []
        self.left = 0
        """How many streams were left before their end."""
        self.referred = []
        self.keys = 0
        self.heard = []
        self.readings, self.held = Readings(), deque(maxlen=4)

    def listen(self, hear):
        self.heard.append(hear)

    def become(self, state):
        """Change the state; whatever was read is forgotten unless it stays ready."""
        if state.state != "ready":
            self.readings, self.held = Readings(), deque(maxlen=4)
        self.state = state
        for hear in self.heard:
            hear(state)

    def unread_tokens(self, prompt):
        return self.readings.unread_tokens(prompt)

    def _has_read(self, number):
        if not any(held.id == number for held in self.held):
            self.held.append(Held(number, 1, 1))
            self.readings.hold(self.held)

    def typed(self):
        self.keys += 1

    def refer(self, name, text):
        self.referred.append((name, text))

    async def generate(self, prompt, *, max_tokens, budget_ms, behind_ms=0.0, rank=0, names=()):  # noqa: ARG002
        self.asked.append(Asked(prompt, max_tokens, budget_ms, tuple(names)))
        number = len(self.asked)
        self.readings.asked(number, prompt)
        ended = False
        try:
            for line in self.ranked.get(rank, [done("stop")]) if rank else self.script:
                if line is FOREVER:
                    await asyncio.Event().wait()
                elif isinstance(line, float):
                    await asyncio.sleep(line)
                elif isinstance(line, str | Token):
                    await asyncio.sleep(0)
                    self._has_read(number)
                    token = Token(line, -0.5) if isinstance(line, str) else line
                    yield Chunk(1, [token], self.stats, self.next_ms)
                else:
                    ended = True
                    if line.why not in ("failed", "cancelled"):
                        self._has_read(number)
                    yield line
        finally:
            self.left += not ended


class _Loop(asyncio.SelectorEventLoop):
    """Instead of waiting for its next timer, it sets its clock to it."""

    def __init__(self):
        super().__init__(_Selector(self))
        self.now = 0.0

    def time(self):
        return self.now


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop):
        super().__init__()
        self._loop = loop

    def select(self, timeout=None):
        assert timeout is not None, "nothing would ever happen again"
        self._loop.now += timeout
        return super().select(0)


def run(coroutine):
    """Run a coroutine to its end without ever waiting for a clock."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(coroutine)


# A body that comes line by line, a second apart; and all of it.
LINES = (
    "if not width:\n",
    1.0,
    "        return 0\n",
    1.0,
    "    return width * height",
    done("stop"),
)
WHOLE = "if not width:\n        return 0\n    return width * height"
