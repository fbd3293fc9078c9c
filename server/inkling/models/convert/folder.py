"""GGUF to a folder that the engine can load: graph, weights, tokenizer, manifest.

It does not fetch files and does not decide where they go (`pull` and `store` do).
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from inkling.engine.manifest import EmbeddingTable, Manifest, Shape
from inkling.engine.runtime.onnx import save_packed
from inkling.engine.text import tokenizer
from inkling.engine.text.vocabulary import Vocabulary
from inkling.errors import UnsupportedModel
from inkling.models.catalog import CatalogEntry
from inkling.models.convert import draft_head, qwen2
from inkling.models.convert.graph import Precision, add_packed
from inkling.models.convert.quantize import BLOCK
from inkling.models.convert.weights import Weights
from inkling.models.data.heads import Head

CAPACITY = 8192
"""The longest sequence, in tokens, that a converted model has positions for."""


def convert(
    gguf: Path,
    out: Path,
    *,
    entry: CatalogEntry,
    progress: Callable[[str, float], None],
    precision: Precision = "q8",
    head: Head | None = None,
    adapter: Path | None = None,
) -> None:
    """Fill the empty folder `out`; `model.json` comes last, so that half a folder shows.

    `progress` gets a stage's name and a fraction; `head` and `adapter` are the draft head and the
    adapter trained for this very model, if there are any. Raises UnsupportedModel.
    """
    progress("reading", 0.0)
    weights = Weights(gguf, adapter)
    architecture = weights.architecture
    capacity = min(CAPACITY, architecture.context)
    offsets = qwen2.write(
        weights, out, precision, capacity, lambda done: progress("quantizing", done)
    )
    if head:
        draft_head.write(weights, head, out, precision)
    progress("packing", 0.0)
    for graph in sorted(out.glob("*.onnx")):
        _pack(graph)
    progress("writing the tokenizer", 0.0)
    try:
        vocabulary = weights.vocabulary
        built = tokenizer.build(
            vocabulary.tokens, vocabulary.merges, vocabulary.kinds, vocabulary.pre_tokenizer
        )
    except ValueError as error:
        raise UnsupportedModel(str(error)) from error
    built.save(str(out / "tokenizer.json"), pretty=False)
    Vocabulary.write(tokenizer.token_bytes(built), out)
    Manifest(
        name=entry.name,
        source_sha256=entry.gguf.sha256,
        architecture=architecture.name,
        precision=precision,
        layout=entry.prompt_layout,
        special={
            "fim_prefix": entry.tokens.fim_prefix,
            "fim_suffix": entry.tokens.fim_suffix,
            "fim_middle": entry.tokens.fim_middle,
        },
        stop=list(entry.tokens.stop),
        capacity=capacity,
        shape=Shape(
            layers=architecture.layers,
            hidden=architecture.hidden,
            kv_heads=architecture.kv_heads,
            head_size=architecture.head_size,
            vocabulary=architecture.vocabulary,
        ),
        embedding=EmbeddingTable(BLOCK, offsets["logits.codes"], offsets["logits.scales"])
        if precision == "q8"
        else EmbeddingTable(0, offsets["embedding"], 0),
        draft_head=head is not None,
        adapter_sha256=_sha256_of(adapter) if adapter else None,
        head_sha256=head.sha256 if head else None,
        files={path.name: path.stat().st_size for path in sorted(out.iterdir())},
    ).write(out)
    progress("done", 1.0)


def _pack(path: Path) -> None:
    """Add to a graph's weights the same as this machine's kernels want them: from there they are
    mapped, and take no memory of a process's own. Another machine packs its own in memory.
    """
    with TemporaryDirectory(dir=path.parent) as folder:
        saved = Path(folder) / path.name
        save_packed(path, saved)
        add_packed(path, saved)


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
