import json
import os
from pathlib import Path

import pytest

from editor import EDITORS, Editor, until, write_script

VERSIONS = ["0.11", "0.12"]
RESULTS = pytest.StashKey[list]()


def pytest_configure(config):
    config.stash[RESULTS] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.seconds = call.duration
    if report.when == "call" or not report.passed:
        item.config.stash[RESULTS].append(
            {
                "test": item.originalname,
                "neovim": item.callspec.params.get("version") if hasattr(item, "callspec") else "",
                "outcome": report.outcome,
                "seconds": round(call.duration, 2),
            }
        )
    return report


def pytest_report_teststatus(report):
    """A line for each test: its outcome and its time."""
    if report.when == "call":
        return report.outcome, ".", f"{report.outcome.upper()} {report.duration:.1f} s"
    return None


def pytest_sessionfinish(session):
    root = Path(EDITORS).parent.parent
    folder = Path(os.environ.get("INKLING_ARTEFACTS") or root / "artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    results = json.dumps(session.config.stash[RESULTS], indent=1)
    (folder / "neovim-tests.json").write_text(results + "\n")


@pytest.fixture(params=VERSIONS)
def version(request):
    return request.param


@pytest.fixture
def start(version, tmp_path):
    """Starts an editor, with a file that holds `text`, when the server is there."""
    started = []

    def begin(*answers, text="", newline="\n", script=None, served=True, **more):
        environment = {**more.pop("environment", {})}
        if "setup" in more:
            environment["INKLING_SETUP"] = json.dumps(more.pop("setup"))
        if "before" in more:
            environment["INKLING_BEFORE"] = more.pop("before")
        file = more.get("file", "example.py")
        if file and text is not None:
            (tmp_path / file).write_text(text, newline=newline, encoding="utf-8")
        write_script(tmp_path / "script.json", *answers, **(script or {}))
        editor = Editor(version, tmp_path, environment=environment, **more)
        started.append(editor)
        until("Neovim to have started", lambda: editor.lua("return vim.v.vim_did_enter == 1"))
        if served:
            editor.until_served()
        return editor

    yield begin
    for editor in started:
        editor.stop()
