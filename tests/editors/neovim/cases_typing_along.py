"""The cases of typing along that server and clients have in common, on the screen."""

import json
import re
from pathlib import Path

import pytest

from editor import answer

ROOT = Path(__file__).resolve().parents[3]
CASES = json.loads((ROOT / "protocol/typing-along.json").read_text("utf-8"))["cases"]
KEYS = {"Enter": "<CR>", "Backspace": "<BS>", "<": "<lt>"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_typing_along(start, case):
    given = answer(f"^{re.escape(case['before'])}$", case["suggestion"])
    editor = start(given, text=case["after"], before="vim.o.autoindent = true")
    editor.keys("i")
    editor.type(case["before"])
    editor.until_ghost(case["suggestion"].removeprefix("\n"))  # grey, but nothing to see
    for key in case["keys"]:
        editor.keys(KEYS.get(key, key))
    editor.settle()
    editor.until_ghost(case["left"])
