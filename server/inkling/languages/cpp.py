"""C++: C with classes, templates, and raw strings."""

import re
from typing import Final

from inkling.languages import braces, c
from inkling.languages.base import Grammar, Language, String

_SYMBOLS: Final = f"""{c.SYMBOLS}
(class_specifier name: (type_identifier) @name body: (_) @body) @type
(concept_definition name: (_) @name) @type
(alias_declaration name: (_) @name) @type
(function_definition declarator: [
  (function_declarator declarator: [(field_identifier) (operator_name) (destructor_name)] @name)
  (_ (function_declarator declarator: [(field_identifier) (operator_name)] @name))
  (_ (_ (function_declarator declarator: (field_identifier) @name)))] body: (_)? @body) @function
(function_definition declarator: [
  (function_declarator declarator: (qualified_identifier scope: (_) @container name: (_) @name))
  (_ (function_declarator declarator: (qualified_identifier
    scope: (_) @container name: (_) @name)))] body: (_)? @body) @function
(field_declaration declarator: [
  (function_declarator declarator: [(field_identifier) (operator_name)] @name)
  (_ (function_declarator declarator: [(field_identifier) (operator_name)] @name))
  (_ (_ (function_declarator declarator: (field_identifier) @name)))]) @function
(field_declaration declarator: (reference_declarator (field_identifier) @name)) @field
(namespace_definition body: (declaration_list (declaration declarator: [
  (identifier) @name
  (init_declarator declarator: (identifier) @name)]) @value))
(template_declaration parameters: (_) @herald)
(lambda_expression body: (_) @local)
"""

LANGUAGE: Final = Language(
    ids=("cpp",),
    files=(".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tpp"),
    grammar=Grammar(
        module="tree_sitter_cpp",
        text=frozenset(
            {
                *("comment", "string_content", "escape_sequence", "character"),
                *("system_lib_string", "raw_string_content", "raw_string_delimiter"),
            }
        ),
        quotes=c.QUOTES | {'R"', 'LR"', 'uR"', 'UR"', 'u8R"'},
        quoted=c.STRING_NODES | {"raw_string_literal"},
        symbols=_SYMBOLS,
    ),
    line_comments=("//",),
    block_comments=(braces.COMMENT,),
    strings=(
        String('"', closing=')"', escape="", lines=True, prefix=r"\b(?:L|u8?|U)?R"),
        braces.STRING,
        braces.CHARACTER,
    ),
    opens_block=re.compile(
        rf"{braces.OPENS_BLOCK.pattern}|\s*(?:public|private|protected)\s*:\s*\Z"
    ),
    definition=re.compile(
        rf"(?:template\s*<|{c.DEFINITION})"
        r"|\s*(?:class|struct|enum(?:\s+class)?|namespace)\s[^;(]*\Z"
    ),
    heralds=re.compile(rf"{braces.HERALDS}|\s*///|template\s*<.*>\s*\Z|\s*\[\["),
    characters_per_token=2.7,
    modules=c.LANGUAGE.modules,
    family=c.LANGUAGE.ids[0],
)
