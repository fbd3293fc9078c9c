"""Which KV cache a prompt gets, and what is given up for it. It knows tokens, not what is kept
for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

WORTH_KEEPING: Final = 32
"""Tokens: a cache that would lose more than this to a prompt stays, and the prompt gets another
one with a copy of what both share. One prefill pass reads as many."""

_PLACE: Final = 16
"""Tokens before the cursor that tell a place: the least that a short window has there."""

_SAME_PLACE: Final = 3 * WORTH_KEEPING
"""Tokens: a place so near before the cursor was asked about here."""

_SHORT: Final = 2
"""Caches for short prompts: one is read while the other one serves."""

_SPARED: Final = 8
"""So many short windows are read in the time of a whole one."""


@dataclass(slots=True, eq=False)
class Cache:
    """The tokens that one KV cache of so much capacity holds. The first `prompt` of them were asked
    about; behind them the model wrote.
    """

    number: int
    capacity: int
    tokens: list[int] = field(default_factory=list)
    prompt: int = 0
    spared: int = 0
    """How often a shorter one was given up instead, since this one was used."""
    superseded: bool = False
    """Whether its place has been read again since, as a part of what another cache holds, or nobody
    is left who asked about it."""
    owner: int = 0
    """The session that used it last."""

    def asked(self, length: int) -> list[int]:
        """Return the last tokens that were asked about."""
        return self.tokens[: self.prompt][-length:]


class Caches:
    """Some caches of `capacity` tokens, and two for `short` prompts.

    What is read first of a place, a little and then more, serves there while all of it is read
    elsewhere, and no longer window is given up for it. Several sessions may share them: each one
    that comes brings one of some `more` caches into use, and where it was last stays read whatever
    the others read.
    """

    def __init__(self, count: int, capacity: int, short: int = 0, more: int = 0) -> None:
        self.capacity = capacity
        self._short = min(short, capacity)
        sizes = [capacity] * count + [self._short] * (_SHORT if short else 0) + [capacity] * more
        self._alone = len(sizes) - more
        self._owners: set[int] = set()
        # The selected one first, then from the one used last to the one used longest ago.
        self._caches = [Cache(number, size) for number, size in enumerate(sizes)]

    @property
    def sizes(self) -> list[int]:
        """The capacities by number."""
        return [cache.capacity for cache in sorted(self._caches, key=lambda cache: cache.number)]

    @property
    def selected(self) -> Cache:
        """The cache that was selected last."""
        return self._caches[0]

    def select(
        self, tokens: Sequence[int], written: int, more: int, owner: int = 0
    ) -> tuple[Cache, int]:
        """Select a cache for a prompt of a session; return where it begins with what, and with how
        much.

        The last `written` tokens were not in the prompt, and `more` are to follow if there is room.

        It is the cache that shares most, unless that would lose much, or most of what it holds (a
        short window serves while the whole one is read), or has no room: then
        another one is given up for a copy of what is shared, and all others stay as they are.
        """
        self._owners.add(owner)
        shared = [_shared(cache.tokens, tokens) for cache in self._caches]
        best = max(range(len(shared)), key=shared.__getitem__)
        source, length = self._caches[best], shared[best]
        most = min(len(tokens) + more, self.capacity)
        lost = len(source.tokens) - length
        target = source
        elsewhere = not length or 2 * length < len(source.tokens)
        if elsewhere or lost > WORTH_KEEPING or most > source.capacity:
            target = self._given_up(len(tokens), most, owner)
        if target is not source:
            target.tokens[:] = tokens[:length]
        target.prompt, target.spared, target.superseded = len(tokens) - written, 0, False
        target.owner = owner
        asked = list(tokens[: target.prompt][-_SAME_PLACE:])
        for other in self._caches:
            if other is not target and _holds(asked, other.asked(_PLACE)):
                other.superseded = True
        self._caches.remove(target)
        self._caches.insert(0, target)
        return source, length

    def leave(self, owner: int) -> list[int]:
        """Take notice that a session has ended: what was read for it is given up first.

        Return the numbers of the caches that go out of use with it, and are empty now.
        """
        self._owners.discard(owner)
        out_of_use = []
        for cache in self._caches:
            cache.superseded |= cache.owner == owner
            if cache.superseded and cache.tokens and cache.number >= self._usable:
                cache.tokens.clear()
                out_of_use.append(cache.number)
        return out_of_use

    @property
    def _usable(self) -> int:
        """How many caches are in use: those with lower numbers."""
        return self._alone + max(len(self._owners) - 1, 0)

    def _given_up(self, tokens: int, most: int, owner: int) -> Cache:
        """Choose the cache to be given up for a prompt of so many tokens, with `most` in the end.

        One that is superseded comes first, then the one used longest ago. But a short prompt takes
        the place of a short one for a while: what a few of them cost together is what that spares.
        """
        fitting = [
            cache
            for cache in reversed(self._caches)
            if cache.capacity >= most and cache.number < self._usable
        ]
        places = [self._place_of(other) for other in self._owners if other != owner]
        serving = next((cache for cache in self._caches if cache.owner == owner), None)
        if serving is not None and tokens > 2 * len(serving.tokens):
            places.append(serving)  # it serves until the longer one is read
        fitting = [cache for cache in fitting if cache not in places] or fitting
        # Another session needs what it has superseded until typing gets to where it read ahead.
        theirs = self._owners - {owner}
        superseded = [cache for cache in fitting if cache.superseded and cache.owner not in theirs]
        if superseded:
            return superseded[0]
        oldest = fitting[0]
        short = [cache for cache in fitting if len(cache.tokens) <= self._short]
        if most > self._short or not short or oldest.spared >= _SPARED:
            return oldest
        oldest.spared += 1
        return short[0]

    def _place_of(self, owner: int) -> Cache | None:
        """The cache that holds where a session was last."""
        own = (cache for cache in self._caches if cache.owner == owner and not cache.superseded)
        return next(own, None)

    def forget(self) -> None:
        """Empty all caches."""
        for cache in self._caches:
            cache.tokens.clear()


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many leading tokens are the same."""
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return i
    return min(len(one), len(other))


def _holds(tokens: list[int], part: list[int]) -> bool:
    """Whether `part` stands somewhere in `tokens`."""
    starts = range(len(tokens) - len(part) + 1) if part else range(0)
    return any(tokens[i] == part[0] and tokens[i : i + len(part)] == part for i in starts)
