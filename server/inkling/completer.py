"""A snapshot and a deadline in, a suggestion or the reason for none out.

The one place where context, prompt, engine and trim meet. It knows neither the editor nor
other requests (those are the scheduler's).
"""

import asyncio
import re
import time
from contextlib import aclosing
from typing import Final

from inkling import context, prompt, trim
from inkling.buffers import Snapshot
from inkling.config import Mode
from inkling.engine.client import Engine
from inkling.engine.wire import Chunk
from inkling.outcome import Nothing, Outcome, Suggestion
from inkling.trace import Trace

# What writing the answer takes, in milliseconds: the budget ends with the answer's last byte.
_ANSWER_MS: Final = 3.0

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Completer:
    """Completes one snapshot at a time with one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def complete(
        self, snapshot: Snapshot, mode: Mode, trace: Trace, *, explicit: bool
    ) -> Outcome:
        """Return what to show at the snapshot's cursor within what is left of the budget.

        The budget counts from `trace.started`.
        """
        unable = self._unable(snapshot, explicit=explicit)
        if unable:
            return unable
        began = time.perf_counter()
        window = context.window(snapshot)
        parts = prompt.build(window, self._engine.state.layout)
        place = trim.site(snapshot, mode.max_lines, explicit=explicit)
        trace.context_ms = (time.perf_counter() - began) * 1e3
        left_ms = mode.budget_ms - _ANSWER_MS - trace.elapsed_ms
        generated, log_prob, finished = "", 0.0, False
        trimmed = trim.Trimmed("", ended=False)
        stream = self._engine.generate(parts, max_tokens=mode.max_tokens, budget_ms=left_ms)
        try:
            async with asyncio.timeout(left_ms / 1e3), aclosing(stream) as messages:
                async for message in messages:
                    trace.stats = message.stats
                    if isinstance(message, Chunk):
                        trace.first_ms = trace.first_ms or trace.elapsed_ms
                        generated += message.text.replace("\r", "")
                        log_prob += message.log_prob
                    else:
                        trace.why = message.why
                        finished = message.why in ("stop", "length")
                        if message.why == "failed":
                            return Nothing("failed", message.detail)
                    began = time.perf_counter()
                    trimmed = trim.trim(generated, place, finished=finished)
                    trace.trim_ms += (time.perf_counter() - began) * 1e3
                    if trimmed.ended:
                        trace.why = trace.why or "trimmed"
                        break
        except TimeoutError:
            trace.why = "deadline"
        if not finished and not trimmed.ended:
            known = window.prefix + window.suffix
            whole = trim.clean_end(trimmed.text, snapshot.line_prefix, known)
            trimmed = trim.Trimmed(whole, ended=False)
        if trimmed.text.strip():
            return Suggestion(_line_ends(trimmed.text, snapshot), log_prob)
        if trimmed.repeats:
            return Nothing("duplicate")
        if finished or trimmed.ended:
            return Nothing("empty")
        return Nothing("late" if trace.first_ms else "reading")

    def _unable(self, snapshot: Snapshot, *, explicit: bool) -> Nothing | None:
        state = self._engine.state
        if state.state != "ready":
            return Nothing(state.state, state.detail)
        after = snapshot.line_suffix[:1]
        if not explicit and (after.isalnum() or after == "_"):
            return Nothing("mid-word")
        return None


def _line_ends(text: str, snapshot: Snapshot) -> str:
    """Give the text the line ends that the document begins with."""
    first = _LINE_END.search(snapshot.text)
    return text.replace("\n", first[0]) if first else text
