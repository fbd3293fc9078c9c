"""What a person would see of what was recorded: all that is decided behind the model, again."""

import math
from collections.abc import Sequence

from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Said, snapshot_of
from inkling.context import window
from inkling.suggest import confidence, trim, whole
from inkling.suggest.confidence import Weighed
from inkling.suggest.generations import Generation
from inkling.suggest.indentation import settle, settled_at
from inkling.suggest.modes import Mode
from inkling.suggest.site import site_of
from inkling.suggest.whole import Judge


def suggested(case: Case, said: Said, mode: Mode) -> list[Weighed]:
    """What may be shown at a case, the longest first, which is all of it; nothing, if nothing is.

    Shown is the first that is sure enough.
    """
    snapshot = snapshot_of(case)
    place = site_of(snapshot, mode)
    tokens = said.tokens[: mode.max_tokens]
    end = trim.end_of(said.why) if len(tokens) == len(said.tokens) else "length"
    seen = window.cut(snapshot)
    at = settled_at(seen.prefix, place.language)
    text = settle("".join(token.text for token in tokens).replace("\r", ""), at)
    generation = Generation(snapshot.uri, seen, mode.max_tokens)
    generation.grow(text, tokens, generation.stats)
    judge = Judge(place, math.inf)
    trimmed = trim.trim(text, place, judge, end)
    weighed = confidence.weigh(
        trimmed.text,
        lambda beginning: generation.log_probs(0, len(beginning)),
        place,
        ended=trimmed.ended,
        prompt_tokens=said.prompt_tokens,
    )
    return [
        one
        for one in weighed
        if one.evidence
        and (one.text == trimmed.text or whole.worth_taking(one.text, place, judge, trimmed.text))
    ]


def shown(texts: Sequence[Weighed], least_odds: float) -> str:
    """What is shown of them where so much is asked; empty for nothing."""
    return next((one.text for one in texts if one.odds >= least_odds), "")
