"""The layout in which a family of models expects the two sides of a gap.

Suffix-prefix-middle (SPM) puts the text before the cursor last, so that typing only appends
(arXiv:2207.14255 has both layouts).
"""

from typing import Final, Literal
from urllib.parse import unquote

from inkling.context.quoted import Parts, quoted
from inkling.context.window import FULL, Extent, Window
from inkling.engine.wire import Prompt, Special, Text
from inkling.languages import registry

# Where a window holds more tokens than was estimated, the engine cuts; but a cut moves with each
# key, and all behind it is read anew. So it cuts only what is far out: with the most that a request
# may ask for, this still fits the engine's cache.
_OVER: Final = 1.8

_NOTEBOOK: Final = ".ipynb"

Layout = Literal["spm", "psm"]


def build(window: Window, layout: Layout, above: str = "", most: Extent = FULL) -> Prompt:
    """Lay out a window, of an extent of `most`, for the engine, which encodes and cuts it.

    What is `above` stands before the window's own text: see `above`.
    """
    prefix = Text(above + window.prefix, int(_OVER * most.prefix_tokens), "end")
    suffix = Text(window.suffix, int(_OVER * most.suffix_tokens), "start")
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


def above(uri: str, language: str, parts: Parts = ()) -> str:
    """What a model is told before it sees a document's text: its name, and parts of other files."""
    return quoted(parts, registry.find(language)) + title_of(uri, language)


def title_of(uri: str, language: str) -> str:
    """A comment with the file's name: an empty file says nothing else of its language.

    `language` is a languageId. A document without a name has that of a new file of its language,
    and a notebook that of a file of what its cell is in, since that is all that is seen of it.
    Empty where neither tells anything, or where the name is none to be printed.
    """
    known = registry.find(language)
    scheme, _, path = uri.partition(":")
    if scheme != "file":
        path = path.partition("#")[0]  # it tells the cells of a notebook apart
    name = unquote(path.rpartition("/")[2])
    if not name or (scheme == "untitled" and "." not in name):
        name = known.file("untitled")
    elif name.endswith(_NOTEBOOK) and known is not registry.find(registry.id_of(name)):
        name = known.file(name.removesuffix(_NOTEBOOK)) or name
    printable = name.isprintable() and name.encode("utf-8", "ignore").decode() == name
    if not name or not printable:
        return ""
    # Where nothing is known of its comments, a sharp is what most languages have.
    return f"{known.comment(name) or f'# {name}'}\n"
