import json
import shutil
import subprocess
import sys

import pytest

from inkling import __version__, cli
from inkling.models import catalog

HANG_SECONDS = 60
CODE = "import numpy\n\n\ndef name(self):\n    return \n"


def inkling(*arguments, cache, text=True):
    return subprocess.run(
        [sys.executable, "-m", "inkling", "--cache", cache, *map(str, arguments)],
        capture_output=True,
        text=text,
        timeout=HANG_SECONDS,
        check=False,
    )


@pytest.fixture
def code(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(CODE)
    return path


def ended(arguments):
    """The exit status, or the error's sentence, of a command run right here."""
    with pytest.raises(SystemExit) as caught:
        cli.main(list(map(str, arguments)))
    return caught.value.code


def test_the_version_is_the_packages(capsys):
    assert ended(["--version"]) == 0
    assert capsys.readouterr().out == f"inkling {__version__}\n"


def test_the_installed_command_is_the_module():
    run = subprocess.run(
        [shutil.which("inkling", path=str(sys.prefix) + "/bin"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == f"inkling {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["complete"],
        ["context"],
        ["model"],
        ["model", "eat"],
        ["index"],
        ["engine"],
    ],
)
def test_a_wrong_call_exits_with_2(arguments, capsys):
    assert ended(arguments) == 2
    assert "usage: inkling" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("code.py", "FILE:LINE:COLUMN"),
        ("code.py:1", "FILE:LINE:COLUMN"),
        ("code.py:one:2", "FILE:LINE:COLUMN"),
        ("code.py:0:1", "FILE:LINE:COLUMN"),
        ("code.py:1:0", "FILE:LINE:COLUMN"),
        ("missing.py:1:1", "missing.py cannot be read"),
        (".:1:1", "cannot be read"),
        ("binary.py:1:1", "binary.py cannot be read"),
    ],
)
def test_a_place_that_is_none_is_an_error_that_says_so(place, said, code, tiny_cache, monkeypatch):
    monkeypatch.chdir(code.parent)
    (code.parent / "binary.py").write_bytes(b"\xff\xfe")
    message = ended(["--cache", tiny_cache, "complete", place])
    assert message.startswith("inkling: ")
    assert said in message


def test_without_a_model_complete_says_what_to_do(code, tmp_path):
    assert "inkling model pull" in ended(["--cache", tmp_path, "complete", f"{code}:1:1"])


def test_an_error_is_a_line_on_stderr_and_exit_1(code, tmp_path):
    run = inkling("complete", f"{code}:1:1", cache=tmp_path)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith("inkling: ")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("flags", [[], ["--explicit"]])
def test_complete_prints_the_text_or_the_reason_and_the_stages(flags, code, tiny_cache):
    run = inkling("complete", f"{code}:5:12", *flags, cache=tiny_cache)
    assert run.returncode == 0
    *reason, stages = run.stderr.splitlines()
    told = json.loads(stages)
    assert told["readMs"] > 0
    assert told["totalMs"] > 0
    if run.stdout.strip():
        assert not reason
        assert told["generatedTokens"] > 0
    else:
        assert reason[0].startswith("nothing: ")


def test_complete_reads_other_languages_too(tmp_path, tiny_cache):
    path = tmp_path / "code.rs"
    path.write_text("fn main() {\n    \n}\n")
    assert inkling("complete", f"{path}:2:5", cache=tiny_cache).returncode == 0


def test_context_prints_what_the_model_sees_and_where_it_comes_from(tmp_path):
    project, cache = tmp_path / "project", tmp_path / "cache"
    (project / ".git").mkdir(parents=True)
    (project / "shop").mkdir()
    (project / "shop" / "net.py").write_text("def fetch(url): ...\ndef send(url): ...\n")
    loop = "for row in rows:\n    order = parse(row)\n    if order.valid:\n        yield order\n"
    (project / "shop" / "old.py").write_text(loop)
    here = project / "shop" / "code.py"
    here.write_text(f"{loop[:60]}\nfrom shop.net import \n")
    run = inkling("context", f"{here}:5:22", cache=cache)
    assert run.returncode == 0, run.stderr
    assert f"━━ {project}/shop/old.py, from line 1\n# shop/old.py\n# for row in rows:" in run.stdout
    assert "━━ code.py, before the cursor, from line 1\nfor row in rows:" in run.stdout
    assert run.stdout.endswith("may stand here\nfetch, send\n")
    (project / ".env").write_text("KEY=1\n")
    barred = inkling("context", f"{project}/.env:1:1", cache=cache)
    assert (barred.returncode, barred.stdout) == (0, "")
    assert barred.stderr.startswith("nothing: ")


def test_models_are_listed_with_their_state(tiny_cache, tmp_path, capsys):
    models = catalog.load()
    assert ended(["--cache", tiny_cache, "model", "list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines.keys() == {entry.name for entry in models.models}
    assert "installed, " in lines[models.default]
    assert lines[models.default].endswith(", default")
    assert ended(["--cache", tmp_path, "model", "list"]) == 0
    assert capsys.readouterr().out.count("not installed") == len(models.models)


def test_a_newer_make_of_a_model_is_listed_with_what_it_downloads(tiny_cache, tmp_path, capsys):
    shutil.copytree(tiny_cache / "models", tmp_path / "models")
    entry = catalog.load().entry()
    manifest = tmp_path / "models" / entry.name / "model.json"
    assert ended(["--cache", tmp_path, "model", "list"]) == 0
    assert "update" not in capsys.readouterr().out
    manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), "head_sha256": None}))
    assert ended(["--cache", tmp_path, "model", "list"]) == 0
    assert "update available (downloads 0.5 GB)" in capsys.readouterr().out


def test_a_models_path_is_printed_alone(tiny_cache, capsys):
    assert ended(["--cache", tiny_cache, "model", "path"]) == 0
    home = tiny_cache / "models" / catalog.load().default
    assert capsys.readouterr().out == f"{home}\n"


def test_the_cache_may_come_from_the_environment(tiny_cache, monkeypatch, capsys):
    monkeypatch.setenv("INKLING_CACHE", str(tiny_cache))
    assert ended(["model", "path"]) == 0
    assert str(tiny_cache) in capsys.readouterr().out


def test_a_removed_model_is_gone(tiny_cache, tmp_path):
    root = tmp_path / "cache"
    shutil.copytree(tiny_cache / "models", root / "models")
    assert ended(["--cache", root, "model", "remove"]) == 0
    assert not (root / "models" / catalog.load().default).exists()
    assert "nothing to remove" in ended(["--cache", root, "model", "remove"])


def test_what_is_kept_of_files_is_removed_and_nothing_else(tmp_path, capsys):
    (tmp_path / "models").mkdir()
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "a.db").touch()
    assert ended(["--cache", tmp_path, "index", "remove"]) == 0
    assert capsys.readouterr().out == f"{folder}: removed what was kept of 1 folder\n"
    assert [one.name for one in tmp_path.iterdir()] == ["models"]
    assert ended(["--cache", tmp_path, "index", "remove"]) == 0
    assert "of 0 folders" in capsys.readouterr().out


def test_what_cannot_be_removed_is_named(tmp_path):
    (tmp_path / "index" / "a.db").mkdir(parents=True)
    assert "a.db cannot be removed" in ended(["--cache", tmp_path, "index", "remove"])


def test_a_pull_for_programs_prints_the_folder_and_nothing_else_on_stdout(tiny_cache):
    run = inkling("model", "pull", "--progress-json", cache=tiny_cache)
    assert run.stdout == f"{tiny_cache / 'models' / catalog.load().default}\n"
    assert [json.loads(line) for line in run.stderr.splitlines()] == [], "it was there"


def test_progress_is_json_or_there_is_none(capsys):
    assert ended(["model", "pull", "--quiet", "--progress-json"]) == 2
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["path", "remove", "pull"])
def test_an_unknown_model_is_an_error_that_names_the_known_ones(action, tmp_path):
    message = ended(["--cache", tmp_path, "model", action, "huge"])
    assert message.startswith("inkling: ")
    assert catalog.load().default in message
