"""C: blocks in braces, lines of the preprocessor."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import Grammar, Language

# A function's head has a type before its name and no semicolon behind its brackets.
DEFINITION: Final = (
    r"(?:typedef\s+)?(?:struct|union|enum)\b[^;(]*\{"
    r"|(?!(?:return|else|if|while|for|switch|do|case|default|goto|typedef)\b)"
    r"[A-Za-z_][\w:<>,]*[\s*&][\w\s*&:<>,]*\([^;]*\Z"
)

STRING_NODES: Final = frozenset({"string_literal", "char_literal"})
QUOTES: Final = frozenset(
    f"{prefix}{quote}" for prefix in ("", "L", "u", "U", "u8") for quote in "\"'"
)

LANGUAGE: Final = Language(
    ids=("c",),
    files=(".c", ".h"),
    grammar=Grammar(
        module="tree_sitter_c",
        text=frozenset(
            {"comment", "string_content", "escape_sequence", "character", "system_lib_string"}
        ),
        quotes=QUOTES,
        quoted=STRING_NODES,
    ),
    line_comments=("//",),
    block_comments=(braces.COMMENT,),
    strings=(braces.STRING, braces.CHARACTER),
    opens_block=braces.OPENS_BLOCK,
    definition=re.compile(DEFINITION),
    heralds=re.compile(braces.HERALDS),
    characters_per_token=2.8,
)
