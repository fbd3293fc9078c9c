"""The editors' scripted server, how it is started and told what to say."""

import json
import re
import sys
from pathlib import Path

SERVER = [sys.executable, str(Path(__file__).parents[1] / "editors" / "scripted_server.py")]

TRACE = {
    "decodeMs": 2.5,
    "prefillMs": 1.5,
    "generatedTokens": 6,
    "steps": 3,
    "draftedSteps": 2,
    "draftTokens": 8,
    "acceptedTokens": 3,
    "drafters": {"lookup": [8, 3]},
}


def behind(end, *items, **more):
    """An answer where the text before the cursor ends so."""
    return {"line": f"{re.escape(end)}$", "items": items, **more}


def write(folder, *answers, **more):
    """Write a script; return the environment of who plays it, and where its log will be."""
    script, log = folder / "script.json", folder / "log"
    script.write_text(json.dumps({"answers": answers, "trace": TRACE, **more}), encoding="utf-8")
    return {"INKLING_SCRIPT": str(script), "INKLING_SCRIPT_LOG": str(log)}, log
