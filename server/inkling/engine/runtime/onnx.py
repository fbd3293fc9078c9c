"""The forward passes of the model and its draft head: the only file that imports onnxruntime.

A session holds the weights, the KV cache and the tokens the cache stands for. It knows
nothing of text, drafts or requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from inkling.engine.manifest import Manifest, Shape
from inkling.engine.runtime.base import Cancellation, Cancelled, Logits, Stop
from inkling.engine.runtime.embedding import Embedding

WORTH_KEEPING = 32
"""Tokens: a cache that would lose more than this to a prompt stays, and the prompt gets another
one with a copy of what both share. One prefill pass reads as many."""

_SAME_PLACE = 3 * WORTH_KEEPING
"""Tokens: what was asked about and ends so near before the cursor was asked about here."""

_SPARED = 8
"""So many short windows are read in the time of a whole one."""


@dataclass(slots=True)
class _Cache:
    """One KV cache: the tokens it stands for, its bindings by whether scores are wanted, and its
    memory, (1, kv_heads, capacity, head_size) for the keys and the values of each layer.
    """

    number: int
    capacity: int
    bindings: dict[bool, Any]
    memory: list[npt.NDArray[np.float32]]
    tokens: list[int]
    prompt: int = 0
    """How many of the tokens were asked about; behind them the model wrote."""
    spared: int = 0
    """How often a shorter one was given up instead, since this one was used."""
    superseded: bool = False
    """Whether its place has been read again since, as a part of what another cache holds."""

    def end(self, length: int) -> list[int]:
        """Return the last tokens that were asked about."""
        return self.tokens[: self.prompt][-length:]


class OnnxSession:
    """A `base.Session` whose KV caches, of `capacity` tokens each, are updated in place.

    One more is for `short` prompts: what is read first of a place serves there while all of it is
    read elsewhere, and no longer window is given up for it.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        capacity: int,
        threads: int,
        caches: int = 1,
        short: int = 0,
    ) -> None:
        self.capacity = min(capacity, manifest.capacity)
        self._ort = _load(folder / "model.onnx", threads)
        self._embedding = Embedding(folder, manifest)
        # The selected one first, then from the one used last to the one used longest ago.
        self._short = min(short, self.capacity)
        capacities = [self.capacity] * caches + [self._short] * bool(short)
        self._caches = [
            self._allocate(number, size, manifest.shape) for number, size in enumerate(capacities)
        ]

    def _allocate(self, number: int, capacity: int, shape: Shape) -> _Cache:
        size = [1, shape.kv_heads, capacity, shape.head_size]
        bindings = {scores: self._ort.io_binding() for scores in (False, True)}
        memory = []
        for layer in range(shape.layers):
            for name in (f"key_{layer}", f"value_{layer}"):
                values = ort.OrtValue.ortvalue_from_shape_and_type(size, np.float32, "cpu")
                memory.append(values.numpy())  # a view
                for binding in bindings.values():
                    # The same memory as past and present: the cache grows in place, and
                    # rewinding it is setting a length.
                    binding.bind_ortvalue_input(name, values)
                    binding.bind_ortvalue_output(f"new_{name}", values)
        return _Cache(number, capacity, bindings, memory, [])

    @property
    def tokens(self) -> Sequence[int]:
        """The tokens whose keys and values the cache holds."""
        return self._caches[0].tokens

    @property
    def selected(self) -> int:
        """The selected cache's number."""
        return self._caches[0].number

    @property
    def room(self) -> int:
        """How many more tokens the cache can hold."""
        return self._caches[0].capacity - len(self._caches[0].tokens)

    def select(self, tokens: Sequence[int], *, written: int = 0, more: int = 0) -> int:
        """Select a cache for a prompt; return how many of `tokens` it shares with that.

        The last `written` tokens were not in the prompt, and `more` are to follow if there is room.

        It is the one that shares most, unless that would lose much else or has no room: then
        another one is given up, gets a copy of what is shared, and all others stay as they are.
        """
        shared = [_shared(cache.tokens, tokens) for cache in self._caches]
        best = max(range(len(shared)), key=shared.__getitem__)
        cache, length = self._caches[best], shared[best]
        most = min(len(tokens) + more, self.capacity)
        lost = len(cache.tokens) - length
        if not length or lost > WORTH_KEEPING or most > cache.capacity:
            target = self._given_up(len(tokens), most)
            if target is not cache:
                for old, new in zip(cache.memory, target.memory, strict=True):
                    new[:, :, :length] = old[:, :, :length]
                target.tokens[:] = tokens[:length]
            cache = target
        cache.prompt, cache.spared, cache.superseded = len(tokens) - written, 0, False
        read = tokens[: cache.prompt][-_SAME_PLACE:]
        for other in self._caches:
            if other is not cache and _holds(read, other.end(WORTH_KEEPING)):
                other.superseded = True
        self._caches.remove(cache)
        self._caches.insert(0, cache)
        return length

    def _given_up(self, tokens: int, most: int) -> _Cache:
        """Choose the cache to be given up for a prompt of so many tokens, with `most` in the end.

        One that is superseded comes first, then the one used longest ago. But a short prompt takes
        the place of a short one for a while: what a few of them cost together is what that spares.
        """
        fitting = [cache for cache in reversed(self._caches) if cache.capacity >= most]
        current = self._caches[0]
        if tokens > 2 * len(current.tokens):  # that one serves until the longer one is read
            fitting = [cache for cache in fitting if cache is not current] or fitting
        superseded = [cache for cache in fitting if cache.superseded]
        if superseded:
            return superseded[0]
        oldest = fitting[0]
        short = [cache for cache in fitting if len(cache.tokens) <= self._short]
        if most > self._short or not short or oldest.spared >= _SPARED:
            return oldest
        oldest.spared += 1
        return short[0]

    def forget(self) -> None:
        """Empty all caches."""
        for cache in self._caches:
            cache.tokens.clear()

    def rewind(self, length: int) -> None:
        """Keep the first `length` tokens of the cache and forget the rest."""
        del self._caches[0].tokens[length:]

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
        cache = self._caches[0]
        past, n = len(cache.tokens), len(tokens)
        if past + n > cache.capacity:
            raise ValueError(f"{past} + {n} tokens do not fit a cache of {cache.capacity}")
        binding = cache.bindings[scores]
        binding.bind_cpu_input("embeddings", self._embedding(np.asarray(tokens))[None])
        binding.bind_cpu_input("last_position", np.array([past + n - 1], np.int32))
        binding.bind_cpu_input("total_length", np.array([past + n], np.int32))
        binding.bind_cpu_input("first_logit", np.array([n - last], np.int64))
        names = ["token", "log_prob", "hidden", *(["logits"] if scores else [])]
        for name in names:
            binding.bind_output(name)
        self._run(binding, cancellation)
        # Outputs come in the order of their first binding: the cache's, then these.
        chosen, log_probs, hidden, *logits = (
            output.numpy()[0] for output in binding.get_outputs()[-len(names) :]
        )
        cache.tokens.extend(tokens)
        return Logits(chosen, log_probs, hidden, logits[0] if logits else None)

    def _run(self, binding: Any, cancellation: Cancellation | None) -> None:
        if cancellation is None:
            self._ort.run_with_iobinding(binding, None)
            return
        options = ort.RunOptions()
        try:
            with cancellation.by(partial(setattr, options, "terminate", True)):
                self._ort.run_with_iobinding(binding, options)
        except Exception as error:
            if cancellation.stop is Stop.NOW:
                raise Cancelled from error
            raise


class OnnxHeadSession:
    """A `base.HeadSession`.

    It runs while the model does not, so it
    may use as many `threads` (0: one for each core).
    """

    def __init__(self, folder: Path, manifest: Manifest, *, threads: int = 0) -> None:
        self._ort = _load(folder / "draft.onnx", threads)
        self._embedding = Embedding(folder, manifest)
        nothing = np.zeros((1, manifest.shape.hidden), np.float32)
        (self.tokens,) = self._ort.run(["tokens"], {"hidden": nothing, "embedding": nothing})

    def forward(
        self, hidden: npt.NDArray[np.float32], token: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Guess what follows a token and the hidden state (hidden,) that it was chosen by.

        Return the next hidden state, and the probability (m,) of each of `tokens`.
        """
        inputs = {"hidden": hidden[None], "embedding": self._embedding(np.array([token]))}
        ahead, probabilities = self._ort.run(["next_hidden", "probabilities"], inputs)
        return ahead[0], probabilities[0]


def _load(path: Path, threads: int) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: they reach us as exceptions too
    # A spinning thread takes its core from whatever else runs, a pass half as long again
    # where something does, and gains nothing where nothing does.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many leading tokens are the same."""
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return i
    return min(len(one), len(other))


def _holds(tokens: Sequence[int], part: Sequence[int]) -> bool:
    """Whether `part` stands somewhere in `tokens`."""
    starts = range(len(tokens) - len(part) + 1) if part else range(0)
    return any(tokens[i : i + len(part)] == part for i in starts)
