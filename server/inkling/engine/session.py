"""The target model's forward pass: the only file that imports onnxruntime.

A session holds the weights, the KV cache and the tokens the cache stands for. It knows
nothing of text, drafts or requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from inkling.engine.embedding import Embedding
from inkling.engine.manifest import Manifest, Shape


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
        self.options = ort.RunOptions()
        self.stop = Stop.NOT

    def cancel(self, stop: Stop = Stop.NOW) -> None:
        """Stop; now, a running pass returns some milliseconds later and raises Cancelled."""
        self.stop = max(self.stop, stop)
        self.options.terminate = self.stop is Stop.NOW


@dataclass(frozen=True, slots=True)
class Logits:
    """What the model says follows each of the k last tokens of a forward pass.

    `tokens` (k,) are the most probable successors, `log_probs` (k,) their natural
    log-probabilities; `scores` (k, vocabulary) are the raw logits, if they were asked for.
    """

    tokens: npt.NDArray[np.int64]
    log_probs: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32] | None


class Session:
    """One loaded model and one KV cache of `capacity` tokens, updated in place.

    It belongs to one thread.
    """

    def __init__(self, folder: Path, manifest: Manifest, *, capacity: int, threads: int) -> None:
        self.capacity = min(capacity, manifest.capacity)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors only: they reach us as exceptions too
        # Threads may spin inside a step, but not between two keystrokes.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        self._ort = ort.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self._embedding = Embedding(folder, manifest)
        self._tokens: list[int] = []
        cache = _allocate_cache(manifest.shape, self.capacity)
        # One binding for each set of outputs; both work on the same cache.
        self._bindings = {scores: self._bind(cache) for scores in (False, True)}

    def _bind(self, cache: dict[str, Any]) -> Any:
        binding = self._ort.io_binding()
        for name, values in cache.items():
            # The same memory as past and present: the cache grows in place, and
            # rewinding it is setting a length.
            binding.bind_ortvalue_input(name, values)
            binding.bind_ortvalue_output(f"new_{name}", values)
        return binding

    @property
    def tokens(self) -> Sequence[int]:
        """The tokens whose keys and values the cache holds."""
        return self._tokens

    def rewind(self, length: int) -> None:
        """Keep the first `length` tokens of the cache and forget the rest."""
        del self._tokens[length:]

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
        past, n = len(self._tokens), len(tokens)
        if past + n > self.capacity:
            raise ValueError(f"{past} + {n} tokens do not fit a cache of {self.capacity}")
        binding = self._bindings[scores]
        binding.bind_cpu_input("embeddings", self._embedding(np.asarray(tokens))[None])
        binding.bind_cpu_input("last_position", np.array([past + n - 1], np.int32))
        binding.bind_cpu_input("total_length", np.array([past + n], np.int32))
        binding.bind_cpu_input("first_logit", np.array([n - last], np.int64))
        names = ("token", "log_prob", "logits") if scores else ("token", "log_prob")
        for name in names:
            binding.bind_output(name)
        try:
            self._ort.run_with_iobinding(binding, cancellation.options if cancellation else None)
        except Exception as error:
            if cancellation and cancellation.stop is Stop.NOW:
                raise Cancelled from error
            raise
        # Outputs come in the order of their first binding: the cache's, then these.
        chosen, log_probs, *logits = (
            output.numpy()[0] for output in binding.get_outputs()[-len(names) :]
        )
        self._tokens.extend(tokens)
        return Logits(chosen, log_probs, logits[0] if logits else None)


def _allocate_cache(shape: Shape, capacity: int) -> dict[str, Any]:
    """Keys and values by their name in the graph: (1, kv_heads, capacity, head_size) each."""
    size = [1, shape.kv_heads, capacity, shape.head_size]
    return {
        f"{kind}_{layer}": ort.OrtValue.ortvalue_from_shape_and_type(size, np.float32, "cpu")
        for layer in range(shape.layers)
        for kind in ("key", "value")
    }
