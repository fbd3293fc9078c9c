"""Generated from protocol/ by `make protocol`: change it there.

What server and clients have in common: names, options, states, reasons, numbers.
"""

from dataclasses import dataclass
from typing import Final, Literal

STATUS: Final = "inkling/status"
GREW: Final = "inkling/didGrow"
TRACE: Final = "inkling/trace"
MOVED: Final = "inkling/didMoveCursor"
LEFT: Final = "inkling/didLeave"
FEEDBACK: Final = "inkling/feedback"
ACCEPTED: Final = "inkling.accepted"
STATISTICS: Final = "inkling/statistics"
CONTEXT: Final = "inkling/context"

REST_MS: Final = 80
MOST_ITEMS: Final = 3
EXPLICIT_FACTOR: Final = 4
FIRST_RESTART_MS: Final = 500
MOST_RESTARTS: Final = 5
STEADY_MS: Final = 60_000
STOP_MS: Final = 2_000

State = Literal[
    "starting",
    "loading",
    "ready",
    "asleep",
    "no-model",
    "pulling",
    "away",
    "failed",
    "off",
]
Reason = Literal[
    "off",
    "starting",
    "loading",
    "asleep",
    "no-model",
    "failed",
    "away",
    "remote-unreachable",
    "remote-untrusted",
    "remote-slow",
    "remote-full",
    "remote-broken",
    "remote-garbled",
    "remote-denied",
    "remote-no-model",
    "remote-elsewhere",
    "remote-error",
    "closed",
    "excluded",
    "not-written",
    "prose",
    "long-line",
    "mid-word",
    "reading",
    "late",
    "empty",
    "duplicate",
    "unfit",
    "unsure",
    "stale",
    "superseded",
    "cancelled",
]

SENTENCES: Final[dict[Reason, str]] = {
    "off": "Inkling is switched off.",
    "starting": "Inkling is starting.",
    "loading": "The model is loading.",
    "asleep": "The model has left memory; typing loads it again.",
    "no-model": "No model is installed yet.",
    "failed": "The engine stopped working.",
    "away": "The remote engine cannot be used just now.",
    "remote-unreachable": "The remote engine cannot be reached.",
    "remote-untrusted": "The remote engine's certificate is not trusted on this machine.",
    "remote-slow": "The remote engine takes too long to answer.",
    "remote-full": "The remote engine takes no more requests just now.",
    "remote-broken": "The remote engine broke off in the middle of an answer.",
    "remote-garbled": "The remote engine's answer makes no sense.",
    "remote-denied": "The remote engine does not accept the key.",
    "remote-no-model": "The remote engine has no such model.",
    "remote-elsewhere": "The remote engine sent the request elsewhere, where nothing is sent.",
    "remote-error": "The remote engine answered with an error.",
    "closed": "The document is not open.",
    "excluded": "Inkling leaves files of this name alone: they may hold secrets, or are git's own.",
    "not-written": "Nobody writes such a file by hand.",
    "prose": "Comments and strings are left alone.",
    "long-line": "The line is too long to be code.",
    "mid-word": "The cursor is inside a word.",
    "reading": "The model had not read this place yet.",
    "late": "Nothing worth showing was ready within the budget.",
    "empty": "The model had nothing to add here.",
    "duplicate": "The model would only repeat what stands here already.",
    "unfit": "What the model had to say would not have fitted here.",
    "unsure": "The model was not sure enough of what it had to say.",
    "stale": "The text changed meanwhile.",
    "superseded": "A newer request took over.",
    "cancelled": "The editor took the request back.",
}
"""What a person reads when nothing is shown."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `low` to `high`."""

    default: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values."""

    default: str
    values: tuple[str, ...]


WHOLE: Final = {
    "deepBudgetMs": Whole(30_000, 1_000, 300_000),
    "budgetMs": Whole(100, 10, 10_000),
    "explicitBudgetMs": Whole(2_000, 10, 60_000),
    "maxTokens": Whole(48, 1, 512),
    "maxLines": Whole(6, 1, 100),
    "threads": Whole(0, 0, 64),
    "engineLingerSeconds": Whole(300, 0, 86_400),
    "unloadMinutes": Whole(30, 0, 1_440),
}
"""Options that are numbers."""

SWITCHES: Final = {
    "enabled": True,
    "index": True,
    "commentsAndStrings": True,
    "sharedEngine": True,
    "readAheadOnBattery": False,
    "trace": False,
}
"""Options that are true or false, with their defaults."""

CHOICES: Final = {
    "eagerness": Choice("balanced", ("eager", "balanced", "quiet")),
    "engine": Choice("local", ("local", "remote")),
    "remoteApi": Choice("openai", ("openai", "llama.cpp")),
    "deepRemoteApi": Choice("openai", ("openai", "llama.cpp")),
}
"""Options that are one of some values."""

NAMES: Final = ("disabledLanguages",)
"""Options that are lists of texts, empty by default."""

PATTERNS: Final = ("exclude",)
"""Options that are lists of lines as in a .gitignore, empty by default."""

MODEL: Final = ("model", "deepModel")
"""Options that name a model of the catalog; null by default."""

TEXTS: Final = (
    "remoteUrl",
    "remoteModel",
    "remoteKeyVariable",
    "deepRemoteUrl",
    "deepRemoteModel",
    "deepRemoteKeyVariable",
)
"""Options that are a line of text, empty by default."""

OWN: Final = (
    "engine",
    "remoteUrl",
    "remoteApi",
    "remoteModel",
    "remoteKeyVariable",
    "deepRemoteUrl",
    "deepRemoteApi",
    "deepRemoteModel",
    "deepRemoteKeyVariable",
)
"""Options that are the person's alone: no workspace may say what they are."""
