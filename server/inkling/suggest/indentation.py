"""Indentation as the file has it: what a model adds where a line is indented already goes.

It goes as the text is written, before anything of it is remembered: whatever is shown must continue
the document as it is.
"""

from inkling.languages.base import Language
from inkling.text.brackets import indent


def settled_at(before: str, language: Language) -> int:
    """How far the line that `before` ends with is indented, if that is all that stands on it and as
    much as the line above asks for; else -1.
    """
    above, _, line = before.rpartition("\n")
    if not line or line.strip():
        return -1
    previous = next((text for text in reversed(above.split("\n")) if text.strip()), "")
    asked = indent(previous) + bool(language.opens_block.match(previous))
    return len(line) if len(line) >= asked else -1


def settle(written: str, at: int) -> str:
    """Take from each line of a text as much indentation as its first line has too much, where the
    cursor's is settled `at` so many characters; -1: take nothing.

    More text only adds to the result.
    """
    first, *others = written.split("\n")
    excess = indent(first)
    if at < 0 or not excess:
        return written
    if not first.strip():
        return written if others else ""
    lines = [first[excess:]]
    for number, line in enumerate(others, 1):
        blanks = indent(line)
        if blanks == len(line) and number == len(others):
            lines.append("")  # there may be more of them
        else:
            lines.append(line[min(excess, max(blanks - at, 0)) :])
    return "\n".join(lines)
