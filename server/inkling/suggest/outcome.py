"""What comes of a request: something to insert, or nothing and the reason. Values only."""

from dataclasses import dataclass
from typing import Final, Literal

Reason = Literal[
    "off",
    "starting",
    "loading",
    "no-model",
    "failed",
    "closed",
    "mid-word",
    "reading",
    "late",
    "empty",
    "duplicate",
    "superseded",
    "cancelled",
    "stale",
]

SENTENCES: Final[dict[Reason, str]] = {
    "off": "Inkling is switched off.",
    "starting": "Inkling is starting.",
    "loading": "The model is loading.",
    "no-model": "No model is installed yet.",
    "failed": "The engine stopped working.",
    "closed": "The document is not open.",
    "mid-word": "The cursor is inside a word.",
    "reading": "The model had not read this place yet.",
    "late": "Nothing worth showing was ready within the budget.",
    "empty": "The model had nothing to add here.",
    "duplicate": "The model would only repeat what stands here already.",
    "superseded": "A newer request took over.",
    "cancelled": "The editor took the request back.",
    "stale": "The text changed meanwhile.",
}
"""What a person reads when nothing is shown."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Text to insert at the cursor, its lines ending in line feeds. `log_prob` is that of all
    tokens it was cut from.

    Who asked by a key may choose one of the `alternatives` instead, best first.
    """

    text: str
    log_prob: float
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """No suggestion. `detail` says more than the reason's sentence, where more is known."""

    reason: Reason
    detail: str = ""

    @property
    def sentence(self) -> str:
        """What a person reads."""
        return self.detail or SENTENCES[self.reason]


Outcome = Insert | Nothing
