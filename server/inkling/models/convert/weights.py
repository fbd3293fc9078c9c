"""Weights and vocabulary out of GGUF files: the only file that imports gguf.

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


class _File:
    """A GGUF file, opened by memory map."""

    def __init__(self, path: Path) -> None:
        try:
            reader = gguf.GGUFReader(path)
        except (ValueError, OSError) as error:
            raise UnsupportedModel(f"{path} is not a readable GGUF file: {error}") from error
        self._fields = reader.fields
        self._tensors = {tensor.name: tensor for tensor in reader.tensors}

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    def field(self, key: str) -> Any:
        """The value of a metadata key."""
        if key not in self._fields:
            raise UnsupportedModel(f"the GGUF file has no '{key}', which a conversion needs")
        return self._fields[key].contents()

    def shape(self, name: str) -> list[int]:
        """The sizes of a tensor, rows first."""
        if name not in self._tensors:
            raise UnsupportedModel(f"the GGUF file has no tensor '{name}'")
        return [int(size) for size in reversed(self._tensors[name].shape)]

    def tensor(self, name: str) -> Float:
        """One tensor as float32, rows first."""
        shape, tensor = self.shape(name), self._tensors[name]
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        return np.ascontiguousarray(values, dtype=np.float32).reshape(shape)


class Weights:
    """A model's GGUF file; tensors are dequantized one at a time.

    What an `adapter` adds to a matrix is in it.
    """

    def __init__(self, path: Path, adapter: Path | None = None) -> None:
        self._file = _File(path)
        self._adapter = _File(adapter) if adapter else None
        self.architecture = self._read_architecture()

    def _read_architecture(self) -> Architecture:
        name = str(self._file.field("general.architecture"))
        if name != "qwen2":
            raise UnsupportedModel(
                f"architecture '{name}' is not supported; Inkling converts 'qwen2' GGUF files"
            )
        hidden = int(self._file.field(f"{name}.embedding_length"))
        heads = int(self._file.field(f"{name}.attention.head_count"))
        return Architecture(
            name=name,
            layers=int(self._file.field(f"{name}.block_count")),
            hidden=hidden,
            intermediate=int(self._file.field(f"{name}.feed_forward_length")),
            heads=heads,
            kv_heads=int(self._file.field(f"{name}.attention.head_count_kv")),
            head_size=hidden // heads,
            vocabulary=self._file.shape("token_embd.weight")[0],
            context=int(self._file.field(f"{name}.context_length")),
            rope_base=float(self._file.field(f"{name}.rope.freq_base")),
            epsilon=float(self._file.field(f"{name}.attention.layer_norm_rms_epsilon")),
        )

    @property
    def vocabulary(self) -> Vocabulary:
        """The token texts (in the byte-level alphabet), merges and token types."""
        model = str(self._file.field("tokenizer.ggml.model"))
        if model != "gpt2":
            raise UnsupportedModel(f"tokenizer '{model}' is not supported, only byte-level BPE")
        return Vocabulary(
            tokens=list(self._file.field("tokenizer.ggml.tokens")),
            merges=list(self._file.field("tokenizer.ggml.merges")),
            kinds=[int(kind) for kind in self._file.field("tokenizer.ggml.token_type")],
            pre_tokenizer=str(self._file.field("tokenizer.ggml.pre")),
        )

    def tensor(self, name: str) -> Float:
        """One tensor as float32, rows first: (out, in) for a matrix, (n,) for a vector."""
        values = self._file.tensor(name)
        if self._adapter and f"{name}.lora_a" in self._adapter:
            a, b = (self._adapter.tensor(f"{name}.lora_{part}") for part in "ab")
            values = values + b @ a * (float(self._adapter.field("adapter.lora.alpha")) / len(a))
        return values

    def stacked(self, *names: str) -> Float:
        """Tensors of equal width, one below the other: a fused projection."""
        return np.concatenate([self.tensor(name) for name in names])

    @property
    def output(self) -> Float:
        """The output head, (vocabulary, hidden); it doubles as the embedding table.

        Tied models carry the table twice, and the head's copy is the finer one.
        """
        tied = "output.weight" not in self._file
        return self.tensor("token_embd.weight" if tied else "output.weight")
