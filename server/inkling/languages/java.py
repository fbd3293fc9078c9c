"""Java: blocks in braces, text blocks in three quotes."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import CURSOR, Grammar, Language, Modules, String

_MODIFIERS: Final = (
    r"(?:(?:public|private|protected|static|final|abstract|sealed|non-sealed|synchronized|native"
    r"|default|strictfp)\s++)"
)

_SYMBOLS: Final = """
(class_declaration name: (_) @name body: (_) @body) @type
(interface_declaration name: (_) @name body: (_) @body) @type
(enum_declaration name: (_) @name body: (_) @body) @type
(record_declaration name: (_) @name body: (_) @body) @type
(annotation_type_declaration name: (_) @name body: (_) @body) @type
(method_declaration name: (_) @name body: (_)? @body) @function
(constructor_declaration name: (_) @name body: (_) @body) @function
(annotation_type_element_declaration name: (_) @name) @field
(field_declaration declarator: (variable_declarator name: (_) @name)) @field
(constant_declaration declarator: (variable_declarator name: (_) @name)) @field
(enum_constant name: (_) @name) @field
(lambda_expression body: (_) @local)
(block_comment) @comment
(import_declaration (scoped_identifier) @path .)
(import_declaration (scoped_identifier) @module (asterisk) @all)
"""

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
        symbols=_SYMBOLS,
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
    modules=Modules(
        ".",
        endings=(".java",),
        neighbours=True,
        asked=re.compile(
            rf"^import\s+(?:static\s+)?(?P<module>\w+(?:\.\w+)*)\.\w*{CURSOR}", re.MULTILINE
        ),
    ),
)
