"""What the engine costs on this machine: forward passes, prefill, and speculation.

Prints medians with their spread, and ratios within this one run; see docs/BENCHMARKS.md.
Usage: python benchmarks/engine.py [MODEL_FOLDER]
"""

import gc
import statistics
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np

from inkling.engine.decoding.decode import Costs, Decoder, Limits
from inkling.engine.decoding.recall import Recall
from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.draft import Drafter, NoDraft, PromptLookup
from inkling.engine.drafting.head import DraftHead
from inkling.engine.manifest import Manifest
from inkling.engine.runtime.base import Cancellation, Cancelled, Session
from inkling.engine.runtime.onnx import OnnxHeadSession, OnnxSession
from inkling.engine.runtime.pace import Pace
from inkling.engine.text.tokenizer import Tokenizer
from inkling.engine.wire import Special, Text
from inkling.models import catalog, store

PAST = 500  # tokens in the cache while forward passes are timed
ROUNDS = 15


def model_folder() -> Path:
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    return store.find(catalog.load().entry(), store.cache_root())


def spread(seconds: list[float]) -> str:
    ms = sorted(1e3 * value for value in seconds)
    return f"{statistics.median(ms):7.1f} ms  ({ms[0]:.1f} to {ms[-1]:.1f})"


def read_bandwidth() -> float:
    """Bytes a second that two threads read from memory, the best of five tries."""
    halves = np.split(np.ones(1 << 28, np.uint8).view(np.float64), 2)
    best = 0.0
    for _ in range(5):
        threads = [threading.Thread(target=half.max) for half in halves]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, (1 << 28) / (time.perf_counter() - began))
    del halves
    gc.collect()
    return best


def forward_passes(session: Session, folder: Path) -> None:
    tokens = [int(t) for t in np.random.default_rng(0).integers(0, 50_000, PAST + 64)]
    session.rewind(0)
    session.forward(tokens[:PAST])
    sizes = (1, 2, 3, 4, 6, 8, 32)
    took: dict[int, list[float]] = {n: [] for n in sizes}
    for _ in range(ROUNDS):  # in turn, so that a slow moment is everybody's
        for n in sizes:
            began = time.perf_counter()
            session.forward(tokens[PAST : PAST + n], last=min(n, 8))
            took[n].append(time.perf_counter() - began)
            session.rewind(PAST)
    one = statistics.median(took[1])
    print(f"forward passes behind {PAST} tokens, median of {ROUNDS} (least to most)")
    for n in sizes:
        ratio = statistics.median(took[n]) / one
        print(f"  {n:3} tokens {spread(took[n])}  {ratio:5.2f} x one token's")
    prefill = statistics.median(took[32]) / 32
    print(f"  prefill {1e3 * prefill:.2f} ms a token, {prefill / one:.3f} x one token's forward")
    read = (folder / "model.onnx.data").stat().st_size
    bandwidth = read_bandwidth()
    least = read / bandwidth
    print(
        f"  one token reads {read / 1e6:.0f} MB; at {bandwidth / 1e9:.1f} GB/s that is "
        f"{1e3 * least:.1f} ms, {least / one:.0%} of the measured time"
    )


def speculation(session: Session, tokenizer: Tokenizer, folder: Path, manifest: Manifest) -> None:
    source = Path(textwrap.__file__).read_text(encoding="utf-8")
    names = ("_munge", "_split(", "_wrap_chunks", "wrap(")
    places = [source.index("def " + name) for name in names]
    drafters: dict[str, Drafter] = {
        "plain": NoDraft(),
        "prompt lookup": Arbiter(tokenizer, [PromptLookup(tokenizer)]),
    }
    if manifest.draft_head:
        head = DraftHead(OnnxHeadSession(folder, manifest))
        drafters["and a head"] = Arbiter(tokenizer, [PromptLookup(tokenizer)], head)
    pace = Pace()
    counts = {name: [0, 0, 0.0] for name in drafters}
    for place in places:
        body = source.index("\n", place) + 1
        prompt = tokenizer.encode(
            [
                *(Special("fim_prefix"), Special("fim_suffix")),
                Text(source[body + 800 : body + 1200], 128, "start"),
                *(Special("fim_middle"), Text(source[max(0, body - 1500) : body], 640, "end")),
            ]
        )
        for name, drafter in drafters.items():
            costs = Costs()
            limits = Limits(max_tokens=48, deadline=time.perf_counter() + 60)
            decoder = Decoder(session, tokenizer, drafter, pace, Recall(tokenizer, 0))
            steps = list(decoder.decode(prompt, limits, costs))
            counts[name][0] += len(steps)
            counts[name][1] += sum(step.chosen for step in steps)
            counts[name][2] += costs.decode_seconds
    plain = counts["plain"][1] / counts["plain"][2]
    print(f"greedy decoding at {len(places)} places, in turn")
    for name, (steps, tokens, seconds) in counts.items():
        rate = tokens / seconds
        print(
            f"  {name:14} {tokens / steps:5.2f} tokens a step, {rate:5.1f} tokens/s, "
            f"{rate / plain:4.2f} x plain"
        )


def cancelling(session: Session) -> None:
    """How long a pass goes on after it was cancelled in its middle."""
    took: dict[int, list[float]] = {1: [], 4: [], 32: []}
    for _ in range(ROUNDS):
        for n, values in took.items():
            session.rewind(PAST)
            cancellation, cancelled = Cancellation(), [0.0]

            def cancel(at: Cancellation = cancellation, when: list[float] = cancelled) -> None:
                time.sleep(0.01)
                when[0] = time.perf_counter()
                at.cancel()

            thread = threading.Thread(target=cancel)
            thread.start()
            try:
                while True:
                    session.forward([1] * n, cancellation=cancellation)
                    session.rewind(PAST)
            except Cancelled:
                values.append(time.perf_counter() - cancelled[0])
            thread.join()
    print(f"from a cancel until the engine is free, median of {ROUNDS} (least to most)")
    for n, values in took.items():
        print(f"  in passes of {n:3} tokens {spread(values)}")


def main() -> None:
    folder = model_folder()
    manifest = Manifest.read(folder)
    session = OnnxSession(folder, manifest, capacity=2048, threads=0)
    tokenizer = Tokenizer(folder / "tokenizer.json", manifest.special, manifest.stop)
    forward_passes(session, folder)
    cancelling(session)
    speculation(session, tokenizer, folder, manifest)


if __name__ == "__main__":
    main()
