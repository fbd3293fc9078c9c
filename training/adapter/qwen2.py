"""Qwen2 (arXiv:2407.10671) in torch: the weights of a GGUF, frozen, and what an adapter adds."""

import math

import gguf
import torch
from torch import nn
from torch.nn import functional

from inkling.models.convert.weights import Weights

RANK = 16
ALPHA = 32
STRENGTH = 0.75
"""How much of what was learned is written: README.md says why not all."""
DTYPE = torch.bfloat16
MOST_TOKENS = 1024


class Linear(nn.Module):
    """One or more matrices below each other, with one adapter (LoRA, arXiv:2106.09685)."""

    def __init__(self, weights: Weights, *names: str, bias: bool = False) -> None:
        super().__init__()
        matrices = [weights.tensor(f"{name}.weight") for name in names]
        self.rows = {name: len(matrix) for name, matrix in zip(names, matrices, strict=True)}
        self.weight = torch.cat([torch.from_numpy(matrix) for matrix in matrices]).to(DTYPE)
        self.bias = None
        if bias:
            biases = [torch.from_numpy(weights.tensor(f"{name}.bias")) for name in names]
            self.bias = torch.cat(biases).to(DTYPE)
        rows, columns = self.weight.shape
        self.a = nn.Parameter(torch.randn(RANK, columns) / math.sqrt(columns))
        self.b = nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Multiply (..., in) to (..., out)."""
        narrow = functional.linear(x, self.a.to(DTYPE)) * (ALPHA / RANK)
        product = functional.linear(x, self.weight, self.bias)
        # One sum that writes in place of three: the products are what memory is busy with.
        added = torch.addmm(product.flatten(0, -2), narrow.flatten(0, -2), self.b.to(DTYPE).T)
        return added.view(product.shape)


class Layer(nn.Module):
    """The matrices and norms of one layer."""

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__()
        block = f"blk.{number}."
        self.qkv = Linear(weights, *(f"{block}attn_{part}" for part in "qkv"), bias=True)
        self.output = Linear(weights, f"{block}attn_output")
        self.gate_up = Linear(weights, f"{block}ffn_gate", f"{block}ffn_up")
        self.down = Linear(weights, f"{block}ffn_down")
        self.attn_norm, self.ffn_norm = (
            torch.tensor(weights.tensor(f"{block}{name}_norm.weight")) for name in ("attn", "ffn")
        )


class Qwen2(nn.Module):
    """The model, but for its output head's product: that is wanted of few tokens only."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.shape = shape = weights.architecture
        self.layers = nn.ModuleList(Layer(weights, i) for i in range(shape.layers))
        self.norm = torch.tensor(weights.tensor("output_norm.weight"))
        self.head = torch.from_numpy(weights.output).to(DTYPE)
        exponents = torch.arange(0, shape.head_size, 2) / shape.head_size
        angles = torch.outer(torch.arange(MOST_TOKENS), shape.rope_base**-exponents)
        self.cos, self.sin = angles.cos()[:, None], angles.sin()[:, None]

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Tokens (batch, n) to what the output head sees of them, (batch, n, hidden)."""
        batch, n = tokens.shape
        sizes = [count * self.shape.head_size for count in (self.shape.heads, *self._kv_heads)]
        x = self.head[tokens].float()
        for layer in self.layers:
            q, k, v = (
                part.view(batch, n, -1, self.shape.head_size)
                for part in layer.qkv(self._normed(x, layer.attn_norm)).split(sizes, -1)
            )
            q, k, v = (y.transpose(1, 2) for y in (self._rotated(q), self._rotated(k), v))
            attended = functional.scaled_dot_product_attention(
                q, k, v, is_causal=True, enable_gqa=True
            )
            projected = layer.output(attended.transpose(1, 2).reshape(batch, n, -1))
            x = x + projected.float()
            gate, up = layer.gate_up(self._normed(x, layer.ffn_norm)).chunk(2, -1)
            x = x + layer.down(functional.silu(gate) * up).float()
        return self._normed(x, self.norm)

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """The output head's product, (..., vocabulary)."""
        return functional.linear(hidden, self.head).float()

    @property
    def _kv_heads(self) -> tuple[int, int]:
        return (self.shape.kv_heads, self.shape.kv_heads)

    def _normed(self, x: torch.Tensor, gamma: torch.Tensor) -> torch.Tensor:
        scale = torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + self.shape.epsilon)
        return (x.float() * scale * gamma).to(DTYPE)

    def _rotated(self, x: torch.Tensor) -> torch.Tensor:
        n = x.shape[1]
        low, high = x.float().chunk(2, -1)
        cos, sin = self.cos[:n], self.sin[:n]
        return torch.cat([low * cos - high * sin, high * cos + low * sin], -1).to(DTYPE)


def read_adapter(model: Qwen2, path: str) -> None:
    """Go on from what was learned, all of it, of a file that `write_adapter` wrote."""
    parts = {
        tensor.name: torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type))
        for tensor in gguf.GGUFReader(path).tensors
    }
    for module in model.modules():
        if isinstance(module, Linear):
            bs = [parts[f"{name}.weight.lora_b"] for name in module.rows]
            module.a.data.copy_(parts[f"{next(iter(module.rows))}.weight.lora_a"])
            module.b.data.copy_(torch.cat(bs))


def write_adapter(model: Qwen2, path: str) -> None:
    """Write what was learned as llama.cpp's adapter file."""
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", ALPHA * STRENGTH)
    eight_bit = gguf.GGMLQuantizationType.Q8_0
    for module in model.modules():
        if not isinstance(module, Linear):
            continue
        a = gguf.quants.quantize(module.a.detach().numpy(), eight_bit)
        at = 0
        for name, rows in module.rows.items():
            b = module.b[at : at + rows].detach().half().numpy()
            at += rows
            writer.add_tensor(f"{name}.weight.lora_a", a, raw_dtype=eight_bit)
            writer.add_tensor(f"{name}.weight.lora_b", b)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
