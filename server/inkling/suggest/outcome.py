"""What comes of a request: something to insert, or nothing and the reason. Values only."""

from dataclasses import dataclass

from inkling.protocol import SENTENCES, Reason


@dataclass(frozen=True, slots=True)
class Insert:
    """Text to insert at the cursor, its lines ending in line feeds. `log_prob` is that of all
    tokens it was cut from.

    Who asked by a key may choose one of the `alternatives` instead, best first. The text is a
    `deep` model's, or that of the one which writes while a person types; so is any alternative.
    """

    text: str
    log_prob: float
    alternatives: tuple[str, ...] = ()
    deep: bool = False


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
