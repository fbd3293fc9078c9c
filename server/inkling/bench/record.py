"""What is written down while a file is played; all times are milliseconds from its start."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from inkling.bench.accept import Verdict

Change = Literal["fresh", "typed", "same", "extended", "replaced", "vanished", "gone", "accepted"]
"""What happened to the text on the screen.

`fresh`: there was none that still agreed. `typed`: the person typed the start of it. `same`, or
`extended` at its end: a new answer said so. `replaced`: another text came although what was
typed agreed with the old one. `vanished`: it agreed and was taken away. `gone`: something else
was typed, or nothing of it is left. `accepted`: its start was taken.
"""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key that was pressed, `accept` and `jump` among them."""

    at_ms: float
    name: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A change of the text on the screen to `text`, empty for none. The verdict is what the
    person would take of it; only a text that came with this change has one. Where an answer
    brought it, `request` is the number of its request.
    """

    at_ms: float
    text: str
    change: Change
    verdict: Verdict | None = None
    request: int | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Characters taken from the screen at once."""

    at_ms: float
    characters: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Request:
    """One question to the server: what to show after the key at `key_ms`.

    It is answered when the person gets to see its outcome, some text or none; `answered_ms` is
    None when the next key came before. `settled` says that the server has dealt with it in
    some way, or never got it. `trace` is what the server tells of it, such as `reason` and
    `decodeMs`. `cold` is the first one after a document was opened, or the cursor put elsewhere.
    """

    key_ms: float
    cold: bool = False
    answered_ms: float | None = None
    text: str = ""
    settled: bool = False
    trace: Mapping[str, Any] = field(default_factory=dict)

    @property
    def latency_ms(self) -> float | None:
        """From the key to the answer."""
        return None if self.answered_ms is None else self.answered_ms - self.key_ms


@dataclass(frozen=True, slots=True)
class Recording:
    """All that happened while one file was typed; `traces` are what the server told of requests,
    by their numbers.
    """

    name: str
    seed: int
    sha256: str
    characters: int
    strokes: tuple[Stroke, ...]
    sights: tuple[Sight, ...]
    acceptances: tuple[Acceptance, ...]
    requests: tuple[Request, ...]
    traces: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.strokes[-1].at_ms / 1e3 if self.strokes else 0.0


class Clock:
    """Milliseconds since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()

    @property
    def ms(self) -> float:
        """The time."""
        return (time.perf_counter() - self._started) * 1e3
