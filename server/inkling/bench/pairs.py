"""Which opening brackets and quotes an editor closes by itself, and where they are due.

An editor closes every bracket; whoever types over it must find it where it belongs. So a pair
counts when it is closed on its own line, or when a block stands between its lines, as Enter
between two brackets lays it out:

    call(
        argument,
    )

Any other opening bracket is taken as typed with the closing one deleted at once, which costs
the person a key and the text nothing; it is left out here.
"""

from collections.abc import Iterator
from typing import Final

from inkling.bench.language import PYTHON, Language

_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


def pairs(text: str, language: Language = PYTHON) -> dict[int, int]:
    """Map the offset of each opener that the editor closes to that of its closer."""
    found: dict[int, int] = {}
    open_brackets: list[int] = []
    for start, line in _lines(text):
        opened_here = len(open_brackets)
        for offset, closer in _tokens(line, language):
            if closer is not None:
                found[start + offset] = start + closer
            elif line[offset] in _CLOSING:
                open_brackets.append(start + offset)
            elif open_brackets and _CLOSING[text[open_brackets[-1]]] == line[offset]:
                opener = open_brackets.pop()
                if len(open_brackets) >= opened_here or _is_block(text, opener, start + offset):
                    found[opener] = start + offset
                opened_here = min(opened_here, len(open_brackets))
            else:
                open_brackets.clear()  # not code that a bracket count can follow
                opened_here = 0
    return found


def _is_block(text: str, opener: int, closer: int) -> bool:
    """Whether a deeper block stands between the lines of the two brackets."""
    if text[opener + 1 : opener + 2] != "\n":
        return False
    last_break = text.rfind("\n", 0, closer)
    if last_break == opener + 1:
        return False
    outer = _indent(text, text.rfind("\n", 0, opener) + 1)
    inner = _indent(text, opener + 2)
    first_inside = text[opener + 2 + len(inner)]
    closes_at = text[last_break + 1 : closer]
    return closes_at == outer and len(inner) > len(outer) and not first_inside.isspace()


def _indent(text: str, start: int) -> str:
    end = start
    while text[end : end + 1] in {" ", "\t"}:
        end += 1
    return text[start:end]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _tokens(line: str, language: Language) -> Iterator[tuple[int, int | None]]:
    """Yield the offsets of brackets with None, and of quoted strings with where they end.

    It knows one line only: of a string over several lines it sees words and brackets.
    """
    at = 0
    while at < len(line):
        char = line[at]
        if line.startswith(language.comment, at):
            return
        if char in language.quotes:
            if line.startswith(char * 3, at):
                closed = line.find(char * 3, at + 3)
                at = len(line) if closed < 0 else closed + 3
                continue
            if _opens_string(line, at, language):
                end = _string_end(line, at)
                if end is None:
                    return
                yield at, end
                at = end
        elif char in "()[]{}":
            yield at, None
        at += 1


def _opens_string(line: str, at: int, language: Language) -> bool:
    start = at
    while start and (line[start - 1].isalnum() or line[start - 1] == "_"):
        start -= 1
    return start == at or line[start:at].lower() in language.string_prefixes


def _string_end(line: str, at: int) -> int | None:
    quote, end = line[at], at + 1
    while end < len(line):
        if line[end] == "\\":
            end += 1
        elif line[end] == quote:
            return end
        end += 1
    return None
