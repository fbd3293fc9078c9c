"""Taking ghost text, all or in part, refusing it, and asking for another."""

import pytest

from editor import answer, until

ADD = "d(a, b):\n    return a + b"
ID = "inkling.accepted"


def accepted(editor):
    return [one["arguments"][0] for one in editor.heard("workspace/executeCommand")]


def feedback(editor, event):
    return [one for one in editor.heard("inkling/feedback") if one["event"] == event]


@pytest.fixture
def shown(start):
    """An editor with ghost text after `def ad`."""
    editor = start(answer("^def ad$", ADD), text="import os\n")
    editor.keys("o")
    editor.type("def ad")
    editor.until_ghost(ADD)
    return editor


def test_accept_all(shown):
    shown.keys("<Tab>")
    shown.until_text("import os\ndef add(a, b):\n    return a + b")
    assert shown.mode == "i"
    assert shown.lua("return vim.api.nvim_win_get_cursor(0)") == [3, 16]
    shown.until_ghost(None)
    until("the server to hear of it", lambda: accepted(shown))
    assert accepted(shown) == [one["item"] for one in feedback(shown, "shown")]
    assert not feedback(shown, "partlyAccepted")
    shown.type("1")
    shown.until_text("import os\ndef add(a, b):\n    return a + b1")


def test_undo_after_accept(shown):
    shown.keys("<Tab>")
    shown.until_text("import os\ndef add(a, b):\n    return a + b")
    shown.type("cd")
    shown.keys("<Esc>u")
    shown.until_text("import os\ndef add(a, b):\n    return a + b")
    shown.keys("u")
    shown.until_text("import os\ndef ad")
    shown.keys("u")
    shown.until_text("import os")
    shown.keys("<C-r><C-r><C-r>")
    shown.until_text("import os\ndef add(a, b):\n    return a + bcd")


def test_accept_by_words(shown):
    for word in ["d", "(", "a", ",", " b", "):", "\n    return", " a", " +", " b"]:
        before = shown.text
        shown.keys("<C-Right>")
        shown.until_text(before + word)
    shown.until_ghost(None)
    until("the server to hear", lambda: accepted(shown))  # with the last word all of it was taken
    characters = [one["characters"] for one in feedback(shown, "partlyAccepted")]
    assert characters == [1, 2, 3, 4, 6, 8, 19, 21, 23]  # so far


# What each of them takes, in turn; 'iskeyword' is Python's.
WORDS = {
    "Japanese": (
        "合計を返す。次の行へ、続く — done…",
        "合計|を|返|す|。|次|の|行|へ|、|続|く| —| done|…",
    ),
    "Chinese and Latin": ("返回total的值", "返回|total|的值"),
    "Cyrillic": ("сумма = число + 1", "сумма| =| число| +| 1"),
    "Greek, accented": ("σύνολο(πλήθος, β)", "σύνολο|(|πλήθος|,| β|)"),
    "Latin, accented": ("größe_über = naïve", "größe_über| =| naïve"),
    "combining characters": ("re\u0301sume\u0301.x", "re\u0301sume\u0301|.|x"),
    "emoji": ("say('👍🏽👨‍👩‍👧 ok')", "say|('|👍🏽👨‍👩‍👧| ok|')"),
    "quotes and dashes": ("“quoted” — 3…5", "“|quoted|”| —| 3|…|5"),
    "a blank of its own": ("x\u3000y\u00a0z", "x|\u3000y|\u00a0z"),
    "lines": ("\n\n    über\n", "\n\n    über|\n"),
}


@pytest.mark.parametrize("writing", WORDS)
def test_words_of_other_writings(start, writing):
    text, words = WORDS[writing]
    editor = start()
    taken = editor.lua(
        "local text, taken = ..., {}"
        " while text ~= '' do"
        "  local stop = require('inkling.words').stop(text)"
        "  table.insert(taken, text:sub(1, stop)) text = text:sub(stop + 1)"
        " end return taken",
        text,
    )
    assert taken == words.split("|")


def test_accept_by_words_of_japanese(start):
    editor = start(answer("^# $", "合計を返す。\n次の行へ"))
    editor.keys("i")
    editor.type("# ")
    editor.until_ghost("合計を返す。\n次の行へ")
    for word in ["合計", "を", "返", "す", "。", "\n次"]:
        before = editor.text
        editor.keys("<C-Right>")
        editor.until_text(before + word)


def test_characters_are_code_points(start):
    editor = start(answer("^x = $", "'👍🏽e\u0301😀' + y\nz = 1\n"))
    editor.keys("i")
    editor.type("x = ")
    until("ghost text", lambda: editor.ghost is not None)
    for _ in range(6):
        before = editor.text
        editor.keys("<C-Right>")
        until("a word", lambda was=before: editor.text != was)
    until("the server to hear", lambda: len(feedback(editor, "partlyAccepted")) == 6)
    # a quote, 👍 and its skin, e and its accent, 😀, a quote, a blank and a plus
    characters = [one["characters"] for one in feedback(editor, "partlyAccepted")]
    assert characters == [1, 3, 5, 6, 7, 9]
    editor.keys("<M-Right><M-Right>")
    until("the server to hear", lambda: len(feedback(editor, "partlyAccepted")) == 8)
    characters = [one["characters"] for one in feedback(editor, "partlyAccepted")]
    assert characters[6:] == [11, 17]  # the line end is one


SNIPPET = "vim.snippet.expand('first = ${1:value}\\nsecond = ${2:other}\\n$0')"


def test_a_snippet_comes_first(start):
    editor = start(answer("= load$", "_all()"), answer("^la$", "st"))
    editor.keys("i")
    editor.lua(SNIPPET)
    editor.type("load")
    editor.until_ghost("_all()")
    editor.keys("<Tab>")
    until("the next place", lambda: editor.lua("return vim.fn.line('.')") == 2)
    editor.type("load")
    editor.until_text("first = load\nsecond = load\n")
    editor.until_ghost("_all()")
    editor.keys("<Tab>")
    until("the end of it", lambda: editor.lua("return vim.fn.line('.')") == 3)
    editor.type("la")
    editor.until_ghost("st")
    editor.keys("<Tab>")  # the snippet is done
    editor.until_text("first = load\nsecond = load\nlast")


def test_another_key_takes_ghost_text_in_a_snippet(start):
    setup = {"keys": {"accept": "<C-y>"}}
    editor = start(answer("= load$", "_all()"), setup=setup)
    editor.keys("i")
    editor.lua(SNIPPET)
    editor.type("load")
    editor.until_ghost("_all()")
    editor.keys("<C-y>")
    editor.until_text("first = load_all()\nsecond = other\n")


def test_tab_indents_first(start):
    editor = start(answer("^$", "        return 1"), text="def f():\n    if x:\n")
    editor.keys("Go")
    editor.until_ghost("        return 1")
    for indentation in ["    ", "        "]:
        editor.keys("<Tab>")
        editor.until_text("def f():\n    if x:\n" + indentation)
        editor.until_ghost("        return 1"[len(indentation) :])
    editor.keys("<Tab>")
    editor.until_text("def f():\n    if x:\n        return 1")


def test_tab_takes_what_is_nearer_than_it_indents(start):
    editor = start(answer("^  $", "  return 1"), answer("^x =$", "     5"))
    editor.keys("i")
    editor.type("  ")
    editor.until_ghost("  return 1")
    editor.keys("<Tab>")
    editor.until_text("    return 1")
    editor.keys("<Esc>cc")
    editor.type("x =")
    editor.until_ghost("     5")
    editor.keys("<Tab>")  # this is no indentation
    editor.until_text("x =     5")


def test_tab_behind_a_nul(start):
    editor = start(answer("b$", "cd"), text="a\0b\n")
    editor.keys("A")
    editor.until_ghost("cd")
    editor.keys("<Tab>")
    editor.until_text("a\0bcd")


def test_accept_by_lines(shown):
    shown.keys("<M-Right>")
    shown.until_text("import os\ndef add(a, b):")
    shown.until_ghost("    return a + b")
    shown.keys("<M-Right>")
    shown.until_text("import os\ndef add(a, b):\n    return a + b")
    until("the server to hear", lambda: accepted(shown))
    assert [one["characters"] for one in feedback(shown, "partlyAccepted")] == [8]


def test_keys_pressed_faster_than_they_are_seen(shown):
    shown.keys("d(<Tab>2<Esc>")
    shown.until_text("import os\ndef add(a, b):\n    return a + b2")


def test_a_key_that_the_text_has_run_away_from(shown):
    """Typed at once with one that the ghost text does not go along with, Tab is a Tab."""
    shown.keys("x<Tab>y")
    shown.until_text("import os\ndef adx y")


def test_next_and_previous(start):
    editor = start(answer("^x = $", "one()", "two()", "three()"))
    editor.keys("i")
    editor.type("x = ")
    editor.until_ghost("one()")
    editor.keys("<M-n>")
    editor.until_ghost("two()")
    editor.until_row(0, "x = two() (2/3)")
    asked = editor.heard("textDocument/inlineCompletion")
    assert [one["context"]["triggerKind"] for one in asked][-1] == 1
    editor.keys("<M-n>")
    editor.until_ghost("three()")
    editor.keys("<M-n>")
    editor.until_ghost("one()")
    editor.keys("<M-p>")
    editor.until_ghost("three()")
    assert len(editor.heard("textDocument/inlineCompletion")) == len(asked)
    editor.keys("<Tab>")
    editor.until_text("x = three()")
    until("the server to hear", lambda: accepted(editor))
    assert accepted(editor)[0].endswith(".2")


def test_asking_by_a_key(start):
    editor = start(answer("^x = $", "one()", "two()"))
    editor.keys("i")
    editor.type("x = ")
    editor.until_ghost("one()")
    editor.keys("<C-]>")
    editor.until_ghost(None)
    editor.keys("<M-Bslash>")
    editor.until_row(0, "x = one() (1/2)")


def test_dismiss(shown):
    shown.keys("<C-]>")
    shown.until_ghost(None)
    until("the server to hear", lambda: feedback(shown, "dismissed"))
    assert shown.mode == "i"
    shown.keys("<Tab>")  # there is nothing to take
    shown.until_text("import os\ndef ad  ")


def test_leaving_insert_mode_hides_it(shown):
    shown.keys("<C-c>")
    shown.until_ghost(None)
    assert not feedback(shown, "dismissed")
    shown.keys("A")
    shown.until_ghost(ADD)


def test_two_windows_on_one_buffer(start):
    editor = start(answer("^def ad$", ADD), text="import os\n")
    editor.keys(":split<CR>o")
    editor.type("def ad")
    editor.until_ghost(ADD)
    rows = [number for number, ghost in enumerate(editor.screen.last.ghosts) if ghost is not None]
    assert rows == [1, 2], editor.picture()  # in the upper window, and only there
    editor.keys("<Tab>")
    editor.until_text("import os\ndef add(a, b):\n    return a + b")
    editor.keys("<Esc><C-w>j")
    assert editor.lua("return vim.api.nvim_win_get_cursor(0)") == [1, 0]
    editor.keys("Go")
    editor.type("def ad")
    editor.until_ghost(ADD)
    editor.keys("<C-o><C-w>k")
    editor.until_ghost(None)


FALLBACKS = {
    "nothing": ("", "x   "),
    "a mapping": ("vim.keymap.set('i', '<Tab>', 'was')", "xwas"),
    "an expression": (
        "vim.cmd([[inoremap <expr> <Tab> col('.') > 1 ? 'e' .. \"\\<Left>l\" : 'no']])",
        "xle",
    ),
    "a Lua function": (
        "vim.keymap.set('i', '<Tab>', function() vim.api.nvim_feedkeys('lua', 'n', false) end)",
        "xlua",
    ),
    "a Lua expression": (
        "vim.keymap.set('i', '<Tab>', function() return 'x<Left>y' end, { expr = true })",
        "xyx",
    ),
    "a mapping to itself": (
        "vim.cmd([[imap <expr> <Tab> '<Tab>']])",
        "x   ",
    ),
    "a remapped key": (
        "vim.cmd('imap <Tab> <Plug>(other)') vim.cmd('inoremap <Plug>(other) plug')",
        "xplug",
    ),
    "a buffer's own": (
        "vim.cmd('inoremap <Tab> all | autocmd FileType python inoremap <buffer> <Tab> own')",
        "xown",
    ),
}


@pytest.mark.parametrize("before", FALLBACKS)
def test_tab_does_what_it_did_before(start, before):
    lua, expected = FALLBACKS[before]
    editor = start(answer("^def ad$", ADD), before=lua)
    for _ in range(2):
        editor.keys("ccx")
        editor.until_text("x")
        editor.keys("<Tab>")
        editor.until_text(expected)
        editor.keys("<Esc>")
    editor.keys("cc")
    editor.type("def ad")
    editor.until_ghost(ADD)
    editor.keys("<Tab>")
    editor.until_text("def add(a, b):\n    return a + b")


def test_a_mapping_that_came_later_is_kept(start):
    editor = start()
    editor.command("inoremap <Tab> later")
    editor.keys("ix<Tab>")
    editor.until_text("xlater")


def test_keys_of_ones_own(start):
    setup = {"keys": {"accept": "<C-y>", "dismiss": False}}
    editor = start(answer("^def ad$", ADD), setup=setup)
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost(ADD)
    editor.keys("<C-]>")
    editor.keys("<C-y>")
    editor.until_text("def add(a, b):\n    return a + b")
    editor.lua("require('inkling').setup({ keys = { accept = '<C-l>' } })")
    editor.keys("<Esc>cc<C-y>")  # Neovim's own again: it copies what stands above
    editor.until_text("def add(a, b):\nd")
    editor.type("ef ad")
    editor.until_ghost(ADD)
    editor.keys("<C-l>")
    editor.until_text("def add(a, b):\ndef add(a, b):\n    return a + b")
