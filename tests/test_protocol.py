"""What is generated from protocol/ is what protocol/ says."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inkling import protocol

ROOT = Path(__file__).parent.parent
GENERATED = [
    "server/inkling/protocol.py",
    "vscode-extension/src/protocol.ts",
    "vscode-extension/package.json",
    "neovim-plugin/lua/inkling/protocol.lua",
    "neovim-plugin/doc/inkling.txt",
    "docs/CLIENTS.md",
    "README.md",
    "vscode-extension/README.md",
]


def generate(root, *options):
    command = [sys.executable, root / "protocol/generate.py", *options]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture
def tree(tmp_path):
    for name in [*GENERATED, "server/inkling/models/catalog.toml"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "protocol", tmp_path / "protocol")
    return tmp_path


def test_nothing_generated_is_stale():
    done = generate(ROOT, "--check")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_what_is_stale_is_named_and_left_as_it_is(tree):
    options = tree / "protocol/options.toml"
    text = options.read_text("utf-8")
    options.write_text(text.replace("maximum = 512", "maximum = 500"), "utf-8")
    before = {name: (tree / name).read_bytes() for name in GENERATED}
    done = generate(tree, "--check")
    assert done.returncode == 1
    stale = {line.partition(" ")[0] for line in done.stdout.splitlines()}
    assert stale == {
        "server/inkling/protocol.py",
        "vscode-extension/package.json",
        "docs/CLIENTS.md",
        "README.md",
    }
    assert before == {name: (tree / name).read_bytes() for name in GENERATED}


def test_what_was_edited_by_hand_is_stale_and_written_anew(tree):
    for name in GENERATED[:2]:
        (tree / name).write_text("else\n", "utf-8")
    assert generate(tree, "--check").returncode == 1
    assert generate(tree).returncode == 0
    assert generate(tree, "--check").returncode == 0
    assert (tree / GENERATED[0]).read_bytes() == (ROOT / GENERATED[0]).read_bytes()


def test_a_missing_mark_is_an_error_and_not_a_table_lost(tree):
    guide = tree / "docs/CLIENTS.md"
    guide.write_text(guide.read_text("utf-8").replace("<!-- protocol: reasons -->", ""), "utf-8")
    done = generate(tree, "--check")
    assert done.returncode == 1
    assert "protocol: reasons" in done.stderr


def test_each_reason_has_a_sentence_that_is_one():
    for sentence in protocol.SENTENCES.values():
        assert sentence[0].isupper()
        assert sentence.endswith(".")
