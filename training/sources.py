"""The packages that nothing may be learned from."""

import re

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
