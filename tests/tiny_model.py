"""A tiny qwen2 model with random weights and a real vocabulary: what tests load in milliseconds.

It knows Python's commonest words, so text encodes as it would for a real model, and means nothing
by what it says.
"""

from pathlib import Path
from types import SimpleNamespace

import gguf
import msgspec
import numpy as np

from inkling.engine.manifest import Manifest
from inkling.engine.runtime.onnx import OnnxSession
from inkling.engine.text.tokenizer import Tokenizer
from inkling.models import catalog
from inkling.models.convert.folder import convert

SHAPE = SimpleNamespace(
    layers=2,
    hidden=64,
    intermediate=96,
    heads=4,
    kv_heads=2,
    head_size=16,
    context=4096,
    rope_base=1e4,
    epsilon=1e-6,
)

# Each word is merged from the left, so that its beginnings are tokens too.
WORDS = [
    *(" return", " self", " def", " in", " is", " not", " None", " for", " if", " import", " the"),
    *(" numpy", " np", " print", " name", " value", " class", " else", " text", " =", " =="),
    *("def", "return", "self", "import", "class", "name", "value", "text", "print", "numb"),
    *(".append", "(self", "):\n", "()", "\n\n", '"""', "--", "   ", "é", "日", "🙂"),
]
# Runs of blanks grow by doubling.
RUNS = [(2, 2), (3, 4), (4, 4), (7, 8), (8, 8)]
UNUSED = ["[PAD0]", "[PAD1]"]  # as in the real model, whose table has rows to spare
SPECIALS = [
    *("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|fim_prefix|>", "<|fim_middle|>"),
    *("<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"),
]


def write_gguf(path: Path, seed: int = 0, *, architecture="qwen2", pre="qwen2", without=()) -> None:
    """Write the model as the GGUF file that a conversion starts from, `without` some tensors."""
    tokens, merges = _vocabulary()
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(SHAPE.layers)
    writer.add_context_length(SHAPE.context)
    writer.add_embedding_length(SHAPE.hidden)
    writer.add_feed_forward_length(SHAPE.intermediate)
    writer.add_head_count(SHAPE.heads)
    writer.add_head_count_kv(SHAPE.kv_heads)
    writer.add_rope_freq_base(SHAPE.rope_base)
    writer.add_layer_norm_rms_eps(SHAPE.epsilon)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    kind = gguf.TokenType
    kinds = {kind.NORMAL: tokens, kind.CONTROL: SPECIALS, kind.UNUSED: UNUSED}
    writer.add_token_list([token for texts in kinds.values() for token in texts])
    writer.add_token_types([kind for kind, texts in kinds.items() for _ in texts])
    writer.add_token_merges(merges)
    for name, values in tensors(seed).items():
        if name not in without:
            writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make(folder: Path, precision="f32", entry=None, seed: int = 0, head=None, adapter=None) -> Path:
    """Convert a tiny model into `folder`, as `entry` (the catalog's default) would be.

    `head` is its draft head and `adapter` its adapter's file; it has none by itself.
    """
    folder.mkdir(parents=True)
    source = folder.with_name(f"{folder.name}.gguf")
    write_gguf(source, seed)
    convert(
        source,
        folder,
        entry=entry or catalog.load().entry(),
        progress=lambda *_: None,
        precision=precision,
        head=head,
        adapter=adapter,
    )
    return folder


def as_shipped(folder: Path, entry) -> None:
    """Have a folder say that it was made of what the catalog names, so that no pull replaces it."""
    manifest = Manifest.read(folder)
    digests = {"adapter_sha256": entry.adapter_sha256, "head_sha256": entry.head_sha256}
    msgspec.structs.replace(manifest, **digests).write(folder)


def write_adapter(path: Path, alpha: float, parts: dict[str, np.ndarray]) -> None:
    """Write an adapter as llama.cpp would have it; `parts` are its tensors by name."""
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for name, values in parts.items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def session(folder: Path, capacity=256, threads=1, caches=1, short=0, more=0) -> OnnxSession:
    sizes = {"capacity": capacity, "caches": caches, "short": short, "more": more}
    return OnnxSession(folder, Manifest.read(folder), threads=threads, **sizes)


def tokenizer(folder: Path) -> Tokenizer:
    manifest = Manifest.read(folder)
    return Tokenizer(folder / "tokenizer.json", manifest.special, manifest.stop)


def tensors(seed: int = 0) -> dict[str, np.ndarray]:
    """The weights by their names in the GGUF file, in float32."""
    random = np.random.default_rng(seed)
    hidden, intermediate = SHAPE.hidden, SHAPE.intermediate
    kv = SHAPE.kv_heads * SHAPE.head_size

    def matrix(rows: int, columns: int) -> np.ndarray:
        return random.normal(0, 1 / np.sqrt(columns), (rows, columns))

    def gamma() -> np.ndarray:
        return random.uniform(0.5, 1.5, hidden)

    rows = len(_vocabulary()[0]) + len(SPECIALS) + len(UNUSED)
    head = random.normal(0, 0.3, (rows, hidden))
    head[:0x100] /= 2  # mostly words, seldom half a character
    values = {"token_embd.weight": head, "output.weight": head, "output_norm.weight": gamma()}
    for i in range(SHAPE.layers):
        block = {
            "attn_norm.weight": gamma(),
            "attn_q.weight": matrix(hidden, hidden),
            "attn_q.bias": random.normal(0, 0.5, hidden),
            "attn_k.weight": matrix(kv, hidden),
            "attn_k.bias": random.normal(0, 0.5, kv),
            "attn_v.weight": 2 * matrix(kv, hidden),
            "attn_v.bias": random.normal(0, 0.5, kv),
            "attn_output.weight": matrix(hidden, hidden),
            "ffn_norm.weight": gamma(),
            "ffn_gate.weight": 2 * matrix(intermediate, hidden),
            "ffn_up.weight": 2 * matrix(intermediate, hidden),
            "ffn_down.weight": matrix(hidden, intermediate),
        }
        values |= {f"blk.{i}.{name}": value for name, value in block.items()}
    return {name: value.astype(np.float32) for name, value in values.items()}


def _vocabulary() -> tuple[list[str], list[str]]:
    """Every byte and what is merged from them, in GPT-2's printable alphabet; and the merges."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = sorted(set(range(0x100)) - set(printable))
    letter = {byte: chr(byte) for byte in printable} | {
        byte: chr(0x100 + i) for i, byte in enumerate(others)
    }
    pairs: dict[tuple[str, str], None] = {}  # in order, each once
    for word in WORDS:
        letters = "".join(letter[byte] for byte in word.encode())
        pairs |= {(letters[:n], letters[n]): None for n in range(1, len(letters))}
    blank = letter[0x20]
    pairs |= {(blank * left, blank * right): None for left, right in RUNS}
    tokens = [letter[byte] for byte in range(0x100)]
    return [*tokens, *(left + right for left, right in pairs)], [" ".join(p) for p in pairs]
