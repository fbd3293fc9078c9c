"""Draft tokens for speculative decoding: cheap guesses that the target model verifies.

A drafter only proposes (arXiv:2211.17192 has the scheme); it never decides. Those here copy from
earlier text. Who of several is believed is `arbiter`'s to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from inkling.engine.text.tokenizer import Tokenizer

Ids = npt.NDArray[np.int32]
Hidden = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Draft:
    """Draft tokens, by token who drafted it and the probability that it is accepted if those before
    it are, as far as is known.
    """

    tokens: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    acceptances: list[float] = field(default_factory=list)


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

    def observe(self, tokens: Sequence[int]) -> None:
        """Hear which tokens the target model then chose instead, or as well."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Tokens of one source, and how many agreed before them where they were copied from."""

    source: str
    tokens: list[int]
    match: int


class Copier(Protocol):
    """Copies up to `k` tokens from where some text went on as `context` may.

    While `held` bytes are still to be spelled, the first token agrees with them.
    """

    def copy(self, context: Sequence[int], held: bytes, k: int) -> Copy | None:
        """Copy; None where nothing looks alike."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """How probable each of some `tokens` (m,), in ascending order, is to come next.

    `source` says so; `hidden` is what it goes on from behind any of them, where it needs that.
    """

    source: str
    tokens: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float32]
    hidden: Hidden | None = None

    def of(self, token: int) -> float:
        """Return a token's probability; 0 for one that was not thought of."""
        at = int(np.searchsorted(self.tokens, token))
        known = at < self.tokens.size and self.tokens[at] == token
        return float(self.probabilities[at]) if known else 0.0

    def best(self) -> int:
        """Return the most probable token."""
        return int(self.tokens[self.probabilities.argmax()])

    def among(self, allowed: npt.NDArray[np.integer]) -> "Prediction | None":
        """Return what it says if the next token is one of those; None if none was thought of."""
        kept = np.isin(self.tokens, allowed)
        probabilities = self.probabilities[kept]
        total = float(probabilities.sum())
        if not total > 0:
            return None
        return replace(self, tokens=self.tokens[kept], probabilities=probabilities / total)


class Predictor(Protocol):
    """Predicts the next token without the target model, at a cost that is not negligible."""

    def predict(self, context: Sequence[int], hidden: Hidden | None) -> Prediction | None:
        """Predict what follows `context`; `hidden` is what its last token was chosen by.

        None where it cannot tell.
        """

    def worth(self, likely: float) -> bool:
        """Whether to ask it for a token that is needed with a probability of `likely`."""


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
        return Draft()

    def observe(self, tokens: Sequence[int]) -> None:
        """Nothing to learn."""


LONGEST_MATCH: Final = 16
_END: Final = -1
"""Stands between texts that do not follow each other; no token has this number."""


class _Lookup:
    """Copies what followed the longest, latest earlier match of the context's last n-gram.

    Prompt lookup decoding (Saxena, 2023; also arXiv:2304.04487), over whatever text it is given.
    """

    def __init__(self, tokenizer: Tokenizer, source: str, longest: int = LONGEST_MATCH) -> None:
        self._tokenizer = tokenizer
        self._source = source
        self._longest = longest

    def find(self, text: Ids, context: Ids, held: bytes, k: int) -> Copy | None:
        """Return up to `k` tokens that followed in `text`, and the length of the match.

        One scan of the text for the last token, then ever fewer places to compare: microseconds
        for a prompt, and no index to keep while prompts are cut and rewound.
        """
        if not context.size:
            return None
        starts = np.flatnonzero(text[:-1] == context[-1]) + 1
        if held:
            spelling = self._spells(held)
            starts = starts[spelling[text[starts]]]
            # A word begun by hand is a match in itself; a single blank is not.
            if not starts.size and len(held.strip()) > 1:
                return self._copy(text, np.flatnonzero(spelling[text[1:]]) + 1, k, 0)
        matched = 1
        for n in range(2, min(self._longest, len(context)) + 1):
            longer = starts[starts >= n]
            longer = longer[text[longer - n] == context[-n]]
            if not longer.size:
                break
            starts, matched = longer, n
        return self._copy(text, starts, k, matched)

    def _copy(self, text: Ids, starts: npt.NDArray[np.int64], k: int, matched: int) -> Copy | None:
        if not starts.size:
            return None
        start = int(starts[-1])
        following = text[start : start + k].tolist()
        copied = list(takewhile(lambda token: token != _END, following))
        return Copy(self._source, copied, matched) if copied else None

    def _spells(self, held: bytes) -> npt.NDArray[np.bool_]:
        # One more than there are tokens: the mark between texts, -1, is the last.
        mask = np.zeros(len(self._tokenizer.bytes) + 1, np.bool_)
        mask[self._tokenizer.starting(held)] = True
        return mask


class PromptLookup:
    """Copies from the context itself: code repeats what stands near it."""

    def __init__(self, tokenizer: Tokenizer, longest: int = LONGEST_MATCH) -> None:
        self._lookup = _Lookup(tokenizer, "lookup", longest)

    def copy(self, context: Sequence[int], held: bytes, k: int) -> Copy | None:
        """Copy up to `k` tokens; None when nothing earlier looks alike."""
        tokens = np.asarray(context, np.int32)
        return self._lookup.find(tokens, tokens, held, k)


class _Elsewhere:
    """Copies from texts that are not the context itself."""

    _source: str
    _least = 1
    """Shorter matches say nothing."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._lookup = _Lookup(tokenizer, self._source)
        self._text = np.full(1, _END, np.int32)

    def copy(self, context: Sequence[int], held: bytes, k: int) -> Copy | None:
        """Copy up to `k` tokens."""
        recent = np.asarray(context[-LONGEST_MATCH:], np.int32)
        copied = self._lookup.find(self._text, recent, held, k)
        return copied if copied and copied.match >= self._least else None


class History(_Elsewhere):
    """Copies from what was written before.

    A person who types something else than was suggested is often suggested the same again a
    little later; and a request that was cut off by time has written what the next one wants.
    """

    _KEPT: Final = 4096  # tokens
    _source = "history"
    _least = 0  # a word begun by hand is a match in itself

    def remember(self, prompt: Sequence[int], written: Sequence[int]) -> None:
        """Remember what was written behind a prompt."""
        latest = [*prompt[-LONGEST_MATCH:], *written, _END]
        self._text = np.concatenate([self._text, np.asarray(latest, np.int32)])[-self._KEPT :]


class References(_Elsewhere):
    """Copies from other texts: open documents, and what was cut or deleted lately."""

    _MOST: Final = 1 << 16  # tokens, over all texts
    _LONGEST: Final = _MOST // 4  # of one text: no one drives out all others
    _source = "references"
    _least = 2  # in so much text

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__(tokenizer)
        self._texts: dict[str, Ids] = {}

    def refer(self, name: str, tokens: Sequence[int]) -> None:
        """Take a text to copy from; it replaces the one of that name. An empty one is forgotten.

        Of a long one only the beginning is kept. Where all are too much, those go that were
        referred to longest ago.
        """
        self._texts.pop(name, None)
        if tokens:
            self._texts[name] = np.asarray([*tokens[: self._LONGEST - 1], _END], np.int32)
        while sum(map(len, self._texts.values())) > self._MOST:
            del self._texts[next(iter(self._texts))]
        self._text = np.concatenate([np.full(1, _END, np.int32), *self._texts.values()])
