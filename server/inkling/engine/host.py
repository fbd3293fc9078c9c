"""The engine process: reads requests, decodes one at a time, streams what it finds.

A newer request ends the older one. The process ends when its input does.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from inkling.engine import wire
from inkling.engine.decoding.decode import PREFILL_CHUNK, Decoder, Limits, Step
from inkling.engine.decoding.recall import KEPT, Recall
from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.draft import Drafter, History, NoDraft, PromptLookup, References
from inkling.engine.drafting.head import DraftHead
from inkling.engine.drafting.model import DraftModel
from inkling.engine.drafting.reference import ReferenceReader
from inkling.engine.jobs import Inbox, Job, Superseded
from inkling.engine.manifest import Manifest
from inkling.engine.runtime.onnx import OnnxHeadSession, OnnxSession
from inkling.engine.runtime.pace import Pace, Told
from inkling.engine.text.tokenizer import Tokenizer

CAPACITY = 3584
"""Tokens in a KV cache: the longest prompt, and what is written behind it."""

CACHES = 4
"""Whole windows that stay read: four documents in turn, or where the person types, where they came
from, and one ahead."""

SHORT = 1280
"""Tokens in two more KV caches: what is read of a place before all of it is (some 160 and 520
tokens by estimate, up to twice as many), and what a request by a key writes behind it (192)."""

_NICE: Final = 4
"""How much the engine gives way to other programs, on the scale of nice(1)."""


class Host:
    """A loaded model that answers requests on the wire."""

    def __init__(
        self,
        folder: Path,
        *,
        capacity: int,
        threads: int,
        without: Collection[str] = (),
        draft_model: Path | None = None,
    ) -> None:
        manifest = Manifest.read(folder)
        self._layout = manifest.layout
        # First the tokenizer: the weights then fill the memory that its loading leaves free.
        self._tokenizer = Tokenizer(folder / "tokenizer.json", manifest.special, manifest.stop)
        self._session = OnnxSession(
            folder, manifest, capacity=capacity, threads=threads, caches=CACHES, short=SHORT
        )
        self._history = History(self._tokenizer)
        references = References(self._tokenizer)
        self._reader = ReferenceReader(self._tokenizer, references.refer)
        self._pace = Pace()
        recalls = not {"recall", "reuse"}.intersection(without)
        recall = Recall(self._tokenizer, KEPT if recalls else 0)
        lookup = PromptLookup(self._tokenizer)
        predictor: DraftHead | DraftModel | None = None
        self._draft_model: DraftModel | None = None
        if draft_model is not None:
            small = Manifest.read(draft_model)
            session = OnnxSession(draft_model, small, capacity=capacity, threads=threads)
            predictor = self._draft_model = DraftModel(session, self._pace)
        elif manifest.draft_head and "head" not in without:
            predictor = DraftHead(OnnxHeadSession(folder, manifest))
        arbiter = Arbiter(self._tokenizer, [references, self._history, lookup], predictor)
        drafter: Drafter = NoDraft() if "drafting" in without else arbiter
        self._decoder = Decoder(self._session, self._tokenizer, drafter, self._pace, recall)
        self._reuses = "reuse" not in without
        self._held: dict[int, wire.Held] = {}
        self._measure()
        self._read_ms = Told(self._pace.read_ms)

    def _measure(self) -> None:
        """Take the pace of this machine; the first pass, which allocates, does not count."""
        self._session.forward([0])
        for tokens in (1, 4, PREFILL_CHUNK):
            self._session.rewind(0)
            began = time.perf_counter()
            self._session.forward([0] * tokens)
            self._pace.observe_pass(tokens, time.perf_counter() - began)
        self._session.rewind(0)

    @property
    def state(self) -> wire.State:
        """The state as it was told last."""
        markers = self._tokenizer.markers
        return wire.State("ready", "", self._layout, self._read_ms.told, markers)

    @property
    def busy(self) -> bool:
        """Whether there is something to do while nobody asks."""
        return self._reader.busy or (self._draft_model is not None and self._draft_model.busy)

    def work_on(self) -> None:
        """Do a little of it: so much a request may have to wait for."""
        if self._reader.busy:
            self._reader.read_on()
        elif self._draft_model is not None:
            self._draft_model.read_on()

    def refer(self, reference: wire.Refer) -> None:
        """Take a text that drafts may be copied from."""
        self._reader.take(reference)

    def answer(self, job: Job, send: Callable[[wire.FromEngine], None]) -> None:
        """Send the request's chunks, and its end; and what has changed of what is read."""
        request, costs = job.request, job.costs
        if job.cancellation.stop:
            send(wire.Done(request.id, "cancelled", wire.Stats()))
            return
        began = time.perf_counter()
        prompt = self._tokenizer.encode(request.prompt)
        encode_seconds = time.perf_counter() - began
        limits = Limits(
            max_tokens=request.max_tokens,
            deadline=job.arrived + (request.budget_ms + request.behind_ms) / 1e3,
            answer_by=job.arrived + request.budget_ms / 1e3,
            cancellation=job.cancellation,
        )
        counts = Counts()
        if not self._reuses:
            self._session.forget()
            self._held.clear()

        def tell() -> None:
            """Tell what is read; the selected cache holds nothing but this prompt's beginning."""
            of = len(prompt.tokens)
            held = wire.Held(request.id, min(len(self._session.tokens), of), of)
            if self._held.get(self._session.selected) != held:
                self._held[self._session.selected] = held
                send(wire.Caches(list(self._held.values())))

        decoding = self._decoder.decode(prompt, limits, costs, request.rank, request.names, tell)

        def stats() -> wire.Stats:
            return wire.Stats(
                prompt_tokens=len(prompt.tokens),
                reused_tokens=costs.reused_tokens,
                cut_tokens=prompt.cut,
                generated_tokens=counts.generated,
                recalled_tokens=counts.recalled,
                steps=counts.steps,
                drafted_steps=counts.drafted_steps,
                draft_tokens=sum(draft for draft, _ in counts.drafters.values()),
                accepted_tokens=sum(accepted for _, accepted in counts.drafters.values()),
                encode_ms=encode_seconds * 1e3,
                prefill_ms=costs.prefill_seconds * 1e3,
                decode_ms=costs.decode_seconds * 1e3,
                pass_ms=self._pace.seconds(1) * 1e3,
                drafters=counts.drafters,
            )

        while True:
            try:
                step = next(decoding)
            except StopIteration as end:
                done = wire.Done(request.id, end.value, stats())
                break
            counts.add(step)
            next_ms = 1e3 * self._pace.seconds(step.pending)
            tokens = [wire.Token(*each) for each in zip(step.texts, step.log_probs, strict=True)]
            send(wire.Chunk(request.id, tokens, stats(), next_ms))
        if self._read_ms.follow(self._pace):
            send(self.state)
        send(done)
        if counts.tokens:
            self._history.remember(prompt.tokens, counts.tokens)


@dataclass(slots=True)
class Counts:
    """What a request's steps add up to: the text's tokens; how many tokens passes chose and how
    many were recalled, with the one that ends the text; and draft and accepted ones by drafter.
    """

    tokens: list[int] = field(default_factory=list)
    generated: int = 0
    recalled: int = 0
    steps: int = 0
    drafted_steps: int = 0
    drafters: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, step: Step) -> None:
        """Count one more step."""
        self.tokens += step.tokens
        if step.recalled:
            self.recalled += step.chosen
            return
        self.generated += step.chosen
        self.steps += 1
        self.drafted_steps += bool(step.drafted_by)
        for at, source in enumerate(step.drafted_by):
            draft, accepted = self.drafters.get(source, (0, 0))
            self.drafters[source] = (draft + 1, accepted + (at < step.accepted_tokens))


def _send(out: BinaryIO, message: wire.FromEngine) -> None:
    out.write(wire.frame(message))
    out.flush()


def _take_stdout() -> BinaryIO:
    """Keep standard output for the wire; whatever a library prints goes to stderr."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def _read(inbox: Inbox, stream: BinaryIO) -> None:
    """Read until the server is gone, then end the process.

    A message that makes no sense ends it too: better started again than deaf.
    """
    status = 1
    try:
        inbox.read(stream)
        status = 0
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not end in silence
        why = str(error) if isinstance(error, wire.MalformedError) else type(error).__name__
        print(f"inkling engine: ended by its input: {why}", file=sys.stderr, flush=True)
    finally:
        # Nobody is left to answer, and a forward pass must not keep the process alive.
        os._exit(status)


def _give_way() -> None:
    """Let the editor and the server run first: their work is short, and somebody waits for it."""
    if hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    if hasattr(os, "nice"):
        os.nice(_NICE)


def main() -> None:
    """Run until standard input ends."""
    parser = argparse.ArgumentParser(description="Inkling's engine; started by the server.")
    parser.add_argument("model", type=Path, help="a converted model's folder")
    parser.add_argument("--threads", type=int, default=0, help="0: one for each core")
    parser.add_argument("--capacity", type=int, default=CAPACITY, help="KV cache, in tokens")
    parser.add_argument("--draft-model", type=Path, help="a smaller model, to draft")
    parser.add_argument(
        "--without", action="append", default=[], choices=wire.PARTS, help="for measurements"
    )
    options = parser.parse_args()
    _give_way()
    out = _take_stdout()
    send = partial(_send, out)
    inbox = Inbox()
    threading.Thread(target=_read, args=(inbox, sys.stdin.buffer), daemon=True).start()
    send(wire.State("loading"))
    try:
        host = Host(
            options.model,
            capacity=options.capacity,
            threads=options.threads,
            without=options.without,
            draft_model=options.draft_model,
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the person must read it
        send(wire.State("failed", f"the model could not be loaded: {error}"))
        sys.exit(1)
    send(host.state)
    while True:
        work = inbox.next(wait=not host.busy)
        if work is None:
            host.work_on()
        elif isinstance(work, Superseded):
            send(wire.Done(work.id, "cancelled", wire.Stats()))
        elif isinstance(work, wire.Refer):
            host.refer(work)
        else:
            _answer(host, work, send)


def _answer(host: Host, job: Job, send: Callable[[wire.FromEngine], None]) -> None:
    try:
        host.answer(job, send)
    except Exception as error:  # noqa: BLE001 - one request fails, the next may not
        detail = f"The engine could not answer ({type(error).__name__})."
        send(wire.Done(job.request.id, "failed", wire.Stats(), detail))


if __name__ == "__main__":
    main()
