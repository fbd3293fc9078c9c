"""What is learned from looks as what is asked: `training/` makes its examples with the server's own
windows, titles and parts. Its trainers need torch, which the tests do not have.
"""

import importlib
import random
import sys
from pathlib import Path

import pytest

from inkling.context.window import cut, within
from inkling.suggest import prompt
from inkling.text.buffers import Snapshot

FOLDER = Path(__file__).parents[1] / "training"
FILE = "lib/shelf.py"
LINES = [f"    total = measure(books[{i}], shelf, weight, height={i})" for i in range(400)]
TEXT = "def stocked(books, shelf):\n" + "\n".join(LINES) + "\n"


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    yield
    for name in [name for name in sys.modules if name.split(".")[0] in ("adapter", "draft_head")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "name",
    [
        "adapter.examples",
        "adapter.fetch",
        "adapter.gaps",
        "check",
        "confidence",
        "sources",
        "trust",
    ],
)
def test_what_needs_no_torch_fits_the_server_as_it_is(name):
    importlib.import_module(name)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.035])
def test_a_prompt_is_what_the_server_asks(share, tokenizer):
    product = importlib.import_module("adapter.product")
    cursor = TEXT.index("measure(books[200]")
    snapshot = Snapshot(f"file:///{FILE}", 1, "python", TEXT[:cursor] + TEXT[cursor + 7 :], cursor)
    size = within(product.WHOLE * share)
    window = cut(snapshot, size)
    seen = product.window(FILE, "python", snapshot.text, cursor, size)
    assert seen == (window.prefix, window.suffix)
    assert product.title(FILE, "python") == prompt.above(snapshot.uri, "python")
    asked = tokenizer.encode(
        prompt.build(window, "spm", prompt.above(snapshot.uri, "python")), heal=False
    )
    tokens, _, _ = product.encoded(tokenizer, *seen, product.title(FILE, "python"))
    assert tokens == asked.tokens


def test_parts_are_of_other_files_and_of_what_the_window_leaves_out():
    product = importlib.import_module("adapter.product")
    cursor = TEXT.index("total = measure(books[300]")
    size = within(product.WHOLE)
    seen = product.window(FILE, "python", TEXT, cursor, size)
    other = ("lib/other.py", TEXT.replace("total", "whole"))
    whole = (TEXT[:cursor], TEXT[cursor:])
    assert "# lib/other.py\n" in product.alike((FILE, "python", TEXT), cursor, whole, [other], size)
    own = product.alike((FILE, "python", TEXT), cursor, seen, [], size)
    assert "# lib/shelf.py\n" in own
    lines = {line.removeprefix("#").strip() for line in own.split("\n") if "total" in line}
    assert not any(line in seen[0] + seen[1] for line in lines)
    assert not product.alike((FILE, "python", "x = 1\n"), 5, ("x = 1", ""), [], size)


def test_examples_are_drawn_alike_every_time(tmp_path, tokenizer):
    examples = importlib.import_module("adapter.examples")
    file = examples.File(FILE, "python", TEXT)
    corpus = examples.Corpus.__new__(examples.Corpus)
    corpus.files = {"python": {"shelf": [file]}}
    corpus.weights = {"python": [1.0]}
    one, again = (
        [
            examples.one(corpus, "python", "rest", tokenizer, random.Random(seed), 0.5)
            for seed in range(20)
        ]
        for _ in range(2)
    )
    made = [example for example in one if example]
    assert made
    assert [e.tokens.tolist() for e in made] == [e.tokens.tolist() for e in again if e]
    for example in made:
        assert example.prefix <= example.gap < len(example.tokens)
        assert example.tokens[-1] in tokenizer.stop
    examples.write(tmp_path / "made.npz", made)
    read = examples.read(tmp_path / "made.npz")
    assert [e.tokens.tolist() for e in read] == [e.tokens.tolist() for e in made]
