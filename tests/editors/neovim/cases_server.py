"""A server that dies, is missing, or has no model."""

import os
import signal

import pytest

from editor import answer, until

ADD = "d(a, b):\n    return a + b"


def test_the_server_is_killed_while_ghost_text_is_shown(start):
    editor = start(answer("^def ad$", ADD), text="import os\n")
    editor.keys("o")
    editor.type("def ad")
    editor.until_ghost(ADD)
    first = editor.server_pid()
    os.kill(first, signal.SIGKILL)
    editor.until_ghost(None)
    until("insert mode, behind Neovim's own message", lambda: editor.mode == "i")
    editor.type("x")
    editor.keys("<BS>")
    until("another server", lambda: editor.server_pid() != first)
    editor.until_ghost(ADD)  # asked by itself, where the cursor stands
    opened = editor.heard("textDocument/didOpen")[-1]["textDocument"]
    assert opened["text"] == "import os\ndef ad\n"
    editor.keys("<Tab>")
    editor.until_text("import os\ndef add(a, b):\n    return a + b")
    editor.keys("<Esc>u")
    editor.until_text("import os\ndef ad")


def test_the_server_dies_with_each_answer(start):
    editor = start(answer("^def ad$", ADD, afterMs=2000, dieAfterMs=1))
    editor.keys("i")
    editor.type("def ad")
    until("a second server", lambda: len(editor.heard("initialize")) > 1)
    editor.script(answer("^def ad$", ADD))
    editor.until_ghost(ADD)


def repositories(folder, *names):
    for name in names:
        (folder / name / ".git").mkdir(parents=True)
        (folder / name / "a.py").write_text("x\n")


def folders(editor, pid):
    """The names of those that one server was told of, in its order, before the documents."""
    names = []
    for one in editor.everything_heard():
        told = one["params"] or {}
        if one["pid"] == pid and one["method"] == "initialize":
            names += told["workspaceFolders"]
        elif one["pid"] == pid and one["method"] == "workspace/didChangeWorkspaceFolders":
            names += told["event"]["added"]
        elif one["pid"] == pid and one["method"] == "textDocument/didOpen":
            break
    return [one["uri"].rpartition("/")[2] for one in names]


def until_opened(editor, *names):
    """The number of the server that has these files, when it has; the only one that runs."""

    def opened():
        pid = editor.server_pid()
        heard = [one for one in editor.everything_heard() if one["pid"] == pid]
        uris = [one["params"]["textDocument"]["uri"] for one in heard if "didOpen" in one["method"]]
        return pid if len(uris) == len(names) and all(uri.endswith(names) for uri in uris) else None

    pid = until(f"a server to have {names}", opened)
    assert editor.lua("return #vim.lsp.get_clients({ name = 'inkling' })") == 1
    return pid


@pytest.mark.parametrize("how", ["killed", "restarted"])
def test_another_server_gets_all_folders(start, tmp_path, how):
    """What `exclude` says of a path is about the folder that it lies in."""
    repositories(tmp_path, "one", "two", "three")
    editor = start(file="one/a.py", text="x\n")
    editor.command("edit two/a.py | edit three/a.py")
    first = until_opened(editor, "one/a.py", "two/a.py", "three/a.py")
    if how == "killed":
        os.kill(first, signal.SIGKILL)
    else:
        editor.command("Inkling restart")
    until("another server", lambda: editor.server_pid() != first)
    second = until_opened(editor, "one/a.py", "two/a.py", "three/a.py")
    assert folders(editor, second) == ["one", "two", "three"]


def test_a_file_is_opened_before_the_server_is_back(start, tmp_path):
    """It brings a server at once: that one serves the others too."""
    repositories(tmp_path, "one", "two")
    editor = start(file="one/a.py", text="x\n")
    first = editor.server_pid()
    os.kill(first, signal.SIGKILL)
    until("its end", lambda: editor.lua("return #vim.lsp.get_clients({ name = 'inkling' })") == 0)
    editor.command("edit two/a.py")
    until("another server", lambda: editor.server_pid() != first)
    until_opened(editor, "two/a.py", "one/a.py")
    told = editor.heard("workspace/didChangeWorkspaceFolders")[-1]["event"]["added"]
    assert [one["uri"].rpartition("/")[2] for one in told] == ["one"]


def test_a_server_that_never_starts_is_left_alone(start):
    editor = start(
        script={"dieOnStart": True},
        served=False,
        before=(
            # The waits, a hundredth as long.
            "local real = vim.defer_fn"
            " vim.defer_fn = function(f, ms) return real(f, math.ceil(ms / 100)) end"
        ),
    )
    until("the last word", lambda: "keeps ending and is left alone" in editor.messages)
    said = editor.command("Inkling why")
    assert "ended 6 times and is left alone" in said
    assert "`:Inkling restart` tries again" in said
    editor.keys("ix")
    editor.until_text("x")
    editor.script(answer("^x$", "yz"))
    editor.command("Inkling restart")
    editor.until_ghost("yz")


def test_no_model_yet(start):
    editor = start(
        script={
            "status": {
                "state": "no-model",
                "reason": "No model is installed yet.",
                "code": "no-model",
            }
        }
    )
    until("the word", lambda: "no model yet" in editor.messages)
    assert editor.lua("return require('inkling').statusline()") == "Inkling: no model"
    assert "`:Inkling pull` gets it" in editor.command("Inkling why")
    assert editor.messages.count(":Inkling pull") == 1


def test_the_server_is_not_installed(start):
    editor = start(command=["no-such-inkling", "serve"], served=False)
    until("the word", lambda: "no program 'no-such-inkling'" in editor.messages)
    editor.keys(":edit second.py<CR>ix<Tab><Esc>:edit! third.py<CR>iy")
    editor.until_text("y")
    assert editor.messages.count("no-such-inkling") == 1
    assert "rror" not in editor.messages
    assert editor.lua("return require('inkling').statusline()") == "Inkling: no server"
    assert editor.command("Inkling why") == "Inkling: no program 'no-such-inkling'."
    assert "a server of your own" in editor.command("silent! Inkling install")


@pytest.mark.parametrize("width", [80, 50])
def test_a_missing_server_is_told_in_one_line(start, width):
    """A person's Neovim waits for Enter behind a message that has no room."""
    editor = start(
        command=["no-such-inkling", "serve"],
        served=False,
        text="import os\n",
        before=f"vim.o.messagesopt = 'hit-enter,history:500' vim.o.columns = {width}",
    )
    editor.until_seen("Inkling: no program 'no-such-inkling'")
    assert editor.mode == "n"
    editor.until_row(0, "import os")
    editor.keys("ix")
    editor.until_text("ximport os")


def test_only_the_server(start):
    """`vim.lsp.enable('inkling')` is enough for it; there is then no ghost text."""
    editor = start(
        answer("^def ad$", ADD),
        environment={"INKLING_SETUP": "none"},
        before="vim.schedule(function() vim.lsp.enable('inkling') end)",
    )
    editor.keys("i")
    editor.type("def ad")
    editor.settle()
    assert editor.ghost is None
    capabilities = editor.heard("initialize")[0]["capabilities"]["textDocument"]
    assert capabilities["inlineCompletion"] == {"dynamicRegistration": False}
    assert editor.lua("return require('inkling').statusline()") == "Inkling: ready"


def test_options_reach_the_server(start):
    editor = start(
        setup={"options": {"budgetMs": 60}}, environment={"INKLING_OPTIONS": '{"trace": true}'}
    )
    assert editor.heard("initialize")[0]["initializationOptions"] == {"budgetMs": 60, "trace": True}
    editor.lua("require('inkling').configure({ budgetMs = 70 })")
    told = editor.until_heard("workspace/didChangeConfiguration")
    assert told == {"settings": {"inkling": {"budgetMs": 70, "trace": True}}}
    editor.command("Inkling restart")
    until("a second server", lambda: len(editor.heard("initialize")) == 2)
    assert editor.heard("initialize")[1]["initializationOptions"]["budgetMs"] == 70


def test_setup_says_what_is_wrong_with_it(start):
    editor = start()
    for given, said in [
        ("{ key = {} }", "setup has no 'key'; it knows hide_when, keys, options, rest_ms"),
        ("{ keys = { tab = 'x' } }", "keys has no 'tab'; it knows accept, accept_line, "),
        ("{ rest_ms = 'x' }", "rest_ms: expected number"),
    ]:
        ok, error = editor.lua(f"return {{ pcall(require('inkling').setup, {given}) }}")
        assert not ok
        assert said in error
