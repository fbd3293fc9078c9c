import io
import json
import math
import shutil
import subprocess
import sys
from functools import partial

import pytest

from inkling import __version__, serving
from inkling.backends import process
from inkling.backends.engine import Engine
from inkling.doctor import machine, model, report, software, speed
from inkling.doctor.check import Check
from inkling.doctor.examination import examine
from inkling.models import catalog, store
from inkling.options import Config
from inkling.serving import Serving
from inkling.suggest.completer import Completer
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.scheduler import Scheduler

HANG_SECONDS = 180
ENTRY = catalog.load().entry()
NAMES = [
    *("server", "client", "python", "onnxruntime", "processor", "memory", "cache", "model"),
    "sharing",
]
GIB = 1 << 30


def doctor(cache, *arguments):
    """Run the command; return its exit status, and its checks by name."""
    run = subprocess.run(
        [sys.executable, "-m", "inkling", "--cache", cache, "doctor", "--json", *arguments],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    checks = json.loads(run.stdout)["checks"]
    assert [check["name"] for check in checks] == [*NAMES, *speed.NAMES]
    return run.returncode, {check["name"]: check for check in checks}


# The whole of it.


@pytest.mark.real_model
def test_a_machine_with_the_real_model_completes(real_model):
    status, checks = doctor(real_model.parent.parent, "--client", f"inkling-vscode/{__version__}")
    assert status == 0
    for name in ("server", "client", "python", "onnxruntime", "cache", "model", "engine"):
        assert checks[name]["verdict"] == "ok", checks[name]
        assert not checks[name]["advice"]
    assert ENTRY.name in checks["model"]["found"]
    assert "ready after" in checks["engine"]["found"]
    # How fast it is, is the machine's; that it was measured, and judged, is not.
    assert "reading the place took" in checks["suggestion"]["found"]
    assert "a token takes" in checks["token"]["found"]
    for name in ("suggestion", "token"):
        assert checks[name]["verdict"] in ("ok", "warning")
        assert bool(checks[name]["advice"]) == (checks[name]["verdict"] == "warning")


def test_without_a_model_it_says_what_to_do(tmp_path):
    status, checks = doctor(tmp_path / "cache")
    assert status == 1
    assert checks["model"]["verdict"] == "error"
    assert f"inkling model pull {ENTRY.name}" in checks["model"]["advice"]
    for name in speed.NAMES:
        assert checks[name]["verdict"] == "skipped"
        assert "no model" in checks[name]["found"]
    assert not (tmp_path / "cache").exists(), "looking changes nothing"


def test_a_model_that_is_not_whole_is_not_run(tiny_cache, tmp_path):
    shutil.copytree(tiny_cache / "models", tmp_path / "models")
    (data := tmp_path / "models" / ENTRY.name / "model.onnx.data").write_bytes(b"half")
    status, checks = doctor(tmp_path)
    assert status == 1
    assert checks["model"]["verdict"] == "error"
    assert str(data) in checks["model"]["found"]
    assert "has 4 bytes" in checks["model"]["found"]
    assert "inkling model pull" in checks["model"]["advice"]
    assert checks["engine"]["verdict"] == "skipped"


def test_a_model_with_other_bytes_is_an_engine_that_does_not_start(tiny_cache, tmp_path):
    shutil.copytree(tiny_cache / "models", tmp_path / "models")
    graph = tmp_path / "models" / ENTRY.name / "model.onnx"
    graph.write_bytes(bytes(len(graph.read_bytes())))
    status, checks = doctor(tmp_path)
    assert status == 1
    assert checks["model"]["verdict"] == "ok", "its sizes are right"
    assert checks["engine"]["verdict"] == "error"
    assert "could not be loaded" in checks["engine"]["found"]
    assert "inkling model remove" in checks["engine"]["advice"]
    assert checks["suggestion"]["verdict"] == checks["token"]["verdict"] == "skipped"


def test_the_table_has_a_line_for_each_check_and_the_advice_below_it(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "inkling", "--cache", tmp_path, "doctor"],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr == ""
    lines = [line.split() for line in run.stdout.splitlines()]
    assert [line[1] for line in lines if line[:1] in (["ok"], ["skipped"], ["error"])] == [
        *NAMES,
        *speed.NAMES,
    ]
    (at,) = (i for i, line in enumerate(lines) if line[:2] == ["error", "model"])
    assert lines[at + 1][0] == "->"
    assert lines[-1][:2] == ["1", "error,"]


def test_an_unknown_model_is_an_error_that_names_the_known_ones(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "inkling", "--cache", tmp_path, "doctor", "--model", "huge"],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert run.returncode == 1
    assert ENTRY.name in run.stderr


# Its parts.


@pytest.mark.parametrize(
    ("verdicts", "status", "summary"),
    [
        (["ok", "skipped"], 0, "0 errors, 0 warnings"),
        (["ok", "warning"], 0, "0 errors, 1 warning"),
        (["error", "warning", "error", "warning"], 1, "2 errors, 2 warnings"),
    ],
)
def test_only_an_error_is_a_failure(verdicts, status, summary):
    checks = [Check("name", verdict, "found", "do") for verdict in verdicts]
    out = io.StringIO()
    assert report.as_table(checks, out) == status
    assert out.getvalue().endswith(f"{summary}\n")
    assert report.as_json(checks, io.StringIO()) == status


X86 = "processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu {}\n\nprocessor\t: 1\n"


@pytest.mark.parametrize(
    ("cpuinfo", "verdict", "said"),
    [
        (X86.format("avx avx2 avx512f avx512_vnni"), "ok", "Some CPU: AVX2, AVX-512, AVX-512 VNNI"),
        (X86.format("avx avx2 avx_vnni"), "ok", "AVX2, AVX-VNNI"),
        (X86.format("avx avx2"), "ok", "Some CPU: AVX2"),
        (X86.format("avx"), "warning", "none of AVX2"),
        ("processor\t: 0\nFeatures\t: fp asimd asimddp i8mm\n", "ok", "dot product, i8mm"),
        ("processor\t: 0\nFeatures\t: fp asimd\n", "warning", "none of dot product"),
        ("processor\t: 0\n", "skipped", "does not tell"),
    ],
)
def test_the_processor_is_judged_by_its_instructions(cpuinfo, verdict, said, tmp_path):
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    check = machine.processor(tmp_path / "cpuinfo")
    assert check.verdict == verdict
    assert said in check.found
    assert bool(check.advice) == (verdict == "warning")


def test_a_system_that_tells_nothing_is_skipped(tmp_path):
    assert machine.processor(tmp_path / "none").verdict == "skipped"
    assert machine.memory(GIB, tmp_path / "none").verdict == "skipped"


@pytest.mark.parametrize(
    ("total", "available", "verdict"), [(16, 8, "ok"), (16, 1, "warning"), (1, 1, "error")]
)
def test_memory_is_judged_by_the_models_size(total, available, verdict, tmp_path):
    path = tmp_path / "meminfo"
    kib = 1024 * 1024
    path.write_text(
        f"MemTotal: {total * kib} kB\nMemFree: 1 kB\nMemAvailable: {available * kib} kB"
    )
    check = machine.memory(2 * GIB, path)
    assert check.verdict == verdict
    assert bool(check.advice) == (verdict != "ok")


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        (None, "skipped"),
        ("", "skipped"),
        (f"inkling-vscode/{__version__}", "ok"),
        (f"inkling.nvim/{__version__}.7", "ok"),
        ("Emacs/30.1", "ok"),
        ("inkling-vscode/99.0.0", "warning"),
        ("inkling-vscode", "warning"),
    ],
)
def test_our_own_clients_are_of_the_servers_release(name, verdict):
    check = software.client(name)
    assert check.verdict == verdict
    assert bool(check.advice) == (verdict == "warning")


def test_a_cache_that_cannot_be_written_says_where_else(tmp_path):
    (tmp_path / "file").write_text("")
    check = model.cache(ENTRY, tmp_path / "file" / "cache")
    assert check.verdict == "error"
    assert "INKLING_CACHE" in check.advice


def test_room_is_needed_for_a_model_that_is_not_there(tmp_path, tiny_cache, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    assert model.cache(ENTRY, tmp_path / "not" / "there").verdict == "ok"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    check = model.cache(ENTRY, tmp_path)
    assert check.verdict == "error"
    assert store.gigabytes(ENTRY.gguf.bytes + 2 * ENTRY.onnx_bytes) in check.advice
    assert model.cache(ENTRY, tiny_cache).verdict == "ok"


def test_a_model_of_an_older_format_is_to_be_pulled_again(tiny_cache, tmp_path):
    shutil.copytree(tiny_cache / "models", tmp_path / "models")
    manifest = tmp_path / "models" / ENTRY.name / "model.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), "format": 0}))
    check = model.model(ENTRY, tmp_path)
    assert check.verdict == "error"
    assert "has format 0" in check.found
    assert "inkling model pull" not in check.found
    assert "inkling model pull" in check.advice


def test_a_model_of_an_older_make_is_run_and_the_newer_one_offered(tiny_cache, tmp_path):
    shutil.copytree(tiny_cache / "models", tmp_path / "models")
    manifest = tmp_path / "models" / ENTRY.name / "model.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), "head_sha256": None}))
    check = model.model(ENTRY, tmp_path)
    assert check.verdict == "warning"
    assert "inkling model pull" in check.advice
    assert store.gigabytes(ENTRY.gguf.bytes) in check.advice
    assert model.is_whole(ENTRY, tmp_path)


SHOWN = Insert("a", 0.0)


def timed(outcome=SHOWN, *, total_ms=50.0):
    return speed.Timed(1000.0, 200.0, outcome, 40.0, total_ms, 20.0)


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (timed(), "ok"),
        (timed(total_ms=101.0), "warning"),
        (timed(Nothing("late")), "warning"),
        (timed(Nothing("failed")), "error"),
    ],
)
def test_a_suggestion_is_judged_by_the_budget(measured, verdict):
    check = speed.suggestion(measured, 100.0)
    assert check.verdict == verdict
    assert bool(check.advice) == (verdict != "ok")


@pytest.mark.parametrize(
    ("token_ms", "verdict", "advice"),
    [
        (20.0, "ok", ""),
        (50.0, "ok", ""),
        (51.0, "warning", "`budgetMs` to 120"),
        (300.0, "warning", "`budgetMs` to 610"),
        (math.nan, "skipped", ""),
    ],
)
def test_a_slow_machine_is_told_which_budget_would_do(token_ms, verdict, advice):
    check = speed.token(token_ms, 100.0)
    assert check.verdict == verdict
    assert advice in check.advice
    assert bool(check.advice) == bool(advice)


def starting(command):
    """Start what serves, with a command as its engine."""

    def start(_config, hooks):
        backend = Engine(process.Child(command))
        backend.listen(hooks.state)
        completer = Completer(backend)
        return Serving("command", backend, completer, Scheduler(completer))

    return start


def test_the_tiny_model_is_timed_and_leaves_no_process(tiny_cache):
    start = partial(serving.start, root=tiny_cache, without=["recall"])
    engine, suggestion, token = speed.checks(start, Config())
    assert engine.verdict == "ok"
    assert suggestion.verdict in ("ok", "warning")
    assert "a token takes" in token.found


def test_an_engine_that_never_speaks_is_an_error(monkeypatch):
    monkeypatch.setattr(speed, "_PATIENCE_SECONDS", 0.5)
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    engine, *others = speed.checks(starting(command), Config())
    assert engine.verdict == "error"
    assert "not ready after" in engine.found
    assert {check.verdict for check in others} == {"skipped"}


def test_an_engine_that_dies_is_an_error():
    engine, *_ = speed.checks(starting([sys.executable, "-c", "raise SystemExit(1)"]), Config())
    assert engine.verdict == "error"
    assert "ended by itself" in engine.found


def test_a_name_says_which_model_is_examined(tiny_cache):
    other = catalog.load().entry("qwen2.5-coder-1.5b")
    checks = {check.name: check for check in examine(other, tiny_cache, None)}
    assert other.name in checks["model"].found
    assert checks["model"].verdict == "error"
