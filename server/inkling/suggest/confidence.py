"""Show or skip: how likely something of a text is right, from what the model thought of it.

A logistic regression over the log-probabilities of the tokens that are shown (not of those that
were trimmed) and what is known of the place, as JetBrains' local completion filters its own.
Right is what a person would take, all of it or its first lines or words. `training/confidence.py`
fits the coefficients; docs/CONFIDENCE.md tells from what, and how true the odds are. It knows texts
and places; what was refused is `refusals`' to say.
"""

import math
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Final

from inkling.suggest import whole
from inkling.suggest.site import Site

_LEAST: Final = -12.0
"""A token less probable than this, in nats, tells no more than one of this."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a text: its tokens' natural log-probabilities, never none, its characters
    and lines, whether it is `whole` as the model has it, and of how many `prompt_tokens` it was
    told; and of its place.
    """

    log_probs: tuple[float, ...]
    characters: int
    lines: int
    whole: bool
    prompt_tokens: int
    language: str
    gap: bool
    blank: bool
    in_word: bool
    in_text: bool

    def features(self) -> dict[str, float]:
        """What the regression sees, each from about -1 to 1 or one of 0 and 1."""
        known = [max(log_prob, _LEAST) for log_prob in self.log_probs]
        return {
            "one": 1.0,
            "first": known[0] / 4,
            "mean": sum(known) / len(known),
            "least": min(known) / 4,
            "sum": math.log1p(-sum(known)),
            "length": math.log(self.characters) / 4,
            "lines": float(self.lines > 1),
            "whole": float(self.whole),
            "read": math.log2(max(self.prompt_tokens, 32) / 512) / 4,
            "gap": float(self.gap),
            "blank": float(self.blank),
            "word": float(self.in_word),
            "text": float(self.in_text),
            f"language:{self.language}": 1.0,
        }


def evidence(
    text: str, log_probs: Sequence[float], place: Site, *, ended: bool, prompt_tokens: int
) -> Evidence | None:
    """Gather what is known of a text at a place; None where the backend tells no probabilities."""
    said = text.strip()
    if not log_probs or not said:
        return None
    last = place.line_prefix[-1:]
    return Evidence(
        tuple(log_probs),
        len(said),
        said.count("\n") + 1,
        ended,
        prompt_tokens,
        place.language.ids[0],
        place.gap,
        not place.line_prefix.strip(),
        last.isalnum() or last == "_",
        place.in_text,
    )


@cache
def coefficients() -> Mapping[str, float]:
    """What the regression weighs each feature with; one that it does not know weighs nothing."""
    told = tomllib.loads(files("inkling.suggest").joinpath("confidence.toml").read_text("utf-8"))
    found: dict[str, float] = told["coefficients"]
    return found


def log_odds(known: Evidence) -> float:
    """How likely something of a text is right, as the logarithm of its odds."""
    weights = coefficients()
    return sum(weights.get(name, 0.0) * value for name, value in known.features().items())


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text, and the odds, a logarithm, of something of it being right, by the evidence; infinite
    where there is none, since the backend tells no probabilities.
    """

    text: str
    evidence: Evidence | None
    odds: float


def weigh(
    text: str,
    log_probs_of: Callable[[str], Sequence[float]],
    place: Site,
    *,
    ended: bool,
    prompt_tokens: int,
) -> Iterator[Weighed]:
    """Weigh a text, and then its beginnings, the longest first; whether those are worth taking as
    they stand is not asked here, since it takes longer.
    """
    for beginning in chain([text], whole.shorter(text)):
        known = evidence(
            beginning,
            log_probs_of(beginning),
            place,
            ended=ended and beginning == text,
            prompt_tokens=prompt_tokens,
        )
        yield Weighed(beginning, known, log_odds(known) if known else math.inf)


def probability(odds: float) -> float:
    """The probability for the logarithm of odds."""
    return 1 / (1 + math.exp(-odds))
