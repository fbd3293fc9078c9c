"""What the machine has: the processor's instructions, and memory. Linux tells; others do not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from inkling.doctor.check import Check

CPUINFO: Final = Path("/proc/cpuinfo")
MEMINFO: Final = Path("/proc/meminfo")

# What ONNX Runtime's kernels for 8-bit weights choose by, as Linux calls it; the first one of a
# row is what they cannot do well without.
_FEATURES: Final[Mapping[str, Mapping[str, str]]] = {
    "flags": {
        "avx2": "AVX2",
        "avx512f": "AVX-512",
        "avx_vnni": "AVX-VNNI",
        "avx512_vnni": "AVX-512 VNNI",
    },
    "Features": {"asimddp": "dot product", "i8mm": "i8mm"},
}

_RESIDENT: Final = 0.75
"""Memory that a served model takes, as a multiple of its files, which hold its weights twice."""


def processor(cpuinfo: Path = CPUINFO) -> Check:
    """Which instructions for products of 8-bit numbers the processor has."""
    fields = _fields(cpuinfo)
    for field, names in _FEATURES.items():
        if field in fields:
            has = fields[field].split()
            model = fields.get("model name", "processor")
            found = [text for flag, text in names.items() if flag in has]
            listed = f"{model}: {', '.join(found) or 'none of ' + ', '.join(names.values())}"
            first, text = next(iter(names.items()))
            if first in has:
                return Check("processor", "ok", listed)
            advice = f"without {text} each token takes several times as long; see `token` below"
            return Check("processor", "warning", listed, advice)
    return Check("processor", "skipped", "this system does not tell its instructions")


def memory(model_bytes: int, meminfo: Path = MEMINFO) -> Check:
    """Whether a model whose files have that size fits beside what runs already."""
    fields = _fields(meminfo)
    try:
        total, free = (_bytes(fields[name]) for name in ("MemTotal", "MemAvailable"))
    except (KeyError, ValueError):
        return Check("memory", "skipped", "this system does not tell its memory")
    needed = int(_RESIDENT * model_bytes)
    found = f"{_gb(free)} of {_gb(total)} available, about {_gb(needed)} needed"
    if total < needed:
        return Check("memory", "error", found, "choose a smaller model: `inkling model list`")
    if free < needed:
        return Check("memory", "warning", found, "close a program that takes much")
    return Check("memory", "ok", found)


def _fields(path: Path) -> dict[str, str]:
    """Return the first value of each name in one of Linux's `name: value` files."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return {}
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    return fields


def _bytes(kibibytes: str) -> int:
    return int(kibibytes.split(maxsplit=1)[0]) * 1024


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
