"""Train a draft head for a model with its adapter, and write it as the package holds it.

    python -m draft_head.train MODEL.gguf ADAPTER.gguf EXAMPLES HEAD.npz [--minutes M]

`EXAMPLES` is what `adapter.examples` wrote. The head sees h, what the target's output head saw at
a token, and the embedding of the token chosen there; it predicts the next h, whose logits come from
rows of the target's own output head (EAGLE, arXiv:2401.15077; Hydra, arXiv:2402.05109). It learns
the target's distribution at each position, not the text, and is unrolled over its own predictions,
since drafts are chained.
"""

import argparse
import copy
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from adapter.examples import read
from adapter.product import STOP, Weights, quantize_8bit, read_head
from adapter.product import Head as Known
from adapter.qwen2 import Merged, Qwen2, read_adapter
from draft_head.data import Recorded, record
from torch import Tensor, nn
from torch.nn import functional

VOCABULARY = 16384  # tokens that can be drafted
INNER = 768
STEPS = 2  # drafts in a chain
SOFT = 0.6  # how much the target's whole distribution counts beside its choice
ALONE = 0.45  # of the time, single drafts are learnt; then chains of them
OFTENER = 3  # what the model wrote is learnt from so much more often than what it read
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


class Table(NamedTuple):
    """What tokens are made of: `ids` can be drafted, and `rows` say them."""

    ids: np.ndarray
    rows: Tensor
    embeddings: Tensor
    place: Tensor
    embedding_scale: float


class Judge:
    """The loss of chains that start at some positions, and the shares that are right."""

    def __init__(self, data: Recorded, table: Table, scale: Tensor) -> None:
        self.data, self.table, self.scale = data, table, scale
        self.says = (table.rows.float() * scale).bfloat16()
        same = data.window[:-STEPS] == data.window[STEPS:]
        self.starts = torch.nonzero(same).squeeze(1)

    def hidden(self, at: Tensor) -> Tensor:
        """What is seen at some positions, scaled."""
        return (self.data.hidden[at].float() / self.scale).bfloat16()

    def embedded(self, at: Tensor) -> Tensor:
        """Scaled embeddings of the tokens there."""
        return self.table.embeddings[self.table.place[self.data.tokens[at].long()]]

    def __call__(self, at: Tensor, net: nn.Module, steps: int) -> tuple[Tensor, Tensor]:
        """Return both for a batch of positions."""
        state, total, right = self.hidden(at), torch.zeros((), device=at.device), []
        alive = torch.ones(len(at), dtype=torch.bool, device=at.device)
        for step in range(steps):
            truth = self.hidden(at + 1 + step)
            with torch.autocast(at.device.type, torch.bfloat16):
                state = net(state, self.embedded(at + 1 + step))
                says = functional.linear(state, self.says)
                wanted = functional.linear(truth, self.says)
            best = wanted.argmax(-1)
            target = SOFT * wanted.float().softmax(-1)
            target[torch.arange(len(at), device=at.device), best] += 1 - SOFT
            far = functional.smooth_l1_loss(state.float(), truth.float())
            total = total + 0.7**step * (functional.cross_entropy(says.float(), target) + 0.2 * far)
            # A chain goes on only behind a token that was the target's own choice.
            alive = alive & (says.argmax(-1) == best)
            right.append(alive.float().mean())
        return total, torch.stack(right)

    @torch.no_grad()
    def shares(self, net: nn.Module, at: Tensor) -> str:
        """Say how often the first, and the first and second tokens are right."""
        found = [self(part, net, STEPS)[1] for part in at.split(2048) if len(part) == 2048]
        found = found or [self(at, net, STEPS)[1]]
        return " ".join(f"{value:.3f}" for value in torch.stack(found).mean(0).tolist())


def main() -> None:
    """Record what the model sees, then train for some minutes, saving as it goes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--prompts", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=1.6)
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--compare", type=Path, help="another head, judged on the same positions")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_float32_matmul_precision("high")
    began = time.monotonic()
    model = Qwen2(Weights(arguments.gguf), 0).to(arguments.device)
    table = tabled(model, np.load(arguments.examples / "counts.npy"))
    place = model.place.cpu().numpy()
    learned = read(arguments.examples / "learned.npz", place)[-arguments.prompts :]
    judged = read(arguments.examples / "judged.npz", place)[:: max(1, 20_000 // arguments.prompts)]
    with Merged(model, read_adapter(arguments.adapter)):
        data = record(model, learned, STOP)
        proof = record(model, judged, STOP)
    scale = data.hidden[::37].float().std(dim=0)
    judge = Judge(data, table, scale)
    weights = torch.where(data.written[judge.starts], OFTENER, 1)
    starts = judge.starts.repeat_interleave(weights)
    print(
        f"{len(data.tokens)} positions, {int(data.written.sum())} of them written, after "
        f"{time.monotonic() - began:.0f} s",
        flush=True,
    )
    proving = Judge(proof, table, scale)
    written = proving.starts[proof.written[proving.starts]]
    others = proving.starts[~proof.written[proving.starts]][::3]
    for path in [arguments.compare] if arguments.compare else []:
        other = compared(path, proof, model)
        print(
            "the other head:",
            other[0].shares(other[1], written),
            "where the model wrote,",
            other[0].shares(other[1], others),
            "where it read",
            flush=True,
        )
    head = Head(model.shape.hidden).to(arguments.device)
    regress(head.mix, judge)
    average = copy.deepcopy(head).eval()
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=0.05)
    began, count, shown = time.monotonic(), 0, 0.0
    while True:
        order = starts[torch.randperm(len(starts), device=starts.device)]
        for at in order.split(arguments.batch):
            done = min(1.0, (time.monotonic() - began) / 60 / arguments.minutes)
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, count / 100) * (0.01 + 0.99 * (1 - done))
            lost, right = judge(at, head, 1 if done < ALONE else STEPS)
            optimizer.zero_grad(set_to_none=True)
            lost.backward()
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            count += 1
            with torch.no_grad():
                for slow, fast in zip(average.parameters(), head.parameters(), strict=True):
                    slow.lerp_(fast, max(0.005, 1 / (count + 1)))
            if time.monotonic() - shown > 20 or done == 1:
                shown = time.monotonic()
                print(
                    f"{done:4.0%} {count} batches ({count * arguments.batch / len(starts):.2f} "
                    f"epochs), loss {lost.item():.3f}, learnt {right.tolist()}, kept back "
                    f"{proving.shares(average, written)} where it wrote, "
                    f"{proving.shares(average, others)} where it read",
                    flush=True,
                )
                write(arguments.out, average, scale, table)
            if done == 1:
                return


def tabled(model: Qwen2, counts: np.ndarray) -> Table:
    """Choose the tokens that can be drafted: the most frequent ones, and those that end a text."""
    known = model.known.cpu().numpy()
    order = known[np.argsort(-counts[known], kind="stable")]
    chosen = list(dict.fromkeys([*sorted(STOP & set(known.tolist())), *order.tolist()]))
    ids = np.array(sorted(chosen[:VOCABULARY]), np.int64)
    rows = model.head[model.place[torch.from_numpy(ids).to(model.place.device)]]
    scale = float(rows.float().std())
    return Table(ids, rows, (model.head.float() / scale).bfloat16(), model.place, scale)


def compared(path: Path, proof: Recorded, model: Qwen2) -> tuple[Judge, nn.Module]:
    """Another head that was written, and a judge with its tokens and scales."""
    known: Known = read_head(path)
    device = model.norm.device
    place = model.place[torch.from_numpy(known.tokens).to(device)]
    rows = torch.where((place >= 0)[:, None], model.head[place], 0)
    scale = float(known.embedding_scale[0])
    table = Table(known.tokens, rows, (model.head.float() / scale).bfloat16(), model.place, scale)
    head = Head(model.shape.hidden)
    state = {"mix.bias": known.bias, "norm": known.norm}
    state |= {f"{name}.weight": matrix for name, matrix in known.matrices.items()}
    head.load_state_dict({name: torch.from_numpy(values) for name, values in state.items()})
    judge = Judge(proof, table, torch.from_numpy(known.hidden_scale).to(device))
    return judge, head.to(device).eval()


@torch.no_grad()
def regress(mix: nn.Linear, judge: Judge) -> None:
    """Start from the best linear prediction, in closed form."""
    width, device = mix.out_features, mix.weight.device
    square = torch.zeros(2 * width + 1, 2 * width + 1, dtype=torch.float64, device=device)
    product = torch.zeros(2 * width + 1, width, dtype=torch.float64, device=device)
    for at in judge.starts[:: max(1, len(judge.starts) // 60_000)].split(8192):
        ones = torch.ones(len(at), 1, device=device)
        x = torch.cat([judge.hidden(at).float(), judge.embedded(at + 1).float(), ones], dim=1)
        square += x.T @ x
        product += x.T @ judge.hidden(at + 1).float()
    square.diagonal().add_(0.01 * float(square.diagonal().mean()))
    solved = torch.linalg.solve(square, product).float()
    mix.weight.copy_(solved[:-1].T)
    mix.bias.copy_(solved[-1])


def write(path: Path, head: Head, scale: Tensor, table: Table) -> None:
    """Write the head as Inkling's package holds it: 8-bit blocks with float16 scales."""
    arrays = {
        "tokens": table.ids.astype(np.int32),
        "hidden_scale": scale.cpu().numpy(),
        "embedding_scale": np.float32(table.embedding_scale),
        "bias": head.mix.bias.detach().cpu().numpy(),
        "norm": head.norm.detach().cpu().numpy(),
    }
    for name in ("mix", "gate_up", "down"):
        codes, scales = quantize_8bit(getattr(head, name).weight.detach().cpu().numpy())
        arrays[f"{name}_codes"] = (codes.astype(np.int16) - 128).astype(np.int8)
        arrays[f"{name}_scales"] = scales.astype(np.float16)
    np.savez(path, **arrays)


if __name__ == "__main__":
    main()
