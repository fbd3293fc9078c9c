"""The layout in which a family of models expects the two sides of a gap.

Suffix-prefix-middle (SPM) puts the text before the cursor last, so that typing only appends
(arXiv:2207.14255 has both layouts).
"""

from typing import Final, Literal
from urllib.parse import unquote

from inkling.context import PREFIX_TOKENS, SUFFIX_TOKENS, Window
from inkling.engine.wire import Prompt, Special, Text

_COMMENTS: Final = {"python": "# "}

Layout = Literal["spm", "psm"]


def build(window: Window, layout: Layout, title: str = "") -> Prompt:
    """Lay out a window for the engine, which encodes and cuts it.

    `title` is a line that stands before all else: see `title_of`.
    """
    prefix = Text(title + window.prefix, PREFIX_TOKENS, "end")
    suffix = Text(window.suffix, SUFFIX_TOKENS, "start")
    if layout == "psm":
        return [
            *(Special("fim_prefix"), prefix),
            *(Special("fim_suffix"), suffix),
            Special("fim_middle"),
        ]
    return [
        *(Special("fim_prefix"), Special("fim_suffix"), suffix),
        *(Special("fim_middle"), prefix),
    ]


def title_of(uri: str, language: str) -> str:
    """A comment with the file's name: an empty file says nothing else of its language.

    Empty for languages whose comments are not known.
    """
    comment = _COMMENTS.get(language)
    name = unquote(uri.rpartition("/")[2])
    printable = name.isprintable() and name.encode("utf-8", "ignore").decode() == name
    return f"{comment}{name}\n" if comment and name and printable else ""
