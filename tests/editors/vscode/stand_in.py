"""The command `inkling` as a test wants it: `serve` is scripted, the other commands are told here.

`model pull` gives the script another status, as a model that is there would; it takes the `seconds`
of the script's `pull`, or fails with the sentence of its `fails`, stays at the percent that its
`holds` says for as long as it says so, and ends when nobody reads it any longer. `doctor` waits
while the script's `doctor` says `held`. Both are told in the script's log.
"""

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripted_server import READ_AGAIN_SECONDS, Scripted, log, script

CHECKS = [
    {"name": "python", "verdict": "ok", "found": "3.12.1", "advice": None},
    {"name": "model", "verdict": "error", "found": "none", "advice": "Run `inkling model pull`."},
]


def rewrite(**changes):
    """Change what the script says, at once for all who read it."""
    path = Path(os.environ["INKLING_SCRIPT"])
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(script() | changes), encoding="utf-8")
    beside.replace(path)


def pull():
    log({"method": "model pull", "params": {"words": sys.argv[3:]}})
    size, steps = 491_400_000, 40
    for number in range(2 * steps + 1):
        step, part = ("downloading", number) if number <= steps else ("quantizing", number - steps)
        total = size if step == "downloading" else 100
        line = {"step": step, "done": round(total * part / steps), "total": total}
        line |= {"progress": number / steps / 2}
        tell(line)
        while (told := script().get("pull", {})).get("holds", 101) <= 100 * line["progress"]:
            time.sleep(READ_AGAIN_SECONDS)
            tell(line)
        time.sleep(told.get("seconds", 1) / 2 / steps)
        if "fails" in told and number == steps:
            sys.exit(f"inkling: {told['fails']}")
    rewrite(status={"state": "ready"})
    sys.stdout.write("/models/scripted\n")


def tell(progress):
    sys.stderr.write(json.dumps(progress) + "\n")
    sys.stderr.flush()  # BrokenPipeError where nobody reads


def doctor(client):
    log({"method": "doctor", "params": {"client": client}})
    while script().get("doctor", {}).get("held"):
        time.sleep(READ_AGAIN_SECONDS)
    asking = {"name": "client", "verdict": "ok", "found": client, "advice": None}
    sys.stdout.write(json.dumps({"checks": [*CHECKS, asking]}))
    sys.exit(1)


match sys.argv[1:]:
    case ["serve", *_]:
        sys.exit(Scripted(sys.stdin.buffer, sys.stdout.buffer).serve())
    case ["model", "pull", *_]:
        pull()
    case ["doctor", "--json", "--client", client, *_]:
        doctor(client)
    case _:
        sys.exit(f"inkling: no such command: {sys.argv[1:]}")
