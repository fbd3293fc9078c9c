"""A deeper model, asked by a key."""

import pytest

from editor import answer, until

QUICK = "d(a, b):"
SUM = "d(a, b):\n    total = a + b"
WHOLE = SUM + "\n    return total"
DEEP = {"model": "deeper", "reason": None, "bytes": 3_300_000_000, "host": None}
ASK = "textDocument/inlineCompletion"


def status(state, **more):
    return {"status": {"deep": DEEP | {"state": state} | more}}


def growing(*held):
    """The first model's answer, and what the deep one makes of it; some of that is held."""
    by = ["deeper"]
    whole = {"items": [WHOLE, QUICK], "by": by, "held": "whole" in held}
    grown = {"items": [SUM, QUICK], "by": by, "grown": whole, "held": "sum" in held}
    return answer("^def ad$", QUICK, grown=grown, byKey=True)


def left(editor):
    """Whether the server was told that nobody waits."""
    return len(editor.heard("inkling/didLeave")) > 0


def ask(editor):
    editor.keys("i")
    editor.type("def ad")
    editor.keys("<M-Bslash>")


def test_what_the_deep_model_says_takes_the_place_of_what_was_shown(start):
    held = status("writing")
    editor = start(growing("sum", "whole"), script=held)
    ask(editor)
    editor.until_row(0, "def ad" + QUICK + " (scripted)")
    first = len(editor.screen.frames)
    editor.script(growing("whole"), **held)
    editor.until_row(0, "def ad" + QUICK + " (1/2 deeper)")
    editor.until_row(1, "    total = a + b")
    editor.script(growing(), **held)
    editor.until_row(2, "    return total")
    assert all(frame.ghost for frame in editor.screen.frames[first:]), "it is never gone"
    kinds = [one["context"]["triggerKind"] for one in editor.heard(ASK)]
    assert kinds[-3:] == [1, 1, 1]
    editor.until_row(0, "def ad" + QUICK + " (1/2 deeper)")
    editor.keys("<M-n>")
    editor.until_row(0, "def ad" + QUICK + " (2/2 scripted)")
    editor.keys("<Tab>")
    editor.until_text("def add(a, b):")


def test_whoever_has_chosen_keeps_what_they_look_at(start):
    held = status("writing")
    editor = start(growing("whole"), script=held)
    ask(editor)
    editor.until_row(0, "def ad" + QUICK + " (1/2 deeper)")
    editor.until_row(1, "    total = a + b")
    editor.keys("<M-n>")
    editor.until_row(0, "def ad" + QUICK + " (2/2 scripted)")
    first = len(editor.screen.frames)
    editor.script(growing(), **held)
    given = "return require('inkling.ghost').shown().items[1].text"
    until("more to be given", lambda: editor.lua(given) == WHOLE)
    editor.settle()
    assert {frame.ghost for frame in editor.screen.frames[first:]} <= {QUICK}
    editor.keys("<M-p>")
    editor.until_row(2, "    return total")


def test_typed_along_with_it_stays(start):
    editor = start(growing(), script=status("writing"))
    ask(editor)
    editor.until_row(2, "    return total")
    editor.type("d(a")
    editor.until_ghost(WHOLE.removeprefix("d(a"))
    editor.keys("<Tab>")
    editor.until_text("def ad" + WHOLE)


@pytest.mark.parametrize("keys", ["<Esc>", "<C-]>"])
def test_leaving_and_refusing_stop_it(start, keys):
    held = status("writing")
    editor = start(growing("sum"), script=held)
    ask(editor)
    editor.until_row(0, "def ad" + QUICK + " (scripted)")
    asked = len(editor.heard(ASK))
    editor.keys(keys)
    until("the server to be told", lambda: left(editor))
    editor.until_ghost(None)
    editor.script(growing(), **held)  # what was on its way nonetheless
    editor.settle()
    editor.command("sleep 200m")
    assert len(editor.heard(ASK)) == asked
    assert editor.ghost is None


def test_refusing_stops_it_where_nothing_is_shown_yet(start):
    editor = start(script=status("loading"))
    ask(editor)
    editor.until_heard(ASK, lambda one: one["context"]["triggerKind"] == 1)
    editor.keys("<C-]>")
    until("the server to be told", lambda: left(editor))
    assert editor.text == "def ad", "the key does nothing else"


@pytest.mark.parametrize("how", ["refused", "typed on"])
def test_the_key_is_its_own_again_once_it_was_left(start, how):
    """The model goes on loading, which takes a while."""
    own_key = "vim.keymap.set('i', '<C-]>', ' own')"
    editor = start(script=status("loading"), before=own_key)
    ask(editor)
    editor.until_heard(ASK, lambda one: one["context"]["triggerKind"] == 1)
    if how == "refused":
        editor.keys("<C-]>")
        until("the server to be told", lambda: left(editor))
        editor.keys("<C-]>")
        editor.until_text("def ad own")
    else:
        editor.type("d")
        editor.until_heard(ASK, lambda one: one["position"]["character"] == 7)
        editor.keys("<C-]>")
        editor.until_text("def add own")
        assert not left(editor)


def test_nobody_is_told_where_it_is_at_nothing(start):
    editor = start(answer("^def ad$", QUICK), script=status("ready"))
    ask(editor)
    editor.until_row(0, "def ad" + QUICK + " (scripted)")
    editor.keys("<Esc>")
    editor.until_ghost(None)
    editor.settle()
    assert not left(editor)


@pytest.mark.parametrize("state", ["writing", "loading"])
def test_the_statusline_says_that_it_is_at_work(start, state):
    editor = start(script=status(state))
    line = editor.lua("return require('inkling').statusline()")
    assert line.startswith(f"Inkling: ready (deeper is {state})")


def test_what_it_takes_is_said_before_it_is_loaded(start):
    editor = start(script=status("asleep"))
    assert "deeper" not in editor.lua("return require('inkling').statusline()")
    said = "Deep model: deeper, asleep; it takes about 3.3 GB of memory while it is loaded."
    assert said in editor.command("Inkling").splitlines()


def test_where_text_goes_is_said_and_why_it_wrote_nothing(start):
    elsewhere = {"host": "llm.example.org", "bytes": None, "reason": "It is full."}
    editor = start(script=status("writing", **elsewhere))
    line = editor.lua("return require('inkling').statusline()")
    assert "(deeper at llm.example.org is writing)" in line
    said = "Deep model: deeper, writing; when you ask, the text around the cursor is sent to"
    assert f"{said} llm.example.org. It is full." in editor.command("Inkling").splitlines()
