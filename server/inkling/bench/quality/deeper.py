"""A deep model beside the sprinter: what each says, at the same places, to who asks by a key.

Here a clock counts. Each is asked as a server asks it on this machine, with its drafts, but with
nothing read before; the deep one has its time and is shown what it reads in a part of that. Other
files are shown to neither.
"""

import hashlib
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from inkling.backends.base import Backend
from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Ask, Asked, Said, snapshot_of
from inkling.bench.quality.replay import waited
from inkling.context.window import NEAR, Sight
from inkling.suggest.confidence import Weighed
from inkling.suggest.deep import sight
from inkling.suggest.generations import Cache
from inkling.suggest.modes import DEEP, INVOKED, Mode
from inkling.suggest.work import Work


@dataclass(frozen=True, slots=True)
class Runner:
    """How a model is asked: in a mode, within a budget, and with how much of a place."""

    mode: Mode
    budget_ms: float
    sight: Sight


SPRINTER: Final = Runner(INVOKED, math.inf, NEAR)
"""What its budget cuts off comes as it grows."""
DEEPER: Final = Runner(DEEP, DEEP.budget_ms, sight(DEEP))


@asynccontextmanager
async def asking(runner: Runner, backend: Backend) -> AsyncIterator[Ask]:
    """What a server asks of a model that knows nothing of other files."""
    work = Work(backend, Cache(0), sight=runner.sight)

    async def ask(case: Case) -> Asked:
        prompt = work.prompt(work.at(snapshot_of(case)))
        return Asked(prompt, most=runner.mode.max_tokens, budget_ms=runner.budget_ms)

    yield ask


def key(case: Case, weights: str) -> str:
    """Name what is said at a case; how much the model is shown follows from the machine's pace."""
    said = f"{weights}\n{case.name}\n{case.begin}\n{case.end}"
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


def took(found: Sequence[tuple[Case, Said, Sequence[Weighed]]], runner: Runner) -> dict[str, Any]:
    """What it took: seconds until a person saw a first line, and all of what is shown, each as
    median and as what nine of ten took at most, of `n` places where something is; `late`, at how
    many time cut it off; and the most that the engine held in memory, in bytes.

    Of each case come the texts that may be shown, the longest first.
    """
    waits = [
        waited(case, said, runner.mode, texts[0].text if texts else "")
        for case, said, texts in found
    ]
    known = np.array([each for each in waits if each is not None]).reshape(-1, 2)
    ends = {
        name: dict(zip(("median", "most"), np.quantile(column, [0.5, 0.9]).tolist(), strict=True))
        for name, column in zip(("first", "whole"), known.T, strict=True)
        if column.size
    }
    return {
        "n": len(known),
        **ends,
        "late": sum(
            said.why == "deadline" and not any(one.evidence and one.evidence.whole for one in texts)
            for _, said, texts in found
        ),
        "promptTokens": float(np.median([said.prompt_tokens for _, said, _ in found])),
        "own": max(said.took.own for _, said, _ in found),
        "pss": max(said.took.pss for _, said, _ in found),
    }
