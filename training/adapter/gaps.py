"""Gaps in real code, as typing makes them: what an adapter learns from."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inkling.context import window
from inkling.engine.text.tokenizer import Tokenizer
from inkling.engine.wire import Special, Text
from inkling.suggest import prompt
from inkling.text.buffers import Snapshot

SHORTEST, LONGEST = 110, 448  # tokens
MOST_CHARACTERS = 600  # in a gap


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and what belongs in its gap. From `prefix` on the tokens are code in its order; from
    `gap` on they fill the gap, and end the text.
    """

    tokens: list[int]
    prefix: int
    gap: int


def examples(
    sources: list[list[Path]], tokenizer: Tokenizer, end: int, chance: random.Random
) -> Iterator[Example]:
    """Draw examples without end; `end` is the token that ends a text."""
    while True:
        path = chance.choice(chance.choice(sources))
        text = path.read_text("utf-8", "ignore").replace("\r\n", "\n").replace("\r", "\n")
        gap = _gap(text, chance)
        example = gap and _example(path.name, text, gap, tokenizer, end, chance)
        if example and SHORTEST <= len(example.tokens) <= LONGEST:
            yield example


def _gap(text: str, chance: random.Random) -> tuple[int, int] | None:
    """Draw where a gap begins and ends."""
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    line = lines[number]
    if not line.strip():
        return None
    start = sum(len(line) + 1 for line in lines[:number])
    indent = _indent(line)
    column = indent if chance.random() < 0.3 else chance.randrange(indent, len(line) + 1)
    begin, kind = start + column, chance.random()
    if kind < 0.33:
        end = start + len(line)
    elif kind < 0.82:
        last = _last_line(lines, number, chance)
        end = start + sum(len(line) + 1 for line in lines[number : last + 1]) - 1
    else:
        places = [at.start() for at in re.finditer(r"[)\]}'\":,]|\s(?=\S)", line)]
        end = start + chance.choice([at for at in places if at > column] or [0])
    return (begin, end) if 0 < end - begin <= MOST_CHARACTERS else None


def _last_line(lines: list[str], number: int, chance: random.Random) -> int:
    """Draw the last of some lines below; mostly it ends the block, where one ends there."""
    below = range(number + 1, min(number + 1 + chance.randint(1, 8), len(lines) - 1))
    if chance.random() < 0.6:
        for i in below:
            behind = lines[i + 1]
            if not behind.strip() or _indent(behind) < _indent(lines[number]):
                return i
    return below[-1] if below else number


def _example(
    name: str,
    text: str,
    gap: tuple[int, int],
    tokenizer: Tokenizer,
    end: int,
    chance: random.Random,
) -> Example | None:
    begin, behind = gap
    after = text[behind:]
    snapshot = Snapshot(f"file:///{name}", 1, "python", "utf-8", text[:begin] + after, begin)
    extent = window.Extent(chance.randint(50, 340), chance.choice((16, 40, 64, 128)))
    seen = window.cut(snapshot, extent)
    # Closing brackets that the window leaves out of the suffix are the model's to write.
    left_out = after.find(seen.suffix)
    if not 0 <= left_out <= 60:
        return None
    before = prompt.title_of(snapshot.uri, "python") + seen.prefix
    middle = text[begin:behind] + after[:left_out]

    def encoded(text: str) -> list[int]:
        return tokenizer.encode([Text(text, LONGEST, "end")], heal=False).tokens

    head = tokenizer.encode(
        [
            *(Special("fim_prefix"), Special("fim_suffix")),
            *(Text(seen.suffix, 96, "start"), Special("fim_middle")),
        ]
    ).tokens
    # One text: the model must not see where the gap begins.
    whole = encoded(before + middle)
    shared = zip(encoded(before), whole, strict=False)
    first = next((i for i, (one, other) in enumerate(shared) if one != other), len(encoded(before)))
    return Example([*head, *whole, end], len(head), len(head) + first)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
