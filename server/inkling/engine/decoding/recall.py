"""What the model said lately: what follows a text is the same whenever it is asked.

Whoever types something else than was suggested mostly stands behind tokens that the model has just
seen. Of what it took for likely there, the typed text chooses: that token needs no forward pass.
Nothing is guessed here, and nothing verified.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from inkling.engine.decoding.spelling import Spelling
from inkling.engine.decoding.verify import Verified, log_sum_exp
from inkling.engine.drafting.draft import Hidden
from inkling.engine.runtime.base import Logits
from inkling.engine.text.tokenizer import Tokenizer

KEPT: Final = 256
"""Texts whose successors are kept; some kilobytes each."""

_LIKELY: Final = 16.0
"""Nats below the best token. So far, since what the model was surest of was just ruled out."""
_MOST: Final = 2048  # successors of one text


@dataclass(frozen=True, slots=True)
class _Said:
    """The likely successors of a text, in ascending order, all that are so likely."""

    tokens: npt.NDArray[np.int64]
    log_probs: npt.NDArray[np.float32]
    hidden: Hidden


class Recall:
    """The likely successors of up to `kept` texts, the latest."""

    def __init__(self, tokenizer: Tokenizer, kept: int = KEPT) -> None:
        self._tokenizer = tokenizer
        self._kept = kept
        self._said: OrderedDict[tuple[int, ...], _Said] = OrderedDict()

    def note(self, context: Sequence[int], chosen: Sequence[int], logits: Logits) -> None:
        """Note what the model said behind `context`, and behind it and each of `chosen` but the
        last. The `logits` must carry scores.
        """
        for i in range(len(chosen) if self._kept else 0):
            key = (*context, *chosen[:i])
            self._said[key] = _said(logits, i)
            self._said.move_to_end(key)
        while len(self._said) > self._kept:
            self._said.popitem(last=False)

    def follow(
        self, context: Sequence[int], spelling: Spelling, most: int, rank: int = 0
    ) -> tuple[Verified, Hidden | None]:
        """Return up to `most` tokens that are known to follow, as `verify` would choose them, and
        the hidden state (hidden,) that the last of them comes from. A token that ends the text is
        the last one.
        """
        found, hidden = Verified([], [], [], spelling), None
        while len(found.tokens) < most:
            key = (*context, *found.tokens)
            said = self._said.get(key)
            place = None if said is None else self._place(said, found.spelling.held, rank)
            if said is None or place is None:
                break
            at, log_prob = place
            self._said.move_to_end(key)
            token, rank, hidden = int(said.tokens[at]), 0, said.hidden
            spelled = self._tokenizer.bytes[token]
            found = Verified(
                [*found.tokens, token],
                [*found.log_probs, log_prob],
                [*found.text, spelled[len(found.spelling.held) :]],
                found.spelling.after(spelled),
            )
            if token in self._tokenizer.stop:
                break
        return found, hidden

    def _place(self, said: _Said, held: bytes, rank: int) -> tuple[int, float] | None:
        """Where the best successor stands that agrees with `held`, or the one `rank` behind it, and
        its log-probability among those.
        """
        agreeing = np.arange(said.tokens.size)
        if held:
            agreeing = agreeing[np.isin(said.tokens, self._tokenizer.starting(held))]
        if rank >= agreeing.size:
            return None
        # Sorted only here: far more is noted than is ever asked for.
        at = int(agreeing[np.argsort(-said.log_probs[agreeing], kind="stable")[rank]])
        log_prob = float(said.log_probs[at])
        return at, log_prob - log_sum_exp(said.log_probs[agreeing]) if held else log_prob


def _said(logits: Logits, row: int) -> _Said:
    scores = logits.scores_at(row)
    best = scores[logits.tokens[row]]
    likely = np.flatnonzero(scores >= best - _LIKELY)
    if likely.size > _MOST:
        likely = np.sort(likely[np.argpartition(scores[likely], -_MOST)[-_MOST:]])
    log_probs = logits.log_probs[row] + (scores[likely] - best)
    return _Said(likely, log_probs, logits.hidden[row].copy())
