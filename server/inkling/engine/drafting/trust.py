"""How far a draft token is to be trusted: the probability that the target model chooses it.

A logistic regression over what speaks for the token. It starts from what was measured on other
code, so that it knows something from the first key on, and goes on learning with each step.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Evidence = Mapping[str, float]
"""What speaks for or against a token, by name; what is missing counts as 0."""

MEASURED: Final[Evidence] = MappingProxyType(
    {
        "token": -1.55,
        "rivals": -0.68,
        "later": -0.43,
        "copied later": 1.07,
        "history": 0.24,
        "history match": 1.01,
        "lookup": 0.17,
        "lookup match": 0.59,
        "references": 0.04,
        "references match": 0.23,
        "head": 2.06,
        "head odds": 0.46,
        "head odds later": -0.02,
        # Not measured: that a smaller model knows quite well how sure it is.
        "model": 1.55,
        "model odds": 0.9,
    }
)
"""Log-odds for each unit of evidence, by `training/trust.py`."""

_RATE: Final = 0.006
"""Of learning. From half to three times as much, recorded steps went as fast within 1 %."""

_LONGEST: Final = 16  # tokens of a match; longer ones tell no more
_SUREST: Final = 0.999


def evidence(
    matches: Mapping[str, int],
    predictions: Mapping[str, float],
    *,
    first: bool,
    rivals: int = 0,
) -> Evidence:
    """Gather what speaks for a token, by source: the match that it is copied behind, and how
    probable it was predicted to be. The `first` of a draft is not behind other draft tokens;
    `rivals` other tokens are offered in its place.
    """
    found = {"token": 1.0, "rivals": float(rivals)}
    for source, match in matches.items():
        found[source] = 1.0
        found[f"{source} match"] = math.log2(1 + min(match, _LONGEST))
    for source, probability in predictions.items():
        sure = min(max(probability, 1 - _SUREST), _SUREST)
        found[source] = 1.0
        found[f"{source} odds"] = math.log(sure / (1 - sure))
    if not first:
        later = {f"{source} odds later": found[f"{source} odds"] for source in predictions}
        found |= {"later": 1.0, "copied later": float(bool(matches))} | later
    return found


class Trust:
    """Weighs evidence; `weights` are what to start from."""

    def __init__(self, weights: Evidence = MEASURED) -> None:
        self._weights = dict(weights)

    def probability(self, evidence: Evidence) -> float:
        """Return how probable it is that the target model chooses a token."""
        weights = self._weights
        odds = sum(weights.get(name, 0.0) * value for name, value in evidence.items())
        return 1 / (1 + math.exp(-odds))

    def learn(self, evidence: Evidence, *, right: bool) -> None:
        """Learn from a token that the target model did or did not choose (one step of SGD)."""
        error = right - self.probability(evidence)
        for name, value in evidence.items():
            self._weights[name] = self._weights.get(name, 0.0) + _RATE * error * value
