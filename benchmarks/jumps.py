"""What is shown after a jump to a place that was not read: so long after it, in real time.

Each place of the split to look at is one jump: its file is opened, the cursor comes to the place,
and after 0.3, 1, 2 or 5 seconds there is a request as for a key, at other places for each. With
`--typed` the first character of what stood there is typed with it, and places where that is a blank
are left out. Prints the shares with something shown and with something useful, and how many were
answered in time; `--without prefetch` has nothing written ahead.
Usage: python benchmarks/jumps.py [--places N] [--typed] [--inkling PROGRAM] [--option NAME=VALUE]
"""

import argparse
import asyncio
import random
from dataclasses import dataclass, replace
from pathlib import Path

from inkling.bench.client import Client
from inkling.bench.quality import cutting
from inkling.bench.quality.cutting import Case
from inkling.bench.quality.scoring import Figure, share, useful
from inkling.bench.vscode import position

WAITS_S = (0.3, 1.0, 2.0, 5.0)
IN_TIME_MS = 105.0
APART_S = 1.0
LONGEST_GAP = 400  # characters around: less of a file is read at once, wherever it is


@dataclass(frozen=True)
class Jump:
    """What came of one: the text that was shown, and how long the answer took."""

    case: Case
    wait_s: float
    text: str
    answer_ms: float


async def jump(client: Client, number: int, case: Case, wait_s: float, *, typed: bool) -> Jump:
    uri = f"file:///project/{number}/{case.name.rpartition('/')[2]}"
    text = case.before + case.after
    at = position(case.before)
    client.open(uri, text, language=case.language)
    client.notify("inkling/didMoveCursor", {"textDocument": {"uri": uri}, "position": at})
    await asyncio.sleep(wait_s)
    if typed:
        change = {"range": {"start": at, "end": at}, "text": case.reference[0]}
        client.change(uri, 2, [change])
        case = replace(case, begin=case.begin + 1)
        at = position(case.before)
    answer = await client.complete(uri, at["line"], at["character"])
    shown = answer.text or ""
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    await asyncio.sleep(APART_S)
    return Jump(case, wait_s, shown, answer.milliseconds)


async def run(
    command: list[str], cases: list[Case], options: dict[str, str], *, typed: bool
) -> list[Jump]:
    async with Client.start(command) as client:
        await client.initialize({"index": False, **options})
        await client.heard("inkling/status", state="ready")
        jumps = []
        waits = [WAITS_S[number % len(WAITS_S)] for number in range(len(cases))]
        random.Random(0).shuffle(waits)  # the cases' languages take turns, too
        for number, (case, wait_s) in enumerate(zip(cases, waits, strict=True)):
            jumps.append(await jump(client, number, case, wait_s, typed=typed))
            print(f"\r{number + 1} of {len(cases)}", end="", flush=True)
        print()
        return jumps


def told(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    value, low, high, _ = figure
    return f"{100 * value:3.0f} ({100 * low:.0f}-{100 * high:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--places", type=int, default=60, help="for each wait")
    parser.add_argument("--inkling", default="inkling", help="the program to ask")
    parser.add_argument("--typed", action="store_true")
    parser.add_argument("--without", action="append", default=[], metavar="PART")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args()
    packages = Path.home() / ".cache/inkling/quality/packages"
    large = [
        case
        for case in cutting.cases("look", packages)
        if len(case.before) + len(case.after) > LONGEST_GAP
        and (case.reference[:1].strip() or not given.typed)
    ]
    options = dict(one.split("=", 1) for one in given.option)
    cases = large[: given.places * len(WAITS_S)]
    command = [given.inkling, "serve", *(f"--without={part}" for part in given.without)]
    jumps = asyncio.run(run(command, cases, options, typed=given.typed))
    print(f"{'after':>8}{'places':>8}{'shown, %':>16}{'useful, %':>16}{'in time, %':>16}")
    for wait_s in WAITS_S:
        of = [one for one in jumps if one.wait_s == wait_s]
        figures = (
            share(bool(one.text) for one in of),
            share(bool(one.text) and useful(one.case, one.text) for one in of),
            share(one.answer_ms <= IN_TIME_MS for one in of),
        )
        row = "".join(f"{told(figure):>16}" for figure in figures)
        print(f"{wait_s:>6} s{len(of):>8}{row}")


if __name__ == "__main__":
    main()
