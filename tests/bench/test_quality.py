import argparse
import asyncio
import json
import math
import re
import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.backends import process
from inkling.backends.engine import Engine
from inkling.bench import corpus, packages
from inkling.bench.languages.registry import LANGUAGES
from inkling.bench.quality import cutting, evaluate, options, recording, replay, scoring, table
from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Said
from inkling.engine.wire import Chunk, Done, Stats, Token
from inkling.errors import InklingError
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
    assert 0 < len(found) <= 4 * len(texts)
    assert len({(each.name, each.begin) for each in found}) == len(found)
    for each in found:
        assert each.reference.strip()
        if each.kind != "empty file":
            assert each.before + each.reference + each.after == each.text


def test_each_kind_is_cut_as_often_as_it_should_be_and_evenly_from_packages():
    texts = {
        size: [(f"{n}.py", f"# File {n}.\n{FILE}") for n in range(size)] for size in (2, 30, 40)
    }
    files = {f"made=={size}": of_package for size, of_package in texts.items()}
    found = list(cutting.of_group("look", "python", files))
    kinds = Counter(each.kind for each in found)
    assert len(found) == 60
    assert kinds["empty file"] == 2
    assert min(kinds[kind] for kind in ("whole line", "block body", "call arguments")) >= 6
    taken = Counter(each.name.partition("/")[0] for each in found)
    assert taken == {"made==2": 8, "made==30": 26, "made==40": 26}
    assert {"tag or attribute", "key"}.isdisjoint(kinds)


def test_what_is_hardly_there_gives_its_place_to_what_is():
    texts = [(f"{n}.py", "one_name = another_name\n" * 30) for n in range(9)]
    files = {f"made=={n}": [*texts] for n in range(3)}
    found = list(cutting.of_group("look", "python", files))
    assert len(found) == 62
    assert {"block body", "comment", "in a string", "end of file"}.isdisjoint(c.kind for c in found)


def test_packages_and_files_take_turns_and_no_place_is_cut_twice():
    files = {f"made=={n}": [(f"{f}.py", FILE) for f in range(30)] for n in range(4)}
    found = list(cutting.of_group("look", "python", files))
    taken = Counter(each.name.partition("/")[0] for each in found)
    assert sorted(taken.values()) == [15, 15, 16, 16]
    assert len({each.name for each in found}) == 62
    files = {f"made=={n}": [("a.py", "one_name = another_name\n")] for n in range(20)}
    found = list(cutting.of_group("look", "python", files))
    assert len({(each.name, each.begin) for each in found}) == len(found) > 30


TAGS, KEYS = '<p id="a b c">some words</p>\n' * 30, "some_key: some value\nother_key: 12\n" * 30


@pytest.mark.parametrize(
    ("ending", "text", "kind", "cut"),
    [
        (".html", TAGS, "tag or attribute", True),
        (".scss", TAGS, "tag or attribute", False),
        (".yaml", KEYS, "key", True),
        (".scss", KEYS, "key", False),
    ],
)
def test_tags_and_keys_are_cut_where_there_are_such(ending, text, kind, cut):
    files = {"made==1": [(f"{n}{ending}", text) for n in range(9)]}
    assert (kind in {each.kind for each in cutting.of_group("look", "markup", files)}) == cut


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("def first(a):\n    b = a + 1\n    return b\n\n\nx = 1\n", "b = a + 1\n    return b"),
        ("    if first:\n        first_call()\n    other()\n", "first_call()"),
        ("if (first) {\n\tfirst();\n\tother();\n}\n", "first();\n\tother();"),
        ("    first_call()\nanother_call()\n", "another_call()"),
        ("first_call()", None),
        ("first_call()\n\nother_call()\n", None),
    ],
)
def test_behind_an_enter_the_rest_of_the_block_is_not_written_yet(text, reference):
    line = text.split("\n")[0]
    gap = cutting._enter(None, 0, line, text)
    assert reference is None if gap is None else text[slice(*gap)] == reference
    if gap is not None:
        assert re.search(r"\n[ \t]*\Z", text[: gap[0]])


def bare(pin):
    """A package's name, that of its source for a binary one of Debian."""
    return re.sub(r"^lib(?=rust-)|-dev$", "", re.split("==|(?<=.)@", pin)[0])


def test_nothing_is_learned_from_the_packages_nor_are_they_typed_and_the_splits_share_none():
    listed = resources.files("inkling.bench.quality") / "packages.toml"
    splits = tomllib.loads(listed.read_text("utf-8"))
    assert set(splits) == set(cutting.SPLITS)
    names = {
        split: {bare(pin) for found in groups.values() for pins in found.values() for pin in pins}
        for split, groups in splits.items()
    }
    assert names["report"].isdisjoint(names["look"])
    training = Path(__file__).parents[2] / "training" / "adapter" / "packages.toml"
    learned = {
        bare(pin)
        for registry in tomllib.loads(training.read_text("utf-8")).values()
        for pins in registry.values()
        for pin in pins.split()
    }
    typed = {bare(pin) for known in LANGUAGES.values() for pin in corpus.published(known).pins}
    assert {"accelerate", "chokidar", "@mui/material", "rust-axum"} <= learned
    assert (learned | typed).isdisjoint(names["report"] | names["look"])


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
        ("f(│a│)\n", "b(a)", {"valid"}),
        ("f(│a│)\n", "b(a))", {"repeated"}),
        ("x = f(│a│);\n", "c; b(a);", {"repeated"}),
        ('x = "│aa│"\n', 'b" + "', {"valid"}),
        ('x = "│aa│"\n', 'b"', {"repeated"}),
        ("f(│a│, another_name, b)\n", "c, another_name", {"repeated", "valid"}),
        ("f(│a│, another_name, b)\n", "c, another", {"valid"}),
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


def test_a_comments_stars_are_not_indentation():
    here = case("/**\n * A.\n */\nfoo(() => {│\n  b();│\n  d();\n});\n", "javascript")
    assert scoring.score(here, "\n  /*\n   * B.\n   */\n  c();").indented
    assert scoring.score(here, "\n  /*\n   * B.\n   */\n   c();").indented is False


def test_nothing_is_neither_right_nor_wrong():
    found = scoring.score(case("x = │foo(1)│\n"), "  ")
    assert not found.shown
    assert (found.repeated, found.valid, found.similarity) == (None, None, None)


def replayed(*at):
    return replay.shown(replay.suggested(*at), -math.inf)


def test_what_was_recorded_is_shown_as_it_would_be_now():
    here = case("print(f│a│)\nx = 1\n")
    assert replayed(here, said("(b) + c)\nx = 1\n"), AUTOMATIC) == "(b) + c"
    body = case("def f(a):│\n    return a│\n\n\nx = 1\n", kind="block body")
    text = "\n    b = a\n    return b\n\n\ndef g():\n    pass\n"
    assert replayed(body, said(text), AUTOMATIC) == "\n    b = a\n    return b"
    assert replayed(body, said(text), INVOKED) == text.rstrip()


def test_a_place_is_named_by_all_that_decides_what_is_said_there():
    one, other = (recording.snapshot_of(case(m)) for m in ("x = │a│\n", "x = │a│\ny\n"))
    keys = [recording.key(recording.prompt_of(s, "spm"), w) for s in (one, other) for w in "ab"]
    assert len(set(keys)) == 4


class Saying:
    """A backend that says the same at each place; for ever, if it says no `why`."""

    state = type("State", (), {"state": "ready", "layout": "spm"})

    def __init__(self, *tokens, why=""):
        self.asked, self.tokens, self.why = 0, tokens, why

    def listen(self, listener):
        listener(self.state)

    async def run(self):
        await asyncio.Event().wait()

    async def generate(self, _prompt, **_limits):
        self.asked += 1
        while True:
            yield Chunk(1, list(self.tokens))
            if self.why:
                yield Done(1, self.why, Stats(prompt_tokens=7))
                return


def record(cases, backend, path):
    async def whole():
        async with recording.asking("spm") as ask:
            await recording.record(cases, backend, key_of, ask, path)

    asyncio.run(whole())


def key_of(one):
    return recording.key(recording.prompt_of(recording.snapshot_of(one), "spm"), "w")


def test_a_recording_goes_on_where_it_stopped(tmp_path):
    backend = Saying(Token("a", -0.1), Token("é\n", -0.2), why="stop")
    cases = [case("x = │a│\n"), case("y = │b│\n")]
    path = tmp_path / "made" / "look.jsonl"
    record(cases[:1], backend, path)
    record(cases, backend, path)
    assert backend.asked == 2
    found = list(recording.read(path).values())
    assert found == [Said((Token("a", -0.1), Token("é\n", -0.2)), "stop", 7)] * 2


def test_what_goes_round_is_recorded_no_further(tmp_path):
    path, here = tmp_path / "look.jsonl", case("x = [│1│]\n")
    record([here], Saying(Token("0, ", -0.1)), path)
    (said,) = recording.read(path).values()
    assert said.why == "length"
    assert 4 < len(said.tokens) < 40
    # It is as if it had gone on.
    longer = Said(said.tokens * 10, "length")
    for mode in (AUTOMATIC, INVOKED):
        assert replayed(here, said, mode) == replayed(here, longer, mode)


def test_a_recording_that_was_cut_off_goes_on_behind_its_last_whole_line(tmp_path):
    path = tmp_path / "look.jsonl"
    whole = json.dumps({"key": "a", "tokens": [["x", -0.5]], "why": "stop"}).encode() + b"\n"
    path.write_bytes(whole + b'{"key": "b", "to')
    assert set(recording.read(path)) == {"a"}

    record([case("x = │a│\n")], Saying(Token("é", -0.1), why="stop"), path)
    assert path.read_bytes().startswith(whole)
    found = recording.read(path)
    assert len(found) == 2
    assert found.pop("a") == Said((Token("x", -0.5),), "stop")
    assert list(found.values()) == [Said((Token("é", -0.1),), "stop", 7)]


def test_what_a_real_engine_says_is_recorded_the_same_in_any_order(tiny_f32, tmp_path):
    cases = [case("def name(self):\n    return │a│\n"), case("import │np│\n"), case("x = │1│\n")]
    command = process.command(tiny_f32, 1, ["drafting", "reuse"])
    found = []
    for number, order in enumerate((cases, cases[::-1])):
        path = tmp_path / f"{number}.jsonl"
        record(order, Engine(process.Child(command)), path)
        found.append(recording.read(path))
    assert found[0] == found[1]
    assert len(found[0]) == 3
    for said in found[0].values():
        assert said.why in {"stop", "length"}
        assert 0 < len(said.tokens) <= INVOKED.max_tokens
        assert all(token.log_prob < 0 for token in said.tokens)


def asked(*arguments):
    parser = argparse.ArgumentParser()
    options.add(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """What the command runs with: two cases, of which one is recorded, and a model."""
    cases = [case("x = │foo(1)│\n"), case("y = │b()│\n", kind="whole line", name="b.py")]
    monkeypatch.setattr(cutting, "cases", lambda *_: cases)
    manifest = b'{"layout": "psm"}'
    (tmp_path / "model.json").write_bytes(manifest)

    class Recording:
        def __init__(self):
            self.weights = None

        def say(self, number, text):
            parts = recording.prompt_of(recording.snapshot_of(cases[number]), "psm")
            tokens = [[token.text, token.log_prob] for token in said(text).tokens]
            entry = {"key": recording.key(parts, self.weights), "tokens": tokens, "why": "stop"}
            with (tmp_path / "look.jsonl").open("a") as stream:
                stream.write(json.dumps(entry) + "\n")

        def run(self, *arguments):
            parsed = asked("--split", "look", "--eagerness", "eager", *map(str, arguments))
            return evaluate.main(parsed, evaluate.Model(tmp_path, None), tmp_path)

    made = Recording()
    made.weights = evaluate.weights_of(manifest)
    return made


def test_a_recording_is_replayed_scored_and_compared(here, tmp_path, capsys):
    with pytest.raises(InklingError, match="nothing of this is recorded yet"):
        here.run()
    here.say(0, "foo(1)\n")
    first = tmp_path / "first.json"
    assert here.run("--json", first, "--html", tmp_path / "first.html", "--show") == 0
    out, err = capsys.readouterr()
    assert "1 cases are not recorded yet" in err
    assert "wanted 'foo(1)'" in out
    report = json.loads(first.read_text())
    assert report["groups"]["all"]["n"] == report["groups"]["all"]["exact"]["value"] == 1
    assert "<svg" in (tmp_path / "first.html").read_text()
    here.say(1, "c()\n")
    assert here.run("--kind", "whole line", "--json", first) == 0
    assert list(json.loads(first.read_text())["cases"]) == ["b.py:4:7"]
    assert here.run("--against", first) == 0
    out, err = capsys.readouterr()
    assert "1 cases of both" in out
    assert not err
    with pytest.raises(InklingError, match="nothing of this is recorded"):
        here.run("--language", "rust")
    odd = tmp_path / "odd.json"
    for text in ("[]", "{}", "{"):
        odd.write_text(text)
        with pytest.raises(InklingError, match=r"odd\.json is no report"):
            here.run("--against", odd)


def test_no_case_of_the_report_is_shown_alone(here, tmp_path, capsys):
    here.say(0, "foo(1)\n")
    (tmp_path / "look.jsonl").rename(tmp_path / "report.jsonl")
    assert here.run("--split", "report", "--show") == 0
    assert "wanted" not in capsys.readouterr().out


def test_a_package_that_is_not_to_be_had_is_an_error_for_people(here, monkeypatch):
    def cases(*_):
        raise packages.PackageError("a==1 cannot be downloaded: there is no npm")

    monkeypatch.setattr(cutting, "cases", cases)
    with pytest.raises(InklingError, match="there is no npm"):
        here.run()


def test_shares_have_wilsons_interval():
    p, low, high, n = scoring.share([True, False, None, True])
    assert (p, n) == (pytest.approx(2 / 3), 3)
    assert (low, high) == (pytest.approx(0.208, abs=1e-3), pytest.approx(0.939, abs=1e-3))
    assert all(scoring.share([False] * n)[1] >= 0 for n in range(1, 100))
    assert all(scoring.share([True] * n)[2] <= 1 for n in range(1, 100))
    assert scoring.share([None]) is None


def test_means_have_an_interval_that_narrows_with_n():
    values = [0.2, 0.4, 0.9, 0.5, None]
    few, many = scoring.mean(values), scoring.mean(values * 25)
    assert (few[0], many[0]) == (pytest.approx(0.5), pytest.approx(0.5))
    assert few[1] < many[1] < 0.5 < many[2] < few[2]
    assert (few[3], many[3]) == (4, 100)
    assert scoring.mean([None]) is None


def test_two_runs_are_compared_in_pairs():
    old, new = [0] * 40 + [1] * 60 + [None] * 100, [1] * 200
    more, low, high = scoring.difference(old, new)
    assert more == pytest.approx(0.4)
    assert 0.25 < low < more < high < 0.55
    assert scoring.difference(new, new) == (0, 0, 0)
    assert scoring.difference([1, None, None], [1, 1, 1]) is None


def test_a_report_is_told_by_language_and_by_kind():
    cases = [case("x = │foo(1)│\n"), case("y = │b()│\n", kind="whole line", name="b.py")]
    scored = [(each, "foo(1)", scoring.score(each, "foo(1)")) for each in cases]
    report = json.loads(json.dumps(table.report(scored, "automatic", "look")))
    assert set(report["groups"]) == {"all", "python", "rest of line", "whole line"}
    assert report["groups"]["all"]["exact"]["value"] == 0.5
    assert any(line.startswith("whole line") for line in table.lines(report))
    assert "<svg" in table.html(report)


def test_of_what_differs_it_is_told_where_and_whether_it_is_noise():
    cases = [case("x = │foo(1)│\n", name=f"{n}.py", kind=f"kind {n % 2}") for n in range(60)]

    def told(texts):
        scored = [(c, t, scoring.score(c, t)) for c, t in zip(cases, texts, strict=True)]
        return json.loads(json.dumps(table.report(scored, "automatic", "look")))

    before = told(["bar(1)", "bar(1)"] * 30)
    after = told(["foo(1)", "foo(1)", *["bar(1)", "foo(1)"] * 29])
    verdicts = {(row["group"], row["figure"]): row for row in table.compare(after, before)["rows"]}
    assert verdicts["kind 1", "useful"]["verdict"] == "better"
    assert verdicts["kind 0", "useful"]["verdict"] == "noise"
    assert verdicts["all", "shown"]["verdict"] == "noise"
    back = {(row["group"], row["figure"]): row for row in table.compare(before, after)["rows"]}
    assert back["kind 1", "useful"]["verdict"] == "worse"
    cases = [case("x = │foo(1)│\nlong_name_here = 2\n", name=f"{n}.py") for n in range(60)]
    once, twice = told(["foo(1)"] * 60), told(["3\nlong_name_here = 2"] * 60)
    (repeated,) = (
        row
        for row in table.compare(twice, once)["rows"]
        if (row["group"], row["figure"]) == ("all", "repeated")
    )
    assert (repeated["verdict"], repeated["more"]) == ("worse", 1)
    lines = list(table.lines({**after, "comparison": table.compare(after, before)}))
    assert any(line.startswith("  kind 1 (n = 30): useful") for line in lines)
    assert not any(line.startswith("  kind 0") for line in lines)
