"""What a person can ask and tell beside typing."""

import re
import subprocess

import pytest

from editor import EDITORS, answer, until

ADD = "d(a, b):\n    return a + b"
SUBCOMMANDS = [
    *["cancel", "context", "install", "log", "pull", "restart", "snooze", "statistics", "status"],
    *["toggle", "why"],
]
LATE = {"reason": "Too late.", "code": "late", "latencyMs": 95.4}


def type_add(editor):
    editor.keys("<Esc>cc")
    editor.type("def ad")


def test_toggle(start):
    editor = start(answer("^def ad$", ADD))
    type_add(editor)
    editor.until_ghost(ADD)
    assert editor.command("Inkling toggle") == "Inkling: off"
    editor.until_ghost(None)
    told = editor.until_heard("workspace/didChangeConfiguration")
    assert told["settings"]["inkling"]["enabled"] is False
    asked = len(editor.heard("textDocument/inlineCompletion"))
    type_add(editor)
    editor.settle()
    assert editor.ghost is None
    assert len(editor.heard("textDocument/inlineCompletion")) == asked
    assert editor.lua("return require('inkling').statusline()") == "Inkling: off"
    assert "`:Inkling toggle` switches it on" in editor.command("Inkling why")
    assert editor.command("Inkling toggle") == "Inkling: on"
    type_add(editor)
    editor.until_ghost(ADD)


def test_off_from_the_start(start):
    editor = start(answer("^def ad$", ADD), setup={"options": {"enabled": False}})
    assert editor.heard("initialize")[0]["initializationOptions"] == {"enabled": False}
    type_add(editor)
    editor.settle()
    assert editor.ghost is None
    assert editor.command("Inkling toggle") == "Inkling: on"
    type_add(editor)
    editor.until_ghost(ADD)


def test_snooze(start):
    editor = start(answer("^def ad$", ADD))
    assert editor.command("Inkling snooze").startswith("Inkling: snoozed until ")
    type_add(editor)
    editor.settle()
    assert editor.ghost is None
    assert "snoozed until" in editor.lua("return require('inkling').statusline()")
    assert "snoozed until" in editor.command("Inkling snooze 0.005")
    until(
        "the end of it",
        lambda: editor.lua("return require('inkling').statusline()") == "Inkling: ready",
    )
    type_add(editor)
    editor.until_ghost(ADD)
    assert "above 0, not soon" in editor.command("silent! Inkling snooze soon")


def statusline(editor):
    return editor.lua("return require('inkling').statusline()")


def test_status_and_why_are_of_the_document_in_front(start):
    editor = start(
        answer("late$", told=LATE),
        answer("fine$", "!", told={"latencyMs": 12.3}),
        script={"status": {"model": "tiny"}},
        before="vim.o.laststatus = 2"
        " vim.o.statusline = [[%f %{v:lua.require'inkling'.statusline()}]]",
    )
    editor.until_seen("example.py Inkling: ready  ")
    assert editor.command("Inkling why") == "Nothing was asked for here yet."
    editor.keys("i")
    editor.type("late")
    editor.until_seen("Inkling: ready 96 ms (late)")
    editor.keys("<Esc>")
    assert editor.command("Inkling why") == "Too late. [late]"
    said = editor.command("Inkling").splitlines()
    assert said[:3] == ["Inkling: ready 96 ms (late)", "Too late. [late]", "Model: tiny"]
    assert said == editor.command("Inkling status").splitlines()

    editor.keys(":edit! second.py<CR>")
    editor.until_seen("second.py Inkling: ready  ")
    assert editor.command("Inkling why") == "Nothing was asked for here yet."
    editor.keys("i")
    editor.type("fine")
    editor.until_ghost("!")
    editor.until_seen("Inkling: ready 13 ms  ")
    editor.keys("<Esc>")
    assert editor.command("Inkling why") == "The last request here brought a suggestion."

    editor.keys(":view! notes.md<CR>")
    editor.until_seen("Inkling: not here  ")
    alone = "Inkling leaves this buffer alone: it is read-only."
    assert editor.command("Inkling why") == alone
    assert editor.command("Inkling") == alone

    editor.keys(":edit example.py<CR>")
    editor.until_seen("example.py Inkling: ready 96 ms (late)")
    editor.keys(":bwipeout!<CR>:edit example.py<CR>")  # closed and opened: nothing is known of it
    editor.until_seen("example.py Inkling: ready  ")
    editor.keys(":enew!<CR>")
    until("another buffer", lambda: editor.lua("return vim.fn.bufname()") == "")
    assert editor.command("Inkling why") == "Inkling comes to this buffer once you type."
    assert statusline(editor) == ""
    editor.keys(":help<CR>")
    until("the help", lambda: editor.lua("return vim.bo.buftype") == "help")
    assert statusline(editor) == ""


def test_what_was_refused_in_a_state_that_is_over_is_not_told(start):
    loading = {"state": "loading", "reason": "The model is loading.", "code": "loading"}
    editor = start(answer("x$", told=loading), answer("y$", told={"state": "ready"} | LATE))
    editor.keys("i")
    editor.type("x")
    until("the state", lambda: statusline(editor) == "Inkling: loading")
    assert editor.command("Inkling why") == "The model is loading."
    editor.lua(
        "local client = vim.lsp.get_clients({ name = 'inkling' })[1]"
        " require('inkling.status').on_status(nil, vim.tbl_extend('force', ..., {"
        "  uri = vim.uri_from_bufnr(0), model = 'tiny' }), { client_id = client.id })",
        loading | {"state": "ready"},
    )
    assert statusline(editor) == "Inkling: ready"
    assert editor.command("Inkling why") == "Nothing was asked for here yet."


HOUR = "return os.date('%Y-%m-%d %H:')"


def test_statistics(start):
    editor = start(answer("^def ad$", ADD))
    hours = {editor.lua(HOUR)}
    type_add(editor)
    editor.until_ghost(ADD)
    editor.keys("<Tab>")
    editor.until_heard("workspace/executeCommand")
    editor.command("Inkling statistics")
    until("the figures", lambda: "Taken whole 1, in part 0, dismissed 0" in editor.messages)
    assert "1 ms in the median, p95 2 ms, p99 3 ms" in editor.messages
    rows = editor.messages.partition("Why nothing was shown:")[2].split("\n")
    assert any(re.fullmatch(r" +\d+  nothing to add", row) for row in rows), rows
    hours.add(editor.lua(HOUR))
    assert any(f"Since {hour}" in editor.messages for hour in hours)


def test_what_the_model_sees_is_shown_in_a_window_beside(start):
    editor = start(answer("^def ad$", ADD))
    type_add(editor)
    editor.until_ghost(ADD)
    editor.keys("<Esc>")
    editor.command("Inkling context")
    until("the window", lambda: editor.lua("return vim.fn.winnr('$')") == 2)
    assert editor.lua("return vim.bo.buftype") == "nofile"
    assert editor.lua("return vim.bo.modifiable") is False
    shown = editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
    assert shown == ["━━ example.py, before the cursor, from line 1", "def a"]
    assert editor.heard("inkling/context")[-1]["position"] == {"line": 0, "character": 5}


def test_restart(start):
    editor = start(answer("^def ad$", ADD))
    first = editor.server_pid()
    editor.command("Inkling restart")
    until("another server", lambda: editor.server_pid() != first)
    editor.until_served()
    type_add(editor)
    editor.until_ghost(ADD)
    assert not [line for line in editor.messages.splitlines() if "quit" in line]


def test_log(start):
    editor = start()
    editor.command("Inkling log")
    assert editor.lua("return vim.fn.expand('%:t')") == "lsp.log"


def test_subcommands_are_completed(start):
    editor = start()
    complete = "return vim.fn.getcompletion(..., 'cmdline')"
    assert editor.lua(complete, "Inkling ") == SUBCOMMANDS
    assert editor.lua(complete, "Inkling st") == ["statistics", "status"]
    assert editor.lua(complete, "Inkling snooze ") == []
    assert "no subcommand 'fly'; there are cancel, context, install" in editor.command(
        "silent! Inkling fly"
    )


DOCTOR = """#!/bin/sh
test "$1" = doctor && test "$2" = --json || exit 2
cat <<'JSON'
{"checks": [
 {"name": "model", "verdict": "ok", "found": "qwen2.5-coder-0.5b", "advice": ""},
 {"name": "memory", "verdict": "warning", "found": "1 GB free", "advice": "close something"},
 {"name": "engine", "verdict": "error", "found": "does not start", "advice": "install it anew"},
 {"name": "battery", "verdict": "skipped", "found": "no battery", "advice": ""}]}
JSON
exit 1
"""


@pytest.fixture
def health(start):
    def examine(**more):
        editor = start(served=False, **more)
        editor.command("checkhealth inkling")
        return editor.text

    return examine


def test_checkhealth(health, version, tmp_path):
    program = tmp_path / "inkling"
    program.write_text(DOCTOR)
    program.chmod(0o755)
    text = health(command=[str(program), "serve"])
    assert f"Neovim {version}" in text
    assert "the server is enabled" in text
    assert f"found {program}" in text
    for line in [
        "OK model: qwen2.5-coder-0.5b",
        "WARNING memory: 1 GB free",
        "ERROR engine: does not start",
    ]:
        assert line in text, text
    assert "close something" in text
    assert "battery: no battery" in text


def test_checkhealth_without_a_server(health):
    text = health(command=["no-such-inkling", "serve"])
    assert "ERROR no program 'no-such-inkling'" in text
    assert "inkling-server" in text


def test_help(start, tmp_path):
    folder = tmp_path / "plugin"
    subprocess.run(["cp", "-r", EDITORS.parent.parent / "neovim-plugin", folder], check=True)
    (folder / "doc/tags").unlink(missing_ok=True)
    editor = start(served=False, environment={"INKLING_PLUGIN": str(folder)})
    tags = {line.split("\t")[0] for line in (folder / "doc/tags").read_text().splitlines()}
    assert {"inkling", "inkling.txt", "inkling-keys", ":Inkling"} <= tags
    assert not editor.command(f"helptags {folder}/doc")  # nothing twice, nothing wrong
    editor.keys(":help inkling<CR>")
    until("the page", lambda: editor.lua("return vim.fn.expand('%:t')") == "inkling.txt")
    # Every link leads somewhere, in the page or in Neovim's own.
    links = editor.lua(
        "local found = {}"
        " for link in (...):gmatch('|([^%s|]+)|') do"
        "  found[link] = vim.fn.taglist('^' .. vim.fn.escape(link, '.*[]~\\\\') .. '$')[1] ~= nil"
        " end return found",
        editor.text,
    )
    assert len(links) > 10
    newer = {"vim.pack", "vim.lsp.inline_completion"}  # of 0.12
    assert not [link for link, leads in links.items() if not leads and link not in newer]
    text = editor.text
    for name in [
        *SUBCOMMANDS,
        "<Tab>",
        "<C-Right>",
        "<M-Right>",
        "<M-n>",
        "<M-p>",
        "<C-]>",
        "hide_when",
    ]:
        assert name in text, name


def test_install_with_vim_pack(start, version, tmp_path):
    if version == "0.11":
        editor = start(served=False)
        assert editor.lua("return vim.pack == nil")  # it came with 0.12
        return
    source = tmp_path / "source"
    (source / "neovim-plugin").parent.mkdir()
    subprocess.run(["cp", "-r", EDITORS.parent.parent / "neovim-plugin", source], check=True)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-C", str(source)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True)
    editor = start(
        answer("^def ad$", ADD),
        before=f"vim.pack.add({{ 'file://{source}' }}, {{ confirm = false, load = function(plugin)"
        " vim.opt.runtimepath:append(plugin.path .. '/neovim-plugin') end })",
        environment={"INKLING_PLUGIN": str(tmp_path / "nowhere")},
    )
    type_add(editor)
    editor.until_ghost(ADD)
    found = editor.lua("return vim.api.nvim_get_runtime_file('lua/inkling/init.lua', false)[1]")
    assert found.startswith(str(tmp_path / "data"))
    assert "Inkling" in editor.command("Inkling status")
