"""What the documents list is what there is."""

import re
from pathlib import Path

import inkling
from inkling import options
from inkling.suggest.outcome import SENTENCES

ROOT = Path(__file__).parent.parent
PACKAGE = Path(inkling.__file__).parent


def rows(text, header):
    """The names in backticks in the first column of the table that begins with this header."""
    lines = text[text.index(f"| {header} |") :].splitlines()[2:]
    for line in lines:
        if not line.startswith("|"):
            return
        yield from re.findall(r"`([^`]+)`", line.split("|")[1])


def test_the_readme_has_each_option():
    _, (warning,) = options.parse({"unknown": 1}, models=[])
    known = re.search(r"it knows (.*)\.$", warning)[1].split(", ")
    listed = list(rows((ROOT / "README.md").read_text("utf-8"), "option"))
    assert sorted(listed) == sorted(known)


def test_the_clients_guide_has_each_reason_and_its_sentence():
    text = (ROOT / "docs/CLIENTS.md").read_text("utf-8")
    assert sorted(rows(text, "code")) == sorted(SENTENCES)
    for code, sentence in SENTENCES.items():
        assert f"| `{code}` | {sentence}" in text.replace(" (or: for this language).", ".")


def test_the_clients_guide_has_each_message_of_inkling_s_own():
    parts = (PACKAGE / "editor/transport.py", PACKAGE / "editor/connection.py")
    own = re.findall(r'"(inkling/\w+)"', "".join(part.read_text("utf-8") for part in parts))
    text = (ROOT / "docs/CLIENTS.md").read_text("utf-8")
    assert len(own) > 4
    assert not [method for method in own if f"`{method}`" not in text]
