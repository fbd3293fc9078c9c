"""The forward passes of the model and its draft head: the only file that imports onnxruntime.

A session holds the weights, the KV cache and the tokens the cache stands for. It knows
nothing of text, drafts or requests.
"""

import math
import mmap
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
from inkling.engine.runtime.caches import Caches
from inkling.engine.runtime.embedding import Embedding


@dataclass(frozen=True, slots=True)
class _Memory:
    """What one KV cache is kept in: pages, which the system gives as they are written; the bindings
    by whether scores are wanted; and the keys and the values of each layer, (1, kv_heads, capacity,
    head_size).
    """

    pages: mmap.mmap
    bindings: dict[bool, Any]
    layers: list[npt.NDArray[np.float32]]

    def give_back(self) -> None:
        """Give the pages back to the system, where that can be; what is written gets new ones."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self.pages.madvise(mmap.MADV_DONTNEED)


class OnnxSession:
    """A `base.Session` whose KV caches are updated in place: some, `short` ones, and some `more`
    where several share it; see `Caches`.
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
        more: int = 0,
    ) -> None:
        self.capacity = min(capacity, manifest.capacity)
        self._ort = _load(folder / "model.onnx", threads)
        self._embedding = Embedding(folder, manifest)
        self._caches = Caches(caches, self.capacity, short, more)
        self._memory = [self._allocate(size, manifest.shape) for size in self._caches.sizes]

    def _allocate(self, capacity: int, shape: Shape) -> _Memory:
        size = [2 * shape.layers, 1, shape.kv_heads, capacity, shape.head_size]
        pages = mmap.mmap(-1, 4 * math.prod(size), access=mmap.ACCESS_COPY)  # nobody else's
        memory = iter(np.frombuffer(pages, np.float32).reshape(size))
        bindings = {scores: self._ort.io_binding() for scores in (False, True)}
        layers = []
        for layer in range(shape.layers):
            for name in (f"key_{layer}", f"value_{layer}"):
                layers.append(next(memory))
                values = ort.OrtValue.ortvalue_from_numpy(layers[-1], "cpu")  # that very memory
                for binding in bindings.values():
                    # The same memory as past and present: the cache grows in place, and
                    # rewinding it is setting a length.
                    binding.bind_ortvalue_input(name, values)
                    binding.bind_ortvalue_output(f"new_{name}", values)
        return _Memory(pages, bindings, layers)

    @property
    def tokens(self) -> Sequence[int]:
        """The tokens whose keys and values the cache holds."""
        return self._caches.selected.tokens

    @property
    def selected(self) -> int:
        """The selected cache's number."""
        return self._caches.selected.number

    @property
    def room(self) -> int:
        """How many more tokens the cache can hold."""
        cache = self._caches.selected
        return cache.capacity - len(cache.tokens)

    def select(
        self, tokens: Sequence[int], *, written: int = 0, more: int = 0, owner: int = 0
    ) -> int:
        """See `base.Session`; which cache that is, `Caches` says."""
        source, length = self._caches.select(tokens, written, more, owner)
        target = self._caches.selected
        if target is not source:
            old, new = self._memory[source.number].layers, self._memory[target.number].layers
            for was, becomes in zip(old, new, strict=True):
                becomes[:, :, :length] = was[:, :, :length]
        return length

    def forget(self) -> None:
        """Empty all caches."""
        self._caches.forget()

    def leave(self, owner: int) -> None:
        """See `Caches.leave`."""
        for number in self._caches.leave(owner):
            self._memory[number].give_back()

    def rewind(self, length: int) -> None:
        """Keep the first `length` tokens of the cache and forget the rest."""
        del self._caches.selected.tokens[length:]

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
        cache = self._caches.selected
        past, n = len(cache.tokens), len(tokens)
        if past + n > cache.capacity:
            raise ValueError(f"{past} + {n} tokens do not fit a cache of {cache.capacity}")
        binding = self._memory[cache.number].bindings[scores]
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


def save_packed(graph: Path, to: Path) -> None:
    """Write a graph and its weights anew, to another folder, and behind each matrix the same packed
    as this machine's kernels want it.
    """
    options = _options(threads=0)
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.optimized_model_filepath = str(to)
    for name, value in (
        ("session.save_external_prepacked_constant_initializers", "1"),
        ("session.optimized_model_external_initializers_file_name", f"{to.name}.data"),
        ("session.optimized_model_external_initializers_min_size_in_bytes", "1"),
    ):
        options.add_session_config_entry(name, value)
    ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _load(path: Path, threads: int) -> Any:
    return ort.InferenceSession(path, _options(threads), providers=["CPUExecutionProvider"])


def _options(threads: int) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: they reach us as exceptions too
    # A spinning thread takes its core from whatever else runs, a pass half as long again
    # where something does, and gains nothing where nothing does.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
