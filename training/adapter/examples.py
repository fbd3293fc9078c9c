"""Make examples of a corpus: prompts as Inkling sends them, and what belongs in their gaps.

    python -m adapter.examples MODEL CORPUS.jsonl.xz OUT [--learned N] [--judged N] [--processes N]

`OUT/learned.npz` holds N examples in the order in which they are learned from, `OUT/judged.npz` N
of each language from the packages that were kept back, `OUT/counts.npy` how often each token is
there, and `OUT/breaks.npy` the tokens that hold a line feed.
"""

import argparse
import json
import lzma
import multiprocessing
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from adapter import gaps, product

MIX = {
    "python": 0.5,
    "javascript": 0.055,
    "javascriptreact": 0.005,
    "typescript": 0.06,
    "typescriptreact": 0.03,
    "go": 0.055,
    "rust": 0.055,
    "c": 0.035,
    "cpp": 0.045,
    "java": 0.045,
    "ruby": 0.03,
    "php": 0.03,
    "shellscript": 0.025,
    "html": 0.006,
    "css": 0.005,
    "scss": 0.005,
    "json": 0.004,
    "yaml": 0.005,
    "markdown": 0.008,
}
"""Shares of the examples."""
PROJECT = 0.5
"""In so many prompts stand the parts of the package's other files that are like the place, if there
are any."""
_OTHERS = 16  # files that are looked into
UNTITLED = 0.04
LONGEST = 2048  # tokens
SHORTEST = 12


class File(NamedTuple):
    """A file of a package."""

    path: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and what belongs in its gap. From `prefix` on the tokens are code in its order;
    from `gap` on they fill the gap, and the last one ends the text.
    """

    tokens: np.ndarray
    prefix: int
    gap: int
    language: str
    kind: str


class Corpus:
    """Packages' files by language."""

    def __init__(self, path: Path, *, held: bool) -> None:
        self.files: dict[str, dict[str, list[File]]] = defaultdict(lambda: defaultdict(list))
        with lzma.open(path, "rt", encoding="utf-8") as stream:
            for line in stream:
                found = json.loads(line)
                if found["held"] == held:
                    file = File(found["path"], found["language"], found["text"])
                    self.files[file.language][found["package"]].append(file)
        self.weights = {
            language: [sum(len(file.text) for file in files) ** 0.5 for files in packages.values()]
            for language, packages in self.files.items()
        }

    def draw(self, language: str, chance: random.Random) -> tuple[File, list[File]]:
        """Draw a file of a package, and say which ones that has."""
        packages = self.files[language]
        name = chance.choices(list(packages), self.weights[language])[0]
        files = packages[name]
        weights = [min(len(file.text), 20_000) ** 0.5 for file in files]
        return chance.choices(files, weights)[0], files


def main() -> None:
    """Read the command line and make both sets."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path, help="the converted model's folder")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--learned", type=int, default=80_000)
    parser.add_argument("--judged", type=int, default=150, help="of each language")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--project", type=float, default=PROJECT)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    common = (arguments.model, arguments.corpus, arguments.project)
    judged = make(common, arguments.judged, arguments.processes, held=True)
    write(arguments.out / "judged.npz", judged)
    print(len(judged), "examples to judge by", flush=True)
    learned = make(common, arguments.learned, arguments.processes, held=False)
    write(arguments.out / "learned.npz", learned)
    counts = np.zeros(1 << 18, np.int64)
    for example in [*learned, *judged]:
        np.add.at(counts, example.tokens[example.prefix :], 1)
    np.save(arguments.out / "counts.npy", counts)
    tokens = product.tokenizer(arguments.model)
    breaks = [i for i in range(1 << 17) if b"\n" in (tokens.bytes[i] or b"")]
    np.save(arguments.out / "breaks.npy", np.array(breaks))
    sizes = [len(example.tokens) for example in learned]
    print(f"{len(learned)} examples to learn from, {np.mean(sizes):.0f} tokens each", flush=True)


_state: tuple[Corpus, product.Tokenizer, float] | None = None


def make(
    common: tuple[Path, Path, float], count: int, processes: int, *, held: bool
) -> list[Example]:
    """Make examples in some processes; always the same ones."""
    global _state  # noqa: PLW0603 # forked processes find the corpus there
    model, corpus, project = common
    _state = Corpus(corpus, held=held), product.tokenizer(model), project
    if held:
        chunks = [(language, count, 1) for language in MIX if _state[0].files[language]]
    else:
        chunks = [("", 500, 1000 + i) for i in range(count // 500 + 1)]
    if processes == 1:
        made = [part(*chunk) for chunk in chunks]
    else:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            made = pool.starmap(part, chunks, chunksize=1)
    return [example for each in made for example in each]


def part(language: str, count: int, seed: int) -> list[Example]:
    """Make so many examples, of one language or of the mix."""
    if _state is None:
        raise RuntimeError("there is no corpus to draw from")
    corpus, tokens, project = _state
    chance = random.Random(f"{language} {seed}")
    mix = {each: share for each, share in MIX.items() if corpus.files[each]}
    made: list[Example] = []
    for _ in range(5 * count):
        if len(made) == count:
            break
        of = language or chance.choices(list(mix), list(mix.values()))[0]
        kind = chance.choices(list(gaps.KINDS), list(gaps.KINDS.values()))[0]
        for _ in range(20):  # some kinds come to nothing more often than others
            example = one(corpus, of, kind, tokens, chance, 0.0 if language else project)
            if example:
                made.append(example)
                break
    return made


def one(
    corpus: Corpus,
    language: str,
    kind: str,
    tokens: product.Tokenizer,
    chance: random.Random,
    project: float,
) -> Example | None:
    """Draw a file and a gap in it; None if that came to nothing."""
    file, others = corpus.draw(language, chance)
    gap = gaps.draw(file.text, kind, chance)
    if gap is None:
        return None
    middle, after = file.text[gap.begin : gap.end], file.text[gap.end : gap.length]
    text = file.text[: gap.begin] + after
    size = product.within(_read(chance))
    name = PurePosixPath(file.path).name
    prefix, suffix = product.window(name, language, text, gap.begin, size)
    # Closing brackets that the window leaves out of the suffix are the model's to write.
    left_out = after.find(suffix)
    if not 0 <= left_out <= 60:
        return None
    middle += after[:left_out]
    above = "" if chance.random() < UNTITLED else product.title(name, language)
    if chance.random() < project:
        chosen = chance.sample(others, min(len(others), _OTHERS))
        beside = ((other.path, other.text) for other in chosen if other.path != file.path)
        here = file.path, language, text
        above = product.alike(here, gap.begin, (prefix, suffix), beside, size) + above
    before, _, _ = product.encoded(tokens, prefix, suffix, above)
    whole, first, cut = product.encoded(tokens, prefix + middle, suffix, above)
    if cut or not SHORTEST <= len(whole) < LONGEST:
        return None
    # One text: the model must not see where the gap begins.
    shared = zip(before, whole, strict=False)
    at = next((i for i, (a, b) in enumerate(shared) if a != b), len(before))
    end = min(tokens.stop)  # of all tokens that stop it, the one that ends a document
    return Example(np.array([*whole, end], np.int32), first, max(at, first), language, gap.kind)


def _read(chance: random.Random) -> float:
    """How many tokens of a place are read: all, as many as an old machine reads, or what is read of
    it just after a jump.
    """
    most, least = chance.choices(
        ((1.0, 1.0), (0.35, 1.0), (0.1, 0.35), (0.035, 0.1)), (0.45, 0.25, 0.15, 0.15)
    )[0]
    return product.WHOLE * chance.uniform(most, least)


def write(path: Path, made: list[Example]) -> None:
    """Write examples as flat arrays."""
    languages, kinds = list(MIX), list(gaps.KINDS)
    np.savez(
        path,
        tokens=np.concatenate([example.tokens for example in made]),
        sizes=np.array([len(example.tokens) for example in made], np.int32),
        prefix=np.array([example.prefix for example in made], np.int32),
        gap=np.array([example.gap for example in made], np.int32),
        language=np.array([languages.index(example.language) for example in made], np.int8),
        kind=np.array([kinds.index(example.kind) for example in made], np.int8),
    )


def read(path: Path, place: np.ndarray | None = None) -> list[Example]:
    """Read examples that `write` wrote; those alone whose tokens all have a `place`."""
    languages, kinds = list(MIX), list(gaps.KINDS)
    with np.load(path) as arrays:
        tokens = np.split(arrays["tokens"], np.cumsum(arrays["sizes"])[:-1])
        rest = zip(
            *(arrays[n].tolist() for n in ("prefix", "gap", "language", "kind")), strict=True
        )
        return [
            Example(each, prefix, gap, languages[language], kinds[kind])
            for each, (prefix, gap, language, kind) in zip(tokens, rest, strict=True)
            if place is None or (place[each] >= 0).all()
        ]


if __name__ == "__main__":
    main()
