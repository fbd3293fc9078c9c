"""What JavaScript and TypeScript, with tags and without, have in common, as values."""

import re
from typing import Final

from inkling.languages.base import CURSOR, Modules, String

STRINGS: Final = (
    String('"'),
    String("'"),
    String("`", lines=True, expressions=(("${", "}"),)),
)

OPENS_BLOCK: Final = re.compile(
    r"(?!\s*(?://|/\*|\*\s))(?:"
    r".*\{"  # a function, a condition, a literal over several lines
    r"|.*(?:=>|\breturn)\s*\("  # an element over several lines
    r"|.*[=:]\s*\["
    r"|\s*(?:case\b.*|default\s*):"
    r")\s*\Z"
)
OPENS_BLOCK_OR_ELEMENT: Final = re.compile(
    rf"{OPENS_BLOCK.pattern}"
    # An opening tag alone: behind a name, an angle bracket opens a list of types.
    r"|(?:.*[\s(>{}\[?:&|])?<(?:[A-Za-z][\w.:-]*(?:\s[^<>]*)?)?(?<![/=])>\s*\Z"
)
CLOSES_BLOCK_OR_ELEMENT: Final = re.compile(r"\s*(?:[)\]}]|</|/?>)")

DEFINITION: Final = re.compile(
    r"\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:function\b|(?:class|interface|enum|namespace)\s|type\s+\w+\s*[=<])"
)
HERALDS: Final = re.compile(r"//|/\*|\s*/\*\*|\s*@\w")

TEXT: Final = frozenset(
    {"comment", "string_fragment", "escape_sequence", "regex_pattern", "hash_bang_line"}
)
QUOTES: Final = frozenset({'"', "'", "`"})
QUOTED: Final = frozenset({"string", "template_string", "regex"})
EXPRESSIONS: Final = frozenset({"template_substitution"})

SYMBOLS: Final = """
(class_declaration name: (_) @name body: (_) @body) @type
(function_declaration name: (_) @name body: (_) @body) @function
(generator_function_declaration name: (_) @name body: (_) @body) @function
(method_definition name: (_) @name body: (_) @body) @function
(variable_declarator name: (identifier) @name value: [
  (arrow_function body: (_) @body) (function_expression body: (_) @body)]) @function
(arrow_function body: (_) @local)
(function_expression body: (_) @local)
(program [
  (lexical_declaration (variable_declarator name: (identifier) @name))
  (variable_declaration (variable_declarator name: (identifier) @name))
  (export_statement (lexical_declaration (variable_declarator name: (identifier) @name)))
] @value)
(comment) @comment
(decorator) @herald
(import_statement (import_clause (named_imports (import_specifier
  name: (_) @imported alias: (_)? @alias))) source: (string) @module)
(import_statement (import_clause (identifier) @alias) source: (string) @module)
(import_statement (import_clause (namespace_import (identifier) @alias)) source: (string) @module)
(export_statement (export_clause (export_specifier
  name: (_) @imported alias: (_)? @alias)) source: (string) @module)
(export_statement "*" @all source: (string) @module)
(variable_declarator name: (identifier) @alias value: (call_expression
  function: (identifier) @called arguments: (arguments (string) @module)))
(variable_declarator name: (object_pattern [
  (shorthand_property_identifier_pattern) @imported
  (pair_pattern key: (_) @imported value: (identifier) @alias)]) value: (call_expression
  function: (identifier) @called arguments: (arguments (string) @module)))
"""
SYMBOLS_WITHOUT_TYPES: Final = f"""{SYMBOLS}
(field_definition property: (_) @name) @field
"""
SYMBOLS_WITH_TYPES: Final = f"""{SYMBOLS}
(abstract_class_declaration name: (_) @name body: (_) @body) @type
(interface_declaration name: (_) @name body: (_) @body) @type
(enum_declaration name: (_) @name body: (_) @body) @type
(type_alias_declaration name: (_) @name) @type
(internal_module name: (_) @name body: (_) @body) @type
(function_signature name: (_) @name) @function
(abstract_method_signature name: (_) @name) @function
(method_signature name: (_) @name) @function
(public_field_definition name: (_) @name) @field
(property_signature name: (_) @name) @field
(enum_body name: (_) @name @field)
(enum_assignment name: (_) @name) @field
"""

_FILES: Final = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")
_NAMES: Final = r"(?:(?!\b(?:import|export)\b)[\w\s,*$])*"
"""What an import names, and nothing of the next one."""

MODULES: Final = Modules(
    "/",
    endings=("", *_FILES, *(f"/index{end}" for end in _FILES)),
    # What stands for the folder of the sources; a name that begins otherwise is a package's.
    leading=frozenset({"@", "~", "#"}),
    bare=False,
    whole=True,
    among=frozenset({"default", "type"}),
    calls=frozenset({"require"}),
    # Who imports by name has often written what from before.
    asked=re.compile(
        rf"^(?:import|export)\b{_NAMES}\{{{_NAMES}{CURSOR}{_NAMES}\}}{_NAMES}"
        r"\bfrom\s*['\"](?P<module>[^'\"\n]+)"
        rf"|^(?:import|export)\s+(?:type\s+)?\{{[^{{}}'\"]*{CURSOR}",
        re.MULTILINE,
    ),
)
FAMILY: Final = "javascript"
"""Files of all four kinds import each other."""
