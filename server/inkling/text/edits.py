"""What was changed lately, as a person would tell it: changes of lines beside each other are one
edit, however many keys they took, and what was undone is none.

It knows lines; which changes reach it, and what is made of them, is not its business.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

_BESIDE: Final = 2
"""Lines between two changes that a person tells as one."""

_LONGEST: Final = 40
"""Lines: what takes more away or puts more in was pasted, or written by a program."""

_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Edit:
    """`new` lines in the place of `old` ones, the first of which is `line`, from 0."""

    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def end(self) -> int:
        """The line behind the new ones."""
        return self.line + len(self.new)


@dataclass(frozen=True, slots=True)
class Edits:
    """The latest edits of one text, the oldest first; none touches another."""

    latest: tuple[Edit, ...] = ()

    def with_one(self, edit: Edit, lines: Sequence[str]) -> "Edits":
        """What they are once the text is changed, and has these `lines` then."""
        if edit.old == edit.new:
            return self
        touched = [earlier for earlier in self.latest if _beside(earlier, edit)]
        kept = [_moved(earlier, edit) for earlier in self.latest if earlier not in touched]
        joined = _trimmed(_joined(touched, edit, lines))
        told = max(len(joined.old), len(joined.new)) <= _LONGEST and joined.old != joined.new
        return Edits((*kept, *([joined] if told else []))[-_KEPT:])

    def moved(self, lines: int) -> "Edits":
        """The same where the text stands so many lines further down in another."""
        return Edits(tuple(replace(edit, line=edit.line + lines) for edit in self.latest))

    @classmethod
    def of(cls, parts: Iterable["Edits"]) -> "Edits":
        """Those of several parts of a text, the one that was changed last behind the others."""
        return cls(tuple(edit for part in parts for edit in part.latest)[-_KEPT:])


def _beside(earlier: Edit, edit: Edit) -> bool:
    """Whether an edit touches an earlier one, or lies right beside it."""
    begin, end = edit.line, edit.line + len(edit.old)
    return begin <= earlier.end + _BESIDE and end >= earlier.line - _BESIDE


def _moved(earlier: Edit, edit: Edit) -> Edit:
    """Where an earlier edit stands after one that lies elsewhere."""
    if edit.line >= earlier.end:
        return earlier
    return replace(earlier, line=earlier.line + len(edit.new) - len(edit.old))


def _joined(earlier: Sequence[Edit], edit: Edit, lines: Sequence[str]) -> Edit:
    """One edit of all. `edit` came last: its old lines are those that the earlier ones left."""
    stop = edit.line + len(edit.old)
    begin = min([edit.line, *(one.line for one in earlier)])
    end = max([stop, *(one.end for one in earlier)])
    grown = len(edit.new) - len(edit.old)
    new = tuple(lines[begin : end + grown])
    old = [*new[: edit.line - begin], *edit.old, *new[stop + grown - begin :]]
    for one in sorted(earlier, key=lambda one: -one.line):
        old[one.line - begin : one.end - begin] = one.old
    return Edit(begin, tuple(old), new)


def _trimmed(edit: Edit) -> Edit:
    """Without the lines at both ends that are as they were."""
    old, new = edit.old, edit.new
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Edit(edit.line + head, old[head : len(old) - tail], new[head : len(new) - tail])
