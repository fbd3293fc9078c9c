"""What silence costs and brings: precision against the share shown, and whether odds are true."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from inkling.bench.quality.scoring import share
from inkling.suggest.confidence import probability
from inkling.suggest.modes import LEAST_ODDS


class Judged(NamedTuple):
    """The odds, a logarithm, of something of a text's being right, whether that is so, and whether
    it is useful, which is more.
    """

    odds: float
    right: bool
    useful: bool


_SHARES: Final = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
_BINS: Final = 5


def report(weighed: Sequence[Sequence[Judged]]) -> dict[str, Any] | None:
    """What is useful of what is shown: by `eagerness`, and where so much is asked that it comes up
    at some shares of places. And for equal bins of whole texts, how many were said to be right in
    part at least, and how many are.

    For each place come the texts of which the first that is sure enough is shown, the whole first.
    None where there is nothing.
    """
    best = sorted((max(one.odds for one in texts) for texts in weighed if texts), reverse=True)
    if not best:
        return None
    settings = []
    for name, least in LEAST_ODDS.items():
        of = _shown(weighed, least)
        settings.append(_row({"eagerness": name, "shown": len(of) / len(weighed)}, "useful", of))
    curve = []
    for part in _SHARES:
        count = round(part * len(weighed))
        if 0 < count <= len(best):
            least = best[count - 1]
            curve.append(_row({"shown": part, "odds": least}, "useful", _shown(weighed, least)))
    whole = sorted((texts[0] for texts in weighed if texts), key=lambda one: -one.odds)
    size = math.ceil(len(whole) / _BINS)
    bins = [whole[at : at + size] for at in range(0, len(whole), size)]
    calibration = []
    for each in bins:
        said = sum(probability(one.odds) for one in each) / len(each)
        calibration.append(_row({"said": said}, "right", each))
    return {"settings": settings, "curve": curve, "calibration": calibration}


def _shown(weighed: Sequence[Sequence[Judged]], least: float) -> list[Judged]:
    sure = ([one for one in texts if one.odds >= least] for texts in weighed)
    return [texts[0] for texts in sure if texts]


def _row(told: dict[str, Any], name: str, of: Sequence[Judged]) -> dict[str, Any]:
    value, low, high, n = share(getattr(one, name) for one in of) or (None, None, None, 0)
    return {**told, name: value, "low": low, "high": high, "n": n}


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a report."""
    for name in ("settings", "curve", "calibration"):
        for row in found[name]:
            head, *_ = row.values()
            of = f"shown {row['shown']:.0%}" if name == "settings" else ""
            label = head if isinstance(head, str) else f"{head:.0%}"
            kind = "right" if name == "calibration" else "useful"
            told = "-" if row[kind] is None else f"{100 * row[kind]:.1f}"
            ends = (
                "" if row["low"] is None else f" ({100 * row['low']:.0f}-{100 * row['high']:.0f})"
            )
            yield f"{name:12}{label:10}{of:12} {kind} {told}{ends}, n = {row['n']}"
