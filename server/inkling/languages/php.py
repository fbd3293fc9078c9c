"""PHP: blocks in braces, strings over several lines; what stands around its code is HTML."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import Grammar, Language, Modules, String

_CODE: Final = (("{$", "}"), ("${", "}"))
_MODIFIERS: Final = r"(?:(?:public|private|protected|static|final|abstract|readonly)\s+)"

_SYMBOLS: Final = """
(class_declaration name: (_) @name body: (_) @body) @type
(interface_declaration name: (_) @name body: (_) @body) @type
(trait_declaration name: (_) @name body: (_) @body) @type
(enum_declaration name: (_) @name body: (_) @body) @type
(function_definition name: (_) @name body: (_) @body) @function
(method_declaration name: (_) @name body: (_)? @body) @function
(const_declaration (const_element . (name) @name)) @value
(property_declaration (property_element name: (variable_name (name) @name))) @field
(property_promotion_parameter name: (variable_name (name) @name)) @field
(enum_case name: (_) @name) @field
(anonymous_function body: (_) @local)
(arrow_function body: (_) @local)
(comment) @comment
(attribute_list) @skipped
(namespace_use_declaration (namespace_use_clause) @path)
(namespace_use_declaration (namespace_name) @module body: (namespace_use_group
  (namespace_use_clause . (_) @imported alias: (_)? @alias)))
"""

LANGUAGE: Final = Language(
    ids=("php",),
    files=(".php", ".phtml", ".php8", ".php7", ".phpt", ".inc"),
    grammar=Grammar(
        module="tree_sitter_php",
        function="language_php",
        text=frozenset(
            {"comment", "string_content", "escape_sequence", "nowdoc_string", "heredoc_body"}
        ),
        quotes=frozenset({'"', "'", "`"}),
        quoted=frozenset({"string", "encapsed_string", "shell_command_expression"}),
        symbols=_SYMBOLS,
    ),
    line_comments=("//", "#"),
    block_comments=(braces.COMMENT,),
    strings=(
        String('"', lines=True, expressions=_CODE),
        String("'", lines=True),
        String("`", lines=True, expressions=_CODE),
    ),
    opens_block=re.compile(
        rf"{braces.OPENS_BLOCK.pattern}"
        r"|\s*(?:if|elseif|else|for|foreach|while|switch)\b.*:\s*\Z"
        r"|.*[=(,\s]\[\s*\Z"  # an array, mostly of one entry a line
    ),
    definition=re.compile(rf"\s*{_MODIFIERS}*(?:function\s+&?\w|(?:class|interface|trait|enum)\s)"),
    heralds=re.compile(r"//|/\*|\s*/\*\*|\s*#\["),
    characters_per_token=3.5,
    closes_block=re.compile(r"\s*(?:[)\]}]|(?:end(?:if|for|foreach|while|switch)|else(?:if)?)\b)"),
    modules=Modules("\\", endings=(".php",), drops=True, neighbours=True),
)
