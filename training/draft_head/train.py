"""Train a draft head on what `data.py` wrote, and write it as the package holds it.

    python -m draft_head.train MODEL DATA HEAD.npz --sources FOLDER... [--minutes M]
    python -m draft_head.train MODEL DATA HEAD.npz --resume [--minutes M]

It needs torch, which Inkling itself does not. The head sees h, what the target's output head saw at
a token, and the embedding of the token chosen there; it predicts the next h, whose logits come from
rows of the target's own output head (EAGLE, arXiv:2401.15077; Hydra, arXiv:2402.05109). It learns
the target's distribution at each position, not the text, and is unrolled over its own predictions,
since drafts are chained.
"""

import argparse
import copy
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from sources import files
from torch import Tensor, nn
from torch.nn import functional

from inkling.engine.manifest import Manifest
from inkling.engine.runtime.embedding import Embedding
from inkling.engine.text.tokenizer import Tokenizer
from inkling.engine.wire import Text
from inkling.models.convert.quantize import quantize_8bit
from inkling.models.data import heads

VOCABULARY = 16384  # tokens that can be drafted
INNER = 768
STEPS = 2  # drafts in a chain
BATCH = 512
TOP = 4  # of the target's tokens at a position, always among the candidates
SAMPLED = 2048  # other candidates
SOFT = 0.6  # how much the target's whole distribution counts beside its choice
ALONE = 0.45  # of the time, single drafts are learnt; then chains of them
DROPOUT = 0.1
RATE = 1e-3


class Head(nn.Module):
    """Next h of h and a token's embedding, both scaled to about 1: one projection and one MLP."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Linear(2 * width, width)
        self.norm = nn.Parameter(torch.ones(width))
        self.gate_up = nn.Linear(width, 2 * INNER, bias=False)
        self.down = nn.Linear(INNER, width, bias=False)
        nn.init.zeros_(self.down.weight)

    def forward(self, hidden: Tensor, embedding: Tensor) -> Tensor:
        """Guess, for a batch of both."""
        both = torch.cat([hidden, embedding], dim=-1)
        x = self.mix(functional.dropout(both, DROPOUT, self.training)).float()
        normed = functional.rms_norm(x, self.norm.shape, self.norm, eps=1e-6)
        gate, up = self.gate_up(normed).chunk(2, dim=-1)
        gated = functional.dropout(functional.silu(gate) * up, DROPOUT, self.training)
        return x + self.down(gated)


class Data(NamedTuple):
    """Positions in order; `best` (n, TOP) index the vocabulary of drafts."""

    hidden: Tensor
    tokens: Tensor
    window: Tensor
    best: Tensor


def main() -> None:
    """Train for some minutes, saving as it goes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path, help="the converted model's folder")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sources", type=Path, nargs="+", help="code whose words are drafted")
    parser.add_argument(
        "--resume", action="store_true", help="go on, more slowly, from the head in the package"
    )
    parser.add_argument("--minutes", type=float, default=20)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    manifest = Manifest.read(arguments.model)
    table = Embedding(arguments.model, manifest)
    known = heads.load(manifest.name) if arguments.resume else None
    ids_file = arguments.data / "ids.npy"
    if known:
        ids = known.tokens
    elif ids_file.exists():
        ids = np.load(ids_file)
    else:
        ids = frequent(arguments.model, manifest, arguments.sources)
        np.save(ids_file, ids)
    rows = torch.from_numpy(table(ids))
    embedding_scale = float(rows.std())
    embeddings = torch.from_numpy(table(np.arange(manifest.shape.vocabulary)) / embedding_scale)
    embeddings = embeddings.bfloat16()
    data = load(sorted(arguments.data.glob("[0-9]*.npz")), rows)
    spread = data.hidden[::37].float().std(dim=0)
    scale = torch.from_numpy(known.hidden_scale) if known else spread
    for part in data.hidden.split(1 << 16):  # of all at once it would make 32-bit copies
        part.div_(scale)
    rows = (rows * scale).bfloat16()
    starts = torch.nonzero(data.window[:-STEPS] == data.window[STEPS:]).squeeze(1)
    proof = data.window[starts] // 1000 % 16 == 15  # whole files of windows
    held_out, starts = starts[proof], starts[~proof]
    held_out = held_out[torch.randperm(len(held_out))[:4096]]
    print(f"{len(data.tokens)} positions, {len(starts)} to learn from", flush=True)

    head = Head(manifest.shape.hidden)
    if known:
        state = {"mix.bias": known.bias, "norm": known.norm}
        state |= {f"{name}.weight": matrix for name, matrix in known.matrices.items()}
        head.load_state_dict({name: torch.from_numpy(values) for name, values in state.items()})
    else:
        with torch.no_grad():
            regress(head.mix, data, embeddings, starts)
    rate = RATE / 3 if known else RATE
    average = copy.deepcopy(head).eval()
    optimizer = torch.optim.AdamW(head.parameters(), rate, weight_decay=0.05)

    def losses(at: Tensor, net: Head, steps: int, sampled: int) -> tuple[Tensor, list[float]]:
        """Return the loss of chains that start at some positions, and the share that is right."""
        state = data.hidden[at].bfloat16()
        total, right = torch.zeros(()), []
        alive = torch.ones(len(at), dtype=torch.bool)
        wanted = torch.cat([data.best[at + 1 + step] for step in range(steps)]).flatten()
        candidates = torch.cat([wanted, torch.randperm(len(ids))[:sampled]]).unique()
        chosen = rows[candidates]
        place = torch.zeros(len(ids), dtype=torch.long)
        place[candidates] = torch.arange(len(candidates))
        for step in range(steps):
            truth = data.hidden[at + 1 + step].bfloat16()
            best = place[data.best[at + 1 + step][:, 0]]
            with torch.autocast("cpu", torch.bfloat16):
                state = net(state, embeddings[data.tokens[at + 1 + step].long()])
                says = functional.linear(state, chosen)
                target = SOFT * functional.linear(truth, chosen).float().softmax(-1)
            target[torch.arange(len(at)), best] += 1 - SOFT
            far = functional.smooth_l1_loss(state.float(), truth.float())
            total = total + 0.7**step * (functional.cross_entropy(says.float(), target) + 0.2 * far)
            # A chain goes on only behind a token that was the target's own choice.
            alive &= says.argmax(-1) == best
            right.append(float(alive.float().mean()))
        return total, right

    began, count, shown = time.process_time(), 0, 0.0
    limit = 60 * arguments.minutes * torch.get_num_threads()  # a pause does not count
    while True:
        for at in starts[torch.randperm(len(starts))].split(BATCH):
            done = min(1.0, (time.process_time() - began) / limit)
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1.0, count / 100) * (0.01 + 0.99 * (1 - done))
            steps = 1 if done < ALONE else STEPS
            loss, right = losses(at.sort().values, head, steps, SAMPLED)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            count += 1
            with torch.no_grad():
                for slow, fast in zip(average.parameters(), head.parameters(), strict=True):
                    slow.lerp_(fast, max(0.005, 1 / (count + 1)))
            if time.process_time() - shown > 60 or done == 1:
                shown = time.process_time()
                with torch.no_grad():
                    proved_loss, proved = losses(held_out, average, STEPS, len(ids))
                print(
                    f"{done:4.0%} {count} batches ({count * BATCH / len(starts):.2f} epochs), loss "
                    f"{loss.item():.3f}, learnt {shares(right)}, held out {shares(proved)} "
                    f"({proved_loss.item():.3f})",
                    flush=True,
                )
                checkpoint = {"head": average.state_dict(), "scale": scale, "ids": ids}
                checkpoint["embedding_scale"] = embedding_scale
                torch.save(checkpoint, arguments.out.with_suffix(".pt"))
                write(arguments.out, average, scale, embedding_scale, ids)
            if done == 1:
                return


def regress(mix: nn.Linear, data: Data, embeddings: Tensor, starts: Tensor) -> None:
    """Start from the best linear prediction, in closed form."""
    width = mix.out_features
    square = torch.zeros(2 * width + 1, 2 * width + 1, dtype=torch.float64)
    product = torch.zeros(2 * width + 1, width, dtype=torch.float64)
    for at in starts[:: max(1, len(starts) // 60_000)].split(8192):
        e = embeddings[data.tokens[at + 1].long()].float()
        x = torch.cat([data.hidden[at].float(), e, torch.ones(len(at), 1)], dim=1)
        square += x.T @ x
        product += x.T @ data.hidden[at + 1].float()
    square.diagonal().add_(0.01 * float(square.diagonal().mean()))
    solved = torch.linalg.solve(square, product).float()
    mix.weight.copy_(solved[:-1].T)
    mix.bias.copy_(solved[-1])


def frequent(model: Path, manifest: Manifest, sources: list[Path]) -> np.ndarray:
    """Tokens to draft from: the most frequent ones of Python code, and those that end a text."""
    tokenizer = Tokenizer(model / "tokenizer.json", manifest.special, manifest.stop)
    counts: Counter[int] = Counter()
    paths = [path for source in sources for path in files(source)]
    for path in paths[:: max(1, len(paths) // 1500)]:
        text = path.read_text("utf-8", "ignore")[:20_000]
        counts.update(tokenizer.encode([Text(text, 1 << 20, "start")], heal=False).tokens)
    ids = [*tokenizer.stop, *(token for token, _ in counts.most_common())]
    ids += range(manifest.shape.vocabulary)  # low ids are frequent pairs of bytes
    return np.array(sorted(list(dict.fromkeys(ids))[:VOCABULARY]), np.int64)


def load(paths: list[Path], rows: Tensor) -> Data:
    """Read what was written, with the target's best tokens among those that can be drafted."""
    parts = []
    for number, path in enumerate(paths):
        with np.load(path) as arrays:
            hidden = torch.from_numpy(arrays["hidden"])
            tokens = torch.from_numpy(arrays["tokens"])
            window = torch.from_numpy(arrays["window"]) + 1000 * number
        kept = path.with_suffix(".best.npy")
        if not kept.exists():
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                best = [
                    functional.linear(part.float(), rows).topk(TOP).indices.int()
                    for part in hidden.split(1024)
                ]
            np.save(kept, torch.cat(best).numpy())
        parts.append(Data(hidden, tokens, window, torch.from_numpy(np.load(kept))))
    return Data(*(torch.cat(part) for part in zip(*parts, strict=True)))


def shares(values: list[float]) -> str:
    """Write some shares for a person."""
    return " ".join(f"{value:.3f}" for value in values)


def write(path: Path, head: Head, scale: Tensor, embedding_scale: float, ids: np.ndarray) -> None:
    """Write the head as Inkling's package holds it: 8-bit blocks with float16 scales."""
    arrays = {
        "tokens": ids.astype(np.int32),
        "hidden_scale": scale.numpy(),
        "embedding_scale": np.float32(embedding_scale),
        "bias": head.mix.bias.detach().numpy(),
        "norm": head.norm.detach().numpy(),
    }
    for name in ("mix", "gate_up", "down"):
        weight = getattr(head, name).weight.detach().numpy()
        codes, scales = quantize_8bit(weight)
        arrays[f"{name}_codes"] = (codes.astype(np.int16) - 128).astype(np.int8)
        arrays[f"{name}_scales"] = scales.astype(np.float16)
    np.savez(path, **arrays)


if __name__ == "__main__":
    main()
