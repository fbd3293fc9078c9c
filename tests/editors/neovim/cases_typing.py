"""Ghost text while a person types."""

import re

import pytest

from editor import answer, until

ADD = "d(a, b):\n    return a + b"


def test_ghost_text_of_several_lines(start):
    editor = start(answer("^def ad$", ADD))
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost(ADD)
    assert editor.screen.last.row(0) == "def add(a, b):"
    assert editor.screen.last.row(1) == "    return a + b"
    assert editor.text == "def ad"


def test_no_flicker_while_typing_through(start):
    whole = "def add(a, b):"
    answers = [
        answer(f"^{re.escape(whole[:stop])}$", whole[stop:] + "\n    return a + b", afterMs=40)
        for stop in range(6, len(whole))
    ]
    editor = start(*answers)
    editor.keys("i")
    editor.type(whole[:6])
    editor.until_ghost(whole[6:] + "\n    return a + b")
    first = len(editor.screen.frames)
    for stop in range(6, len(whole) - 1):
        editor.type(whole[stop])
        editor.until_ghost(whole[stop + 1 :] + "\n    return a + b")
    frames = editor.screen.frames[first:]
    assert len(frames) >= len(whole) - 7
    for frame in frames:
        assert frame.row(0) == whole, frame
        assert frame.row(1) == "    return a + b", frame


def test_ghost_text_grows_back_with_backspace(start):
    editor = start(answer("^def ad$", ADD), answer("^def add", "NOT IN TIME", held=True))
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost(ADD)
    first = len(editor.screen.frames)
    editor.type("d(")
    editor.until_ghost(ADD[2:])
    editor.keys("<BS><BS>")
    editor.until_ghost(ADD)
    assert all(frame.row(0) == "def add(a, b):" for frame in editor.screen.frames[first:])


def test_another_key_hides_the_ghost_text(start):
    editor = start(answer("^def ad$", ADD))
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost(ADD)
    editor.type("x")
    editor.until_row(0, "def adx")
    editor.until_ghost(None)


def test_moving_away_hides_the_ghost_text(start):
    editor = start(answer("^def ad$", ADD))
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost(ADD)
    editor.keys("<Left>")
    editor.until_ghost(None)
    editor.keys("<Right>")
    editor.until_ghost(ADD)


def test_enter_with_indentation_goes_along(start):
    editor = start(answer("x = 1$", "\n    y = 2\n    z = 3"), before="vim.o.autoindent = true")
    editor.keys("i")
    editor.type("    x = 1")
    editor.until_ghost("    y = 2\n    z = 3")
    first = len(editor.screen.frames)
    editor.type("\n")
    editor.until_ghost("y = 2\n    z = 3")
    assert editor.text == "    x = 1\n    "
    rows = [[frame.row(number) for number in range(3)] for frame in editor.screen.frames[first:]]
    assert all(row == ["    x = 1", "    y = 2", "    z = 3"] for row in rows), rows
    editor.keys("<Tab>")
    editor.until_text("    x = 1\n    y = 2\n    z = 3")


def test_an_answer_that_has_grown_is_asked_for_again(start):
    editor = start(answer("^def ad$", "d(a,", grown={"items": [ADD]}))
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost(ADD)
    places = [one["position"]["character"] for one in editor.heard("textDocument/inlineCompletion")]
    assert places.count(6) == 2
    editor.keys("<Tab>")
    editor.until_text("def add(a, b):\n    return a + b")


def test_stale_answers_are_never_drawn(start):
    late = {"range": [0, 4], "ignoreCancel": True}  # they would fit the text of then
    fresh = answer("c$", "fresh"), answer("c $", "last", afterMs=500)
    editor = start(*(answer(line, "abc STALE", held=True, **late) for line in ["a$", "b$"]), *fresh)
    editor.keys("i")
    for column, letter in enumerate("abc", 1):
        editor.type(letter)
        editor.until_heard(
            "textDocument/inlineCompletion",
            lambda one, at=column: one["position"]["character"] == at,
        )
    editor.until_ghost("fresh")
    editor.script(*(answer(line, "abc STALE", **late) for line in ["a$", "b$"]), *fresh)
    editor.type(" ")
    editor.until_ghost("last")  # by then all have come
    assert len(editor.heard("$/cancelRequest")) >= 2
    assert not any("STALE" in "".join(frame.rows) for frame in editor.screen.frames)


def test_a_request_is_sent_at_each_key_at_once(start):
    editor = start()
    editor.keys("i")
    editor.type("x")
    editor.until_row(0, "x")
    for length, letter in enumerate("yz", 2):
        editor.type(letter)
        editor.until_heard(
            "textDocument/inlineCompletion",
            lambda one, at=length: one["position"]["character"] == at,
        )
    places = [one["position"]["character"] for one in editor.heard("textDocument/inlineCompletion")]
    assert len(places) == len(set(places)), "a place was asked about twice"
    assert {
        one["context"]["triggerKind"] for one in editor.heard("textDocument/inlineCompletion")
    } == {2}


def test_tabs_are_shown_as_they_will_stand(start):
    editor = start(
        answer("^\tif x:$", "\n\t\treturn\t1"),
        text="def f(x):\n",
        before="vim.g.python_recommended_style = 0 vim.o.tabstop = 8",
    )
    editor.keys("o")
    editor.keys("<C-v><Tab>")
    editor.type("if x:")
    editor.until_ghost(" " * 16 + "return  1")
    shown = editor.screen.last.row(2)
    editor.keys("<Tab>")
    editor.until_text("def f(x):\n\tif x:\n\t\treturn\t1")
    editor.until_row(2, shown)


# What stands before the cursor, and what is suggested there: one line each.
ODD = {
    "a tab at the beginning": ("", "\tgcc -o main\tmain.c"),
    "tabs behind text": ("ab", "\tcd\te"),
    "tabs behind wide characters": ("你好", "\tc\tё\t世\te"),
    "control characters": ("ab", "\x01c\x1b[31m\td\x7f"),
    "characters without a width": ("ab", "\u200bc\u202ed\ufeff"),
    "a NUL": ("a\0b", "\0c\td"),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("margin", [0, 4])
def test_what_has_no_sign_of_its_own_is_shown_as_it_will_stand(start, what, margin):
    """Handed to a terminal as it is, it moves the terminal's cursor and stays on its screen."""
    before, suggested = ODD[what]
    editor = start(
        answer(f"^{before}$", suggested),
        answer(f"^{before}x$", f"\n{before}{suggested}"),
        text=f"{before}\n",
        before="vim.o.tabstop = 3 vim.o.number = true" if margin else "vim.o.tabstop = 8",
    )
    editor.keys("A")
    until("ghost text", lambda: editor.ghost)
    seen = editor.screen.last
    assert all(sign.isprintable() for row in seen.rows for sign in row)
    editor.type("x")
    until("a line below", lambda: editor.screen.last.ghosts[1])
    assert editor.screen.last.row(1)[margin:] == seen.row(0)[margin:]
    editor.keys("<BS>")
    editor.until_row(0, seen.row(0))
    editor.lua("require('inkling').accept()")  # Tab would indent first
    editor.until_text(before + suggested)
    editor.until_row(0, seen.row(0))


def test_characters_beyond_the_basic_plane_before_the_cursor(start):
    editor = start(answer("^s = '😀ä🎉$", "tail' + x"))
    editor.keys("i")
    editor.type("s = '😀ä🎉")
    editor.until_ghost("tail' + x")
    place = editor.heard("textDocument/inlineCompletion")[-1]["position"]
    assert place == {"line": 0, "character": 10}  # UTF-16, as this server counts
    editor.keys("<Tab>")
    editor.until_text("s = '😀ä🎉tail' + x")


def test_line_ends_of_dos(start):
    editor = start(
        answer("^def ad$", "d(a, b):\r\n    return a + b"), text="import os\r\n", newline=""
    )
    assert editor.lua("return vim.bo.fileformat") == "dos"
    editor.keys("o")
    editor.type("def ad")
    editor.until_ghost(ADD)
    editor.keys("<Tab>")
    editor.until_text("import os\ndef add(a, b):\n    return a + b")
    editor.keys("<Esc>:w<CR>")
    whole = b"import os\r\ndef add(a, b):\r\n    return a + b\r\n"
    until("the file on disk", lambda: (editor.folder / "example.py").read_bytes() == whole)


def test_a_suggestion_that_covers_what_stands_behind_the_cursor(start):
    editor = start(answer("print[(]$", "print(x)", range=[0, 7]), text="print()\n")
    editor.keys("f(a")
    editor.until_ghost("x")
    assert editor.screen.last.row(0) == "print(x)"
    editor.keys("<Tab>")
    editor.until_text("print(x)")


def test_several_lines_that_cover_some_of_what_stands_behind_the_cursor(start):
    editor = start(answer("^f[(]$", "f(a)\n  .b", range=[0, 3]), text="f() + 1\n")
    editor.keys("f(a")
    editor.until_row(1, "  .b + 1")
    assert editor.screen.last.row(0) == "f(a)"
    editor.keys("<Tab>")
    editor.until_text("f(a)\n  .b + 1")


@pytest.mark.parametrize("tail", [") + 1", "\t你好\t\x01)"])
def test_several_lines_before_text_that_stays(start, tail):
    editor = start(answer("^f[(]$", "a,\n  b"), text=f"f({tail}\n")
    editor.keys("f(a")
    editor.until_row(0, "f(a,")
    second = editor.screen.last.row(1)
    editor.keys("<Tab>")
    editor.until_text(f"f(a,\n  b{tail}")
    editor.until_row(1, second)
    assert editor.screen.last.row(0) == "f(a,"


# How many rows are below the cursor's, and what is seen in that and below it.
AT_THE_END = {
    0: ["def add(a, b): (+2 lines)"],
    1: ["def add(a, b): (+1 line)", "    c = a + b"],
    2: ["def add(a, b):", "    c = a + b", "    return c"],
}


@pytest.mark.parametrize("rows", AT_THE_END)
@pytest.mark.parametrize("winbar", [0, 1])
def test_lines_that_the_window_has_no_room_for_are_counted(start, rows, winbar):
    suggested = "d(a, b):\n    c = a + b\n    return c"
    before = "import os\n" * (21 - winbar - rows)
    editor = start(
        answer("^def ad$", suggested),
        text=before,
        before="vim.o.laststatus = 2 vim.o.winbar = " + ("'above'" if winbar else "''"),
    )
    editor.keys("Go")
    editor.type("def ad")
    last = 21 - rows
    editor.until_row(last, AT_THE_END[rows][0])
    assert [editor.screen.last.row(last + row) for row in range(rows + 1)] == AT_THE_END[rows]
    editor.keys("<Tab>")
    editor.until_text(f"{before}def ad{suggested}")


def test_they_are_counted_anew_when_the_window_is_scrolled(start):
    suggested = "d(a, b):\n    c = a + b\n    return c"
    editor = start(
        answer("^def ad$", suggested), text="import os\n" * 21, before="vim.o.laststatus = 2"
    )
    editor.keys("Go")
    editor.type("def ad")
    editor.until_row(21, "def add(a, b): (+2 lines)")
    for row, hint in ((20, " (+1 line)"), (19, "")):
        editor.command("call winrestview(#{topline: line('w0') + 1})")
        editor.until_row(row, f"def add(a, b):{hint}")
    assert editor.screen.last.row(20) == "    c = a + b"


def test_what_stands_behind_the_cursor_is_not_hidden_by_what_has_no_room(start):
    editor = start(answer("^f[(]$", "a,\n  b"), text="\n" * 30 + "f() + 1")
    editor.keys("Gf(a")
    editor.until_heard("textDocument/inlineCompletion")
    editor.command("sleep 200m")
    editor.settle()
    assert editor.ghost is None
    assert editor.screen.last.row(21) == "f() + 1"
    editor.keys("<Esc>zza")
    editor.until_row(11, "  b) + 1")


# A line up to the cursor, what is suggested there, and what stands behind it: the line, or one of
# those that it would become, is longer than the window is wide.
WRAPPED = {
    "the line up to the cursor": ("f" * 90 + "(", "a,\n  b", ")"),
    "what stands behind it": ("f(", "a,\n  b", ")" * 80),
    "the first line": ("f(", "a" * 80 + ",\n  b", ")"),
    "the last line": ("f(", "a,\n" + "b" * 60, ") + g(" + "c" * 20),
}


@pytest.mark.parametrize("what", WRAPPED)
def test_several_lines_before_text_that_stays_where_that_wraps(start, what):
    """Only one row of what stays could be hidden: the rest would be seen twice."""
    before, suggested, tail = WRAPPED[what]
    editor = start(answer("[(]$", suggested), text=f"{before}{tail}\nnext\n")
    unlike = editor.screen.last.rows[:4]
    editor.keys("f(a")
    editor.until_heard("textDocument/inlineCompletion")
    editor.command("sleep 200m")
    editor.settle()
    assert editor.ghost is None
    assert editor.screen.last.rows[:4] == unlike
    editor.keys("<Esc>:set nowrap<CR>")
    editor.settle()
    editor.keys("0f(a")
    until("ghost text", lambda: editor.ghost)


def test_a_file_of_20000_lines(start):
    lines = "".join(f"value_{number} = {number}\n" for number in range(20_000))
    editor = start(answer("^value_20000 = $", "20000"), text=lines)
    editor.keys("Go")
    editor.type("value_20000 = ")
    editor.until_ghost("20000")
    opened = editor.heard("textDocument/didOpen")[-1]["textDocument"]["text"]
    assert opened == lines
    changes = [
        change for one in editor.heard("textDocument/didChange") for change in one["contentChanges"]
    ]
    assert changes
    assert all("range" in change for change in changes), "the whole text was sent again"
    editor.keys("<Tab>")
    until(
        "the last line", lambda: editor.lua("return vim.fn.getline('$')") == "value_20000 = 20000"
    )


def test_where_the_cursor_rests_is_told(start):
    editor = start(text="one\ntwo\nthree\n")
    editor.keys("jj")
    told = editor.until_heard("inkling/didMoveCursor", lambda one: one["position"]["line"] == 2)
    assert told["textDocument"]["uri"].endswith("/example.py")
    editor.keys("i")
    editor.type("ab")
    editor.keys("<Up>")
    editor.until_heard(
        "textDocument/inlineCompletion", lambda one: one["position"] == {"line": 1, "character": 2}
    )
    editor.keys("<Esc>gg")
    editor.until_heard("inkling/didMoveCursor", lambda one: one["position"]["line"] == 0)
    rests = [one["position"] for one in editor.heard("inkling/didMoveCursor")]
    assert not [one for one in rests if one["line"] == 2 and one["character"]], "a key is no move"
