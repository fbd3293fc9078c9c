"""Python: blocks by indentation, strings over several lines, expressions inside strings."""

import re
from typing import Final

from inkling.languages.base import Grammar, Language, String

_OPENS_BLOCK: Final = re.compile(
    r"\s*(async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b.*:\s*\Z"
    r"|.*\)(\s*->.*)?:\s*\Z"  # the last line of a definition or a condition
)

_LONG: Final = ('"""', "'''")
_FORMAT: Final = r"(?<!\w)(?i:[ft]r?|r[ft])"
_CODE: Final = (("{", "}"),)

LANGUAGE: Final = Language(
    ids=("python",),
    files=(".py", ".pyi"),
    grammar=Grammar(
        module="tree_sitter_python",
        text=frozenset({"comment", "string_content", "escape_sequence", "escape_interpolation"}),
        quotes=frozenset({"string_start"}),
        quoted=frozenset({"string"}),
        expressions=frozenset({"interpolation"}),
    ),
    line_comments=("#",),
    block_comments=(),
    strings=(
        *(String(quote, lines=True, prefix=_FORMAT, expressions=_CODE) for quote in _LONG),
        *(String(quote, prefix=_FORMAT, expressions=_CODE) for quote in "\"'"),
        *(String(quote, lines=True) for quote in _LONG),
        *(String(quote) for quote in "\"'"),
    ),
    opens_block=_OPENS_BLOCK,
    definition=re.compile(r"\s*((async\s+)?def\s|class\s)"),
    heralds=re.compile(r"\s*@"),
    characters_per_token=3.2,
)
