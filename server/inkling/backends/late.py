"""A model that comes once it is asked for: what it takes is not spent before."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from inkling.backends.base import Backend, broken
from inkling.backends.reading import Readings
from inkling.engine.wire import Chunk, Done, Prompt, State, Stats
from inkling.errors import InklingError, ModelError


class Late:
    """A `base.Backend`: what `make` makes with the first key, and again where that has failed.

    Before that it is asleep. `make` may raise InklingError.
    """

    def __init__(self, make: Callable[[], Backend]) -> None:
        self._make = make
        self._wanted = asyncio.Event()
        self._made: Backend | None = None
        self._hearing: list[Callable[[State], None]] = []
        self.state = State("asleep")

    def listen(self, hear: Callable[[State], None]) -> None:
        """See `base.Backend`."""
        self._hearing.append(hear)

    async def run(self) -> None:
        """See `base.Backend`; it never fails for good, since it may be asked for again."""
        while True:
            await self._wanted.wait()
            try:
                made = self._make()
            except InklingError as error:
                self._wanted.clear()
                lacking = isinstance(error, ModelError)
                self._change(State("no-model" if lacking else "failed", str(error)))
                continue
            made.listen(self._change)
            self._made = made
            try:
                await made.run()
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody is to wait for it
                self._change(broken(error))
            finally:
                self._made = None
                self._wanted.clear()

    def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        budget_ms: float,
        behind_ms: float = 0.0,
        rank: int = 0,
        names: Sequence[str] = (),
    ) -> AsyncGenerator[Chunk | Done]:
        """See `base.Backend`."""
        if self._made is None:
            return _unanswered(self.state.detail)
        return self._made.generate(
            prompt,
            max_tokens=max_tokens,
            budget_ms=budget_ms,
            behind_ms=behind_ms,
            rank=rank,
            names=names,
        )

    def typed(self) -> None:
        """See `base.Backend`."""
        if self._made is not None:
            self._made.typed()
        elif not self._wanted.is_set():
            self._wanted.set()
            self._change(State("loading"))

    def refer(self, name: str, text: str) -> None:
        """See `base.Backend`."""
        if self._made is not None:
            self._made.refer(name, text)

    def unread_tokens(self, prompt: Prompt) -> float:
        """See `base.Backend`."""
        return (self._made or Readings()).unread_tokens(prompt)

    def _change(self, state: State) -> None:
        self.state = state
        for hear in self._hearing:
            hear(state)


async def _unanswered(detail: str) -> AsyncGenerator[Chunk | Done]:
    yield Done(0, "failed", Stats(), detail)
