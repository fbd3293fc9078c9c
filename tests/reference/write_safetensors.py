"""Write the default model, with its adapter, as servers take it that read no GGUF, such as vLLM.

    inkling model pull --keep-gguf
    python tests/reference/write_safetensors.py MODEL.gguf FOLDER

Writes config.json, generation_config.json, model.safetensors (bfloat16), tokenizer.json and
tokenizer_config.json. They ask for about 1 GB; nothing of them is new, and the GGUF's weights are
no finer than 8 bits.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkling.engine.text import tokenizer
from inkling.models import catalog
from inkling.models.convert.weights import Architecture, Float, Weights
from inkling.models.data import adapters

Array = npt.NDArray[np.uint16]

# What GGUF calls a tensor of a block: what transformers' Qwen2 does.
BLOCK = {
    "attn_norm.weight": "input_layernorm.weight",
    "attn_output.weight": "self_attn.o_proj.weight",
    "ffn_norm.weight": "post_attention_layernorm.weight",
    **{f"ffn_{part}.weight": f"mlp.{part}_proj.weight" for part in ("gate", "up", "down")},
    **{
        f"attn_{part}.{kind}": f"self_attn.{part}_proj.{kind}"
        for part in "qkv"
        for kind in ("weight", "bias")
    },
}


def main(gguf: Path, folder: Path) -> None:
    entry = catalog.load().entry()
    weights = Weights(gguf, adapters.find(entry.name))
    words = weights.vocabulary
    stop = [words.tokens.index(token) for token in entry.tokens.stop]
    folder.mkdir(parents=True, exist_ok=True)
    built = tokenizer.build(words.tokens, words.merges, words.kinds, words.pre_tokenizer)
    built.save(str(folder / "tokenizer.json"), pretty=False)
    told = {
        "config.json": config(weights.architecture, stop[0]),
        "generation_config.json": {"do_sample": False, "eos_token_id": stop},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": entry.tokens.stop[0],
            "clean_up_tokenization_spaces": False,
        },
    }
    for name, values in told.items():
        (folder / name).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    save(dict(tensors(weights)), folder / "model.safetensors")


def config(it: Architecture, end: int) -> dict[str, object]:
    """What transformers' Qwen2Config has to know."""
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_size": it.hidden,
        "intermediate_size": it.intermediate,
        "num_hidden_layers": it.layers,
        "num_attention_heads": it.heads,
        "num_key_value_heads": it.kv_heads,
        "vocab_size": it.vocabulary,
        "max_position_embeddings": it.context,
        "rope_theta": it.rope_base,
        "rms_norm_eps": it.epsilon,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "use_sliding_window": False,
        "torch_dtype": "bfloat16",
        "eos_token_id": end,
    }


def tensors(weights: Weights) -> Iterator[tuple[str, Array]]:
    """All tensors by the names that transformers has for them; the output head is tied."""
    yield "model.embed_tokens.weight", halved(weights.output)
    yield "model.norm.weight", halved(weights.tensor("output_norm.weight"))
    for i in range(weights.architecture.layers):
        for ours, theirs in BLOCK.items():
            yield f"model.layers.{i}.{theirs}", halved(weights.tensor(f"blk.{i}.{ours}"))


def halved(values: Float) -> Array:
    """Round to bfloat16, the upper half of a float32: to the nearest, of two to the even one."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def save(arrays: Mapping[str, Array], path: Path) -> None:
    """Write arrays of bfloat16 as safetensors has it: the length of a header of JSON, the header,
    the bytes (https://huggingface.co/docs/safetensors).
    """
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, array in arrays.items():
        begin, end = end, end + array.nbytes
        header[name] = {"dtype": "BF16", "shape": array.shape, "data_offsets": (begin, end)}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.write(array.astype("<u2").tobytes())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
