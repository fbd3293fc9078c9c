"""Speculative decoding, step by step: prefill what is new, draft, verify, rewind.

One call of `Decoder.decode` is one request. It knows tokens, bytes and time; what the text means
is judged by whoever reads the steps.
"""

import math
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field, replace
from itertools import takewhile

from inkling.engine.decoding.recall import Recall
from inkling.engine.decoding.spelling import Spelling
from inkling.engine.decoding.verify import Verified, verify
from inkling.engine.drafting.draft import Drafter, Hidden
from inkling.engine.runtime.base import Cancellation, Cancelled, Session, Stop
from inkling.engine.runtime.pace import LONGEST, Pace
from inkling.engine.text.tokenizer import Encoded, Tokenizer
from inkling.engine.wire import Why

PREFILL_CHUNK = 32
"""Tokens a prefill forward pass; small enough that a cancel costs little work."""

TYPED = 2
"""Up to this many new tokens a prompt has merely been typed on, and is cheap to read again."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one forward pass added: tokens, the text that each added, whole characters only, and
    their natural log-probabilities.

    `ended` says that the model chose one more token, which ends the text. `drafted_by` names the
    source of each draft token that was verified; the first `accepted_tokens` were right. What is
    `recalled` took no pass: the model had said so before. The next step's pass takes in the
    `pending` tokens.
    """

    tokens: list[int]
    texts: list[str]
    log_probs: list[float]
    ended: bool = False
    drafted_by: list[str] = field(default_factory=list)
    accepted_tokens: int = 0
    recalled: bool = False
    pending: int = 1

    @property
    def text(self) -> str:
        """What all of them added."""
        return "".join(self.texts)

    @property
    def chosen(self) -> int:
        """How many tokens the model chose, the one that ends the text among them."""
        return len(self.tokens) + self.ended


@dataclass(slots=True)
class Costs:
    """What a request has cost so far: tokens, and seconds for the two phases.

    `reading` is true while the running pass brings much of the prompt into the cache.
    """

    reading: bool = False
    reused_tokens: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: tokens, a deadline on `time.perf_counter`, and a cancellation.

    Whoever asked waits until `answer_by`; up to then, a pass is kept short enough to be of use.
    """

    max_tokens: int
    deadline: float
    answer_by: float = math.inf
    cancellation: Cancellation = field(default_factory=Cancellation)


class _Text:
    """What stands before the next token: `context`, and what comes next must begin by `spelling`.

    `hidden` is the state that the context's last token was chosen by, where the model chose it.
    """

    def __init__(self, context: list[int], spelling: Spelling, tokenizer: Tokenizer) -> None:
        self.context = context
        self.spelling = spelling
        self.tokenizer = tokenizer
        self.hidden: Hidden | None = None
        self.generated = 0
        self._decoder = tokenizer.decoder()

    def grow(self, verified: Verified, hidden: Hidden | None) -> Step:
        """Append what was verified, up to a token that ends the text."""
        tokens = list(takewhile(lambda token: token not in self.tokenizer.stop, verified.tokens))
        ended = len(tokens) < len(verified.tokens)
        self.context += tokens
        self.generated += len(tokens)
        self.spelling, self.hidden = verified.spelling, hidden
        texts = [self._decoder.decode(spelled) for spelled in verified.text[: len(tokens)]]
        return Step(tokens, texts, verified.log_probs[: len(tokens)], ended)


@dataclass(frozen=True, slots=True)
class Decoder:
    """What requests of one session share: the model, its tokens, who drafts, and what is known of
    both from requests before. The KV caches know the session by its number, `owner`.
    """

    session: Session
    tokenizer: Tokenizer
    drafter: Drafter
    pace: Pace
    recall: Recall
    owner: int = 0

    def decode(
        self,
        prompt: Encoded,
        limits: Limits,
        costs: Costs,
        rank: int = 0,
        names: Iterable[str] = (),
        on_read: Callable[[], None] = lambda: None,
    ) -> Generator[Step, None, Why]:
        """Yield one Step a forward pass, and before them one for all that is recalled already;
        return why it ended.

        With a `rank`, the first token is the one so many places behind the most probable one. With
        `names`, one of them comes first, if one is likely at all: these are their rests. `on_read`
        hears whenever the selected cache may hold more or less of the prompt.

        The cache keeps the longest common prefix of its tokens and the prompt's, and only the
        rest is computed. When the deadline passes first, the prefill is finished all the same:
        the next request will want it. Raises ValueError when the prompt does not fit the cache.
        """
        session, tokenizer = self.session, self.tokenizer
        if len(prompt.tokens) > session.capacity:
            raise ValueError(
                f"{len(prompt.tokens)} tokens do not fit a cache of {session.capacity}"
            )
        if limits.cancellation.stop:
            return "cancelled"  # before a rewind for nothing
        text = _Text(list(prompt.tokens), Spelling.of(prompt.held, names), tokenizer)
        most = min(limits.max_tokens, session.capacity - len(prompt.tokens))
        most = 0 if text.spelling.names else most  # that was noted without them
        known, hidden = self.recall.follow(prompt.tokens, text.spelling, most, rank)
        step = text.grow(known, hidden) if known.tokens else None
        started = time.perf_counter()
        pending = self._reuse(text, limits)
        on_read()
        costs.reused_tokens = min(len(prompt.tokens), len(text.context) - len(pending))
        if step is not None:
            yield replace(step, recalled=True, pending=len(pending))
            rank = 0
            if step.ended:
                return "stop"
        try:
            costs.reading = True
            pending = self._prefill(pending, limits, on_read)
            costs.reading = len(pending) > TYPED
            costs.prefill_seconds = time.perf_counter() - started
            return (yield from self._steps(text, pending, limits, costs, rank, on_read))
        except Cancelled:
            return "cancelled"

    def _reuse(self, text: _Text, limits: Limits) -> list[int]:
        """Rewind to what a cache and the text share; return the rest, one token at least."""
        tokens, written = text.context, text.generated
        more = max(limits.max_tokens - written, 0)
        shared = self.session.select(tokens, written=written, more=more, owner=self.owner)
        shared = min(shared, len(tokens) - 1)
        self.session.rewind(shared)
        return list(tokens[shared:])

    def _prefill(
        self, pending: list[int], limits: Limits, on_read: Callable[[], None]
    ) -> list[int]:
        """Feed the cache until the rest fits the first step's forward pass; return that rest.

        Without a step to come it is one token.
        """
        while len(pending) > 1:
            if limits.cancellation.stop >= Stop.AFTER_PASS:
                raise Cancelled
            in_time = time.perf_counter() + self.pace.seconds(len(pending)) <= limits.deadline
            stepping = in_time and limits.max_tokens > 0 and not limits.cancellation.stop
            if stepping and len(pending) <= PREFILL_CHUNK:
                break
            chunk = pending[: min(PREFILL_CHUNK, len(pending) - 1)]
            began = time.perf_counter()
            self.session.forward(chunk, cancellation=limits.cancellation)
            if len(chunk) == PREFILL_CHUNK:  # shorter ones are known from steps
                self.pace.observe_pass(len(chunk), time.perf_counter() - began)
            pending = pending[len(chunk) :]
            on_read()
        return pending

    def _steps(
        self,
        text: _Text,
        pending: list[int],
        limits: Limits,
        costs: Costs,
        rank: int,
        on_read: Callable[[], None],
    ) -> Generator[Step, None, Why]:
        while text.generated < limits.max_tokens:
            now = time.perf_counter()
            if limits.cancellation.stop:
                return "cancelled"
            # A step that ends after the deadline is worth nothing to anybody.
            if now + self.pace.seconds(len(pending)) > limits.deadline:
                return "deadline"
            room = self.session.room - len(pending)
            if room < 0:
                return "length"
            longest = min(LONGEST, limits.max_tokens - text.generated - 1, room)
            if rank:  # what is likely to follow is no draft of what is not the likeliest
                longest = 0
            draft = self.drafter.propose(text.context, text.spelling.held, longest, text.hidden)
            left = limits.answer_by - now
            length = self.pace.draft_length(draft.acceptances, len(pending), left)
            drafted = draft.tokens[:length]
            logits = self.session.forward(
                [*pending, *drafted],
                last=1 + len(drafted),
                scores=True,
                cancellation=limits.cancellation,
            )
            seconds = time.perf_counter() - now
            costs.reading = False
            costs.decode_seconds += seconds
            verified = verify(drafted, logits, text.spelling, text.tokenizer, rank)
            rank = 0
            accepted = len(verified.tokens) - 1
            self.session.rewind(len(self.session.tokens) - len(drafted) + accepted)
            self.pace.observe_pass(len(pending) + len(drafted), seconds)
            self.drafter.observe(verified.tokens)
            self.recall.note(text.context, verified.tokens, logits)
            step = text.grow(verified, logits.hidden[accepted])
            on_read()
            yield replace(
                step,
                drafted_by=draft.sources[:length],
                accepted_tokens=step.chosen - 1,
            )
            if step.ended:
                return "stop"
            pending = verified.tokens[-1:]
        return "length"
