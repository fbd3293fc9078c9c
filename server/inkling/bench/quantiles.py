"""Percentiles and histograms of durations in milliseconds."""

import math
from collections.abc import Sequence
from typing import Any, Final

EDGES_MS: Final = (*range(0, 160, 10), 200, 300, 500, 1000)
"""The lower edges of a histogram's bins; the last bin has no end."""


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share lies, between the two nearest ones (type 7 of
    Hyndman and Fan, 1996); NaN of nothing.
    """
    if not values:
        return math.nan
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def histogram(values: Sequence[float]) -> list[int]:
    """Count the values in each bin."""
    counts = [0] * len(EDGES_MS)
    for value in values:
        counts[max(sum(edge <= value for edge in EDGES_MS) - 1, 0)] += 1
    return counts


def summary(values: Sequence[float]) -> dict[str, Any]:
    """Summarize durations for a report; of nothing there is only the count."""
    if not values:
        return {"count": 0}
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        "count": len(values),
        **{name: round(quantile(values, share), 2) for name, share in shares.items()},
        "histogram": histogram(values),
    }
