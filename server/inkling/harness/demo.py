"""The demonstration: types a short program into the real server and shows what comes back.

It shows; it does not measure for the record.
"""

import asyncio
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from inkling.harness.client import Answer, Client

URI: Final = "file:///word_counts.py"
PROGRAM: Final = '''\
"""Count the words of a text file."""

import sys
from collections import Counter


def read_words(path):
    """Yield the words of a file in lower case."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            for word in line.split():
                yield word.strip(".,;:!?").lower()


def count_words(path):
    """Return a Counter of the words of a file."""
    return Counter(read_words(path))


def main():
    path = sys.argv[1]
    counts = count_words(path)
    for word, count in counts.most_common(10):
        print(f"{count:6} {word}")


if __name__ == "__main__":
    main()
'''

KEY_SECONDS: Final = 0.06
PAUSE_SECONDS: Final = 0.25
WORTH_ACCEPTING: Final = 3
"""A ghost text is accepted when it is right for this many characters or more."""


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
        tally = await _type(client)
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


async def _type(client: Client) -> Tally:
    """Type the program key by key; each key asks, and the next one cancels what it asked."""
    tally = Tally([])
    typed, version = "", 1
    client.open(URI, typed)
    while len(typed) < len(PROGRAM):
        end = _end(typed)
        asked = asyncio.create_task(client.complete(URI, end["line"], end["character"]))
        paused = _pauses_at(typed)
        await asyncio.wait([asked], timeout=PAUSE_SECONDS if paused else KEY_SECONDS)
        added = PROGRAM[len(typed)]
        if paused and asked.done():
            answer = asked.result()
            tally.pauses += 1
            _show(typed, answer)
            if answer.text:
                tally.shown.append(answer.milliseconds)
                right = _right(answer.text, PROGRAM[len(typed) :])
                if right == len(answer.text) >= WORTH_ACCEPTING:
                    added = answer.text
                    tally.accepted += right
            await asyncio.sleep(PAUSE_SECONDS)
        asked.cancel()
        typed += added
        version += 1
        client.change(URI, version, [{"range": {"start": end, "end": end}, "text": added}])
        await asyncio.sleep(0 if paused else KEY_SECONDS)
    return tally


def _pauses_at(typed: str) -> bool:
    """A person thinks at the start of a line and behind a name, a bracket or an operator."""
    line = typed.rpartition("\n")[2]
    return (
        len(line.strip()) > 1
        and line[-1] in " (.=[{"
        and bool(line.rstrip() == line or line[:-1].strip())
    )


def _right(suggested: str, wanted: str) -> int:
    """How many leading characters of the suggestion are what is about to be typed."""
    same = 0
    for one, other in zip(suggested, wanted, strict=False):
        if one != other:
            break
        same += 1
    return same


def _end(text: str) -> dict[str, int]:
    return {"line": text.count("\n"), "character": len(text.rpartition("\n")[2])}


def _show(typed: str, answer: Answer) -> None:
    line = typed.rpartition("\n")[2]
    ghost = answer.text or ""
    shown = f"{line}\x1b[2m{ghost}\x1b[0m" if sys.stdout.isatty() else f"{line}\u2502{ghost}"
    print(f"{answer.milliseconds:6.1f} ms  " + shown.replace("\n", "\n" + " " * 11), flush=True)
