"""The lines that were changed lately, as parts: who changes a thing in one place often has the same
to change in others. Whose changes may be told is not decided here.

What the lines were before is not told: at 42 changes between two versions of packages it brought
nothing more, and it has to be read.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from inkling.context.index.symbols import Part

_MOST: Final = 4
_LINES: Final = 8
"""Of one edit: the first of them tell what it was about."""


def parts(edits: Iterable[Part], characters: int) -> list[Part]:
    """The latest of the edits, which come the latest first, in so many characters; those of one
    file that follow each other are one part.
    """
    chosen: list[Part] = []
    for edit in edits:
        lines = [line.rstrip() for line in edit.text.split("\n") if line.strip()]
        text = "\n".join(lines[:_LINES])
        characters -= len(text) + 1
        if characters < 0 or len(chosen) == _MOST:
            break
        if text:
            chosen.append(Part(edit.path, edit.line, text))
    files = groupby(chosen, key=lambda edit: edit.path)
    return [_joined([*reversed([*of_file])]) for _, of_file in files]


def _joined(edits: list[Part]) -> Part:
    """As they were made, the latest last."""
    first = edits[0]
    return Part(first.path, first.line, "\n".join(edit.text for edit in edits))
