"""Go."""

import re
from typing import Final

from inkling.bench.languages import braces
from inkling.bench.languages.base import Language

GO: Final = Language(
    id="go",
    ending=".go",
    comment="//",
    quotes="\"'`",
    backquoted=re.compile("`"),
    indents=re.compile(
        r"""^(?!\s*//).*(?:[{(][^})"'`]*|\[|\bcase\b.*:|\bdefault:)\s*$""",
    ),
    definition=re.compile(r"//|(?:func|type|var|const)\b"),
    leads=re.compile(r"//"),
    thinks_behind=braces.thinks_behind(
        *("case", "chan", "const", "defer", "else", "for", "func", "go", "if", "import", "map"),
        *("package", "range", "return", "struct", "switch", "type", "var"),
    ),
)
