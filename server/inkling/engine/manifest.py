"""`model.json`: what a converted model's folder says of itself.

Conversion writes it last, so a folder that has one is whole; the engine reads it. It holds
no weights and no choices of the person's.
"""

from pathlib import Path
from typing import Literal

import msgspec

FORMAT = 9
"""What conversion writes. Raised when it writes otherwise: people are offered a new model then."""

READABLE = (8, 9)
"""The formats that the engine reads; a folder of any other one is no model to it."""

FILE = "model.json"


class Shape(msgspec.Struct, frozen=True):
    """The numbers that a KV cache and an embedding table need, in elements."""

    layers: int
    hidden: int
    kv_heads: int
    head_size: int
    vocabulary: int


class EmbeddingTable(msgspec.Struct, frozen=True):
    """Where the output head lies in `model.onnx.data`; its rows are the embeddings too.

    Offsets are in bytes. `block` is the number of weights that share a scale, or 0 for a
    plain float32 table, which then starts at `codes`.
    """

    block: int
    codes: int
    scales: int


class Manifest(msgspec.Struct, frozen=True):
    """A converted model: its files (name to bytes), shape, and how it is prompted.

    With a draft head it has a second graph, `draft.onnx`. The digests are of the files that it was
    made of: the GGUF, and the adapter and the draft head, None where there was none.
    """

    name: str
    source_sha256: str
    architecture: str
    precision: str
    layout: Literal["spm", "psm"]
    special: dict[str, str]
    stop: list[str]
    capacity: int
    shape: Shape
    embedding: EmbeddingTable
    draft_head: bool
    files: dict[str, int]
    adapter_sha256: str | None = None
    head_sha256: str | None = None
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write it beside the model's other files."""
        data = msgspec.json.format(msgspec.json.encode(self), indent=2)
        (folder / FILE).write_bytes(data + b"\n")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read it; raises OSError or msgspec.ValidationError when the folder is not a model."""
        return msgspec.json.decode((folder / FILE).read_bytes(), type=cls)
