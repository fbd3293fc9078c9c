"""YAML: blocks by indentation, words that need no quotes, so that an apostrophe is mostly none."""

import re
from typing import Final

from inkling.languages.base import NOTHING, Grammar, Language, String

LANGUAGE: Final = Language(
    ids=("yaml", "dockercompose", "github-actions-workflow"),
    files=(".yaml", ".yml", ".clang-format", ".clang-tidy"),
    grammar=Grammar(
        module="tree_sitter_yaml",
        text=frozenset({"comment", "escape_sequence", "block_scalar"}),
        quotes=frozenset({'"', "'"}),
        quoted=frozenset({"double_quote_scalar", "single_quote_scalar"}),
    ),
    line_comments=("#",),
    block_comments=(),
    strings=(
        # A word may have an apostrophe; a text in quotes begins behind a blank or a bracket.
        String('"', lines=True, certain=False, prefix=r"(?<![\w.,;!?)])"),
        String("'", escape="", lines=True, certain=False, prefix=r"(?<![\w.,;!?)])"),
    ),
    opens_block=re.compile(
        r"(?!\s*#)(?:"
        r"\s*-\s+[\w.-]+:\s+\S.*"  # an entry's first key, mostly: others follow, further in
        r"|.*:(?:\s+(?:&\S+|!\S+))?(?:\s+[|>][+-]?[0-9]?[+-]?)?|.*[{\[]|\s*-)\s*\Z"
    ),
    definition=NOTHING,
    heralds=NOTHING,
    characters_per_token=3.0,
)
