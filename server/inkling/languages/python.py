"""Python: blocks by indentation, strings over several lines, expressions inside strings."""

import re
import sys
from typing import Final

from inkling.languages.base import CURSOR, Grammar, Language, Modules, String

_OPENS_BLOCK: Final = re.compile(
    r"\s*(async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b.*:\s*\Z"
    r"|.*\)(\s*->.*)?:\s*\Z"  # the last line of a definition or a condition
)

_LONG: Final = ('"""', "'''")
_FORMAT: Final = r"(?<!\w)(?i:[ft]r?|r[ft])"
_CODE: Final = (("{", "}"),)

_SYMBOLS: Final = """
(class_definition name: (identifier) @name body: (block . (expression_statement
  (string (string_content) @doc))? ) @body) @type
(function_definition name: (identifier) @name body: (block . (expression_statement
  (string (string_content) @doc))? ) @body) @function
(lambda body: (_) @local)
(module (expression_statement (assignment left: [
  (identifier) @name
  (pattern_list (identifier) @name)])) @value)
(module [
  (if_statement [
    (block (expression_statement (assignment left: (identifier) @name)) @value)
    (else_clause (block (expression_statement (assignment left: (identifier) @name)) @value))])
  (try_statement [
    (block (expression_statement (assignment left: (identifier) @name)) @value)
    (except_clause (block (expression_statement (assignment left: (identifier) @name)) @value))])])
(module (type_alias_statement left: (type (identifier) @name)) @value)
(class_definition body: (block (expression_statement (assignment left: (identifier) @name)) @field))
(class_definition body: (block (function_definition parameters: (parameters . (identifier) @first)
  body: (block (expression_statement (assignment
    left: (attribute object: (identifier) @own attribute: (identifier) @name)) @field)))))
(comment) @comment
(decorator) @herald
(import_statement name: [
  (dotted_name) @module
  (aliased_import name: (dotted_name) @module alias: (identifier) @alias)])
(import_from_statement module_name: (_) @module name: [
  (dotted_name) @imported
  (aliased_import name: (dotted_name) @imported alias: (identifier) @alias)])
(import_from_statement module_name: (_) @module (wildcard_import) @all)
"""

LANGUAGE: Final = Language(
    ids=("python",),
    files=(".py", ".pyi"),
    grammar=Grammar(
        module="tree_sitter_python",
        text=frozenset({"comment", "string_content", "escape_sequence", "escape_interpolation"}),
        quotes=frozenset({"string_start"}),
        quoted=frozenset({"string"}),
        expressions=frozenset({"interpolation"}),
        symbols=_SYMBOLS,
    ),
    line_comments=("#",),
    block_comments=(),
    strings=(
        *(String(quote, lines=True, prefix=_FORMAT, expressions=_CODE) for quote in _LONG),
        *(String(quote, prefix=_FORMAT, expressions=_CODE) for quote in "\"'"),
        *(String(quote, lines=True) for quote in _LONG),
        *(String(quote) for quote in "\"'"),
    ),
    opens_block=_OPENS_BLOCK,
    definition=re.compile(r"\s*((async\s+)?def\s|class\s)"),
    heralds=re.compile(r"\s*@"),
    characters_per_token=3.2,
    modules=Modules(
        ".",
        endings=(".py", "/__init__.py", ".pyi", "/__init__.pyi"),
        dots=True,
        package="__init__.py",
        foreign=sys.stdlib_module_names,
        whole=True,
        asked=re.compile(
            r"^[ \t]*from[ \t]+(?P<module>[\w.]+)[ \t]+import\b"
            rf"(?:(?:[^()\\\n;#]|\\\n)*|[ \t]*\([^()]*){CURSOR}",
            re.MULTILINE,
        ),
    ),
)
