"""Write what the target model sees and says in Python code: what a draft head learns from.

    python -m draft_head.data MODEL OUT --sources FOLDER... [--windows N]

Windows of the sources' files are laid out as Inkling's prompts are and read by the model; from the
end of some of them it goes on writing greedily, since its own text is what will be drafted. Each
`OUT/NNNN.npz` holds, for consecutive positions of some windows, `tokens` (n,), `hidden` (n, width)
in float16: what the output head sees at that token, and `window` (n,): equal within a window.
It can be stopped at any time; run again, it goes on with other windows.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from sources import files

from inkling.engine.drafting.draft import PromptLookup
from inkling.engine.manifest import Manifest
from inkling.engine.runtime.onnx import OnnxSession
from inkling.engine.text.tokenizer import Tokenizer
from inkling.engine.wire import Special, Text

CHUNK = 128
PER_FILE = 24  # windows


def main() -> None:
    """Read the command line and write until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path, help="the converted model's folder")
    parser.add_argument("out", type=Path)
    parser.add_argument("--sources", type=Path, nargs="+", required=True)
    parser.add_argument("--windows", type=int, default=1000)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    manifest = Manifest.read(arguments.model)
    tokenizer = Tokenizer(arguments.model / "tokenizer.json", manifest.special, manifest.stop)
    session = OnnxSession(
        seeing_all(arguments.model, arguments.out / "model"), manifest, capacity=1024, threads=0
    )
    number = len(list(arguments.out.glob("*.npz")))
    sources = [paths for paths in map(files, arguments.sources) if paths]
    draw = windows(sources, random.Random(number))
    for _ in range(arguments.windows // PER_FILE):
        began, tokens, hidden, window = time.perf_counter(), [], [], []
        for i in range(PER_FILE):
            *before, prefix, writing = next(draw)
            head = tokenizer.encode(
                [Special("fim_prefix"), Special("fim_suffix"), *before, Special("fim_middle")]
            ).tokens
            body = tokenizer.encode([prefix]).tokens
            session.rewind(0)
            text, seen = [*head, *body], read(session, [*head, *body])
            if writing:
                written, seen_there = write(session, tokenizer, text, seen[-1], writing)
                text, seen = text + written, np.concatenate([seen, seen_there])
            tokens.append(text)
            hidden.append(seen.astype(np.float16))
            window += [i] * len(text)
        number += 1
        np.savez(
            arguments.out / f"{number:04}.npz",
            tokens=np.concatenate(tokens).astype(np.int32),
            hidden=np.concatenate(hidden),
            window=np.array(window, np.int32),
        )
        seconds = time.perf_counter() - began
        print(
            f"{number:04}: {len(window)} positions, {1e3 * seconds / len(window):.1f} ms each",
            flush=True,
        )


def seeing_all(model: Path, folder: Path) -> Path:
    """Make a model whose `hidden` is of all tokens of a pass, not only those with logits."""
    folder.mkdir(exist_ok=True)
    graph = onnx.load(model / "model.onnx", load_external_data=False)
    (cut,) = (node for node in graph.graph.node if "hidden" in node.output)
    renamed = {"hidden": "wanted", cut.input[0]: "hidden"}
    for node in graph.graph.node:
        for names in (node.input, node.output):
            names[:] = [renamed.get(name, name) for name in names]
    for output in graph.graph.output:
        if output.name == "hidden":
            output.type.tensor_type.shape.dim[1].dim_param = "n"
    onnx.save(graph, folder / "model.onnx")
    data = folder / "model.onnx.data"
    data.unlink(missing_ok=True)
    data.hardlink_to(model / "model.onnx.data")
    return folder


def windows(sources: list[list[Path]], draw: random.Random) -> Iterator[tuple[Text, Text, int]]:
    """Draw suffix, prefix and how many tokens to write behind it, without end."""
    while True:
        path = draw.choice(draw.choice(sources))
        text = path.read_text("utf-8", "ignore").replace("\r\n", "\n")
        cursor = draw.randrange(len(text))
        start = text.find("\n", max(0, cursor - draw.randrange(700, 1700))) + 1
        if not 0 < start < cursor - 400:
            continue
        end = min(len(text), cursor + draw.choice((0, 20, 60, 150, 400)))
        if draw.random() < 0.7:
            end = text.find("\n", end) + 1 or len(text)
        yield (
            Text(text[end : end + draw.choice((0, 150, 300))], 128, "start"),
            Text(f"# {path.name}\n{text[start:cursor]}", 640, "end"),
            draw.choice((0, 32, 48)),
        )


def read(session: OnnxSession, tokens: list[int]) -> np.ndarray:
    """Feed the model; return what its output head sees at each of the tokens."""
    return np.concatenate(
        [session.forward(tokens[i : i + CHUNK]).hidden for i in range(0, len(tokens), CHUNK)]
    )


def write(
    session: OnnxSession, tokenizer: Tokenizer, context: list[int], last: np.ndarray, count: int
) -> tuple[list[int], np.ndarray]:
    """Go on greedily for about `count` tokens; return them and what was seen at each."""
    lookup = PromptLookup(tokenizer)
    session.rewind(len(context) - 1)
    logits = session.forward(context[-1:])
    token, written, seen = int(logits.tokens[-1]), [], []
    while len(written) < count and token not in tokenizer.stop:
        copy = lookup.copy([*context, *written, token], b"", 4)
        drafted = copy.tokens if copy and copy.match > 1 else []
        logits = session.forward([token, *drafted], last=1 + len(drafted))
        said = logits.tokens.tolist()
        agreed = next((i for i, t in enumerate(drafted) if t != said[i]), len(drafted))
        new = [token, *drafted[:agreed]]
        session.rewind(len(session.tokens) - len(drafted) + agreed)
        written += new
        seen.append(logits.hidden[: len(new)])
        token = said[agreed]
    return written, np.concatenate(seen) if seen else np.empty((0, last.size), np.float32)


if __name__ == "__main__":
    main()
