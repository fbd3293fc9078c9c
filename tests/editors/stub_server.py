"""A language server whose ghost text is known beforehand: it shows that an editor's side works.

It speaks the protocol with the standard library alone, so that it also tells a client's faults from
those of the libraries under the real server. Any arguments (`serve`) are ignored.

On a line that starts like the first line of `FUNCTION`, it suggests the rest of `FUNCTION`.
"""

import json
import re
import sys
import time

FIRST_LINE = "def add(a, b):"
FUNCTION = f"{FIRST_LINE}\n    return a + b"
AT_LEAST = len("def ")  # typed before anything is suggested


def suggestion(text, line, character):
    """The rest of the function, when the line up to its end could become the function's first."""
    lines = re.split(r"\r\n|\r|\n", text)
    typed = lines[line] if line < len(lines) else ""
    # Where the line is its start, it is ASCII: every position encoding counts it the same.
    if character == len(typed) >= AT_LEAST and FIRST_LINE.startswith(typed) and typed != FIRST_LINE:
        return FUNCTION[len(typed) :]
    return None


class Stub:
    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.texts = {}

    def read(self):
        length = None
        while header := self.source.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return None if length is None else json.loads(self.source.read(length))

    def write(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.sink.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.sink.flush()

    def status(self, state, model=None, reason=None):
        params = {"state": state, "model": model, "reason": reason}
        self.write(method="inkling/status", params=params)

    def serve(self):
        while (message := self.read()) is not None and message.get("method") != "exit":
            method, params = message.get("method"), message.get("params")
            if "id" not in message:
                self.notice(method, params)
            elif method is not None:
                self.answer(message["id"], method, params)

    def notice(self, method, params):
        match method:
            case "initialized":
                self.status("loading", "stub")
                time.sleep(0.2)
                self.status("ready", "stub", "This is the stub of Inkling's editor tests.")
            case "textDocument/didOpen":
                document = params["textDocument"]
                self.texts[document["uri"]] = document["text"]
            case "textDocument/didChange":  # whole texts, as the capabilities ask for
                self.texts[params["textDocument"]["uri"]] = params["contentChanges"][-1]["text"]
            case "textDocument/didClose":
                self.texts.pop(params["textDocument"]["uri"], None)

    def answer(self, number, method, params):
        match method:
            case "initialize":
                options = json.dumps(params.get("initializationOptions"))
                sys.stderr.write(f"stub: initializationOptions {options}\n")
                sys.stderr.flush()
                capabilities = {
                    "positionEncoding": "utf-16",
                    "textDocumentSync": {"openClose": True, "change": 1},
                    "inlineCompletionProvider": {},
                }
                info = {"name": "inkling-stub"}
                self.write(id=number, result={"capabilities": capabilities, "serverInfo": info})
            case "textDocument/inlineCompletion":
                self.write(id=number, result={"items": self.complete(params)})
            case "shutdown":
                self.write(id=number, result=None)
            case _:
                error = {"code": -32601, "message": f"the stub knows no {method}"}
                self.write(id=number, error=error)

    def complete(self, params):
        position = params["position"]
        text = self.texts.get(params["textDocument"]["uri"], "")
        rest = suggestion(text, position["line"], position["character"])
        return [{"insertText": rest, "range": {"start": position, "end": position}}] if rest else []


if __name__ == "__main__":
    Stub(sys.stdin.buffer, sys.stdout.buffer).serve()
