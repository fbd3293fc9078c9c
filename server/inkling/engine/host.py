"""The engine process: reads requests, decodes one at a time, streams what it finds.

A newer request ends the older one. The process ends when its input does.
"""

import argparse
import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from inkling.engine import wire
from inkling.engine.decode import Costs, Limits, Pace, decode
from inkling.engine.draft import PromptLookup
from inkling.engine.manifest import Manifest
from inkling.engine.session import Cancellation, Session
from inkling.engine.tokenizer import Tokenizer


class Inbox:
    """Requests as they arrive; each new one, and each cancel, stops what runs."""

    def __init__(self) -> None:
        self._requests: queue.SimpleQueue[tuple[wire.Generate, Cancellation]] = queue.SimpleQueue()
        self._latest: tuple[int, Cancellation] | None = None

    def read(self, stream: BinaryIO) -> None:
        """Take messages until the stream ends, then end the process."""
        while (body := wire.read_body(stream)) is not None:
            message = wire.decode_to_engine(body)
            if self._latest and (
                isinstance(message, wire.Generate) or self._latest[0] == message.id
            ):
                self._latest[1].cancel()
            if isinstance(message, wire.Generate):
                self._latest = (message.id, Cancellation())
                self._requests.put((message, self._latest[1]))
        # Nobody is left to answer, and a forward pass must not keep the process alive.
        os._exit(0)

    def next(self) -> tuple[wire.Generate, Cancellation]:
        """Wait for a request."""
        return self._requests.get()


class Host:
    """A loaded model that answers requests on the wire."""

    def __init__(self, folder: Path, *, capacity: int, threads: int) -> None:
        manifest = Manifest.read(folder)
        self.layout = manifest.layout
        self._session = Session(folder, manifest, capacity=capacity, threads=threads)
        self._tokenizer = Tokenizer(folder / "tokenizer.json", manifest.special, manifest.stop)
        self._drafter = PromptLookup(self._tokenizer)
        self._pace = Pace()
        # The first pass allocates; nobody should wait for that.
        self._session.forward([0])
        self._session.rewind(0)

    def answer(
        self, request: wire.Generate, cancellation: Cancellation, arrived: float, out: BinaryIO
    ) -> None:
        """Stream the request's chunks to `out`, and its end."""
        prompt = self._tokenizer.encode(request.prompt)
        encode_seconds = time.perf_counter() - arrived
        limits = Limits(
            max_tokens=request.max_tokens,
            deadline=arrived + request.budget_ms / 1e3,
            cancellation=cancellation,
        )
        costs = Costs()
        generated = steps = draft = accepted = 0
        decoding = decode(
            self._session, self._tokenizer, self._drafter, prompt, limits, self._pace, costs
        )
        while True:
            try:
                step = next(decoding)
            except StopIteration as end:
                why = end.value
                break
            _send(out, wire.Chunk(request.id, step.text, len(step.tokens), step.log_prob))
            generated += len(step.tokens)
            steps += 1
            draft += step.draft_tokens
            accepted += step.accepted_tokens
        stats = wire.Stats(
            prompt_tokens=len(prompt.tokens),
            reused_tokens=costs.reused_tokens,
            cut_tokens=prompt.cut,
            generated_tokens=generated,
            steps=steps,
            draft_tokens=draft,
            accepted_tokens=accepted,
            encode_ms=encode_seconds * 1e3,
            prefill_ms=costs.prefill_seconds * 1e3,
            decode_ms=costs.decode_seconds * 1e3,
        )
        _send(out, wire.Done(request.id, why, stats))


def _send(out: BinaryIO, message: wire.FromEngine) -> None:
    out.write(wire.frame(message))
    out.flush()


def _take_stdout() -> BinaryIO:
    """Keep standard output for the wire; whatever a library prints goes to stderr."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def main() -> None:
    """Run until standard input ends."""
    parser = argparse.ArgumentParser(description="Inkling's engine; started by the server.")
    parser.add_argument("model", type=Path, help="a converted model's folder")
    parser.add_argument("--threads", type=int, default=0, help="0: one for each core")
    parser.add_argument("--capacity", type=int, default=2048, help="KV cache, in tokens")
    options = parser.parse_args()
    out = _take_stdout()
    inbox = Inbox()
    threading.Thread(target=inbox.read, args=(sys.stdin.buffer,), daemon=True).start()
    _send(out, wire.State("loading"))
    try:
        host = Host(options.model, capacity=options.capacity, threads=options.threads)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person must read it
        _send(out, wire.State("failed", f"the model could not be loaded: {error}"))
        sys.exit(1)
    _send(out, wire.State("ready", layout=host.layout))
    while True:
        request, cancellation = inbox.next()
        try:
            host.answer(request, cancellation, time.perf_counter(), out)
        except Exception as error:  # noqa: BLE001 - one request fails, the next may not
            _send(out, wire.Done(request.id, "failed", wire.Stats(), f"{type(error).__name__}"))


if __name__ == "__main__":
    main()
