"""How a request came about, and so how much it may take and give. Values only."""

from dataclasses import dataclass
from typing import Final, Literal

MOST_TOKENS: Final = 512
"""No request asks for more: so many fit behind the longest prompt into the engine's cache."""


@dataclass(frozen=True, slots=True)
class Mode:
    """`automatic` requests come with the keys (the sprinter); one is `invoked` by a key of its own,
    by a person who waits for it (the marathon).

    The budget, in milliseconds, runs from the request's arrival. `max_tokens` are asked of the
    model, `max_lines` with text in them shown at most.
    """

    name: Literal["automatic", "invoked"]
    budget_ms: float
    max_tokens: int
    max_lines: int

    @property
    def invoked(self) -> bool:
        """Whether a person asked, and so would rather wait than get less."""
        return self.name == "invoked"


AUTOMATIC: Final = Mode("automatic", budget_ms=100, max_tokens=48, max_lines=6)
INVOKED: Final = Mode("invoked", budget_ms=2000, max_tokens=192, max_lines=24)
