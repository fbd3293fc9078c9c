"""A request at work, and how it learns from a generation as that grows.

It decides when enough is known to be shown; who writes and what follows an answer is not its own.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from inkling.suggest import confidence, trim, whole
from inkling.suggest.generations import Generation
from inkling.suggest.modes import Mode
from inkling.suggest.outcome import Insert, Nothing, Outcome
from inkling.suggest.refusals import Refusals
from inkling.suggest.site import Site
from inkling.suggest.trace import Trace
from inkling.suggest.whole import Judge
from inkling.suggest.work import Place
from inkling.text.buffers import Snapshot

# What reading the request and writing the answer take, in milliseconds, beside a busy engine: the
# budget ends with the answer's last byte.
_ANSWER_MS: Final = 9.0
# They take longer where all else does, by so much for each millisecond that a token is read in
# longer than in this one.
_SLOWER: Final = 0.75
_USUAL_READ_MS: Final = 4.0
_MOST_ANSWER_MS: Final = 20.0

_JUDGING_MS: Final = 3.0
"""How long may be judged where the answer has to leave; most of it was judged before."""

_PASSES: Final = 3.5
_ENOUGH: Final = 8
"""An answer that nobody asked for, of that many characters at least, waits no longer than so many
passes of the model. A fast machine answers sooner, not at greater length: reading begins sooner,
and what is written meanwhile is there before it is read."""


class Followed(Enum):
    """How following a generation ended."""

    WHOLE = "whole"
    """It says all there is to say."""
    LATE = "late"
    """What it would say next would come after the answer has to leave."""
    ASTRAY = "astray"
    """It says something else than was typed."""


@dataclass(slots=True)
class Asked:
    """A request at work: what it is about, and the best that is known so far."""

    snapshot: Snapshot
    place: Place
    site: Site
    mode: Mode
    trace: Trace
    refusals: Refusals = field(default_factory=Refusals)
    trimmed: trim.Trimmed = field(default_factory=lambda: trim.Trimmed("", ended=False))
    said: str = ""
    """What the generation says, as it is."""
    generation: Generation | None = None
    kept: str = ""
    """What is on the screen already, as far as it says what is typed; none of it goes."""
    answered: bool = False
    """Nobody waits any more."""
    _cut: tuple[str, str] = ("", "")
    _surest: tuple[tuple[str, bool], str] = (("", False), "")
    _judge: Judge = field(init=False)

    def __post_init__(self) -> None:
        self._judge = Judge(self.site)

    @property
    def left_ms(self) -> float:
        """Milliseconds until the answer must be written."""
        slower_ms = _SLOWER * max(self.place.read_ms - _USUAL_READ_MS, 0.0)
        answer_ms = min(_ANSWER_MS + slower_ms, _MOST_ANSWER_MS)
        return self.mode.budget_ms - answer_ms - self.trace.elapsed_ms

    @property
    def _judging_ms(self) -> float:
        """How long may be judged at one time: who waits for an answer must get it in time."""
        return math.inf if self.answered else max(self.left_ms, _JUDGING_MS)

    @property
    def text(self) -> str:
        """What could be shown of what is known."""
        if self.trimmed.ended:
            return self.trimmed.text
        if self._cut[0] != self.said:
            around = self.place.full.prefix + self.place.full.suffix
            self._judge.rest(self._judging_ms)
            self._cut = self.said, trim.cut_off(self.said, self.site, self._judge, around)
        return self._cut[1]

    @property
    def shown(self) -> str:
        """What is shown of that: as much as is sure enough, and what stands there already."""
        text = self.text
        if self.mode.invoked or not text.strip():
            return text
        weighed = text, self.trimmed.ended
        if self._surest[0] != weighed:
            self._surest = weighed, self._weigh(text)
        sure = self._surest[1]
        return self.kept if self.kept.startswith(sure) and text.startswith(self.kept) else sure

    def _weigh(self, text: str) -> str:
        """The longest beginning of a text that is sure enough and worth taking as it stands; what
        is on the screen already is sure enough.
        """
        least = self.mode.least_odds + self.refusals.asks_more(self.snapshot)
        self._judge.rest(self._judging_ms)
        for one in confidence.weigh(
            text,
            self._log_probs,
            self.site,
            ended=self.trimmed.ended,
            prompt_tokens=self.generation.stats.prompt_tokens if self.generation else 0,
        ):
            is_all = one.text == text
            sure = one.odds >= least or (is_all and self.kept.startswith(text))
            sure = sure and not self.refusals.bars(self.snapshot, one.text)
            if sure and not is_all:
                sure = whole.worth_taking(one.text, self.site, self._judge, text)
            if sure or is_all:
                self.trace.weighed = one
            if sure:
                return one.text
        return ""

    def _log_probs(self, text: str) -> list[float]:
        """Those of the tokens of a text that is to be shown; none where they are not told."""
        generation = self.generation
        typed = generation.typed(self.place.uri, self.place.full) if generation else None
        if generation is None or typed is None:
            return []
        return generation.log_probs(len(typed), len(typed) + len(text))

    @property
    def outcome(self) -> Outcome:
        """What to show of what is known."""
        generation = self.generation
        if generation is not None:
            self.trace.stats = generation.stats
            # What was whole before a fault is no worse for it, and may be found long after.
            if generation.why == "failed" and not self.trimmed.ended:
                return Nothing(generation.reason, generation.detail)
        text = self.shown
        if text.strip():
            log_prob = generation.log_prob if generation else 0.0
            return Insert(text, log_prob, deep=generation is not None and generation.deep)
        if self.text.strip():
            return Nothing("unsure")
        if self.trimmed.repeats:
            return Nothing("duplicate")
        if self.trimmed.unfit:
            return Nothing("unfit")
        if self.trimmed.ended:
            return Nothing("empty")
        # A step that only spelled the word again that stands before the cursor is a step too; and
        # where all was read, the first one was late.
        wrote = self.trace.stats.steps or self.trace.first_ms
        unread = generation is None or generation.unread_tokens
        return Nothing("reading" if unread and not wrote else "late")

    def learn(self, rest: str, generation: Generation) -> None:
        """Take in what a generation says follows; what was known before may be ahead of it."""
        began = time.perf_counter()
        self._judge.rest(self._judging_ms)
        trimmed = trim.trim(rest, self.site, self._judge, trim.end_of(generation.why))
        longer = len(self.kept) > len(trimmed.text) and self.kept.startswith(trimmed.text)
        if longer and rest.startswith(self.kept) and not self.site.gap:
            trimmed = trim.Trimmed(self.kept, ended=True)
        if trimmed.ended or not self.trimmed.text.startswith(trimmed.text):
            self.trimmed, self.said = trimmed, rest
        if rest:
            self.trace.first_ms = self.trace.first_ms or self.trace.elapsed_ms
        self.trace.trim_ms += (time.perf_counter() - began) * 1e3
        self.generation = generation

    def says_more_than(self, told: str) -> str | None:
        """What to show instead of what was `told`, None if that is not worth asking again for.

        It is where a line more is whole, where the writing has ended, and where nothing was told:
        then whatever there is.
        """
        text = self.shown
        if not text.strip() or text == told or not text.startswith(told):
            return None
        ended = self.trimmed.ended or self.generation is None or not self.generation.running
        return text if ended or not told or text.count("\n") > told.count("\n") else None

    async def follow(
        self,
        generation: Generation,
        *,
        patiently: bool = False,
        learned: Callable[[], None] = lambda: None,
    ) -> Followed:
        """Learn from a generation until it says no more or, but for the patient, not in time.

        `learned` is called after each time.
        """
        while True:
            rest = generation.rest(generation.uri, self.place.full)
            if rest is None:
                return Followed.ASTRAY
            self.learn(rest, generation)
            learned()
            if self.trimmed.ended or not generation.running:
                return Followed.WHOLE
            if not patiently and self._too_late_for(generation):
                return Followed.LATE
            self.trace.source = "model"
            await generation.change()

    def _too_late_for(self, generation: Generation) -> bool:
        """Whether the next step of a generation would end after the answer is to be written."""
        step_ms = (generation.next_at - time.perf_counter()) * 1e3
        if step_ms > self.left_ms:
            return True
        enough_ms = _PASSES * generation.stats.pass_ms or math.inf
        late = self.trace.elapsed_ms + step_ms > enough_ms
        return late and not self.mode.invoked and len(self.shown.strip()) >= _ENOUGH
