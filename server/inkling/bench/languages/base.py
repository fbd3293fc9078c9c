"""What there is to say of a language."""

import re
from dataclasses import dataclass
from typing import Final

NEVER: Final = re.compile(r"(?!)")
"""Matches nothing."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language, by the protocol's languageId and the ending of its files' names.

    Brackets and quotes, for what an editor closes by itself: it closes `quotes`, and where one of
    `string_prefixes` stands before them too, but behind no other word. Three in a row begin a
    string over several lines. A text between backquotes goes over lines as well; `backquoted`
    matches what ends it or counts in it. What `opaque` matches, written as for `re.VERBOSE`, holds
    neither brackets nor quotes that count. Where blocks stand in `braces`, comments stand in `/*`
    and `*/` too, and a closing bracket that is typed first on its line takes back what indentation
    is too much. An editor closes comments that begin with one of `closed_comments`; where two
    asterisks begin it, it begins each further line with one.

    Indentation: more behind a line in which `indents` is found; less behind one that `outdents`
    matches, and behind the one line that one which `governs` matches has for its block.

    A person begins at a line that matches `definition` and does not lead to one, as comments and
    attributes do, which match `leads`. They jump elsewhere when a definition is finished, so before
    the next one: at a match of `definition` where the line before matches neither. They may stop to
    think where `thinks_behind` is found at the end of what stands before the cursor.
    """

    id: str
    ending: str
    comment: str
    quotes: str
    indents: re.Pattern[str]
    definition: re.Pattern[str]
    thinks_behind: re.Pattern[str]
    string_prefixes: frozenset[str] = frozenset()
    backquoted: re.Pattern[str] = NEVER
    opaque: re.Pattern[str] = NEVER
    braces: bool = True
    closed_comments: tuple[str, ...] = ()
    outdents: re.Pattern[str] = NEVER
    governs: re.Pattern[str] = NEVER
    leads: re.Pattern[str] = NEVER
