"""What the target model sees and says: what a draft head learns from.

Prompts of the adapter's examples are read by the model with its adapter; where the gap is it goes
on greedily, since its own text is what will be drafted. Kept is, of the text before the cursor and
of what is written, what the output head sees at each token.
"""

from typing import NamedTuple

import numpy as np
import torch
from adapter.examples import Example
from adapter.qwen2 import Qwen2, Rows
from torch import Tensor
from torch.nn import functional

READ = 400  # tokens before the cursor that are kept
WRITTEN = 32
AT_ONCE = 300_000  # tokens in the cache


class Recorded(NamedTuple):
    """Positions in order: the token, what is seen there (n, hidden), whether the model wrote it,
    and the number of its prompt.
    """

    tokens: Tensor
    hidden: Tensor
    written: Tensor
    window: Tensor


@torch.no_grad()
def record(model: Qwen2, examples: list[Example], stop: frozenset[int]) -> Recorded:
    """Read and write on from the gaps of some examples."""
    by_length = sorted(range(len(examples)), key=lambda i: -examples[i].gap)
    parts, at = [], 0
    while at < len(by_length):
        longest = examples[by_length[at]].gap + WRITTEN
        numbers = by_length[at : at + max(1, AT_ONCE // longest)]
        parts.append(_part(model, [examples[i] for i in numbers], numbers, stop))
        at += len(numbers)
    return Recorded(*(torch.cat(part) for part in zip(*parts, strict=True)))


def _part(
    model: Qwen2, examples: list[Example], numbers: list[int], stop: frozenset[int]
) -> Recorded:
    device = model.norm.device
    sizes = torch.tensor([example.gap for example in examples], device=device)
    count, longest = len(examples), int(sizes.max())
    tokens = np.zeros((count, longest), np.int64)
    for row, example in zip(tokens, examples, strict=True):
        row[: example.gap] = example.tokens[: example.gap]
    prompt = torch.from_numpy(tokens).to(device)
    cache: list[tuple[Tensor, Tensor]] = []
    read = model(Rows(prompt.flatten(), count, longest), cache).view(count, longest, -1)
    cache = [
        (functional.pad(k, (0, 0, 0, WRITTEN)), functional.pad(v, (0, 0, 0, WRITTEN)))
        for k, v in cache
    ]
    each = torch.arange(count, device=device)
    hidden, going = read[each, sizes - 1], torch.ones(count, dtype=torch.bool, device=device)
    ends = torch.tensor(sorted(stop), device=device)
    said, seen, alive = [], [], []
    for step in range(WRITTEN):
        token = model.known[model.logits(hidden).argmax(-1)]
        going = going & ~torch.isin(token, ends)
        if not bool(going.any()):
            break
        hidden = model.step(token, sizes + step, cache)
        said.append(token)
        seen.append(hidden)
        alive.append(going)
    firsts = torch.tensor(
        [max(example.prefix, example.gap - READ) for example in examples], device=device
    )
    at = torch.arange(longest, device=device)
    kept = (at >= firsts[:, None]) & (at < sizes[:, None])
    window = torch.tensor(numbers, device=device)
    # Behind each other, prompt by prompt: what was read, then what was written.
    all_tokens = torch.cat([prompt, *(t[:, None] for t in said)], 1)
    all_hidden = torch.cat([read, *(h[:, None] for h in seen)], 1)
    all_kept = torch.cat([kept, *(a[:, None] for a in alive)], 1)
    wrote = torch.arange(all_kept.shape[1], device=device).expand_as(all_kept) >= longest
    return Recorded(
        all_tokens[all_kept].int(),
        all_hidden[all_kept].bfloat16(),
        wrote[all_kept],
        window[:, None].expand_as(all_kept)[all_kept].int(),
    )
