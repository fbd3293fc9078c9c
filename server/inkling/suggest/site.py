"""The cursor's surroundings, as far as they say where a suggestion ends.

Values only, worked out once for a request; near lines only, since it must not pay for the length of
the file.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from inkling.languages import registry
from inkling.languages.base import Language
from inkling.suggest.modes import Mode
from inkling.text.brackets import Levels, left_open, levels_at
from inkling.text.buffers import Snapshot
from inkling.text.syntax import Tree, in_string_or_comment

_ABOVE: Final = 4000  # characters
_BEHIND: Final = 2000


@dataclass(frozen=True, slots=True)
class Site:
    """What is to be known of a place; lines end in line feeds.

    `above` and `behind` are the near text before and behind the cursor, `levels` what is open
    there; so many of them, from the innermost on, are `closable` by the suggestion, since nothing
    behind closes them. It has at most `max_lines` lines with text in them, one if it is `single`
    and whole by then. `tree` is that of the whole text, where there is one, and `offset` the cursor
    in it.
    """

    language: Language
    line_prefix: str
    line_suffix: str
    above: str
    behind: str
    levels: Levels
    closable: int
    max_lines: int
    single: bool
    invoked: bool
    tree: Tree | None
    offset: int

    @property
    def gap(self) -> bool:
        """Whether there is text behind the cursor on its line."""
        return bool(self.line_suffix.strip())

    @property
    def in_text(self) -> bool:
        """Whether the cursor is in a string or a comment."""
        return bool(self.levels) and self.levels[-1].text

    @property
    def lines_above(self) -> list[str]:
        """The lines with text above the cursor's."""
        above = self.above[: len(self.above) - len(self.line_prefix)]
        return [line for line in above.split("\n") if line.strip()]

    @property
    def lines_below(self) -> list[str]:
        """The lines with text below the cursor's."""
        return [line for line in self.behind.split("\n")[1:] if line.strip()]


def site_of(snapshot: Snapshot, mode: Mode) -> Site:
    """Describe the cursor's surroundings.

    Unasked, a suggestion ends with the line, unless the line is empty or opens a block: text
    that appears by itself must be taken in at a glance. Behind a line that is complete it is the
    next line.
    """
    language = registry.find(snapshot.language)
    prefix, suffix = snapshot.line_prefix, snapshot.line_suffix
    start = max(snapshot.offset - _ABOVE, 0)
    # From a line's start on.
    start = snapshot.text.find("\n", start, snapshot.offset) + 1 if start else 0
    above = snapshot.text[start : snapshot.offset]
    near = snapshot.text[snapshot.offset : snapshot.offset + _BEHIND]
    behind = _line_feeds(near)
    tree = snapshot.tree
    is_text = partial(_in_text, tree, start) if tree is not None else None
    levels = levels_at(_line_feeds(above), suffix, language, is_text if "\r" not in above else None)
    whole = snapshot.offset + len(near) >= len(snapshot.text)
    opens_block = language.opens_block.match(prefix) and not (levels and levels[-1].text)
    opens_line = not suffix.strip() and (not prefix.strip() or opens_block)
    in_text = bool(levels) and levels[-1].text
    return Site(
        language=language,
        line_prefix=prefix,
        line_suffix=suffix,
        above=_line_feeds(above),
        behind=behind,
        levels=levels,
        closable=left_open(behind, language, levels, whole=whole),
        max_lines=mode.max_lines,
        single=not mode.invoked and (in_text or not opens_line),
        invoked=mode.invoked,
        tree=tree,
        offset=snapshot.offset,
    )


def indent(line: str) -> int:
    """How far a line is indented, in characters."""
    return len(line) - len(line.lstrip())


def _in_text(tree: Tree, start: int, index: int) -> bool:
    return in_string_or_comment(tree, start + index)


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
