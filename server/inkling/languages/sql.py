"""SQL: statements over several lines, in many dialects, so that little is certain."""

import re
from typing import Final

from inkling.languages.base import Language, String

LANGUAGE: Final = Language(
    ids=("sql", "mysql", "plsql", "pgsql"),
    files=(".sql", ".ddl", ".dml", ".psql", ".pgsql"),
    # That of the package index finds errors in most files of everyday, and has 13 MB.
    grammar=None,
    line_comments=("--",),
    block_comments=(("/*", "*/"),),
    strings=(
        # A quote is doubled in these, which reads as two strings, one behind the other.
        String("'", escape="", lines=True),
        String('"', escape=""),
        String("`", escape="", certain=False),
    ),
    opens_block=re.compile(
        r"(?i:(?!\s*--)(?:"
        r"\s*create\b.*\("  # a table's columns
        r"|.*\b(?:as|in|exists|values|insert\s+into\s+\S+|join)\s*\("
        r"|.*\b(?:begin|then|loop)"
        r"|\s*(?:select(?:\s+distinct)?|set|values|from|where|else|declare)"
        r"))\s*\Z"
    ),
    definition=re.compile(r"(?i:create|alter\s+table|insert\s+into|drop)\s"),
    heralds=re.compile(r"--|/\*"),
    characters_per_token=3.2,
    closes_block=re.compile(r"\s*(?:[)\]}]|(?i:end|else|elsif|exception)\b)"),
)
