"""Lua: blocks that end in a word, strings over several lines in square brackets."""

import re
from typing import Final

from inkling.languages.base import Grammar, Language, String

LANGUAGE: Final = Language(
    ids=("lua",),
    files=(".lua", ".rockspec", ".luacheckrc"),
    grammar=Grammar(
        module="tree_sitter_lua",
        text=frozenset({"comment", "comment_content", "string_content", "escape_sequence"}),
        quotes=frozenset({'"', "'", "[["}),
        quoted=frozenset({"string"}),
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
)
