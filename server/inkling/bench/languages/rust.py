"""Rust."""

import re
from typing import Final

from inkling.bench.languages import braces
from inkling.bench.languages.base import Language

RUST: Final = Language(
    id="rust",
    ending=".rs",
    comment="//",
    quotes='"',  # an apostrophe may begin a lifetime
    # A character, a string of bytes or a raw one; no editor closes a quote behind their letters.
    opaque=re.compile(
        r"""'(?:[^'\\\n]|\\(?:.[^'\n]*))' |
        \b(?:r|br|cr)(?P<fence>\#+)"(?s:.*?)"(?P=fence) | \b(?:b|c|r|br|cr)"(?:[^"\\]|\\.)*"
        """,
        re.VERBOSE,
    ),
    indents=re.compile(r"""^(?!\s*//).*(?:\{[^}"']*|\([^)"']*|\[\s*)$"""),
    definition=re.compile(
        r"""\s*(?:/// | \#\[ |
        (?:pub(?:\([^)]*\))?\s+)?(?:(?:default|async|const|unsafe|extern(?:\s+"[^"]*")?)\s+)*
        (?:fn|struct|enum|trait|impl|mod|union|type|macro_rules!)(?!\w))
        """,
        re.VERBOSE,
    ),
    leads=re.compile(r"\s*(?://|#)"),
    thinks_behind=braces.thinks_behind(
        *("as", "async", "const", "else", "enum", "fn", "for", "if", "impl", "in", "let", "match"),
        *("mod", "move", "mut", "pub", "return", "static", "struct", "trait", "type", "use"),
        *("where", "while"),
        sign="::",
    ),
)
