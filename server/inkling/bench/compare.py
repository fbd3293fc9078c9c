"""Compares two reports and says which differences are noise.

Medians: the percentile bootstrap of their difference (Efron and Tibshirani, 1993), each run's
requests drawn anew 2,000 times. Shares: the hybrid score interval of Newcombe (Statistics in
Medicine 17, 1998, method 10). Both at 99 %, since a dozen figures are compared at once. What
changes between two runs besides the program, such as other work on the machine, is in neither.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np

from inkling.bench.figures import KINDS

LEVEL: Final = 0.99
RESAMPLES: Final = 2000
FEWEST: Final = 5
"""With fewer values on a side nothing is said."""

_Z: Final = 2.5758  # of the level

Verdict = Literal["noise", "better", "worse", "too few"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure before and now, and the interval in which the true difference lies."""

    subject: str
    figure: str
    unit: Literal["ms", "share"]
    before: float | None
    now: float | None
    low: float | None
    high: float | None
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a report."""
        return asdict(self)


def compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Compare the subjects that two reports share."""
    earlier = {subject["name"]: subject for subject in before["subjects"]}
    return [
        difference
        for subject in now["subjects"]
        if subject["name"] in earlier
        for difference in _subject(subject["name"], earlier[subject["name"]], subject)
    ]


def median_difference(
    before: Sequence[float], now: Sequence[float], seed: int = 0
) -> tuple[float, float]:
    """Return the interval of the difference of medians, now minus before."""
    chance = np.random.default_rng(seed)

    def medians(values: Sequence[float]) -> Any:
        array = np.asarray(values)
        return np.median(array[chance.integers(0, array.size, (RESAMPLES, array.size))], axis=1)

    tail = (1 - LEVEL) / 2
    low, high = np.quantile(medians(now) - medians(before), [tail, 1 - tail])
    return float(low), float(high)


def share_difference(
    before: tuple[int, int], now: tuple[int, int], z: float = _Z
) -> tuple[float, float]:
    """Return the interval of the difference of two shares, given as part and whole; `z` is the
    standard normal's quantile for its level, both sides.
    """
    share_before, share_now = before[0] / before[1], now[0] / now[1]
    low_before, high_before = _wilson(*before, z)
    low_now, high_now = _wilson(*now, z)
    difference = share_now - share_before
    low = difference - math.hypot(share_now - low_now, high_before - share_before)
    high = difference + math.hypot(high_now - share_now, share_before - low_before)
    return low, high


def _wilson(part: int, whole: int, z: float) -> tuple[float, float]:
    share, square = part / whole, z * z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    spread = share * (1 - share) / whole + square / (4 * whole * whole)
    half = z * math.sqrt(spread) / (1 + square / whole)
    return middle - half, middle + half


def _subject(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for kind in KINDS:
        pair = _latencies(before, kind), _latencies(now, kind)
        medians = [float(np.median(values)) if values else None for values in pair]
        few = min(map(len, pair)) < FEWEST
        interval = None if few else median_difference(*pair)
        yield _difference(name, f"{kind} answers, median", "ms", medians, interval, better=-1)
    for figure, better, (part, whole) in (
        ("requests answered in budget", 1, ("inBudget.answered", "inBudget.requests")),
        ("requests answered in budget with text", 1, ("inBudget.withText", "inBudget.requests")),
        ("pauses with ghost text in budget", 1, ("pauses.inBudget", "pauses.count")),
        ("shown texts that replaced one that agreed", -1, ("typing.flicker", "typing.shown")),
        ("shown texts that were wrong", -1, ("typing.wrong", "typing.shown")),
        ("draft tokens accepted", 1, ("decoding.acceptedTokens", "decoding.draftTokens")),
    ):
        counts = [(_at(side, part), _at(side, whole)) for side in (before, now)]
        shares = [part_of / all_of if all_of else None for part_of, all_of in counts]
        few = min(all_of for _part, all_of in counts) < FEWEST
        span = None if few else share_difference(counts[0], counts[1])
        yield _difference(name, figure, "share", shares, span, better=better)


def _difference(
    subject: str,
    figure: str,
    unit: Literal["ms", "share"],
    sides: Sequence[float | None],
    interval: tuple[float, float] | None,
    *,
    better: int,
) -> Difference:
    if interval is None:
        return Difference(subject, figure, unit, sides[0], sides[1], None, None, "too few")
    low, high = interval
    verdict: Verdict = "noise"
    if low > 0 or high < 0:
        verdict = "better" if better * low > 0 else "worse"
    return Difference(subject, figure, unit, sides[0], sides[1], low, high, verdict)


def _latencies(subject: Mapping[str, Any], kind: str) -> list[float]:
    rows = subject["samples"]["requests"]
    return [row[2] for row in rows if row[1] == kind and row[2] is not None]


def _at(subject: Mapping[str, Any], path: str) -> int:
    section, _, name = path.partition(".")
    return int(subject[section][name])
