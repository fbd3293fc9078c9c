"""A Neovim that a test drives by keys and watches by its screen."""

import contextlib
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from rpc import Connection, EditorError
from screen import GHOST, Screen

EDITORS = Path(__file__).resolve().parent.parent
SCRIPTED = [sys.executable, str(EDITORS / "scripted_server.py"), "serve"]
WIDTH, HEIGHT = 80, 24
WAIT_S = 15


class WaitError(AssertionError):
    """What a test waited for did not come."""


def cache():
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("INKLING_EDITORS_CACHE") or Path(home) / "inkling-editors")


def until(what, probe, limit_s=WAIT_S):
    """The first true value of `probe`."""
    end = time.monotonic() + limit_s
    while not (value := probe()):
        if time.monotonic() > end:
            raise WaitError(f"waited {limit_s} s for {what}")
        time.sleep(0.005)
    return value


class Editor:
    """One Neovim with the plugin, a file, and a server."""

    def __init__(self, version, folder, *, file="example.py", command=None, environment=None):
        self.program = cache() / f"neovim-{version}/bin/nvim"
        if not self.program.exists():
            raise EditorError(f"{self.program} is missing: run tests/editors/install_neovim.sh")
        self.folder = folder
        self.script_file = folder / "script.json"
        self.heard_file = folder / "heard.jsonl"
        self.screen = Screen()
        self.errors = (folder / "nvim.log").open("wb")
        kept = {name: value for name, value in os.environ.items() if name != "NVIM"}
        words = [str(self.program), "--embed", "--clean", "-u", str(EDITORS / "init.lua")]
        self.process = subprocess.Popen(
            [*words, "-i", "NONE", *([file] if file else [])],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={
                **kept,
                "INKLING_COMMAND": json.dumps(command or SCRIPTED),
                "INKLING_COLOUR": f"#{GHOST:06x}",
                "INKLING_SCRIPT": str(self.script_file),
                "INKLING_SCRIPT_LOG": str(self.heard_file),
                "XDG_STATE_HOME": str(folder / "state"),
                "XDG_DATA_HOME": str(folder / "data"),
                "XDG_CONFIG_HOME": str(folder / "config"),
                **(environment or {}),
            },
        )
        self.rpc = Connection(self.process.stdout, self.process.stdin, self.screen.notice)
        self.rpc.request("nvim_ui_attach", WIDTH, HEIGHT, {"rgb": True, "ext_linegrid": True})

    # what a person does

    def keys(self, keys):
        """Press keys, in Neovim's notation."""
        self.rpc.request("nvim_input", keys)

    def type(self, text):
        """Type text, one key after the other, as fast as they are taken."""
        for letter in text:
            self.keys({"<": "<lt>", "\n": "<CR>", "\t": "<Tab>"}.get(letter, letter))

    def command(self, words):
        """Run a command, and return what it says."""
        return self.rpc.request("nvim_exec2", words, {"output": True})["output"]

    # what a person sees

    @property
    def ghost(self):
        return self.screen.last.ghost

    def until_ghost(self, text):
        try:
            until(f"ghost text {text!r}", lambda: self.ghost == text)
        except WaitError as late:
            raise WaitError(f"{late}; there is {self.ghost!r}\n{self.picture()}") from None

    def until_row(self, number, text):
        try:
            until(f"row {number}: {text!r}", lambda: self.screen.last.row(number) == text)
        except WaitError as late:
            raise WaitError(f"{late}\n{self.picture()}") from None

    def until_seen(self, text):
        try:
            until(f"{text!r} on the screen", lambda: text in "\n".join(self.screen.last.rows))
        except WaitError as late:
            raise WaitError(f"{late}\n{self.picture()}") from None

    def picture(self):
        return "\n".join(row.rstrip() for row in self.screen.last.rows)

    # what is behind it

    def lua(self, code, *arguments):
        return self.rpc.request("nvim_exec_lua", code, arguments)

    @property
    def text(self):
        return "\n".join(self.rpc.request("nvim_buf_get_lines", 0, 0, -1, False))

    def until_text(self, text):
        try:
            until("the text", lambda: self.text == text)
        except WaitError:
            raise WaitError(f"the text is {self.text!r}, not {text!r}\n{self.picture()}") from None

    @property
    def mode(self):
        return self.rpc.request("nvim_get_mode")["mode"]

    @property
    def messages(self):
        return self.command("messages")

    def settle(self):
        """Wait until Neovim has read every key and done what it had scheduled."""
        until("an idle editor", lambda: not self.rpc.request("nvim_get_mode")["blocking"])
        self.lua("vim.wait(20, function() return false end)")

    # the server

    def script(self, *answers, **more):
        """Tell the scripted server what to answer from now on."""
        write_script(self.script_file, *answers, **more)

    def heard(self, method):
        """The parameters of each message of that kind that the server has got."""
        return [one["params"] for one in self.everything_heard() if one["method"] == method]

    def everything_heard(self):
        """What each server has written down that it got; it may be writing a line just now."""
        if not self.heard_file.exists():
            return []
        whole, _, _ = self.heard_file.read_text(encoding="utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def until_heard(self, method, fits=lambda _: True):
        return until(
            f"the server to hear {method}",
            lambda: next((one for one in self.heard(method) if fits(one)), None),
        )

    def server_pid(self):
        return self.everything_heard()[-1]["pid"]

    def until_served(self, limit_s=WAIT_S):
        """Wait until the server has the file and says how it is."""
        until(
            "the server to be there",
            lambda: self.lua(
                "local s = require('inkling.status').of(0)"
                " return s ~= nil and s.state ~= 'starting' and s.state ~= 'loading'"
            ),
            limit_s,
        )

    def log(self):
        """What Neovim and its language client wrote down."""
        logs = [self.folder / "nvim.log", *self.folder.glob("state/**/*.log")]
        return "".join(f"{log.name}:\n{log.read_text(errors='replace')}\n" for log in logs)

    def stop(self):
        with contextlib.suppress(BrokenPipeError):  # it has ended already
            self.process.stdin.close()  # its user interface is gone: it ends
        if self.process.poll() is None:
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.rpc.thread.join(5)
        self.process.stdout.close()
        self.errors.close()


def write_script(path, *answers, **more):
    """Put a script where the server reads it: whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"answers": answers, **more}), encoding="utf-8")
    part.replace(path)


def answer(line, *items, **more):
    """One answer of a script: `line` is matched against the text before the cursor."""
    return {"line": line, "items": list(items), **more}


def real_server():
    """The command that runs Inkling itself; None where it is not installed."""
    words = os.environ.get("INKLING_SERVER")
    program = Path(sys.executable).with_name("inkling")
    if words:
        return [*shlex.split(words), "serve"]
    return [str(program), "serve"] if program.exists() else None
