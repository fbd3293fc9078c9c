"""The command `inkling bench` as a whole, against a scripted server."""

import argparse
import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from scripts import SERVER, behind, write

from inkling.bench import compare, machine, measure, options, page, processes, report, table

DOCS = Path(__file__).parents[2] / "docs" / "BENCHMARKS.md"
FAST = ["--speed", "200", "--idle-seconds", "0.1"]


def parse(*arguments):
    parser = argparse.ArgumentParser()
    options.add(parser)
    return parser.parse_args(arguments)


def run(tmp_path, *arguments):
    return measure.main(parse(*FAST, *arguments), server=SERVER, cache=tmp_path / "corpus")


ANSWERS = [behind("self.", "value"), behind("(", "self"), behind("return ", "None")]


@pytest.fixture(autouse=True, scope="module")
def _scripted(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in write(tmp_path_factory.mktemp("script"), *ANSWERS)[0].items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """One run of two seeds and all its outputs, read back."""
    folder = tmp_path_factory.mktemp("bench")
    out = ["--json", str(folder / "run.json"), "--html", str(folder / "run.html")]
    what = ["--files", "1", "--keys", "80", "--seed", "1", "--seed", "2"]
    assert run(folder, *what, *out, "--server-option", "maxLines=3") == 0
    return report.read(folder / "run.json"), (folder / "run.html").read_text()


def keys_of(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in {"versions", "reasons", "drafters", "serverOptions"}:
                yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def test_the_report_holds_what_is_documented_and_nothing_else(ran):
    found, _html = ran
    found = {**found, "comparison": [{"subject": "", "figure": "", "unit": "", "verdict": ""}]}
    schema = DOCS.read_text().partition("## The JSON")[2]
    documented = set(re.findall(r"`(\w+)`", schema))
    assert set(keys_of(found)) <= documented
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    (subject,) = found["subjects"]
    assert [play["seed"] for play in subject["plays"]] == [1, 2]
    for section in ("answers", "inBudget", "pauses", "decoding", "typing", "samples"):
        assert subject[section], section
    keys = subject["typing"]["keys"]
    jumps = 2  # to where each file is typed
    assert keys <= len(subject["samples"]["requests"]) + jumps
    assert subject["answers"]["unsettled"] == 0
    assert found["options"]["serverOptions"] == {"maxLines": 3}


def test_the_page_needs_nothing_else(ran):
    _found, html = ran
    assert "<svg" in html
    assert html.count("<svg") == html.count("</svg>") >= 3
    assert not re.search(r"https?:|<script|<link|<img|@import|url\(|src=", html)


def test_names_from_outside_are_escaped(ran):
    found, _html = ran
    (subject,) = found["subjects"]
    odd = {**found, "subjects": [{**subject, "name": "<b>&"}]}
    html = page.render(odd)
    assert "<b>&" not in html
    assert "&lt;b&gt;&amp;" in html


def test_the_table_tells_every_section(ran):
    found, _html = ran
    text = "\n".join(table.lines(found))
    for words in ("answers", "p95", "pauses", "Stages", "draft hit rate", "Characters by Tab"):
        assert words in text


def test_a_run_beside_itself_is_noise(ran, tmp_path, capsys):
    found, _html = ran
    path = tmp_path / "before.json"
    report.write(path, found)
    again = tmp_path / "now.json"
    arguments = ["--files", "1", "--keys", "20", "--baseline", str(path), "--json", str(again)]
    assert run(tmp_path, *arguments) == 0
    assert report.read(again)["comparison"]
    assert "Beside the baseline" in capsys.readouterr().out
    same = compare.compare(found, found)
    assert {one.verdict for one in same} <= {"noise", "too few"}


def test_a_sparkline_shows_everything_that_is_there():
    assert table.sparkline([0, 1, 1000, 0]) == " ▁█"
    assert table.sparkline([]) == ""


@pytest.mark.parametrize("state", ["failed", "no-model"])
def test_a_server_that_cannot_work_is_told_of(tmp_path, capsys, monkeypatch, state):
    status = {"state": state, "reason": "It is scripted."}
    for name, value in write(tmp_path, status=status)[0].items():
        monkeypatch.setenv(name, value)
    assert run(tmp_path, "--quick") == 1
    assert "It is scripted." in capsys.readouterr().err


def test_a_server_that_ends_at_once_is_told_of(tmp_path, capsys):
    server = [sys.executable, "-c", "pass"]
    assert measure.main(parse("--quick"), server=server, cache=tmp_path) == 1
    assert "ended" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing.py"], "nothing.py cannot be read"),
        (["--package", "flask"], "'flask' is not NAME==VERSION"),
        (["--language", "klingon"], "'klingon' is none of python, typescript, go"),
        ([__file__ + ".odd"], "say --language"),
        (["--new-file"], "--new-file is about packages"),
        (["--json", "nowhere/run.json"], "nowhere/run.json cannot be written"),
        (["--baseline", "nothing.json"], "nothing.json cannot be read"),
        (["--quick", "--peer", "llama-server=nonsense"], "is not an address"),
    ],
)
def test_wrong_calls_are_told_of(tmp_path, capsys, arguments, says):
    assert run(tmp_path, *arguments) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["--peer", "ollama=x"], ["--server-option", "x"], ["--speed", "0"], ["--keys", "-1"]],
)
def test_wrong_options_are_refused(arguments):
    with pytest.raises(SystemExit):
        parse(*arguments)


def test_options_travel_as_json_or_text():
    given = parse("--server-option", "maxLines=3", "--server-option", "model=a b").server_option
    assert dict(given) == {"maxLines": 3, "model": "a b"}


GO = "package a\n\nfunc f(b []int) {\n\tif b != nil {\n\t\tg()\n\t}\n}\n"


@pytest.mark.parametrize(
    ("name", "arguments", "language"),
    [
        ("a.go", [], "go"),
        ("a.txt", ["--language", "c"], "c"),
        ("a.ts", [], "typescript"),
        ("a.java", [], "java"),
        ("a.rs", [], "rust"),
    ],
)
def test_the_server_hears_a_documents_language_as_the_protocol_calls_it(
    tmp_path, monkeypatch, name, arguments, language
):
    env, log = write(tmp_path, *ANSWERS)
    for variable, value in env.items():
        monkeypatch.setenv(variable, value)
    path = tmp_path / name
    path.write_text(GO)
    assert run(tmp_path, str(path), *arguments) == 0
    messages = [json.loads(line) for line in log.read_text().splitlines()]
    (opened,) = [one["params"]["textDocument"] for one in messages if "didOpen" in one["method"]]
    assert opened["languageId"] == language
    assert opened["uri"].endswith(f"/{name}")


def test_packages_are_told_where_files_are_drawn_from_them():
    def packages(*arguments):
        return list(measure._pins(parse(*arguments)))

    assert packages() == packages("a.go", "--language", "go") == []
    assert "click==8.5.1" in packages("--corpus")
    assert "rust-rand==0.8.5-1" in packages("--language", "rust")
    assert packages("--language", "rust", "--package", "a==1") == ["a==1"]


def test_help_states_the_rule():
    command = [sys.executable, "-m", "inkling", "bench", "--help"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "250 ms and 15 ms for each character" in told


def test_a_report_of_another_schema_is_refused(tmp_path):
    path = tmp_path / "old.json"
    path.write_text('{"schema": 0}')
    with pytest.raises(report.ReportError, match="schema 1"):
        report.read(path)


def test_the_machine_is_described():
    described = machine.describe()
    assert described["cores"] >= 1
    assert described["versions"]["onnxruntime"] == metadata.version("onnxruntime")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")
def test_a_process_and_its_children_are_measured():
    work = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", work], stdin=subprocess.PIPE) as process:
        while len(found := processes.tree(process.pid)) < 2:
            assert process.poll() is None
        process.communicate(b"\n")
    assert all(one.peak_bytes > 0 for one in found)
    assert processes.tree(process.pid) == []
