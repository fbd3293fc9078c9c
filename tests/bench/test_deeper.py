"""A deep model beside the sprinter: what each is asked, when its words were there, what it took."""

import argparse
import asyncio
import json
import os
import subprocess
import sys

import pytest

import tiny_model
from inkling.bench import processes
from inkling.bench.quality import cutting, deeper, evaluate, options, recording, replay
from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Said, Took
from inkling.engine.wire import State, Text, Token
from inkling.errors import InklingError
from inkling.models import catalog
from inkling.options import Config
from inkling.serving import engine
from inkling.suggest.modes import DEEP, INVOKED

SMALL, LARGE = "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"
LINES = "    return self.name\n"


def case(marked, kind="rest of line", name="a.py"):
    before, reference, after = marked.split("│")
    text = before + reference + after
    return Case(name, "python", "python", kind, text, len(before), len(before + reference))


HERE = case("def total(a):│\n    b = a\n    return b│\n\n\nx = 1\n")
WORDS = ("\n    b", " = a", "\n    re", "turn b")


def said(why="stop", ms=(900, 1000, 1400, 1500), words=WORDS):
    return Said(tuple(Token(word, -0.5) for word in words), why, 90, Took(ms, 7, 9))


def test_a_person_waits_for_the_first_line_and_for_all_that_is_shown():
    assert replay.waited(HERE, said(), DEEP, "".join(WORDS)) == (1.0, 1.5)
    assert replay.waited(HERE, said(), DEEP, "\n    b = a") == (1.0, 1.0)
    longer = said(words=(*WORDS, "\n\n\nx"), ms=(900, 1000, 1400, 1500, 9000))
    assert replay.waited(HERE, longer, DEEP, "".join(WORDS)) == (1.0, 1.5)
    assert replay.waited(HERE, said(), DEEP, "") is None
    assert replay.waited(HERE, said(ms=()), DEEP, "".join(WORDS)) is None, "nobody looked"


def test_of_what_time_cut_off_whole_lines_are_shown():
    cut = said(why="deadline", words=WORDS[:-1])
    assert replay.shown(replay.suggested(HERE, cut, DEEP), -1e9) == "\n    b = a"


def test_what_it_took_is_told_of_what_is_shown():
    call = case("print(f│(b)│)\nx = 1\n")
    found = [
        (where, one, replay.suggested(where, one, DEEP))
        for where, one in (
            (HERE, said()),
            (HERE, said("deadline", words=WORDS[:-1], ms=(900, 1000, 1500))),
            (HERE, said("deadline", (1,), ("\n",))),
            # What is behind its end is not shown, whenever it would have come.
            (call, said("deadline", (1000, 1500, 9000), ("(b", ")", ")\nx = 1\nx"))),
        )
    ]
    took = deeper.took(found, deeper.DEEPER)
    assert (took["n"], took["late"]) == (3, 2)
    assert (took["first"], took["whole"]) == (
        {"median": 1.0, "most": pytest.approx(1.4)},
        {"median": 1.5, "most": 1.5},
    )
    assert (took["own"], took["pss"], took["promptTokens"]) == (7, 9, 90)
    assert "first" not in deeper.took(found[2:3], deeper.DEEPER)


class Paced:
    """A backend that is only asked how fast it reads."""

    def __init__(self, read_ms):
        self.state = State("ready", "", "spm", read_ms)


def test_the_deep_model_is_shown_more_as_far_as_this_machine_reads_it_in_time():
    long = case(LINES * 2000 + "    │pass│\n" + LINES * 400)

    def asked(runner, read_ms):
        async def ask():
            async with deeper.asking(runner, Paced(read_ms)) as asking:
                return await asking(long)

        return asyncio.run(ask())

    def characters(asked):
        return sum(len(part.text) for part in asked.prompt if isinstance(part, Text))

    quick, deep = (asked(runner, 0.5) for runner in (deeper.SPRINTER, deeper.DEEPER))
    assert characters(deep) > 1.2 * characters(quick)
    assert characters(asked(deeper.DEEPER, 10.0)) < 0.7 * characters(deep)
    assert (quick.most, deep.most) == (INVOKED.max_tokens, DEEP.max_tokens)
    assert deep.budget_ms == DEEP.budget_ms


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache root with a tiny model in the place of each of the catalog's."""
    root = tmp_path_factory.mktemp("both")
    for seed, name in enumerate((SMALL, LARGE)):
        entry = catalog.load().entry(name)
        folder = tiny_model.make(root / "models" / name, "f32", entry, seed)
        tiny_model.as_shipped(folder, entry)
    return root


class Started:
    """A model of a cache; how often an engine of it was made is counted."""

    def __init__(self, root, name, *, deep):
        self.count = 0

        def start():
            self.count += 1
            entry = catalog.load().entry(name)
            return engine(entry, Config(), root=root, without=["reuse"], deep=deep)

        self.model = evaluate.Model(root / "models" / name, start)


def test_both_are_recorded_once_and_told_beside_each_other(cache, tmp_path, monkeypatch, capsys):
    cases = [
        case("def name(self):\n    return │self.name│\n"),
        case("x = │numpy│\n", "whole line", "b.py"),
        case("import │np│\n", "whole line", "c.py"),
    ]
    monkeypatch.setattr(cutting, "cases", lambda *_: cases)
    first, deep = Started(cache, SMALL, deep=False), Started(cache, LARGE, deep=True)
    parser = argparse.ArgumentParser()
    options.add(parser)
    made = tmp_path / "made.json"

    def run(*arguments):
        parsed = parser.parse_args(["--deep", "--split", "look", *arguments])
        return evaluate.main(parsed, first.model, tmp_path, deep.model)

    with pytest.raises(InklingError, match="nothing of this is recorded yet"):
        run()
    run("--record", "--cases", "2")
    kept = recording.read(tmp_path / "look.deep.jsonl")
    assert len(kept) == 4
    assert all(len(one.took.ms) == len(one.tokens) > 0 for one in kept.values())
    assert all(list(one.took.ms) == sorted(one.took.ms) for one in kept.values())
    assert all(one.took.own > 10e6 for one in kept.values())
    assert run("--json", str(made)) == 0
    report = json.loads(made.read_text())
    assert report["model"] == LARGE
    assert report["first"]["model"] == SMALL
    assert report["cases"].keys() == report["first"]["cases"].keys()
    assert report["groups"]["all"]["n"] == report["comparison"]["n"] == 2
    assert (first.count, deep.count) == (1, 1)
    out, err = capsys.readouterr()
    assert "1 cases are not recorded yet" in err
    assert sum(line.startswith(LARGE) for line in out.splitlines()) == 4, "its shares, its times"
    run("--record", "--kind", "whole line", "--json", str(made))
    assert recording.read(tmp_path / "look.deep.jsonl").items() > kept.items()
    assert [*json.loads(made.read_text())["groups"]] == ["all", "python", "whole line"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_memory_is_that_of_the_processes_below():
    program = "import sys; held = b'x' * 50_000_000; print(flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    before = processes.memory_below(os.getpid())
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe) as child:
        child.stdout.readline()
        own, pss = processes.memory_below(os.getpid())
        child.stdin.close()
    assert 50e6 < own - before[0] < 90e6
    assert pss - before[1] >= 50e6
    assert processes.memory_below(child.pid) == (0, 0)
