"""What a converted model writes in the engine itself: 8 bits, greedy, with its draft head.

    python -m check MODEL EXAMPLES [--count N] [--skip N] [--out FILE.json]

`EXAMPLES` is what `adapter.examples` wrote; half of those taken are Python, the rest of all other
languages. A line is right where what is written has the text's own up to the line's end; a gap,
where it ends there too. Tokens a step say what drafting is worth.
"""

import argparse
import json
import math
from pathlib import Path

from adapter.examples import Example, read

from inkling.engine.decoding.decode import Costs, Decoder, Limits
from inkling.engine.decoding.recall import Recall
from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.draft import PromptLookup
from inkling.engine.drafting.head import DraftHead
from inkling.engine.drafting.trust import Trust
from inkling.engine.manifest import Manifest
from inkling.engine.runtime.onnx import OnnxHeadSession, OnnxSession
from inkling.engine.runtime.pace import Pace
from inkling.engine.text.tokenizer import Encoded, Tokenizer

WRITTEN = 48


def main() -> None:
    """Read the command line, write at each place, and say how that went."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path, help="the converted model's folder")
    parser.add_argument("examples", type=Path)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--skip", type=int, default=0, help="examples to leave out before them")
    parser.add_argument("--longest", type=int, default=420, help="tokens of an example")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    manifest = Manifest.read(arguments.model)
    tokenizer = Tokenizer(arguments.model / "tokenizer.json", manifest.special, manifest.stop)
    session = OnnxSession(arguments.model, manifest, capacity=2304, threads=arguments.threads)
    head, pace = DraftHead(OnnxHeadSession(arguments.model, manifest)), Pace()
    found = []
    for example in chosen(read(arguments.examples / "judged.npz"), arguments):
        tokens = example.tokens.tolist()
        arbiter = Arbiter(tokenizer, [PromptLookup(tokenizer)], head, Trust())
        decoder = Decoder(session, tokenizer, arbiter, pace, Recall(tokenizer))
        prompt = Encoded(tokens[: example.gap], b"", 0)
        steps = list(decoder.decode(prompt, Limits(WRITTEN, math.inf), Costs()))
        passes = [step for step in steps if not step.recalled]
        drafted = [by for step in passes for by in step.drafted_by]
        accepted = [by for step in passes for by in step.drafted_by[: step.accepted_tokens]]
        wanted = b"".join(tokenizer.bytes[t] for t in tokens[example.gap : -1]).decode(
            "utf-8", "replace"
        )
        found.append(
            {
                "language": example.language,
                "kind": example.kind,
                "wanted": wanted,
                "written": "".join(step.text for step in steps),
                "ended": bool(steps and steps[-1].ended),
                "chosen": sum(step.chosen for step in passes),
                "steps": len(passes),
                "drafted": drafted.count("head"),
                "accepted": accepted.count("head"),
            }
        )
        if arguments.out:
            arguments.out.write_text(json.dumps(found))
    for name, part in (
        ("python", [one for one in found if one["language"] == "python"]),
        ("others", [one for one in found if one["language"] != "python"]),
        ("all", found),
    ):
        print(name, said(part))


def chosen(examples: list[Example], arguments: argparse.Namespace) -> list[Example]:
    """Half of them Python, the rest of each other language alike."""
    short = [example for example in examples if len(example.tokens) <= arguments.longest]
    by_language: dict[str, list[Example]] = {}
    for example in short:
        by_language.setdefault(example.language, []).append(example)
    half, first = arguments.count // 2, arguments.skip // 2
    python = by_language.pop("python")[first : first + half]
    others = [part[i] for i in range(60) for part in by_language.values() if i < len(part)]
    return [*python, *others[first : first + half]]


def first_line(text: str) -> str:
    """A text up to where its first line ends; a line break that it begins with does not count."""
    lead = len(text) - len(text.lstrip("\n"))
    return text[:lead] + text[lead:].partition("\n")[0].rstrip()


def said(found: list[dict]) -> str:
    """Say it for a person."""
    n = len(found)
    lines = sum(first_line(one["written"]) == first_line(one["wanted"]) for one in found)
    gaps = sum(one["ended"] and one["written"] == one["wanted"] for one in found)
    chosen, steps = (sum(one[name] for one in found) for name in ("chosen", "steps"))
    drafted, accepted = (sum(one[name] for one in found) for name in ("drafted", "accepted"))
    return (
        f"{n} gaps: {lines / n:.1%} of lines right, {gaps / n:.1%} of gaps, "
        f"{sum(one['ended'] for one in found) / n:.1%} end by themselves; {chosen / steps:.3f} "
        f"tokens a step, {accepted / max(1, drafted):.1%} of the head's {drafted} drafts accepted"
    )


if __name__ == "__main__":
    main()
