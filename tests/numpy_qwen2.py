"""Qwen2's forward pass in NumPy, read from the paper's formulas: the tests' reference.

It shares no code with the graph, the session or the quantizer; it reads the GGUF's
tensors through a function, keeps no cache and works in float32 (arXiv:2407.10671).
"""

from collections.abc import Callable, Sequence

import numpy as np


def rms_norm(x, gamma, epsilon):
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + epsilon) * gamma


def rotate(x, rope_base):
    """Rotary embedding of (tokens, heads, size), pairing element i with i + size / 2."""
    tokens, _, size = x.shape
    frequency = rope_base ** (-np.arange(0, size, 2, dtype=np.float64) / size)
    angle = np.arange(tokens, dtype=np.float64)[:, None] * frequency
    cos, sin = (f(angle).astype(np.float32)[:, None, :] for f in (np.cos, np.sin))
    low, high = x[..., : size // 2], x[..., size // 2 :]
    return np.concatenate([low * cos - high * sin, high * cos + low * sin], axis=-1)


def attention(q, k, v):
    """Causal attention of (tokens, heads, size), each key head shared by a group of queries."""
    tokens, heads, size = q.shape
    group = heads // k.shape[1]
    k, v = np.repeat(k, group, axis=1), np.repeat(v, group, axis=1)
    scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(np.float32(size))
    scores[:, np.triu(np.ones((tokens, tokens), bool), 1)] = -np.inf
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.einsum("hqk,khd->qhd", weights, v).reshape(tokens, heads * size)


def logits(tensor: Callable[[str], np.ndarray], shape, tokens: Sequence[int]) -> np.ndarray:
    """(tokens, vocabulary) raw logits; `shape` has layers, heads, kv_heads and so on."""
    head = tensor("output.weight")
    x = head[np.asarray(tokens)]
    for i in range(shape.layers):

        def weight(name, block=f"blk.{i}."):
            return tensor(block + name)

        h = rms_norm(x, weight("attn_norm.weight"), shape.epsilon)
        q, k, v = (
            (h @ weight(f"attn_{n}.weight").T + weight(f"attn_{n}.bias")).reshape(
                len(tokens), -1, shape.head_size
            )
            for n in "qkv"
        )
        q, k = rotate(q, shape.rope_base), rotate(k, shape.rope_base)
        x = x + attention(q, k, v) @ weight("attn_output.weight").T
        h = rms_norm(x, weight("ffn_norm.weight"), shape.epsilon)
        gate = h @ weight("ffn_gate.weight").T
        up = h @ weight("ffn_up.weight").T
        x = x + (gate / (1 + np.exp(-gate)) * up) @ weight("ffn_down.weight").T
    return rms_norm(x, tensor("output_norm.weight"), shape.epsilon) @ head.T


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Natural log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
