"""Markdown: prose, where an apostrophe, a bracket and a quote are what they are in prose."""

import re
from typing import Final

from inkling.languages.base import NOTHING, Language, String

LANGUAGE: Final = Language(
    ids=("markdown", "mdx"),
    files=(".md", ".markdown", ".mdown", ".mkd", ".mdx"),
    # Whatever people write is clean Markdown, so that a tree would tell nothing of where it ends.
    grammar=None,
    line_comments=(),
    block_comments=(("<!--", "-->"),),
    strings=(String("`", escape="", certain=False),),
    opens_block=NOTHING,
    definition=re.compile(r"#{1,6}\s"),
    heralds=NOTHING,
    characters_per_token=3.1,
    closes_block=re.compile(r"\s*(?:```|~~~)"),
)
