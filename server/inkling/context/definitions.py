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
_NAMED: Final = re.compile(r"(?:[^\W\d]\w*\s+|\*\s*)\w*\Z")
"""Behind a name that is there already: none follows, or one of the person's own."""
_OPENS_IMPORT: Final = frozenset({"import", "type"})
_IMPORT_LINE: Final = re.compile(r"\s*(?:from|import|export|use)\b")
_WORD: Final = re.compile(r"\w*")
_LISTED: Final = re.compile(r"\bimport\b|[{(]")
"""What stands before the names that an import lists."""
_BOUND: Final = 20_000
"""Characters above the cursor in which a name may be given to something else."""
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
        named = _NAMED.search(snapshot.line_prefix)
        free = named is not None and named[0].split()[0] not in _OPENS_IMPORT
        return Asked() if free else Asked(module=module)
    line = snapshot.line_prefix
    # What an import names with dots is a module, not what is in it.
    called = None if _IMPORT_LINE.match(line) else _RECEIVER.search(line)
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
    known = registry.find(snapshot.language).modules
    if not about or own or known is None or not known.whole:
        return ()
    if any(len(one.members) >= MOST_MEMBERS for one in modules):
        return ()
    if asked.receiver and _binds(snapshot, asked.receiver):
        return ()
    line = snapshot.line_prefix
    before = _LISTED.split(line[: len(line) - len(typed(line))])[-1]
    written = set(_NAME.findall(before)) if asked.module else set()
    held = [one.name for module in modules for one in module.members if not one.container]
    if held:
        held += sorted(known.among)
    return tuple(name for name in dict.fromkeys(held) if name not in written)


def _binds(snapshot: Snapshot, name: str) -> bool:
    """Whether the text above gives a name to something, as a value or a parameter."""
    above = snapshot.text[max(0, snapshot.offset - _BOUND) : snapshot.offset]
    word = rf"(?<![\w.]){re.escape(name)}\b"
    bound = rf"{word}\s*(?::[^=\n]*)?=[^=]|[(,]\s*{word}\s*[,:)]|\bfor\s[^:\n]*{word}.*\bin\b"
    return re.search(bound, above) is not None
