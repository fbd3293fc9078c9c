"""Shell: blocks that end in a word, strings over several lines with commands in them."""

import re
from typing import Final

from inkling.languages.base import Grammar, Language, Modules, String

_NAMES: Final = (
    *(".bashrc", ".bash_profile", ".bash_aliases", ".bash_logout", ".profile", ".kshrc"),
    *(".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", "PKGBUILD", "APKBUILD", ".envrc"),
)
_PATTERN: Final = r"[\w*?.\"'$\[\]{}@/+:-]+"

_SYMBOLS: Final = """
(function_definition name: (word) @name body: (_) @body) @function
(program (variable_assignment name: (variable_name) @name) @value)
(program (declaration_command (variable_assignment name: (variable_name) @name)) @value)
(comment) @comment
(command name: (command_name) @called argument: [(word) (string) (concatenation)] @module)
"""

LANGUAGE: Final = Language(
    ids=("shellscript", "sh", "bash", "zsh", "ksh"),
    files=(".sh", ".bash", ".zsh", ".ksh", ".bats", *_NAMES),
    grammar=Grammar(
        module="tree_sitter_bash",
        text=frozenset({"comment", "string_content", "heredoc_body", "heredoc_content"}),
        quotes=frozenset({'"'}),
        quoted=frozenset({"string", "translated_string", "raw_string", "ansi_c_string"}),
        expressions=frozenset({"expansion", "command_substitution"}),
        symbols=_SYMBOLS,
    ),
    line_comments=("#",),
    block_comments=(),
    strings=(
        # An escaped quote opens none, and nothing escapes in single quotes.
        String('"', lines=True, prefix=r"(?<!\\)", expressions=(("$(", ")"), ("${", "}"))),
        String("'", lines=True, prefix=r"\$"),
        String("'", escape="", lines=True, prefix=r"(?<!\\)"),
    ),
    opens_block=re.compile(
        r"(?!\s*#)(?:"
        r".*(?:\b(?:do|then|else)|\{)|\s*case\b.*\bin"
        rf"|\s*\(?{_PATTERN}(?:\s*\|\s*{_PATTERN})*\)"  # what is to be done in a case
        r")\s*\Z"
    ),
    definition=re.compile(r"function\s+[\w:.-]+|[\w:.-]+\s*\(\)"),
    heralds=re.compile(r"#"),
    characters_per_token=2.8,
    unpaired=")",
    closes_block=re.compile(r"\s*(?:[)\]}]|(?:fi|done|esac|else|elif)(?![\w-])|;;)"),
    worded=True,
    modules=Modules("/", endings=("",), beside=True, drops=True, calls=frozenset({".", "source"})),
)
