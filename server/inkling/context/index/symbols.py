"""What one file defines, and what it imports: plain values, as they are kept and sent."""

from typing import Literal

import msgspec

Kind = Literal["function", "type", "value", "field", "module"]
"""A method is a function with a container; a constant is a value, as is a variable. No file defines
a module: it is one, or a folder of them is.
"""


class Definition(msgspec.Struct, frozen=True, array_like=True):
    """A name that a file defines.

    `container` is the type it belongs to, empty where it stands by itself. `signature` is what a
    reader needs in order to use it, one to a few lines of the file itself; `doc` is the first line
    of its documentation, empty if there is none. `line` counts from 0.
    """

    name: str
    kind: Kind
    container: str
    signature: str
    doc: str
    line: int


class Import(msgspec.Struct, frozen=True, array_like=True):
    """A module, as the file names it, and what is taken from it.

    `name` is what is called so there; empty for the module as a whole, `*` for all of its names.
    `alias` is what that is called here, empty where nothing is.
    """

    module: str
    name: str = ""
    alias: str = ""


class Symbols(msgspec.Struct, frozen=True, array_like=True):
    """All that is known of a file."""

    definitions: list[Definition]
    imports: list[Import]


By = Literal["file", "import", "folder", "name"]
"""How a definition was found: in the file that asks, by its imports, beside it, or by its name
alone, which is a guess."""


class Found(msgspec.Struct, frozen=True, array_like=True):
    """A definition, the path of its file, and how it was found; of a type or a module what it is
    made of, if that was asked for.
    """

    path: str
    by: By
    definition: Definition
    members: list[Definition] = []


class Part(msgspec.Struct, frozen=True, array_like=True):
    """Some lines of a file, the first of which is its `line`, counted from 0."""

    path: str
    line: int
    text: str
