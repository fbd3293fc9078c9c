"""A deeper model, which somebody asks by a key: it sees more, has more time, and may write a whole
function.

What the first model said is shown at once. As the deep one writes, its words stand first among what
may be chosen, and whoever listens hears that there is more. It is at one place at a time, which
it leaves when the person goes on.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from inkling.backends.base import Backend
from inkling.context import window
from inkling.context.knowledge import Knowledge
from inkling.context.window import Sight
from inkling.protocol import MOST_ITEMS
from inkling.suggest.alternatives import words
from inkling.suggest.following import Asked
from inkling.suggest.generations import Cache
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Insert, Nothing, Outcome
from inkling.suggest.site import site_of
from inkling.suggest.trace import Trace
from inkling.suggest.work import Work
from inkling.text.buffers import Snapshot

_KEPT: Final = 8
"""Who comes back to a place and asks again goes on where it was left."""

_READING_SHARE: Final = 1 / 3
"""Of the budget: so much a slow machine may spend on reading, which shows the model less there."""

_COMING: Final = ("asleep", "loading")
"""States that end by themselves."""


def sight(mode: Mode) -> Sight:
    """How much of a place a deep model is shown that is asked in a mode."""
    return Sight(window.FAR, _READING_SHARE * mode.budget_ms)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the deep model is: its engine's `state` or, while it is at work on a place, "writing".
    `why` it wrote nothing where it was asked last, None if it did.
    """

    state: str
    why: Nothing | None = None


@dataclass(slots=True)
class _Choice:
    """What may be chosen at a place: what the `first` model said, and what the deep one says by
    now, if it has begun, in so many `lines`; it says no more once it is `over`. `told` is what the
    person was told of last; `due` says whether they are to ask for more.
    """

    snapshot: Snapshot
    first: Outcome
    told: tuple[str, ...]
    asked: Asked | None = None
    lines: int = 0
    over: bool = False
    due: bool = False

    def is_at(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot is of this place, with the same text around it."""
        here = self.snapshot
        same = (here.uri, here.offset) == (snapshot.uri, snapshot.offset)
        return same and here.text == snapshot.text

    @property
    def outcome(self) -> Outcome:
        """The deep model's words first, once they are more than the beginning of the other's."""
        asked, first = self.asked, self.first
        text = asked.shown if asked else ""
        if asked is None or asked.generation is None or not text.strip():
            return self._first
        if isinstance(first, Insert) and first.text.startswith(text) and not asked.trimmed.ended:
            return self._first
        # What was said before a fault stays.
        others = [other for other in _texts(first) if words(other) != words(text)]
        alternatives = tuple(others[: MOST_ITEMS - 1])
        return Insert(text, asked.generation.log_prob, alternatives, deep=True)

    @property
    def _first(self) -> Outcome:
        """What the first model said; while the deep one may still say something, with room for
        that: nothing that a person may have chosen by then goes.
        """
        if self.over or isinstance(self.first, Nothing):
            return self.first
        return replace(self.first, alternatives=self.first.alternatives[: MOST_ITEMS - 2])


def _texts(outcome: Outcome) -> tuple[str, ...]:
    return (outcome.text, *outcome.alternatives) if isinstance(outcome, Insert) else ()


class Deep:
    """Asks a deep model, in a `mode`.

    `on_more` hears of a snapshot where there is more to choose by now, `on_standing` of each change
    of how the model is. `knowledge` is what it is shown of other files. Of documents that are
    `barred`, by what says why, it sees nothing.
    """

    def __init__(
        self,
        engine: Backend,
        mode: Mode,
        on_more: Callable[[Snapshot], None] = lambda _: None,
        on_standing: Callable[[Standing], None] = lambda _: None,
        barred: Callable[[Snapshot], Nothing | None] = lambda _: None,
        knowledge: Knowledge | None = None,
    ) -> None:
        self._engine = engine
        self._mode = mode
        self._on_more = on_more
        self._on_standing = on_standing
        self._barred = barred
        self._knowledge = knowledge or Knowledge()
        self._cache = Cache(_KEPT)
        self._work = Work(engine, self._cache, self._knowledge, sight(mode))
        self._task: asyncio.Task[None] | None = None
        self._choice: _Choice | None = None
        self._why: Nothing | None = None
        self._changed = asyncio.Event()
        engine.listen(self._on_state)

    async def run(self) -> None:
        """Have the model, once it is asked for, until cancelled."""
        await self._engine.run()

    @property
    def running(self) -> bool:
        """Whether it is at work on a place, or waits for its model to be."""
        return self._task is not None and not self._task.done()

    @property
    def standing(self) -> Standing:
        """How it is."""
        state = self._engine.state
        if state.state == "ready":
            return Standing("writing" if self.running else "ready", self._why)
        why = Nothing(state.state, state.detail) if state.detail else self._why
        return Standing(state.state, why)

    def begin(self, snapshot: Snapshot, first: Outcome) -> None:
        """Begin to write at a place where `first` was answered, unless that is being done."""
        if self._choice is not None and self.running and self._choice.is_at(snapshot):
            self._choice.first = first
            return
        self.leave()
        self._why = self._barred(snapshot)
        if self._why is None:
            self._choice = _Choice(snapshot, first, _texts(first))
            self._task = asyncio.create_task(self._write(self._choice))
            self._task.add_done_callback(self._on_end)
        self._tell()

    @property
    def snapshot(self) -> Snapshot | None:
        """The place that was asked about, until the person goes on."""
        return self._choice.snapshot if self._choice else None

    def came(self, snapshot: Snapshot) -> None:
        """Take notice of where the person is: elsewhere than there, they have gone on."""
        if not self._is_at(snapshot):
            self.leave()

    def again(self, snapshot: Snapshot) -> tuple[Outcome, Asked | None] | None:
        """What may be chosen at a place by now, and what the model was asked there; None where it
        was not, or nothing came of that.
        """
        choice = self._choice
        if choice is None or not choice.is_at(snapshot):
            return None
        due, choice.due = choice.due, False
        outcome = choice.outcome
        if not (due or self.running or (isinstance(outcome, Insert) and outcome.deep)):
            return None
        choice.told = _texts(outcome)
        return outcome, choice.asked

    def heard(self, snapshot: Snapshot, first: Outcome) -> None:
        """Take notice that the first model has more to choose from at a place by now, if it has:
        what it said before a fault stays.
        """
        if isinstance(first, Nothing):
            return
        if self._choice is not None and self._choice.is_at(snapshot):
            self._choice.first = first
            self._offer(self._choice)

    def leave(self) -> None:
        """Stop: the person goes on."""
        self._choice = None
        if self._task is not None:
            self._task.cancel()

    async def done(self) -> None:
        """Wait until it is at no work any more."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _write(self, choice: _Choice) -> None:
        if not await self._is_ready():
            return
        self._tell()
        snapshot = choice.snapshot
        await self._knowledge.name(snapshot)
        place = self._work.at(snapshot)
        await self._knowledge.look_around(snapshot, place.full, place.characters_beside)
        place = self._work.at(snapshot)
        asked = Asked(snapshot, place, site_of(snapshot, self._mode), self._mode, Trace())
        asked.answered = True
        known = self._cache.find(place.uri, place.full)
        try:
            if known is None or known.why != "stop":
                known = self._work.write(
                    place,
                    max_tokens=self._mode.max_tokens,
                    budget_ms=self._mode.budget_ms,
                    behind_ms=0.0,
                    known=known,
                    whole=True,
                )
                known.deep = True
            choice.asked = asked
            await asked.follow(known, patiently=True, learned=lambda: self._grown(choice))
        finally:
            self._work.stop()
        outcome = asked.outcome
        self._why = outcome if isinstance(outcome, Nothing) else None

    async def _is_ready(self) -> bool:
        """Have the model come; return whether it did."""
        self._engine.typed()
        while self._engine.state.state in _COMING:
            self._changed.clear()
            await self._changed.wait()
        return self._engine.state.state == "ready"

    def _is_at(self, snapshot: Snapshot) -> bool:
        return self._choice is not None and self._choice.is_at(snapshot)

    def _grown(self, choice: _Choice) -> None:
        """Offer more with each whole line of what is written."""
        lines = choice.asked.said.count("\n") if choice.asked else 0
        if lines != choice.lines:
            choice.lines = lines
            self._offer(choice)

    def _offer(self, choice: _Choice) -> None:
        """Tell that there is more to choose, if there is."""
        texts = _texts(choice.outcome)
        if texts != choice.told:
            choice.told, choice.due = texts, True
            self._on_more(choice.snapshot)

    def _on_end(self, task: "asyncio.Task[None]") -> None:
        if task is self._task:
            if self._choice is not None:
                self._choice.over = True
                self._offer(self._choice)
            self._tell()

    def _on_state(self, _state: object) -> None:
        self._changed.set()
        self._tell()

    def _tell(self) -> None:
        self._on_standing(self.standing)
