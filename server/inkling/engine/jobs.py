"""What is to be done by the engine: each session's newest request, and texts that drafts may be
copied from.

It decides which request gives way to which, and how soon; what a request computes is not known
here. A request gives way to a newer one of its own session. Of several sessions, who is waited for
goes before all that is done ahead. Nothing piles up however long the engine is at something: of the
requests that wait only each session's newest does, and of the texts those of `waiting.Texts`. How
long the model is wanted is known here too: after each key, for as long as its session says.
"""

import math
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from inkling.engine import wire
from inkling.engine.decoding.decode import Costs
from inkling.engine.runtime.base import Cancellation, Stop
from inkling.engine.waiting import Texts

TURN_S: Final = 0.25
"""So long at most a request has the engine to itself while somebody waits in another window: a
person is in one of them."""

_STARVED_S: Final = 1.0
"""A window in use that had no pass for so long has one in its turn, though its time be over: of
several that are typed in without a pause one would else never be read. Sooner it would only make
the others late as well."""

_WAIT_S: Final = 3600.0
"""How long is waited at a time: threads cannot wait for all that a session may say."""

_IN_USE_S: Final = 1.0
"""A window that was asked about so lately is in use: what was asked is still worth reading."""


@dataclass(slots=True, eq=False)
class Job:
    """A request as it arrived (a `time.perf_counter` value) in a session, and what stops it."""

    request: wire.Generate
    arrived: float
    session: int = 0
    cancellation: Cancellation = field(default_factory=Cancellation)
    costs: Costs = field(default_factory=Costs)
    displaced: bool = False
    """Whether another session's request goes first. It waits again if it has said nothing yet."""
    passed_over: int = 0
    """How often another one was begun in its place, while its window was in use."""
    unwanted: bool = False
    """Whether its own session has let go of it."""

    def awaited(self, now: float) -> bool:
        """Whether somebody waits for the answer."""
        return now < self.arrived + self.request.budget_ms / 1e3 and not self.cancellation.stop

    def in_use(self, now: float) -> bool:
        """Whether somebody waits, or has until just now."""
        asked = self.request.budget_ms and now < self.arrived + _IN_USE_S
        return self.awaited(now) or bool(asked and not self.unwanted)

    def give_way(self, newer: wire.Generate) -> None:
        """Make room for a newer request of the same session.

        A prompt that was only typed on needs all that the older one is reading: keys that come
        faster than a pass ends must not keep it from ever ending.
        """
        typed_on = self.costs.reading and _typed_on(self.request.prompt, newer.prompt)
        self.cancellation.cancel(Stop.AFTER_PASS if typed_on else Stop.NOW)

    def stop(self, *, reads_on: bool = True) -> None:
        """Stop: nobody waits for the answer. What is being read will soon be asked about, so that
        goes on where it `reads_on`.
        """
        self.unwanted = True
        read = reads_on and self.costs.reading
        self.cancellation.cancel(Stop.AFTER_READING if read else Stop.NOW)

    def give_turn(self, begun: float, *, starved: bool = False) -> None:
        """Make room for another session's, once nobody waits for this one or its turn is over.

        What is done ahead stops in the middle of a pass, but what is read of a window that is in
        use ends the one that runs; a window that is `starved` has one in any case.
        """
        self.displaced = True
        if self.in_use(time.perf_counter()):
            until = min(begun + TURN_S, self.arrived + self.request.budget_ms / 1e3)
            self.cancellation.cancel_at(until, passes=int(starved))
        else:
            self.cancellation.cancel()


@dataclass(frozen=True, slots=True)
class Superseded:
    """A request of a session that will not be begun: it is to be answered so."""

    id: int
    session: int = 0


@dataclass(frozen=True, slots=True)
class Referred:
    """A text that a session's drafts may be copied from."""

    text: wire.Refer
    session: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """A session has ended."""

    session: int


class Unwanted:
    """Nobody has typed for as long as any session keeps the model."""


def _typed_on(older: wire.Prompt, newer: wire.Prompt) -> bool:
    """Whether `newer` is `older` with more text at its end."""
    *before, last = older
    *same, longer = newer
    if not isinstance(last, wire.Text) or not isinstance(longer, wire.Text):
        return older == newer
    return before == same and longer.text.startswith(last.text)


@dataclass(slots=True, eq=False)
class _Session:
    """What one session wants: `typed` is when it last asked for what somebody waits for, and until
    `kept`, `keeps` seconds after the last key, it wants the model. `served` is when the last turn
    ended in which it had a pass, or when it came.
    """

    texts: Texts = field(default_factory=Texts)
    waiting: Job | None = None
    latest: Job | None = None
    typed: float = 0.0
    served: float = 0.0
    keeps: float = math.inf
    kept: float = math.inf


class Inbox:
    """Messages as they arrive; each new request makes its session's older ones give way. What was
    being read for one that nobody waits for is read to its end, if the engine `reads_on`.
    """

    def __init__(self, *, reads_on: bool = True) -> None:
        self._reads_on = reads_on
        self._changed = threading.Condition()
        self._sessions: dict[int, _Session] = {}
        self._told: deque[Superseded | Left] = deque()
        self._running: tuple[Job, float] | None = None
        """The job that was begun last, and when."""

    def read(self, stream: BinaryIO) -> None:
        """Take messages of the only session until the stream ends. Raises wire.MalformedError."""
        while (body := wire.read_body(stream)) is not None:
            self.take(wire.decode_to_engine(body))

    def take(self, message: wire.ToEngine, number: int = 0) -> None:
        """Take one message of a session."""
        with self._changed:
            session = self._sessions.setdefault(number, _Session(served=time.perf_counter()))
            if isinstance(message, wire.Generate):
                job = Job(message, time.perf_counter(), number)
                self._supersede(session, job)
                session.latest = session.waiting = job
                if message.budget_ms:
                    session.typed = job.arrived
                    session.kept = job.arrived + session.keeps
                self._share()
            elif isinstance(message, wire.Refer):
                session.texts.put(message)
            elif isinstance(message, wire.Keep):
                session.keeps = math.inf if message.seconds is None else max(0.0, message.seconds)
                session.kept = time.perf_counter() + session.keeps
            elif session.latest and session.latest.request.id == message.id:
                session.latest.stop(reads_on=self._reads_on)
            self._changed.notify()

    def leave(self, number: int) -> None:
        """Take notice that a session has ended: nothing of it is to be done any more."""
        with self._changed:
            session = self._sessions.pop(number, _Session())
            if session.latest:
                session.latest.cancellation.cancel()
            self._told.append(Left(number))
            self._changed.notify()

    def next(self, *, wait: bool) -> Job | Superseded | Referred | Left | Unwanted | None:
        """Return what comes next; while there is nothing, wait or return None."""
        with self._changed:
            self._end_turn()
            while True:
                if self._told:
                    return self._told.popleft()
                if job := self._choose():
                    return job
                if not (left_s := self._wanted_s()) > 0:
                    return Unwanted()
                if (text := self._text()) or not wait:
                    return text
                self._changed.wait(min(left_s, _WAIT_S))

    def next_undone(self) -> Superseded | None:
        """Wait until the model is wanted again, and return None; or return what will not be done.

        Nobody waits for that: it was to be done ahead.
        """
        with self._changed:
            while not any(
                session.kept > time.perf_counter() for session in self._sessions.values()
            ):
                told = self._told.popleft() if self._told else None
                if isinstance(told, Superseded):
                    return told
                if job := self._choose():
                    return Superseded(job.request.id, job.session)
                if told is None and self._text() is None:
                    self._changed.wait()
            return None

    def _wanted_s(self) -> float:
        """For how many seconds more some session wants the model. Where there is none, how long the
        engine stays is not said here.
        """
        kept = max((session.kept for session in self._sessions.values()), default=math.inf)
        return kept - time.perf_counter()

    def postpone(self, job: Job) -> None:
        """Have a displaced job that has said nothing wait again, if its session still wants it."""
        with self._changed:
            session = self._sessions.get(job.session)
            if session is None or session.latest is not job or job.unwanted:
                self._told.append(Superseded(job.request.id, job.session))
            else:
                session.latest = session.waiting = Job(job.request, job.arrived, job.session)

    def _supersede(self, session: _Session, newer: Job) -> None:
        if session.waiting:
            newer.passed_over = session.waiting.passed_over
            self._told.append(Superseded(session.waiting.request.id, newer.session))
        elif session.latest:
            session.latest.give_way(newer.request)

    def _waiting(self) -> list[Job]:
        return [session.waiting for session in self._sessions.values() if session.waiting]

    def _choose(self) -> Job | None:
        """Begin what was asked in a window that is in use: of that what was passed over, then what
        somebody waits for, then what the session wants that was typed in last.
        """
        now, waiting = time.perf_counter(), self._waiting()

        def urgency(job: Job) -> tuple[bool, int, bool, float, float]:
            in_use, typed = job.in_use(now), self._sessions[job.session].typed
            return in_use, in_use * job.passed_over, job.awaited(now), typed, job.arrived

        if not waiting:
            return None
        chosen = max(waiting, key=urgency)
        self._sessions[chosen.session].waiting = None
        for job in self._waiting():
            job.passed_over += chosen.in_use(now) and job.in_use(now)
        self._running = chosen, now
        self._share()
        return chosen

    def _share(self) -> None:
        """Have what runs give way to what somebody waits for in another session."""
        if self._running is not None:
            running, begun = self._running
            now, session = time.perf_counter(), self._sessions.get(running.session)
            if any(job.session != running.session and job.awaited(now) for job in self._waiting()):
                starved = session is not None and now - session.served > _STARVED_S
                running.give_turn(begun, starved=starved)

    def _end_turn(self) -> None:
        if self._running is not None:
            job, _ = self._running
            session = self._sessions.get(job.session)
            if session is not None and job.cancellation.passes:
                session.served = time.perf_counter()
        self._running = None

    def _text(self) -> Referred | None:
        """Give up the text that waits longest in one of the sessions, if there is one."""
        for number, session in self._sessions.items():
            if text := session.texts.take():
                return Referred(text, number)
        return None
