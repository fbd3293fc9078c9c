"""How a request came about, and so how much it may take and give. Values only."""

import math
from dataclasses import dataclass
from typing import Final, Literal

from inkling.protocol import CHOICES, EXPLICIT_FACTOR, SWITCHES, WHOLE

MOST_TOKENS: Final = WHOLE["maxTokens"].high
"""No request asks for more: so many fit behind the longest prompt into the engine's cache."""


@dataclass(frozen=True, slots=True)
class Mode:
    """`automatic` requests come with the keys (the sprinter); one is `invoked` by a key of its own,
    by a person who waits for it (the marathon).

    The budget, in milliseconds, runs from the request's arrival. `max_tokens` are asked of the
    model, `max_lines` with text in them shown at most. Without `prose`, comments and strings are
    left alone. What is not right with odds of at least `least_odds`, a logarithm, is not shown.
    """

    name: Literal["automatic", "invoked"]
    budget_ms: float
    max_tokens: int
    max_lines: int
    prose: bool = SWITCHES["commentsAndStrings"]
    least_odds: float = -math.inf

    @property
    def invoked(self) -> bool:
        """Whether a person asked, and so would rather wait than get less."""
        return self.name == "invoked"


LEAST_ODDS: Final = {"eager": -math.inf, "balanced": -0.75, "quiet": 0.5}
"""How sure a text must be, by the option `eagerness`; docs/CONFIDENCE.md says what each gives."""

AUTOMATIC: Final = Mode(
    "automatic",
    budget_ms=WHOLE["budgetMs"].default,
    max_tokens=WHOLE["maxTokens"].default,
    max_lines=WHOLE["maxLines"].default,
    least_odds=LEAST_ODDS[CHOICES["eagerness"].default],
)
INVOKED: Final = Mode(
    "invoked",
    budget_ms=WHOLE["explicitBudgetMs"].default,
    max_tokens=EXPLICIT_FACTOR * AUTOMATIC.max_tokens,
    max_lines=EXPLICIT_FACTOR * AUTOMATIC.max_lines,
)
DEEP: Final = Mode(
    "invoked",
    budget_ms=WHOLE["deepBudgetMs"].default,
    max_tokens=MOST_TOKENS,
    max_lines=WHOLE["maxLines"].high,
)
"""Of the deep model: as much as it has to say."""
