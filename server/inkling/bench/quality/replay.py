"""What a person would see of what was recorded: all that is decided behind the model, again."""

import math

from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Said, snapshot_of
from inkling.context import window
from inkling.suggest import trim
from inkling.suggest.indentation import settle, settled_at
from inkling.suggest.modes import Mode
from inkling.suggest.site import site_of
from inkling.suggest.whole import Judge


def shown(case: Case, said: Said, mode: Mode) -> str:
    """The text that is suggested at a case; empty for none."""
    snapshot = snapshot_of(case)
    place = site_of(snapshot, mode)
    tokens = said.tokens[: mode.max_tokens]
    end = trim.end_of(said.why) if len(tokens) == len(said.tokens) else "length"
    at = settled_at(window.cut(snapshot).prefix, place.language)
    text = settle("".join(token.text for token in tokens).replace("\r", ""), at)
    return trim.trim(text, place, Judge(place, math.inf), end).text
