"""Other ways to go on, for who asked by a key: after the most probable beginning the next ones.

Each is a generation of its own, whose first token only differs from greedy decoding's. The place
was read for the first suggestion, so each costs its own tokens.
"""

import asyncio
from contextlib import aclosing
from typing import Final

from inkling.backends.base import Backend
from inkling.engine.wire import Chunk, Prompt
from inkling.protocol import MOST_ITEMS
from inkling.suggest import trim
from inkling.suggest.markers import unmarked
from inkling.suggest.site import Site
from inkling.suggest.whole import Judge

_RANKS: Final = range(1, MOST_ITEMS)
_LONGEST_MS: Final = 1000.0
"""The first suggestion is ready, and waits for these."""


async def alternatives(
    engine: Backend, prompt: Prompt, first: str, site: Site, *, max_tokens: int, left_ms: float
) -> tuple[str, ...]:
    """Return what else may be suggested, trimmed, best first: whole, and each saying something
    else than `first` and the others, white space aside.
    """
    found: list[str] = []
    said = {"", words(first)}
    left_ms = min(left_ms, _LONGEST_MS)
    try:
        async with asyncio.timeout(left_ms / 1e3):
            for rank in _RANKS:
                text = await _written(engine, prompt, site, rank, max_tokens, left_ms)
                if words(text) not in said:
                    said.add(words(text))
                    found.append(text)
    except TimeoutError:
        pass  # one that is cut off is not worth being chosen
    return tuple(found)


def words(text: str) -> str:
    """A text without its white space: two that differ in nothing else say the same."""
    return "".join(text.split())


async def _written(
    engine: Backend, prompt: Prompt, site: Site, rank: int, max_tokens: int, left_ms: float
) -> str:
    """Return one generation's text up to where trimming ends it; nothing if it was cut off."""
    written, why, judge = "", "", Judge(site)
    stream = engine.generate(prompt, max_tokens=max_tokens, budget_ms=left_ms, rank=rank)
    async with aclosing(unmarked(stream, engine.state.markers)) as messages:
        async for message in messages:
            if isinstance(message, Chunk):
                written += message.text.replace("\r", "")
            else:
                why = message.why
            judge.rest()
            trimmed = trim.trim(written, site, judge, trim.end_of(why))
            if trimmed.ended:
                return trimmed.text
    return ""
