"""Speculative decoding, step by step: prefill what is new, draft, verify, rewind.

One call of `decode` is one request. It knows tokens, bytes and time; what the text means
is judged by whoever reads the steps.
"""

import math
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from inkling.engine.draft import Drafter
from inkling.engine.pace import LONGEST, Pace
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
    drafter: str = "none"


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
    draft_tokens: int = LONGEST
    cancellation: Cancellation = field(default_factory=Cancellation)


def decode(
    session: Session,
    tokenizer: Tokenizer,
    drafter: Drafter,
    prompt: Encoded,
    limits: Limits,
    pace: Pace,
    costs: Costs,
    rank: int = 0,
) -> Generator[Step, None, Why]:
    """Yield one Step a forward pass; return why it ended.

    With a `rank`, the first token is the one so many places behind the most probable one.

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
            yield from _steps(
                session, tokenizer, drafter, prompt, pending, limits, pace, costs, rank
            )
        )
    except Cancelled:
        return "cancelled"


def _reuse(session: Session, tokens: Sequence[int]) -> list[int]:
    """Rewind to what a cache and `tokens` share; return the rest, one token at least."""
    shared = min(session.select(tokens), len(tokens) - 1)
    session.rewind(shared)
    return list(tokens[shared:])


def _prefill(session: Session, pending: list[int], limits: Limits, pace: Pace) -> list[int]:
    """Feed the cache until the rest fits the first step's forward pass; return that rest.

    Without a step to come it is one token.
    """
    while len(pending) > 1:
        if limits.cancellation.stop >= Stop.AFTER_PASS:
            raise Cancelled
        in_time = time.perf_counter() + pace.seconds(len(pending)) <= limits.deadline
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
    rank: int,
) -> Generator[Step, None, Why]:
    decoder = tokenizer.decoder()
    context = list(prompt.tokens)
    held = prompt.held
    generated = 0
    while generated < limits.max_tokens:
        now = time.perf_counter()
        if limits.cancellation.stop:
            return "cancelled"
        # A step that ends after the deadline is worth nothing to anybody.
        if now + pace.seconds(len(pending)) > limits.deadline:
            return "deadline"
        room = session.capacity - len(session.tokens) - len(pending)
        if room < 0:
            return "length"
        longest = min(limits.draft_tokens, limits.max_tokens - generated - 1, room)
        # What is likely to follow is no draft of what is not the likeliest.
        draft = drafter.propose(context, held, 0 if rank else longest)
        left = limits.answer_by - now
        length = pace.draft_length(draft.acceptance, len(draft.tokens), len(pending), left)
        drafted = draft.tokens[:length]
        logits = session.forward(
            [*pending, *drafted],
            last=1 + len(drafted),
            scores=bool(held or rank),
            cancellation=limits.cancellation,
        )
        seconds = time.perf_counter() - now
        costs.reading = False
        costs.decode_seconds += seconds
        verified = verify(drafted, logits, held, tokenizer, rank)
        rank = 0
        accepted = len(verified.tokens) - 1
        session.rewind(len(session.tokens) - len(drafted) + accepted)
        pace.observe_pass(len(pending) + len(drafted), seconds)
        drafter.observe(verified.tokens)
        stopped = next(
            (i for i, token in enumerate(verified.tokens) if token in tokenizer.stop), None
        )
        tokens = verified.tokens[:stopped]
        text = decoder.decode(b"".join(verified.text[:stopped]))
        held = verified.held
        context += tokens
        generated += len(tokens)
        log_prob = sum(verified.log_probs[:stopped])
        yield Step(tokens, text, log_prob, len(drafted), accepted, draft.source)
        if stopped is not None:
            return "stop"
        pending = verified.tokens[-1:]
    return "length"
