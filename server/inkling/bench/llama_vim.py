"""Asks llama.cpp for ghost text as llama.vim does, for comparison.

Written after `autoload/llama.vim` of ggml-org/llama.vim at commit ae3cb00, with its defaults:
256 lines before the cursor and 64 behind it, requests by themselves when the cursor moves in
insert mode unless more than 8 characters follow on the line, one request at a time (another
move while it runs is asked 100 ms later), a first request of 250 ms and, once something is
shown, a speculative one of 1,000 ms for what follows it; 250 results kept by the hash of their
context, from which a hint up to 128 typed characters old is shown at once.

`llama_ring.py` has the chunks from elsewhere that it sends along. On a blank line the indentation
that stands there is kept, where llama.vim takes the suggestion's: that is to its advantage here.
"""

import asyncio
import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from inkling.bench import rhythm
from inkling.bench.infill import FIRST_PREDICT_MS, MAX_PREDICT_MS, Context, Extra, Infill, Server
from inkling.bench.keys import Document, Edit
from inkling.bench.llama_ring import REST_SECONDS, Ring
from inkling.bench.record import Clock, Request
from inkling.bench.screen import Screen

PREFIX_LINES: Final = 256
SUFFIX_LINES: Final = 64
MAX_LINE_SUFFIX: Final = 8
MAX_CACHE_KEYS: Final = 250
RETRY_SECONDS: Final = 0.1
HINT_REACH: Final = 128
RING_SECONDS: Final = 1.0
_TRIMMED_LINES: Final = 3


@dataclass(slots=True)
class Cache:
    """Results by the hash of their context; a random one goes when it is full."""

    results: dict[str, str] = field(default_factory=dict)
    _chance: random.Random = field(default_factory=lambda: rhythm.dice("llama.vim"))

    def insert(self, key: str, text: str) -> None:
        """Keep a result."""
        if len(self.results) >= MAX_CACHE_KEYS:
            del self.results[self._chance.choice(list(self.results))]
        self.results[key] = text

    def hint(self, context: Context) -> str | None:
        """Return a result for this context, or what is left of one for shortly before."""
        exact = self.results.get(_key(context.prefix + context.middle, context.suffix))
        if exact is not None:
            return exact
        found: str | None = None
        best = 0
        typed = context.prefix + context.middle
        for length in range(1, min(HINT_REACH, len(typed)) + 1):
            kept = self.results.get(_key(typed[:-length], context.suffix), "")
            rest = kept[length:]
            if rest and kept.startswith(typed[-length:]) and (found is None or len(rest) > best):
                best = 0 if found is None else len(rest)
                found = rest
        return found


class LlamaVim:
    """llama.vim's part for one open document; see `player.Plugin` for its methods. A `ring` holds
    chunks of other files, which the server has read before.
    """

    def __init__(
        self,
        server: Server,
        cache: Cache,
        document: Document,
        screen: Screen,
        clock: Clock,
        ring: Ring | None = None,
    ) -> None:
        self.traces: dict[int, dict[str, float]] = {}  # it tells nothing of single requests
        self._server = server
        self._cache = cache
        self._document = document
        self._screen = screen
        self._clock = clock
        self._requests: list[Request] = []
        self._cold = True
        self._hinted = False
        self._job: asyncio.Task[None] | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._ring = ring or Ring()
        self._moved_ms = clock.ms
        self._resting = asyncio.create_task(self._rest())

    def typed(self, old: Document, edit: Edit, new: Document) -> None:  # noqa: ARG002
        """Follow the cursor."""
        self._move(new)

    def moved(self, document: Document) -> None:
        """Follow the cursor."""
        self._cold = True
        self._move(document)

    def accepted(self, old: Document, edit: Edit, new: Document) -> None:  # noqa: ARG002
        """Follow the cursor."""
        self._move(new)

    async def close(self) -> list[Request]:
        """Wait for the running request; raises InfillError if one has failed."""
        while self._job and not self._job.done():
            await asyncio.wait([self._job])
        self._stop_retry()
        self._fail()
        self._resting.cancel()
        await asyncio.wait([self._resting])
        return self._requests

    def _move(self, document: Document) -> None:
        self._fail()
        self._document = document
        self._moved_ms = self._clock.ms
        self._requests.append(Request(self._clock.ms, cold=self._cold, settled=True))
        self._cold = False
        self._hinted = False
        hint = self._try_hint({"source": "cache"})
        if hint is None:
            self._screen.show("")
        self._fim(document, None)

    def _try_hint(self, trace: dict[str, object]) -> str | None:
        """Show a result that fits the cursor's place, and ask what may come behind it."""
        document = self._document
        hint = self._cache.hint(local(document))
        if hint is None:
            return None
        text = render(hint, document)
        self._hinted = True
        self._screen.show(text)
        self._answered(text, trace)
        self._fim(document, text)
        return text

    def _answered(self, text: str, trace: dict[str, object]) -> None:
        if self._requests and self._requests[-1].answered_ms is None:
            reason = {} if text else {"reason": "empty"}
            self._requests[-1] = replace(
                self._requests[-1], answered_ms=self._clock.ms, text=text, trace=trace | reason
            )

    def _fim(self, document: Document, shown: str | None) -> None:
        """Ask for a text at the cursor, or for what may follow a text that is shown there."""
        if self._job and not self._job.done():
            self._stop_retry()
            again = document if shown is not None else None
            self._retry = asyncio.get_running_loop().call_later(
                RETRY_SECONDS, lambda: self._fim(again or self._document, shown)
            )
            return
        line_suffix = document.after.partition("\n")[0]
        if self._job or len(line_suffix) > MAX_LINE_SUFFIX:
            return  # a job that is there and done has failed: `_fail` says so
        context = local(document) if shown is None else speculative(document, shown)
        keys = list(_keys(context))
        if any(key in self._cache.results for key in keys):
            return
        predict_ms = FIRST_PREDICT_MS if shown is None else MAX_PREDICT_MS
        row, lines = document.before.count("\n"), document.text.split("\n")
        extra = self._ring.beside(row, lines)
        self._job = asyncio.create_task(self._run(context, keys, predict_ms, extra))
        self._ring.came_to(row, lines, "", (PREFIX_LINES, SUFFIX_LINES))

    async def _rest(self) -> None:
        """Have a chunk more read each second in which the person rests."""
        while True:
            await asyncio.sleep(RING_SECONDS)
            rested_ms = self._clock.ms - self._moved_ms
            if rested_ms >= 1e3 * REST_SECONDS and self._ring.rest():
                await self._server.read(self._ring.chunks)

    async def _run(
        self, context: Context, keys: list[str], predict_ms: int, extra: Sequence[Extra]
    ) -> None:
        result: Infill = await self._server.infill(context, predict_ms, extra)
        for key in keys:
            self._cache.insert(key, result.text)
        self._job = None
        if not (self._hinted and self._screen.text):
            self._try_hint(dict(result.trace))

    def _stop_retry(self) -> None:
        if self._retry:
            self._retry.cancel()
            self._retry = None

    def _fail(self) -> None:
        if self._job and self._job.done():
            self._job.result()


def local(document: Document) -> Context:
    """Cut the context around the cursor as llama.vim does."""
    *before, line = document.before.split("\n")
    rest, *behind = document.after.split("\n")
    indent = len(line + rest) - len((line + rest).lstrip())
    if not (line + rest).strip():
        line, rest, indent = "", "", 0
    prefix = "\n".join(before[-PREFIX_LINES:]) + "\n"
    suffix = rest + "\n" + "\n".join(behind[:SUFFIX_LINES]) + "\n"
    return Context(prefix, line, suffix, indent)


def speculative(document: Document, shown: str) -> Context:
    """Cut the context as if the shown text stood there already, at the cursor's line end."""
    *before, line = document.before.split("\n")
    rest, *behind = document.after.split("\n")
    *inner, last = (line + shown).split("\n")
    prefix = "\n".join([*before[-PREFIX_LINES + len(inner) :], *inner]) + "\n"
    suffix = "\n" + "\n".join(behind[:SUFFIX_LINES]) + "\n"
    return Context(prefix, last + rest, suffix, local(document).indent)


def render(hint: str, document: Document) -> str:
    """Return what of a result is shown: not what stands below the cursor already."""
    *_before, line = document.before.split("\n")
    rest, *behind = document.after.split("\n")
    lines = hint.split("\n")
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return ""
    if not (line + rest).strip():
        lead = len(lines[0]) - len(lines[0].lstrip())
        lines[0] = lines[0][min(lead, len(line + rest)) :]
    if len(lines) > 1 and not lines[0] and lines[1:] == behind[: len(lines) - 1]:
        return ""
    if lines == [rest]:
        return ""
    at = next((n for n, text in enumerate(behind[:-1]) if text.strip()), len(behind) - 1)
    below = behind[at:] if behind else []
    if below and line + lines[0] == below[0]:
        next_line = below[1] if len(below) > 1 else ""
        repeats_next = len(lines) == 2 and next_line.startswith(lines[1])
        repeats_all = len(lines) > 2 and lines[1:] == below[1 : len(lines)]
        if len(lines) == 1 or repeats_next or repeats_all:
            return ""
    text = "\n".join(lines)
    return text if text.strip() else ""


def _keys(context: Context) -> Iterator[str]:
    """Yield the hashes under which a result is kept: with up to three lines less before it, for
    when the window has moved on.
    """
    prefix = context.prefix
    yield _key(prefix + context.middle, context.suffix)
    for _ in range(_TRIMMED_LINES):
        prefix = prefix.partition("\n")[2]
        if not prefix:
            return
        yield _key(prefix + context.middle, context.suffix)


def _key(before: str, after: str) -> str:
    return hashlib.sha256(f"{before}\0{after}".encode()).hexdigest()
