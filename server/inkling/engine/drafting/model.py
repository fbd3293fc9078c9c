"""Predictions of a smaller model of the same vocabulary (arXiv:2211.17192).

It reads only what stands near, as a text by itself: to read a whole prompt would take longer than
its drafts save. It predicts only as far as a token saves more of the larger model's time than the
smaller one takes for it.
"""

import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from inkling.engine.drafting.draft import Hidden, Prediction
from inkling.engine.runtime.base import Session
from inkling.engine.runtime.pace import Pace

NEAR: Final = 96
"""Tokens: so many are read of a text that is new to it. Of 38 that the larger model chose, the
smaller one said 28 behind so many, 25 behind 48, and 28 behind the whole prompt of 480."""
_CHUNK: Final = 16
"""Tokens are read at a time, so that each step of the larger model is put off by little."""


class DraftModel:
    """Predicts with `session`, whose only cache is its own; `pace` is the larger model's."""

    def __init__(self, session: Session, pace: Pace) -> None:
        self._session = session
        self._pace = pace
        self._own = Pace()
        self._begin = 0
        """Where in the text that stands which is read."""

    def predict(
        self,
        context: Sequence[int],
        hidden: Hidden | None,  # noqa: ARG002
    ) -> Prediction | None:
        """Predict what follows `context`; nothing while it reads what stands near."""
        unread = self._unread(context)
        chunk = unread[:_CHUNK]
        began = time.perf_counter()
        logits = self._session.forward(chunk, scores=True)
        self._own.observe_pass(len(chunk), time.perf_counter() - began)
        if len(chunk) < len(unread):
            return None
        scores = logits.scores_at(0)
        log_probs = scores - scores[logits.tokens[0]] + logits.log_probs[0]
        return Prediction("model", np.arange(scores.size), np.exp(log_probs))

    def _unread(self, context: Sequence[int]) -> list[int]:
        """Rewind to what is read of a text; return what is not, one token at least."""
        behind = context[self._begin :]
        shared = min(self._session.select(behind), len(behind) - 1)
        least = min(NEAR // 2, len(context))
        if len(behind) - shared > NEAR or not least <= len(behind) <= self._session.capacity:
            self._begin = max(len(context) - NEAR, 0)
            behind, shared = context[self._begin :], 0
        self._session.rewind(shared)
        return list(behind[shared:])

    def worth(self, likely: float) -> bool:
        """Whether a token that is needed that `likely` saves more time than it costs."""
        return likely * self._pace.seconds(1) > self._costs()

    def _costs(self) -> float:
        """Seconds that a further draft token takes: its own pass, and its place in the larger."""
        return self._own.seconds(1) + self._pace.seconds(2) - self._pace.seconds(1)
