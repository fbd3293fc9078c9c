"""Draft tokens for speculative decoding: cheap guesses that the target model verifies.

A drafter only proposes (arXiv:2211.17192 has the scheme); it never decides.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from inkling.engine.tokenizer import Tokenizer


class Drafter(Protocol):
    """Proposes up to `k` tokens to follow `context`.

    While `held` bytes are still to be spelled, the first draft token should agree with them.
    """

    def propose(self, context: Sequence[int], held: bytes, k: int) -> list[int]:
        """Propose; an empty list is always allowed."""


class NoDraft:
    """Plain decoding."""

    def propose(self, context: Sequence[int], held: bytes, k: int) -> list[int]:  # noqa: ARG002
        """Propose nothing."""
        return []


class PromptLookup:
    """Copies what followed the longest, latest earlier match of the context's last n-gram.

    Prompt lookup decoding (Saxena, 2023; also arXiv:2304.04487): code repeats itself.
    """

    def __init__(self, tokenizer: Tokenizer, max_ngram: int = 4) -> None:
        self._tokenizer = tokenizer
        self._max_ngram = max_ngram

    def propose(self, context: Sequence[int], held: bytes, k: int) -> list[int]:
        """Propose up to `k` tokens; none when nothing earlier looks alike."""
        tokens = np.asarray(context, np.int64)
        starts = np.arange(1, len(tokens))
        if held:
            starts = starts[self._spells(held)[tokens[1:]]]
        matched = 0
        for n in range(1, min(self._max_ngram, len(tokens)) + 1):
            longer = starts[starts >= n]
            longer = longer[tokens[longer - n] == tokens[-n]]
            if not longer.size:
                break
            starts, matched = longer, n
        # A word begun by hand is a match in itself; a single blank is not.
        if not starts.size or not (matched or len(held.strip()) > 1):
            return []
        start = int(starts[-1])
        return [int(token) for token in tokens[start : start + k]]

    def _spells(self, held: bytes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        mask = np.zeros(len(self._tokenizer.bytes), np.bool_)
        mask[self._tokenizer.starting(held)] = True
        return mask
