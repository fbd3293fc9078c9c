"""Brackets and quotes of a stretch of code, counted as an editor that closes them would.

It reads characters, not syntax: what it must say is needed before a tree has caught up.
"""

import re
from dataclasses import dataclass
from typing import Final

CLOSERS: Final = ")]}"
_TELLING: Final = re.compile(r"[\n\"'#\\()\[\]{}]")
_CLOSING_LINE: Final = re.compile(r"(?:\r\n|\r|\n)[ \t]*([)\]}]+)(?=[ \t]*(?:[\r\n]|\Z))")
_OPENERS: Final = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Brackets:
    """What a text leaves open, and what it closes.

    `pending` are the closers it still wants, the innermost first. `closing` are the indices at
    which it closes brackets that it did not open. `quote` is the string left open at its end.
    """

    pending: str
    closing: list[int]
    quote: str


def scan(text: str, quote: str = "") -> Brackets:
    """Count brackets outside of strings and comments; a string ends with its line at the latest.

    `quote` is the string that the text begins in.
    """
    pending, closing = list[str](), list[int]()
    comment, escaped = False, -1
    for found in _TELLING.finditer(text):
        index, character = found.start(), found[0]
        if character == "\n":
            quote, comment = "", False
        elif comment or index == escaped:
            continue
        elif quote:
            escaped = index + 1 if character == "\\" else -1
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#":
            comment = True
        elif character in _OPENERS:
            pending.append(_OPENERS[character])
        elif character in CLOSERS and pending:
            pending.pop()
        elif character in CLOSERS:
            closing.append(index)
    return Brackets("".join(reversed(pending)), closing, quote)


def closed_behind(line_prefix: str, line_suffix: str) -> int:
    """How many characters right behind the cursor only close what the line before it opened.

    Editors insert those by themselves while one types.
    """
    before = scan(line_prefix)
    count = 0
    for character, wanted in zip(line_suffix, before.quote + before.pending, strict=False):
        if character != wanted:
            break
        count += 1
    return count


def closed_below(above: str, skipped: int, below: str) -> int:
    """How many characters from a line's end on only close, on the next line, what is open.

    Open is what `above` opens, but for what the `skipped` closers behind the cursor close. Enter
    between two brackets makes an editor put the closing one there.
    """
    line = _CLOSING_LINE.match(below)
    if line is None or not scan(above).pending[skipped:].startswith(line[1]):
        return 0
    return line.end()
