"""What each part of Inkling is worth: the same keys with all of it, and with one part left out.

CPU seconds are for 1,000 keys.

Runs `inkling bench` for each part in turn and prints one table; the arguments are passed on.
Usage: python benchmarks/ablation.py --corpus --seed 1 --files 2 --keys 220
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PARTS = ("", "cache", "reuse", "prewarm", "prefetch", "drafting", "head", "recall")


def bench(part: str, options: list[str], report: Path) -> dict[str, Any]:
    without = [f"--without={part}"] if part else []
    command = [sys.executable, "-m", "inkling", "bench", *options, *without]
    subprocess.run([*command, "--json", str(report)], check=True, stdout=subprocess.DEVNULL)
    subject: dict[str, Any] = json.loads(report.read_text())["subjects"][0]
    return subject


def share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


def main() -> None:
    rows = [
        "without|in budget|pauses with text|by Tab|model p50|cache p95|tokens/step|tokens/s|CPU s"
    ]
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            found = bench(part, sys.argv[1:], Path(folder) / "report.json")
            decoding, answers = found["decoding"], found["answers"]
            columns = [
                part or "(nothing)",
                share(found["inBudget"]["answeredShare"]),
                share(found["pauses"]["share"]),
                share(found["typing"]["acceptedShare"]),
                ms(answers["model"].get("p50")),
                ms(answers["cache"].get("p95")),
                f"{decoding['meanAcceptanceLength'] or 0:.2f}",
                f"{decoding['tokensPerSecond'] or 0:.0f}",
                f"{found['processes']['cpuSecondsPer1000Keys'] or 0:.0f}",
            ]
            rows.append("|".join(columns))
            print(rows[-1], file=sys.stderr, flush=True)
    table = [row.split("|") for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


main()
