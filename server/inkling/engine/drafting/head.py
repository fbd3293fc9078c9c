"""Predictions of a small network over the model's own hidden state, where no earlier text helps.

The head guesses the next hidden state, the next token by it, and goes on from there
(EAGLE, arXiv:2401.15077; Hydra, arXiv:2402.05109).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inkling.engine.drafting.draft import Hidden, Prediction
from inkling.engine.runtime.base import HeadSession


@dataclass(frozen=True, slots=True)
class DraftHead:
    """Predicts with `session`; not worth asking for what is needed less often than `least`."""

    session: HeadSession
    least: float = 0.2

    def predict(self, context: Sequence[int], hidden: Hidden | None) -> Prediction | None:
        """Predict what follows `context`; nothing without a hidden state."""
        if hidden is None:
            return None
        ahead, probabilities = self.session.forward(hidden, context[-1])
        return Prediction("head", self.session.tokens, probabilities, ahead)

    def worth(self, likely: float) -> bool:
        """Whether to ask for a token that is needed that `likely`."""
        return likely >= self.least
