"""C: blocks in braces, lines of the preprocessor."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import Grammar, Language, Modules

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

SYMBOLS: Final = """
(struct_specifier name: (_) @name body: (_) @body) @type
(union_specifier name: (_) @name body: (_) @body) @type
(enum_specifier name: (_) @name body: (_) @body) @type
(type_definition declarator: (type_identifier) @name) @type
(type_definition declarator: (function_declarator declarator: (parenthesized_declarator
  (pointer_declarator declarator: (_) @name)))) @type
(enumerator name: (_) @name) @field
(preproc_def name: (_) @name) @value
(preproc_function_def name: (_) @name) @function
(function_definition declarator: [
  (function_declarator declarator: (identifier) @name)
  (_ (function_declarator declarator: (identifier) @name))
  (_ (_ (function_declarator declarator: (identifier) @name)))] body: (_) @body) @function
(declaration declarator: [
  (function_declarator declarator: (identifier) @name)
  (_ (function_declarator declarator: (identifier) @name))
  (_ (_ (function_declarator declarator: (identifier) @name)))]) @function
(translation_unit (declaration declarator: [
  (identifier) @name
  (pointer_declarator declarator: (identifier) @name)
  (array_declarator declarator: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (pointer_declarator declarator: (identifier) @name)
    (pointer_declarator declarator: (array_declarator declarator: (identifier) @name))
    (array_declarator declarator: (identifier) @name)])]) @value)
(field_declaration declarator: [
  (field_identifier) @name
  (pointer_declarator declarator: (field_identifier) @name)
  (array_declarator declarator: (field_identifier) @name)
  (function_declarator declarator: (parenthesized_declarator (pointer_declarator
    declarator: (field_identifier) @name)))]) @field
(comment) @comment
(preproc_include path: (_) @module)
"""

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
        symbols=SYMBOLS,
    ),
    line_comments=("//",),
    block_comments=(braces.COMMENT,),
    strings=(braces.STRING, braces.CHARACTER),
    opens_block=braces.OPENS_BLOCK,
    definition=re.compile(DEFINITION),
    heralds=re.compile(braces.HERALDS),
    characters_per_token=2.8,
    modules=Modules("/", endings=("",), beside=True),
)
