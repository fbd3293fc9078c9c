"""Go: blocks in braces, strings in backquotes that nothing escapes, runes in single quotes."""

import re
from typing import Final

from inkling.languages.base import Grammar, Language, Modules, String

_OPENS_BLOCK: Final = re.compile(
    r"(?!\s*//)(?:"
    r".*\{"  # a function, a condition, a literal over several lines
    r"|(?:import|const|var|type)\s*\("  # declarations in one pair of brackets
    r"|\s*(?:case\b.*|default):"  # a label opens none
    r")\s*\Z"
)

_SYMBOLS: Final = """
(source_file (type_declaration [
  (type_spec name: (_) @name type: [
    (struct_type (field_declaration_list) @body) (interface_type) @body (_)]) @type
  (type_alias name: (_) @name) @type]))
(method_elem name: (_) @name) @function
(function_declaration name: (_) @name body: (_)? @body) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @container
    (pointer_type (type_identifier) @container)
    (generic_type type: (_) @container)
    (pointer_type (generic_type type: (_) @container))]))
  name: (_) @name body: (_)? @body) @function
(source_file (const_declaration (const_spec name: (_) @name) @value))
(source_file (var_declaration (var_spec name: (_) @name) @value))
(source_file (var_declaration (var_spec_list (var_spec name: (_) @name) @value)))
(field_declaration name: (_) @name) @field
(comment) @comment
(import_spec name: (package_identifier)? @alias path: (_) @module)
"""

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
        symbols=_SYMBOLS,
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
    modules=Modules(
        "/", drops=True, neighbours=True, bare=False, whole=True, public=re.compile(r"[^\W\d_a-z]")
    ),
)
