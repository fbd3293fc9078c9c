"""TOML: tables below a head, strings over several lines in three quotes."""

import re
from typing import Final

from inkling.languages.base import NOTHING, Grammar, Language, String

LANGUAGE: Final = Language(
    ids=("toml",),
    files=(".toml",),
    grammar=Grammar(
        module="tree_sitter_toml",
        text=frozenset({"comment", "escape_sequence"}),
        quotes=frozenset({'"', "'", '"""', "'''"}),
        quoted=frozenset({"string", "quoted_key"}),
    ),
    line_comments=("#",),
    block_comments=(),
    strings=(
        String('"""', lines=True),
        String("'''", escape="", lines=True),
        String('"'),
        String("'", escape=""),
    ),
    opens_block=re.compile(r"(?!\s*#).*=\s*[\[{]\s*\Z"),
    definition=re.compile(r"\["),
    heralds=NOTHING,
    characters_per_token=2.2,
)
