"""Which buffers get anything: files of any language, and nothing else."""

import pytest

from editor import answer, until

SERVED = {
    "App.tsx": ("typescriptreact", "const a = "),
    "main.go": ("go", "a := "),
    "notes.md": ("markdown", "The answer is "),
    "ci.yaml": ("yaml", "answer: "),
    "what.unheard_of": ("plaintext", "answer "),
}


@pytest.mark.parametrize("file", SERVED)
def test_a_file_of_any_language(start, file):
    language, typed = SERVED[file]
    editor = start(answer(f"^{typed}$", "42"), file=file, served=False)
    editor.keys("i")
    editor.until_served()
    editor.type(typed)
    editor.until_ghost("42")
    editor.keys("<Tab>")
    editor.until_text(f"{typed}42")
    opened = editor.heard("textDocument/didOpen")[-1]["textDocument"]
    assert (opened["uri"].rpartition("/")[2], opened["languageId"]) == (file, language)


def test_a_new_buffer_without_a_name_or_a_type(start):
    editor = start(answer("^answer $", "42"), file=None, served=False)
    editor.keys("i")
    editor.until_served()
    editor.type("answer ")
    editor.until_ghost("42")


LEFT_ALONE = {
    "a commit message": (":edit .git/COMMIT_EDITMSG<CR>", "a message for version control"),
    "the help": (":help<CR>:only<CR>", "no file (help)"),
    "a read-only file": (":view example.py<CR>", "read-only"),
    "a file that cannot be changed": (":edit example.py<CR>:set nomodifiable<CR>", "read-only"),
    "the quickfix list": (":copen<CR>:only<CR>", "no file (quickfix)"),
    "a terminal": (":terminal cat<CR>", "no file (terminal)"),  # one that does not end by itself
    "an output buffer": (
        ":enew<CR>:setlocal buftype=nofile filetype=python<CR>",
        "no file (nofile)",
    ),
    "something from elsewhere": (":edit demo://example.py<CR>", "no file on a disk (demo)"),
}


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_what_is_no_file_to_write_in_is_left_alone(start, what):
    keys, why = LEFT_ALONE[what]
    editor = start(answer("", "NO"), file="first.py", served=False, text="")
    (editor.folder / ".git").mkdir()
    (editor.folder / "example.py").write_text("x = 1\n")
    editor.keys(keys)
    until("why", lambda: why in editor.command("Inkling why"))
    editor.keys("<C-\\><C-n>")  # out of the terminal
    editor.keys("i" if "terminal" not in what else "<Esc>")
    editor.type("abc")
    editor.settle()
    uri = editor.lua("return vim.uri_from_bufnr(0)")
    asked = editor.heard("textDocument/inlineCompletion") + editor.heard("inkling/didMoveCursor")
    assert not [one for one in asked if one["textDocument"]["uri"] == uri]
    if "changed" not in what:  # it is so only since it is there
        opened = [one["textDocument"]["uri"] for one in editor.heard("textDocument/didOpen")]
        assert uri not in opened
    editor.keys("<Esc>")


def test_a_file_that_may_be_written_again_is_served(start):
    editor = start(answer("^answer $", "42"), file="first.py", text="")
    (editor.folder / "second.py").write_text("")
    editor.keys(":view second.py<CR>")
    until("why", lambda: "read-only" in editor.command("Inkling why"))
    editor.keys(":set noreadonly<CR>i")
    editor.until_served()
    editor.type("answer ")
    editor.until_ghost("42")


def test_one_server_for_two_folders(start):
    editor = start(answer("^answer $", "42"), text="")
    for name in ("one", "two"):
        (editor.folder / name / ".git").mkdir(parents=True)
        editor.keys(f":edit {name}/a.md<CR>")
        editor.keys("i")
        editor.until_served()
        editor.type("answer ")
        editor.until_ghost("42")
        editor.keys("<Esc>:w<CR>")
    assert len(editor.heard("initialize")) == 1
    added = [one["event"]["added"] for one in editor.heard("workspace/didChangeWorkspaceFolders")]
    assert [folder["uri"].rpartition("/")[2] for (folder,) in added] == ["one", "two"]
