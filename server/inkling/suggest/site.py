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
from inkling.text.buffers import Snapshot, line_feeds
from inkling.text.syntax import Tree, in_string_or_comment

_ABOVE: Final = 4000  # characters
_BEHIND: Final = 2000
_BELOW: Final = 8  # lines


@dataclass(frozen=True, slots=True)
class Site:
    """What is to be known of a place; lines end in line feeds.

    `above` is the near text before the cursor, `lines_above` the last two lines with text above the
    cursor's, and `lines_below` some below it. `levels` are what is open at the cursor; so many of
    them, from the innermost on, are `closable` by the suggestion, since nothing behind closes them.
    It has at most `max_lines` lines with text in them, one if it is `single` and whole by then.
    `in_text`: the cursor is in a string or a comment. `tree` is that of the whole text, where there
    is one, and `offset` the cursor in it.
    """

    language: Language
    line_prefix: str
    line_suffix: str
    above: str
    lines_above: tuple[str, str]
    lines_below: tuple[str, ...]
    levels: Levels
    closable: int
    max_lines: int
    single: bool
    invoked: bool
    in_text: bool
    tree: Tree | None
    offset: int

    @property
    def gap(self) -> bool:
        """Whether there is text behind the cursor on its line."""
        return bool(self.line_suffix.strip())


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
    raw = snapshot.text[start : snapshot.offset]
    above = line_feeds(raw)
    near = snapshot.text[snapshot.offset : snapshot.offset + _BEHIND]
    behind = line_feeds(near)
    tree = snapshot.tree
    # Its indices are those of the document as it is.
    is_text = partial(_in_text, tree, start) if tree is not None and above == raw else None
    levels = levels_at(above, suffix, language, is_text)
    in_text = bool(levels) and levels[-1].text
    opens_block = not in_text and language.opens_block.match(prefix)
    opens_line = not suffix.strip() and (not prefix.strip() or opens_block)
    *_, second, first = ["", "", *_with_text(above[: len(above) - len(prefix)].split("\n"))]
    return Site(
        language=language,
        line_prefix=prefix,
        line_suffix=suffix,
        above=above,
        lines_above=(second, first),
        lines_below=tuple(_with_text(behind.split("\n")[1:])[:_BELOW]),
        levels=levels,
        closable=left_open(
            behind, language, levels, whole=snapshot.offset + len(near) >= len(snapshot.text)
        ),
        max_lines=mode.max_lines,
        single=not mode.invoked and (in_text or not opens_line),
        invoked=mode.invoked,
        in_text=in_text,
        tree=tree,
        offset=snapshot.offset,
    )


def _with_text(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _in_text(tree: Tree, start: int, index: int) -> bool:
    return in_string_or_comment(tree, start + index)
