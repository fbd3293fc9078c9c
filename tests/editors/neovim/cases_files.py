"""Files that are renamed, closed, or not there yet."""

from editor import answer, until

ADD = "d(a, b):\n    return a + b"


def type_add(editor, key="o"):
    editor.keys(key)
    editor.type("def ad")
    editor.until_ghost(ADD)


def test_rename_while_a_request_runs(start):
    editor = start(answer("^slow$", "STALE", afterMs=400), answer("^def ad$", ADD))
    editor.keys("islow")
    editor.until_heard("textDocument/inlineCompletion", lambda one: one["position"]["character"])
    editor.keys("<C-o>:file other.py<CR>")
    editor.until_heard(
        "textDocument/didOpen", lambda one: one["textDocument"]["uri"].endswith("/other.py")
    )
    closed = [one["textDocument"]["uri"] for one in editor.heard("textDocument/didClose")]
    assert [uri.rpartition("/")[2] for uri in closed] == ["example.py"]
    editor.until_ghost("STALE")  # it stands there still, asked anew under the new name
    asked = editor.heard("textDocument/inlineCompletion")[-1]
    assert asked["textDocument"]["uri"].endswith("/other.py")
    editor.keys("<Esc>")
    type_add(editor)
    editor.keys("<Esc>:w<CR>")
    until("the file", (editor.folder / "other.py").exists)
    type_add(editor)


def test_save_under_another_name(start):
    editor = start(answer("^def ad$", ADD), text="import os\n")
    editor.keys(":saveas other.py<CR>")
    editor.until_heard(
        "textDocument/didOpen", lambda one: one["textDocument"]["uri"].endswith("/other.py")
    )
    type_add(editor)
    editor.keys("<Tab><Esc>:w<CR>")
    whole = "import os\ndef add(a, b):\n    return a + b\n"
    until("the file", lambda: (editor.folder / "other.py").read_text() == whole)
    assert (editor.folder / "example.py").read_text() == "import os\n"


def test_close_while_a_request_runs(start):
    editor = start(
        answer("^slow$", "STALE", afterMs=1500, ignoreCancel=True),
        answer("^def ad$", ADD, afterMs=1800),
    )
    editor.keys("islow")
    editor.until_heard("textDocument/inlineCompletion", lambda one: one["position"]["character"])
    editor.keys("<C-o>:bwipeout!<CR>")
    editor.until_heard("textDocument/didClose")
    editor.keys("<Esc>:edit second.py<CR>")
    editor.until_heard(
        "textDocument/didOpen", lambda one: one["textDocument"]["uri"].endswith("/second.py")
    )
    type_add(editor, "i")  # by then the other answer has come
    assert not any("STALE" in "".join(frame.rows) for frame in editor.screen.frames)
    assert "rror" not in editor.messages


def test_a_buffer_without_a_file(start):
    editor = start(answer("^def ad$", ADD), text=None, file="new.py")
    type_add(editor, "i")
    editor.keys("<Tab>")
    editor.until_text("def add(a, b):\n    return a + b")
    assert not (editor.folder / "new.py").exists()


def test_a_buffer_without_a_name(start):
    editor = start(answer("^def ad$", ADD), file=None, served=False)
    editor.keys(":set filetype=python<CR>")
    editor.until_served()
    type_add(editor, "i")
    editor.keys("<Tab>")
    editor.until_text("def add(a, b):\n    return a + b")


def test_a_jump_to_another_file(start):
    editor = start(answer("^def ad$", ADD), text="import os\n")
    (editor.folder / "second.py").write_text("import re\n")
    type_add(editor)
    editor.keys("<Esc>:edit! second.py<CR>")
    editor.until_ghost(None)
    type_add(editor)
    editor.keys("<Tab>")
    editor.until_text("import re\ndef add(a, b):\n    return a + b")
