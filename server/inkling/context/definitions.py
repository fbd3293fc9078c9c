"""Which names may stand at a place, where that is known: those of a module that is imported from,
or whose member is asked for.

What is written there is read off the text; what a module holds is the index's to say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from inkling.context.index.symbols import Found
from inkling.languages import registry
from inkling.languages.base import CURSOR, Language
from inkling.text.buffers import Snapshot

_IMPORT: Final = 1000
"""Characters of an import that goes over several lines."""
MOST_MEMBERS: Final = 400
"""Of one module; what may stand behind the name of a larger one is not known."""

_NAME: Final = re.compile(r"[^\W\d]\w*")
_TYPED: Final = re.compile(r"\w*\Z")
_WORD: Final = re.compile(r"\w*")
_RECEIVER: Final = re.compile(r"(?<![\w.])([^\W\d]\w*)(?:\?\.|\.|->|::)\w*\Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """The `module` that is imported from at a place, or the `receiver` whose member is asked for;
    both are empty where any name may stand.
    """

    module: str = ""
    receiver: str = ""


def asked_at(snapshot: Snapshot) -> Asked:
    """What to ask the index about at a snapshot's cursor."""
    module = _imported_from(snapshot, registry.find(snapshot.language))
    if module is not None:
        return Asked(module=module)
    called = _RECEIVER.search(snapshot.line_prefix)
    return Asked(receiver=called[1] if called else "")


def _imported_from(snapshot: Snapshot, language: Language) -> str | None:
    """The module that is imported from at the cursor, empty where that is not written yet; None if
    nothing is.
    """
    if language.modules is None:
        return None
    start, end = max(0, snapshot.offset - _IMPORT), snapshot.offset + _IMPORT
    around = snapshot.text[start : snapshot.offset] + CURSOR + snapshot.text[snapshot.offset : end]
    found = language.modules.asked.search(around)
    return (found["module"] or "") if found else None


def typed(line: str) -> str:
    """The beginning of a word that a line ends with."""
    found = _TYPED.search(line)
    return found[0] if found else ""


def first_word(text: str) -> str:
    """The rest of a word that a text begins with."""
    found = _WORD.match(text)
    return found[0] if found else ""


def names(asked: Asked, found: Sequence[Found], snapshot: Snapshot) -> tuple[str, ...]:
    """All names that may stand at the cursor, but for those that the import names already; none
    where that is not known.
    """
    about = asked.module or asked.receiver
    modules = [
        one for one in found if one.definition.kind == "module" and one.definition.name == about
    ]
    # A name that the file gives to something itself may be that, and not the module.
    own = any(one.by == "file" for one in found)
    if not about or own or any(len(one.members) >= MOST_MEMBERS for one in modules):
        return ()
    line = snapshot.line_prefix
    before = line[: len(line) - len(typed(line))]
    written = set(_NAME.findall(before)) if asked.module else set()
    held = (one.name for module in modules for one in module.members if not one.container)
    return tuple(name for name in dict.fromkeys(held) if name not in written)
