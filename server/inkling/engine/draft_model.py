"""Drafts from a smaller model of the same vocabulary (arXiv:2211.17192).

It reads along with the larger one, a little at a time while nothing else is to do, and drafts only
as far as a token saves more of the larger model's time than the smaller one takes for it.
"""

import math
import time
from collections.abc import Sequence
from typing import Final

from inkling.engine.draft import Draft, Hidden
from inkling.engine.pace import Pace
from inkling.engine.session import Session
from inkling.engine.tokenizer import Tokenizer
from inkling.engine.verify import verify

_READ_ALONG: Final = 8  # tokens: so few are read with the first draft token
_CHUNK: Final = 32
_SHADES: Final = 3  # of sureness: `Ranked` learns what each of them is worth


class DraftModel:
    """Drafts with `session`, whose only cache is its own; `pace` is the larger model's."""

    def __init__(self, tokenizer: Tokenizer, session: Session, pace: Pace) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._pace = pace
        self._own = Pace()
        self._wanted: list[int] = []

    @property
    def busy(self) -> bool:
        """Whether there is something to read before it can draft."""
        return len(self._wanted) > _READ_ALONG

    def read_on(self) -> None:
        """Read some more of what was to be drafted for."""
        chunk, self._wanted = self._wanted[:_CHUNK], self._wanted[_CHUNK:]
        if len(self._session.tokens) + len(chunk) > self._session.capacity:
            self._wanted = []
        elif chunk:
            self._session.forward(chunk)

    def propose(
        self,
        context: Sequence[int],
        held: bytes,
        k: int,
        hidden: Hidden | None = None,  # noqa: ARG002
    ) -> Draft:
        """Propose up to `k` tokens; none where it has not read most of the context yet."""
        shared = min(self._session.select(context), len(context) - 1)
        self._session.rewind(shared)
        self._wanted = list(context[shared:])
        drafted: list[int] = []
        first, likely = 0.0, 1.0
        if self.busy or len(context) + k > self._session.capacity:
            return Draft([])
        pending, self._wanted = self._wanted, []
        while len(drafted) < k and likely * self._pace.seconds(1) > self._costs():
            began = time.perf_counter()
            logits = self._session.forward(pending, scores=bool(held))
            self._own.observe_pass(len(pending), time.perf_counter() - began)
            chosen = verify([], logits, held, self._tokenizer)
            (token,), held = chosen.tokens, chosen.held
            if token in self._tokenizer.stop:
                break
            drafted.append(token)
            pending = [token]
            likely *= math.exp(min(chosen.log_probs[0], 0.0))
            first = first or likely
        return Draft(drafted, int(_SHADES * first), "model")

    def observe(self, tokens: Sequence[int]) -> None:
        """Nothing to learn: the next context holds them."""

    def _costs(self) -> float:
        """Seconds that a further draft token takes: its own pass, and its place in the larger."""
        return self._own.seconds(1) + self._pace.seconds(2) - self._pace.seconds(1)
