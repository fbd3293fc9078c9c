"""Draft tokens for speculative decoding: cheap guesses that the target model verifies.

A drafter only proposes (arXiv:2211.17192 has the scheme); it never decides. What proposals are
worth is learned from what the target model then wrote: see `Ranked`.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from inkling.engine.tokenizer import Tokenizer

Ids = npt.NDArray[np.int32]
Hidden = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Draft:
    """Draft tokens of one source. `match` is how much agreed where they come from: more, more
    trust. `acceptances` are how often such tokens are accepted if those before them are, as far as
    is known. `probabilities` are those, as far as the drafter itself can tell, of each and all
    before it.
    """

    tokens: list[int]
    match: int = 0
    source: str = "none"
    acceptances: list[float] = field(default_factory=list)
    probabilities: list[float] = field(default_factory=list)

    @property
    def acceptance(self) -> float:
        """That of its first token, 0 where nothing is known."""
        return self.acceptances[0] if self.acceptances else 0.0


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

    def observe(self, tokens: Sequence[int]) -> None:
        """Nothing to learn."""


LONGEST_MATCH: Final = 16
_END: Final = -1
"""Stands between texts that do not follow each other; no token has this number."""


class _Lookup:
    """Copies what followed the longest, latest earlier match of the context's last n-gram.

    Prompt lookup decoding (Saxena, 2023; also arXiv:2304.04487), over whatever text it is given.
    """

    def __init__(self, tokenizer: Tokenizer, longest: int = LONGEST_MATCH) -> None:
        self._tokenizer = tokenizer
        self._longest = longest

    def find(self, text: Ids, context: Ids, held: bytes, k: int) -> tuple[list[int], int]:
        """Return up to `k` tokens that followed in `text`, and the length of the match.

        One scan of the text for the last token, then ever fewer places to compare: microseconds
        for a prompt, and no index to keep while prompts are cut and rewound.
        """
        if not context.size:
            return [], 0
        starts = np.flatnonzero(text[:-1] == context[-1]) + 1
        if held:
            spelling = self._spells(held)
            starts = starts[spelling[text[starts]]]
            # A word begun by hand is a match in itself; a single blank is not.
            if not starts.size and len(held.strip()) > 1:
                return self._copy(text, np.flatnonzero(spelling[text[1:]]) + 1, k), 0
        if not starts.size:
            return [], 0
        matched = 1
        for n in range(2, min(self._longest, len(context)) + 1):
            longer = starts[starts >= n]
            longer = longer[text[longer - n] == context[-n]]
            if not longer.size:
                break
            starts, matched = longer, n
        return self._copy(text, starts, k), matched

    def _copy(self, text: Ids, starts: npt.NDArray[np.int64], k: int) -> list[int]:
        if not starts.size:
            return []
        start = int(starts[-1])
        following = text[start : start + k].tolist()
        return list(takewhile(lambda token: token != _END, following))

    def _spells(self, held: bytes) -> npt.NDArray[np.bool_]:
        # One more than there are tokens: the mark between texts, -1, is the last.
        mask = np.zeros(len(self._tokenizer.bytes) + 1, np.bool_)
        mask[self._tokenizer.starting(held)] = True
        return mask


class PromptLookup:
    """Copies from the context itself: code repeats what stands near it."""

    def __init__(self, tokenizer: Tokenizer, longest: int = LONGEST_MATCH) -> None:
        self._lookup = _Lookup(tokenizer, longest)

    def propose(
        self,
        context: Sequence[int],
        held: bytes,
        k: int,
        hidden: Hidden | None = None,  # noqa: ARG002
    ) -> Draft:
        """Propose up to `k` tokens; none when nothing earlier looks alike."""
        tokens = np.asarray(context, np.int32)
        copied, matched = self._lookup.find(tokens, tokens, held, k)
        return Draft(copied, matched, "lookup")

    def observe(self, tokens: Sequence[int]) -> None:
        """Nothing to learn: the context holds them."""


class _Elsewhere:
    """Copies from texts that are not the context itself."""

    _source: str
    _least = 1
    """Shorter matches say nothing."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._lookup = _Lookup(tokenizer)
        self._text = np.full(1, _END, np.int32)

    def propose(
        self,
        context: Sequence[int],
        held: bytes,
        k: int,
        hidden: Hidden | None = None,  # noqa: ARG002
    ) -> Draft:
        """Propose up to `k` tokens."""
        recent = np.asarray(context[-LONGEST_MATCH:], np.int32)
        copied, matched = self._lookup.find(self._text, recent, held, k)
        return Draft(copied if matched >= self._least else [], matched, self._source)

    def observe(self, tokens: Sequence[int]) -> None:
        """Nothing to learn from single steps."""


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
    _source = "references"
    _least = 2  # in so much text

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__(tokenizer)
        self._texts: dict[str, Ids] = {}

    def refer(self, name: str, tokens: Sequence[int]) -> None:
        """Take a text to copy from; it replaces the one of that name. An empty one is forgotten."""
        self._texts.pop(name, None)
        if tokens:
            self._texts[name] = np.asarray([*tokens, _END], np.int32)
        while sum(map(len, self._texts.values())) > self._MOST and len(self._texts) > 1:
            del self._texts[next(iter(self._texts))]
        texts = [np.full(1, _END, np.int32), *self._texts.values()]
        self._text = np.concatenate(texts)[-self._MOST :]


_LIKELY: Final = 0.6
"""Where a draft that costs nothing is accepted this often, no other one is asked for."""

_WORTHWHILE: Final = 0.3
"""What follows a draft that is accepted as a whole less often than this is not asked for."""


@dataclass(slots=True)
class _Rate:
    """How often a draft token was accepted; old experience fades."""

    accepted: float
    trials: float = 8.0

    def learn(self, accepted: int, trials: int) -> None:
        self.accepted = 0.98 * self.accepted + accepted
        self.trials = 0.98 * self.trials + trials

    @property
    def value(self) -> float:
        return self.accepted / self.trials


def _guess() -> defaultdict[tuple[str, int], _Rate]:
    return defaultdict(lambda: _Rate(0.4 * 8.0))


@dataclass(slots=True)
class Ranked:
    """Lets the drafter speak whose kind of match was right most often until now.

    All of them propose, and all are held against what the target model wrote, also those that
    did not get to speak: experience costs nothing. The `slow` one is asked only where none of the
    others is likely to be right. Where a draft ends early, what the others know to follow it is
    drafted too.
    """

    drafters: Sequence[Drafter]
    slow: Drafter | None = None
    _rates: defaultdict[tuple[str, int], _Rate] = field(default_factory=_guess)
    _proposed: list[Draft] = field(default_factory=list)

    def propose(
        self,
        context: Sequence[int],
        held: bytes,
        k: int,
        hidden: Hidden | None = None,
    ) -> Draft:
        """Propose the most trusted draft; of equals, that of the drafter named last."""
        self._proposed = [drafter.propose(context, held, k) for drafter in self.drafters]
        best = self._best(self._proposed)
        if self.slow is not None and k and best.acceptance < _LIKELY:
            self._proposed.append(self.slow.propose(context, held, k, hidden))
            best = self._best(self._proposed)
        # While bytes are held it is not known here where a draft leaves them.
        return best if held else self._extended(best, context, k)

    def _extended(self, draft: Draft, context: Sequence[int], k: int) -> Draft:
        while 0 < len(draft.tokens) < k and math.prod(draft.acceptances) > _WORTHWHILE:
            behind, left = [*context, *draft.tokens], k - len(draft.tokens)
            more = self._best([drafter.propose(behind, b"", left) for drafter in self.drafters])
            if not more.tokens:
                break
            draft = replace(
                draft,
                tokens=draft.tokens + more.tokens,
                acceptances=draft.acceptances + more.acceptances,
            )
        return draft

    def _best(self, drafts: Sequence[Draft]) -> Draft:
        best = Draft([])
        for draft in drafts:
            if draft.tokens:
                acceptance = self._rates[_kind(draft)].value
                if acceptance >= best.acceptance:
                    best = replace(draft, acceptances=[acceptance] * len(draft.tokens))
        return best

    def observe(self, tokens: Sequence[int]) -> None:
        """Compare all that was proposed with what the target model chose."""
        for draft in self._proposed:
            if draft.tokens:
                known = min(len(draft.tokens), len(tokens))
                right = sum(
                    1
                    for _ in takewhile(
                        lambda pair: pair[0] == pair[1],
                        zip(draft.tokens, tokens, strict=False),
                    )
                )
                self._rates[_kind(draft)].learn(right, min(right + 1, known))
        for drafter in self.drafters:
            drafter.observe(tokens)


def _kind(draft: Draft) -> tuple[str, int]:
    """Drafts that are trusted alike: long matches are rare, so they share what is learned."""
    return draft.source, draft.match if draft.match < 4 else draft.match.bit_length() + 1
