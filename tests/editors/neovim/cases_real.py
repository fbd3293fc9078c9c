"""The way a person goes, with Inkling itself and its model."""

import json
import re
from pathlib import Path

import pytest

from editor import WaitError, real_server, until
from inkling import __version__

BEFORE = '''\
def add(a, b):
    """Return the sum."""
    return a + b


def multiply(a, b):
    """Return the product."""
'''
READY_S = 120


@pytest.fixture
def editor(start):
    return begin(start)


def begin(start, **options):
    command = real_server()
    if command is None:
        pytest.fail("inkling is not installed beside this Python: make model")
    # Who asks by a key is given time enough on a machine that is busy with other things.
    options = {"trace": True, "explicitBudgetMs": 14_000, **options}
    editor = start(
        text=BEFORE,
        command=command,
        served=False,
        environment={"INKLING_OPTIONS": json.dumps(options)},
    )
    editor.until_served(READY_S)
    assert editor.lua("return require('inkling.status').of(0).state") == "ready"
    return editor


def until_any_ghost(editor, typed):
    """Type until there is ghost text that stays; a place is read while nothing is shown yet."""
    editor.type(typed[:-1])

    def shown():
        editor.type(typed[-1])
        try:
            until("ghost text", lambda: editor.ghost, 3)
        except WaitError:
            editor.keys("<BS>")
            return False
        return True

    until("ghost text from the model", shown, 60)
    until("no request on its way", lambda: not pending(editor))
    return editor.lua("return require('inkling.ghost').text()")


def pending(editor):
    return editor.lua(
        "for _, client in ipairs(vim.lsp.get_clients({ name = 'inkling' })) do"
        " for _, one in pairs(client.requests) do"
        "  if one.method == 'textDocument/inlineCompletion' then return true end"
        " end end return false"
    )


def test_ghost_text_accept_save(editor):
    editor.keys("Go")
    typed = "    return a"
    text = until_any_ghost(editor, typed)
    shown = editor.ghost
    assert shown.splitlines() == [line for line in text.split("\n") if line]
    editor.keys("<Tab>")
    whole = BEFORE + typed + text
    editor.until_text(whole)
    editor.keys("<Esc>:w<CR>")
    file = editor.folder / "example.py"
    until("the file on disk", lambda: file.read_text() == whole + "\n")
    compile(whole, "example.py", "exec")
    assert editor.lua("return require('inkling').statusline()").startswith("Inkling: ready")


def test_what_became_of_it_is_counted(editor):
    editor.keys("Go")
    until_any_ghost(editor, "    return a")
    editor.keys("<Tab>")
    until("the text", lambda: editor.text != BEFORE + "    return a")
    editor.keys("<Esc>:Inkling statistics<CR>")
    until("the figures", lambda: "Taken whole 1, in part 0, dismissed 0" in editor.messages)
    assert "Time to an answer" in editor.messages


def test_what_was_dismissed_does_not_come_back_there(editor):
    editor.keys("Go")
    text = until_any_ghost(editor, "    return a")
    editor.keys("<C-]>")
    editor.until_ghost(None)
    editor.type(text[0])
    until("no request on its way", lambda: not pending(editor))
    editor.keys("<BS>")  # the same place once more
    until("why", lambda: "[unsure]" in editor.command("Inkling why"))
    assert editor.ghost is None


def test_off_and_on(editor):
    state = "return require('inkling.status').of(0).state"
    editor.command("Inkling toggle")
    until("the server to be off", lambda: editor.lua(state) == "off")
    assert editor.lua("return require('inkling').statusline()") == "Inkling: off"
    editor.command("Inkling toggle")
    until("the server to be ready", lambda: editor.lua(state) == "ready", READY_S)
    editor.keys("Go")
    until_any_ghost(editor, "    return a")


def test_alternatives(editor):
    editor.keys("Go")
    first = until_any_ghost(editor, "    return a")
    editor.keys("<M-n>")
    until("several", lambda: editor.lua("return #require('inkling.ghost').shown().items > 1"))
    until("another one", lambda: editor.ghost != first)
    other = editor.lua("return require('inkling.ghost').text()")
    assert other != first
    editor.keys("<Tab>")
    editor.until_text(BEFORE + "    return a" + other)


def test_a_deep_model_writes_on_where_the_first_one_has_answered(start):
    editor = begin(start, deepModel="qwen2.5-coder-0.5b")  # it may be any that is here
    assert "GB of memory while it is loaded" in editor.command("Inkling")
    editor.keys("Go")
    until_any_ghost(editor, "    return a")
    editor.keys("<M-Bslash>")
    line = "return require('inkling').statusline()"
    # An engine that has it already, from the window before, loads nothing.
    until("it to write", lambda: "qwen2.5-coder-0.5b is writing" in editor.lua(line), READY_S)
    # How many lines the window has no room for may stand behind the name.
    hint = re.compile(r"qwen2\.5-coder-0\.5b( \+\d+ lines?)?\)")
    until("its name behind its text", lambda: hint.search(editor.picture()), READY_S)
    editor.keys("<C-]>")
    until("it to stop", lambda: " is writing" not in editor.lua(line))
    editor.until_ghost(None)


def test_the_server_s_own_doctor(editor):
    editor.command("checkhealth inkling")
    server = editor.text.partition("Inkling: server")[2]
    assert "OK" in server, editor.text
    assert "did not examine itself" not in server, editor.text


def test_the_server_beside_the_plugin_can_be_installed(start):
    """Which version it is; `:Inkling install` itself is tried with a stand-in."""
    editor = start(served=False)
    source, version = editor.lua(
        "local program = require('inkling.program') return { program.source(), program.version() }"
    )
    assert (Path(source) / "pyproject.toml").exists()
    assert version == __version__


def test_a_file_with_secrets_says_why_it_gets_nothing(start):
    editor = start(file=".env", command=real_server(), text="", served=False)
    editor.keys("i")
    editor.until_served(READY_S)
    editor.type("TOKEN=")
    editor.keys("<Esc>")
    until("why", lambda: "they may hold secrets" in editor.command("Inkling why"))
    assert editor.ghost is None
