"""A server as the editor knows it, with completions that do what the cursor's line says.

`hold` waits for a request on a line `release`, `wait` for ever, `slow` for 50 ms, `boom` fails,
`nothing` has nothing to say, `more` has more to say if asked again. On any other line the
suggestion tells, in JSON, what the request was about.
"""

import asyncio
import json
from functools import partial

from inkling.editor import transport
from inkling.engine.wire import State
from inkling.options import parse
from inkling.serving import Serving
from inkling.suggest.outcome import Insert, Nothing


class Echo:
    """Backend, completer and scheduler in one, without a model."""

    def __init__(self, options, hooks):
        self._hooks = hooks
        self._options = options
        self._released = asyncio.Event()
        self._warmed = []
        self._rested = []
        self._asked = []
        self._referred = {}
        self._fates = []

    async def run(self):
        self._hooks.state(State("ready"))
        await asyncio.Event().wait()

    def warm(self, snapshot):
        self._warmed.append([snapshot.uri, snapshot.offset])

    def refused(self, snapshot, text):
        said = "what was suggested" if json.loads(text)["offset"] == snapshot.offset else text
        self._fates.append([snapshot.offset, said])

    def accepted(self):
        self._fates.append("accepted")

    def leave_deep(self):
        self._fates.append("left")

    def refer(self, name, text):
        self._referred[name] = text

    def rest(self, about=None):
        if about is None:
            self._rested.append(None)
            self._released.set()
        elif left := sorted({one.uri for one in self._asked if about(one)}):
            self._rested.append(left)
            self._released.set()

    async def complete(self, snapshot, mode, trace):  # noqa: ARG002
        self._asked.append(snapshot)
        match snapshot.line_prefix:
            case "wait":
                await asyncio.Event().wait()
            case "hold":
                await self._released.wait()
            case "release":
                self._released.set()
            case "more":
                self._hooks.more(snapshot)
            case "deeper":
                self._hooks.deeper(snapshot)
            case "slow":
                await asyncio.sleep(0.05)
            case "nothing":
                return Nothing("empty")
            case "boom":
                raise RuntimeError(snapshot.text)
        told = {
            "text": snapshot.text,
            "file": snapshot.file,
            "whole": snapshot.whole.text,
            "offset": snapshot.offset,
            "version": snapshot.version,
            "language": snapshot.language,
            "mode": mode.name,
            "threads": self._options.threads,
            "budget": mode.budget_ms,
            "warmed": self._warmed,
            "rested": self._rested,
            "referred": self._referred,
            "fates": self._fates,
            "parsed": snapshot.tree is not None and snapshot.tree.text == snapshot.text,
        }
        return Insert(json.dumps(told), 0.0)


def start(options, hooks):
    echo = Echo(options, hooks)
    return Serving("echo", echo, echo, echo)


if __name__ == "__main__":
    transport.serve(start, partial(parse, models=["echo"]))
