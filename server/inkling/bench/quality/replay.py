"""What a person would see of what was recorded: all that is decided behind the model, again."""

import math
from collections.abc import Sequence

from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Said, snapshot_of
from inkling.context import window
from inkling.languages import registry
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
    generation = _generation(case, said, mode)
    judge = Judge(place, math.inf)
    end = trim.end_of(generation.why)
    trimmed = trim.trim(generation.text, place, judge, end)
    text = trimmed.text
    if not (trimmed.ended or end):  # time cut it off
        known = generation.window.prefix + generation.window.suffix
        text = trim.cut_off(generation.text, place, judge, known)
    weighed = confidence.weigh(
        text,
        lambda beginning: generation.log_probs(0, len(beginning)),
        place,
        ended=trimmed.ended,
        prompt_tokens=said.prompt_tokens,
    )
    return [
        one
        for one in weighed
        if one.evidence and (one.text == text or whole.worth_taking(one.text, place, judge, text))
    ]


def waited(case: Case, said: Said, mode: Mode, text: str) -> tuple[float, float] | None:
    """Seconds until the first line of a text that is shown was there, and until all of it was; None
    where that was not recorded, or nothing is shown.
    """
    generation = _generation(case, said, mode)
    first = len(text) - len(text.lstrip()) + len(text.strip().partition("\n")[0])
    ends = [len(generation.log_probs(0, end)) for end in (first, len(text.rstrip()))]
    if not text.strip() or len(said.took.ms) < max(ends):
        return None
    first_ms, whole_ms = (said.took.ms[end - 1] for end in ends)
    return first_ms / 1e3, whole_ms / 1e3


def _generation(case: Case, said: Said, mode: Mode) -> Generation:
    """What was written at a case, as far as a request of a mode asks for."""
    snapshot = snapshot_of(case)
    seen = window.cut(snapshot)
    tokens = said.tokens[: mode.max_tokens]
    generation = Generation(snapshot.uri, seen, mode.max_tokens)
    at = settled_at(seen.prefix, registry.find(snapshot.language))
    text = settle("".join(token.text for token in tokens).replace("\r", ""), at)
    generation.grow(text, tokens, generation.stats)
    generation.finish(said.why if len(tokens) == len(said.tokens) else "length")
    return generation


def shown(texts: Sequence[Weighed], least_odds: float) -> str:
    """What is shown of them where so much is asked; empty for nothing."""
    return next((one.text for one in texts if one.odds >= least_odds), "")
