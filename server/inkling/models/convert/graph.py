"""The parts that ONNX graphs are made of: the only file that imports onnx.

It knows matrices, norms and files; what they make up is told by the files beside it, one for each
family of models and one for the draft head.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, TensorProto, helper

from inkling.models.convert.quantize import BLOCK, quantize_8bit

Precision = Literal["q8", "f32"]
"""What matrices are stored in: blocks of 32 with 8 bits a weight, or float32 (for proofs)."""

Array = npt.NDArray[Any]
Matrix = npt.NDArray[np.float32]

_MICROSOFT = "com.microsoft"
_TYPES = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.uint8): TensorProto.UINT8,
    np.dtype(np.int64): TensorProto.INT64,
}
_VALUES = {"float32": TensorProto.FLOAT, "int32": TensorProto.INT32, "int64": TensorProto.INT64}
# A page: the runtime maps each initializer from the file by itself.
_ALIGNMENT = 4096
_END = int(np.iinfo(np.int64).max)


def value(name: str, kind: str, shape: list[int | str]) -> Any:
    """Describe an input or an output; lengths that are not known yet have names."""
    return helper.make_tensor_value_info(name, _VALUES[kind], shape)


class Graph:
    """Nodes in order of execution and the weights that they use, which are appended to a file as
    they come, never all in memory.

    Each method adds what its name says and returns the name of its (first) output.
    """

    def __init__(self, file: BinaryIO, precision: Precision) -> None:
        self._file = file
        self._precision = precision
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []
        self.offsets: dict[str, int] = {}
        """Where in the file each array begins."""

    def store(self, name: str, array: Array) -> None:
        """Write an array to the file; the graph need not know of it."""
        self._file.write(b"\0" * (-self._file.tell() % _ALIGNMENT))
        self.offsets[name] = self._file.tell()
        self._file.write(np.ascontiguousarray(array).data)

    def weight(self, name: str, array: Array) -> str:
        """Write an array to the file and make it an initializer."""
        self.store(name, array)
        proto = TensorProto(name=name, dims=array.shape, data_type=_TYPES[array.dtype])
        proto.data_location = TensorProto.EXTERNAL
        place = {
            "location": Path(self._file.name).name,
            "offset": self.offsets[name],
            "length": array.nbytes,
        }
        for key, what in place.items():
            proto.external_data.add(key=key, value=str(what))
        self._initializers.append(proto)
        return name

    def constant(self, name: str, number: int) -> str:
        """Add one integer inside the graph, where shape inference can read it."""
        self._initializers.append(helper.make_tensor(name, TensorProto.INT64, [1], [number]))
        return name

    def node(self, op: str, inputs: list[str], output: str, *more: str, **attributes: Any) -> str:
        """Add a node of ONNX's own."""
        self._nodes.append(helper.make_node(op, inputs, [output, *more], output, **attributes))
        return output

    def contrib(
        self, op: str, inputs: list[str], output: str, *more: str, **attributes: Any
    ) -> str:
        """Add a node of ONNX Runtime's own."""
        return self.node(op, inputs, output, *more, domain=_MICROSOFT, **attributes)

    def linear(self, x: str, name: str, weight: Matrix, bias: str = "") -> str:
        """Multiply by a matrix (out, in), and add a bias if there is one."""
        rows, columns = weight.shape
        if self._precision == "f32":
            transposed = self.weight(f"{name}.weight", weight.T)
            product = self.node("MatMul", [x, transposed], f"{name}.product")
            return self.node("Add", [product, bias], name) if bias else product
        codes, scales = quantize_8bit(weight)
        inputs = [
            x,
            self.weight(f"{name}.codes", codes),
            self.weight(f"{name}.scales", scales.reshape(-1)),
        ]
        return self.contrib(
            "MatMulNBits",
            [*inputs, "", "", bias] if bias else inputs,
            name,
            K=columns,
            N=rows,
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,  # multiply in int8: the fast kernels
        )

    def norm(self, x: str, name: str, gamma: str, epsilon: float) -> str:
        """Normalize by the root of the mean square (RMSNorm, arXiv:1910.07467)."""
        inputs = [x, gamma]
        return self.node("SimplifiedLayerNormalization", inputs, name, axis=-1, epsilon=epsilon)

    def add_and_norm(
        self, x: str, residual: str, gamma: str, name: str, epsilon: float
    ) -> tuple[str, str]:
        """Add to the residual stream and normalize; return (normalized, new residual)."""
        new_residual = f"{name}.residual"
        normed = self.contrib(
            "SkipSimplifiedLayerNormalization",
            [x, residual, gamma],
            *(f"{name}.normed", "", "", new_residual),
            epsilon=epsilon,
        )
        return normed, new_residual

    def gated(self, gate_up: str, suffix: str = "") -> str:
        """Multiply one half by the SiLU of the other (SwiGLU, arXiv:2002.05202)."""
        gate, up = f"gate{suffix}", f"up{suffix}"
        self.node("Split", [gate_up], gate, up, axis=-1, num_outputs=2)
        # With alpha 1 this is SiLU: x * sigmoid(x).
        silu = self.contrib("QuickGelu", [gate], f"silu{suffix}", alpha=1.0)
        return self.node("Mul", [silu, up], f"gated{suffix}")

    def tail(self, x: str, first: str, name: str) -> str:
        """Keep the tokens (1, n, width) from `first` on."""
        end, axis = self.constant("end", _END), self.constant("token_axis", 1)
        return self.node("Slice", [x, first, end, axis], name)

    def best(self, logits: str, token: str, log_prob: str) -> None:
        """Give the most probable token of each row of logits, and its natural log-probability."""
        self.node("ArgMax", [logits], token, axis=-1, keepdims=0)
        # ReduceLogSumExp would say the same, an order of magnitude slower.
        probabilities = self.node("Softmax", [logits], "probabilities", axis=-1)
        axis = self.constant("logit_axis", -1)
        highest = self.node("ReduceMax", [probabilities, axis], "highest", keepdims=0)
        self.node("Log", [highest], log_prob)

    def save(self, path: Path, inputs: list[Any], outputs: list[Any]) -> None:
        """Write the graph, whose weights are in the file."""
        graph = helper.make_graph(self._nodes, "inkling", inputs, outputs, self._initializers)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)],
            ir_version=10,
            producer_name="inkling",
        )
        path.write_bytes(model.SerializeToString())


def add_packed(path: Path, saved: Path) -> None:
    """Append to a graph's weights what `saved`, the same graph as ONNX Runtime wrote it anew, holds
    of them in packed form. Nothing moves that is there already.

    The runtime maps what it finds so, if it is byte for byte what it would have made itself.
    """
    graph, packed = (ModelProto.FromString(each.read_bytes()) for each in (path, saved))
    places = {each.name: _place(each) for each in packed.graph.initializer}
    with (
        saved.with_name(f"{saved.name}.data").open("rb") as source,
        path.with_name(f"{path.name}.data").open("r+b") as weights,
    ):
        for each in graph.graph.initializer:
            for key, value in places.get(each.name, {}).items():
                if key.startswith(_PACKED):
                    made_of, *pieces = value.split("|")
                    moved = [made_of, *(_append(weights, source, piece) for piece in pieces)]
                    each.external_data.add(key=key, value="|".join(moved))
    path.write_bytes(graph.SerializeToString())


_PACKED = "prepacked_"
"""How ONNX Runtime says where what was packed lies: `NAME+HASH|OFFSET;LENGTH;CHECKSUM|…`."""


def _place(initializer: Any) -> Mapping[str, str]:
    return {entry.key: entry.value for entry in initializer.external_data}


def _append(file: BinaryIO, source: BinaryIO, piece: str) -> str:
    offset, length, checksum = piece.split(";")
    file.seek(0, os.SEEK_END)
    file.write(b"\0" * (-file.tell() % _ALIGNMENT))
    source.seek(int(offset))
    begins = file.tell()
    file.write(source.read(int(length)))
    return f"{begins};{length};{checksum}"


@contextmanager
def writing(path: Path, precision: Precision) -> Iterator[Graph]:
    """Make a graph whose weights go to the file beside `path`, with `.data` behind its name."""
    with path.with_name(f"{path.name}.data").open("wb") as file:
        yield Graph(file, precision)
