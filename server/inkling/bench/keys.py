"""What a key does to a document: one change at the cursor. Values only.

Lines end at line feeds alone; who reads a file sees to that.
"""

from dataclasses import dataclass
from typing import Literal

from inkling.bench.languages.base import Language
from inkling.bench.languages.python import PYTHON

KeyName = Literal["char", "enter", "tab", "backspace", "over"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change at the cursor: `delete` characters before it go, `insert` comes before it,
    `behind` comes behind it. `over` moves the cursor past that many characters and changes nothing.
    """

    delete: int = 0
    insert: str = ""
    behind: str = ""
    over: int = 0

    @property
    def changes(self) -> bool:
        """Whether the text is another one afterwards."""
        return bool(self.delete or self.insert or self.behind)


@dataclass(frozen=True, slots=True)
class Document:
    """A text by what stands before and what stands after the cursor."""

    before: str
    after: str

    @property
    def text(self) -> str:
        """The whole text."""
        return self.before + self.after

    @property
    def line(self) -> str:
        """The cursor's line up to the cursor."""
        return self.before.rpartition("\n")[2]

    def apply(self, edit: Edit) -> "Document":
        """Return the document as it is after the edit."""
        kept = self.before[: len(self.before) - edit.delete]
        after = edit.behind + self.after
        return Document(kept + edit.insert + after[: edit.over], after[edit.over :])


@dataclass(frozen=True, slots=True)
class Closer:
    """Characters that the editor put behind the cursor for the person to type over.

    They are the stretch's `length` characters from `due` on.
    """

    due: int
    length: int


@dataclass(frozen=True, slots=True)
class Place:
    """How far a stretch is typed: `progress` of its characters stand before the cursor, then
    `wrong` characters that do not belong there; the `closers` stand behind it, the nearest first.
    """

    progress: int = 0
    closers: tuple[Closer, ...] = ()
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """One key, pressed `wait_ms` milliseconds after the one before; `place` is where it leads."""

    name: KeyName
    wait_ms: float
    edit: Edit
    place: Place


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text that is typed at one place, between what stands there when it begins."""

    before: str
    text: str
    after: str
    language: Language = PYTHON

    def wanted(self, place: Place) -> str | None:
        """What is about to be typed and is not there yet; None while something wrong stands."""
        if place.wrong:
            return None
        end = place.closers[0].due if place.closers else len(self.text)
        return self.text[place.progress : end]
