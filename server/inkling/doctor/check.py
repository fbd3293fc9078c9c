"""One thing that was looked at: what was found, what that means, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warning", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """Sentences for a person; `advice` is empty where there is nothing to do."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""
