"""What the model says at each place, recorded once for given weights and windows.

Every token is kept with its log-probability, so that all that is decided behind the model can be
replayed. A recording goes on where it stopped.
"""

import asyncio
import hashlib
import json
import math
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from inkling.backends.process import Engine
from inkling.bench.quality.cutting import Case
from inkling.context import window
from inkling.engine.wire import Chunk, Prompt, Text, Token
from inkling.errors import InklingError
from inkling.suggest import prompt
from inkling.text.buffers import Snapshot
from inkling.text.syntax import parser_for

_SHORT: Final = 64
"""Tokens that are asked for where a line is to be filled."""
_LONG: Final = 192
"""The same where more is to be written: as many as who asks by a key gets."""
_LONG_KINDS: Final = frozenset({"block body", "empty file", "end of file"})


@dataclass(frozen=True, slots=True)
class Said:
    """What the model said at a place, and why it said no more."""

    tokens: tuple[Token, ...]
    why: str


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


def prompt_of(snapshot: Snapshot, layout: prompt.Layout) -> Prompt:
    """What the model is asked, as a server asks once the whole window is read."""
    title = prompt.title_of(snapshot.uri, snapshot.language)
    return prompt.build(window.cut(snapshot), layout, title)


def key(parts: Prompt, weights: str) -> str:
    """Name a place by all that decides what is said there: the prompt and the model's digest."""
    said = json.dumps([part.text if isinstance(part, Text) else part.name for part in parts])
    return hashlib.blake2b(f"{weights}\n{said}".encode(), digest_size=12).hexdigest()


def read(path: Path) -> dict[str, Said]:
    """Read a recording; it is empty where there is none."""
    found = {}
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    for line in lines:
        entry = json.loads(line)
        tokens = tuple(Token(text, log_prob) for text, log_prob in entry["tokens"])
        found[entry["key"]] = Said(tokens, entry["why"])
    return found


async def record(cases: Sequence[Case], backend: Engine, weights: str, path: Path) -> None:
    """Ask the model at each case that is not in the recording yet; print how far it is.

    Raises InklingError if the engine fails.
    """
    settled = asyncio.Event()
    backend.listen(lambda state: None if state.state == "loading" else settled.set())
    running = asyncio.create_task(backend.run())
    known = set(read(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        await settled.wait()
        with path.open("a", encoding="utf-8") as stream:
            for number, case in enumerate(cases, 1):
                parts = prompt_of(snapshot_of(case), backend.state.layout)
                name = key(parts, weights)
                if name not in known:
                    most = _LONG if case.kind in _LONG_KINDS else _SHORT
                    said = await _ask(backend, parts, most)
                    tokens = [msgspec.to_builtins(token) for token in said.tokens]
                    entry = {"key": name, "tokens": tokens, "why": said.why}
                    stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
                    stream.flush()
                    known.add(name)
                print(f"\r{number} of {len(cases)} places", end="", flush=True)
        print()
    finally:
        running.cancel()


async def _ask(backend: Engine, parts: Prompt, most: int) -> Said:
    tokens, why = list[Token](), "failed"
    stream = backend.generate(parts, max_tokens=most, budget_ms=math.inf)
    async with aclosing(stream) as messages:
        async for message in messages:
            if isinstance(message, Chunk):
                tokens += message.tokens
            else:
                why = message.why
                if why == "failed":
                    raise InklingError(message.detail or "the engine failed")
    return Said(tuple(tokens), why)
