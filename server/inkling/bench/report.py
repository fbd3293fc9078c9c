"""The report of a run as plain values, as they are written to JSON; docs/BENCHMARKS.md says
what each means.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from inkling.bench import machine
from inkling.bench.beside import beside
from inkling.bench.figures import share
from inkling.bench.processes import Process

SCHEMA: Final = 1


class ReportError(Exception):
    """A file is not a report of this schema."""


def report(
    *,
    date: str,
    options: Mapping[str, Any],
    subjects: Sequence[Mapping[str, Any]],
    load_before: float | None,
) -> dict[str, Any]:
    """Put a report together; `date` is in ISO 8601, the first subject is Inkling."""
    return {
        "schema": SCHEMA,
        "date": date,
        "machine": {
            **machine.describe(),
            "loadBefore": load_before,
            "loadAfter": machine.load(),
        },
        "options": dict(options),
        "subjects": list(subjects),
        "beside": [beside(subjects[0], peer) for peer in subjects[1:]],
    }


def processes(
    running: Sequence[Process], cpu_seconds: float, keys: int, idle: tuple[float, float]
) -> dict[str, Any]:
    """Tell what a subject's processes cost while `keys` keys were pressed, and while nothing
    happened: `idle` is processor seconds and seconds. Empty where nothing is known of them.
    """
    if not running:
        return {}
    return {
        "cpuSeconds": round(cpu_seconds, 2),
        "cpuSecondsPer1000Keys": share(1e3 * cpu_seconds, keys),
        "idleSeconds": round(idle[1], 2),
        "idleCpuShare": share(idle[0], idle[1]),
        "peakMemory": [{"name": one.name, "bytes": one.peak_bytes} for one in running],
    }


def read(path: Path) -> dict[str, Any]:
    """Read a report from JSON; raises ReportError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ReportError(f"{path} is not a report of `inkling bench` with schema {SCHEMA}")
    return found


def write(path: Path, report: Mapping[str, Any]) -> None:
    """Write a report as JSON."""
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
