"""A server as the editor knows it, with completions that do what the cursor's line says.

`hold` waits for a request on a line `release`, `wait` for ever, `slow` for 50 ms, `boom` fails,
`nothing` has nothing to say, `more` has more to say if asked again. On any other line the
suggestion tells, in JSON, what the request was about.
"""

import asyncio
import json
from functools import partial

from inkling.editor import lsp
from inkling.editor.configured import Status
from inkling.options import parse
from inkling.suggest.outcome import Nothing, Suggestion


class Echo:
    """Completions without a model."""

    def __init__(self, options, report, more):
        self._more = more
        self._options = options
        self._report = report
        self._released = asyncio.Event()
        self._warmed = []
        self._rested = 0
        self._referred = {}

    async def run(self):
        self._report(Status("ready", "echo"))
        await asyncio.Event().wait()

    def configure(self, options):
        self._options = options

    def warm(self, snapshot):
        self._warmed.append([snapshot.uri, snapshot.offset])

    def refer(self, name, text):
        self._referred[name] = text

    def rest(self):
        self._rested += 1
        self._released.set()

    async def complete(self, snapshot, trace, *, explicit):  # noqa: ARG002
        match snapshot.line_prefix:
            case "wait":
                await asyncio.Event().wait()
            case "hold":
                await self._released.wait()
            case "release":
                self._released.set()
            case "more":
                self._more(snapshot)
            case "slow":
                await asyncio.sleep(0.05)
            case "nothing":
                return Nothing("empty")
            case "boom":
                raise RuntimeError(snapshot.text)
        told = {
            "text": snapshot.text,
            "offset": snapshot.offset,
            "version": snapshot.version,
            "language": snapshot.language,
            "explicit": explicit,
            "threads": self._options.threads,
            "budget": self._options.automatic.budget_ms,
            "warmed": self._warmed,
            "rested": self._rested,
            "referred": self._referred,
            "parsed": snapshot.tree is not None and snapshot.tree.text == snapshot.text,
        }
        return Suggestion(json.dumps(told), 0.0)


if __name__ == "__main__":
    lsp.serve(Echo, partial(parse, models=["echo"]))
