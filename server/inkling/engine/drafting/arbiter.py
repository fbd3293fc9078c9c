"""Token by token, the draft that is most likely accepted of what copies and predictions offer.

All that copy are asked; a predictor, which costs time, only where no copy is likely right. What
it says then counts for the copies too. It decides no length: that is `pace`'s to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from inkling.engine.drafting.draft import Copier, Copy, Draft, Hidden, Prediction, Predictor
from inkling.engine.drafting.trust import Evidence, Trust, evidence
from inkling.engine.text.tokenizer import Tokenizer

_LIKELY: Final = 0.5
"""Where a copied token is accepted this often, nobody is asked to predict it."""

_WORTHWHILE: Final = 0.3
"""Behind a draft that is accepted as a whole less often than this, no new copy is looked for."""

_LEAST: Final = 0.1
"""A draft ends where it is accepted as a whole less often than this."""


@dataclass(frozen=True, slots=True)
class _Option:
    """A token that may come next, and why; `acceptance` is what that is worth."""

    token: int
    source: str
    evidence: Evidence
    acceptance: float


class Arbiter:
    """Drafts from `copiers` and a `predictor`, and learns whom to trust."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        copiers: Sequence[Copier],
        predictor: Predictor | None = None,
        trust: Trust | None = None,
    ) -> None:
        self._tokenizer = tokenizer
        self._copiers = copiers
        self._predictor = predictor
        self._trust = trust or Trust()
        # Of the draft under verification: its tokens, and what could have stood at each place.
        self._drafted: list[int] = []
        self._options: list[list[_Option]] = []

    def propose(
        self, context: Sequence[int], held: bytes, k: int, hidden: Hidden | None = None
    ) -> Draft:
        """Propose up to `k` tokens."""
        tokens: list[int] = []
        sources: list[str] = []
        acceptances: list[float] = []
        self._drafted, self._options = tokens, []
        behind = list(context)
        copies = self._copies(behind, held, k)
        likely = 1.0
        while len(tokens) < k and likely >= _LEAST:
            if tokens and not copies and not held and likely > _WORTHWHILE:
                copies = self._copies(behind, b"", k - len(tokens))
            options, hidden = self._weigh(copies, behind, held, likely, hidden)
            self._options.append(options)
            best = max(options, key=lambda option: option.acceptance, default=None)
            # A token that ends the text saves no pass.
            if best is None or best.token in self._tokenizer.stop:
                break
            behind.append(best.token)
            tokens.append(best.token)
            sources.append(best.source)
            acceptances.append(best.acceptance)
            likely *= best.acceptance
            held = held[len(self._tokenizer.bytes[best.token]) :]
            copies = [
                replace(copy, tokens=copy.tokens[1:])
                for copy in copies
                if copy.tokens[0] == best.token and len(copy.tokens) > 1
            ]
        return Draft(tokens, sources, acceptances)

    def _copies(self, context: Sequence[int], held: bytes, k: int) -> list[Copy]:
        return [copy for copier in self._copiers if (copy := copier.copy(context, held, k))]

    def _weigh(
        self,
        copies: Sequence[Copy],
        behind: Sequence[int],
        held: bytes,
        likely: float,
        hidden: Hidden | None,
    ) -> tuple[list[_Option], Hidden | None]:
        """Weigh what may come next; return that, and what a prediction goes on from there."""
        options = self._judge(copies, None, held)
        if self._predictor is None or not self._predictor.worth(likely):
            return options, None
        if any(option.acceptance >= _LIKELY for option in options):
            return options, None
        prediction = self._predictor.predict(behind, hidden)
        if prediction is None:
            return options, None
        ahead = prediction.hidden
        if held:
            prediction = prediction.among(self._tokenizer.starting(held))
        return (self._judge(copies, prediction, held) if prediction else options), ahead

    def _judge(
        self, copies: Sequence[Copy], prediction: Prediction | None, held: bytes
    ) -> list[_Option]:
        matches: dict[int, dict[str, int]] = {}
        for copy in copies:
            if self._spells(copy.tokens[0], held):
                matches.setdefault(copy.tokens[0], {})[copy.source] = copy.match
        if prediction is not None:
            matches.setdefault(prediction.best(), {})
        options = []
        for token, by_source in matches.items():
            predicted = {prediction.source: prediction.of(token)} if prediction else {}
            found = evidence(by_source, predicted, first=not self._drafted, rivals=len(matches) - 1)
            source = max(by_source or predicted, key=(by_source or predicted).__getitem__)
            options.append(_Option(token, source, found, self._trust.probability(found)))
        return options

    def _spells(self, token: int, held: bytes) -> bool:
        spelled = self._tokenizer.bytes[token]
        return spelled.startswith(held) or held.startswith(spelled)

    def observe(self, tokens: Sequence[int]) -> None:
        """Compare all that could have been drafted with what the target model chose."""
        for at, (options, token) in enumerate(zip(self._options, tokens, strict=False)):
            if list(tokens[:at]) != self._drafted[:at]:
                break
            for option in options:
                self._trust.learn(option.evidence, right=option.token == token)
