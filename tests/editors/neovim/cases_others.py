"""Beside other completion, and with Neovim's own inline completion in the plugin's place."""

from editor import answer, until

ADD = "d(a, b):\n    return a + b"


def popup(editor):
    return editor.lua("return vim.fn.pumvisible()") == 1


def test_the_popup_menu_is_open(start):
    editor = start(
        answer("^add$", "_all()"),
        answer("^addition$", "al()"),
        text="\naddition = 1\naddress = 2\n",
    )
    editor.keys("i")
    editor.type("add")
    editor.until_ghost("_all()")
    editor.keys("<C-n>")
    until("the menu", lambda: popup(editor))
    editor.until_text("addition\naddition = 1\naddress = 2")
    editor.until_ghost(None)
    editor.keys("<C-y>")
    editor.until_ghost("al()")
    assert editor.text == "addition\naddition = 1\naddress = 2"
    editor.keys("<Tab>")
    editor.until_text("additional()\naddition = 1\naddress = 2")


def test_tab_is_the_popup_menu_s(start):
    editor = start(
        answer("^add", "_all()"),
        text="\naddition = 1\naddress = 2\n",
        before='vim.cmd([[inoremap <expr> <Tab> pumvisible() ? "\\<C-n>" : "\\<Tab>"]])',
    )
    editor.keys("i")
    editor.type("add")
    editor.until_ghost("_all()")
    editor.keys("<C-n>")
    until("the menu", lambda: popup(editor))
    editor.keys("<Tab>")
    editor.until_text("address\naddition = 1\naddress = 2")


def test_completion_of_a_language_server(start):
    """Its menu opens by itself, with nothing chosen, as `autotrigger` does."""
    editor = start(answer("^add$", "_all()"), before="vim.o.completeopt = 'menuone,noselect'")
    editor.keys("i")
    editor.type("add")
    editor.until_ghost("_all()")
    editor.lua("vim.fn.complete(1, { 'addition', 'address' })")
    until("the menu", lambda: popup(editor))
    editor.until_ghost(None)
    editor.keys("<C-e>")
    editor.until_ghost("_all()")
    assert editor.text == "add"


def test_a_menu_that_a_plugin_draws(start):
    before = (
        "local setup = require('inkling').setup"
        " require('inkling').setup = function(given)"
        "  given.hide_when = function() return _G.menu == true end setup(given)"
        " end"
    )
    editor = start(answer("add$", "_all()"), before=before)
    editor.keys("i")
    editor.type("add")
    editor.until_ghost("_all()")
    editor.lua("_G.menu = true")
    editor.type(" add")
    editor.until_row(0, "add add")
    editor.until_ghost(None)
    editor.keys("<Tab>")
    editor.until_text("add add ")  # to the next tab stop
    editor.lua("_G.menu = false")
    editor.keys("<BS><BS>")
    editor.type("d")
    editor.until_ghost("_all()")


def test_the_ghost_text_of_another_plugin(start):
    editor = start(answer("^def ad$", "d(a):"))
    editor.lua(
        "local ns = vim.api.nvim_create_namespace('other')"
        " vim.api.nvim_create_autocmd('TextChangedI', { callback = function()"
        "  vim.api.nvim_buf_clear_namespace(0, ns, 0, -1)"
        "  local row, column = unpack(vim.api.nvim_win_get_cursor(0))"
        "  vim.api.nvim_buf_set_extmark(0, ns, row - 1, column,"
        "   { virt_text = { { 'OTHER', 'Comment' } }, virt_text_pos = 'eol' })"
        " end })"
    )
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost("d(a):")
    editor.until_row(0, "def add(a): OTHER")
    editor.keys("<Tab>")
    editor.until_text("def add(a):")
    editor.until_ghost(None)
    editor.until_row(0, "def add(a): OTHER")


def test_neovim_s_own_inline_completion(start, version):
    if version == "0.11":
        # It is not there: the plugin is.
        editor = start(served=False)
        assert editor.lua("return vim.lsp.inline_completion == nil")
        return
    editor = start(answer("^def ad$", ADD), environment={"INKLING_BUILTIN": "1"})
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost(ADD)
    editor.keys("<Tab>")
    editor.until_text("def add(a, b):\n    return a + b")
    editor.until_heard("workspace/executeCommand")
    assert editor.lua("return require('inkling').statusline()") == "Inkling: ready"
    editor.keys("<Esc>u")
    assert "rror" not in editor.messages
