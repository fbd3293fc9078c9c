"""HTML: elements between tags, and prose in them, where a quote is an apostrophe."""

import re
from typing import Final

from inkling.languages.base import NOTHING, Grammar, Language, String

_NO_BLOCK: Final = "html|body|area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"

LANGUAGE: Final = Language(
    ids=("html", "xhtml", "htmldjango", "django-html"),
    files=(".html", ".htm", ".xhtml", ".shtml"),
    grammar=Grammar(
        module="tree_sitter_html",
        text=frozenset({"comment", "attribute_value"}),
        quotes=frozenset({'"', "'"}),
        quoted=frozenset({"quoted_attribute_value"}),
    ),
    line_comments=(),
    block_comments=(("<!--", "-->"),),
    strings=(String('"', escape="", lines=True), String("'", escape="", lines=True)),
    opens_block=re.compile(
        # A tag that opens an element: none of those that have no content or whose content is not
        # indented, none that closes itself.
        rf"(?:.*<(?!(?i:{_NO_BLOCK})(?![\w-]))[A-Za-z][^<>]*(?<!/)>|.*\{{)\s*\Z"
    ),
    definition=NOTHING,
    heralds=NOTHING,
    characters_per_token=2.4,
    closes_block=re.compile(r"\s*(?:[)\]}]|</|/?>|-->)"),
    tags=True,
    markup=True,
)
