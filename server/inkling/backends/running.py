"""The shared engines that run now, for a person who asks: who shares them, and how to end them."""

import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inkling.engine import meeting, wire

_ANSWER_S: Final = 2.0
"""So long an engine may take to answer, and to end."""

_STATES: Final = {"asleep": "asleep until the next key"}
"""What a person is told of a state that does not speak for itself."""


@dataclass(frozen=True, slots=True)
class Running:
    """An engine at a place, and what it says of itself; None where it does not answer."""

    place: meeting.Place
    report: wire.Report | None

    def stop(self) -> None:
        """End it, whether it answers or not; its windows start another one."""
        if _ask(self.place, wire.Quit()) is not None:
            until = time.monotonic() + _ANSWER_S
            while time.monotonic() < until:
                if not meeting.is_locked(self.place.lock):
                    return
                time.sleep(0.01)
        # Who holds the lock has written there which process it is.
        number = self.place.lock.read_text()
        if number.isdigit() and meeting.is_locked(self.place.lock):
            with suppress(ProcessLookupError):
                os.kill(int(number), signal.SIGKILL)


def told(engine: Running) -> str:
    """Tell a person of an engine: how it is, how much it takes, and who shares it since when."""
    report = engine.report
    if report is None:
        return "an engine that does not answer; `inkling engine stop` ends it"
    sharers = [f"process {sharer.pid} since {_clock(sharer.since)}" for sharer in report.sessions]
    windows = "1 window" if len(sharers) == 1 else f"{len(sharers)} windows"
    state = _STATES.get(report.state, report.state)
    return (
        f"{report.model}, {state}: process {report.pid} since {_clock(report.since)}, "
        f"at most {report.peak_bytes / 1e6:.0f} MB, shared by {windows}"
        + (f" ({', '.join(sharers)})" if sharers else "")
    )


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M", time.localtime(seconds))


def running(folder: Path) -> list[Running]:
    """Return the engines that run in a folder, where people can meet in it."""
    if meeting.unfit(folder) is not None:
        return []
    alive = [place for place in meeting.places(folder) if meeting.is_locked(place.lock)]
    return [Running(place, _ask(place, wire.Ask())) for place in alive]


def _ask(place: meeting.Place, opening: wire.Opening) -> wire.Report | None:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_ANSWER_S)
            connection.connect(str(place.socket))
            connection.sendall(wire.frame(opening))
            with connection.makefile("rb") as stream:
                body = wire.read_body(stream)
            return None if body is None else wire.decode_report(body)
    except (OSError, wire.MalformedError):
        return None
