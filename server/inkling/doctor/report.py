"""The checks for a person, each as soon as it is known, or for a program."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TextIO

from inkling.doctor.check import Check


def as_table(checks: Iterable[Check], out: TextIO) -> int:
    """Write a line for each check, with what to do below it; return the exit status."""
    verdicts = []
    for check in checks:
        print(f"{check.verdict:8} {check.name:12} {check.found}", file=out, flush=True)
        if check.advice:
            print(f"{'':8} {'':12} -> {check.advice}", file=out, flush=True)
        verdicts.append(check.verdict)
    errors, warnings = verdicts.count("error"), verdicts.count("warning")
    print(f"\n{_count(errors, 'error')}, {_count(warnings, 'warning')}", file=out)
    return int(errors > 0)


def as_json(checks: Iterable[Check], out: TextIO) -> int:
    """Write `{"checks": [...]}`; return the exit status."""
    found = [asdict(check) for check in checks]
    print(json.dumps({"checks": found}, indent=2), file=out)
    return int(any(check["verdict"] == "error" for check in found))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
