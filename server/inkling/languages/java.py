"""Java: blocks in braces, text blocks in three quotes."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import Grammar, Language, String

_MODIFIERS: Final = (
    r"(?:(?:public|private|protected|static|final|abstract|sealed|non-sealed|synchronized|native"
    r"|default|strictfp)\s++)"
)

LANGUAGE: Final = Language(
    ids=("java",),
    files=(".java",),
    grammar=Grammar(
        module="tree_sitter_java",
        text=frozenset(
            {
                *("line_comment", "block_comment", "string_fragment", "escape_sequence"),
                "multiline_string_fragment",
            }
        ),
        quotes=frozenset({'"', '"""'}),
        quoted=frozenset({"string_literal", "character_literal"}),
    ),
    line_comments=("//",),
    block_comments=(braces.COMMENT,),
    strings=(String('"""', lines=True), braces.STRING, braces.CHARACTER),
    opens_block=re.compile(
        rf"{braces.OPENS_BLOCK.pattern}|(?!\s*(?://|\*\s))\s*(?:case\b.*|default\s*)->\s*\Z"
    ),
    definition=re.compile(
        rf"\s*{_MODIFIERS}*+(?:class|interface|enum|record|@interface)\s"
        rf"|\s*{_MODIFIERS}++[^=;]*\)[^=;)]*\Z"
    ),
    heralds=re.compile(rf"{braces.HERALDS}|\s*@(?!interface\b)\w"),
    characters_per_token=3.6,
)
