"""Qwen2 (arXiv:2407.10671) in torch: the weights of a GGUF, frozen, and what an adapter adds.

Batches are laid out flat, so that all but attention has one shape and is compiled once: SIZE tokens
are rows of equal length one behind the other, and a rest that nothing looks at.
"""

import math
from pathlib import Path
from typing import NamedTuple

import gguf
import numpy as np
import torch
from adapter.product import Weights
from torch import Tensor, nn
from torch.nn import functional

RANK = 32
SCALE = 2.0
"""What the product of an adapter's matrices is multiplied by."""
DTYPE = torch.bfloat16


class Rows(NamedTuple):
    """A flat batch: its tokens (n,), how many rows it has and how long they are."""

    tokens: Tensor
    count: int
    length: int


class Linear(nn.Module):
    """One or more matrices below each other, with one adapter (LoRA, arXiv:2106.09685)."""

    def __init__(self, weights: Weights, *names: str, bias: bool = False, rank: int) -> None:
        super().__init__()
        matrices = [weights.tensor(f"{name}.weight") for name in names]
        self.rows = {name: len(matrix) for name, matrix in zip(names, matrices, strict=True)}
        self.weight: Tensor
        self.bias: Tensor | None
        matrix = torch.cat([torch.from_numpy(matrix) for matrix in matrices]).to(DTYPE)
        self.register_buffer("weight", matrix)
        biases = [torch.from_numpy(weights.tensor(f"{name}.bias")) for name in names if bias]
        self.register_buffer("bias", torch.cat(biases).to(DTYPE) if bias else None)
        rows, columns = matrix.shape
        self.a = nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns)) if rank else None
        self.b = nn.Parameter(torch.zeros(rows, rank)) if rank else None

    def forward(self, x: Tensor) -> Tensor:
        """Multiply (n, in) to (n, out)."""
        product = functional.linear(x, self.weight, self.bias)
        if self.a is None or self.b is None:
            return product
        narrow = functional.linear(x, self.a.to(DTYPE)) * SCALE
        return torch.addmm(product, narrow, self.b.to(DTYPE).T)


class Layer(nn.Module):
    """The matrices and norms of one layer, before attention and behind it."""

    def __init__(self, weights: Weights, number: int, rank: int) -> None:
        super().__init__()
        block = f"blk.{number}."
        self.shape = weights.architecture
        self.qkv = Linear(weights, *(f"{block}attn_{part}" for part in "qkv"), bias=True, rank=rank)
        self.output = Linear(weights, f"{block}attn_output", rank=rank)
        self.gate_up = Linear(weights, f"{block}ffn_gate", f"{block}ffn_up", rank=rank)
        self.down = Linear(weights, f"{block}ffn_down", rank=rank)
        self.attn_norm: Tensor
        self.ffn_norm: Tensor
        for name in ("attn", "ffn"):
            gamma = torch.tensor(weights.tensor(f"{block}{name}_norm.weight"))
            self.register_buffer(f"{name}_norm", gamma)

    def before(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, (n, heads, size) each."""
        shape = self.shape
        sizes = [n * shape.head_size for n in (shape.heads, shape.kv_heads, shape.kv_heads)]
        parts = self.qkv(normed(x, self.attn_norm, shape.epsilon)).split(sizes, -1)
        q, k, v = (part.view(len(x), -1, shape.head_size) for part in parts)
        return rotated(q, cos, sin), rotated(k, cos, sin), v

    def behind(self, x: Tensor, attended: Tensor) -> Tensor:
        """Add what was attended to, and what the layer makes of it."""
        x = x + self.output(attended).float()
        seen = normed(x, self.ffn_norm, self.shape.epsilon)
        gate, up = self.gate_up(seen).chunk(2, -1)
        return x + self.down(functional.silu(gate) * up).float()


class Qwen2(nn.Module):
    """The model, but for its output head's product: that is wanted of few tokens only.

    Tokens whose row of the output head is nothing but zeros do not exist.
    """

    def __init__(self, weights: Weights, rank: int = RANK, longest: int = 2304) -> None:
        super().__init__()
        self.shape = shape = weights.architecture
        self.layers = nn.ModuleList(Layer(weights, i, rank) for i in range(shape.layers))
        self.norm: Tensor
        self.head: Tensor
        self.known: Tensor
        self.place: Tensor
        self.cos: Tensor
        self.sin: Tensor
        self.register_buffer("norm", torch.tensor(weights.tensor("output_norm.weight")))
        head = torch.from_numpy(weights.output)
        known = head.any(1).nonzero().squeeze(1)
        self.register_buffer("head", head[known].to(DTYPE))
        self.register_buffer("known", known)
        place = torch.full((len(head),), -1)
        place[known] = torch.arange(len(known))
        self.register_buffer("place", place)
        exponents = torch.arange(0, shape.head_size, 2) / shape.head_size
        angles = torch.outer(torch.arange(longest), shape.rope_base**-exponents)
        self.register_buffer("cos", angles.cos()[:, None])
        self.register_buffer("sin", angles.sin()[:, None])

    def compile(self) -> None:
        """Compile what is the same for all batches of one size."""
        torch._dynamo.config.cache_size_limit = 16  # noqa: SLF001
        before, behind = torch.compile(Layer.before), torch.compile(Layer.behind)
        for layer in self.layers:
            layer.before = before.__get__(layer)
            layer.behind = behind.__get__(layer)

    def embedded(self, tokens: Tensor) -> Tensor:
        """What the first layer sees of tokens."""
        return self.head[self.place[tokens]].float()

    def forward(self, rows: Rows, cache: list[tuple[Tensor, Tensor]] | None = None) -> Tensor:
        """What the output head sees of a flat batch, (n, hidden); `cache` gets keys and values."""
        n, used = len(rows.tokens), rows.count * rows.length
        at = torch.arange(n, device=rows.tokens.device) % rows.length
        x, cos, sin = self.embedded(rows.tokens), self.cos[at], self.sin[at]
        for layer in self.layers:
            q, k, v = layer.before(x, cos, sin)
            parts = (y[:used].view(rows.count, rows.length, *y.shape[1:]) for y in (q, k, v))
            q4, k4, v4 = (y.transpose(1, 2) for y in parts)
            if cache is not None:
                cache.append((k4, v4))
            attended = functional.scaled_dot_product_attention(
                q4, k4, v4, is_causal=True, enable_gqa=True
            )
            flat = attended.transpose(1, 2).reshape(used, -1)
            if used < n:
                flat = functional.pad(flat, (0, 0, 0, n - used))
            x = layer.behind(x, flat)
        return normed(x, self.norm, self.shape.epsilon)

    def step(self, tokens: Tensor, at: Tensor, cache: list[tuple[Tensor, Tensor]]) -> Tensor:
        """Read one more token of each row, at place `at` of it; (rows, hidden)."""
        x, cos, sin = self.embedded(tokens), self.cos[at], self.sin[at]
        each, longest = torch.arange(len(tokens), device=at.device), cache[0][0].shape[2]
        seen = (torch.arange(longest, device=at.device) <= at[:, None])[:, None, None]
        for layer, (keys, values) in zip(self.layers, cache, strict=True):
            q, k, v = Layer.before(layer, x, cos, sin)
            keys[each, :, at], values[each, :, at] = k, v
            attended = functional.scaled_dot_product_attention(
                q[:, :, None], keys, values, attn_mask=seen, enable_gqa=True
            )
            x = Layer.behind(layer, x, attended.reshape(len(tokens), -1))
        return normed(x, self.norm, self.shape.epsilon)

    def logits(self, hidden: Tensor) -> Tensor:
        """The output head's product, (n, known tokens)."""
        return functional.linear(hidden, self.head)


def normed(x: Tensor, gamma: Tensor, epsilon: float) -> Tensor:
    """RMSNorm (arXiv:1910.07467)."""
    scale = torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + epsilon)
    return (x.float() * scale * gamma).to(DTYPE)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding (arXiv:2104.09864)."""
    low, high = x.float().chunk(2, -1)
    return torch.cat([low * cos - high * sin, high * cos + low * sin], -1).to(DTYPE)


Adapter = dict[str, tuple[np.ndarray, np.ndarray]]
"""By a matrix's name: what its rank is entered by, (rank, in), and left by, (out, rank)."""


def learned(model: Qwen2) -> Adapter:
    """What the model has learned, scaled so that the product is what is added."""
    found: Adapter = {}
    for module in model.modules():
        if isinstance(module, Linear) and module.a is not None and module.b is not None:
            a, b, at = module.a.detach().cpu().numpy(), module.b.detach().cpu().numpy(), 0
            for name, rows in module.rows.items():
                found[name] = a, b[at : at + rows] * np.float32(SCALE)
                at += rows
    return found


def narrowed(adapter: Adapter, rank: int) -> Adapter:
    """The nearest adapter of a lower rank."""
    found: Adapter = {}
    for name, (a, b) in adapter.items():
        (q, r), (p, s) = np.linalg.qr(b), np.linalg.qr(a.T)
        u, d, v = np.linalg.svd(r @ s.T)
        found[name] = (d[:rank, None] * v[:rank]) @ p.T, q @ u[:, :rank]
    return found


def read_adapter(path: Path) -> Adapter:
    """Read an adapter file, with its strength."""
    reader = gguf.GGUFReader(path)
    parts = {
        tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        for tensor in reader.tensors
    }
    alpha = float(reader.fields["adapter.lora.alpha"].contents())
    names = [name.removesuffix(".weight.lora_a") for name in parts if name.endswith("lora_a")]
    found: Adapter = {}
    for name in names:
        a, b = (np.array(parts[f"{name}.weight.lora_{part}"], np.float32) for part in "ab")
        found[name] = a, b * np.float32(alpha / len(a))
    return found


def write_adapter(
    adapter: Adapter, path: Path, strength: float, kinds: tuple[str, str] = ("Q5_0", "Q8_0")
) -> None:
    """Write what was learned as llama.cpp's adapter file, so much of it as `strength` says.

    Q8_0 and its like need ranks of 32; `kinds` are of what is entered by and left by.
    """
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    rank = len(next(iter(adapter.values()))[0])
    writer.add_float32("adapter.lora.alpha", rank * strength)
    types = [gguf.GGMLQuantizationType[kind] for kind in kinds]
    for name, matrices in adapter.items():
        for part, matrix, kind in zip("ab", matrices, types, strict=True):
            if kind == gguf.GGMLQuantizationType.F16:
                writer.add_tensor(f"{name}.weight.lora_{part}", matrix.astype(np.float16))
                continue
            data = gguf.quants.quantize(np.ascontiguousarray(matrix, np.float32), kind)
            writer.add_tensor(f"{name}.weight.lora_{part}", data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class Merged:
    """For a while, adds some adapter to the weights of a model whose own one is left out."""

    def __init__(self, model: Qwen2, adapter: Adapter, strength: float = 1.0) -> None:
        self.model, self.adapter, self.strength = model, adapter, strength
        self.kept: list[tuple[Linear, Tensor, nn.Parameter | None, nn.Parameter | None]] = []

    def __enter__(self) -> Qwen2:
        for module in self.model.modules():
            if not isinstance(module, Linear):
                continue
            self.kept.append((module, module.weight, module.a, module.b))
            module.a = module.b = None
            added = module.weight.float().clone()
            at = 0
            for name, rows in module.rows.items():
                if name in self.adapter:
                    a, b = (torch.from_numpy(m).to(added.device) for m in self.adapter[name])
                    added[at : at + rows] += self.strength * (b @ a)
                at += rows
            module.weight = added.to(DTYPE)
        return self.model

    def __exit__(self, *_: object) -> None:
        for module, weight, a, b in self.kept:
            module.weight, module.a, module.b = weight, a, b
