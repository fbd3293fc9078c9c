"""Rust: blocks in braces, lifetimes with an apostrophe, raw strings within sharps."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import Grammar, Language, String

LANGUAGE: Final = Language(
    ids=("rust",),
    files=(".rs",),
    grammar=Grammar(
        module="tree_sitter_rust",
        text=frozenset(
            {
                *("line_comment", "block_comment", "doc_comment"),
                *("outer_doc_comment_marker", "inner_doc_comment_marker"),
                *("string_content", "escape_sequence"),
            }
        ),
        quotes=frozenset({'"'}),
        quoted=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    ),
    line_comments=("//",),
    block_comments=(("/*", "*/"),),
    strings=(
        String('"', closing='"##', escape="", lines=True, prefix=r"\b[bc]?r##"),
        String('"', closing='"#', escape="", lines=True, prefix=r"\b[bc]?r#"),
        String('"', escape="", lines=True, prefix=r"\b[bc]?r"),
        String('"', lines=True),
        braces.CHARACTER,
    ),
    opens_block=re.compile(r"(?!\s*(?://|/\*|\*\s)).*\{\s*\Z"),  # a label opens none
    definition=re.compile(
        r"\s*(?:pub(?:\([^)]*\))?\s+)?"
        r"(?:(?:default|const|async|unsafe|extern(?:\s+\"[^\"]*\")?)\s+)*"
        r"(?:(?:fn|struct|enum|union|trait|mod|type)\s|impl\b|macro_rules!)"
    ),
    heralds=re.compile(r"//|\s*///|\s*#\["),
    characters_per_token=2.9,
)
