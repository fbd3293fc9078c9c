"""How well gaps are filled, by language, with one adapter and another.

    python -m adapter.judge MODEL.gguf EXAMPLES OUT.npz NAME=ADAPTER[*STRENGTH][^RANK] ...

ADAPTER is a file of either kind that this folder writes, or nothing. What was found for each
example is written to OUT.npz, and the table printed. The text's own tokens are read, and what the
model would have chosen at each: a line or gap is right where greedy decoding would write just it.
"""

import argparse
import math
import re
from pathlib import Path

import numpy as np
import torch
from adapter.examples import Example, read
from adapter.product import Weights
from adapter.qwen2 import Adapter, Merged, Qwen2, narrowed, read_adapter
from torch.nn import functional

FIGURES = ("loss", "tokens", "right", "ends", "early", "line", "whole")
SIZE = 16384
END = 151643


def main() -> None:
    """Read the command line, judge, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("adapters", nargs="+")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--every", type=int, default=1)
    arguments = parser.parse_args()
    model = Qwen2(Weights(arguments.gguf), 0).to(arguments.device)
    examples = read(arguments.examples / "judged.npz", model.place.cpu().numpy())[
        :: arguments.every
    ]
    breaks = set(np.load(arguments.examples / "breaks.npy").tolist())
    found = {}
    for words in arguments.adapters:
        name, adapter = parsed(words)
        with Merged(model, adapter):
            found[name] = judged(model, examples, breaks)
        print(name, summary(found[name]), flush=True)
    save(arguments.out, examples, found)
    print(table(examples, found))


def parsed(words: str) -> tuple[str, Adapter]:
    """An adapter's name and the adapter, of a word of the command line."""
    name, path, strength, rank = re.fullmatch(
        r"([^=]*)=([^*^]*)(?:\*([\d.]+))?(?:\^(\d+))?", words
    ).groups()  # type: ignore[union-attr]
    adapter: Adapter = {}
    if path.endswith(".gguf"):
        adapter = read_adapter(Path(path))
    elif path:
        with np.load(path) as arrays:
            names = [key.removesuffix(".a") for key in arrays.files if key.endswith(".a")]
            adapter = {n: (arrays[f"{n}.a"], arrays[f"{n}.b"]) for n in names}
    adapter = {n: (a.astype(np.float32), b.astype(np.float32)) for n, (a, b) in adapter.items()}
    if rank:
        adapter = narrowed(adapter, int(rank))
    return name, {n: (a, b * np.float32(strength or 1)) for n, (a, b) in adapter.items()}


@torch.no_grad()
def judged(model: Qwen2, examples: list[Example], breaks: set[int]) -> np.ndarray:
    """What is found for each example: (n, FIGURES)."""
    from adapter.train import flat, grouped  # noqa: PLC0415 # it judges too

    device = model.norm.device
    numbers = sorted(range(len(examples)), key=lambda i: -len(examples[i].tokens))
    found, at = np.zeros((len(examples), len(FIGURES))), 0
    for batch in grouped([examples[i] for i in numbers], SIZE):
        rows = flat(batch, SIZE, device)
        places = [
            i * rows.length + np.arange(example.gap, len(example.tokens)) - 1
            for i, example in enumerate(batch)
        ]
        wanted = [np.asarray(example.tokens)[example.gap :] for example in batch]
        target = torch.from_numpy(np.concatenate(wanted)).to(device)
        logits = model.logits(model(rows)[torch.from_numpy(np.concatenate(places)).to(device)])
        said = model.known[logits.argmax(-1)].cpu().numpy()
        lost = functional.cross_entropy(logits.float(), model.place[target], reduction="none")
        lost, start = lost.cpu().numpy(), 0
        for tokens in wanted:
            stop = start + len(tokens)
            part = said[start:stop], lost[start:stop]
            found[numbers[at]] = figures(tokens, *part, breaks)
            start, at = stop, at + 1
    return found


def figures(
    wanted: np.ndarray, said: np.ndarray, lost: np.ndarray, breaks: set[int]
) -> list[float]:
    """The figures of one example; `breaks` are the tokens that hold a line feed."""
    hits = said == wanted
    line = next(
        (i for i, token in enumerate(wanted.tolist()) if i and (token == END or token in breaks)), 0
    )
    first = int(np.argmin(hits))  # where greedy decoding leaves the text, if it does
    early = not hits[first] and said[first] == END
    return [
        float(lost.sum()),
        len(wanted),
        int(hits.sum()),
        bool(hits[-1]),
        bool(early),
        bool(hits[: line + 1].all()),
        bool(hits.all()),
    ]


def summary(found: np.ndarray) -> str:
    """Say it for all examples together."""
    loss, tokens, right, ends, early, line, whole = found.sum(0)
    n = len(found)
    return (
        f"{loss / tokens:.3f} nats a token, {right / tokens:.1%} right, {ends / n:.1%} end where "
        f"they should, {early / n:.1%} too early, {line / n:.1%} of lines right, "
        f"{whole / n:.1%} of gaps"
    )


def save(path: Path, examples: list[Example], found: dict[str, np.ndarray]) -> None:
    """Write what was found, with what kind of example it was."""
    about = {
        "languages": np.array([example.language for example in examples]),
        "kinds": np.array([example.kind for example in examples]),
    }
    np.savez(path, **about, **{f"found {name}": each for name, each in found.items()})


def table(examples: list[Example], found: dict[str, np.ndarray], by: str = "language") -> str:
    """Markdown of the figures by language, with intervals of 95 %."""
    groups = list(dict.fromkeys(getattr(example, by) for example in examples))
    lines = [f"| {by} | n | " + " | ".join(found) + " |", "|---" * (len(found) + 2) + "|"]
    for group in groups:
        chosen = np.array([getattr(example, by) == group for example in examples])
        cells = [cell(each[chosen]) for each in found.values()]
        lines.append(f"| {group} | {chosen.sum()} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cell(found: np.ndarray) -> str:
    """Loss, tokens right, ends and lines right."""
    loss, tokens, right, ends, _, line, _ = found.sum(0)
    n = len(found)
    chance = np.random.default_rng(0)
    drawn = [found[chance.integers(n, size=n)].sum(0) for _ in range(200)]
    low, high = np.percentile([one[0] / one[1] for one in drawn], [2.5, 97.5])
    return (
        f"{loss / tokens:.2f} [{low:.2f}, {high:.2f}], {right / tokens:.1%}, "
        f"{wilson(ends, n)}, {wilson(line, n)}"
    )


def wilson(hits: float, n: int) -> str:
    """A share with its interval (Wilson)."""
    z, p = 1.96, hits / n
    middle = (p + z * z / 2 / n) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n) / (1 + z * z / n)
    return f"{p:.0%} [{middle - half:.0%}, {middle + half:.0%}]"


if __name__ == "__main__":
    main()
