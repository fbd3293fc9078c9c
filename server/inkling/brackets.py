"""Brackets and quotes of a stretch of code, counted as an editor that closes them would.

It reads characters, not syntax: what it must say is needed before a tree has caught up.
"""

import re
from dataclasses import dataclass
from typing import Final

CLOSERS: Final = ")]}"
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
    comment = escaped = False
    for index, character in enumerate(text):
        if character == "\n":
            quote, comment = "", False
        elif comment or escaped:
            escaped = False
        elif quote:
            escaped = character == "\\"
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


def closed_below(pending: str, below: str) -> int:
    """How many characters from a line's end on only close, on the next line, what is `pending`.

    Enter between two brackets makes an editor put the closing one there.
    """
    end = 2 if below.startswith("\r\n") else 1
    if below[:1] not in ("\n", "\r"):
        return 0
    line = re.split(r"[\r\n]", below[end:], maxsplit=1)[0]
    closing = line.strip()
    if not closing or not pending.startswith(closing):
        return 0
    return end + len(line.rstrip())
