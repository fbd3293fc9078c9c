"""The demonstration: types a short program into the real server and shows what comes back.

It shows; it does not measure for the record.
"""

import asyncio
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from inkling.bench.client import Answer, Client

URI: Final = "file:///word_counts.py"
PROGRAM: Final = '''\
import sys
from collections import Counter


def count_words(path):
    """Return a Counter of the words of a file."""
    with open(path) as file:
        return Counter(file.read().split())


def main():
    counts = count_words(sys.argv[1])
    for word, count in counts.most_common(10):
        print(count, word)


if __name__ == "__main__":
    main()
'''

KEY_SECONDS: Final = 0.03
PAUSE_SECONDS: Final = 0.25
"""How long the ghost text is looked at, where somebody looks."""
WORTH_ACCEPTING: Final = 3
"""A ghost text is accepted when all of it is right and it has this many characters or more."""


@dataclass(slots=True)
class Tally:
    """What the summary counts; characters and milliseconds."""

    shown: list[float]
    pauses: int = 0
    accepted: int = 0


async def run(server: Sequence[str]) -> int:
    """Play the demonstration against a server's command line; return an exit code."""
    async with Client.start(server) as client:
        await client.initialize()
        status = asyncio.create_task(client.heard("inkling/status", state="ready"))
        broken = [
            asyncio.create_task(client.heard("inkling/status", state=state))
            for state in ("failed", "no-model")
        ]
        done, waiting = await asyncio.wait([status, *broken], return_when="FIRST_COMPLETED")
        for task in waiting:
            task.cancel()
        if status not in done:
            print(f"Inkling cannot start: {done.pop().result()['reason']}", file=sys.stderr)
            return 1
        print(f"Model: {status.result()['model']}. Dim, or behind \u2502, is Inkling's.\n")
        tally = await _type(client, PROGRAM)
    shown = len(tally.shown)
    print(f"\n{tally.pauses} pauses, ghost text at {shown} of them", end="")
    if shown:
        print(
            f", after {statistics.median(tally.shown):.0f} ms (median; "
            f"{min(tally.shown):.0f} to {max(tally.shown):.0f})",
            end="",
        )
    print(f"; {tally.accepted} of {len(PROGRAM)} characters came by Tab.")
    return 0


async def _type(client: Client, program: str) -> Tally:
    """Type a program key by key; each key asks, and the next one cancels what it asked."""
    tally = Tally([])
    typed, version = "", 1
    client.open(URI, typed)
    while wanted := program[len(typed) :]:
        end, added = _end(typed), wanted[0]
        asked = asyncio.create_task(client.complete(URI, end["line"], end["character"]))
        if _pauses(typed, wanted):
            answer = await asked
            tally.pauses += 1
            _show(typed, answer)
            if answer.text:
                tally.shown.append(answer.milliseconds)
                if len(answer.text) >= WORTH_ACCEPTING and wanted.startswith(answer.text):
                    added = answer.text
                    tally.accepted += len(added)
            await asyncio.sleep(PAUSE_SECONDS if sys.stdout.isatty() else 0)
        else:
            await asyncio.sleep(KEY_SECONDS)
            asked.cancel()
        typed += added
        version += 1
        client.change(URI, version, [{"range": {"start": end, "end": end}, "text": added}])
    return tally


def _pauses(typed: str, wanted: str) -> bool:
    """A person thinks before a line's first character and behind a name, bracket or operator."""
    line = typed.rpartition("\n")[2]
    if not line.strip():
        return not wanted[0].isspace()
    return len(line.strip()) > 1 and line[-1] in " (.=[{"


def _end(text: str) -> dict[str, int]:
    return {"line": text.count("\n"), "character": len(text.rpartition("\n")[2])}


def _show(typed: str, answer: Answer) -> None:
    line = typed.rpartition("\n")[2]
    ghost = answer.text or ""
    shown = f"{line}\x1b[2m{ghost}\x1b[0m" if sys.stdout.isatty() else f"{line}\u2502{ghost}"
    print(f"{answer.milliseconds:6.1f} ms  " + shown.replace("\n", "\n" + " " * 11), flush=True)
