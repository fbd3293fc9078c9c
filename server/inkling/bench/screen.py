"""The ghost text on the screen: what it is, since when, and what became of it.

While the person types the start of a shown text the rest stays, as in VS Code, until an answer
says otherwise.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress

from inkling.bench.accept import KEY_MS, Decision, Verdict
from inkling.bench.keys import Edit
from inkling.bench.record import Change, Clock, Sight


class Screen:
    """The ghost text at the cursor; `judge` says what the person would take of a text.

    For `key_ms` from each key on the person reads nothing; one who is `forgetful` begins to read
    anew then.
    """

    def __init__(
        self,
        clock: Clock,
        judge: Callable[[str], Verdict],
        key_ms: float = KEY_MS,
        *,
        forgetful: bool = False,
    ) -> None:
        self.text = ""
        self.since_ms = 0.0
        """When reading the text began, or would have without interruption; what was read of it
        stays read while it is typed, and reading goes on from there when it is extended."""
        self.sights: list[Sight] = []
        self._clock = clock
        self._judge = judge
        self._key_ms = key_ms
        self._forgetful = forgetful
        self._looks_ms = 0.0
        self._changed = asyncio.Event()

    def type(self, edit: Edit) -> None:
        """Follow what is typed: keep what still agrees."""
        self._look_away()
        if self.text and (edit.changes or edit.over):
            rest = remainder(self.text, edit)
            self._set(rest, "typed" if rest else "gone")

    def accept(self, characters: int) -> None:
        """Take the start of the text; the rest stays."""
        self._look_away()
        rest = self.text[characters:]
        self._set(rest, "accepted")

    def clear(self) -> None:
        """Take the text away, as a jump of the cursor does."""
        if self.text:
            self._set("", "gone")

    def show(self, text: str, request: int | None = None) -> None:
        """Show what the answer to a request says, empty for nothing."""
        if text == self.text:
            if text:
                self._set(text, "same", request=request)
        elif not text:
            self._set("", "vanished")
        elif not self.text:
            self._set(text, "fresh", self._judge(text), request)
        elif text.startswith(self.text):
            read_ms = Decision("all", len(self.text)).reading_ms
            self.since_ms = max(self.since_ms, self._clock.ms - read_ms)
            self._set(text, "extended", request=request)
        else:
            self._set(text, "replaced", self._judge(text), request)

    async def changes(self, within_ms: float) -> None:
        """Wait until the text changes, or that long."""
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_ms / 1e3):
                await self._changed.wait()

    def _look_away(self) -> None:
        now = self._clock.ms
        read_ms = 0.0 if self._forgetful else max(now, self._looks_ms) - self.since_ms
        self._looks_ms = now + self._key_ms
        self.since_ms = self._looks_ms - read_ms

    def _set(
        self,
        text: str,
        change: Change,
        verdict: Verdict | None = None,
        request: int | None = None,
    ) -> None:
        now = self._clock.ms
        if change in {"fresh", "replaced"}:
            self.since_ms = max(now, self._looks_ms)
        self.text = text
        self.sights.append(Sight(now, text, change, verdict, request))
        self._changed.set()


def remainder(shown: str, edit: Edit) -> str:
    """Return what is left of a shown text after an edit at its start, empty if they disagree.

    When the editor puts a closer behind the cursor, what is left ends before that closer.
    """
    if edit.delete or edit.over or not edit.insert or not shown.startswith(edit.insert):
        return ""
    rest = shown[len(edit.insert) :]
    return _inside(rest, edit.insert[-1], edit.behind) if edit.behind else rest


def _inside(text: str, opener: str, closer: str) -> str:
    if closer.startswith("\n"):  # Enter between two brackets: the closing one has its own line
        return re.split(re.escape(closer) + r"(?=\S| \*/)", text, maxsplit=1)[0]
    depth = 1
    for at in range(len(text)):
        if text.startswith(closer, at):
            depth -= 1
            if not depth:
                return text[:at]
        elif text[at] == opener and opener in "([{":
            depth += 1
    return text
