"""The engine process: reads requests, decodes one at a time, streams what it finds.

A newer request ends the older one. The process ends when its input does.
"""

import argparse
import os
import queue
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from inkling.engine import wire
from inkling.engine.decoding.decode import PREFILL_CHUNK, Costs, Decoder, Limits, Step
from inkling.engine.decoding.recall import KEPT, Recall
from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.draft import Drafter, History, NoDraft, PromptLookup, References
from inkling.engine.drafting.head import DraftHead
from inkling.engine.drafting.model import DraftModel
from inkling.engine.drafting.reference import ReferenceReader
from inkling.engine.manifest import Manifest
from inkling.engine.runtime.base import Cancellation, Stop
from inkling.engine.runtime.onnx import OnnxHeadSession, OnnxSession
from inkling.engine.runtime.pace import Pace
from inkling.engine.text.tokenizer import Tokenizer

CAPACITY = 3584
"""Tokens in a KV cache: the longest prompt, and what is written behind it."""

CACHES = 4
"""Prompts that stay read: where the person types, with a short window and a full one, where
they came from, and one ahead."""

_NICE: Final = 4
"""How much the engine gives way to other programs, on the scale of nice(1)."""


@dataclass(frozen=True, slots=True)
class Job:
    """A request as it arrived (a `time.perf_counter` value), and what stops it."""

    request: wire.Generate
    arrived: float
    cancellation: Cancellation = field(default_factory=Cancellation)
    costs: Costs = field(default_factory=Costs)

    def give_way(self, newer: wire.Generate) -> None:
        """Make room for a newer request.

        A prompt that was only typed on needs all that the older one is reading: keys that come
        faster than a pass ends must not keep it from ever ending.
        """
        typed_on = self.costs.reading and _typed_on(self.request.prompt, newer.prompt)
        self.cancellation.cancel(Stop.AFTER_PASS if typed_on else Stop.NOW)

    def stop(self) -> None:
        """Stop: nobody waits for the answer, but what is being read will soon be asked about."""
        self.cancellation.cancel(Stop.AFTER_READING if self.costs.reading else Stop.NOW)


def _typed_on(older: wire.Prompt, newer: wire.Prompt) -> bool:
    """Whether `newer` is `older` with more text at its end."""
    *before, last = older
    *same, longer = newer
    if not isinstance(last, wire.Text) or not isinstance(longer, wire.Text):
        return older == newer
    return before == same and longer.text.startswith(last.text)


class Inbox:
    """Requests as they arrive; each new one makes the older ones give way."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Job | wire.Refer] = queue.SimpleQueue()
        self._latest: Job | None = None

    def read(self, stream: BinaryIO) -> None:
        """Take messages until the stream ends, then end the process.

        A message that makes no sense ends it too: better started again than deaf.
        """
        try:
            while (body := wire.read_body(stream)) is not None:
                self._take(wire.decode_to_engine(body))
        finally:
            # Nobody is left to answer, and a forward pass must not keep the process alive.
            os._exit(0)

    def _take(self, message: wire.ToEngine) -> None:
        if isinstance(message, wire.Generate):
            if self._latest:
                self._latest.give_way(message)
            self._latest = Job(message, time.perf_counter())
            self._work.put(self._latest)
        elif isinstance(message, wire.Refer):
            self._work.put(message)
        elif self._latest and self._latest.request.id == message.id:
            self._latest.stop()

    def next(self, *, wait: bool) -> Job | wire.Refer | None:
        """Return what comes next; while there is nothing, wait or return None."""
        try:
            return self._work.get(block=wait)
        except queue.Empty:
            return None


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
        self.layout = manifest.layout
        # First the tokenizer: the weights then fill the memory that its loading leaves free.
        self._tokenizer = Tokenizer(folder / "tokenizer.json", manifest.special, manifest.stop)
        self._session = OnnxSession(
            folder, manifest, capacity=capacity, threads=threads, caches=CACHES
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
        self._measure()

    def _measure(self) -> None:
        """Take the pace of this machine; the first pass, which allocates, does not count."""
        for tokens in (1, 1, 4, PREFILL_CHUNK):
            began = time.perf_counter()
            self._session.forward([0] * tokens)
            self._pace.observe_pass(tokens, time.perf_counter() - began)
            self._session.rewind(0)
        self.read_ms = 1e3 * self._pace.seconds(PREFILL_CHUNK) / PREFILL_CHUNK

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

    def answer(self, job: Job, out: BinaryIO) -> None:
        """Stream the request's chunks to `out`, and its end."""
        request, costs = job.request, job.costs
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
        decoding = self._decoder.decode(prompt, limits, costs, request.rank)

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
                _send(out, wire.Done(request.id, end.value, stats()))
                break
            counts.add(step)
            next_ms = 1e3 * self._pace.seconds(step.pending)
            _send(
                out,
                wire.Chunk(
                    request.id, step.text, len(step.tokens), step.log_prob, stats(), next_ms
                ),
            )
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
    inbox = Inbox()
    threading.Thread(target=inbox.read, args=(sys.stdin.buffer,), daemon=True).start()
    _send(out, wire.State("loading"))
    try:
        host = Host(
            options.model,
            capacity=options.capacity,
            threads=options.threads,
            without=options.without,
            draft_model=options.draft_model,
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the person must read it
        _send(out, wire.State("failed", f"the model could not be loaded: {error}"))
        sys.exit(1)
    _send(out, wire.State("ready", layout=host.layout, read_ms=host.read_ms))
    while True:
        work = inbox.next(wait=not host.busy)
        if work is None:
            host.work_on()
            continue
        if isinstance(work, wire.Refer):
            host.refer(work)
            continue
        try:
            host.answer(work, out)
        except Exception as error:  # noqa: BLE001 - one request fails, the next may not
            detail = f"The engine could not answer ({type(error).__name__})."
            _send(out, wire.Done(work.request.id, "failed", wire.Stats(), detail))


if __name__ == "__main__":
    main()
