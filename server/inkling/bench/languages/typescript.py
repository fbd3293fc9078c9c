"""TypeScript."""

import re
from typing import Final

from inkling.bench.languages import braces
from inkling.bench.languages.base import Language

TYPESCRIPT: Final = Language(
    id="typescript",
    ending=".ts",
    comment="//",
    quotes="\"'`",
    backquoted=re.compile(r"\\.|`|\$\{", re.DOTALL),
    # A regular expression, where no division can stand.
    opaque=re.compile(
        r"(?:(?<=[=,:&|?;({\[]\ )|(?<=[(\[!])|(?<=return\ ))"
        r"/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/",
        re.VERBOSE,
    ),
    closed_comments=("/**",),
    indents=re.compile(
        r"""^(?!\s*//).*(?:[{(\[][^])}"'`/]*|\{\s*//.*)$ | ^\s*(?:case\s.+|default):$ |
        =>\s*$ | \b(?:if|while|for)\s*\(.*\)\s*$
        """,
        re.VERBOSE,
    ),
    governs=braces.GOVERNS,
    definition=re.compile(
        r"""\s*(?:/\*\*|@\w) |
        (?:export|declare|abstract|default|async|function|class|interface|enum|namespace|type)\b |
        \s+(?:(?:public|private|protected|static|abstract|async|override|get|set)\s+)+[\w\#\[*] |
        \s+(?!(?:if|for|while|switch|catch|return|with)\b)
            [\w\#]+(?:<[^>]*>)?\([^()]*\)(?:\s*:[^={]+)?\s*\{\s*$
        """,
        re.VERBOSE,
    ),
    leads=re.compile(r"\s*(?:/?\*|//|@)"),
    thinks_behind=braces.thinks_behind(
        *("as", "async", "await", "case", "class", "const", "else", "export", "extends", "for"),
        *("from", "function", "if", "implements", "import", "in", "interface", "let", "new", "of"),
        *("return", "throw", "type", "typeof", "while", "yield"),
        sign=r"=>\s",
    ),
)
