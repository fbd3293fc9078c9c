"""The command `inkling` as a test wants it: `serve` is scripted, the other commands are told here.

`model pull` gives the script another status, as a model that is there would; it takes the `seconds`
of the script's `pull`, or fails with the sentence of its `fails`, and ends when nobody reads it any
longer. `doctor` takes the `seconds` of the script's `doctor`. Both are told in the script's log.
The script may say `grows: {character, afterMs, answers}`: so long after a request at that character
these answers hold, and the client is told with `inkling/didGrow`.
"""

import json
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripted_server import Scripted, log, rewrite, script

CHECKS = [
    {"name": "python", "verdict": "ok", "found": "3.12.1", "advice": None},
    {"name": "model", "verdict": "error", "found": "none", "advice": "Run `inkling model pull`."},
]


class Growing(Scripted):
    """Tells that an answer has grown."""

    version = None

    def notice(self, method, params):
        super().notice(method, params)
        self.version = (params or {}).get("textDocument", {}).get("version", self.version)

    def complete(self, number, params):
        super().complete(number, params)
        grows = script().get("grows", {})
        if grows.get("character") == params["position"]["character"]:
            uri = params["textDocument"]["uri"]
            place = {
                "textDocument": {"uri": uri, "version": self.version},
                "position": params["position"],
            }
            threading.Timer(grows["afterMs"] / 1000, self.grow, [grows["answers"], place]).start()

    def grow(self, answers, place):
        rewrite(answers=answers, grows={})
        self.write(method="inkling/didGrow", params=place)


def pull():
    log({"method": "model pull"})
    told = script().get("pull", {})
    size, steps = 491_400_000, 40
    for number in range(2 * steps + 1):
        step, part = ("downloading", number) if number <= steps else ("quantizing", number - steps)
        total = size if step == "downloading" else 100
        line = {"step": step, "done": round(total * part / steps), "total": total}
        sys.stderr.write(json.dumps(line | {"progress": number / steps / 2}) + "\n")
        sys.stderr.flush()  # BrokenPipeError where nobody reads
        time.sleep(told.get("seconds", 1) / 2 / steps)
        if "fails" in told and number == steps:
            sys.exit(f"inkling: {told['fails']}")
    rewrite(status={"state": "ready"})
    sys.stdout.write("/models/scripted\n")


def doctor(client):
    log({"method": "doctor", "params": {"client": client}})
    time.sleep(script().get("doctor", {}).get("seconds", 0))
    asking = {"name": "client", "verdict": "ok", "found": client, "advice": None}
    sys.stdout.write(json.dumps({"checks": [*CHECKS, asking]}))
    sys.exit(1)


match sys.argv[1:]:
    case ["serve", *_]:
        sys.exit(Growing(sys.stdin.buffer, sys.stdout.buffer).serve())
    case ["model", "pull", *_]:
        pull()
    case ["doctor", "--json", "--client", client, *_]:
        doctor(client)
    case _:
        sys.exit(f"inkling: no such command: {sys.argv[1:]}")
