"""What silence would have cost and brought a person who typed: each text that came up, how sure
the server was of it, and what was taken of it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from inkling.bench.accept import Verdict
from inkling.bench.record import Recording

_STEPS: Final = (-math.inf, *(step / 4 for step in range(-12, 13)))


@dataclass(frozen=True, slots=True)
class Text:
    """A text that came up, what a person would have taken of it, and how many characters they took.

    `odds` is the logarithm of what the server gave for it at best before that, by the `evidence`
    that it had at first; None where it did not say.
    """

    verdict: Verdict
    taken: int
    odds: float | None
    evidence: Mapping[str, Any] | None


def weighed(recording: Recording) -> Iterator[Text]:
    """Yield the texts of a recording in order."""
    acceptances = list(recording.acceptances)
    sights = recording.sights
    now: Text | None = None
    for sight in sights:
        trace = recording.traces.get(sight.request or -1, {})
        odds = trace.get("odds")
        if sight.change in ("fresh", "replaced", "gone", "vanished") and now is not None:
            yield now
            now = None
        if sight.verdict is not None:
            now = Text(sight.verdict, 0, odds, trace.get("evidence"))
        elif now is not None and sight.change == "accepted" and acceptances:
            now = replace(now, taken=now.taken + acceptances.pop(0).characters)
        elif now is not None and odds is not None and not now.taken:
            now = replace(now, odds=max(odds, -math.inf if now.odds is None else now.odds))
    if now is not None:
        yield now


def by_odds(recordings: Sequence[Recording]) -> list[dict[str, Any]]:
    """What would have come up, been wrong and been taken, had the server asked for more odds; the
    first row is what did. Empty where it told none.
    """
    texts = [text for recording in recordings for text in weighed(recording)]
    if not any(text.odds is not None for text in texts):
        return []
    found = []
    for least in _STEPS:
        shown = [text for text in texts if text.odds is None or text.odds >= least]
        wrong = sum(text.verdict == "wrong" for text in shown)
        taken = sum(text.taken for text in shown)
        odds = None if math.isinf(least) else least
        found.append({"odds": odds, "shown": len(shown), "wrong": wrong, "byTab": taken})
    return found
