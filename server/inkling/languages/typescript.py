"""TypeScript: JavaScript with types, also in templates."""

from typing import Final

from inkling.languages import ecmascript
from inkling.languages.base import Grammar, Language

LANGUAGE: Final = Language(
    ids=("typescript",),
    files=(".ts", ".mts", ".cts"),
    grammar=Grammar(
        module="tree_sitter_typescript",
        function="language_typescript",
        text=ecmascript.TEXT,
        quotes=ecmascript.QUOTES,
        quoted=ecmascript.QUOTED | {"template_literal_type"},
        expressions=ecmascript.EXPRESSIONS | {"template_type"},
        symbols=ecmascript.SYMBOLS_WITH_TYPES,
    ),
    line_comments=("//",),
    block_comments=(("/*", "*/"),),
    strings=ecmascript.STRINGS,
    opens_block=ecmascript.OPENS_BLOCK,
    definition=ecmascript.DEFINITION,
    heralds=ecmascript.HERALDS,
    characters_per_token=3.4,
    modules=ecmascript.MODULES,
    family=ecmascript.FAMILY,
)
