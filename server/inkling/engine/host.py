"""The engine process: reads requests, decodes one at a time, streams what it finds.

A newer request ends the older one. Where nobody types for long, the model leaves memory until
somebody does. The process ends when its input does. `sharing` is the same for several servers at
once.
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
from typing import BinaryIO, Final, NoReturn

from inkling.engine import wire
from inkling.engine.decoding.decode import PREFILL_CHUNK, Decoder, Limits, Step
from inkling.engine.decoding.recall import KEPT, Recall
from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.draft import (
    Copier,
    Drafter,
    History,
    NoDraft,
    PromptLookup,
    References,
)
from inkling.engine.drafting.head import DraftHead
from inkling.engine.drafting.model import DraftModel
from inkling.engine.drafting.reference import ReferenceReader
from inkling.engine.drafting.trust import Trust
from inkling.engine.jobs import Inbox, Job, Left, Referred, Superseded, Unwanted
from inkling.engine.manifest import Manifest
from inkling.engine.runtime.memory import give_back
from inkling.engine.runtime.onnx import OnnxHeadSession, OnnxSession
from inkling.engine.runtime.pace import Pace, Told
from inkling.engine.text.tokenizer import Tokenizer

CAPACITY = 3584
"""Tokens in a KV cache: the longest prompt, and what is written behind it."""

DEEP_CAPACITY = 4736
"""The same for a deep model, which sees more of a place, one at a time."""

CACHES = 4
"""Whole windows that stay read: four documents in turn, or where the person types, where they came
from, and one ahead."""

MORE = 4
"""Further ones, each in use with a further window, so that each one's place stays read."""

SHORT = 1280
"""Tokens in two more KV caches: what is read of a place before all of it is (some 160 and 520
tokens by estimate, up to twice as many), and what a request by a key writes behind it (192)."""

DRAFTING = 1024
"""Tokens that a smaller model reads of a text to draft: what is near, and what comes behind it."""

_NICE: Final = 4
"""How much the engine gives way to other programs, on the scale of nice(1)."""


Send = Callable[[int, wire.FromEngine], None]
"""Sends a message to a session; a state is for all of them."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What was said in one session, and helps it alone: it ends with it."""

    history: History
    reader: ReferenceReader
    decoder: Decoder


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
        caches: int = CACHES,
    ) -> None:
        manifest = Manifest.read(folder)
        self._layout = manifest.layout
        # First the tokenizer: the weights then fill the memory that its loading leaves free.
        self._tokenizer = Tokenizer(folder / "tokenizer.json", manifest.special, manifest.stop)
        self._session = OnnxSession(
            folder,
            manifest,
            capacity=capacity,
            threads=threads,
            caches=caches,
            short=SHORT,
            more=MORE,
        )
        self._pace = Pace()
        self._trust = Trust()
        self._without = frozenset(without)
        self._predictor: DraftHead | DraftModel | None = None
        if draft_model is not None:
            small = Manifest.read(draft_model)
            session = OnnxSession(draft_model, small, capacity=DRAFTING, threads=threads)
            self._predictor = DraftModel(session, self._pace)
        elif manifest.draft_head and "head" not in without:
            self._predictor = DraftHead(OnnxHeadSession(folder, manifest))
        self._memories: dict[int, Memory] = {}
        self._held: dict[int, tuple[int, wire.Held]] = {}
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
        return self._reader is not None

    @property
    def _reader(self) -> ReferenceReader | None:
        """Who has a text to read."""
        readers = (memory.reader for memory in self._memories.values())
        return next((reader for reader in readers if reader.busy), None)

    def work_on(self) -> None:
        """Do a little of it: so much a request may have to wait for."""
        if reader := self._reader:
            reader.read_on()

    def refer(self, reference: wire.Refer, session: int = 0) -> None:
        """Take a text that a session's drafts may be copied from."""
        self._memory(session).reader.take(reference)

    def leave(self, session: int) -> None:
        """Forget what was said in a session, which has ended."""
        self._memories.pop(session, None)
        self._session.leave(session)
        self._held = {cache: held for cache, held in self._held.items() if held[0] != session}

    def _memory(self, session: int) -> Memory:
        if session not in self._memories:
            tokenizer, without = self._tokenizer, self._without
            history, references = History(tokenizer), References(tokenizer)
            copiers: list[Copier] = [references, history, PromptLookup(tokenizer)]
            arbiter = Arbiter(tokenizer, copiers, self._predictor, self._trust)
            drafter: Drafter = NoDraft() if "drafting" in without else arbiter
            recall = Recall(tokenizer, 0 if without & {"recall", "reuse"} else KEPT)
            self._memories[session] = Memory(
                history,
                ReferenceReader(tokenizer, references.refer),
                Decoder(self._session, tokenizer, drafter, self._pace, recall, session),
            )
        return self._memories[session]

    def answer(self, job: Job, send: Send) -> bool:
        """Send the request's chunks, and its end; and what has changed of what is read.

        Return whether it was answered: one that had to give way to another session's before it said
        anything was not.
        """
        request, costs, memory = job.request, job.costs, self._memory(job.session)
        if job.cancellation.stop:
            if not job.displaced:
                send(job.session, wire.Done(request.id, "cancelled", wire.Stats()))
            return not job.displaced
        began = time.perf_counter()
        prompt = self._tokenizer.encode(request.prompt)
        encode_seconds = time.perf_counter() - began
        # What nobody waits for has its time from when its turn comes.
        since = job.arrived if request.budget_ms else began
        limits = Limits(
            max_tokens=request.max_tokens,
            deadline=since + (request.budget_ms + request.behind_ms) / 1e3,
            answer_by=since + request.budget_ms / 1e3,
            cancellation=job.cancellation,
        )
        counts = Counts()
        if "reuse" in self._without:
            self._session.forget()
            self._held.clear()

        def tell() -> None:
            """Tell what is read; the selected cache holds nothing but this prompt's beginning."""
            of, cache = len(prompt.tokens), self._session.selected
            held = wire.Held(request.id, min(len(self._session.tokens), of), of)
            before = self._held.get(cache)
            if before != (job.session, held):
                self._held[cache] = job.session, held
                for session in {job.session, before[0] if before else job.session}:
                    of_its_own = [held for owner, held in self._held.values() if owner == session]
                    send(session, wire.Caches(of_its_own))

        decoding = memory.decoder.decode(prompt, limits, costs, request.rank, request.names, tell)

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
                if job.displaced and end.value == "cancelled" and not counts.chosen:
                    return False
                done = wire.Done(request.id, end.value, stats())
                break
            counts.add(step)
            next_ms = 1e3 * self._pace.seconds(step.pending)
            tokens = [wire.Token(*each) for each in zip(step.texts, step.log_probs, strict=True)]
            send(job.session, wire.Chunk(request.id, tokens, stats(), next_ms))
        if self._read_ms.follow(self._pace):
            send(job.session, self.state)
        send(job.session, done)
        if counts.tokens:
            memory.history.remember(prompt.tokens, counts.tokens)
        return True


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

    @property
    def chosen(self) -> int:
        """How many tokens were told."""
        return self.generated + self.recalled

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


def _send(out: BinaryIO, _session: int, message: wire.FromEngine) -> None:
    try:
        out.write(wire.frame(message))
        out.flush()
    except BrokenPipeError:
        os._exit(0)  # nobody is left to answer, as `_read` will find out


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


def give_way() -> None:
    """Let the editor and the server run first: their work is short, and somebody waits for it."""
    if hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    if hasattr(os, "nice"):
        os.nice(_NICE)


def parser() -> argparse.ArgumentParser:
    """What an engine is started with."""
    parser = argparse.ArgumentParser(description="Inkling's engine; started by the server.")
    parser.add_argument("model", type=Path, help="a converted model's folder")
    parser.add_argument("--threads", type=int, default=0, help="0: one for each core")
    parser.add_argument("--capacity", type=int, default=CAPACITY, help="KV cache, in tokens")
    parser.add_argument("--deep", action="store_true", help="for larger windows, one at a time")
    parser.add_argument("--draft-model", type=Path, help="a smaller model, to draft")
    parser.add_argument(
        "--without", action="append", default=[], choices=wire.PARTS, help="for measurements"
    )
    return parser


def inbox_of(options: argparse.Namespace) -> Inbox:
    """What such an engine hears by. A deep one reads for tens of seconds what nobody asks about
    again who types on: it leaves the cores to the small one.
    """
    return Inbox(reads_on=not options.deep)


def run(options: argparse.Namespace, inbox: Inbox, send: Send) -> NoReturn:
    """Load the model while it is wanted, and do what comes in, for as long as the process lives."""
    while True:
        send(0, wire.State("loading"))
        _serve(options, inbox, send)
        give_back()
        send(0, wire.State("asleep"))
        while undone := inbox.next_undone():
            _supersede(undone, send)


def _serve(options: argparse.Namespace, inbox: Inbox, send: Send) -> None:
    """Load the model, and do what comes in until nobody wants the model any more."""
    try:
        host = Host(
            options.model,
            capacity=DEEP_CAPACITY if options.deep else options.capacity,
            threads=options.threads,
            without=options.without,
            draft_model=options.draft_model,
            caches=1 if options.deep else CACHES,
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the person must read it
        send(0, wire.State("failed", f"the model could not be loaded: {error}"))
        sys.exit(1)
    give_back()  # what packing the weights took: not all of it is as large as to go back by itself
    send(0, host.state)
    while not isinstance(work := inbox.next(wait=not host.busy), Unwanted):
        if work is None:
            host.work_on()
        elif isinstance(work, Superseded):
            _supersede(work, send)
        elif isinstance(work, Referred):
            host.refer(work.text, work.session)
        elif isinstance(work, Left):
            host.leave(work.session)
        elif not _answer(host, work, send):
            inbox.postpone(work)


def _supersede(work: Superseded, send: Send) -> None:
    send(work.session, wire.Done(work.id, "cancelled", wire.Stats()))


def _answer(host: Host, job: Job, send: Send) -> bool:
    try:
        return host.answer(job, send)
    except Exception as error:  # noqa: BLE001 - one request fails, the next may not
        detail = f"The engine could not answer ({type(error).__name__})."
        send(job.session, wire.Done(job.request.id, "failed", wire.Stats(), detail))
        return True


def main() -> None:
    """Run until standard input ends."""
    options = parser().parse_args()
    give_way()
    send = partial(_send, _take_stdout())
    inbox = inbox_of(options)
    threading.Thread(target=_read, args=(inbox, sys.stdin.buffer), daemon=True).start()
    run(options, inbox, send)


if __name__ == "__main__":
    main()
