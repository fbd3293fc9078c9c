import asyncio

import pytest

from inkling import cli
from inkling.bench import demo
from inkling.bench.client import Answer

PROGRAM = "def add(a, b):\n    return a + b\n"


class Oracle:
    """A server that knows what will be typed, and keeps the document as it was told."""

    def __init__(self, program, suggest):
        self._program = program
        self._suggest = suggest
        self.text = None
        self.versions = []
        self.places = []

    def open(self, _uri, text):
        self.text = text

    def change(self, _uri, version, changes):
        self.versions.append(version)
        for change in changes:
            start = change["range"]["start"]
            assert change["range"]["end"] == start == self.end()
            self.text += change["text"]

    async def complete(self, _uri, line, character):
        assert {"line": line, "character": character} == self.end(), "asked where it is typed"
        self.places.append(len(self.text))
        text = self._suggest(self._program[len(self.text) :])
        return Answer([{"insertText": text}] if text else [], 5.0)

    def end(self):
        return {"line": self.text.count("\n"), "character": len(self.text.rpartition("\n")[2])}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(demo, "KEY_SECONDS", 0)
    monkeypatch.setattr(demo, "PAUSE_SECONDS", 0)


def typed(suggest, program=PROGRAM):
    oracle = Oracle(program, suggest)
    tally = asyncio.run(demo._type(oracle, program))
    assert oracle.text == program, "whatever was suggested, the program is what comes of it"
    assert oracle.versions == list(range(2, len(oracle.versions) + 2))
    return tally, oracle


def test_without_suggestions_every_key_is_typed():
    tally, oracle = typed(lambda _: None)
    assert tally.accepted == 0
    assert tally.shown == []
    assert tally.pauses > 0
    assert len(oracle.versions) == len(PROGRAM)


def test_a_right_suggestion_is_accepted():
    tally, oracle = typed(lambda wanted: wanted.partition("\n")[0])
    assert tally.accepted > len(PROGRAM) / 2
    assert len(tally.shown) == tally.pauses
    assert len(oracle.versions) < len(PROGRAM)


@pytest.mark.parametrize(
    "suggest",
    [
        lambda wanted: wanted[:2],
        lambda wanted: wanted[:8] + "!",
        lambda wanted: "x" + wanted,
        lambda wanted: wanted + "and more",
    ],
)
def test_one_that_is_short_or_not_all_right_is_shown_and_typed_over(suggest):
    tally, oracle = typed(suggest)
    assert tally.accepted == 0
    assert len(tally.shown) == tally.pauses > 0
    assert len(oracle.versions) == len(PROGRAM)


@pytest.mark.parametrize(
    ("line", "paused"),
    [
        ("│import sys", True),
        ("    │return a", True),
        ("  │  return a", False),
        ("│\n", False),
        ("return │a", True),
        ("foo(│a", True),
        ("sys.│argv", True),
        ("f│oo", False),
        ("foo│(", False),
        ("(│a", False),
    ],
)
def test_a_person_pauses_where_a_line_or_an_operand_begins(line, paused):
    typed, wanted = line.split("│")
    assert demo._pauses("x = 1\n" + typed, wanted) == paused


def test_the_program_is_a_program():
    compile(demo.PROGRAM, "demo", "exec")
    assert max(map(len, demo.PROGRAM.splitlines())) < 60, "ghost text has room beside it"


def test_the_demonstration_is_plain_lines_in_a_pipe(tiny_cache, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["--cache", str(tiny_cache), "demo", "--quiet"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    first, *_, last = out.splitlines()
    assert first.startswith("Model: qwen2.5-coder-0.5b.")
    assert out.count(" ms  ") >= 20
    assert "\x1b" not in out
    assert "pauses, ghost text at" in last
    assert f"of {len(demo.PROGRAM)} characters came by Tab." in last


def test_a_server_without_a_model_ends_it_with_the_reason(tmp_path, capsys):
    command = cli._server_command(cli._parser().parse_args(["--cache", str(tmp_path), "serve"]))
    assert asyncio.run(demo.run(command)) == 1
    assert "inkling model pull" in capsys.readouterr().err
