"""The Python files that anything may be learned from."""

from pathlib import Path

from inkling.bench import corpus

BENCHMARKED = {"attr", *(package.partition("==")[0] for package in corpus.PACKAGES)}
"""What the benchmark types: whatever had read that would be flattered there."""


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
