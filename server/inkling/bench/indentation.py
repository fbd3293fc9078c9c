"""What an editor begins a new line with."""

import re
from collections import Counter
from typing import Final

from inkling.bench.languages.base import Language
from inkling.bench.languages.python import PYTHON

_BLOCK: Final = re.compile(r"^([ \t]*).*\{\n(?=\1(\t| {2,8})\S)", re.MULTILINE)
_COMMENT_BEGINS: Final = re.compile(r"\s*/\*\*(?!/)(?!.*\*/)")
_COMMENT_GOES_ON: Final = re.compile(r"\s* \*(?: (?!.*\*/)|$)")
_COMMENT_ENDS: Final = re.compile(r"\s* \*+/\s*$")


def next_line(line: str, above: str, unit: str, language: Language = PYTHON) -> str:
    """Return what the line behind `line` begins with: indentation, and in a comment over several
    lines an asterisk. `above` is the line before.
    """
    indent = line[: len(line) - len(line.lstrip())]
    if _goes_on(line, above, language):
        return indent + ("* " if line.lstrip().startswith("*") else " * ")
    if language.braces and _COMMENT_ENDS.match(line):
        return indent[:-1]
    if language.indents.search(line):
        return indent + unit
    governed = language.governs.match(above) and not line.lstrip().startswith(("{", "if"))
    if governed or language.outdents.match(line):
        return indent.removesuffix(unit)
    return indent


def _goes_on(line: str, above: str, language: Language) -> bool:
    if "/**" not in language.closed_comments:
        return False
    if _COMMENT_BEGINS.match(line):
        return True
    return bool(_COMMENT_GOES_ON.match(line)) and above.lstrip().startswith(("/**", "*"))


def unit(text: str, language: Language = PYTHON) -> str:
    """Return what one level of indentation is in a text: a tab, or two to eight spaces."""
    deeper = Counter[str](found[2] for found in _BLOCK.finditer(text))
    if language.braces and deeper:
        return deeper.most_common(1)[0][0]
    for line in text.split("\n"):
        if line.startswith("\t"):
            return "\t"
        spaces = len(line) - len(line.lstrip(" "))
        if 1 < spaces <= 8 and line.strip():
            return " " * spaces
    return "    "
