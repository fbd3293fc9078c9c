import asyncio
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.bench.quality import cutting, recording, replay, scoring, table
from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Said
from inkling.engine.wire import Chunk, Done, Stats, Token
from inkling.suggest.modes import AUTOMATIC, INVOKED

FILE = """import os


def total(prices, tax):
    # Everything that was bought, with what the state takes of it.
    result = 0.0
    for price in prices:
        result += price * (1 + tax)
    return round(result, 2)


def names(path):
    return sorted(name for name in os.listdir(path) if name.endswith("a long ending"))
"""


BODY = "if a:│\n    b()│\nif c:\n    d()\n"


def case(marked, language="python", kind="rest of line", name="a.py"):
    before, reference, after = marked.split("│")
    text = before + reference + after
    return Case(name, language, language, kind, text, len(before), len(before + reference))


def said(text, why="stop"):
    return Said(tuple(Token(text[i : i + 3], -0.5) for i in range(0, len(text), 3)), why)


@given(st.lists(st.text('ab(){}:= \n#"x', max_size=60), min_size=1, max_size=3))
def test_a_case_is_a_gap_in_its_file(texts):
    files = {f"made=={n}": [(f"{n}.py", FILE + text)] for n, text in enumerate(texts)}
    found = list(cutting.of_group("look", "python", files))
    assert found == list(cutting.of_group("look", "python", {k: [*v] for k, v in files.items()}))
    assert len(found) <= 4 * len(texts)
    for each in found:
        assert each.reference.strip()
        if each.kind != "empty file":
            assert each.before + each.reference + each.after == each.text


@pytest.mark.parametrize(
    ("marked", "text", "expected"),
    [
        ("x = │foo(1)│\ny = 2\n", "foo(1)", {"exact", "useful", "valid"}),
        ("x = │foo(1)│\ny = 2\n", "foo", {"useful", "valid"}),
        ("x = │foo(1)│\ny = 2\n", "bar(1)", {"valid"}),
        ("x = │foo(1)│\ny = 2\n", "fo", {"valid"}),
        ("x = │foo(1)│\ny = 2\n", "foo(1", {"useful"}),
        ("x = │foo(1)│\nlong_name_here = 2\n", "3\nlong_name_here = 2", {"repeated", "valid"}),
        ("f(│a│)\n", "a)", {"repeated"}),
        (BODY, "\n    b()", {"exact", "useful", "valid", "indented"}),
        (BODY, "\n\tb()", {"valid"}),
    ],
)
def test_a_suggestion_is_judged_by_what_stood_there(marked, text, expected):
    found = scoring.score(case(marked), text)
    names = ("exact", "useful", "repeated", "valid", "indented")
    assert found.shown
    assert {name for name in names if getattr(found, name)} == expected
    assert found.valid_reference


def test_nothing_is_neither_right_nor_wrong():
    found = scoring.score(case("x = │foo(1)│\n"), "  ")
    assert not found.shown
    assert (found.repeated, found.valid, found.similarity) == (None, None, None)


def test_what_was_recorded_is_shown_as_it_would_be_now():
    here = case("print(f│a│)\nx = 1\n")
    assert replay.shown(here, said("(b) + c)\nx = 1\n"), AUTOMATIC) == "(b) + c"
    body = case("def f(a):│\n    return a│\n\n\nx = 1\n", kind="block body")
    text = "\n    b = a\n    return b\n\n\ndef g():\n    pass\n"
    assert replay.shown(body, said(text), AUTOMATIC) == "\n    b = a\n    return b"
    assert replay.shown(body, said(text), INVOKED) == text.rstrip()


def test_a_place_is_named_by_all_that_decides_what_is_said_there():
    one, other = (recording.snapshot_of(case(m)) for m in ("x = │a│\n", "x = │a│\ny\n"))
    keys = [recording.key(recording.prompt_of(s, "spm"), w) for s in (one, other) for w in "ab"]
    assert len(set(keys)) == 4


def test_a_recording_goes_on_where_it_stopped(tmp_path):
    class Backend:
        def __init__(self):
            self.asked = 0
            self.state = type("State", (), {"state": "ready", "layout": "spm"})

        def listen(self, listener):
            listener(self.state)

        async def run(self):
            await asyncio.Event().wait()

        async def generate(self, _prompt, **_limits):
            self.asked += 1
            yield Chunk(1, [Token("a", -0.1), Token("é\n", -0.2)])
            yield Done(1, "stop", Stats())

    cases = [case("x = │a│\n"), case("y = │b│\n")]
    backend, path = Backend(), tmp_path / "made" / "look.jsonl"
    asyncio.run(recording.record(cases[:1], backend, "w", path))
    asyncio.run(recording.record(cases, backend, "w", path))
    assert backend.asked == 2
    found = list(recording.read(path).values())
    assert found == [Said((Token("a", -0.1), Token("é\n", -0.2)), "stop")] * 2


def test_shares_have_wilsons_interval():
    p, low, high, n = scoring.share([True, False, None, True])
    assert (p, n) == (pytest.approx(2 / 3), 3)
    assert (low, high) == (pytest.approx(0.208, abs=1e-3), pytest.approx(0.939, abs=1e-3))
    assert math.isnan(scoring.share([None])[0])


def test_two_runs_are_compared_in_pairs():
    right = scoring.score(case("x = │foo(1)│\n"), "foo(1)")
    wrong = scoring.score(case("x = │foo(1)│\n"), "bar(1)")
    pairs = [(wrong, right)] * 40 + [(right, right)] * 60
    more, low, high = scoring.difference(pairs, lambda score: score.exact)
    assert more == pytest.approx(0.4)
    assert 0.25 < low < more < high < 0.55


def test_a_report_is_told_by_language_and_by_kind():
    cases = [case("x = │foo(1)│\n"), case("y = │b()│\n", kind="whole line", name="b.py")]
    scored = [(each, "foo(1)", scoring.score(each, "foo(1)")) for each in cases]
    report = json.loads(json.dumps(table.report(scored, "automatic", "look")))
    assert set(report["groups"]) == {"all", "python", "rest of line", "whole line"}
    assert report["groups"]["all"]["exact"]["share"] == 0.5
    assert any(line.startswith("whole line") for line in table.lines(report))
    assert "<table>" in table.page(report)
    assert all(
        "noise" in line for line in list(table.compared(report, report))[1:] if "nan" not in line
    )
