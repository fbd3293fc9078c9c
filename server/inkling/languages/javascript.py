"""JavaScript: blocks in braces, templates with code in them, elements where there are any."""

from typing import Final

from inkling.languages import ecmascript
from inkling.languages.base import Grammar, Language

LANGUAGE: Final = Language(
    ids=("javascript",),
    files=(".js", ".mjs", ".cjs", "Jakefile"),
    grammar=Grammar(
        module="tree_sitter_javascript",
        text=ecmascript.TEXT,
        quotes=ecmascript.QUOTES,
        quoted=ecmascript.QUOTED,
        expressions=ecmascript.EXPRESSIONS,
        symbols=ecmascript.SYMBOLS_WITHOUT_TYPES,
    ),
    line_comments=("//",),
    block_comments=(("/*", "*/"),),
    strings=ecmascript.STRINGS,
    opens_block=ecmascript.OPENS_BLOCK,
    definition=ecmascript.DEFINITION,
    heralds=ecmascript.HERALDS,
    characters_per_token=3.4,
    tags=True,  # elements stand in files that end so too
    modules=ecmascript.MODULES,
    family=ecmascript.FAMILY,
)
