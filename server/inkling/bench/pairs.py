"""Which openers an editor closes by itself, and where what closes them is due.

An editor closes every bracket; whoever types over it must find it where it belongs. So a pair
counts when it is closed on its own line, or when a block stands between its lines, as Enter
between two brackets lays it out:

    call(
        argument,
    )

Where blocks stand in braces it counts as well when it begins and ends on the lines where such a
block does, as the parentheses of `call(() => {` and `})` do. Any other opening bracket is taken as
typed with the closing one deleted at once, which costs the person a key and the text nothing; it
is left out here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from inkling.bench.keys import Closer
from inkling.bench.languages.base import Language
from inkling.bench.languages.python import PYTHON

_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


def pairs(text: str, language: Language = PYTHON) -> dict[int, Closer]:
    """Map the offset of an opener's last character to what the editor puts behind it then."""
    found: dict[int, Closer] = {}
    open_brackets: list[int] = []
    block = (0, 0)
    for at, closer in _tokens(text, language):
        if closer is not None:
            found[at] = closer
        elif text[at] in _CLOSING:
            open_brackets.append(at)
        elif open_brackets and _CLOSING[text[open_brackets[-1]]] == text[at]:
            opener = open_brackets.pop()
            around = language.braces and _same_line(text, opener, block[0])
            if _is_block(text, opener, at, language) or (around and _same_line(text, block[1], at)):
                block = (opener, at)
            elif not _same_line(text, opener, at):
                continue
            found[opener] = Closer(at, 1)
        else:
            open_brackets.clear()  # not code that a bracket count can follow
    return found


def _same_line(text: str, start: int, end: int) -> bool:
    return start <= end and text.find("\n", start, end) < 0


def _is_block(text: str, opener: int, closer: int, language: Language) -> bool:
    """Whether a block stands between the lines of the two brackets: it is deeper, or it begins with
    a case, and with braces a blank line may stand before it.
    """
    begin = opener + 1
    if text[begin : begin + 1] != "\n":
        return False
    while language.braces and text[begin + 1 : begin + 2] == "\n":
        begin += 1
    outer = _indent(text, text.rfind("\n", 0, opener) + 1)
    inner = _indent(text, begin + 1)
    inside = begin + 1 + len(inner)
    case = language.braces and text.startswith(("case ", "default:"), inside)
    deeper = len(inner) > len(outer) or (case and inner == outer)
    closes_at = text[text.rfind("\n", 0, closer) + 1 : closer]
    return closes_at == outer and deeper and not text[inside].isspace()


def _indent(text: str, start: int) -> str:
    end = start
    while text[end : end + 1] in {" ", "\t"}:
        end += 1
    return text[start:end]


@dataclass(slots=True)
class _Template:
    """A text between backquotes that is open; in a place for code in it `depth` braces are open."""

    start: int
    depth: int = 0


def _tokens(text: str, language: Language) -> Iterator[tuple[int, Closer | None]]:
    """Yield the offsets of brackets with None, and of what else opens with what closes it.

    Of a string over several lines it sees words and brackets, but for one between backquotes.
    """
    at, code = 0, _token(language)
    templates: list[_Template] = []
    while True:
        inside = bool(templates) and not templates[-1].depth
        found = (language.backquoted if inside else code).search(text, at)
        if found is None:
            return
        start, at = found.span()
        if inside:
            if found.group() == "`":
                yield templates.pop().start, Closer(start, 1)
            elif found.group() == "${":
                templates[-1].depth = 1
                yield at - 1, None
        elif found["bracket"]:
            if templates:
                templates[-1].depth += {"{": 1, "}": -1}.get(found["bracket"], 0)
            yield start, None
        elif found["backquote"]:
            templates.append(_Template(start))
        elif found["quote"]:
            if not _opens_string(text, start, language):
                at = start + 1
            elif found["closed"]:
                yield start, Closer(at - 1, 1)
        elif found["comment"]:
            yield from _comment(found["comment"], start, language)


@cache
def _token(language: Language) -> re.Pattern[str]:
    """Match, in code, what hides brackets and quotes, a string, a backquote or a bracket.

    A string that is not closed on its line goes on to the line's end.
    """
    quotes = language.quotes.replace("`", "")
    patterns = [
        rf"{re.escape(language.comment)}.*",
        rf"(?x:{language.opaque.pattern})",
        rf"(?P<long>[{quotes}])(?P=long){{2}}(?:.*?(?P=long){{3}}|.*)",
        r"(?P<bracket>[()\[\]{}])",
        r"(?P<comment>/\*(?s:.*?)(?:\*/|\Z))" if language.braces else r"(?P<comment>(?!))",
        rf"(?P<quote>[{quotes}])(?:(?!(?P=quote))[^\\\n]|\\.)*(?:(?P<closed>(?P=quote))|.*)",
        r"(?P<backquote>`)" if "`" in language.quotes else r"(?P<backquote>(?!))",
    ]
    return re.compile("|".join(patterns))


def _opens_string(text: str, at: int, language: Language) -> bool:
    start = at
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return start == at or text[start:at].lower() in language.string_prefixes


def _comment(comment: str, start: int, language: Language) -> Iterator[tuple[int, Closer]]:
    """Yield what an editor closes a comment with, unless it is closed otherwise."""
    for opener, closer in (("/**", " */"), ("/*", "*/")):
        if comment.startswith(opener) and opener in language.closed_comments:
            if comment.endswith(closer):
                end = start + len(comment)
                yield start + len(opener) - 1, Closer(end - len(closer), len(closer))
            return
