"""What a run was made on; timings mean nothing without it."""

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any, Final

_DISTRIBUTIONS: Final = ("inkling-ls", "onnxruntime", "tokenizers", "numpy")


def describe() -> dict[str, Any]:
    """Describe this machine and the versions of what runs on it."""
    return {
        "cpu": _field(Path("/proc/cpuinfo"), "model name") or platform.processor(),
        "cores": _cores(),
        "memoryGB": _memory_gb(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _DISTRIBUTIONS},
    }


def load() -> float | None:
    """Return how many processes have waited for a core over the last minute, on average."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _cores() -> int | None:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _memory_gb() -> float | None:
    total = _field(Path("/proc/meminfo"), "MemTotal")
    return round(int(total.split()[0]) * 1024 / 1e9, 1) if total else None


def _field(path: Path, name: str) -> str:
    """Return the first value of a name in one of Linux's `name: value` files."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return ""
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith(name)),
        "",
    )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
