"""What an editor and a person do in a language: all that the bench knows of any.

The server's own knowledge is not asked: what is measured must not be known from what measures.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """A language, by the protocol's languageId and the ending of its files' names.

    Behind a line that ends in one of `opens_block` an editor indents more, behind one that begins
    with one of the words `leaves_block` less. It closes `quotes`, also where one of
    `string_prefixes` stands before them; three in a row begin a string over several lines. A person
    jumps elsewhere when a `definition` is finished, and may stop to think behind `thinks_behind`.
    """

    id: str
    ending: str
    comment: str
    quotes: str
    string_prefixes: frozenset[str]
    opens_block: tuple[str, ...]
    leaves_block: tuple[str, ...]
    definition: re.Pattern[str]
    thinks_behind: re.Pattern[str]


PYTHON: Final = Language(
    id="python",
    ending=".py",
    comment="#",
    quotes="\"'",
    string_prefixes=frozenset({"r", "b", "f", "u", "t", "br", "rb", "fr", "rf"}),
    opens_block=(":", "(", "[", "{"),
    leaves_block=("return", "pass", "break", "continue", "raise"),
    definition=re.compile(r"\s*(?:@|(?:async )?def |class )"),
    thinks_behind=re.compile(
        r"""[(\[{=.]\s?$ | ,\s$ |
        \b(?:return|import|from|in|if|elif|while|with|as|for|and|or|not|raise|yield|assert|def|class)\s$
        """,
        re.VERBOSE,
    ),
)
