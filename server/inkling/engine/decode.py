"""Speculative decoding, step by step: prefill what is new, draft, verify, rewind.

One call of `decode` is one request. It knows tokens, bytes and time; what the text means
is judged by whoever reads the steps.
"""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from inkling.engine.draft import Drafter
from inkling.engine.session import Cancellation, Cancelled, Session, Stop
from inkling.engine.tokenizer import Encoded, Tokenizer
from inkling.engine.verify import verify
from inkling.engine.wire import Why

PREFILL_CHUNK = 32
"""Tokens a prefill forward pass; small enough that a cancel costs little work."""

TYPED = 2
"""Up to this many new tokens a prompt has merely been typed on, and is cheap to read again."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one forward pass added; `text` holds whole characters only."""

    tokens: list[int]
    text: str
    log_prob: float
    draft_tokens: int
    accepted_tokens: int


@dataclass(slots=True)
class Costs:
    """What a request has cost so far: tokens, and seconds for the two phases.

    `reading` is true while the running pass brings much of the prompt into the cache.
    """

    reading: bool = False
    reused_tokens: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0


@dataclass(slots=True)
class Pace:
    """A running estimate of what a decoding step costs, in seconds."""

    step: float = 0.0

    def observe(self, seconds: float) -> None:
        """Take one more step into account."""
        self.step = 0.8 * self.step + 0.2 * seconds if self.step else seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: tokens, a deadline on `time.perf_counter`, and a cancellation."""

    max_tokens: int
    deadline: float
    draft_tokens: int = 3
    cancellation: Cancellation = field(default_factory=Cancellation)


def decode(
    session: Session,
    tokenizer: Tokenizer,
    drafter: Drafter,
    prompt: Encoded,
    limits: Limits,
    pace: Pace,
    costs: Costs,
) -> Generator[Step, None, Why]:
    """Yield one Step a forward pass; return why it ended.

    The cache keeps the longest common prefix of its tokens and the prompt's, and only the
    rest is computed. When the deadline passes first, the prefill is finished all the same:
    the next request will want it. Raises ValueError when the prompt does not fit the cache.
    """
    if len(prompt.tokens) > session.capacity:
        raise ValueError(f"{len(prompt.tokens)} tokens do not fit a cache of {session.capacity}")
    if limits.cancellation.stop:
        return "cancelled"  # before a rewind for nothing
    started = time.perf_counter()
    pending = _reuse(session, prompt.tokens)
    costs.reused_tokens = len(prompt.tokens) - len(pending)
    try:
        costs.reading = True
        pending = _prefill(session, pending, limits, pace)
        costs.reading = len(pending) > TYPED
        costs.prefill_seconds = time.perf_counter() - started
        return (
            yield from _steps(session, tokenizer, drafter, prompt, pending, limits, pace, costs)
        )
    except Cancelled:
        return "cancelled"


def _reuse(session: Session, tokens: Sequence[int]) -> list[int]:
    """Rewind to what the cache and `tokens` share; return the rest, one token at least."""
    shared = 0
    for cached, wanted in zip(session.tokens, tokens[:-1], strict=False):
        if cached != wanted:
            break
        shared += 1
    session.rewind(shared)
    return list(tokens[shared:])


def _prefill(session: Session, pending: list[int], limits: Limits, pace: Pace) -> list[int]:
    """Feed the cache until the rest fits the first step's forward pass; return that rest.

    Without a step to come it is one token.
    """
    while len(pending) > 1:
        if limits.cancellation.stop >= Stop.AFTER_PASS:
            raise Cancelled
        in_time = time.perf_counter() + pace.step <= limits.deadline
        stepping = in_time and limits.max_tokens > 0 and not limits.cancellation.stop
        if stepping and len(pending) <= PREFILL_CHUNK:
            break
        chunk = pending[: min(PREFILL_CHUNK, len(pending) - 1)]
        session.forward(chunk, cancellation=limits.cancellation)
        pending = pending[len(chunk) :]
    return pending


def _steps(
    session: Session,
    tokenizer: Tokenizer,
    drafter: Drafter,
    prompt: Encoded,
    pending: list[int],
    limits: Limits,
    pace: Pace,
    costs: Costs,
) -> Generator[Step, None, Why]:
    decoder = tokenizer.decoder()
    context = list(prompt.tokens)
    held = prompt.held
    generated = 0
    while generated < limits.max_tokens:
        now = time.perf_counter()
        if limits.cancellation.stop:
            return "cancelled"
        # A step that ends after the deadline is worth nothing to whoever waits for it.
        if now + pace.step > limits.deadline:
            return "deadline"
        room = session.capacity - len(session.tokens) - len(pending)
        if room < 0:
            return "length"
        draft = drafter.propose(
            context, held, min(limits.draft_tokens, limits.max_tokens - generated - 1, room)
        )
        logits = session.forward(
            [*pending, *draft],
            last=1 + len(draft),
            scores=bool(held),
            cancellation=limits.cancellation,
        )
        costs.reading = False
        costs.decode_seconds += time.perf_counter() - now
        verified = verify(draft, logits, held, tokenizer)
        accepted = len(verified.tokens) - 1
        session.rewind(len(session.tokens) - len(draft) + accepted)
        if len(pending) == 1:
            pace.observe(time.perf_counter() - now)
        stopped = next(
            (i for i, token in enumerate(verified.tokens) if token in tokenizer.stop), None
        )
        tokens = verified.tokens[:stopped]
        text = decoder.decode(b"".join(verified.text[:stopped]))
        held = verified.held
        context += tokens
        generated += len(tokens)
        yield Step(tokens, text, sum(verified.log_probs[:stopped]), len(draft), accepted)
        if stopped is not None:
            return "stop"
        pending = verified.tokens[-1:]
    return "length"
