"""CSS: rules in braces."""

import re
from typing import Final

from inkling.languages.base import Grammar, Language, String

LANGUAGE: Final = Language(
    ids=("css",),
    files=(".css",),
    grammar=Grammar(
        module="tree_sitter_css",
        text=frozenset({"comment", "string_content", "escape_sequence"}),
        quotes=frozenset({'"', "'"}),
        quoted=frozenset({"string_value"}),
    ),
    line_comments=(),
    block_comments=(("/*", "*/"),),
    strings=(String('"'), String("'")),
    opens_block=re.compile(r".*\{\s*\Z"),
    definition=re.compile(
        r"(?:@(?:media|keyframes|supports|font-face|layer|container)\b|[^@\s}/])"
    ),
    heralds=re.compile(r"/\*"),
    characters_per_token=2.4,
)
