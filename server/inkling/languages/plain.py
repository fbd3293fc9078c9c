"""Any language that nobody has described: careful, since little is known of it.

An apostrophe is no string, a sharp no comment, a colon no block.
"""

import re
from typing import Final

from inkling.languages.base import NOTHING, Language, String

LANGUAGE: Final = Language(
    ids=("plaintext",),
    files=(),
    grammar=None,
    line_comments=(),
    block_comments=(),
    strings=tuple(String(quote, certain=False) for quote in "\"'`"),
    opens_block=re.compile(r".*\{\s*\Z"),
    definition=re.compile(r"\s*(?:def|fn|func|function|class|interface|struct|trait)\s"),
    heralds=NOTHING,
    # Nothing measured: the least that any language here has, for a window that is too long is cut
    # by the engine at another place with each key.
    characters_per_token=2.2,
)
