"""Kotlin: blocks in braces, strings with code in them."""

import re
from typing import Final

from inkling.languages import braces
from inkling.languages.base import Language, String

_CODE: Final = (("${", "}"),)

LANGUAGE: Final = Language(
    ids=("kotlin",),
    files=(".kt", ".kts"),
    # That of the package index never ends where a text is broken in some ways.
    grammar=None,
    line_comments=("//",),
    block_comments=(braces.COMMENT,),
    strings=(
        String('"""', escape="", lines=True, expressions=_CODE),
        String('"', expressions=_CODE),
        braces.CHARACTER,
    ),
    opens_block=re.compile(r"(?!\s*(?://|/\*|\*\s))(?:.*\{(?:[\w\s,():<>?]*->)?\s*\Z)"),
    definition=re.compile(
        r"\s*(?:(?:public|private|protected|internal|open|abstract|final|sealed|data|inline|value"
        r"|override|suspend|operator|infix|tailrec|enum|annotation|companion|actual|expect|inner"
        r"|fun)\s+)*(?:(?:fun|class|interface|typealias)\s|object\b)"
    ),
    heralds=re.compile(rf"{braces.HERALDS}|\s*@\w"),
    characters_per_token=3.6,
)
