"""Keeps the model's marker words from being shown: a text ends where one begins.

A special token never is text, but a model may spell its name with ordinary tokens. Which words
those are the engine says; what else ends a suggestion is `trim`'s.
"""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from msgspec.structs import replace

from inkling.engine.wire import Chunk, Done, Token


@dataclass(frozen=True, slots=True)
class Parted:
    """A text without marker words: its `text`, and what is `held`, since more may make it one.

    With `ended`, one stood behind `text`; nothing is held then.
    """

    text: str
    held: str = ""
    ended: bool = False


def part(written: str, markers: Collection[str]) -> Parted:
    """Part what was written before the first marker word, or before what may yet become one."""
    found = [at for marker in markers if (at := written.find(marker)) >= 0]
    if found:
        return Parted(written[: min(found)], ended=True)
    longest = max(map(len, markers), default=1) - 1
    for at in range(max(len(written) - longest, 0), len(written)):
        if any(marker.startswith(written[at:]) for marker in markers):
            return Parted(written[:at], written[at:])
    return Parted(written)


async def unmarked(
    stream: AsyncGenerator[Chunk | Done], markers: Collection[str]
) -> AsyncGenerator[Chunk | Done]:
    """Pass on a backend's answer up to the first marker word, as if the model had stopped there.

    What may be the beginning of one waits for the next chunk, and for the model to stop; where the
    answer was cut off, it is left out.
    """
    held: list[Token] = []
    last: Chunk | None = None
    async with aclosing(stream) as messages:
        async for message in messages:
            if isinstance(message, Chunk):
                tokens = [*held, *message.tokens]
                parted = part("".join(token.text for token in tokens), markers)
                told, held = _split(tokens, len(parted.text))
                last = message
                yield replace(message, tokens=told)
                if parted.ended:
                    yield Done(message.id, "stop", message.stats)
                    return
            else:
                if held and last is not None and message.why == "stop":
                    yield replace(last, tokens=held)
                yield message


def _split(tokens: Sequence[Token], length: int) -> tuple[list[Token], list[Token]]:
    """Split tokens behind so many characters of their text; one may be split too."""
    for number, token in enumerate(tokens):
        if len(token.text) > length:
            told = [Token(token.text[:length], token.log_prob)] if length else []
            known = token.log_prob is not None and length
            rest = Token(token.text[length:], 0.0 if known else token.log_prob)
            return [*tokens[:number], *told], [rest, *tokens[number + 1 :]]
        length -= len(token.text)
    return list(tokens), []
