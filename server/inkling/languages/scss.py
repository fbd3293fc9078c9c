"""SCSS: CSS with rules in rules, variables, code in strings; Less is served by the same."""

import re
from typing import Final

from inkling.languages.base import Language, String

_CODE: Final = (("#{", "}"), ("@{", "}"))

LANGUAGE: Final = Language(
    ids=("scss", "less"),
    files=(".scss", ".less"),
    grammar=None,  # there is no wheel of one that is made for tree-sitter as it is today
    line_comments=("//",),
    block_comments=(("/*", "*/"),),
    strings=(String('"', expressions=_CODE), String("'", expressions=_CODE)),
    opens_block=re.compile(r"(?!\s*//).*\{\s*\Z"),
    # At the margin only: further in, a rule stands among others of its own.
    definition=re.compile(r"@(?:mixin|function|media|keyframes)\b|[^@$\s}/]"),
    heralds=re.compile(r"//|/\*"),
    characters_per_token=2.7,
)
