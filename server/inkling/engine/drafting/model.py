"""Predictions of a smaller model of the same vocabulary (arXiv:2211.17192).

It reads along with the larger one, a little at a time while nothing else is to do, and predicts
only as far as a token saves more of the larger model's time than the smaller one takes for it.
"""

import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from inkling.engine.drafting.draft import Hidden, Prediction
from inkling.engine.runtime.base import Session
from inkling.engine.runtime.pace import Pace

_READ_ALONG: Final = 8  # tokens: so few are read with the first token to predict
_CHUNK: Final = 32


class DraftModel:
    """Predicts with `session`, whose only cache is its own; `pace` is the larger model's."""

    def __init__(self, session: Session, pace: Pace) -> None:
        self._session = session
        self._pace = pace
        self._own = Pace()
        self._wanted: list[int] = []

    @property
    def busy(self) -> bool:
        """Whether there is something to read before it can predict."""
        return len(self._wanted) > _READ_ALONG

    def read_on(self) -> None:
        """Read some more of what was to be predicted for."""
        chunk, self._wanted = self._wanted[:_CHUNK], self._wanted[_CHUNK:]
        if len(self._session.tokens) + len(chunk) > self._session.capacity:
            self._wanted = []
        elif chunk:
            self._session.forward(chunk)

    def predict(
        self,
        context: Sequence[int],
        hidden: Hidden | None,  # noqa: ARG002
    ) -> Prediction | None:
        """Predict what follows `context`; nothing where it has not read most of that yet."""
        shared = min(self._session.select(context), len(context) - 1)
        self._session.rewind(shared)
        self._wanted = list(context[shared:])
        if self.busy or len(context) > self._session.capacity:
            return None
        pending, self._wanted = self._wanted, []
        began = time.perf_counter()
        logits = self._session.forward(pending, scores=True)
        self._own.observe_pass(len(pending), time.perf_counter() - began)
        scores = logits.scores_at(0)
        log_probs = scores - scores[logits.tokens[0]] + logits.log_probs[0]
        return Prediction("model", np.arange(scores.size), np.exp(log_probs))

    def worth(self, likely: float) -> bool:
        """Whether a token that is needed that `likely` saves more time than it costs."""
        return likely * self._pace.seconds(1) > self._costs()

    def _costs(self) -> float:
        """Seconds that a further draft token takes: its own pass, and its place in the larger."""
        return self._own.seconds(1) + self._pace.seconds(2) - self._pace.seconds(1)
