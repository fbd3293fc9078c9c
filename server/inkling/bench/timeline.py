"""Reads a recording: how long each request was left alone, and what came of each pause."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Final, Literal

from inkling.bench.record import Recording, Request, Sight

PAUSE_MS: Final = 150.0
"""From here on an interval between two keys counts as a pause."""

Kind = Literal["cold", "model", "cache", "empty", "unanswered"]


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval without a key. A text was on the screen at its end, and without a gap from
    `shown_ms` after its beginning on; where that is None or over the budget, `reason` says why.
    """

    length_ms: float
    shown_ms: float | None
    reason: str | None


def kind(request: Request) -> Kind:
    """Say what sort of answer a request got."""
    if request.answered_ms is None:
        return "unanswered"
    if not request.text:
        return "empty"
    if request.cold:
        return "cold"
    return "cache" if request.trace.get("source") == "cache" else "model"


def quiet_ms(recording: Recording) -> list[float]:
    """Return for each request how long after its key no other one came."""
    times = [stroke.at_ms for stroke in recording.strokes]
    after = [bisect_right(times, request.key_ms) for request in recording.requests]
    return [
        (times[index] if index < len(times) else inf) - request.key_ms
        for index, request in zip(after, recording.requests, strict=True)
    ]


def pauses(recording: Recording, budget_ms: float) -> list[Pause]:
    """Judge every pause but those behind a jump: editors differ in whether they ask there."""
    found = []
    for before, after in pairwise(recording.strokes):
        start, end = before.at_ms, after.at_ms
        if end - start < PAUSE_MS or before.name == "jump":
            continue
        since = _visible_since(recording.sights, start, end)
        asked = [request for request in recording.requests if start <= request.key_ms < end]
        in_budget = since is not None and since - start <= budget_ms
        reason = None if in_budget else _reason(asked)
        found.append(Pause(end - start, None if since is None else since - start, reason))
    return found


def _visible_since(sights: Sequence[Sight], start: float, end: float) -> float | None:
    """From when on a text was on the screen until the end, None if there was none by then."""
    since: float | None = None
    for sight in sights:
        if sight.at_ms >= end:
            break
        if not sight.text:
            since = None
        elif since is None:
            since = sight.at_ms
    return None if since is None else max(since, start)


def _reason(asked: Sequence[Request]) -> str:
    if not asked:
        return "not asked"
    request = asked[-1]
    if request.text:
        return "over budget"
    told = request.trace.get("reason")
    if told:
        return str(told)
    return "empty" if request.answered_ms is not None else "no answer"


def rows(recording: Recording) -> Iterator[tuple[Request, Kind, float]]:
    """Yield each request with its kind and its quiet time in milliseconds."""
    for request, quiet in zip(recording.requests, quiet_ms(recording), strict=True):
        yield request, kind(request), quiet
