"""JSON, also with the comments that editors' own files have."""

import re
from typing import Final

from inkling.languages.base import NOTHING, Grammar, Language, String

LANGUAGE: Final = Language(
    ids=("json", "jsonc", "json5"),
    files=(
        *(".json", ".jsonc", ".json5", ".webmanifest", ".geojson", ".ipynb", ".code-workspace"),
        *(".babelrc", ".eslintrc", ".swcrc", ".jshintrc"),
    ),
    grammar=Grammar(
        module="tree_sitter_json",
        text=frozenset({"comment", "string_content", "escape_sequence"}),
        quotes=frozenset({'"'}),
        quoted=frozenset({"string"}),
    ),
    # What is JSON and no more has none; a file's name is told the model as in one that has.
    line_comments=("//",),
    block_comments=(("/*", "*/"),),
    strings=(String('"'),),
    opens_block=re.compile(r"(?!\s*//).*[{\[]\s*\Z"),
    definition=NOTHING,
    heralds=NOTHING,
    characters_per_token=2.5,
)
