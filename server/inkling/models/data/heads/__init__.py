"""Draft heads: small networks that guess what a model says next, shipped in files `NAME.npz`.

A head is trained for one model (training/draft_head in the repository says how) and is of no use to
another. Its matrices are kept as 8-bit blocks with float16 scales; the rows that make tokens of its
guess are the model's own and are not in the file. It knows nothing of graphs.
"""

import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from inkling.models.convert.quantize import ZERO_POINT, dequantize_8bit

Float = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """The weights of a draft head, for a model whose hidden states are `width` wide.

    With x = mix [hidden / hidden_scale, embedding / embedding_scale] + bias, the next hidden state
    is (x + down (silu(gate) * up)) * hidden_scale, where gate and up are the halves of
    gate_up RMSNorm(x). `tokens` are those that it can say, in ascending order.
    """

    EPSILON: ClassVar = 1e-6

    tokens: npt.NDArray[np.int64]
    hidden_scale: Float
    embedding_scale: Float
    bias: Float
    norm: Float
    matrices: dict[str, Float]
    """`mix` (width, 2 width), `gate_up` (2 inner, width) and `down` (width, inner)."""
    sha256: str | None = None
    """That of the file it was read from."""


def load(name: str) -> Head | None:
    """Load the head of the model of that name; None if it has none."""
    file = resources.files(__package__).joinpath(f"{name}.npz")
    if not file.is_file():
        return None
    with file.open("rb") as stream, np.load(stream) as arrays:
        return Head(
            tokens=arrays["tokens"].astype(np.int64),
            hidden_scale=arrays["hidden_scale"],
            embedding_scale=arrays["embedding_scale"].reshape(1),
            bias=arrays["bias"],
            norm=arrays["norm"],
            matrices={name: _matrix(arrays, name) for name in ("mix", "gate_up", "down")},
            sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        )


def _matrix(arrays: Any, name: str) -> Float:
    codes = arrays[f"{name}_codes"].astype(np.int16) + ZERO_POINT
    return dequantize_8bit(codes.astype(np.uint8), arrays[f"{name}_scales"].astype(np.float32))
