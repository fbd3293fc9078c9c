"""Python."""

import re
from typing import Final

from inkling.bench.languages.base import Language

PYTHON: Final = Language(
    id="python",
    ending=".py",
    comment="#",
    quotes="\"'",
    string_prefixes=frozenset({"r", "b", "f", "u", "t", "br", "rb", "fr", "rf"}),
    braces=False,
    indents=re.compile(r"[:(\[{]\s*$"),
    outdents=re.compile(r"\s*(?:return|pass|break|continue|raise)(?:\s|$)"),
    definition=re.compile(r"\s*(?:@|(?:async )?def |class )"),
    thinks_behind=re.compile(
        r"""[(\[{=.]\s?$ | ,\s$ |
        \b(?:return|import|from|in|if|elif|while|with|as|for|and|or|not|raise|yield|assert|def|class)\s$
        """,
        re.VERBOSE,
    ),
)
