"""What a model is shown of other files: parts of them, as comments above the text of this one.

There they are read before the text that typing appends to; a part that comes or goes costs what
stands behind it, so that they change only where the window's start moves. Which parts are shown is
not decided here.
"""

from collections.abc import Iterable
from pathlib import PurePath

from inkling.context.index.symbols import Part
from inkling.languages.base import Language

Parts = tuple[Part, ...]
"""The best one last: next to the text."""


def quoted(parts: Iterable[Part], language: Language) -> str:
    """The parts in lines of comment, each below its file's name; without those of which a line
    would end the comment. Empty where the language has none.
    """
    return "".join(_quoted(part, language) for part in parts)


def _quoted(part: Part, language: Language) -> str:
    name = "/".join(PurePath(part.path).parts[-2:]).lstrip("/")
    return language.comments([name, *part.text.split("\n")])
