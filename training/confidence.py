"""Fits how likely something of a suggestion is right, on cases that are in no report.

    python confidence.py MODEL_FOLDER CACHE [BENCH.json ...]

It learns from what was recorded of the split to look at (`inkling eval --record --split look`),
each case at several lengths, and from texts that came up while files were
typed (`inkling bench --json` with `--server-option eagerness=eager`). Right is what a person would
take, all of it or its first lines or words, by the rule of `bench/accept`. It is a logistic
regression. It prints the coefficients as `server/inkling/suggest/confidence.toml` has them, and how
they do on folds that were held back: whole files, never places of one file on both sides.
"""

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkling.bench import accept
from inkling.bench.accept import Verdict
from inkling.bench.quality import cutting, evaluate, recording, replay
from inkling.suggest.confidence import Evidence
from inkling.suggest.modes import AUTOMATIC

FOLDS = 5
STEPS = 5000
LENGTHS = 3
"""So many beginnings of what is said at one place are learned from."""
PRIOR = {"one": 0.01, "language": 8.0}
"""Ridge penalties: a language must differ much to count."""
PENALTY = 1.0
RIGHT = {"all", "lines", "words"}


@dataclass(frozen=True)
class Example:
    """A text of a file: what was known of it, what a person would take, how much they took."""

    file: str
    known: Evidence
    verdict: Verdict
    taken: int = 0


def cases(model: Path, cache: Path) -> Iterator[Example]:
    """Yield examples of the split to look at."""
    manifest = (model / "model.json").read_bytes()
    weights, layout = evaluate.weights_of(manifest), json.loads(manifest)["layout"]
    said = recording.read(cache / "look.jsonl")
    for case in cutting.cases("look", cache / "packages"):
        parts = recording.prompt_of(recording.snapshot_of(case), layout)
        found = said.get(recording.key(parts, weights))
        if found is not None:
            for one in replay.suggested(case, found, AUTOMATIC)[:LENGTHS]:
                verdict = accept.decide(one.text.rstrip(), case.reference.rstrip()).verdict
                yield Example(case.name, one.evidence, verdict)


def typed(path: Path) -> Iterator[Example]:
    """Yield examples of a report of `inkling bench`."""
    subject = json.loads(path.read_text("utf-8"))["subjects"][0]
    for play, verdict, taken, _odds, known in subject["samples"]["texts"]:
        if known is not None and verdict != "unclear":
            names = Evidence.__dataclass_fields__
            told = {name: known[name] for name in names} | {"log_probs": tuple(known["log_probs"])}
            yield Example(subject["plays"][play]["file"], Evidence(**told), verdict, taken)


def fit(examples: Sequence[Example], names: Sequence[str]) -> np.ndarray:
    """Fit by projected gradients; return a coefficient for each name.

    What the model finds less probable must not make a text surer, whatever chance says.
    """
    x, y = matrix(examples, names), right(examples).astype(float)
    ridge = np.array([penalty(name) for name in names])
    low = np.array([0.0 if name in ("first", "mean", "least") else -np.inf for name in names])
    high = np.array([0.0 if name == "sum" else np.inf for name in names])
    rate = 1 / (np.linalg.norm(x, 2) ** 2 / 4 + ridge.max())
    w = ahead = np.zeros(len(names))
    for step in range(1, STEPS):
        p = 1 / (1 + np.exp(-x @ ahead))
        moved = np.clip(ahead - rate * (x.T @ (p - y) + ridge * ahead), low, high)
        ahead, w = moved + step / (step + 3) * (moved - w), moved
    return w


def right(examples: Sequence[Example]) -> np.ndarray:
    """Which of them a person would take something of."""
    return np.array([each.verdict in RIGHT for each in examples])


def penalty(name: str) -> float:
    """How much a coefficient is held back."""
    return PRIOR.get(name.partition(":")[0], PENALTY)


def matrix(examples: Sequence[Example], names: Sequence[str]) -> np.ndarray:
    """A row of features for each example."""
    rows = [each.known.features() for each in examples]
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def held_back(examples: Sequence[Example], names: Sequence[str]) -> np.ndarray:
    """The log-odds of each example by what was fitted without its file."""
    files = sorted({each.file for each in examples})
    fold = {name: number % FOLDS for number, name in enumerate(files)}
    found = np.zeros(len(examples))
    for number in range(FOLDS):
        inside = [each for each in examples if fold[each.file] != number]
        outside = [at for at, each in enumerate(examples) if fold[each.file] == number]
        w = fit(inside, names)
        found[outside] = matrix([examples[at] for at in outside], names) @ w
    return found


def main() -> None:
    """Fit, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("reports", type=Path, nargs="*")
    options = parser.parse_args()
    examples = list(cases(options.model, options.cache))
    for report in options.reports:
        examples += typed(report)
    names = sorted({name for each in examples for name in each.known.features()})
    odds, good = held_back(examples, names), right(examples)
    p, base = 1 / (1 + np.exp(-odds)), good.mean()
    loss = -np.mean(np.where(good, np.log(p), np.log1p(-p)))
    plain = -(base * math.log(base) + (1 - base) * math.log(1 - base))
    print(f"# {len(examples)} texts of {len({e.file for e in examples})} files, {base:.3f} right")
    print(f"# held back: loss {loss:.3f}, of the mean alone {plain:.3f}")
    for part in np.array_split(np.argsort(p), 10):
        print(f"#   said {p[part].mean():.2f}, right {good[part].mean():.2f}, n = {len(part)}")
    print("\n[coefficients]")
    for name, weight in zip(names, fit(examples, names), strict=True):
        print(f"{json.dumps(name)} = {weight:.3f}")
    taken = np.array([each.taken for each in examples])
    wrong = np.array([each.verdict == "wrong" for each in examples])
    print(f"\n# {'odds':>5} {'shown':>6} {'right':>6} {'by Tab':>6} {'wrong':>6}  held back")
    for least in np.arange(-3, 2.1, 0.25):
        sure = odds >= least
        by_tab = taken[sure].sum() / max(1, taken.sum())
        told = sure.mean(), good[sure].mean(), by_tab, wrong[sure].sum()
        print(f"# {least:5.2f}" + "".join(f" {one:6.2f}" for one in told[:3]) + f" {told[3]:6}")


if __name__ == "__main__":
    main()
