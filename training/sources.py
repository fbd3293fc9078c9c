"""The Python files that anything may be learned from, and the packages that nothing may be."""

import re
from pathlib import Path

from inkling.bench import corpus
from inkling.bench.languages.registry import LANGUAGES

TYPED = {
    language: {pin.partition("==")[0] for pin in corpus.published(known).pins}
    for language, known in LANGUAGES.items()
}
"""The packages that the benchmark types: whatever had read them would be flattered there."""
BENCHMARKED = {"attr", *TYPED["python"]}
"""Folders and modules of those for Python, wherever they are vendored."""


def benchmarked(name: str) -> bool:
    """Whether the benchmark types a package; a binary one of Debian holds its source package."""
    return any(re.sub(r"^lib(?=rust-)|-dev$", "", name) in names for names in TYPED.values())


def files(source: Path) -> list[Path]:
    """Python files without tests and without what the benchmark types, vendored or not."""
    return sorted(
        path
        for path in source.rglob("*.py")
        if not any(
            part in BENCHMARKED or part.startswith("test") or part.partition("-")[0] in BENCHMARKED
            for part in (*path.relative_to(source).parts, path.stem)
        )
        and 1500 < path.stat().st_size < 400_000
    )
