"""The graph of Qwen2 (arXiv:2407.10671), from embeddings to the next token.

It writes `model.onnx` and its weights in one external file. It does not run them (that is
`inkling.engine.runtime`) and does not choose a model (that is the catalog).

Inputs, for n new tokens behind a cache that holds `past` of them:

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
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inkling.models.convert.graph import Graph, Precision, value, writing
from inkling.models.convert.weights import Architecture, Weights


def write(
    weights: Weights,
    folder: Path,
    precision: Precision,
    capacity: int,
    progress: Callable[[float], None],
) -> dict[str, int]:
    """Write the graph; return where in the data file each tensor begins, by name.

    `capacity` is the longest sequence, in tokens, that the rotary tables cover.
    """
    it = weights.architecture
    with writing(folder / "model.onnx", precision) as graph:
        cosines, sines = _rotary_tables(it, capacity)
        graph.weight("cosines", cosines)
        graph.weight("sines", sines)
        residual = "embeddings"
        gamma = graph.weight("attn_norm_0", weights.tensor("blk.0.attn_norm.weight"))
        x = graph.norm(residual, "normed_0", gamma, it.epsilon)
        for i in range(it.layers):
            attended = _attention(graph, weights, i, x)
            gamma = graph.weight(f"ffn_norm_{i}", weights.tensor(f"blk.{i}.ffn_norm.weight"))
            x, residual = graph.add_and_norm(attended, residual, gamma, f"between_{i}", it.epsilon)
            down = _feed_forward(graph, weights, i, x)
            last = i + 1 == it.layers
            norm = "output_norm.weight" if last else f"blk.{i + 1}.attn_norm.weight"
            gamma = graph.weight(f"attn_norm_{i + 1}", weights.tensor(norm))
            x, residual = graph.add_and_norm(down, residual, gamma, f"after_{i}", it.epsilon)
            progress((i + 1) / (it.layers + 3))
        # Only the tokens whose successor is wanted pay for the output head.
        wanted = graph.tail(x, "first_logit", "hidden")
        head = weights.output
        if precision == "f32":
            graph.store("embedding", head)
        logits = graph.linear(wanted, "logits", head)
        if logits != "logits":
            logits = graph.node("Identity", [logits], "logits")
        graph.best(logits, "token", "log_prob")
        progress(1.0)
    graph.save(folder / "model.onnx", _inputs(it), _outputs(it))
    return graph.offsets


def _attention(graph: Graph, weights: Weights, i: int, x: str) -> str:
    block, it = f"blk.{i}", weights.architecture
    matrices = weights.stacked(*(f"{block}.attn_{part}.weight" for part in "qkv"))
    biases = weights.stacked(*(f"{block}.attn_{part}.bias" for part in "qkv"))
    qkv = graph.linear(x, f"qkv_{i}", matrices, graph.weight(f"qkv_{i}.bias", biases))
    attended = graph.contrib(
        "GroupQueryAttention",
        [
            *(qkv, "", "", f"key_{i}", f"value_{i}"),
            *("last_position", "total_length", "cosines", "sines"),
        ],
        f"attended_{i}",
        f"new_key_{i}",
        f"new_value_{i}",
        num_heads=it.heads,
        kv_num_heads=it.kv_heads,
        do_rotary=1,
        rotary_interleaved=0,
    )
    return graph.linear(attended, f"projected_{i}", weights.tensor(f"{block}.attn_output.weight"))


def _feed_forward(graph: Graph, weights: Weights, i: int, x: str) -> str:
    block = f"blk.{i}"
    matrices = weights.stacked(f"{block}.ffn_gate.weight", f"{block}.ffn_up.weight")
    gated = graph.gated(graph.linear(x, f"gate_up_{i}", matrices), f"_{i}")
    return graph.linear(gated, f"down_{i}", weights.tensor(f"{block}.ffn_down.weight"))


def _rotary_tables(
    it: Architecture, capacity: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cosines and sines, each (capacity, head_size / 2) (RoPE, arXiv:2104.09864)."""
    exponents = np.arange(0, it.head_size, 2) / it.head_size
    angles = np.outer(np.arange(capacity), it.rope_base**-exponents)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def _inputs(it: Architecture) -> list[Any]:
    return [
        value("embeddings", "float32", [1, "n", it.hidden]),
        value("last_position", "int32", [1]),
        value("total_length", "int32", [1]),
        value("first_logit", "int64", [1]),
        *_caches(it, ""),
    ]


def _outputs(it: Architecture) -> list[Any]:
    return [
        value("hidden", "float32", [1, "k", it.hidden]),
        value("token", "int64", [1, "k"]),
        value("log_prob", "float32", [1, "k"]),
        value("logits", "float32", [1, "k", it.vocabulary]),
        *_caches(it, "new_"),
    ]


def _caches(it: Architecture, prefix: str) -> list[Any]:
    shape: list[int | str] = [1, it.kv_heads, "capacity", it.head_size]
    return [
        value(f"{prefix}{kind}_{i}", "float32", shape)
        for i in range(it.layers)
        for kind in ("key", "value")
    ]
