"""The law: where the names are known that may stand at a place, what does stand there is one."""

import re
from pathlib import Path

import pytest

import inkling
from inkling.context import definitions
from inkling.context.definitions import Asked
from inkling.context.index import build
from inkling.context.index.lookup import Lookup
from inkling.context.index.roots import Root
from inkling.context.index.store import Store
from inkling.text.buffers import Snapshot

ROOT = Path(inkling.__file__).parent
_WORD = re.compile(r"\w*")
_IMPORT = re.compile(r"^[ \t]*(?:from|import)\b[^\n(]*(?:\([^()]*\))?", re.MULTILINE)


@pytest.fixture(scope="module")
def look(tmp_path_factory):
    """What an index knows of this package's own files."""
    store = Store(tmp_path_factory.mktemp("index") / "own.db")
    build.bring_up_to_date(store, Root(ROOT.parent, lambda _: False))
    return Lookup(Store(), [store])


def places(text):
    """Where a name stands behind a dot, or in an import."""
    for dot in re.finditer(r"\.(?=[A-Za-z_])", text):
        line = text[text.rfind("\n", 0, dot.start()) + 1 : dot.start()]
        if not (line.count('"') % 2 or line.lstrip().startswith("#")):
            yield dot.end()
    for statement in _IMPORT.finditer(text):
        for word in list(re.finditer(r"(?<![\w.])[A-Za-z_]\w*", statement[0]))[1:]:
            yield statement.start() + word.start()


def test_what_stands_there_is_one_of_them(look):
    known, wrong = 0, []
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text()
        for at in places(text):
            here = Snapshot(path.as_uri(), 0, "python", text[:at], at)
            asked = definitions.asked_at(here)
            if asked == Asked():
                continue
            found = look.find(
                [asked.receiver] if asked.receiver else [],
                *(str(path), "python", 3, definitions.MOST_MEMBERS),
                [asked.module] if asked.module else [],
            )
            names = definitions.names(asked, found, here)
            word = _WORD.match(text, at)[0]
            known += bool(names)
            # What Python itself gives to every module is left to who types it.
            if names and word not in names and not word.startswith("__"):
                wrong.append(f"{path.name}: {text[:at].rpartition(chr(10))[2]}{word}")
    assert known > 1000
    assert not wrong, "\n".join(wrong)
