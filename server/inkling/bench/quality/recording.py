"""What the model says at each place, recorded once for given weights and windows.

Every token is kept with its log-probability, so that all that is decided behind the model can be
replayed; and when it came. A recording goes on where it stopped.
"""

import asyncio
import hashlib
import json
import math
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from inkling.backends.base import Backend
from inkling.bench import processes
from inkling.bench.quality.cutting import Case
from inkling.context import window
from inkling.context.window import Extent
from inkling.engine.wire import Chunk, Prompt, Text, Token
from inkling.errors import InklingError
from inkling.suggest import again, prompt
from inkling.suggest.modes import AUTOMATIC, INVOKED
from inkling.text.buffers import Snapshot
from inkling.text.syntax import parser_for


@dataclass(frozen=True, slots=True)
class Took:
    """What it took: `ms` from the request to each token, in whole milliseconds, and how many bytes
    of memory the engine held then: of its `own`, and by proportional set size (`pss`), with what it
    maps; 0 where that is not known.
    """

    ms: tuple[int, ...] = ()
    own: int = 0
    pss: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What the model said at a place, why it said no more, and how much it was told; what that
    `took` is another machine's matter.
    """

    tokens: tuple[Token, ...]
    why: str
    prompt_tokens: int = 0
    took: Took = field(default=Took(), compare=False)


def snapshot_of(case: Case) -> Snapshot:
    """A case as an editor would have it open, with the cursor in its gap."""
    text = case.before + case.after
    tree = None
    if (parser := parser_for(case.language)) is not None:
        parser.update(text)
        parser.advance(math.inf)
        tree = parser.tree
    uri = f"file:///project/{case.name.rpartition('/')[2]}"
    return Snapshot(uri, 0, case.language, text, len(case.before), tree)


def prompt_of(snapshot: Snapshot, layout: prompt.Layout, extent: Extent = window.FULL) -> Prompt:
    """What the model is asked, as a server asks once so much of the place is read."""
    title = prompt.title_of(snapshot.uri, snapshot.language)
    return prompt.build(window.cut(snapshot, extent), layout, title)


def key(parts: Prompt, weights: str) -> str:
    """Name a place by all that decides what is said there: the prompt and the model's digest."""
    said = json.dumps([part.text if isinstance(part, Text) else part.name for part in parts])
    return hashlib.blake2b(f"{weights}\n{said}".encode(), digest_size=12).hexdigest()


def read(path: Path) -> dict[str, Said]:
    """Read a recording; it is empty where there is none. What was cut off in a line is not read."""
    found = {}
    whole, _, _ = path.read_bytes().rpartition(b"\n") if path.exists() else (b"", b"", b"")
    for line in whole.splitlines():
        entry = json.loads(line)
        tokens = tuple(Token(text, log_prob) for text, log_prob in entry["tokens"])
        took = msgspec.convert(entry.get("took", {}), Took)
        found[entry["key"]] = Said(tokens, entry["why"], entry.get("promptTokens", 0), took)
    return found


class Asked(NamedTuple):
    """What the model is asked: a prompt, and one of which names comes next, where that is known."""

    prompt: Prompt
    names: tuple[str, ...] = ()
    most: int = INVOKED.max_tokens
    """Tokens: as many as who asks by a key gets, and more than who does not."""
    budget_ms: float = math.inf


Ask = Callable[[Case], Awaitable[Asked]]


@asynccontextmanager
async def asking(layout: prompt.Layout, extent: Extent = window.FULL) -> AsyncIterator[Ask]:
    """What a server asks that knows nothing of other files, once so much of a place is read."""
    most = INVOKED.max_tokens if extent == window.FULL else AUTOMATIC.max_tokens

    async def ask(case: Case) -> Asked:
        return Asked(prompt_of(snapshot_of(case), layout, extent), most=most)

    yield ask


async def record(
    cases: Sequence[Case],
    backend: Backend,
    key_of: Callable[[Case], str],
    ask: Ask,
    path: Path,
    elsewhere: Collection[str] = (),
) -> None:
    """Ask the model at each case that is not in the recording yet, nor recorded `elsewhere`; print
    how far it is.

    Raises InklingError if the engine fails.
    """
    settled = asyncio.Event()
    backend.listen(lambda state: None if state.state == "loading" else settled.set())
    running = asyncio.create_task(backend.run())
    known = set(read(path)).union(elsewhere)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        await settled.wait()
        with path.open("a+b") as stream:
            stream.truncate(_whole_lines(stream))
            for number, case in enumerate(cases, 1):
                name = key_of(case)
                if name not in known:
                    said = await _ask(backend, await ask(case), case.before)
                    tokens = [msgspec.to_builtins(token) for token in said.tokens]
                    told = {"why": said.why, "promptTokens": said.prompt_tokens}
                    told["took"] = msgspec.to_builtins(said.took)
                    entry = {"key": name, "tokens": tokens, **told}
                    stream.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
                    stream.flush()
                    known.add(name)
                print(f"\r{number} of {len(cases)} places", end="", flush=True)
        print()
    finally:
        running.cancel()
        await asyncio.wait([running])


def _whole_lines(stream: BinaryIO) -> int:
    """How many bytes of a file are whole lines."""
    stream.seek(0)
    return stream.read().rfind(b"\n") + 1


async def _ask(backend: Backend, asked: Asked, before: str) -> Said:
    """Ask for all that the model says, but no further once it goes round: none of that is shown."""
    tokens, ms, written = list[Token](), list[int](), ""
    began = time.perf_counter()

    def said(why: str, told: int) -> Said:
        held = processes.memory_below(os.getpid())
        return Said(tuple(tokens), why, told, Took(tuple(ms), *held))

    stream = backend.generate(
        asked.prompt, max_tokens=asked.most, budget_ms=asked.budget_ms, names=asked.names
    )
    async with aclosing(stream) as messages:
        async for message in messages:
            if isinstance(message, Chunk):
                tokens += message.tokens
                ms += [round(1e3 * (time.perf_counter() - began))] * len(message.tokens)
                written += message.text
                if again.endless(before, written) is not None:
                    return said("length", message.stats.prompt_tokens)
            elif message.why == "failed":
                raise InklingError(message.detail or "the engine failed")
            else:
                return said(message.why, message.stats.prompt_tokens)
    raise InklingError("the engine said no end")
