"""What JavaScript and TypeScript, with tags and without, have in common, as values."""

import re
from typing import Final

from inkling.languages.base import String

STRINGS: Final = (
    String('"'),
    String("'"),
    String("`", lines=True, expressions=(("${", "}"),)),
)

OPENS_BLOCK: Final = re.compile(
    r"(?!\s*(?://|/\*|\*\s))(?:"
    r".*\{"  # a function, a condition, a literal over several lines
    r"|.*(?:=>|\breturn)\s*\("  # an element over several lines
    r"|.*[=:]\s*\["
    r"|\s*(?:case\b.*|default\s*):"
    r")\s*\Z"
)
OPENS_BLOCK_OR_ELEMENT: Final = re.compile(
    rf"{OPENS_BLOCK.pattern}"
    # An opening tag alone: behind a name, an angle bracket opens a list of types.
    r"|(?:.*[\s(>{}\[?:&|])?<(?:[A-Za-z][\w.:-]*(?:\s[^<>]*)?)?(?<![/=])>\s*\Z"
)
CLOSES_BLOCK_OR_ELEMENT: Final = re.compile(r"\s*(?:[)\]}]|</|/?>)")

DEFINITION: Final = re.compile(
    r"\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:function\b|(?:class|interface|enum|namespace)\s|type\s+\w+\s*[=<])"
)
HERALDS: Final = re.compile(r"//|/\*|\s*/\*\*|\s*@\w")

TEXT: Final = frozenset(
    {"comment", "string_fragment", "escape_sequence", "regex_pattern", "hash_bang_line"}
)
QUOTES: Final = frozenset({'"', "'", "`"})
QUOTED: Final = frozenset({"string", "template_string", "regex"})
EXPRESSIONS: Final = frozenset({"template_substitution"})
