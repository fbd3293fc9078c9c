"""What decoding needs of a forward pass, whichever library computes it."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Cancelled(Exception):  # noqa: N818 - an outcome that somebody asked for, not a fault
    """A forward pass was cancelled; the cache holds what it held before."""


class Stop(IntEnum):
    """How soon a request should end."""

    NOT = 0
    AFTER_READING = 1
    """Bring the prompt into the cache, but decode nothing."""
    AFTER_PASS = 2
    NOW = 3


class Cancellation:
    """A request's right to be stopped from another thread.

    Once cancelled it stays so: a pass that starts a moment later ends at once.
    """

    def __init__(self) -> None:
        self._stop = Stop.NOT
        self._at = math.inf
        self._passes = 0
        self._least = 0
        self._terminate: Callable[[], None] | None = None

    @property
    def stop(self) -> Stop:
        """How soon to end, as of now."""
        over = self._passes >= self._least and time.perf_counter() >= self._at
        return Stop.NOW if over else self._stop

    @property
    def passes(self) -> int:
        """How many forward passes have ended."""
        return self._passes

    def cancel(self, stop: Stop = Stop.NOW) -> None:
        """Stop; now, a running pass returns some milliseconds later and raises Cancelled."""
        self._stop = max(self._stop, stop)
        terminate = self._terminate
        if self._stop is Stop.NOW and terminate is not None:
            terminate()

    def cancel_at(self, at: float, passes: int = 0) -> None:
        """Stop at a time, a value of `time.perf_counter`, but end the pass that runs then, and so
        many in any case.
        """
        self._at = min(self._at, at)
        self._least = passes

    @contextmanager
    def by(self, terminate: Callable[[], None]) -> Iterator[None]:
        """Have a pass that runs in this context ended by `terminate`, from whichever thread."""
        self._terminate = terminate
        try:
            if self.stop is Stop.NOW:  # it may have come before there was a way
                terminate()
            yield
        finally:
            self._terminate = None
            self._passes += 1


@dataclass(frozen=True, slots=True)
class Logits:
    """What the model says follows each of the k last tokens of a forward pass.

    `tokens` (k,) are the most probable successors, `log_probs` (k,) their natural
    log-probabilities; `hidden` (k, hidden) is what the output head made them of, and `scores`
    (k, vocabulary) are the raw logits, if they were asked for.
    """

    tokens: npt.NDArray[np.int64]
    log_probs: npt.NDArray[np.float32]
    hidden: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32] | None

    def scores_at(self, i: int) -> npt.NDArray[np.float32]:
        """Return the scores (vocabulary,) of one of the k; raises ValueError if there are none."""
        if self.scores is None:
            raise ValueError("the logits carry no scores: ask the forward pass for them")
        scores: npt.NDArray[np.float32] = self.scores[i]
        return scores


class Session(Protocol):
    """One loaded model and some KV caches.

    One cache is selected and is what all methods but `select` speak of; the others keep what was
    read at other places. It belongs to one thread.
    """

    @property
    def capacity(self) -> int:
        """How many tokens the longest prompt may have, with what is written behind it."""

    @property
    def tokens(self) -> Sequence[int]:
        """The tokens whose keys and values the cache holds."""

    @property
    def selected(self) -> int:
        """The selected cache's number, which it keeps."""

    @property
    def room(self) -> int:
        """How many more tokens the cache can hold."""

    def select(
        self, tokens: Sequence[int], *, written: int = 0, more: int = 0, owner: int = 0
    ) -> int:
        """Select a cache for a prompt; return how many of `tokens` it shares with that.

        The last `written` tokens were not in the prompt, and `more` are to follow if there is room.
        `owner` is the session that it is read for.
        """

    def rewind(self, length: int) -> None:
        """Keep the first `length` tokens of the cache and forget the rest."""

    def forward(
        self,
        tokens: Sequence[int],
        *,
        last: int = 1,
        scores: bool = False,
        cancellation: Cancellation | None = None,
    ) -> Logits:
        """Append n `tokens` to the cache; return logits for the `last` of them.

        Raises Cancelled, or ValueError if the cache has no room left.
        """


class HeadSession(Protocol):
    """A loaded draft head: it has no state, and belongs to one thread."""

    @property
    def tokens(self) -> npt.NDArray[np.int64]:
        """The tokens (m,) that it can say, in ascending order."""

    def forward(
        self, hidden: npt.NDArray[np.float32], token: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Guess what follows a token and the hidden state (hidden,) that it was chosen by.

        Return the next hidden state, and the probability (m,) of each of `tokens`.
        """
