"""What a person does with ghost text: the rule of accepting, and the text on the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.bench import accept, vscode
from inkling.bench.accept import Decision
from inkling.bench.keys import Document, Edit
from inkling.bench.record import Clock
from inkling.bench.screen import Screen, remainder


@pytest.mark.parametrize(
    ("shown", "wanted", "decision"),
    [
        ("print(x)", "print(x)", Decision("all", 8)),
        ("print(", "print(x)", Decision("all", 6)),
        ("pr", "print(x)", Decision("short")),
        ("  p", "  print", Decision("short")),
        ("a\n    b\n    c", "a\n    b\n    c\n", Decision("all", 13)),
        ("x", "y", Decision("wrong")),
        ("first\n    second", "first\n    other", Decision("lines", 5)),
        ("one\ntwo\nthree", "one\ntwo\nfour", Decision("lines", 7)),
        ("one\ntwo", "one", Decision("lines", 3)),
        ("ab\ncdef", "ab\nxyz", Decision("short")),
        ("ab\ncdef = 1", "ab\ncdef = 2", Decision("words", 9)),
        ("self.name = x", "self.name == x", Decision("words", 9)),
        ("self.name()", "self.named()", Decision("words", 5)),
        ("value", "values", Decision("all", 5)),
        ("values", "value = 1", Decision("wrong")),
        ("x = 1", "x = 2", Decision("words", 3)),
        ("xs", "", Decision("wrong")),
        ("xs", None, Decision("unclear")),
        ("print(x)", "print(y)", Decision("words", 6)),
    ],
)
def test_the_rule(shown, wanted, decision):
    assert accept.decide(shown, wanted) == decision


@given(st.text("ab( \n", min_size=1, max_size=12), st.text("ab( \n", max_size=12))
def test_only_what_is_right_is_accepted(shown, wanted):
    decision = accept.decide(shown, wanted)
    taken = shown[: decision.length]
    assert wanted.startswith(taken)
    assert not taken or len(taken.strip()) >= accept.WORTH_IT
    if wanted.startswith(shown) and len(shown.strip()) >= accept.WORTH_IT:
        assert taken == shown


def test_reading_takes_time():
    assert Decision("all", 20).reading_ms == 250 + 15 * 20


@pytest.mark.parametrize(
    ("shown", "edit", "left"),
    [
        ("print", Edit(insert="p"), "rint"),
        ("print", Edit(insert="x"), ""),
        ("print", Edit(insert="print"), ""),
        ("print", Edit(delete=1), ""),
        ("a)", Edit(over=1), ""),
        ("\n    a", Edit(insert="\n    "), "a"),
        ("\n    a", Edit(delete=4, insert="\n    "), ""),
        ("(a, f(b)) + 1", Edit(insert="(", behind=")"), "a, f(b)"),
        ("'a' + b", Edit(insert="'", behind="'"), "a"),
        ("(a", Edit(insert="(", behind=")"), "a"),
        ("\n    a, b,\n    c,\n) + 1", Edit(insert="\n    ", behind="\n"), "a, b,\n    c,"),
        ("*\n * A * B.\n */\nc", Edit(insert="*", behind=" */"), "\n * A * B.\n"),
        ("\n * A.\n * B.\n */\nc", Edit(insert="\n * ", behind="\n"), "A.\n * B."),
        ("\n    a(\n        b)", Edit(insert="\n    ", behind="\n"), "a(\n        b)"),
    ],
)
def test_what_is_left_while_typing(shown, edit, left):
    assert remainder(shown, edit) == left


def changes(screen):
    return [(sight.change, sight.text) for sight in screen.sights]


def test_the_screen_tells_what_became_of_a_text():
    screen = Screen(Clock(), lambda text: accept.decide(text, "print(x)").verdict)
    screen.show("")
    screen.show("print(")
    screen.type(Edit(insert="p"))
    screen.show("rint(")
    screen.show("rint(x)")
    screen.show("rint(y)")
    screen.type(Edit(insert="x"))
    screen.show("")
    screen.show("print(z)")
    screen.accept(6)
    screen.show("")
    screen.show("z")
    screen.clear()
    assert changes(screen) == [
        ("fresh", "print("),
        ("typed", "rint("),
        ("same", "rint("),
        ("extended", "rint(x)"),
        ("replaced", "rint(y)"),
        ("gone", ""),
        ("fresh", "print(z)"),
        ("accepted", "z)"),
        ("vanished", ""),
        ("fresh", "z"),
        ("gone", ""),
    ]
    verdicts = [sight.verdict for sight in screen.sights if sight.verdict]
    assert verdicts == ["all", "wrong", "words", "wrong"]


class Stopped:
    """A clock that shows what it is set to."""

    ms = 1000.0


def test_a_key_takes_time_from_reading_and_does_not_undo_it():
    clock = Stopped()
    screen = Screen(clock, lambda _text: "all", key_ms=100)
    screen.show("print(")
    clock.ms = 1300
    screen.type(Edit(insert="p"))
    assert screen.since_ms == 1100, "300 ms are read, and nothing before 1400"
    screen.show("rint(x)")
    assert screen.since_ms == 1100
    clock.ms = 1350
    screen.type(Edit(insert="r"))
    assert screen.since_ms == 1150, "no more was read, and the next 100 ms count from here"
    clock.ms = 1360
    screen.show("other")
    assert screen.since_ms == 1450
    clock.ms = 1800
    screen.show("another")
    assert screen.since_ms == 1800


def test_who_is_forgetful_begins_anew_at_each_key():
    clock = Stopped()
    screen = Screen(clock, lambda _text: "all", key_ms=100, forgetful=True)
    screen.show("print(")
    clock.ms = 1300
    screen.type(Edit(insert="p"))
    assert screen.since_ms == 1400


HERE = Document("x = 1\nfoo(😀", ")\n")


@pytest.mark.parametrize(
    ("start", "end", "text", "shown"),
    [
        (6, 6, "bar", "bar"),
        (4, 6, "😀bar", "bar"),
        (0, 6, "foo(😀bar", "bar"),
        (6, 7, "bar)", "bar"),
        (4, 7, "😀bar)", "bar"),
        (4, 6, "other", ""),
        (6, 7, "bar", ""),
        (6, 7, ")", ""),
    ],
)
def test_an_item_may_say_again_what_stands_around_the_cursor(start, end, text, shown):
    span = {"start": {"line": 1, "character": start}, "end": {"line": 1, "character": end}}
    items = [{"insertText": text, "range": span, "command": {"command": "c"}}]
    assert vscode.ghost(items, HERE).text == shown
    assert vscode.ghost({"items": items}, HERE).text == shown


def test_an_item_elsewhere_is_not_shown():
    span = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    assert vscode.ghost([{"insertText": "a", "range": span}], HERE).text == ""
    assert vscode.ghost([], HERE).text == ""
    assert vscode.ghost(None, HERE).text == ""
    assert vscode.ghost([{"insertText": "a"}], HERE).text == "a"


@given(st.text("a😀é\n"))
def test_positions_count_utf16(before):
    line = before.rpartition("\n")[2]
    units = sum(2 if char > "\uffff" else 1 for char in line)
    assert vscode.position(before) == {"line": before.count("\n"), "character": units}
