"""What is to be done by the engine: the newest request, and texts that drafts may be copied from.

It decides which request gives way to which, and how soon; what a request computes is not known
here. Nothing piles up however long the engine is at something: of the requests that wait only the
newest does, and of the texts those of `waiting.Texts`.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import BinaryIO

from inkling.engine import wire
from inkling.engine.decoding.decode import Costs
from inkling.engine.runtime.base import Cancellation, Stop
from inkling.engine.waiting import Texts


@dataclass(frozen=True, slots=True)
class Job:
    """A request as it arrived (a `time.perf_counter` value), and what stops it."""

    request: wire.Generate
    arrived: float
    cancellation: Cancellation = field(default_factory=Cancellation)
    costs: Costs = field(default_factory=Costs)

    def give_way(self, newer: wire.Generate) -> None:
        """Make room for a newer request.

        A prompt that was only typed on needs all that the older one is reading: keys that come
        faster than a pass ends must not keep it from ever ending.
        """
        typed_on = self.costs.reading and _typed_on(self.request.prompt, newer.prompt)
        self.cancellation.cancel(Stop.AFTER_PASS if typed_on else Stop.NOW)

    def stop(self) -> None:
        """Stop: nobody waits for the answer, but what is being read will soon be asked about."""
        self.cancellation.cancel(Stop.AFTER_READING if self.costs.reading else Stop.NOW)


@dataclass(frozen=True, slots=True)
class Superseded:
    """A request that a newer one came for before it was begun: it is to be answered so."""

    id: int


def _typed_on(older: wire.Prompt, newer: wire.Prompt) -> bool:
    """Whether `newer` is `older` with more text at its end."""
    *before, last = older
    *same, longer = newer
    if not isinstance(last, wire.Text) or not isinstance(longer, wire.Text):
        return older == newer
    return before == same and longer.text.startswith(last.text)


class Inbox:
    """Messages as they arrive; each new request makes the older ones give way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._superseded: deque[Superseded] = deque()
        self._waiting: Job | None = None
        self._latest: Job | None = None
        self._texts = Texts()

    def read(self, stream: BinaryIO) -> None:
        """Take messages until the stream ends. Raises wire.MalformedError."""
        while (body := wire.read_body(stream)) is not None:
            self.take(wire.decode_to_engine(body))

    def take(self, message: wire.ToEngine) -> None:
        """Take one message."""
        with self._changed:
            if isinstance(message, wire.Generate):
                self._supersede(message)
                self._latest = self._waiting = Job(message, time.perf_counter())
            elif isinstance(message, wire.Refer):
                self._texts.put(message)
            elif self._latest and self._latest.request.id == message.id:
                self._latest.stop()
            self._changed.notify()

    def _supersede(self, newer: wire.Generate) -> None:
        if self._waiting:
            self._superseded.append(Superseded(self._waiting.request.id))
        elif self._latest:
            self._latest.give_way(newer)

    def next(self, *, wait: bool) -> Job | Superseded | wire.Refer | None:
        """Return what comes next; while there is nothing, wait or return None."""
        with self._changed:
            while True:
                if self._superseded:
                    return self._superseded.popleft()
                if self._waiting:
                    job, self._waiting = self._waiting, None
                    return job
                if (text := self._texts.take()) or not wait:
                    return text
                self._changed.wait()
