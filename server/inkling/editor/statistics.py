"""What became of the requests and of what was suggested, since the server started.

Numbers only, in memory only: no text, no names of files, and no more than a bounded number of
items and latencies.
"""

import math
import uuid
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final

from inkling.protocol import Reason
from inkling.suggest.outcome import Nothing, Outcome

_ITEMS: Final = 256
_LATENCIES: Final = 1000

_NOT_ANSWERED: Final[frozenset[Reason]] = frozenset(
    {
        *("off", "starting", "loading", "asleep", "no-model", "closed", "superseded", "cancelled"),
        *("excluded", "not-written", "prose"),
    }
)
"""Where these are the reason, the time it took says nothing about completing."""


class Fate(IntEnum):
    """How far an item has come with the person; each item counts once, where it has come to."""

    OFFERED = 0
    SHOWN = 1
    DISMISSED = 2
    PARTLY_ACCEPTED = 3
    ACCEPTED = 4


EVENTS: Final = {
    "shown": Fate.SHOWN,
    "dismissed": Fate.DISMISSED,
    "partlyAccepted": Fate.PARTLY_ACCEPTED,
}
"""What a client may tell of an item; that all of it was accepted, the item's command says."""


@dataclass(slots=True)
class _Item:
    length: int
    fate: Fate = Fate.OFFERED
    taken: int = 0


class Statistics:
    """Counts of one server's life."""

    def __init__(self) -> None:
        self._since = datetime.now(UTC)
        self._suggested = 0
        self._reasons = Counter[str]()
        self._latencies: deque[float] = deque(maxlen=_LATENCIES)
        self._items = OrderedDict[str, _Item]()
        self._fates = Counter[Fate]()
        self._characters = 0

    def answered(self, outcome: Outcome, milliseconds: float) -> None:
        """Count a request, and how long it took where that was completing."""
        if isinstance(outcome, Nothing):
            self._reasons[outcome.reason] += 1
            if outcome.reason in _NOT_ANSWERED:
                return
        else:
            self._suggested += 1
        self._latencies.append(milliseconds)

    def offer(self, text: str) -> str:
        """Return a new name for an item, which means nothing to anybody else."""
        name = uuid.uuid4().hex
        self._items[name] = _Item(_characters(text))
        if len(self._items) > _ITEMS:
            self._items.popitem(last=False)
        return name

    def accepted(self, name: str) -> None:
        """All of an item was accepted; one that is not known, or no longer, is passed over."""
        if item := self._items.get(name):
            self._advance(item, Fate.ACCEPTED, item.length)

    def heard(self, name: str, event: str, characters: int) -> None:
        """Take a client's word on an item, of which `characters` have been taken so far.

        They are code points, and a line end is one. An item that is not known, or no longer, is
        passed over. Raises ValueError.
        """
        fate = EVENTS.get(event)
        if fate is None:
            raise ValueError(f"the event is one of {', '.join(EVENTS)}")
        if item := self._items.get(name):
            taken = min(characters, item.length) if fate is Fate.PARTLY_ACCEPTED else 0
            self._advance(item, fate, taken)

    def _advance(self, item: _Item, fate: Fate, taken: int) -> None:
        if fate > item.fate:
            self._fates[item.fate] -= 1
            self._fates[fate] += 1
            item.fate = fate
        self._characters += max(taken - item.taken, 0)
        item.taken = max(taken, item.taken)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a client; `latencyMs` is of the latest answers."""
        return {
            "since": self._since.isoformat(timespec="seconds"),
            "requests": self._suggested + self._reasons.total(),
            "suggested": self._suggested,
            "shown": sum(self._fates[fate] for fate in Fate if fate >= Fate.SHOWN),
            "accepted": self._fates[Fate.ACCEPTED],
            "partlyAccepted": self._fates[Fate.PARTLY_ACCEPTED],
            "dismissed": self._fates[Fate.DISMISSED],
            "charactersAccepted": self._characters,
            "latencyMs": _quantiles(list(self._latencies)),
            "reasons": dict(self._reasons),
        }


def _characters(text: str) -> int:
    """How long a text is to a person, whatever its line ends are and its client counts in."""
    return len(text.replace("\r\n", "\n"))


def _quantiles(values: list[float]) -> dict[str, float | int | None]:
    ordered = sorted(values)

    def quantile(share: float) -> float | None:
        """Return the least value with that share of them not above it."""
        rank = math.ceil(share * len(ordered))
        return round(ordered[rank - 1], 2) if ordered else None

    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return {"count": len(ordered), **{name: quantile(share) for name, share in shares.items()}}
