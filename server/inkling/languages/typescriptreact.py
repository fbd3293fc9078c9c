"""TSX: TypeScript with elements in it, which has a grammar of its own."""

from dataclasses import replace
from typing import Final

from inkling.languages import ecmascript, typescript
from inkling.languages.base import Grammar, Language

LANGUAGE: Final[Language] = replace(
    typescript.LANGUAGE,
    ids=("typescriptreact",),
    files=(".tsx",),
    grammar=Grammar(
        module="tree_sitter_typescript",
        function="language_tsx",
        text=ecmascript.TEXT,
        quotes=ecmascript.QUOTES,
        quoted=ecmascript.QUOTED | {"template_literal_type"},
        expressions=ecmascript.EXPRESSIONS | {"template_type"},
        symbols=ecmascript.SYMBOLS_WITH_TYPES,
    ),
    opens_block=ecmascript.OPENS_BLOCK_OR_ELEMENT,
    closes_block=ecmascript.CLOSES_BLOCK_OR_ELEMENT,
    tags=True,
)
