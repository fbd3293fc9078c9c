"""Getting the server, the model, and a newer one, from inside the editor."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from editor import EDITORS, SCRIPTED, answer, until
from processes import runs

ADD = "d(a, b):\n    return a + b"
PULLED = [
    {"step": "The model needs 1.1 GB", "done": 0, "total": None, "progress": 0.0},
    {"step": "downloading", "done": 130, "total": 490, "progress": 0.159},
    {"step": "quantizing", "done": 50, "total": 100, "progress": 0.78},
]
SEEN = ["0 %", "15 %", "78 %"]
NO_MODEL = {"state": "no-model", "reason": "No model is installed yet.", "code": "no-model"}

# Serves by script; pulls as far as a file says, with a program of its own beside it.
STAND_IN = """\
#!{python}
import json, os, subprocess, sys, time
from pathlib import Path

here = Path(__file__).parent
if sys.argv[1:] == ["serve"]:
    os.execv({scripted[0]!r}, {scripted!r})
with (here / "pulls").open("a") as pulls:
    pulls.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1:3] != ["model", "pull"]:
    sys.exit(2)
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
(here / "pids").write_text(f"{{os.getpid()}} {{helper.pid}}")
told = 0
while True:
    lines = (here / "lines").read_text().splitlines()
    for line in lines[told:]:
        if line in {{"done", "fail"}}:
            helper.kill()
            print("inkling: no room left on the disk", file=sys.stderr) if line == "fail" else None
            sys.exit(line == "fail")
        print(line, file=sys.stderr, flush=True)
    told = len(lines)
    time.sleep(0.01)
"""


def statusline(editor):
    return editor.lua("return require('inkling').statusline()")


class Puller:
    """The stand-in for `inkling`, and how far its pull has come."""

    def __init__(self, folder):
        self.folder = folder
        self.program = folder / "inkling"
        self.program.write_text(STAND_IN.format(python=sys.executable, scripted=SCRIPTED))
        self.program.chmod(0o755)
        (folder / "lines").write_text("")

    @property
    def command(self):
        return [str(self.program), "serve"]

    def tell(self, line):
        with (self.folder / "lines").open("a") as lines:
            lines.write((line if isinstance(line, str) else json.dumps(line)) + "\n")

    def asked(self):
        return [json.loads(one) for one in (self.folder / "pulls").read_text().splitlines()]

    def pids(self):
        file = self.folder / "pids"
        until("the pull to run", lambda: file.exists() and len(file.read_text().split()) == 2)
        return [int(one) for one in file.read_text().split()]


@pytest.fixture
def puller(tmp_path):
    return Puller(tmp_path)


def test_pull(start, puller):
    editor = start(
        command=puller.command,
        script={"status": NO_MODEL},
        setup={"options": {"model": "tiny"}},
        before="vim.o.messagesopt = 'hit-enter,history:500'",
    )
    editor.until_seen("Inkling: no model yet. `:Inkling pull` gets it.")
    editor.command("Inkling pull")
    until("the start", lambda: statusline(editor) == "Inkling: pulling the model")
    for line, percent in zip(PULLED, SEEN, strict=True):
        puller.tell(line)
        said = f"Inkling: pulling the model {percent}"
        until(said, lambda said=said: statusline(editor) == said)
        editor.until_seen(said)
        assert editor.command("Inkling why") == f"Inkling is pulling the model {percent}."
        editor.keys("ix<Esc>")  # nobody waits for it
    editor.until_text("x" * len(PULLED))
    assert puller.asked() == [["model", "pull", "--progress-json", "tiny"]]
    assert "78 % goes on" in editor.command("silent! Inkling pull")
    editor.script(answer("^def ad$", ADD))
    puller.tell("done")
    until("another server", lambda: len(editor.heard("initialize")) == 2)
    until("it to be ready", lambda: statusline(editor) == "Inkling: ready")
    assert "the model is here" in editor.messages
    editor.keys("cc")
    editor.type("def ad")
    editor.until_ghost(ADD)


def test_the_deep_model_is_pulled_too(start, puller):
    deep = {"state": "no-model", "model": "large", "reason": "It is not here.", "bytes": 5}
    editor = start(
        command=puller.command,
        script={"status": {"deep": deep}},
        setup={"options": {"deepModel": "large"}},
    )
    editor.until_seen("Inkling: the deep model is not here yet. `:Inkling pull` gets it.")
    assert "Deep model: large, no model" in editor.command("Inkling")
    editor.command("Inkling pull")
    puller.tell(PULLED[2])
    editor.until_seen("Inkling: pulling the model 39 %")  # the first of two, 78 %
    puller.tell("done")
    until("another server", lambda: len(editor.heard("initialize")) == 2)
    pull = ["model", "pull", "--progress-json"]
    assert puller.asked() == [pull, [*pull, "large"]]


def test_a_pull_that_fails(start, puller):
    editor = start(command=puller.command, script={"status": NO_MODEL})
    editor.command("Inkling pull")
    puller.tell("fail")
    sentence = "pulling the model failed: no room left on the disk"
    until("the word", lambda: sentence in editor.messages)
    assert statusline(editor) == "Inkling: no model"
    assert sentence in editor.command("Inkling")
    assert len(editor.heard("initialize")) == 1
    editor.command("Inkling pull")  # it may be tried again
    until("the start", lambda: statusline(editor).startswith("Inkling: pulling the model"))


def test_a_pull_is_cancelled(start, puller):
    editor = start(command=puller.command, script={"status": NO_MODEL})
    editor.command("Inkling pull")
    pids = puller.pids()
    editor.command("Inkling cancel")
    until("all of it to end", lambda: not any(map(runs, pids)))
    until("the word", lambda: "pulling the model was cancelled" in editor.messages)
    assert statusline(editor) == "Inkling: no model"
    assert "nothing is being installed or pulled" in editor.command("silent! Inkling cancel")


def test_the_editor_is_left_during_a_pull(start, puller):
    editor = start(command=puller.command, script={"status": NO_MODEL})
    editor.command("Inkling pull")
    pids = puller.pids()
    editor.keys(":qa!<CR>")
    until("all of it to end", lambda: not any(map(runs, pids)))


def test_a_newer_model_that_is_made_of_what_is_here(start):
    editor = start(script={"status": {"update": {"bytes": 0}}})
    assert "`:Inkling pull` gets it (nothing to download)" in editor.command("Inkling")


def test_a_newer_model(start, puller):
    editor = start(
        answer("^def ad$", ADD),
        command=puller.command,
        script={"status": {"update": {"bytes": 512_300_000}}},
    )
    said = "a newer model is there. `:Inkling pull` gets it (512 MB)."
    until("the word", lambda: said in editor.messages)
    assert "A newer model is there: `:Inkling pull` gets it (512 MB)" in editor.command("Inkling")
    editor.command("Inkling pull")
    puller.tell(PULLED[1])
    until("the pull", lambda: statusline(editor) == "Inkling: pulling the model 15 %")
    editor.keys("i")
    editor.type("def ad")
    editor.until_ghost(ADD)  # the old one serves
    editor.script(answer("^def ad$", "d():"))
    puller.tell("done")
    until("the new one", lambda: len(editor.heard("initialize")) == 2)
    editor.until_ghost("d():")
    editor.keys("<Esc>")
    assert "newer model" not in editor.command("Inkling")


PYPROJECT = """\
[build-system]
requires = []
build-backend = "build"
backend-path = ["."]

[project]
name = "inkling"
version = "{version}"
"""

# A wheel without a build tool, so that no index is asked.
BUILD = """\
import zipfile
from pathlib import Path

VERSION = {version!r}


def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = f"inkling-{{VERSION}}-py3-none-any.whl"
    info = f"inkling-{{VERSION}}.dist-info"
    with zipfile.ZipFile(Path(folder, name), "w") as wheel:
        wheel.writestr("inkling_stand_in.py", {program!r})
        for file, *lines in [
            ("METADATA", "Metadata-Version: 2.1", "Name: inkling", f"Version: {{VERSION}}"),
            ("WHEEL", "Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any"),
            ("entry_points.txt", "[console_scripts]", "inkling = inkling_stand_in:main"),
            ("RECORD",),
        ]:
            wheel.writestr(f"{{info}}/{{file}}", "".join(line + "\\n" for line in lines))
    return name
"""

PROGRAM = """\
import os

def main():
    os.execv({scripted[0]!r}, {scripted!r})
"""


def make_repository(folder, version):
    """A copy of the plugin beside a server that answers by script."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(EDITORS.parent.parent / "neovim-plugin", folder / "neovim-plugin")
    (folder / "pyproject.toml").write_text(PYPROJECT.format(version=version))
    init = folder / "server/inkling/__init__.py"  # where the repository has its version
    init.parent.mkdir(parents=True)
    init.write_text(f'__version__ = "{version}"\n')
    program = PROGRAM.format(scripted=SCRIPTED)
    (folder / "build.py").write_text(BUILD.format(version=version, program=program))
    return {
        "HOME": str(folder.parent / "home"),
        "INKLING_COMMAND": "",
        "INKLING_PLUGIN": str(folder / "neovim-plugin"),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }


INSTALL_S = 120  # an environment is made, by a machine that may be busy


def test_install(start, tmp_path):
    """From a fresh machine to ghost text, and to the newer server after an update."""
    environment = make_repository(tmp_path / "repository", "1.0.0")
    begin = {"served": False, "environment": environment}
    editor = start(answer("^def ad$", ADD), **begin)
    editor.until_seen("Inkling: no server yet. `:Inkling install` gets it.")
    assert statusline(editor) == "Inkling: no server"
    assert "uv tool install" in editor.command("Inkling")
    assert "no server yet" in editor.command("silent! Inkling pull")
    editor.command("Inkling install")
    until("the start", lambda: statusline(editor).startswith("Inkling: installing the server"))
    assert "goes on" in editor.command("silent! Inkling install")
    editor.keys("i")
    editor.type("def ad")
    assert editor.text == "def ad"  # nobody waits for it
    editor.until_served(INSTALL_S)
    editor.until_ghost(ADD)
    assert "the server is installed" in editor.messages
    editor.keys("<Esc>")
    assert "newer than its server" not in editor.command("Inkling")
    editor.stop()

    make_repository(tmp_path / "repository", "1.1.0")
    editor = start(answer("^def ad$", ADD), **begin | {"served": True})
    first = editor.lua("return require('inkling.program').command()[1]")
    assert Path(first).is_relative_to(tmp_path / "data")
    assert "newer than its server: `:Inkling install`" in editor.command("Inkling")
    editor.command("Inkling install")
    until("the other", lambda: "the server is installed" in editor.messages, INSTALL_S)
    until("another server", lambda: len(editor.heard("initialize")) == 3)
    editor.until_served()
    assert editor.lua("return require('inkling.program').command()[1]") != first
    assert not Path(first).exists()
    assert "newer than its server" not in editor.command("Inkling")


def test_install_fails(start, tmp_path):
    environment = make_repository(tmp_path / "repository", "1.0.0")
    (tmp_path / "repository/build.py").write_text("raise ValueError('it is broken')\n")
    editor = start(served=False, environment=environment)
    editor.command("Inkling install")
    until("the word", lambda: "installing the server failed" in editor.messages, INSTALL_S)
    assert statusline(editor) == "Inkling: no server"
    assert "failed: " in editor.command("Inkling")
    assert not list((tmp_path / "data/nvim/inkling").iterdir())


def test_install_without_python(start, tmp_path):
    environment = make_repository(tmp_path / "repository", "1.0.0") | {"PATH": str(tmp_path)}
    editor = start(served=False, environment=environment)
    editor.command("Inkling install")
    until("the word", lambda: "no Python 3.11 or newer" in editor.messages)
    assert "python3-venv" in editor.command("Inkling")
