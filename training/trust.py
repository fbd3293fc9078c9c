"""Measure how far draft tokens are to be trusted: what `inkling.engine.drafting.trust` starts from.

    python -m trust MODEL CORPUS.jsonl.xz [--files N]

At places of files that were kept back, in the mix of languages that the model learned from, it goes
on as it does for a person who types there, with the drafters of Inkling's engine: whenever the
person types something else than it wrote. Each token
that could have been drafted is recorded with what spoke for it and whether the model chose it. The
weights are a logistic regression over that; what they are worth is said for files that they were
not fitted to.
"""

import argparse
import itertools
import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from adapter.examples import MIX, Corpus, File
from adapter.product import title

from inkling.engine.decoding.decode import Costs, Decoder, Limits
from inkling.engine.decoding.recall import Recall
from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.draft import History, PromptLookup, References
from inkling.engine.drafting.head import DraftHead
from inkling.engine.drafting.trust import Evidence, Trust
from inkling.engine.manifest import Manifest
from inkling.engine.runtime.onnx import OnnxHeadSession, OnnxSession
from inkling.engine.runtime.pace import Pace
from inkling.engine.text.tokenizer import Tokenizer
from inkling.engine.wire import Special, Text

PLACES = 6  # in one file
SHORTEST = 1500  # characters of a file
TYPED = 40  # characters at one place
WRITTEN = 48  # tokens a request
HELD_OUT = 5  # of so many files, one is for proof
CERTAINTY = 1.0  # of the prior that a weight is 0

Row = tuple[Evidence, bool]


class Recording(Trust):
    """Learns as ever, and keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def learn(self, evidence: Evidence, *, right: bool) -> None:
        """Note it, and learn."""
        self.rows.append((evidence, right))
        super().learn(evidence, right=right)


def main() -> None:
    """Record at places of some files, then fit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path, help="the converted model's folder")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--files", type=int, default=100)
    arguments = parser.parse_args()
    manifest = Manifest.read(arguments.model)
    tokenizer = Tokenizer(arguments.model / "tokenizer.json", manifest.special, manifest.stop)
    session = OnnxSession(arguments.model, manifest, capacity=1024, threads=0)
    head = DraftHead(OnnxHeadSession(arguments.model, manifest))
    draw, pace = random.Random(0), Pace()
    corpus = Corpus(arguments.corpus, held=True)
    mix = {language: share for language, share in MIX.items() if corpus.files[language]}
    recorded: list[list[Row]] = []
    chosen = steps = 0
    for _ in range(arguments.files):
        file, beside = drawn(corpus, mix, draw)
        trust, history, references = Recording(), History(tokenizer), References(tokenizer)
        for other in beside:
            text = Text(other.text[:20_000], 1 << 20, "start")
            references.refer(other.path, tokenizer.encode([text], heal=False).tokens)
        copiers = [references, history, PromptLookup(tokenizer)]
        arbiter = Arbiter(tokenizer, copiers, head, trust)
        decoder = Decoder(session, tokenizer, arbiter, pace, Recall(tokenizer))
        text, above = file.text, title(Path(file.path).name, file.language)
        for start, cursor, end in places(text, draw):
            left = Text(text[:cursor] + text[cursor + TYPED :], 1 << 20, "start")
            references.refer(file.path, tokenizer.encode([left], heal=False).tokens)
            written, since = "", cursor
            for at in range(cursor, min(cursor + TYPED, end)):
                if at > cursor and written.startswith(text[since:at]):
                    continue
                before = Text(above + text[start:at], 640, "end")
                behind = Text(text[end : end + 300], 128, "start")
                prompt = tokenizer.encode(
                    [
                        *(Special("fim_prefix"), Special("fim_suffix"), behind),
                        *(Special("fim_middle"), before),
                    ]
                )
                found = list(decoder.decode(prompt, Limits(WRITTEN, math.inf), Costs()))
                chosen += sum(step.chosen for step in found if not step.recalled)
                steps += sum(not step.recalled for step in found)
                history.remember(prompt.tokens, [t for step in found for t in step.tokens])
                written, since = "".join(step.text for step in found), at
        recorded.append(trust.rows)
    print(f"{len(recorded)} files, {steps} steps: {chosen / steps:.3f} tokens a step")
    report(recorded)


def drawn(
    corpus: Corpus, mix: dict[str, float], draw: random.Random
) -> tuple[File, Sequence[File]]:
    """Draw a file that is long enough, and two others of its package, if there are so many."""
    while True:
        language = draw.choices(list(mix), list(mix.values()))[0]
        file, files = corpus.draw(language, draw)
        if len(file.text) > SHORTEST:
            others = [other for other in files if other is not file]
            return file, draw.sample(others, min(2, len(others)))


def places(text: str, draw: random.Random) -> list[tuple[int, int, int]]:
    """Draw where a prompt starts, the cursor is, and the text behind it starts again."""
    found = []
    for _ in range(PLACES):
        cursor = draw.randrange(400, len(text) - 200)
        end = text.find("\n", cursor + draw.choice((0, 20, 60, 150))) + 1 or len(text)
        start = text.find("\n", max(0, cursor - draw.randrange(700, 1700))) + 1
        found.append((min(start, cursor), cursor, end))
    return found


def report(recorded: Sequence[Sequence[Row]]) -> None:
    """Fit to most files, say what that is worth for the others, and print weights of all."""
    proof = [rows for i, rows in enumerate(recorded) if i % HELD_OUT == 0]
    learnt = [rows for i, rows in enumerate(recorded) if i % HELD_OUT]
    names = sorted({name for rows in recorded for found, _ in rows for name in found})
    share = np.mean([right for rows in learnt for _, right in rows])
    known, truth = table(proof, names)
    print(f"on {len(truth)} tokens of other files, in bits each:")
    print(f"  knowing nothing  {bits(np.full(len(truth), share), truth):.4f}")
    now = np.array([Trust().probability(found) for rows in proof for found, _ in rows])
    print(f"  as it is         {bits(now, truth):.4f}")
    fitted = probabilities(known, fit(*table(learnt, names)))
    print(f"  fitted           {bits(fitted, truth):.4f}")
    for name, weight in zip(names, fit(*table(recorded, names)), strict=True):
        print(f'        "{name}": {weight:.2f},')


def table(recorded: Sequence[Sequence[Row]], names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Lay out rows as evidence (n, names) and truth (n,)."""
    rows = list(itertools.chain.from_iterable(recorded))
    values = [[found.get(name, 0.0) for name in names] for found, _ in rows]
    return np.array(values), np.array([right for _, right in rows], np.float64)


def fit(known: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Find the most likely weights (names,), by Newton's method."""
    weights = np.zeros(known.shape[1])
    for _ in range(30):
        guess = probabilities(known, weights)
        curvature = (known * (guess * (1 - guess))[:, None]).T @ known
        curvature[np.diag_indices_from(curvature)] += CERTAINTY
        slope = known.T @ (truth - guess) - CERTAINTY * weights
        weights += np.linalg.solve(curvature, slope)
    return weights


def probabilities(known: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the probability of each row."""
    return 1 / (1 + np.exp(-known @ weights))


def bits(guess: np.ndarray, truth: np.ndarray) -> float:
    """Return how many bits a row takes to say, if `guess` is expected."""
    said = np.where(truth > 0, guess, 1 - guess)
    return float(-np.log2(np.maximum(said, 1e-12)).mean())


if __name__ == "__main__":
    main()
