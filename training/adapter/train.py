"""Train an adapter for filling gaps: see README.md beside this file.

    python -m adapter.train MODEL.gguf EXAMPLES OUT [--minutes N] [--resume]

`OUT/state.pt` is written every minute, and `--resume` goes on from it; `OUT/adapter.npz` holds what
was learned in the end. The tokens just before the gap count half, since in this layout any of them
could have been its beginning; of those further up some count as well: a gap has so few tokens that
by them alone each step goes astray.
"""

import argparse
import math
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from adapter import judge
from adapter.examples import Example, read
from adapter.product import Weights
from adapter.qwen2 import RANK, Qwen2, Rows, learned
from torch import Tensor
from torch.nn import functional

RATE = 4e-4
WARM_UP = 40  # steps
BEFORE = 30
"""So many tokens before the gap are learned from too."""
READ, READ_WEIGHT = 0.25, 0.4
"""Of the tokens further up, so large a share is learned from, and how much each of them counts."""
AT_ONCE = 2048
"""Examples that are put together by their lengths."""


def main() -> None:
    """Read the command line and train for so long."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--size", type=int, default=16384, help="tokens a step")
    parser.add_argument("--rank", type=int, default=RANK)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--steps", type=int, default=1 << 30, help="stop after so many")
    parser.add_argument("--judged", type=int, default=1 << 30, help="halfway, of the examples")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    torch.set_float32_matmul_precision("high")
    device = torch.device(arguments.device)
    model = Qwen2(Weights(arguments.gguf), arguments.rank).to(device)
    if arguments.compile:
        model.compile()
    place = model.place.cpu().numpy()
    examples = read(arguments.examples / "learned.npz", place)
    judged = read(arguments.examples / "judged.npz", place)[:: max(1, 2400 // arguments.judged)]
    breaks = set(np.load(arguments.examples / "breaks.npy").tolist())
    parameters = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(
        parameters, weight_decay=0.01, betas=(0.9, 0.98), fused=device.type == "cuda"
    )
    state, first, spent = arguments.out / "state.pt", 0, 0.0
    if arguments.resume and state.exists():
        kept = torch.load(state, map_location=device, weights_only=True)
        model.load_state_dict(kept["model"], strict=False)
        optimizer.load_state_dict(kept["optimizer"])
        first, spent = kept["step"], kept["seconds"]
    began = saved = told = time.monotonic()
    limit, halfway, seen, step = 60 * arguments.minutes, False, 0, first
    drawn, chance = batches(examples, arguments.size, seed=3), np.random.default_rng(4)
    for step, batch in enumerate(islice(drawn, first, None), first):
        now = time.monotonic()
        done = (spent + now - began) / limit
        if done >= 1 or step - first >= arguments.steps:
            break
        slope = 0.04 + 0.96 * (0.5 + 0.5 * math.cos(math.pi * done))
        optimizer.param_groups[0]["lr"] = arguments.rate * min(1, (step + 1) / WARM_UP) * slope
        optimizer.zero_grad()
        lost = loss(model, batch, arguments.size, device, chance)
        lost.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        seen += sum(len(example.tokens) for example in batch)
        if step < 5 or step % 50 == 0:
            speed, told = (time.monotonic() - told), time.monotonic()
            print(
                f"step {step}, {done:.0%}, {now - began:.0f} s: {lost.item():.3f} nats a token, "
                f"{seen / max(1e-9, now - began) / 1e3:.0f}k tokens a second, {speed:.1f} s",
                flush=True,
            )
        if now - saved > 60:
            saved = now
            keep(state, model, optimizer, step + 1, spent + now - began)
        if done > 0.5 and not halfway and arguments.judged < 1 << 30:
            halfway = True
            print("halfway:", judge.summary(judge.judged(model, judged, breaks)), flush=True)
    keep(state, model, optimizer, step, spent + time.monotonic() - began)
    flat = {
        f"{name}.{part}": matrix.astype(np.float16)
        for name, matrices in learned(model).items()
        for part, matrix in zip("ab", matrices, strict=True)
    }
    np.savez(arguments.out / "adapter.npz", **flat)
    print(f"{step} steps, {seen / 1e6:.1f}M tokens", flush=True)


def keep(path: Path, model: Qwen2, optimizer: torch.optim.Optimizer, step: int, s: float) -> None:
    """Write all that is needed to go on."""
    parameters = {name: each for name, each in model.named_parameters() if each.requires_grad}
    part = path.with_suffix(".part")
    kept = {"model": parameters, "optimizer": optimizer.state_dict(), "step": step, "seconds": s}
    torch.save(kept, part)
    part.replace(path)


def batches(examples: list[Example], size: int, seed: int) -> Iterator[list[Example]]:
    """Group examples of about equal length, so that little is padded, over and over again."""
    chance = np.random.default_rng(seed)
    while True:
        for at in range(0, len(examples), AT_ONCE):
            some = examples[at : at + AT_ONCE]
            groups = grouped(sorted(some, key=lambda example: -len(example.tokens)), size)
            for i in chance.permutation(len(groups)):
                yield groups[i]


def grouped(by_length: list[Example], size: int) -> list[list[Example]]:
    """Cut a list whose longest come first into batches of a size."""
    groups, at = [], 0
    while at < len(by_length):
        count = size // len(by_length[at].tokens)
        groups.append(by_length[at : at + count])
        at += count
    return groups


def flat(batch: list[Example], size: int, device: torch.device) -> Rows:
    """Lay out a batch, the shorter examples padded behind."""
    length = max(len(example.tokens) for example in batch)
    tokens = np.zeros(size, np.int64)
    for i, example in enumerate(batch):
        tokens[i * length : i * length + len(example.tokens)] = example.tokens
    return Rows(torch.from_numpy(tokens).to(device, non_blocking=True), len(batch), length)


def loss(
    model: Qwen2,
    batch: list[Example],
    size: int,
    device: torch.device,
    chance: np.random.Generator,
) -> Tensor:
    """Cross entropy in nats a token."""
    rows = flat(batch, size, device)
    at, wanted, weights = [], [], []
    for i, example in enumerate(batch):
        first = max(example.gap - BEFORE, example.prefix + 1)
        read = np.arange(example.prefix + 1, first)
        read = read[chance.random(len(read)) < READ]
        places = np.concatenate([read, np.arange(first, len(example.tokens))])
        at.append(i * rows.length + places - 1)
        wanted.append(np.asarray(example.tokens)[places])
        counted = np.where(places < example.gap, 0.5, 1.0)
        weights.append(np.where(places < first, READ_WEIGHT, counted))
    place, target, weight = (
        torch.from_numpy(np.concatenate(part)).to(device, non_blocking=True)
        for part in (at, wanted, weights)
    )
    logits = model.logits(model(rows)[place])
    losses = functional.cross_entropy(logits.float(), model.place[target], reduction="none")
    return (losses * weight.float()).sum() / weight.sum()


if __name__ == "__main__":
    main()
