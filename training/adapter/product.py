"""All that is taken from Inkling: how it cuts a window, lays out a prompt and makes tokens."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import numpy as np

from inkling.context.index import similar
from inkling.context.knowledge import MOST_PARTS
from inkling.context.quoted import quoted
from inkling.context.window import FULL, Extent, Window, cut, within
from inkling.engine.manifest import Manifest
from inkling.engine.text.tokenizer import Tokenizer
from inkling.engine.wire import Text
from inkling.languages import registry
from inkling.models.convert.quantize import ZERO_POINT, dequantize_8bit, quantize_8bit
from inkling.models.convert.weights import Weights
from inkling.models.data.heads import Head
from inkling.suggest import prompt
from inkling.text.buffers import Snapshot

__all__ = [
    "STOP",
    "WHOLE",
    "Head",
    "Tokenizer",
    "Weights",
    "alike",
    "encoded",
    "quantize_8bit",
    "read_head",
    "title",
    "tokenizer",
    "window",
    "within",
]

STOP = frozenset((151643, 151645, 151659, 151660, 151661, 151662, 151663, 151664))
"""The tokens that end a text."""

WHOLE = FULL.prefix_tokens + FULL.suffix_tokens
"""Tokens of a whole window; `within` says how fewer are shared out."""


def tokenizer(model: Path) -> Tokenizer:
    """The tokenizer of a converted model."""
    manifest = Manifest.read(model)
    return Tokenizer(model / "tokenizer.json", manifest.special, manifest.stop)


def window(name: str, language: str, text: str, cursor: int, size: Extent) -> tuple[str, str]:
    """What the model sees before and behind the cursor."""
    seen = cut(Snapshot(uri(name), 1, language, text, cursor), size)
    return seen.prefix, seen.suffix


def title(name: str, language: str) -> str:
    """The line that stands before all else in a prompt: a comment with the file's name."""
    return prompt.title_of(uri(name), language)


def uri(name: str) -> str:
    """A file's name as editors give it."""
    return f"file:///{quote(name, errors='replace')}"


def alike(
    file: tuple[str, str, str],
    cursor: int,
    window: tuple[str, str],
    others: Iterable[tuple[str, str]],
    size: Extent,
) -> str:
    """Parts that are most like what stands before the cursor, as the model sees them above the
    text; mostly there are none. They are of other files, by path and text, and of what the window
    leaves out of this `file`, by path, language and text.
    """
    path, language, text = file
    known, line = registry.find(language), text.count("\n", 0, cursor)
    begin, end = line - window[0].count("\n"), line + window[1].count("\n") + 1
    sources = [similar.Source(path, text, begin, end)]
    sources += [similar.Source(other, theirs) for other, theirs in others]
    found = similar.parts(text[:cursor], sources, MOST_PARTS, size.characters_beside(known))
    return quoted(reversed(found), known)


def encoded(tokens: Tokenizer, before: str, behind: str, above: str) -> tuple[list[int], int, int]:
    """A prompt's tokens, where of them the text before the cursor begins, and how many were cut.

    What is `above` that text comes from elsewhere, and is nothing to learn.
    """
    layout = prompt.build(Window(before, behind), "spm", above)
    head = tokens.encode(layout[:-1], heal=False)
    body = tokens.encode([layout[-1]], heal=False)
    front = tokens.encode([Text(above, 2048, "end")], heal=False)
    begin = len(head.tokens) + len(front.tokens)
    return [*head.tokens, *body.tokens], begin, head.cut + body.cut


def read_head(path: Path) -> Head:
    """Read a draft head's file, wherever it is."""
    with np.load(path) as arrays:
        matrices = {}
        for name in ("mix", "gate_up", "down"):
            codes = (arrays[f"{name}_codes"].astype(np.int16) + ZERO_POINT).astype(np.uint8)
            matrices[name] = dequantize_8bit(codes, arrays[f"{name}_scales"].astype(np.float32))
        return Head(
            tokens=arrays["tokens"].astype(np.int64),
            hidden_scale=arrays["hidden_scale"],
            embedding_scale=arrays["embedding_scale"].reshape(1),
            bias=arrays["bias"],
            norm=arrays["norm"],
            matrices=matrices,
        )
