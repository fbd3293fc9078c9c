"""A language server that says what a test has told it to, and writes down what it hears.

Its initializationOptions: `suggestions` is a list of [end of the text before the cursor, text],
the first that fits is the answer, sent `delayMs` later; `log` is a file for the messages. With
`grows`, half of a text is said at first, and the whole of it to who asks again when told of it.
"""

import json
import sys
import threading
from pathlib import Path


class Scripted:
    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.lock = threading.Lock()
        self.options = {}
        self.log = None
        self.texts = {}
        self.waiting = {}
        self.grown = set()
        self.version = 1

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
        while (message := self.read()) is not None and message.get("method") != "exit":
            if self.log:
                self.log.write(json.dumps(message) + "\n")
                self.log.flush()
            self.hear(message.get("method"), message.get("params"), message.get("id"))

    def hear(self, method, params, number):
        match method:
            case "initialize":
                self.options = params["initializationOptions"]
                if path := self.options.get("log"):
                    self.log = Path(path).open("w", encoding="utf-8")  # noqa: SIM115
                self.write(id=number, result={"capabilities": {}})
            case "initialized":
                state = self.options.get("state", "ready")
                status = {"state": state, "model": "scripted", "reason": "It is scripted."}
                self.write(method="inkling/status", params=status)
            case "textDocument/didOpen":
                self.texts[params["textDocument"]["uri"]] = params["textDocument"]["text"]
            case "textDocument/didChange":
                self.change(params)
            case "textDocument/inlineCompletion":
                self.ask(number, params)
            case "$/cancelRequest":
                self.cancel(params["id"])
            case "workspace/executeCommand" | "shutdown":
                self.write(id=number, result=None)

    def change(self, params):
        uri = params["textDocument"]["uri"]
        self.version = params["textDocument"]["version"]
        for change in params["contentChanges"]:
            text, span = self.texts[uri], change["range"]
            start, end = offset(text, span["start"]), offset(text, span["end"])
            self.texts[uri] = text[:start] + change["text"] + text[end:]

    def ask(self, number, params):
        text = self.texts[params["textDocument"]["uri"]]
        before = text[: offset(text, params["position"])]
        fits = (text for end, text in self.options.get("suggestions", []) if before.endswith(end))
        found = next(fits, None)
        if self.options.get("crash"):
            sys.exit(1)
        if found and self.options.get("grows") and before not in self.grown:
            self.grown.add(before)
            found = found[: len(found) // 2]
            about = {**params["textDocument"], "version": self.version}
            grew = {"textDocument": about, "position": params["position"]}
            threading.Timer(0.1, lambda: self.write(method="inkling/didGrow", params=grew)).start()
        timer = threading.Timer(self.options.get("delayMs", 0) / 1e3, self.answer, (number, found))
        timer.daemon = True
        self.waiting[number] = timer
        timer.start()

    def answer(self, number, found):
        if self.waiting.pop(number, None) is None:
            return
        reason = None if found else "empty"
        stages = {"decodeMs": 2.5, "prefillMs": 1.5, "generatedTokens": 6, "steps": 3}
        drafts = {"draftedSteps": 2, "draftTokens": 8, "acceptedTokens": 3}
        drafts |= {"drafters": {"lookup": [8, 3]}}
        trace = {"id": number, "shown": bool(found), "reason": reason, **stages, **drafts}
        self.write(method="inkling/trace", params=trace)
        command = {"title": "accept", "command": "scripted.accept", "arguments": [number]}
        items = [{"insertText": found, "command": command}] if found else []
        self.write(id=number, result={"items": items})

    def cancel(self, number):
        timer = self.waiting.pop(number, None)
        if timer:
            timer.cancel()
            self.write(id=number, error={"code": -32800, "message": "cancelled"})


def offset(text, position):
    """The tests' texts are ASCII: a character is a code unit."""
    start = 0
    for _ in range(position["line"]):
        start = text.index("\n", start) + 1
    return start + position["character"]


if __name__ == "__main__":
    Scripted(sys.stdin.buffer, sys.stdout.buffer).serve()
