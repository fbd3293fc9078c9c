"""Lua: blocks that end in a word, strings over several lines in square brackets."""

import re
from typing import Final

from inkling.languages.base import Grammar, Language, Modules, String

_SYMBOLS: Final = """
(function_declaration name: (identifier) @name body: (_)? @body) @function
(function_declaration name: [
  (dot_index_expression table: (_) @container field: (_) @name)
  (method_index_expression table: (_) @container method: (_) @name)] body: (_)? @body) @function
(assignment_statement (variable_list name: (identifier) @name)
  (expression_list value: (function_definition body: (_)? @body))) @function
(assignment_statement (variable_list name: (dot_index_expression
  table: (_) @container field: (_) @name))
  (expression_list value: (function_definition body: (_)? @body))) @function
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name)))
  @value)
(chunk (assignment_statement (variable_list name: [
  (identifier) @name
  (dot_index_expression table: (_) @container field: (_) @name)])) @value)
(function_definition body: (_) @local)
(comment) @comment
(assignment_statement (variable_list name: (identifier) @alias) (expression_list
  value: (function_call name: (identifier) @called arguments: (arguments (string) @module))))
(function_call name: (identifier) @called arguments: (arguments (string) @module))
"""

LANGUAGE: Final = Language(
    ids=("lua",),
    files=(".lua", ".rockspec", ".luacheckrc"),
    grammar=Grammar(
        module="tree_sitter_lua",
        text=frozenset({"comment", "comment_content", "string_content", "escape_sequence"}),
        quotes=frozenset({'"', "'", "[["}),
        quoted=frozenset({"string"}),
        symbols=_SYMBOLS,
    ),
    line_comments=("--",),
    block_comments=(("--[[", "]]"), ("--[=[", "]=]"), ("--[==[", "]==]")),
    strings=(
        String("[[", closing="]]", escape="", lines=True),
        String("[=[", closing="]=]", escape="", lines=True),
        String("[==[", closing="]==]", escape="", lines=True),
        String('"'),
        String("'"),
    ),
    opens_block=re.compile(
        r"(?!\s*--)(?:"
        r".*(?:\b(?:then|do|else|repeat)|\bfunction\b[^()]*\([^()]*\)|\{)"
        r")\s*\Z"
    ),
    definition=re.compile(r"(?:local\s+)?function\b|[\w.]+\s*=\s*function\b"),
    heralds=re.compile(r"--"),
    characters_per_token=3.2,
    closes_block=re.compile(r"\s*(?:[)\]}]|(?:end|else|elseif|until)\b)"),
    worded=True,
    modules=Modules(".", endings=(".lua", "/init.lua"), drops=True, calls=frozenset({"require"})),
)
