"""Java."""

import re
from typing import Final

from inkling.bench.languages import braces
from inkling.bench.languages.base import Language

JAVA: Final = Language(
    id="java",
    ending=".java",
    comment="//",
    quotes="\"'",
    closed_comments=("/**",),
    indents=re.compile(r"[{(\[]\s*$|^\s*(?:case\s.+|default):$"),
    definition=re.compile(
        r"""\s*(?:/\*\* | @\w | (?:class|interface|enum|record)\s |
        (?:(?:public|private|protected|static|abstract|final|synchronized|default|native)\s+)*
            (?:public|private|protected|static|abstract)\s+[\w<@] |
        (?!(?:else|new|return|throw)\b)[\w.]+(?:<.*>)?(?:\[\])?\s+\w+\([^()]*\)[^;]*\{\s*$)
        """,
        re.VERBOSE,
    ),
    leads=re.compile(r"\s*(?:/?\*|//|@)"),
    thinks_behind=braces.thinks_behind(
        *("case", "class", "else", "extends", "final", "implements", "import", "instanceof"),
        *("interface", "new", "private", "protected", "public", "return", "static", "throw"),
        "throws",
    ),
)
