"""Weights and vocabulary out of a GGUF file: the only file that imports gguf.

It is not a loader for every architecture: what the graph can express is checked
here, and anything else is refused with a sentence.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

from inkling.errors import UnsupportedModel

Float = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Architecture:
    """The numbers that shape the graph; lengths in elements."""

    name: str
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    context: int
    rope_base: float
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Byte-level BPE as the GGUF stores it: `kinds` are llama.cpp's token types."""

    tokens: list[str]
    merges: list[str]
    kinds: list[int]
    pre_tokenizer: str


class Weights:
    """A GGUF file, opened by memory map; tensors are dequantized one at a time."""

    def __init__(self, path: Path) -> None:
        try:
            reader = gguf.GGUFReader(path)
        except (ValueError, OSError) as error:
            raise UnsupportedModel(f"{path} is not a readable GGUF file: {error}") from error
        self._fields = reader.fields
        self._tensors = {tensor.name: tensor for tensor in reader.tensors}
        self.architecture = self._read_architecture()

    def _field(self, key: str) -> Any:
        if key not in self._fields:
            raise UnsupportedModel(f"the GGUF file has no '{key}', which a conversion needs")
        return self._fields[key].contents()

    def _tensor(self, name: str) -> Any:
        if name not in self._tensors:
            raise UnsupportedModel(f"the GGUF file has no tensor '{name}'")
        return self._tensors[name]

    def _read_architecture(self) -> Architecture:
        name = str(self._field("general.architecture"))
        if name != "qwen2":
            raise UnsupportedModel(
                f"architecture '{name}' is not supported; Inkling converts 'qwen2' GGUF files"
            )
        hidden = int(self._field(f"{name}.embedding_length"))
        heads = int(self._field(f"{name}.attention.head_count"))
        return Architecture(
            name=name,
            layers=int(self._field(f"{name}.block_count")),
            hidden=hidden,
            intermediate=int(self._field(f"{name}.feed_forward_length")),
            heads=heads,
            kv_heads=int(self._field(f"{name}.attention.head_count_kv")),
            head_size=hidden // heads,
            vocabulary=int(self._tensor("token_embd.weight").shape[1]),
            context=int(self._field(f"{name}.context_length")),
            rope_base=float(self._field(f"{name}.rope.freq_base")),
            epsilon=float(self._field(f"{name}.attention.layer_norm_rms_epsilon")),
        )

    @property
    def vocabulary(self) -> Vocabulary:
        """The token texts (in the byte-level alphabet), merges and token types."""
        model = str(self._field("tokenizer.ggml.model"))
        if model != "gpt2":
            raise UnsupportedModel(f"tokenizer '{model}' is not supported, only byte-level BPE")
        return Vocabulary(
            tokens=list(self._field("tokenizer.ggml.tokens")),
            merges=list(self._field("tokenizer.ggml.merges")),
            kinds=[int(kind) for kind in self._field("tokenizer.ggml.token_type")],
            pre_tokenizer=str(self._field("tokenizer.ggml.pre")),
        )

    def tensor(self, name: str) -> Float:
        """One tensor as float32, rows first: (out, in) for a matrix, (n,) for a vector."""
        tensor = self._tensor(name)
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        return np.ascontiguousarray(values, dtype=np.float32).reshape(
            [int(size) for size in reversed(tensor.shape)]
        )

    def stacked(self, *names: str) -> Float:
        """Tensors of equal width, one below the other: a fused projection."""
        return np.concatenate([self.tensor(name) for name in names])

    @property
    def output(self) -> Float:
        """The output head, (vocabulary, hidden); it doubles as the embedding table.

        Tied models carry the table twice, and the head's copy is the finer one.
        """
        tied = "output.weight" not in self._tensors
        return self.tensor("token_embd.weight" if tied else "output.weight")
