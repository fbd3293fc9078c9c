"""What is left of a suggestion while a person types: the cases that the editors' tests run too."""

import json
from pathlib import Path

import pytest

from inkling.context.window import Window
from inkling.engine.wire import Stats, Token
from inkling.suggest.generations import Cache, Generation

CASES = json.loads((Path(__file__).parents[2] / "protocol/typing-along.json").read_text("utf-8"))


def pressed(before, key):
    """The text before the cursor after a key."""
    match key:
        case "Backspace":
            return before[:-1]
        case "Enter":
            line = before.rpartition("\n")[2]
            return f"{before}\n{line[: len(line) - len(line.lstrip())]}"
        case _:
            return before + key


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_what_is_left_is_found_again_without_the_model(case):
    cache = Cache()
    made = Generation("file:///a.py", Window(case["before"], case["after"]), 48)
    made.grow(case["suggestion"], [Token(case["suggestion"], -1.0)], Stats())
    made.finish("stop")
    cache.add(made)
    before = case["before"]
    for key in case["keys"]:
        before = pressed(before, key)
    found = cache.find("file:///a.py", Window(before, case["after"]))
    left = found and found.rest("file:///a.py", Window(before, case["after"]))
    assert left == case["left"]
