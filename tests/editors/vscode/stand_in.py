"""The command `inkling` as a test wants it: `serve` is scripted, the other commands are told here.

`model pull` gives the script another status, as a model that is there would; `doctor` finds things.
The script may say `grows: {character, afterMs, answers}`: so long after a request at that character
these answers hold, and the client is told with `inkling/didGrow`.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripted_server import Scripted, script

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
        Path(os.environ["INKLING_SCRIPT"]).write_text(json.dumps({"answers": answers}))
        self.write(method="inkling/didGrow", params=place)


def pull():
    for done in range(0, 101, 10):
        told = {"step": "downloading", "done": done * 4_914_000, "total": 491_400_000}
        sys.stderr.write(json.dumps(told) + "\n")
        sys.stderr.flush()
        time.sleep(0.1)
    sys.stderr.write(json.dumps({"step": "converting", "done": 0, "total": None}) + "\n")
    script = Path(os.environ["INKLING_SCRIPT"])
    script.write_text(json.dumps(json.loads(script.read_text()) | {"status": {"state": "ready"}}))
    sys.stdout.write("/models/scripted\n")


match sys.argv[1:]:
    case ["serve", *_]:
        sys.exit(Growing(sys.stdin.buffer, sys.stdout.buffer).serve())
    case ["model", "pull", *_]:
        pull()
    case ["doctor", "--json"]:
        sys.stdout.write(json.dumps({"checks": CHECKS}))
        sys.exit(1)
    case _:
        sys.exit(f"inkling: no such command: {sys.argv[1:]}")
