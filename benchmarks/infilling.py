"""Gaps of several lines, asked for by a key, filled so that tests pass.

Prints the share that passes, with its interval, and with --show what did not. The gaps are cut from
the functions in `infilling_cases.py` by seed: whole lines, and spans that begin and end inside
lines. What is filled in runs in a process of its own, in an empty folder, for a few seconds.
Usage: python benchmarks/infilling.py [--gaps N] [--seed N] [--show]
"""

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infilling_cases import CASES

from inkling.bench.client import Client
from inkling.bench.quality.scoring import share
from inkling.bench.vscode import position

SECONDS = 10
READ_SECONDS = 30


@dataclass(frozen=True)
class Gap:
    """What stands around a gap, what stood in it, and what runs behind."""

    kind: str
    before: str
    wanted: str
    after: str
    tests: str


def gaps(most: int, seed: int) -> Iterator[Gap]:
    """Cut so many gaps of either kind out of each case, at least two lines each."""
    for number, case in enumerate(CASES):
        text, _, tests = case.lstrip("\n").partition("# tests\n")
        chance = random.Random(f"{seed}:{number}")
        lines = text.splitlines(keepends=True)
        code = [
            at for at, line in enumerate(lines) if line.startswith("    ") and '"""' not in line
        ]
        for _ in range(most):
            count = chance.randint(2, 5)
            first = chance.choice(
                [at for at in code if at + count in code or at + count - 1 in code]
            )
            start = sum(map(len, lines[:first]))
            start += len(lines[first]) - len(lines[first].lstrip())
            end = sum(map(len, lines[: first + count])) - 1
            yield Gap("lines", text[:start], text[start:end].rstrip(), text[end:], tests)
            begin = start + chance.randrange(max(len(lines[first].strip()), 1))
            last = chance.randrange(max(len(lines[first + count - 1].strip()), 1))
            until = end - last
            if "\n" in text[begin:until]:
                yield Gap("span", text[:begin], text[begin:until], text[until:], tests)


def passes(gap: Gap, filled: str) -> bool:
    """Whether the tests pass with a text in the gap."""
    program = gap.before + filled + gap.after + "\n" + gap.tests
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "case.py")
        path.write_text(program, "utf-8")
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(path)],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


async def fill(client: Client, number: int, gap: Gap) -> str:
    """Ask for a gap by a key, once its place is read; return what was suggested first."""
    uri = f"file:///project/{number}/code.py"
    client.open(uri, gap.before + gap.after, language="python")
    cursor = position(gap.before)
    params = {
        "textDocument": {"uri": uri},
        "position": cursor,
        "context": {"triggerKind": 1},
    }
    result = await client.request("textDocument/inlineCompletion", params)
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    items = result["items"] if isinstance(result, dict) else result
    return str(items[0]["insertText"]) if items else ""


async def main() -> None:
    """Fill all gaps, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--gaps", type=int, default=2, help="of each kind in each case (2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    found: dict[str, list[bool]] = {}
    command = [sys.executable, "-m", "inkling", "serve", "--own-engine"]
    async with Client.start(command) as client:
        await client.initialize({"explicitBudgetMs": 1000 * READ_SECONDS})
        await client.heard("inkling/status", state="ready")
        for number, gap in enumerate(gaps(options.gaps, options.seed)):
            assert passes(gap, gap.wanted), gap
            filled = await fill(client, number, gap)
            right = passes(gap, filled)
            found.setdefault(gap.kind, []).append(right)
            if options.show and not right:
                print(f"--- {gap.kind}\n{gap.before[-300:]}‸{gap.after[:200]}\nsaid {filled!r}")
                print(f"was  {gap.wanted!r}")
    for kind, results in found.items():
        value, low, high, n = share(results) or (0.0, 0.0, 0.0, 0)
        print(f"{kind:6} {value:.3f} ({low:.3f} to {high:.3f}), n = {n}")


if __name__ == "__main__":
    asyncio.run(main())
