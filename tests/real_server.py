"""Servers of models for tests: the double's, and real ones as `make test-remote` starts them;
docs/REMOTE.md says how.
"""

import asyncio
import os
import shlex
import signal
import socket
import subprocess
from contextlib import contextmanager, suppress

import httpx2

from completion_server import MODEL, CompletionServer

KEY = "a-key"

# How each is started, by the variable that says it, and with what for these tests: a context, one
# place for a request, its model's name, and a key.
STARTED = {
    "llama-server": ("LLAMA_SERVER", f"-c 4096 -np 1 --alias {MODEL}"),
    "vllm": ("VLLM_SERVER", f"--max-model-len 4096 --max-num-seqs 1 --served-model-name {MODEL}"),
}
ASKED = any(variable in os.environ for variable, _ in STARTED.values())


def missing(name):
    """Why a server cannot be started here; empty if it can."""
    variable, _ = STARTED[name]
    known = variable in os.environ
    return "" if known else f"{variable} does not say how {name} is started: see docs/REMOTE.md"


class Real:
    """A real server in a process, which all tests share, for it may take a minute to start, and
    any of them may kill.
    """

    key = KEY

    def __init__(self, name):
        variable, more = STARTED[name]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [*shlex.split(os.environ[variable]), "--port", str(self.port)]
        self._command += [*shlex.split(more), "--api-key", KEY]
        self._process = None

    async def __aenter__(self):
        if self._process is None or self._process.poll() is not None:
            await self.start(self.port)
        return self

    async def __aexit__(self, *_):
        pass

    async def start(self, _port):
        self._begin()
        async with httpx2.AsyncClient() as client:
            while True:
                assert self._process.poll() is None, "it ended"
                try:
                    if (await client.get(f"{self.url}/health")).status_code == 200:
                        return
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.2)

    def _begin(self):
        null = subprocess.DEVNULL
        self._process = subprocess.Popen(
            self._command, stdout=null, stderr=null, start_new_session=True
        )

    async def stop(self):
        self.end()

    def end(self):
        """Kill it, with the processes that it has started."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def servers():
    """Gives a server of a kind, which wants a key; a double may want none."""
    real = {}

    def server(kind, key=None):
        which, name = kind
        if which == "double":
            return CompletionServer(like=name, key=key)
        if name not in real:
            real[name] = Real(name)
        return real[name]

    yield server
    for one in real.values():
        one.end()
