"""C#: blocks in braces, strings with code in them, verbatim ones and raw ones."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import Grammar, Language, Modules, String

_CODE: Final = (("{", "}"),)
_MODIFIERS: Final = (
    r"(?:(?:public|private|protected|internal|static|abstract|virtual|override|sealed|async|partial"
    r"|readonly|unsafe|extern|new|file)\s++)"
)

_SYMBOLS: Final = """
(class_declaration name: (_) @name body: (_)? @body) @type
(struct_declaration name: (_) @name body: (_)? @body) @type
(interface_declaration name: (_) @name body: (_) @body) @type
(enum_declaration name: (_) @name body: (_) @body) @type
(record_declaration name: (_) @name body: (_)? @body) @type
(delegate_declaration name: (_) @name) @type
(method_declaration name: (_) @name body: (_)? @body) @function
(constructor_declaration name: (_) @name body: (_) @body) @function
(property_declaration name: (_) @name) @field
(field_declaration (variable_declaration (variable_declarator name: (_) @name))) @field
(event_field_declaration (variable_declaration (variable_declarator name: (_) @name))) @field
(enum_member_declaration name: (_) @name) @field
(lambda_expression body: (_) @local)
(comment) @comment
(using_directive (qualified_name) @module)
(using_directive . (identifier) @module .)
"""

LANGUAGE: Final = Language(
    ids=("csharp", "cs"),
    files=(".cs", ".csx"),
    grammar=Grammar(
        module="tree_sitter_c_sharp",
        text=frozenset(
            {
                *("comment", "string_literal_content", "string_content", "escape_sequence"),
                *("character_literal_content", "raw_string_content"),
            }
        ),
        quotes=frozenset({'"', "'", "raw_string_start", "interpolation_quote"}),
        quoted=frozenset(
            {
                *("string_literal", "verbatim_string_literal", "raw_string_literal"),
                *("interpolated_string_expression", "character_literal"),
            }
        ),
        expressions=frozenset({"interpolation"}),
        symbols=_SYMBOLS,
    ),
    line_comments=("//",),
    block_comments=(braces.COMMENT,),
    strings=(
        String('"""', escape="", lines=True, prefix=r"\$\$", expressions=(("{{", "}}"),)),
        String('"""', escape="", lines=True, prefix=r"\$", expressions=_CODE),
        String('"""', escape="", lines=True),
        # A quote is doubled in these, which reads as two strings, one behind the other.
        String('"', escape="", lines=True, prefix=r"(?:\$@|@\$)", expressions=_CODE),
        String('"', escape="", lines=True, prefix="@"),
        String('"', prefix=r"\$", expressions=_CODE),
        braces.STRING,
        braces.CHARACTER,
    ),
    opens_block=braces.OPENS_BLOCK,
    definition=re.compile(
        rf"\s*{_MODIFIERS}*+(?:class|struct|interface|enum|record|namespace|delegate)\s"
        rf"|\s*{_MODIFIERS}++[^=;]*[)}}{{]\s*\Z"
    ),
    heralds=re.compile(rf"{braces.HERALDS}|\s*///|\s*\[\w[^\]]*\]\s*\Z"),
    characters_per_token=3.4,
    modules=Modules(".", drops=True, alone=True, neighbours=True),
)
