"""Adapters: what a model learned of filling gaps, added to its weights when it is converted.

A file `NAME.gguf` is a low-rank adapter (LoRA, arXiv:2106.09685) as llama.cpp reads it: for a
tensor NAME the matrices NAME.lora_a (rank, in) and NAME.lora_b (out, rank), with
`adapter.lora.alpha`. It is trained for one model (training/adapter in the repository says how) and
is of no use to another. It costs no time: the engine never sees it.
"""

from importlib import resources
from pathlib import Path


def find(name: str) -> Path | None:
    """Return the adapter's file for the model of that name; None if it has none."""
    file = Path(str(resources.files(__package__).joinpath(f"{name}.gguf")))
    return file if file.is_file() else None
