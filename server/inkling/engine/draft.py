"""Draft tokens for speculative decoding: cheap guesses that the target model verifies.

A drafter only proposes (arXiv:2211.17192 has the scheme); it never decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from inkling.engine.tokenizer import Tokenizer

Hidden = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Draft:
    """Draft tokens. `match` is the length of the n-gram they follow: more of it, more trust.

    A drafter that can tell says with what probability each of them is accepted, and all before it.
    """

    tokens: list[int]
    match: int = 0
    source: str = "none"
    probabilities: list[float] = field(default_factory=list)


class Drafter(Protocol):
    """Proposes up to `k` tokens to follow `context`.

    While `held` bytes are still to be spelled, the first draft token should agree with them.
    `hidden` is the target's hidden state that the context's last token was chosen by, where the
    target chose it.
    """

    def propose(
        self, context: Sequence[int], held: bytes, k: int, hidden: Hidden | None = None
    ) -> Draft:
        """Propose; an empty draft is always allowed."""


class NoDraft:
    """Plain decoding."""

    def propose(
        self,
        context: Sequence[int],  # noqa: ARG002
        held: bytes,  # noqa: ARG002
        k: int,  # noqa: ARG002
        hidden: Hidden | None = None,  # noqa: ARG002
    ) -> Draft:
        """Propose nothing."""
        return Draft([])


class PromptLookup:
    """Copies what followed the longest, latest earlier match of the context's last n-gram.

    Prompt lookup decoding (Saxena, 2023; also arXiv:2304.04487): code repeats itself.
    """

    def __init__(self, tokenizer: Tokenizer, max_ngram: int = 4) -> None:
        self._tokenizer = tokenizer
        self._max_ngram = max_ngram

    def propose(
        self,
        context: Sequence[int],
        held: bytes,
        k: int,
        hidden: Hidden | None = None,  # noqa: ARG002
    ) -> Draft:
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
            return Draft([])
        start = int(starts[-1])
        return Draft([int(t) for t in tokens[start : start + k]], matched, "lookup")

    def _spells(self, held: bytes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        mask = np.zeros(len(self._tokenizer.bytes), np.bool_)
        mask[self._tokenizer.starting(held)] = True
        return mask


class Recall:
    """Goes on from what was written before at this very place, else asks another drafter.

    A request that was cut off by time or by a newer one has often written what the next one
    wants: `remember` the tokens of a prompt and of what followed it.
    """

    MATCH = 5
    """A whole prompt is a longer match than any n-gram."""

    def __init__(self, tokenizer: Tokenizer, other: Drafter) -> None:
        self._tokenizer = tokenizer
        self._other = other
        self._written: list[int] = []

    def remember(self, tokens: Sequence[int]) -> None:
        """Remember a sequence from its first token on; it replaces the one before."""
        self._written = list(tokens)

    def propose(
        self, context: Sequence[int], held: bytes, k: int, hidden: Hidden | None = None
    ) -> Draft:
        """Propose what was written before, if it agrees with `held`."""
        here = len(context)
        if here < len(self._written) and self._written[:here] == list(context):
            following = self._written[here : here + k]
            spelled = b"".join(self._tokenizer.bytes[token] for token in following)
            if following and (spelled.startswith(held) or held.startswith(spelled)):
                return Draft(following, self.MATCH, "recall")
        return self._other.propose(context, held, k, hidden)
