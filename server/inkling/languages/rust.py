"""Rust: blocks in braces, lifetimes with an apostrophe, raw strings within sharps."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import CURSOR, Grammar, Language, Modules, String

_SYMBOLS: Final = """
(struct_item name: (_) @name body: (_)? @body) @type
(enum_item name: (_) @name body: (_) @body) @type
(union_item name: (_) @name body: (_) @body) @type
(trait_item name: (_) @name body: (_) @body) @type
(type_item name: (_) @name) @type
(function_item name: (_) @name body: (_) @body) @function
(function_signature_item name: (_) @name) @function
(macro_definition name: (_) @name) @value
(const_item name: (_) @name) @value
(static_item name: (_) @name) @value
(field_declaration name: (_) @name) @field
(enum_variant name: (_) @name) @field
(closure_expression body: (_) @local)
(impl_item type: [
  (type_identifier) @name
  (generic_type type: (type_identifier) @name)
  (scoped_type_identifier name: (_) @name)]) @scope
[(line_comment) (block_comment)] @comment
(attribute_item) @skipped
(use_declaration argument: (_) @path)
"""

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
        symbols=_SYMBOLS,
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
    modules=Modules(
        "::",
        endings=(".rs", "/mod.rs", "/lib.rs"),
        leading=frozenset({"crate", "self", "super"}),
        drops=True,
        bare=False,
        whole=True,
        among=frozenset({"self"}),
        asked=re.compile(
            rf"^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+(?P<module>\w+(?:::\w+)*)::(?:\w*|\{{[^{{}}]*){CURSOR}",
            re.MULTILINE,
        ),
    ),
)
