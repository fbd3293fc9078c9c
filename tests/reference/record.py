"""Record what the default model, with its adapter, says about real code, computed in float32 by
`numpy_qwen2`.

    PYTHONPATH=tests python tests/reference/record.py MODEL.gguf

Writes qwen2.5-coder-0.5b.json beside itself. The passages come from this interpreter's standard
library, but their tokens are recorded, so whoever reads the file needs no such library.
"""

import inspect
import json
import shlex
import sys
import textwrap
from pathlib import Path

import numpy as np

import numpy_qwen2
from inkling.engine.text import tokenizer
from inkling.models.convert.weights import Weights
from inkling.models.data import adapters

MODULES = (textwrap, json.decoder, shlex)
SKIPPED = 2000  # characters: what a module says of itself before its code
TOKENS = 300


def main(gguf: Path) -> None:
    weights = Weights(gguf, adapters.find("qwen2.5-coder-0.5b"))
    words = weights.vocabulary
    encoder = tokenizer.build(words.tokens, words.merges, words.kinds, words.pre_tokenizer)
    passages = []
    for module in MODULES:
        text = inspect.getsource(module)[SKIPPED:]
        tokens = encoder.encode(text, add_special_tokens=False).ids[:TOKENS]
        logits = numpy_qwen2.logits(weights.tensor, weights.architecture, tokens)
        log_probs = numpy_qwen2.log_softmax(logits)
        following = log_probs[np.arange(len(tokens) - 1), tokens[1:]]
        print(f"{module.__name__}: mean log-probability {following.mean():.3f}")
        passages.append(
            {
                "module": module.__name__,
                "tokens": tokens,
                "argmax": logits.argmax(axis=-1).tolist(),
                "log_probs": [round(float(value), 4) for value in following],
            }
        )
    lines = ",\n".join(json.dumps(passage, separators=(",", ":")) for passage in passages)
    Path(__file__).with_name("qwen2.5-coder-0.5b.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
