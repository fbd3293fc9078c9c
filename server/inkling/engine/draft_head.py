"""Drafts from a small network over the model's own hidden state, where no earlier text helps.

The head guesses the next hidden state, the next token by it, and goes on from there
(EAGLE, arXiv:2401.15077; Hydra, arXiv:2402.05109).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from inkling.engine.draft import Draft, Hidden
from inkling.engine.session import HeadSession
from inkling.engine.tokenizer import Tokenizer

_SHADES: Final = 3  # of sureness: `Ranked` learns what each of them is worth


class DraftHead:
    """Drafts until all of a draft is accepted with a probability below `least`."""

    def __init__(self, tokenizer: Tokenizer, session: HeadSession, *, least: float) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._least = least

    def propose(
        self, context: Sequence[int], held: bytes, k: int, hidden: Hidden | None = None
    ) -> Draft:
        """Propose up to `k` tokens; none without a hidden state or against `held`."""
        draft = Draft([], source="head")
        if hidden is None:
            return draft
        token, likely = context[-1], 1.0
        while len(draft.tokens) < k:
            hidden, token, probability = self._session.forward(hidden, token)
            likely *= probability
            # A token that ends the text saves no pass.
            if likely < self._least or token in self._tokenizer.stop:
                break
            spelled = self._tokenizer.bytes[token]
            if not (spelled.startswith(held) or held.startswith(spelled)):
                break
            held = held[len(spelled) :]
            draft.tokens.append(token)
            draft.probabilities.append(likely)
        # Drafts that the head is equally sure of are trusted alike.
        sureness = int(_SHADES * draft.probabilities[0]) if draft.tokens else 0
        return replace(draft, match=sureness)

    def observe(self, tokens: Sequence[int]) -> None:
        """Nothing to learn: it was trained before."""
