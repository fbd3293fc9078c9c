"""The ONNX graphs of a decoder-only transformer and its draft head: the only file importing onnx.

It writes `model.onnx`, `draft.onnx` and their weights, each in one external file. It does not run
them (that is `inkling.engine.runtime.onnx`) and does not choose a model (that is the catalog).

Inputs of the model's graph, for n new tokens behind a cache that holds `past` of them:

    embeddings     float32 (1, n, hidden)      looked up by the caller
    last_position  int32 (1,)                  past + n - 1
    total_length   int32 (1,)                  past + n
    first_logit    int64 (1,)                  logits are computed from this new token on
    key_i, value_i float32 (1, kv_heads, capacity, head_size), the whole cache

Outputs, for the k = n - first_logit tokens that logits are computed for:

    hidden         float32 (1, k, hidden)      what the output head sees
    token          int64 (1, k)                the most probable next token
    log_prob       float32 (1, k)              its natural log-probability
    logits         float32 (1, k, vocabulary)  copied out only if it is asked for
    new_key_i, new_value_i                     bound to the same memory as key_i, value_i

The draft head's graph guesses, from the `hidden` (1, hidden) that a token was chosen by and that
token's `embedding` (1, hidden), the `next_hidden` (1, hidden), and by it the `probabilities` (1, m)
of the m `tokens` (m,) that it can say.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper

from inkling.models.convert.quantize import BLOCK, quantize_8bit
from inkling.models.convert.weights import Architecture, Weights
from inkling.models.data.heads import Head

Precision = Literal["q8", "f32"]

_MICROSOFT = "com.microsoft"
_TYPES = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.uint8): TensorProto.UINT8,
    np.dtype(np.int64): TensorProto.INT64,
}
# A page: the runtime maps each initializer from the file by itself.
_ALIGNMENT = 4096


class _Initializers:
    """Weights appended to the external data file as they come, never all in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.protos: list[Any] = []
        self.offsets: dict[str, int] = {}

    def store(self, name: str, array: npt.NDArray[Any]) -> None:
        """Write an array to the file; the graph need not know of it."""
        self._file.write(b"\0" * (-self._file.tell() % _ALIGNMENT))
        self.offsets[name] = self._file.tell()
        self._file.write(np.ascontiguousarray(array).data)

    def add(self, name: str, array: npt.NDArray[Any]) -> str:
        """Write an array to the file and make it an initializer of the graph."""
        self.store(name, array)
        proto = TensorProto(name=name, dims=array.shape, data_type=_TYPES[array.dtype])
        proto.data_location = TensorProto.EXTERNAL
        place = {
            "location": Path(self._file.name).name,
            "offset": self.offsets[name],
            "length": array.nbytes,
        }
        for key, value in place.items():
            proto.external_data.add(key=key, value=str(value))
        self.protos.append(proto)
        return name

    def constant(self, name: str, value: int) -> str:
        """Add one integer inside the graph, where shape inference can read it."""
        self.protos.append(helper.make_tensor(name, TensorProto.INT64, [1], [value]))
        return name


class _Nodes:
    """Nodes in order of execution; each call returns the name of the node's first output."""

    def __init__(self) -> None:
        self.protos: list[Any] = []

    def add(self, op: str, inputs: list[str], output: str, *more: str, **attributes: Any) -> str:
        self.protos.append(helper.make_node(op, inputs, [output, *more], output, **attributes))
        return output


def write_graph(
    weights: Weights,
    folder: Path,
    precision: Precision,
    capacity: int,
    progress: Callable[[float], None],
) -> dict[str, int]:
    """Write `model.onnx` and `model.onnx.data`; return the data file's offsets by tensor name.

    `capacity` is the longest sequence, in tokens, that the rotary tables cover.
    `precision` is what matrices are stored in: "q8" (blocks of 32) or "f32" (for proofs).
    """
    architecture = weights.architecture
    nodes = _Nodes()
    with (folder / "model.onnx.data").open("wb") as file:
        initializers = _Initializers(file)

        def linear(x: str, name: str, weight: npt.NDArray[np.float32], bias: str = "") -> str:
            return _linear(nodes, initializers, precision, x, name, weight, bias)

        cosines, sines = _rotary_tables(architecture, capacity)
        initializers.add("cosines", cosines)
        initializers.add("sines", sines)
        residual = "embeddings"
        x = nodes.add(
            "SimplifiedLayerNormalization",
            [residual, initializers.add("attn_norm_0", weights.tensor("blk.0.attn_norm.weight"))],
            "normed_0",
            axis=-1,
            epsilon=architecture.epsilon,
        )
        for i in range(architecture.layers):
            block = f"blk.{i}"
            qkv = linear(
                x,
                f"qkv_{i}",
                weights.stacked(*(f"{block}.attn_{part}.weight" for part in "qkv")),
                initializers.add(
                    f"qkv_{i}.bias", weights.stacked(*(f"{block}.attn_{p}.bias" for p in "qkv"))
                ),
            )
            attended = nodes.add(
                "GroupQueryAttention",
                [
                    *(qkv, "", "", f"key_{i}", f"value_{i}"),
                    *("last_position", "total_length", "cosines", "sines"),
                ],
                f"attended_{i}",
                f"new_key_{i}",
                f"new_value_{i}",
                domain=_MICROSOFT,
                num_heads=architecture.heads,
                kv_num_heads=architecture.kv_heads,
                do_rotary=1,
                rotary_interleaved=0,
            )
            projected = linear(
                attended, f"projected_{i}", weights.tensor(f"{block}.attn_output.weight")
            )
            x, residual = _add_and_norm(
                nodes,
                projected,
                residual,
                initializers.add(f"ffn_norm_{i}", weights.tensor(f"{block}.ffn_norm.weight")),
                f"between_{i}",
                architecture.epsilon,
            )
            gate_up = linear(
                x,
                f"gate_up_{i}",
                weights.stacked(f"{block}.ffn_gate.weight", f"{block}.ffn_up.weight"),
            )
            gate, up = f"gate_{i}", f"up_{i}"
            nodes.add("Split", [gate_up], gate, up, axis=-1, num_outputs=2)
            # With alpha 1 this is SiLU: x * sigmoid(x).
            silu = nodes.add("QuickGelu", [gate], f"silu_{i}", domain=_MICROSOFT, alpha=1.0)
            gated = nodes.add("Mul", [silu, up], f"gated_{i}")
            down = linear(gated, f"down_{i}", weights.tensor(f"{block}.ffn_down.weight"))
            last = i + 1 == architecture.layers
            norm = "output_norm.weight" if last else f"blk.{i + 1}.attn_norm.weight"
            x, residual = _add_and_norm(
                nodes,
                down,
                residual,
                initializers.add(f"attn_norm_{i + 1}", weights.tensor(norm)),
                f"after_{i}",
                architecture.epsilon,
            )
            progress((i + 1) / (architecture.layers + 3))
        # Only the tokens whose successor is wanted pay for the output head.
        wanted = nodes.add(
            "Slice",
            [
                *(x, "first_logit"),
                initializers.constant("end", np.iinfo(np.int64).max),
                initializers.constant("token_axis", 1),
            ],
            "hidden",
        )
        head = weights.output
        if precision == "f32":
            initializers.store("embedding", head)
        logits = linear(wanted, "logits", head)
        if logits != "logits":
            logits = nodes.add("Identity", [logits], "logits")
        nodes.add("ArgMax", [logits], "token", axis=-1, keepdims=0)
        nodes.add("Log", [_highest(nodes, initializers, logits, "highest")], "log_prob")
        progress(1.0)

    inputs, outputs = _inputs(architecture), _outputs(architecture)
    _save(folder / "model.onnx", nodes, initializers, inputs, outputs)
    return initializers.offsets


def write_draft_graph(weights: Weights, head: Head, folder: Path, precision: Precision) -> None:
    """Write `draft.onnx` and `draft.onnx.data`: a draft head over rows of the model's output."""
    nodes = _Nodes()
    with (folder / "draft.onnx.data").open("wb") as file:
        initializers = _Initializers(file)

        def linear(x: str, name: str, bias: str = "") -> str:
            return _linear(nodes, initializers, precision, x, name, head.matrices[name], bias)

        def scaled(x: str, name: str, factors: npt.NDArray[np.float32]) -> str:
            return nodes.add("Mul", [x, initializers.add(f"{name}.factors", factors)], name)

        hidden = scaled("hidden", "hidden_scaled", np.reciprocal(head.hidden_scale))
        embedding = scaled("embedding", "embedding_scaled", np.reciprocal(head.embedding_scale))
        both = nodes.add("Concat", [hidden, embedding], "both", axis=-1)
        mixed = linear(both, "mix", initializers.add("mix.bias", head.bias))
        normed = nodes.add(
            "SimplifiedLayerNormalization",
            [mixed, initializers.add("norm", head.norm)],
            "normed",
            axis=-1,
            epsilon=head.EPSILON,
        )
        gate, up = "gate", "up"
        nodes.add("Split", [linear(normed, "gate_up")], gate, up, axis=-1, num_outputs=2)
        silu = nodes.add("QuickGelu", [gate], "silu", domain=_MICROSOFT, alpha=1.0)
        down = linear(nodes.add("Mul", [silu, up], "gated"), "down")
        sum_ = nodes.add("Add", [mixed, down], "sum")
        next_hidden = scaled(sum_, "next_hidden", head.hidden_scale)
        rows = weights.output[head.tokens]
        logits = _linear(nodes, initializers, precision, next_hidden, "logits", rows)
        nodes.add("Softmax", [logits], "probabilities", axis=-1)
        nodes.add("Identity", [initializers.add("sayable", head.tokens)], "tokens")
    value, width = helper.make_tensor_value_info, weights.architecture.hidden
    _save(
        folder / "draft.onnx",
        nodes,
        initializers,
        [value(name, TensorProto.FLOAT, [1, width]) for name in ("hidden", "embedding")],
        [
            value("next_hidden", TensorProto.FLOAT, [1, width]),
            value("probabilities", TensorProto.FLOAT, [1, len(head.tokens)]),
            value("tokens", TensorProto.INT64, [len(head.tokens)]),
        ],
    )


def _linear(
    nodes: _Nodes,
    initializers: _Initializers,
    precision: Precision,
    x: str,
    name: str,
    weight: npt.NDArray[np.float32],
    bias: str = "",
) -> str:
    """Multiply by a matrix (out, in) that is stored in `precision`."""
    rows, columns = weight.shape
    if precision == "f32":
        product = nodes.add(
            "MatMul", [x, initializers.add(f"{name}.weight", weight.T)], f"{name}.product"
        )
        return nodes.add("Add", [product, bias], name) if bias else product
    codes, scales = quantize_8bit(weight)
    inputs = [
        x,
        initializers.add(f"{name}.codes", codes),
        initializers.add(f"{name}.scales", scales.reshape(-1)),
    ]
    return nodes.add(
        "MatMulNBits",
        [*inputs, "", "", bias] if bias else inputs,
        name,
        domain=_MICROSOFT,
        K=columns,
        N=rows,
        bits=8,
        block_size=BLOCK,
        accuracy_level=4,  # multiply in int8: the fast kernels
    )


def _highest(nodes: _Nodes, initializers: _Initializers, logits: str, name: str) -> str:
    """Give the highest probability of each row of logits."""
    # ReduceLogSumExp would say the same, an order of magnitude slower.
    probabilities = nodes.add("Softmax", [logits], "probabilities", axis=-1)
    axis = initializers.constant("logit_axis", -1)
    return nodes.add("ReduceMax", [probabilities, axis], name, keepdims=0)


def _save(
    path: Path, nodes: _Nodes, initializers: _Initializers, inputs: list[Any], outputs: list[Any]
) -> None:
    graph = helper.make_graph(nodes.protos, "inkling", inputs, outputs, initializers.protos)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=10,
        producer_name="inkling",
    )
    path.write_bytes(model.SerializeToString())


def _add_and_norm(
    nodes: _Nodes, x: str, residual: str, gamma: str, name: str, epsilon: float
) -> tuple[str, str]:
    """Add to the residual stream and normalize; return (normalized, new residual)."""
    new_residual = f"{name}.residual"
    normed = nodes.add(
        "SkipSimplifiedLayerNormalization",
        [x, residual, gamma],
        *(f"{name}.normed", "", "", new_residual),
        domain=_MICROSOFT,
        epsilon=epsilon,
    )
    return normed, new_residual


def _rotary_tables(
    architecture: Architecture, capacity: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cosines and sines, each (capacity, head_size / 2) (RoPE, arXiv:2104.09864)."""
    exponents = np.arange(0, architecture.head_size, 2) / architecture.head_size
    angles = np.outer(np.arange(capacity), architecture.rope_base**-exponents)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def _inputs(architecture: Architecture) -> list[Any]:
    value = helper.make_tensor_value_info
    cache = [1, architecture.kv_heads, "capacity", architecture.head_size]
    return [
        value("embeddings", TensorProto.FLOAT, [1, "n", architecture.hidden]),
        value("last_position", TensorProto.INT32, [1]),
        value("total_length", TensorProto.INT32, [1]),
        value("first_logit", TensorProto.INT64, [1]),
        *(
            value(f"{kind}_{i}", TensorProto.FLOAT, cache)
            for i in range(architecture.layers)
            for kind in ("key", "value")
        ),
    ]


def _outputs(architecture: Architecture) -> list[Any]:
    value = helper.make_tensor_value_info
    cache = [1, architecture.kv_heads, "capacity", architecture.head_size]
    return [
        value("hidden", TensorProto.FLOAT, [1, "k", architecture.hidden]),
        value("token", TensorProto.INT64, [1, "k"]),
        value("log_prob", TensorProto.FLOAT, [1, "k"]),
        value("logits", TensorProto.FLOAT, [1, "k", architecture.vocabulary]),
        *(
            value(f"new_{kind}_{i}", TensorProto.FLOAT, cache)
            for i in range(architecture.layers)
            for kind in ("key", "value")
        ),
    ]
