"""Drives real Neovim with the plugin and a server, and takes its picture.

Types into a Python file, waits for ghost text, accepts it with Tab, saves, and compares the file on
disk with what was shown. Exit status 0: all of it held; 1: it did not; 2: something that this needs
is missing. Prints one JSON object about what happened.

    tests/editors/install_neovim.sh
    python tests/editors/neovim.py                                with a scripted server
    python tests/editors/neovim.py --server .venv/bin/inkling     with the real one
    python tests/editors/neovim.py --neovim 0.11                  the older one
    python tests/editors/neovim.py --terminal                     in a terminal, with its picture

With the option `deepModel`, that one is asked by its key as well, and the picture is of it at work.
The picture is the terminal's text with its colours as its codes say them, and, where Chromium is
installed, a PNG of that.
"""

import argparse
import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import picture

HERE = Path(__file__).resolve().parent
STATUSLINE = "vim.o.statusline = [[ %f %= %{v:lua.require'inkling'.statusline()} ]]"
SCRIPTED_TYPED = "def ad"
SCRIPTED_ANSWER = "d(a, b):\n    return a + b"
SCRIPT = {"answers": [{"line": f"^{SCRIPTED_TYPED}$", "items": [SCRIPTED_ANSWER]}]}
SETTLED_S = 0.4  # what stands so long is the answer, not what is left of the one before
VERSIONS = ["0.12", "0.11"]


class MissingError(Exception):
    """Something that this script needs is not on this machine."""


class FailedError(Exception):
    """The editor or the server did not do what it should."""


def cache():
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("INKLING_EDITORS_CACHE") or Path(home) / "inkling-editors")


def server_command(words):
    if not words:
        return [sys.executable, str(HERE / "scripted_server.py"), "serve"]
    command = json.loads(words) if words.lstrip().startswith("[") else shlex.split(words)
    program = shutil.which(command[0])
    if program is None:
        raise MissingError(f"{command[0]} is not a program: see --server")
    return [str(Path(program).absolute()), *command[1:], "serve"]


def until(what, limit_s, probe):
    end = time.monotonic() + limit_s
    while not (value := probe()):
        if time.monotonic() > end:
            raise FailedError(f"waited {limit_s} s for {what}")
        time.sleep(0.02)
    return value


class Neovim:
    """A running editor, in a terminal of its own or in none, driven through its socket."""

    def __init__(self, folder, file, command, options, *, version, terminal):
        self.program = cache() / f"neovim-{version}/bin/nvim"
        if not self.program.exists():
            raise MissingError(f"{self.program} is missing: run tests/editors/install_neovim.sh")
        self.socket = folder / "nvim.sock"
        self.folder = folder
        self.terminal = terminal
        self.process = None
        environment = {
            **os.environ,
            "INKLING_COMMAND": json.dumps(command),
            "INKLING_SCRIPT": str(folder / "script.json"),
            "INKLING_OPTIONS": json.dumps({"trace": True, **options}),
            "INKLING_BEFORE": f"vim.o.laststatus = 2 {STATUSLINE}",
            "XDG_STATE_HOME": str(folder / "state"),  # its log
        }
        words = [str(self.program), "--clean", "-u", str(HERE / "init.lua"), "-i", "NONE"]
        words += ["--listen", str(self.socket)]
        self.errors = (folder / "editor.log").open("wb")
        if terminal:
            (folder / "tmux.conf").write_text("set -g default-terminal tmux-256color\n")
            start = ["new-session", "-d", "-x", "72", "-y", "12", shlex.join([*words, file.name])]
            self.tmux(*start, env=environment, cwd=folder)
        else:
            self.process = subprocess.Popen(
                [*words, "--headless", file.name],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=self.errors,
                stderr=self.errors,
            )

    def tmux(self, *words, **more):
        command = [
            "tmux",
            "-f",
            str(self.folder / "tmux.conf"),
            "-S",
            str(self.folder / "tmux.sock"),
            *words,
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout

    def remote(self, verb, words):
        command = [str(self.program), "--server", str(self.socket), verb, words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        except subprocess.TimeoutExpired as slow:
            raise FailedError(f"Neovim did not answer {verb} {words}") from slow
        if done.returncode != 0:
            raise FailedError(f"{verb} {words}: {done.stderr.strip()}")
        return done.stdout

    def send(self, keys):
        self.remote("--remote-send", keys)

    def type(self, text):
        self.send(text.replace("<", "<lt>").replace("\n", "<CR>"))

    def ask(self, lua):
        return json.loads(self.remote("--remote-expr", f"luaeval('vim.json.encode({lua})')"))

    def status(self):
        return self.ask('require("inkling.status").of(0) or vim.NIL')

    def ghost_text(self):
        ghost = self.ask('require("inkling.ghost").text() or vim.NIL')
        return ghost or None

    def settled_ghost_text(self):
        shown = self.ghost_text()
        while shown is not None:
            time.sleep(SETTLED_S)
            before, shown = shown, self.ghost_text()
            if shown == before:
                return shown
        return None

    def buffer(self):
        return self.ask('table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")')

    def picture(self, path):
        """The screen as text, and beside it with its colours as a terminal's own codes."""
        self.remote("--remote-expr", "execute('redraw')")
        time.sleep(0.3)
        path.write_text(self.tmux("capture-pane", "-p"))
        path.with_suffix(".ansi").write_text(self.tmux("capture-pane", "-p", "-e"))
        return str(picture.draw(path.with_suffix(".ansi"), path.with_suffix(".png")) or path)

    def log(self):
        logs = [self.folder / "editor.log", *self.folder.glob("state/**/*.log")]
        return "".join(f"{log.name}:\n{log.read_text(errors='replace')}\n" for log in logs)

    def stop(self):
        with contextlib.suppress(FailedError):  # it may have ended already
            self.send("<Esc>:qa!<CR>")
        if self.process is not None:
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        elif (self.folder / "tmux.sock").exists():
            subprocess.run(
                ["tmux", "-S", str(self.folder / "tmux.sock"), "kill-server"],
                check=False,
                capture_output=True,
            )
        self.errors.close()


def said_by(editor, model):
    """Whether what is shown is a model's, and more than a line."""
    said = 'vim.tbl_get(require("inkling.ghost").shown() or {}, "items", 1, "command", "title")'
    return editor.ask(f"{said} or vim.NIL") == model and "\n" in (editor.ghost_text() or "")


def drive(editor, file, before, given, report):
    began = time.monotonic()
    until("Neovim to listen", 20, editor.socket.exists)
    report["version"] = editor.remote("--remote-expr", "luaeval('tostring(vim.version())')").strip()

    def settled():
        report["status"] = editor.status()
        state = (report["status"] or {}).get("state")
        return state if state in {"ready", "failed", "no-model"} else None

    state = until("the server to be ready", given.ready_s, settled)
    if state != "ready":
        raise FailedError(f"the server is not ready: {report['status']}")
    report["ready_s"] = round(time.monotonic() - began, 2)

    editor.send("<Esc>Go" if before.endswith("\n") else "<Esc>GA")
    for character in given.type[:-1]:
        editor.type(character)
        time.sleep(given.typing_ms / 1000)

    report["tries"] = 0
    end = time.monotonic() + given.ghost_s
    ghost = None
    while ghost is None:
        if time.monotonic() > end:
            raise FailedError(f"waited {given.ghost_s} s for ghost text")
        if report["tries"]:
            editor.send("<BS>")
        report["tries"] += 1
        editor.type(given.type[-1])
        key = time.monotonic()
        try:
            until("ghost text", 3, editor.ghost_text)
        except FailedError:
            continue
        report["ghost_ms"] = round((time.monotonic() - key) * 1000)
        ghost = editor.settled_ghost_text()
    if deep := given.options.get("deepModel"):
        editor.send("<M-Bslash>")
        until(f"{deep} to have a line", given.ghost_s, lambda: said_by(editor, deep))
    if editor.terminal:
        report["picture"] = editor.picture(given.out / f"{given.name}-ghost.txt")
    if deep:
        until(f"{deep} to end", given.ghost_s, lambda: editor.status()["deep"]["state"] == "ready")
        ghost = editor.settled_ghost_text()
    report["ghost"] = ghost

    editor.send("<Tab>")
    accepted = before + given.type + ghost
    try:
        until("the accepted text", 10, lambda: editor.buffer() == accepted)
    finally:
        report["inserted"] = editor.buffer().removeprefix(before + given.type)
    editor.send("<Esc>:w<CR>")
    # A file that ended without a line end keeps none; an empty one gets one.
    until("the file on disk", 10, lambda: file.read_text().removesuffix("\n") == accepted)
    if given.expect is not None and ghost != given.expect:
        raise FailedError(f"inserted {ghost!r}, expected {given.expect!r}")


def arguments():
    environment = os.environ
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add(
        "--server",
        metavar="WORDS",
        default=environment.get("INKLING_SERVER", ""),
        help="the command that runs Inkling, `serve` is added: words, or a JSON list "
        "($INKLING_SERVER; without it, a scripted one)",
    )
    add("--neovim", choices=VERSIONS, default=VERSIONS[0], help=f"which one ({VERSIONS[0]})")
    add("--terminal", action="store_true", help="run in a terminal (tmux) and keep its screen")
    add(
        "--out",
        type=Path,
        default=environment.get(
            "INKLING_ARTEFACTS", Path(tempfile.gettempdir(), "editors-artefacts")
        ),
        help="where the screens go ($INKLING_ARTEFACTS; /tmp/editors-artefacts)",
    )
    add("--name", default="neovim", help="how their names begin (neovim)")
    add("--file", type=Path, help="what the file holds first; the cursor stands at its end")
    add("--type", default=SCRIPTED_TYPED, help=f"what is typed ({SCRIPTED_TYPED!r})")
    add("--expect", help="what must be inserted (its script's answer; else: what was shown)")
    add("--options", type=json.loads, default={}, help="for the server: '{\"budgetMs\": 60}'")
    add("--typing-ms", type=float, default=60, help="between two keys (60)")
    add("--ready-s", type=float, default=120, help="for the server to be ready (120)")
    add("--ghost-s", type=float, default=60, help="for ghost text to show (60)")
    given = parser.parse_args()
    if given.expect is None and not given.server and given.type == SCRIPTED_TYPED:
        given.expect = SCRIPTED_ANSWER
    return given


def main():
    given = arguments()
    report = {"ok": False, "server": given.server or "scripted"}
    began = time.monotonic()
    status, log = 0, ""
    with tempfile.TemporaryDirectory(prefix="inkling-neovim-") as name:
        folder = Path(name)
        try:
            given.out.mkdir(parents=True, exist_ok=True)
            before = given.file.read_text() if given.file else ""
            file = folder / "example.py"
            file.write_text(before)
            (folder / "script.json").write_text(json.dumps(SCRIPT))
            command = server_command(given.server)
            editor = Neovim(
                folder,
                file,
                command,
                given.options,
                version=given.neovim,
                terminal=given.terminal,
            )
            try:
                drive(editor, file, before, given, report)
                report["ok"] = True
            except FailedError:
                log = editor.log()
                with contextlib.suppress(FailedError):
                    report["status"] = editor.status()
                    report["traces"] = editor.ask("inkling_traces")
                raise
            finally:
                editor.stop()
        except MissingError as missing:
            status, report["error"] = 2, str(missing)
        except FailedError as failed:
            status, report["error"] = 1, str(failed)
    report["total_s"] = round(time.monotonic() - began, 2)
    print(json.dumps(report, indent=2))
    if log:
        sys.stderr.write(log)
    return status


if __name__ == "__main__":
    sys.exit(main())
