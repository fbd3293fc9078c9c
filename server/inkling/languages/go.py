"""Go: blocks in braces, strings in backquotes that nothing escapes, runes in single quotes."""

import re
from typing import Final

from inkling.languages.base import Grammar, Language, String

_OPENS_BLOCK: Final = re.compile(
    r"(?!\s*//)(?:"
    r".*\{"  # a function, a condition, a literal over several lines
    r"|(?:import|const|var|type)\s*\("  # declarations in one pair of brackets
    r"|\s*(?:case\b.*|default):"  # a label opens none
    r")\s*\Z"
)

LANGUAGE: Final = Language(
    ids=("go",),
    files=(".go",),
    grammar=Grammar(
        module="tree_sitter_go",
        text=frozenset(
            {
                "comment",
                "interpreted_string_literal_content",
                "raw_string_literal_content",
                "escape_sequence",
            }
        ),
        quotes=frozenset({'"', "`"}),
        quoted=frozenset({"rune_literal"}),
    ),
    line_comments=("//",),
    block_comments=(("/*", "*/"),),
    strings=(String('"'), String("'", single=True), String("`", escape="", lines=True)),
    opens_block=_OPENS_BLOCK,
    # At the margin only: further in, a function is a value, and a comment may stand anywhere.
    definition=re.compile(r"func\b|type\s"),
    heralds=re.compile(r"//"),
    # Nine in ten files of gin, mux, cobra and x/text have 2.7 or more; of Python's, 3.6.
    characters_per_token=2.5,
)
