"""What a process and its children cost: processor time and memory, read from Linux's /proc.

On other systems nothing is known.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """Processor seconds used so far, and the most memory held at once, in bytes (VmHWM)."""

    name: str
    cpu_seconds: float
    peak_bytes: int


def tree(pid: int) -> list[Process]:
    """Describe a process and all its descendants, itself first; empty where /proc is missing."""
    return _of_all(pid, _process)


def memory_below(pid: int) -> tuple[int, int]:
    """Return what the descendants of a process hold in memory now, in bytes: of their own
    (anonymous), and by proportional set size; both 0 where that is not known.
    """
    _, *below = _of_all(pid, _memory) or [(0, 0)]
    return sum(own for own, _ in below), sum(pss for _, pss in below)


def _of_all(pid: int, describe: Callable[[int], T]) -> list[T]:
    """What there is to say of a process and all its descendants, itself first."""
    found = []
    waiting = [pid]
    while waiting:
        number = waiting.pop(0)
        try:
            found.append(describe(number))
            tasks = (_PROC / str(number) / "task").glob("*/children")
            waiting += [int(child) for task in tasks for child in task.read_text().split()]
        except (OSError, ValueError, LookupError):
            continue  # it has ended meanwhile, or this is not Linux
    return found


def _memory(pid: int) -> tuple[int, int]:
    lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    kib = {name: int(value.split()[0]) for name, value in (line.split(":") for line in lines)}
    return kib["Anonymous"] << 10, kib["Pss"] << 10


def cpu_seconds(pid: int) -> float:
    """Return the processor seconds of a process and its descendants so far."""
    return sum(process.cpu_seconds for process in tree(pid))


def _process(pid: int) -> Process:
    # Behind the name in brackets come the fields from the third on (man 5 proc_pid_stat):
    # 14 to 17 are user and system time, its own and that of children that have ended.
    stat = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    ticks = sum(map(int, stat[11:15]))
    status = (_PROC / str(pid) / "status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in status)
    peak_kib = int(fields.get("VmHWM", "0").split()[0])
    return Process(_name(pid), ticks / os.sysconf("SC_CLK_TCK"), peak_kib << 10)


def _name(pid: int) -> str:
    """Name a process by its program or, for Python, the module that it runs."""
    words = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    program = Path(words[0]).name
    module = words[words.index("-m") + 1] if "-m" in words[:-1] else program
    return module if program.startswith("python") else program
