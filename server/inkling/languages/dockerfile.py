"""Dockerfile: one instruction a line, or over several that end in a backslash."""

import re
from typing import Final

from inkling.languages.base import NOTHING, Language, String

LANGUAGE: Final = Language(
    ids=("dockerfile",),
    files=("Dockerfile", "Containerfile", ".dockerfile", ".containerfile"),
    grammar=None,  # none has been tried
    line_comments=("#",),
    block_comments=(),
    strings=(String('"', certain=False), String("'", escape="", certain=False)),
    opens_block=re.compile(r"(?![\s#]).*(?:\\|\[)\s*\Z"),
    definition=re.compile(r"(?i:FROM)\s"),
    heralds=NOTHING,
    characters_per_token=2.8,
)
