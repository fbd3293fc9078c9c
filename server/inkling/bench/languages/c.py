"""C."""

import re
from typing import Final

from inkling.bench.languages import braces
from inkling.bench.languages.base import Language

C: Final = Language(
    id="c",
    ending=".c",
    comment="//",
    quotes="\"'",
    # No editor closes a quote behind these letters.
    opaque=re.compile(r'\b(?:L|u8?|U)"(?:[^"\\\n]|\\.)*"', re.VERBOSE),
    closed_comments=("/*", "/**"),
    indents=re.compile(r"^(?!\s*//).*(?:\{[^}]*|\([^)]*|\[[^]]*)$"),
    governs=braces.GOVERNS,
    definition=re.compile(
        r"/\*|(?:static|struct|enum|union|typedef|extern|inline|const)\b|#define\b"
        r"|[A-Za-z_][\w\s*]*\([^;]*$"
    ),
    leads=re.compile(r"\s*(?:/?\*|//|#)"),
    thinks_behind=braces.thinks_behind(
        *("case", "const", "define", "else", "enum", "for", "goto", "if", "include", "return"),
        *("sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "while"),
        sign="->",
    ),
)
