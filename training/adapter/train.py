"""Train an adapter for filling gaps: see README.md beside this file.

    python -m adapter.train MODEL.gguf MODEL OUT.gguf --sources FOLDER... [--minutes N]

`OUT.gguf` is written every five minutes. Each step learns from eight examples; the tokens just
before the gap count half, since in this layout any of them could have been its beginning.
"""

import argparse
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import torch
from adapter.gaps import Example, examples
from adapter.qwen2 import Qwen2, read_adapter, write_adapter
from sources import files
from torch.nn import functional

from inkling.engine.manifest import Manifest
from inkling.engine.text.tokenizer import Tokenizer
from inkling.models.convert.weights import Weights

RATE = 3e-4
WARM_UP = 20  # steps
BATCH = 8
BEFORE = 30
"""So many tokens before the gap are learned from too."""


def main() -> None:
    """Read the command line and train for so long."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("model", type=Path, help="the converted model's folder")
    parser.add_argument("out", type=Path)
    parser.add_argument("--sources", type=Path, nargs="+", required=True)
    parser.add_argument("--resume", type=Path, help="an adapter to go on from, more slowly")
    parser.add_argument("--minutes", type=float, default=42)
    arguments = parser.parse_args()
    manifest = Manifest.read(arguments.model)
    tokenizer = Tokenizer(arguments.model / "tokenizer.json", manifest.special, manifest.stop)
    end = min(tokenizer.stop)  # of all tokens that stop it, the one that ends a document
    folders = [files(source) for source in sorted(arguments.sources)]
    kept_back = [each for each in folders[::10] if each]
    learned = [each for i, each in enumerate(folders) if i % 10 and each]
    judged = list(islice(examples(kept_back, tokenizer, end, random.Random(1)), 192))
    judged.sort(key=lambda example: len(example.tokens))

    torch.manual_seed(1)
    model = Qwen2(Weights(arguments.gguf))
    rate, seed = RATE, 2
    if arguments.resume:
        read_adapter(model, str(arguments.resume))
        rate, seed = RATE / 2, 4
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01, betas=(0.9, 0.98))
    print(judgement(model, tokenizer, judged), flush=True)
    began = saved = time.monotonic()
    halfway = False
    for step, batch in enumerate(batches(examples(learned, tokenizer, end, random.Random(seed)))):
        done = (time.monotonic() - began) / 60 / arguments.minutes
        if done >= 1:
            break
        optimizer.param_groups[0]["lr"] = rate * min(1, (step + 1) / WARM_UP) * (1 - 0.95 * done)
        optimizer.zero_grad()
        lost = loss(model, batch)
        lost.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 10 == 0:
            print(f"step {step}, {done:.0%}: {lost.item():.3f} nats a token", flush=True)
        if time.monotonic() - saved > 300:
            write_adapter(model, str(arguments.out))
            saved = time.monotonic()
        if done > 0.5 and not halfway:
            halfway = True
            print(judgement(model, tokenizer, judged), flush=True)
    write_adapter(model, str(arguments.out))
    print(judgement(model, tokenizer, judged), flush=True)


def batches(drawn: Iterator[Example]) -> Iterator[list[Example]]:
    """Group examples of about equal length, so that little is padded."""
    chance = random.Random(3)
    while True:
        some = sorted(islice(drawn, 4 * BATCH), key=lambda example: len(example.tokens))
        groups = [some[i : i + BATCH] for i in range(0, len(some), BATCH)]
        chance.shuffle(groups)
        yield from groups


def seen(model: Qwen2, batch: list[Example]) -> torch.Tensor:
    """What the output head sees, (batch, n, hidden); shorter examples are padded behind."""
    tokens = torch.zeros(len(batch), max(len(e.tokens) for e in batch), dtype=torch.long)
    for row, example in zip(tokens, batch, strict=True):
        row[: len(example.tokens)] = torch.tensor(example.tokens)
    return model(tokens)


def loss(model: Qwen2, batch: list[Example]) -> torch.Tensor:
    """Cross entropy in nats a token."""
    hidden, wanted, weights = [], [], []
    for row, example in zip(seen(model, batch), batch, strict=True):
        first = max(example.gap - BEFORE, example.prefix + 1)
        hidden.append(row[first - 1 : len(example.tokens) - 1])
        wanted += example.tokens[first:]
        weights += [0.5] * (example.gap - first)
        weights += [1.0] * (len(example.tokens) - max(example.gap, first))
    logits, weight = model.logits(torch.cat(hidden)), torch.tensor(weights)
    losses = functional.cross_entropy(logits, torch.tensor(wanted), reduction="none")
    return (losses * weight).sum() / weight.sum()


@torch.no_grad()
def judgement(model: Qwen2, tokenizer: Tokenizer, judged: list[Example]) -> str:
    """Say how well the gaps of examples are filled."""
    lost = right = tokens = stops = lines = 0.0
    for i in range(0, len(judged), BATCH):
        batch = judged[i : i + BATCH]
        for row, example in zip(seen(model, batch), batch, strict=True):
            wanted = torch.tensor(example.tokens[example.gap :])
            logits = model.logits(row[example.gap - 1 : len(example.tokens) - 1])
            lost += functional.cross_entropy(logits, wanted, reduction="sum").item()
            hits = (logits.argmax(-1) == wanted).tolist()
            ends = (
                number
                for number, token in enumerate(wanted.tolist())
                if number and (token in tokenizer.stop or b"\n" in (tokenizer.bytes[token] or b""))
            )
            right, tokens = right + sum(hits), tokens + len(hits)
            stops += hits[-1]
            lines += all(hits[: next(ends, 0) + 1])
    count = len(judged)
    return (
        f"{lost / tokens:.3f} nats a token, {right / tokens:.1%} right, "
        f"{stops / count:.1%} end where they should, {lines / count:.1%} of lines right"
    )


if __name__ == "__main__":
    main()
