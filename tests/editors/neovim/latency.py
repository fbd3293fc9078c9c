"""How long after a key ghost text stands in Neovim, beside the server's own time for the answer.

Types 100 keys of a function into a file, with the real server and model, in each version, and
prints one JSON object. Milliseconds, of keys whose answer brought ghost text:

    key      from the key being inserted (InsertCharPre) until the answer's extmark is set
    seen     from the key being sent until a screen with ghost text behind that key is drawn,
             be it the answer's or what is left of the text that was there
    server   what `inkling/trace` says of the same requests

    python tests/editors/neovim/latency.py [--keys 100] [--pause-ms 200] [--budget-ms 100]
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from editor import Editor, EditorError, real_server, until

VERSIONS = ["0.11", "0.12"]
ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "server/inkling/bench/samples/orders.py.txt"
CUT = "def owed("
TYPED = [
    "def owed(orders: Iterable[Order], today: date) -> Decimal:",
    "    return sum((order.amount for order in orders if not order.paid), start=Decimal(0))",
]
READY_S = 120

WATCH = """
local ghost = require('inkling.ghost')
local key, keys = nil, {}
_G.latency = keys
vim.api.nvim_create_autocmd('InsertCharPre', { callback = function()
  key = { at = vim.uv.hrtime() }
  table.insert(keys, key)
end })
local show = ghost.show
ghost.show = function(what)
  show(what)
  if key and not key.shown and ghost.text() then
    key.shown = (vim.uv.hrtime() - key.at) / 1e6
  end
end
vim.api.nvim_create_autocmd('User', { pattern = 'InklingTrace', callback = function(event)
  if key and not key.suggested then -- what is asked for once it is drawn is not the key's
    key.server, key.said = event.data.totalMs, event.data.reason
    key.suggested = event.data.shown
  end
end })
"""


def quantile(values, share):
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else None


def summary(values):
    return {"count": len(values), "p50": quantile(values, 0.5), "p95": quantile(values, 0.95)}


def type_keys(editor, given):
    """The milliseconds from each key to the screen; None: no ghost text before the next key."""
    seen = []
    for line in TYPED:
        editor.keys("<CR>")
        bare = line.lstrip()
        editor.type(" " * (len(line) - len(bare)))
        for letter in bare:
            if len(seen) == given.keys:
                return seen
            time.sleep(given.pause_ms / 1000)
            frames, sent = len(editor.screen.frames), time.monotonic()
            editor.keys("<lt>" if letter == "<" else letter)
            end = sent + given.pause_ms / 1000
            seen.append(None)
            while time.monotonic() < end and seen[-1] is None:
                drawn = [one for one in editor.screen.frames[frames:] if one.ghost is not None]
                if drawn:
                    seen[-1] = (drawn[0].time - sent) * 1000
                time.sleep(0.001)
    return seen


def measure(version, given):
    with tempfile.TemporaryDirectory(prefix="inkling-latency-") as name:
        folder = Path(name)
        head = SAMPLE.read_text(encoding="utf-8").partition(CUT)[0].rstrip("\n")
        (folder / "example.py").write_text(head + "\n\n", encoding="utf-8")
        options = {"trace": True, "budgetMs": given.budget_ms}
        editor = Editor(
            version,
            folder,
            command=real_server(),
            environment={"INKLING_OPTIONS": json.dumps(options)},
        )
        try:
            editor.until_served(READY_S)
            editor.lua(WATCH)
            editor.keys("G")
            time.sleep(given.settle_s)  # a person reads what is there before typing
            editor.keys("A")
            seen = type_keys(editor, given)
            until("the last answer", lambda: editor.lua("return latency[#latency].server ~= nil"))
            keys = editor.lua("return latency")[-len(seen) :]
        finally:
            editor.stop()
    # The indentation was typed as well, but nobody waited for its answers.
    answered = [key for key in keys if "shown" in key and "server" in key]
    reasons = [key.get("said") or "none yet" for key in keys if not key.get("suggested")]
    return {
        "keys": len(seen),
        "with an answer's ghost text": len(answered),
        "key ms": summary([key["shown"] for key in answered]),
        "server ms": summary([key["server"] for key in answered]),
        "between ms": summary([key["shown"] - key["server"] for key in answered]),
        "seen ms": summary([one for one in seen if one is not None]),
        "no suggestion": {reason: reasons.count(reason) for reason in sorted(set(reasons))},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=100, help="how many keys (100)")
    parser.add_argument("--pause-ms", type=float, default=200, help="between two keys (200)")
    parser.add_argument("--budget-ms", type=int, default=100, help="the server's option (100)")
    parser.add_argument("--settle-s", type=float, default=4, help="before the first key (4)")
    given = parser.parse_args()
    if real_server() is None:
        parser.error("inkling is not installed beside this Python: make model")
    try:
        report = {version: measure(version, given) for version in VERSIONS}
    except EditorError as error:
        sys.exit(str(error))
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
