"""JSX: JavaScript with elements in it."""

from dataclasses import replace
from typing import Final

from inkling.languages import ecmascript, javascript
from inkling.languages.base import Language

LANGUAGE: Final[Language] = replace(
    javascript.LANGUAGE,
    ids=("javascriptreact",),
    files=(".jsx",),
    opens_block=ecmascript.OPENS_BLOCK_OR_ELEMENT,
    closes_block=ecmascript.CLOSES_BLOCK_OR_ELEMENT,
)
