"""What languages with blocks in braces have in common, as values for their files to take."""

import re
from typing import Final

from inkling.languages.base import String

OPENS_BLOCK: Final = re.compile(
    r"(?!\s*(?://|/\*|\*\s))(?:"
    r".*\{"  # a function, a condition, a type
    r"|\s*(?:case\b.*|default\s*):"
    r")\s*\Z"
)

CHARACTER: Final = String("'", single=True)
STRING: Final = String('"')

COMMENT: Final = ("/*", "*/")
LINE_COMMENT: Final = "//"

HERALDS: Final = r"//|/\*|\s*/\*\*"
"""At the margin any comment, further in one that documents: others may stand anywhere."""
