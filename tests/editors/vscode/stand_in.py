"""The command `inkling` as a test wants it: `serve` is scripted, the other commands are told here.

`model pull` gives the script another status, as a model that is there would; `doctor` finds things.
"""

import json
import os
import runpy
import sys
import time
from pathlib import Path

SCRIPTED = Path(__file__).resolve().parents[1] / "scripted_server.py"
CHECKS = [
    {"name": "python", "verdict": "ok", "found": "3.12.1", "advice": None},
    {"name": "model", "verdict": "error", "found": "none", "advice": "Run `inkling model pull`."},
]


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
        runpy.run_path(str(SCRIPTED), run_name="__main__")
    case ["model", "pull", *_]:
        pull()
    case ["doctor", "--json"]:
        sys.stdout.write(json.dumps({"checks": CHECKS}))
        sys.exit(1)
    case _:
        sys.exit(f"inkling: no such command: {sys.argv[1:]}")
