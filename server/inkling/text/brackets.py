"""Brackets and quotes of a stretch of code, counted as an editor that closes them would.

It reads characters, not syntax: what it must say is needed before a tree has caught up.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from inkling.languages.base import Language, String

CLOSERS: Final = ")]}"
_CLOSING_LINE: Final = re.compile(r"(?:\r\n|\r|\n)[ \t]*([)\]}]+)(?=[ \t]*(?:[\r\n]|\Z))")
_OPENERS: Final = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Brackets:
    """What a text leaves open, and what it closes.

    `pending` are the closers it still wants, the innermost first. `closing` are the indices at
    which it closes brackets that it did not open. `quote` is the string left open at its end,
    `undecided` where that begins, if it is one only in case the rest of the line closes it.
    `comment` is what would close the comment left open there; a line's end for one of a line.
    """

    pending: str
    closing: list[int]
    quote: str
    undecided: int | None
    comment: str


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a language's brackets are read by.

    `telling` finds all that matters. `comments` has what ends a comment by what opens it, `escapes`
    what a string escapes with by its quote, `closed` the rest of a string that may be none.
    """

    telling: re.Pattern[str]
    comments: dict[str, str]
    escapes: dict[str, str]
    closed: dict[str, re.Pattern[str]]


@cache
def _signs(language: Language) -> _Signs:
    comments = dict.fromkeys(language.line_comments, "\n") | dict(language.block_comments)
    # Of three quotes, the third opens as all of them would: longer ones need no rule of their own.
    strings = [string for string in language.strings if len(string.quote) == 1]
    signs = {"\n", *comments, *comments.values(), *_OPENERS, *CLOSERS}
    signs.update(sign for string in strings for sign in (string.quote, string.escape))
    longest_first = sorted(signs - {""}, key=len, reverse=True)
    return _Signs(
        telling=re.compile("|".join(map(re.escape, longest_first))),
        comments=comments,
        escapes={string.quote: string.escape for string in strings},
        closed={string.quote: _rest_of(string) for string in strings if not string.certain},
    )


def _rest_of(string: String) -> re.Pattern[str]:
    """Match a string behind its opening quote, up to the closing one on the same line."""
    quote, escape = re.escape(string.quote), re.escape(string.escape)
    escaped = f"{escape}.|" if escape else ""
    return re.compile(f"(?:{escaped}[^{escape}{quote}\n])*{quote}")


def scan(text: str, language: Language, quote: str = "") -> Brackets:
    """Count brackets outside of strings and comments; a string ends with its line at the latest.

    Longer ones do too: where their ends look the same, nothing tells whether a text begins in one.
    `quote` is the string that the text begins in.
    """
    signs = _signs(language)
    pending, closing = list[str](), list[int]()
    comment, escaped, undecided = "", -1, None
    for found in signs.telling.finditer(text):
        index, sign = found.start(), found[0]
        if sign == "\n":
            quote = ""
        if comment:
            comment = "" if sign == comment else comment
        elif index == escaped:
            continue
        elif quote:
            escaped = index + 1 if sign == signs.escapes[quote] else -1
            quote = "" if sign == quote else quote
        elif sign in signs.escapes:
            quote = sign if _opens_string(text, index, signs) else ""
            undecided = index if sign in signs.closed else None
        elif sign in signs.comments:
            comment = signs.comments[sign]
        elif sign in _OPENERS:
            pending.append(_OPENERS[sign])
        elif sign in CLOSERS and pending:
            pending.pop()
        elif sign in CLOSERS:
            closing.append(index)
    unsure = undecided if quote else None
    return Brackets("".join(reversed(pending)), closing, quote, unsure, comment)


def _opens_string(text: str, index: int, signs: _Signs) -> bool:
    """Whether a quote is one: an uncertain one must be closed on its line, or its line go on."""
    closed = signs.closed.get(text[index])
    return not closed or bool(closed.match(text, index + 1)) or text.find("\n", index) < 0


def scan_line(line_prefix: str, line_suffix: str, language: Language) -> Brackets:
    """Scan the cursor's line up to the cursor, knowing what stands behind."""
    brackets = scan(line_prefix, language)
    if brackets.undecided is not None and brackets.quote not in line_suffix:
        return scan(line_prefix + "\n", language)
    return brackets


def closed_behind(line_prefix: str, line_suffix: str, language: Language) -> int:
    """How many characters right behind the cursor only close what the line before it opened.

    Editors insert those by themselves while one types.
    """
    before = scan_line(line_prefix, line_suffix, language)
    count = 0
    for character, wanted in zip(line_suffix, before.quote + before.pending, strict=False):
        if character != wanted:
            break
        count += 1
    return count


def closed_below(above: str, skipped: int, below: str, language: Language) -> int:
    """How many characters from a line's end on only close, on the next line, what is open.

    Open is what `above` opens, but for what the `skipped` closers behind the cursor close. Enter
    between two brackets makes an editor put the closing one there.
    """
    line = _CLOSING_LINE.match(below)
    if line is None:  # mostly, and then nothing need be scanned
        return 0
    if not scan(above + "\n", language).pending[skipped:].startswith(line[1]):
        return 0
    return line.end()
