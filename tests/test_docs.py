"""What the documents list is what there is."""

import re
from pathlib import Path

from inkling import options

ROOT = Path(__file__).parent.parent


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
