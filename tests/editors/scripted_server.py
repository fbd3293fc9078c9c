"""A language server that answers as a script tells it to, and writes down what it hears.

It speaks the protocol with the standard library alone. `$INKLING_SCRIPT` names a JSON file, read
again at each request, so that a test may change it while an editor runs:

    {"answers": [{"line": a regular expression, matched against the cursor's line up to the cursor,
                  "items": texts, best first; asked automatically only the first is given,
                  "range": [first, last character on the line]; the cursor's place where left out,
                  "afterMs": when the answer goes out,
                  "held": the answer waits until the script no longer says so,
                  "ignoreCancel": answer nonetheless when the client cancels,
                  "grown": what takes its place there, an answer in its turn but for its `line`.
                  `inkling/didGrow` tells of it once the answer before is given, and once the
                  script no longer says that this one is `held`,
                  "byKey": only who asked by a key is answered so,
                  "by": the models that said the items, "scripted" where left out,
                  "dieAfterMs": end this long after the request, as a crash would,
                  "told": what `inkling/status` says of the document once it is answered}, ...],
     "status": what `inkling/status` says when the client has started,
     "trace": what `inkling/trace` says besides which answer it is about; none where left out,
     "dieOnStart": end before anything is answered}

The first answer whose `line` fits is given; where none fits, an empty list. Each message is one
line of JSON at the end of the file that `$INKLING_SCRIPT_LOG` names:
`{time, pid, id, method, params}`. Arguments (`serve`) are ignored.
"""

import json
import os
import re
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

NOTHING = dict.fromkeys(("reason", "code", "latencyMs", "uri", "update"))
READY = {"state": "ready", "model": "scripted", **NOTHING}
READ_AGAIN_SECONDS = 0.05
READS = 40
ACCEPTED = "inkling.accepted"
MOST_ITEMS = 3  # where a person asked; one where nobody did
REQUEST_CANCELLED = -32800
METHOD_NOT_FOUND = -32601
LINE_END = re.compile(r"\r\n|\r|\n")


def script():
    """What the script says now; one that is being written is read again until it is whole."""
    path = os.environ.get("INKLING_SCRIPT")
    if not path:
        return {}
    for _ in range(READS - 1):
        with suppress(FileNotFoundError, json.JSONDecodeError):
            return json.loads(Path(path).read_text(encoding="utf-8"))
        time.sleep(READ_AGAIN_SECONDS)
    return json.loads(Path(path).read_text(encoding="utf-8"))


def answer_for(before, by_key, steps=0):
    """What the script answers to this line up to the cursor, grown so many times."""
    answers = [one for one in script().get("answers", []) if by_key or not one.get("byKey")]
    answer = next((one for one in answers if re.search(one["line"], before)), {})
    for _ in range(steps):
        answer = answer.get("grown", answer)
    return answer


def log(message):
    """Write down what was heard."""
    if path := os.environ.get("INKLING_SCRIPT_LOG"):
        heard = {"time": time.time(), "pid": os.getpid()}
        heard |= {key: message.get(key) for key in ("id", "method", "params")}
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(heard) + "\n")


def index_of(line, character):
    """Where in a line a number of UTF-16 units ends."""
    units = 0
    for index, letter in enumerate(line):
        if units >= character:
            return index
        units += 2 if ord(letter) > 0xFFFF else 1
    return len(line)


def line_at(text, number):
    """Where a line begins in a text, and what it says."""
    start = 0
    for end in LINE_END.finditer(text):
        if number == 0:
            return start, text[start : end.start()]
        number -= 1
        start = end.end()
    return (start, text[start:]) if number == 0 else (len(text), "")


def offset_of(text, position):
    start, line = line_at(text, position["line"])
    return start + index_of(line, position["character"])


def changed(text, change):
    """A text after one of `textDocument/didChange`'s changes."""
    if "range" not in change:
        return change["text"]
    start = offset_of(text, change["range"]["start"])
    end = offset_of(text, change["range"]["end"])
    return text[:start] + change["text"] + text[end:]


def beside(work, *given):
    """Do something that takes its time."""
    threading.Thread(target=work, args=given, daemon=True).start()


class Scripted:
    """One client's server; answers that wait are sent from timers, so writing is guarded."""

    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.lock = threading.Lock()
        self.growing = threading.Lock()
        self.texts = {}
        self.versions = {}
        self.grown = Counter()
        self.waiting = {}
        self.counts = Counter()
        self.characters = 0
        self.since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    def read(self):
        length = None
        while header := self.source.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return None if length is None else json.loads(self.source.read(length))

    def write(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        with self.lock:
            self.sink.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self.sink.flush()

    def serve(self):
        if script().get("dieOnStart"):
            sys.stderr.write("scripted: told to die on start\n")
            return 1
        while (message := self.read()) is not None and message.get("method") != "exit":
            log(message)
            method, params = message.get("method"), message.get("params")
            if "id" not in message:
                self.notice(method, params)
            elif method is not None:
                self.answer(message["id"], method, params)
        return 0

    def notice(self, method, params):
        match method:
            case "initialized":
                status = script().get("status") or {}
                self.write(method="inkling/status", params={**READY, **status})
            case "textDocument/didOpen":
                self.opened(params["textDocument"])
            case "textDocument/didChange":
                self.changed(params["textDocument"], params["contentChanges"])
            case "textDocument/didClose":
                self.texts.pop(params["textDocument"]["uri"], None)
            case "notebookDocument/didOpen":
                for document in params["cellTextDocuments"]:
                    self.opened(document)
            case "notebookDocument/didChange":
                cells = params["change"].get("cells") or {}
                structure = cells.get("structure") or {}
                for document in structure.get("didOpen") or ():
                    self.opened(document)
                for document in structure.get("didClose") or ():
                    self.texts.pop(document["uri"], None)
                for text in cells.get("textContent") or ():
                    self.changed(text["document"], text["changes"])
            case "notebookDocument/didClose":
                for document in params["cellTextDocuments"]:
                    self.texts.pop(document["uri"], None)
            case "$/cancelRequest":
                self.cancel(params["id"])
            case "inkling/feedback":
                self.counts[params["event"]] += 1
                self.characters += params["characters"]

    def opened(self, document):
        self.texts[document["uri"]] = document["text"]
        self.versions[document["uri"]] = document["version"]

    def changed(self, document, changes):
        uri = document["uri"]
        self.versions[uri] = document["version"]
        for change in changes:
            self.texts[uri] = changed(self.texts.get(uri, ""), change)

    def answer(self, number, method, params):
        match method:
            case "initialize":
                capabilities = {
                    "positionEncoding": "utf-16",
                    "textDocumentSync": {"openClose": True, "change": 2, "save": True},
                    "notebookDocumentSync": {
                        "notebookSelector": [{"notebook": "*", "cells": [{"language": "*"}]}]
                    },
                    "inlineCompletionProvider": {},
                    "executeCommandProvider": {"commands": [ACCEPTED]},
                }
                info = {"name": "inkling-scripted"}
                self.write(id=number, result={"capabilities": capabilities, "serverInfo": info})
            case "textDocument/inlineCompletion":
                self.complete(number, params)
            case "workspace/executeCommand" if params["command"] == ACCEPTED:
                self.counts["accepted"] += 1
                self.write(id=number, result=None)
            case "inkling/statistics":
                self.write(id=number, result=self.statistics())
            case "inkling/context":
                self.write(id=number, result={"text": self.seen(params)})
            case "shutdown":
                self.write(id=number, result=None)
            case _:
                error = {"code": METHOD_NOT_FOUND, "message": f"this script knows no {method}"}
                self.write(id=number, error=error)

    def complete(self, number, params):
        self.counts["requests"] += 1
        position = params["position"]
        text = self.texts.get(params["textDocument"]["uri"], "")
        _, line = line_at(text, position["line"])
        before = line[: index_of(line, position["character"])]
        uri, by_key = params["textDocument"]["uri"], params["context"]["triggerKind"] == 1
        place = uri, before, by_key
        steps = self.grown[place]
        answer = answer_for(before, by_key, steps)
        if "dieAfterMs" in answer:
            die = threading.Timer(answer["dieAfterMs"] / 1000, os._exit, [1])
            die.daemon = True
            die.start()
        most = MOST_ITEMS if by_key else 1
        first, last = answer.get("range", [position["character"]] * 2)
        at = {
            "start": {"line": position["line"], "character": first},
            "end": {"line": position["line"], "character": last},
        }
        by = dict(enumerate(answer.get("by", [])))
        items = [
            {
                "insertText": item,
                "range": at,
                "command": {
                    "title": by.get(index, "scripted"),
                    "command": ACCEPTED,
                    "arguments": [f"{number}.{index}"],
                },
            }
            for index, item in enumerate(answer.get("items", [])[:most])
        ]
        self.waiting[number] = answer.get("ignoreCancel", False)
        if told := answer.get("told"):
            status = script().get("status") or {}
            told = {**READY, **status, "uri": uri, **told}
        if steps == 0 and answer.get("held"):
            beside(self.hold, before, by_key, number, items, told)
            return
        if not (delay := answer.get("afterMs")):
            self.give(number, items, told)
            if "grown" in answer:
                beside(self.grow, place, steps, params)
            return
        timer = threading.Timer(delay / 1000, self.give, [number, items, told])
        timer.daemon = True
        timer.start()

    def hold(self, before, by_key, *given):
        """Give an answer once the script lets it go."""
        while answer_for(before, by_key).get("held"):
            time.sleep(READ_AGAIN_SECONDS)
        self.give(*given)

    def grow(self, place, steps, params):
        """Say, once and when the script lets it, that asking there again brings more."""
        uri, before, by_key = place
        while answer_for(before, by_key, steps + 1).get("held"):
            time.sleep(READ_AGAIN_SECONDS)
        with self.growing:
            if self.grown[place] != steps:
                return
            self.grown[place] += 1
        document = {"uri": uri, "version": self.versions.get(uri)}
        self.write(
            method="inkling/didGrow",
            params={
                "textDocument": document,
                "position": params["position"],
                "triggerKind": params["context"]["triggerKind"],
            },
        )

    def give(self, number, items, told=None):
        """Whoever takes a request out of `waiting` answers it: so it is answered once."""
        if self.waiting.pop(number, None) is not None:
            self.counts["suggested"] += bool(items)
            if traced := script().get("trace"):
                outcome = {"shown": bool(items), "reason": None if items else "empty"}
                self.write(method="inkling/trace", params={"id": number, **outcome, **traced})
            self.write(id=number, result={"items": items})
            if told:
                self.write(method="inkling/status", params=told)

    def cancel(self, number):
        if not self.waiting.get(number, True) and self.waiting.pop(number, None) is not None:
            error = {"code": REQUEST_CANCELLED, "message": "cancelled"}
            self.write(id=number, error=error)

    def seen(self, params):
        uri, position = params["textDocument"]["uri"], params["position"]
        _, line = line_at(self.texts.get(uri, ""), position["line"])
        before = line[: index_of(line, position["character"])]
        return f"━━ {uri.rpartition('/')[2]}, before the cursor, from line 1\n{before}\n"

    def statistics(self):
        return {
            "since": self.since,
            "requests": self.counts["requests"],
            "suggested": self.counts["suggested"],
            "accepted": self.counts["accepted"],
            "partlyAccepted": self.counts["partlyAccepted"],
            "dismissed": self.counts["dismissed"],
            "charactersAccepted": self.characters,
            "latencyMs": {"count": self.counts["requests"], "p50": 1.0, "p95": 2.0, "p99": 3.0},
            "reasons": {"empty": self.counts["requests"] - self.counts["suggested"]},
        }


if __name__ == "__main__":
    sys.exit(Scripted(sys.stdin.buffer, sys.stdout.buffer).serve())
