"""What completes: what a completer needs of a model, wherever that runs."""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Protocol

from inkling.engine.wire import Chunk, Done, Prompt, State
from inkling.protocol import Reason


class Failed(Done, frozen=True, kw_only=True):
    """The end of a request that failed for a reason which has a name of its own."""

    reason: Reason


def reason_of(done: Done) -> Reason:
    """Return what clients call it that a request failed."""
    return done.reason if isinstance(done, Failed) else "failed"


def broken(error: Exception) -> State:
    """Return the state of a backend whose `run` met what nobody foresaw: it is over, and told."""
    return State("failed", f"The engine stopped working ({type(error).__name__}).")


class Backend(Protocol):
    """A model that writes on from prompts. It belongs to one event loop.

    It may be a process of this server's own, one that several servers share, or another machine's.
    """

    @property
    def state(self) -> State:
        """Its state, and what of the machine it runs on decides how much context it is given."""

    async def run(self) -> None:
        """Be ready to be asked until cancelled, or until it has failed for good."""

    def listen(self, hear: Callable[[State], None]) -> None:
        """Call `hear` at each change of the state, from now on."""

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
        """Stream the answer to a prompt; Done is the last message, and there always is one.

        See `wire.Generate`. Leaving the iteration early (close it with `aclosing`) cancels the
        request; so does a later one.
        """

    def typed(self) -> None:
        """Take notice of a key: the model stays in memory for it, or is loaded again."""

    def refer(self, name: str, text: str) -> None:
        """Give a text that drafts may be copied from, instead of the one of that name."""

    def unread_tokens(self, prompt: Prompt) -> float:
        """Estimate how many tokens of a prompt would have to be read before its first step."""
