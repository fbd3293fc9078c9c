"""How far a few files tell that Inkling types more by Tab than a peer that typed them too.

The percentile bootstrap over files (Efron and Tibshirani, 1993): what is typed, and what comes of
it, differs most from file to file, so a handful of them tells less than their keys seem to.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

LEVEL: Final = 0.9
RESAMPLES: Final = 2000
FEWEST: Final = 3
"""Of fewer files nothing is said but their own ratio."""


def beside(ours: Mapping[str, Any], peer: Mapping[str, Any]) -> dict[str, Any]:
    """Compare two subjects that played the same files: `times` as many characters by Tab, and the
    interval from `low` to `high`; None where the peer has none or the files are too few.
    """
    mine, others = (
        [play["acceptedCharacters"] for play in subject["plays"]] for subject in (ours, peer)
    )
    low, high = _interval(mine, others)
    return {
        "name": peer["name"],
        "times": _rounded(sum(mine) / sum(others)) if sum(others) else None,
        "low": low,
        "high": high,
    }


def _interval(mine: Sequence[int], others: Sequence[int]) -> tuple[float | None, float | None]:
    if len(mine) < FEWEST or not any(others):
        return None, None
    chance = np.random.default_rng(0)
    drawn = chance.integers(0, len(mine), (RESAMPLES, len(mine)))
    ours, theirs = (np.asarray(side)[drawn].sum(axis=1) for side in (mine, others))
    # Files of which the peer has nothing leave no upper bound.
    ratios = np.divide(ours, theirs, out=np.full(RESAMPLES, np.inf), where=theirs > 0)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail], method="inverted_cdf")
    return _rounded(float(low)), _rounded(float(high)) if np.isfinite(high) else None


def _rounded(value: float) -> float:
    return round(value, 2)
