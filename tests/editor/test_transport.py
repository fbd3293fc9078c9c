import asyncio
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

import processes
from inkling.backends.running import running
from inkling.bench.client import Client, ServerError
from inkling.context.index import store
from inkling.editor.project import watched
from inkling.engine import meeting
from inkling.models import catalog

HANG_SECONDS = 60
SHARING = [sys.executable, "-m", "inkling", "serve"]
SERVE = [*SHARING, "--own-engine"]
ECHO = [sys.executable, Path(__file__).with_name("echo_server.py")]
URI = "file:///code.py"
CANCELLED = -32800
INVALID = -32602
SECRET = "correct-horse-battery-staple"


def play(scene):
    """Run a scene to its end; none of them takes long, and none may hang."""

    async def guarded():
        async with asyncio.timeout(HANG_SECONDS):
            await scene

    asyncio.run(guarded())


class Recorded:
    """A stream that keeps what was read from it."""

    def __init__(self, stream):
        self._stream = stream
        self.heard = bytearray()

    async def readuntil(self, separator):
        self.heard += (data := await self._stream.readuntil(separator))
        return data

    async def readexactly(self, count):
        self.heard += (data := await self._stream.readexactly(count))
        return data

    async def read(self):
        return await self._stream.read()


class Editor(Client):
    """A client that also keeps every answer, and says yes to what it is asked."""

    def __init__(self, process):
        process.stdout = Recorded(process.stdout)
        super().__init__(process)
        self.answers = []

    async def _hear(self, message):
        if "method" not in message:
            self.answers.append(message)
        elif "id" in message:
            self._send({"id": message["id"], "result": None})
        await super()._hear(message)

    def asks(self, line, character, uri=URI):
        """Send a request; return its number and what will be its answer."""
        return self.ask_completion(uri, {"line": line, "character": character})

    def traces(self):
        return [params for method, params in self.notifications if method == "inkling/trace"]


@asynccontextmanager
async def editing(command, cache=None, options=None, encoding="utf-16", folders=None):
    env = {} if cache is None else {"INKLING_CACHE": str(cache)}
    async with Editor.start(command, env) as editor:
        await editor.initialize(options, (encoding,), folders=folders)
        if command is ECHO:
            await editor.heard("inkling/status", state="ready")
        yield editor


@asynccontextmanager
async def tiny_editing(cache, options=None):
    async with editing(SERVE, cache, options) as editor:
        await editor.heard("inkling/status", state="ready")
        yield editor


def engine_of(editor):
    (pid,) = processes.children(editor.process.pid, "inkling.engine.host")
    return pid


def index_of(editor):
    (pid,) = processes.children(editor.process.pid, "inkling.context.index.host")
    return pid


async def told(editor, line, character, uri=URI, **context):
    """What the echo server says that a request was about."""
    answer = await editor.complete(uri, line, character, **context)
    return json.loads(answer.text)


def at(line, start, end=None):
    span = {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": start if end is None else end},
    }
    return {"range": span}


# What every editor sees first.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_initialize_offers_inline_completion_and_agrees_on_the_encoding(encoding, tmp_path):
    async def scene():
        async with Editor.start(SERVE, {"INKLING_CACHE": str(tmp_path)}) as editor:
            result = await editor.initialize(encodings=(encoding, "utf-16"))
            offered = result["capabilities"]
            assert offered["inlineCompletionProvider"] == {}
            assert offered["executeCommandProvider"]["commands"] == ["inkling.accepted"]
            assert offered["positionEncoding"] == encoding
            assert offered["textDocumentSync"]["change"] == 2
            assert result["serverInfo"]["name"] == "inkling"

    play(scene())


def test_without_a_model_the_state_says_what_to_do(tmp_path):
    async def scene():
        async with editing(SERVE, tmp_path, {"trace": True}) as editor:
            status = await editor.heard("inkling/status", state="no-model", code="no-model")
            assert "inkling model pull" in status["reason"]
            editor.open(URI, "x = ")
            assert (await editor.complete(URI, 0, 4, explicit=True)).items == []
            await editor.heard("inkling/trace", reason="no-model", shown=False)

    play(scene())


def test_wrong_options_are_shown_to_the_person():
    async def scene():
        options = {"budgetMs": "fast", "speed": 9, "maxLines": 3}
        async with editing(ECHO, options=options) as editor:
            told = [p for method, p in editor.notifications if method == "window/showMessage"]
            assert all(message["type"] == 2 for message in told)
            assert ["'budgetMs'" in m["message"] for m in told] == [True, False]
            assert ["'speed'" in m["message"] for m in told] == [False, True]

    play(scene())


def test_stdout_carries_the_protocol_and_nothing_else(tiny_cache):
    async def scene():
        async with tiny_editing(tiny_cache) as editor:
            editor.open(URI, "x = ")
            await editor.complete(URI, 0, 4, explicit=True)
            editor.notify("nonsense/never", {})
        said = bytes(editor.process.stdout.heard) + await editor.process.stdout.read()
        methods = []
        while said:
            header = re.match(rb"Content-Length: (\d+)\r\n(Content-Type: [^\r\n]+\r\n)?\r\n", said)
            end = header.end() + int(header[1])
            methods.append(json.loads(said[header.end() : end]).get("method"))
            said = said[end:]
        assert len(methods) > 4
        assert set(methods) == {None, "inkling/status"}

    play(scene())


# Documents and requests: the echo server tells what it saw.


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 11), ("utf-16", 8), ("utf-32", 7)])
def test_changes_count_in_the_encoding_that_was_agreed_on(encoding, column):
    async def scene():
        async with editing(ECHO, encoding=encoding) as editor:
            editor.open(URI, "a = 1\ns = 'é😀'\n")
            editor.change(URI, 2, [{**at(1, column), "text": "ß"}, {**at(0, 5), "text": "0"}])
            seen = await told(editor, 1, column + (3 if encoding == "utf-8" else 2))
            assert seen["text"] == "a = 10\ns = 'é😀ß'\n"
            assert seen["text"][: seen["offset"]] == "a = 10\ns = 'é😀ß'"
            assert seen["version"] == 2

    play(scene())


def test_a_whole_text_replaces_the_document():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "old", language="rust")
            editor.change(URI, 7, [{"text": "new\n"}])
            seen = await told(editor, 0, 3)
            assert (seen["text"], seen["version"], seen["language"]) == ("new\n", 7, "rust")

    play(scene())


def test_the_tree_catches_up_with_the_text():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "def f():\n    return 1\n" * 500)
            while not (await told(editor, 0, 0))["parsed"]:
                pass
            editor.change(URI, 2, [{**at(1, 0, 4), "text": '"""'}])
            while not (await told(editor, 0, 0))["parsed"]:
                pass

    play(scene())


def test_a_document_that_is_not_open_gets_nothing():
    async def scene():
        async with editing(ECHO, options={"trace": True}) as editor:
            editor.change("file:///never.py", 2, [{"text": "x"}])
            assert (await editor.complete("file:///never.py", 0, 0)).items == []
            editor.open(URI, "x")
            editor.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
            assert (await editor.complete(URI, 0, 0)).items == []
            assert [trace["reason"] for trace in editor.traces()] == ["closed", "closed"]

    play(scene())


@pytest.mark.parametrize("explicit", [True, False])
def test_the_trigger_is_told_apart(explicit):
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "")
            mode = "invoked" if explicit else "automatic"
            assert (await told(editor, 0, 0, explicit=explicit))["mode"] == mode

    play(scene())


def test_an_item_has_its_range_on_one_line():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "s = '😀'\n")
            (item,) = (await editor.complete(URI, 0, 7)).items
            assert item["range"] == at(0, 7)["range"]
            (item,) = (await editor.complete(URI, 0, 99)).items
            assert item["range"] == at(0, 8)["range"], "the nearest place there is"
            (item,) = (await editor.complete(URI, 0, 6)).items
            assert item["range"] == at(0, 5)["range"], "within a character there is none"

    play(scene())


def test_the_popups_entry_counts_as_typed():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "import nu\nx = 1\n")
            selected = {**at(0, 7, 9), "text": "numpy"}
            (item,) = (await editor.complete(URI, 0, 9, selectedCompletionInfo=selected)).items
            assert item["range"] == selected["range"]
            assert item["insertText"].startswith("numpy{")
            seen = json.loads(item["insertText"].removeprefix("numpy"))
            assert seen["text"] == "import numpy\nx = 1\n"
            assert seen["text"][: seen["offset"]] == "import numpy"

    play(scene())


@pytest.mark.parametrize("_again", range(5))
def test_what_no_longer_fits_the_text_is_not_shown(_again):
    async def scene():
        async with editing(ECHO, options={"trace": True}) as editor:
            editor.open(URI, "hold\nrelease")
            number, held = editor.asks(0, 4)
            editor.change(URI, 2, [{**at(0, 0), "text": "# "}])
            _, release = editor.asks(1, 7)
            assert (await held)["items"] == []
            assert len((await release)["items"]) == 1
            await editor.heard("inkling/trace", id=number, reason="stale")

    play(scene())


def test_the_trace_comes_only_to_who_wants_it():
    async def scene(options):
        async with editing(ECHO, options=options) as editor:
            editor.open(URI, "x\nnothing")
            await editor.complete(URI, 0, 1)
            await editor.complete(URI, 1, 7)
            return editor.traces()

    assert asyncio.run(scene(None)) == []
    shown, nothing = asyncio.run(scene({"trace": True}))
    assert (shown["shown"], shown["reason"]) == (True, None)
    assert (nothing["shown"], nothing["reason"]) == (False, "empty")
    assert {"id", "totalMs", "firstMs", "promptTokens", "why"} <= shown.keys()


def test_the_status_says_why_nothing_was_shown_until_something_is():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "x\nnothing")
            for line, character in [(1, 7), (1, 7), (0, 1), (0, 1), (1, 7)]:
                await editor.complete(URI, line, character)
            said = [p for method, p in editor.notifications if method == "inkling/status"]
            assert {status["state"] for status in said} == {"ready"}
            sentence = "The model had nothing to add here."
            reasons = [(status["code"], status["reason"]) for status in said]
            nothing, something = ("empty", sentence), (None, None)
            changes = [reason for reason, _ in itertools.groupby(reasons)]
            assert changes == [something, nothing, something, nothing]
            assert said[0]["latencyMs"] is None, "nothing was asked yet"
            assert all(status["latencyMs"] >= 0 for status in said[1:])

    play(scene())


def test_the_status_names_the_document_that_it_is_about():
    async def scene():
        async with editing(ECHO) as editor:
            other = "file:///other.py"
            editor.open(URI, "nothing")
            editor.open(other, "nothing")
            for uri in (URI, other, other, "file:///closed.py"):
                await editor.complete(uri, 0, 7)
            configure(editor, enabled=False)
            await editor.heard("inkling/status", state="off")
            said = [p for method, p in editor.notifications if method == "inkling/status"]
            about = [(status["uri"], status["code"]) for status in said]
            assert [key for key, _ in itertools.groupby(about)] == [
                (None, None),
                (URI, "empty"),
                (other, "empty"),
                ("file:///closed.py", "closed"),
                (None, "off"),
            ]
            assert [status["latencyMs"] is None for status in said] == [
                status["uri"] is None for status in said
            ]

    play(scene())


def test_the_status_has_the_latency_of_the_last_answer():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "slow\nx")
            slow = await editor.complete(URI, 0, 4)
            slowest = editor.notifications[-1][1]["latencyMs"]
            assert 50 <= slowest <= slow.milliseconds
            for _ in range(100):
                await editor.complete(URI, 1, 1)
                _, status = editor.notifications[-1]
                if status["latencyMs"] < 50:
                    return
            pytest.fail(f"it stays at {status}")

    play(scene())


def test_what_became_of_requests_and_items_is_counted():
    async def scene():
        async with editing(ECHO) as editor:
            empty = await editor.request("inkling/statistics", None)
            assert empty["latencyMs"] == {"count": 0, "p50": None, "p95": None, "p99": None}
            assert datetime.fromisoformat(empty["since"]) <= datetime.now(UTC)
            editor.open(URI, "x\nnothing\nwait")
            shown = [(await editor.complete(URI, 0, 1)).items[0] for _ in range(4)]
            await editor.complete(URI, 1, 7)
            number, waiting = editor.asks(2, 4)
            editor.cancel(number)
            with pytest.raises(ServerError):
                await waiting
            names = [item["command"]["arguments"][0] for item in shown]
            assert len(set(names)) == 4
            for item in shown:
                assert item["command"]["command"] == "inkling.accepted"
                assert item["command"]["title"] == "echo"
            for name, event, characters in (
                (names[0], "shown", 0),
                (names[1], "partlyAccepted", 5),
                (names[2], "dismissed", 0),
                ("unheard of", "dismissed", 0),
                (names[3], "eaten", 0),
                (names[3], "partlyAccepted", "many"),
                ({"no": "name"}, "dismissed", 0),
            ):
                told = {"item": name, "event": event, "characters": characters}
                editor.notify("inkling/feedback", told)
            editor.notify("inkling/feedback", None)
            editor.notify("inkling/feedback", {"item": names[3]})
            command = {"command": "inkling.accepted", "arguments": [names[0]]}
            assert await editor.request("workspace/executeCommand", command) is None
            for arguments in (None, [], ["unheard of"], [5, None]):
                command = {"command": "inkling.accepted", "arguments": arguments}
                assert await editor.request("workspace/executeCommand", command) is None
            found = await editor.request("inkling/statistics", None)
            counts = {name: found[name] for name in found if name not in ("since", "latencyMs")}
            assert counts == {
                "requests": 6,
                "suggested": 4,
                "shown": 3,
                "accepted": 1,
                "partlyAccepted": 1,
                "dismissed": 1,
                "charactersAccepted": 5 + len(shown[0]["insertText"]),
                "reasons": {"empty": 1, "cancelled": 1},
            }
            assert found["since"] == empty["since"]
            latency = found["latencyMs"]
            assert latency["count"] == 5
            assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"]

    play(scene())


def test_who_completes_hears_what_was_refused_where_and_that_something_was_taken():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "some text")
            names = []
            for column in (2, 4, 6):
                (item,) = (await editor.complete(URI, 0, column)).items
                names += item["command"]["arguments"]
            for name, event in (
                (names[0], "dismissed"),
                (names[0], "dismissed"),
                ("unheard of", "dismissed"),
                (names[1], "partlyAccepted"),
                (names[2], "shown"),
            ):
                fate = {"item": name, "event": event, "characters": 1}
                editor.notify("inkling/feedback", fate)
            command = {"command": "inkling.accepted", "arguments": [names[2]]}
            await editor.request("workspace/executeCommand", command)
            found = await told(editor, 0, 1)
            assert found["fates"] == [[2, "what was suggested"], "accepted", "accepted"]

    play(scene())


def test_a_mistake_is_an_error_and_the_next_request_is_answered():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "boom\nx")
            with pytest.raises(ServerError):
                await editor.complete(URI, 0, 4)
            assert (await told(editor, 1, 1))["version"] == 1

    play(scene())


@pytest.mark.parametrize("cancelled", [True, False])
def test_each_request_of_a_burst_has_exactly_one_answer(cancelled, tiny_cache):
    async def scene():
        numbers, answers = [], []
        async with tiny_editing(tiny_cache) as editor:
            editor.open(URI, "def f(a):\n    return a\n")
            for key in range(50):
                editor.change(URI, key + 2, [{**at(1, 12 + key), "text": "a"}])
                number, answer = editor.asks(1, 13 + key)
                numbers.append(number)
                answers.append(answer)
                if cancelled:
                    editor.cancel(number)
            results = await asyncio.gather(*answers, return_exceptions=True)
        counts = Counter(answer["id"] for answer in editor.answers)
        assert [counts[number] for number in numbers] == [1] * 50
        said = [params["reason"] for method, params in editor.notifications if "status" in method]
        assert "A newer request took over." not in said, "that is no news to anybody"
        errors = {result.code for result in results if isinstance(result, ServerError)}
        assert errors <= ({CANCELLED} if cancelled else set())

    play(scene())


def test_cancelling_stops_the_work():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "wait")
            number, answer = editor.asks(0, 4)
            editor.cancel(number)
            with pytest.raises(ServerError) as caught:
                await answer
            assert caught.value.code == CANCELLED

    play(scene())


def test_a_request_that_cannot_be_read_is_answered_with_an_error():
    async def scene():
        async with editing(ECHO) as editor:
            with pytest.raises(ServerError) as caught:
                await editor.request("textDocument/inlineCompletion", {"textDocument": 5})
            assert caught.value.code == INVALID
            with pytest.raises(ServerError):
                await editor.request("inkling/unheard", {})

    play(scene())


@pytest.mark.parametrize("command", [SERVE, ECHO], ids=["serve", "echo"])
def test_no_text_of_the_persons_reaches_the_log(command, tiny_cache, capfd):
    async def scene():
        async with editing(command, tiny_cache) as editor:
            await editor.heard("inkling/status", state="ready")
            editor.open(URI, f"boom\n{SECRET}")
            editor.notify("textDocument/didOpen", {"textDocument": {"text": SECRET}})
            editor.notify("textDocument/didChange", {"textDocument": 5, "contentChanges": SECRET})
            editor.change(URI, SECRET, [{"text": SECRET}])
            editor.change(URI, 2, [{"range": SECRET, "text": SECRET}])
            editor.notify("textDocument/didClose", {"textDocument": SECRET})
            editor.notify(SECRET, {"text": SECRET})
            editor.notify("inkling/feedback", {"item": SECRET, "event": SECRET})
            editor.notify("inkling/feedback", {"item": 5, "event": SECRET, "characters": SECRET})
            editor.notify("workspace/didChangeConfiguration", SECRET)
            editor.notify("$/cancelRequest", {"id": SECRET})
            editor._send({"id": SECRET, "result": SECRET})
            body = b'{"jsonrpc": "2.0", "method": "%b' % SECRET.encode()
            editor.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            executing = "workspace/executeCommand"
            for method in ("textDocument/inlineCompletion", SECRET, "initialize", executing):
                with pytest.raises(ServerError):
                    await editor.request(method, {"textDocument": SECRET})
            asked = [editor.asks(line, 4)[1] for line in range(2)]
            await asyncio.gather(*asked, return_exceptions=True)

    play(scene())
    assert SECRET not in capfd.readouterr().err


# Options may change at any time.


def configure(editor, **options):
    editor.notify("workspace/didChangeConfiguration", {"settings": {"inkling": options}})


@pytest.mark.parametrize("section", [True, False])
def test_changed_options_hold_for_the_next_request(section):
    async def scene():
        async with editing(ECHO, options={"budgetMs": 50}) as editor:
            editor.open(URI, "x")
            assert (await told(editor, 0, 1))["budget"] == 50
            options = {"budgetMs": 70}
            settings = {"inkling": options} if section else options
            editor.notify("workspace/didChangeConfiguration", {"settings": settings})
            assert (await told(editor, 0, 1))["budget"] == 70
            for others in (None, {}, {"pylsp": {"budgetMs": 90}}, {"inkling": None}):
                editor.notify("workspace/didChangeConfiguration", {"settings": others})
                assert (await told(editor, 0, 1))["budget"] == 70, "nothing was said of Inkling"
            configure(editor)
            assert (await told(editor, 0, 1))["budget"] == 100, "what is left out is the default"

    play(scene())


def test_a_mistake_in_changed_options_is_told_once():
    async def scene():
        async with editing(ECHO, options={"speed": 1}) as editor:
            configure(editor, speed=1, budgetMs="fast")
            configure(editor, speed=1, budgetMs="fast")
            editor.notify("workspace/didChangeConfiguration", {"settings": 5})
            editor.open(URI, "x")
            assert (await told(editor, 0, 1))["budget"] == 100
            told_all = [p["message"] for m, p in editor.notifications if m == "window/showMessage"]
            assert len(told_all) == 3
            for message, what in zip(told_all, ("speed", "budgetMs", "object"), strict=True):
                assert what in message

    play(scene())


def test_switched_off_nothing_is_asked_and_switched_on_it_is_back_at_once():
    async def scene():
        async with editing(ECHO, options={"trace": True}) as editor:
            editor.open(URI, "x\nhold")
            before = await told(editor, 0, 1)
            _, held = editor.asks(1, 4)
            configure(editor, enabled=False, trace=True)
            status = await editor.heard("inkling/status", state="off")
            assert (status["model"], status["reason"]) == ("echo", "Inkling is switched off.")
            assert (await held)["items"] == [], "what was under way is left"
            place = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 1}}
            editor.notify("inkling/didMoveCursor", place)
            assert (await editor.complete(URI, 0, 1)).items == []
            assert (await editor.complete(URI, 0, 1, explicit=True)).items == []
            assert [trace["reason"] for trace in editor.traces()] == [None, "off", "off", "off"]
            editor.notifications.clear()
            configure(editor, trace=True)
            status = await editor.heard("inkling/status", state="ready", model="echo")
            assert status["reason"] is None
            after = await told(editor, 0, 1)
            assert (before["rested"], after["rested"]) == ([], [None])
            assert after["warmed"].count([URI, 1]) == 1, "not while it was off, but once it was on"

    play(scene())


def test_switched_off_for_a_language_the_others_go_on():
    async def scene():
        async with editing(ECHO, options={"disabledLanguages": ["rust"], "trace": True}) as editor:
            editor.open(URI, "x")
            editor.open("file:///code.rs", "x", language="rust")
            place = {"line": 0, "character": 1}
            told_place = {"textDocument": {"uri": "file:///code.rs"}, "position": place}
            editor.notify("inkling/didMoveCursor", told_place)
            assert (await editor.complete("file:///code.rs", 0, 1, explicit=True)).items == []
            status = await editor.heard(
                "inkling/status", reason="Inkling is switched off for rust."
            )
            assert (status["state"], status["code"]) == ("ready", "off")
            warmed = {uri for uri, _ in (await told(editor, 0, 1))["warmed"]}
            assert "file:///code.rs" not in warmed
            configure(editor, disabledLanguages=["python"])
            assert (await editor.complete(URI, 0, 1)).items == []
            assert (await told(editor, 0, 1, uri="file:///code.rs"))["rested"] == [[URI]]

    play(scene())


@pytest.mark.parametrize("explicit", [False, True])
@pytest.mark.parametrize(
    ("uri", "language", "code"),
    [
        ("file:///home/me/.env", "dotenv", "excluded"),
        ("file:///home/me/.env", "python", "excluded"),
        ("file:///home/me/id_rsa", "", "excluded"),
        ("file:///home/me/.git/COMMIT_EDITMSG", "git-commit", "excluded"),
        ("file:///home/me/docs/private/a.md", "markdown", "excluded"),
        ("untitled:/home/me/.env", "plaintext", "excluded"),
        ("vscode-notebook-cell:/home/me/docs/private/a.ipynb#W0", "python", "excluded"),
        ("file:///home/me/uv.lock", "toml", "not-written"),
        ("file:///home/me/table.csv", "csv", "not-written"),
    ],
)
def test_what_is_left_alone_is_told_why_and_nothing_of_it_is_passed_on(
    uri, language, code, explicit
):
    async def scene():
        folders = [{"uri": "file:///home/me", "name": "me"}]
        options = {"exclude": ["/docs/private/"], "trace": True}
        async with editing(ECHO, options=options, folders=folders) as editor:
            editor.open(uri, f"{SECRET}\n" * 9, language=language)
            lines = {"start": {"line": 1, "character": 0}, "end": {"line": 3, "character": 0}}
            editor.change(uri, 2, [{"range": lines, "text": ""}])
            place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 1}}
            editor.notify("inkling/didMoveCursor", place)
            assert (await editor.complete(uri, 0, 1, explicit=explicit)).items == []
            status = await editor.heard("inkling/status", uri=uri)
            assert (status["state"], status["code"]) == ("ready", code)
            editor.open(URI, "x\n")
            editor.change(URI, 2, [{"range": lines, "text": ""}])
            after = await told(editor, 0, 1)
            assert SECRET not in str(after)
            assert uri not in str(after)

    play(scene())


@pytest.mark.parametrize("uri", ["file:///a", "untitled:Untitled-1", "vscode-notebook-cell:/a#W0"])
@pytest.mark.parametrize("language", ["", "klingon", "typescriptreact", "yaml"])
def test_any_other_document_is_completed_whatever_its_language(uri, language):
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(uri, "x", language=language)
            assert (await told(editor, 0, 1, uri=uri))["language"] == language
            configure(editor, disabledLanguages=[language])
            assert (await editor.complete(uri, 0, 1)).items == []

    play(scene())


NOTEBOOK = "file:///home/me/a.ipynb"
CODE, PROSE = 2, 1


def cell(number, notebook=NOTEBOOK):
    """A cell's URI, which need say nothing of the notebook's."""
    return f"nb:{len(notebook)}-{number}"


def described(numbers, kinds=None, notebook=NOTEBOOK):
    kinds = kinds or {}
    return [{"kind": kinds.get(n, CODE), "document": cell(n, notebook)} for n in numbers]


def item(number, text, language="python", notebook=NOTEBOOK):
    return {"uri": cell(number, notebook), "languageId": language, "version": 1, "text": text}


def open_notebook(editor, *texts, notebook=NOTEBOOK, prose=()):
    kinds = dict.fromkeys(prose, PROSE)
    cells = described(range(len(texts)), kinds, notebook)
    document = {"uri": notebook, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
    items = [
        item(n, text, "markdown" if n in prose else "python", notebook)
        for n, text in enumerate(texts)
    ]
    editor.notify(
        "notebookDocument/didOpen", {"notebookDocument": document, "cellTextDocuments": items}
    )


def change_notebook(editor, version=2, **cells):
    document = {"uri": NOTEBOOK, "version": version}
    params = {"notebookDocument": document, "change": {"cells": cells}}
    editor.notify("notebookDocument/didChange", params)


def array(start, removed, *numbers):
    return {"start": start, "deleteCount": removed, "cells": described(numbers)}


def test_all_cells_of_all_notebooks_are_asked_for():
    async def scene():
        async with Editor.start(ECHO) as editor:
            able = {"notebookDocument": {"synchronization": {"dynamicRegistration": True}}}
            params = {"processId": None, "rootUri": None, "capabilities": able}
            offered = (await editor.request("initialize", params))["capabilities"]
            selector = [{"notebook": "*", "cells": [{"language": "*"}]}]
            assert offered["notebookDocumentSync"] == {"notebookSelector": selector}

    play(scene())


def test_a_cell_is_seen_in_its_notebook_and_is_a_document_of_its_own():
    async def scene():
        async with editing(ECHO) as editor:
            open_notebook(editor, "%matplotlib inline\n", "So.", "x = ", "y", prose=[1])
            seen = await told(editor, 0, 4, uri=cell(2))
            assert (seen["text"], seen["offset"], seen["file"]) == ("x = ", 4, NOTEBOOK)
            assert seen["whole"] == "%matplotlib inline\n\n\n# So.\n\nx = \n\ny"
            seen = await told(editor, 0, 2, uri=cell(1))
            assert (seen["whole"], seen["language"]) == ("So.", "markdown")

    play(scene())


def test_an_item_is_about_the_cell_alone():
    async def scene():
        async with editing(ECHO) as editor:
            open_notebook(editor, "import os\n", "x = 1\r\ny = ")
            (item,) = (await editor.complete(cell(1), 1, 4)).items
            assert item["range"] == at(1, 4)["range"]
            entry = {"range": at(1, 4)["range"], "text": "os.path"}
            answer = await editor.complete(cell(1), 1, 4, selectedCompletionInfo=entry)
            seen = json.loads(answer.text.removeprefix("os.path"))
            assert seen["whole"].endswith("y = os.path")
            assert seen["whole"].startswith("import os\n")

    play(scene())


def test_cells_come_go_move_and_change():
    async def scene():
        async with editing(ECHO) as editor:
            open_notebook(editor, "a", "b", "c")

            async def seen(number):
                return (await told(editor, 0, 0, uri=cell(number)))["whole"].split("\n\n")

            text = {"document": {"uri": cell(0), "version": 2}, "changes": [{"text": "aa"}]}
            change_notebook(editor, textContent=[text])
            assert await seen(2) == ["aa", "b", "c"]
            come = {"array": array(1, 0, 3), "didOpen": [item(3, "new")], "didClose": []}
            change_notebook(editor, structure=come)
            assert await seen(2) == ["aa", "new", "b", "c"]
            change_notebook(editor, structure={"array": array(0, 4, 2, 0, 3, 1)})
            assert await seen(3) == ["c", "aa", "new", "b"]
            gone = {"array": array(1, 1), "didClose": [{"uri": cell(0)}]}
            change_notebook(editor, structure=gone)
            assert await seen(3) == ["c", "new", "b"]
            assert (await editor.complete(cell(0), 0, 1)).items == []
            ran = {**described([2])[0], "executionSummary": {"executionOrder": 1, "success": True}}
            change_notebook(editor, data=[ran])
            assert await seen(3) == ["c", "new", "b"]
            change_notebook(editor, data=described([2], {2: PROSE}))
            change_notebook(
                editor,
                structure={
                    "array": array(0, 0),
                    "didClose": [{"uri": cell(2)}],
                    "didOpen": [item(2, "c", "markdown")],
                },
            )
            assert await seen(3) == ["# c", "new", "b"]
            editor.notify(
                "notebookDocument/didChange",
                {
                    "notebookDocument": {"uri": NOTEBOOK, "version": 9},
                    "change": {"metadata": {"kernel": "other"}},
                },
            )
            editor.notify("notebookDocument/didSave", {"notebookDocument": {"uri": NOTEBOOK}})
            assert await seen(1) == ["# c", "new", "b"]

    play(scene())


def test_notebooks_know_nothing_of_each_other_and_end():
    async def scene():
        async with editing(ECHO) as editor:
            other = "untitled:Untitled-1.ipynb"
            open_notebook(editor, "a", "b")
            open_notebook(editor, "c", "d", notebook=other)
            assert (await told(editor, 0, 0, uri=cell(1)))["whole"] == "a\n\nb"
            assert (await told(editor, 0, 0, uri=cell(1, other)))["whole"] == "c\n\nd"
            closed = [{"uri": cell(0)}, {"uri": cell(1)}]
            params = {"notebookDocument": {"uri": NOTEBOOK}, "cellTextDocuments": closed}
            editor.notify("notebookDocument/didClose", params)
            assert (await editor.complete(cell(1), 0, 0)).items == []
            seen = await told(editor, 0, 0, uri=cell(1, other))
            assert (seen["whole"], seen["referred"]) == ("c\n\nd", {NOTEBOOK: "", other: "c\n\nd"})

    play(scene())


def test_cells_of_a_notebook_that_was_never_opened_are_files_of_their_own():
    async def scene():
        async with editing(ECHO) as editor:
            one, other = (f"vscode-notebook-cell:/a.ipynb#W{number}" for number in range(2))
            editor.open(one, "x")
            editor.open(other, "y")
            change_notebook(editor, structure={"array": array(0, 0, 7)})
            seen = await told(editor, 0, 1, uri=other)
            assert (seen["text"], seen["whole"], seen["file"]) == ("y", "y", other)

    play(scene())


def test_a_cell_that_was_opened_as_a_document_too_is_the_same_cell():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(cell(1), "older")
            open_notebook(editor, "a", "b")
            editor.open(cell(0), "c", version=2)
            seen = await told(editor, 0, 0, uri=cell(1))
            assert (seen["text"], seen["whole"]) == ("b", "c\n\nb")
            assert seen["referred"][cell(1)] == "", "it is a part of the notebook's text"
            editor.notify("textDocument/didClose", {"textDocument": {"uri": cell(0)}})
            assert (await told(editor, 0, 0, uri=cell(1)))["whole"] == "b"

    play(scene())


def test_drafts_are_copied_from_a_notebook_as_one_text():
    async def scene():
        async with editing(ECHO) as editor:
            open_notebook(editor, "a", "b")
            editor.open(URI, "x")
            text = {"document": {"uri": cell(1), "version": 2}, "changes": [{"text": "bb"}]}
            change_notebook(editor, textContent=[text])
            editor.change(URI, 2, [{"text": "y"}])
            referred = (await told(editor, 0, 1))["referred"]
            assert referred == {NOTEBOOK: "a\n\nbb", URI: "x"}

    play(scene())


@pytest.mark.parametrize("exclude", ["/*.ipynb", "a.ipynb"])
def test_a_notebook_is_left_alone_by_its_own_name(exclude):
    async def scene():
        folders = [{"uri": "file:///home/me", "name": "me"}]
        async with editing(ECHO, options={"exclude": [exclude]}, folders=folders) as editor:
            open_notebook(editor, f"{SECRET}\n" * 9, "x")
            text = {"document": {"uri": cell(0), "version": 2}, "changes": [at(0, 0, 9)]}
            text["changes"][0]["range"]["end"]["line"] = 4
            text["changes"][0]["text"] = ""
            change_notebook(editor, textContent=[text])
            place = {"textDocument": {"uri": cell(1)}, "position": {"line": 0, "character": 1}}
            editor.notify("inkling/didMoveCursor", place)
            for explicit in (False, True):
                assert (await editor.complete(cell(1), 0, 1, explicit=explicit)).items == []
            status = await editor.heard("inkling/status", uri=cell(1))
            assert (status["state"], status["code"]) == ("ready", "excluded")
            editor.open(URI, "x\n")
            after = await told(editor, 0, 1)
            assert SECRET not in str(after)
            assert "nb:" not in str(after["warmed"])
            configure(editor, exclude=[])
            assert (await told(editor, 0, 1, uri=cell(1)))["file"] == NOTEBOOK

    play(scene())


def test_of_a_language_that_is_left_alone_other_cells_are_told_nothing():
    async def scene():
        async with editing(ECHO, options={"disabledLanguages": ["markdown"]}) as editor:
            open_notebook(editor, SECRET, "x", prose=[0])
            seen = await told(editor, 0, 1, uri=cell(1))
            assert SECRET not in str(seen)
            configure(editor, disabledLanguages=[])
            assert SECRET in (await told(editor, 0, 1, uri=cell(1)))["whole"]

    play(scene())


def test_what_is_excluded_while_it_runs_is_forgotten_at_once():
    async def scene():
        async with editing(ECHO) as editor:
            notes = "file:///me/notes.txt"
            editor.open(notes, f"hold\n{SECRET}\n" + f"{SECRET}\n" * 9)
            lines = {"start": {"line": 2, "character": 0}, "end": {"line": 4, "character": 0}}
            editor.change(notes, 2, [{"range": lines, "text": ""}])
            editor.open(URI, "x\n")
            assert str((await told(editor, 0, 1))["referred"]).count(SECRET) > 2
            _, held = editor.asks(0, 4, uri=notes)
            configure(editor, exclude=["notes.txt"])
            assert (await held)["items"] == [], "what was under way is left"
            after = await told(editor, 0, 1)
            assert SECRET not in str(after["referred"])
            assert (after["referred"][notes], after["rested"]) == ("", [[notes]])
            configure(editor, exclude=["/me/*", "!notes.txt"])
            assert SECRET in (await told(editor, 0, 1))["referred"][notes]

    play(scene())


def test_the_workspaces_folders_may_change():
    async def scene():
        async with editing(ECHO, options={"exclude": ["/a.md"]}) as editor:
            uri = "file:///home/me/a.md"
            editor.open(uri, "x")
            assert await told(editor, 0, 1, uri=uri)
            event = {"added": [{"uri": "file:///home/me", "name": "me"}], "removed": []}
            editor.notify("workspace/didChangeWorkspaceFolders", {"event": event})
            assert (await editor.complete(uri, 0, 1)).items == []
            event = {"removed": event["added"], "added": []}
            editor.notify("workspace/didChangeWorkspaceFolders", {"event": event})
            assert await told(editor, 0, 1, uri=uri)

    play(scene())


# The whole thing on a tiny model: what it says means nothing, that it speaks does.


def test_a_request_before_the_engine_is_ready_is_answered_at_once(tiny_cache):
    async def scene():
        async with editing(SERVE, tiny_cache, {"trace": True}) as editor:
            # The engine takes its time until it is heard of; whatever it did, it was answered.
            editor.open(URI, "x = ")
            await editor.complete(URI, 0, 4)
            (trace,) = editor.traces()
            states = [p["state"] for method, p in editor.notifications if "status" in method]
            assert states[0] == "loading"
            assert trace["reason"] in ("starting", "loading") or "ready" in states
            await editor.heard("inkling/status", state="ready")

    play(scene())


def test_ghost_text_comes_from_the_model(tiny_cache):
    async def scene():
        async with tiny_editing(tiny_cache, {"trace": True, "explicitBudgetMs": 60_000}) as editor:
            text = "import numpy\n\n\ndef name(self):\n    return self\n\n\nclass Text:\n    "
            editor.open(URI, text)
            lines = text.split("\n")
            answers = [
                await editor.complete(URI, line, len(lines[line]), explicit=True)
                for line in range(len(lines))
            ]
            items = [(line, item) for line, answer in enumerate(answers) for item in answer.items]
            assert items
            for line, item in items:
                assert item["insertText"].strip()
                assert item["range"] == at(line, len(lines[line]))["range"]
            shown = [trace for trace in editor.traces() if trace["shown"]]
            assert len(shown) == sum(bool(answer.items) for answer in answers)
            texts = [[item["insertText"] for item in answer.items] for answer in answers]
            assert {len(set(some)) for some in texts} == {len(some) for some in texts}
            assert 1 < max(len(some) for some in texts) <= 3, "asked by a key, there is a choice"
            names = {item["command"]["arguments"][0] for _, item in items}
            assert len(names) == len(items), "each item has a name of its own"
            assert all(written(trace) for trace in shown)
            assert all(trace["promptTokens"] > 0 for trace in shown)

    play(scene())


@pytest.mark.parametrize("early", [False, True])
def test_where_the_cursor_rests_is_read_before_the_first_key(early, tiny_cache):
    unread = []

    async def scene(patience):
        async with editing(SERVE, tiny_cache, {"trace": True, "budgetMs": 10_000}) as editor:
            if not early:
                await editor.heard("inkling/status", state="ready")
            editor.open(URI, "import text\n\n\ndef name(self):\n    return self" + "\nx = 1" * 60)
            for uri in (URI, "file:///not-open.py"):
                place = {"line": 4, "character": 15}
                told = {"textDocument": {"uri": uri}, "position": place}
                editor.notify("inkling/didMoveCursor", told)
            await editor.heard("inkling/status", state="ready")
            await asyncio.sleep(patience)
            await editor.complete(URI, 4, 15)
            (trace,) = editor.traces()
            unread.append(trace["promptTokens"] - trace["reusedTokens"])

    # On a slow machine it takes longer until all is read.
    for patience in (0.5, 5, 20):
        play(scene(patience))
        if unread[-1] == 1:
            return
    pytest.fail(f"tokens still unread after each patience: {unread}")


def test_an_edited_document_is_completed_like_one_opened_with_that_text(tiny_cache):
    options = {"explicitBudgetMs": 60_000, "maxTokens": 2}
    # In a comment, since there whatever a model of random weights says is shown.
    text = "s = 'é😀日'\ndef name(self):\n    # "

    async def scene():
        async with tiny_editing(tiny_cache, options) as editor:
            editor.open(URI, "s = '日'\r\ndef nam(self):\n    # ")
            editor.change(URI, 2, [{**at(0, 5), "text": "é😀"}, {**at(1, 7), "text": "e"}])
            line_end = {"start": at(0, 10)["range"]["start"], "end": at(1, 0)["range"]["end"]}
            editor.change(URI, 3, [{"range": line_end, "text": "\n"}])
            editor.open("file:///other/code.py", text)
            edited = await editor.complete(URI, 2, 6, explicit=True)
            opened = await editor.complete("file:///other/code.py", 2, 6, explicit=True)
            one, other = edited.items[0], opened.items[0]
            assert one.pop("command") != other.pop("command"), "the items' names differ"
            assert one == other

    play(scene())


def written(trace):
    """How many tokens an answer has, be they written for it or before it was asked for."""
    return trace["generatedTokens"] + trace["recalledTokens"]


def test_an_engine_that_is_killed_is_started_again(tiny_cache):
    async def scene():
        options = {"trace": True, "explicitBudgetMs": 60_000}
        async with tiny_editing(tiny_cache, options) as editor:
            editor.open(URI, "def f(a):\n    return ")
            engine = engine_of(editor)
            # Stopped, so that the request is surely under way when the engine dies.
            os.kill(engine, signal.SIGSTOP)
            asked = asyncio.create_task(editor.complete(URI, 1, 11, explicit=True))
            await asyncio.sleep(0)
            await editor.complete("file:///nowhere.py", 0, 0)
            editor.notifications.clear()
            os.kill(engine, signal.SIGKILL)
            assert (await asked).items == []
            await editor.heard("inkling/trace", reason="failed")
            assert (await editor.heard("inkling/status", state="loading"))["reason"]
            await editor.heard("inkling/status", state="ready")
            assert engine_of(editor) != engine
            editor.notifications.clear()
            await editor.complete(URI, 1, 11, explicit=True)
            (trace,) = editor.traces()
            assert trace["reason"] in (None, "empty", "duplicate")
            assert written(trace)

    play(scene())


def test_other_threads_need_another_engine_and_other_budgets_none(tiny_cache):
    async def scene():
        options = {"explicitBudgetMs": 60_000}
        async with tiny_editing(tiny_cache, options) as editor:
            editor.open(URI, "def f(a):\n    return ")
            first = engine_of(editor)
            configure(editor, **options, budgetMs=50)
            await editor.complete(URI, 1, 11, explicit=True)
            assert engine_of(editor) == first
            editor.notifications.clear()
            configure(editor, **options, threads=1)
            await editor.heard("inkling/status", state="loading")
            await processes.ended(first)
            await editor.heard("inkling/status", state="ready")
            second = engine_of(editor)
            # Off and on again, it is the same one.
            configure(editor, **options, threads=1, enabled=False)
            await editor.heard("inkling/status", state="off")
            assert engine_of(editor) == second
            editor.notifications.clear()
            configure(editor, **options, threads=1)
            await editor.heard("inkling/status", state="ready")
            assert engine_of(editor) == second
            assert all(p["state"] != "loading" for m, p in editor.notifications if "status" in m)
        await processes.ended(second)

    play(scene())


def test_what_was_never_on_is_not_loaded(tiny_cache):
    async def scene():
        async with editing(SERVE, tiny_cache, {"enabled": False}) as editor:
            await editor.heard("inkling/status", state="off")
            editor.open(URI, "x = ")
            assert (await editor.complete(URI, 0, 4)).items == []
            assert processes.children(editor.process.pid) == []
            configure(editor, enabled=True)
            await editor.heard("inkling/status", state="ready")
            assert engine_of(editor)

    play(scene())


def test_a_model_that_has_come_meanwhile_is_taken_with_the_next_options(tiny_cache, tmp_path):
    async def scene():
        async with editing(SERVE, tmp_path) as editor:
            await editor.heard("inkling/status", state="no-model")
            shutil.copytree(tiny_cache / "models", tmp_path / "models")
            configure(editor)
            await editor.heard("inkling/status", state="ready")

    play(scene())


def test_a_newer_make_of_the_model_is_offered_and_taken_up_when_it_is_there(tiny_cache, tmp_path):
    async def scene():
        shutil.copytree(tiny_cache / "models", tmp_path / "models")
        entry = catalog.load().entry()
        home = tmp_path / "models" / entry.name
        whole = (home / "model.json").read_bytes()
        (home / "model.json").write_bytes(whole.replace(entry.head_sha256.encode(), b"0" * 64))
        async with tiny_editing(tmp_path) as editor:
            status = await editor.heard("inkling/status", state="ready")
            assert status["update"] == {"bytes": entry.gguf.bytes}
            first = engine_of(editor)
            shutil.copytree(tiny_cache / "models" / entry.name, tmp_path / "newer")
            (tmp_path / "newer" / "model.json").write_bytes(whole)
            home.replace(tmp_path / "older")
            (tmp_path / "newer").replace(home)
            shutil.rmtree(tmp_path / "older")
            editor.open(URI, "x = ")
            await editor.complete(URI, 0, 4, explicit=True)
            assert engine_of(editor) == first, "what is loaded serves on"
            configure(editor)
            await editor.heard("inkling/status", state="ready", update=None)
            assert engine_of(editor) != first

    play(scene())


def test_no_process_has_a_network_socket(tiny_cache):
    with socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        assert sorted(processes.network_sockets(os.getpid())) == ["tcp", "udp"], "they are seen"

    async def scene():
        async with tiny_editing(tiny_cache) as editor:
            editor.open(URI, "x = ")
            await editor.complete(URI, 0, 4, explicit=True)
            for pid in (editor.process.pid, engine_of(editor), index_of(editor)):
                assert processes.network_sockets(pid) == []

    play(scene())


def test_shutting_down_leaves_no_process(tiny_cache):
    async def scene():
        async with tiny_editing(tiny_cache) as editor:
            engine, index = engine_of(editor), index_of(editor)
        assert editor.process.returncode == 0
        await processes.ended(engine, index)

    play(scene())


def test_shutting_down_before_the_engine_is_ready_leaves_no_process(tiny_cache):
    async def scene():
        async with editing(SERVE, tiny_cache) as editor:
            await editor.heard("inkling/status", state="loading")
            while len(processes.children(editor.process.pid)) < 2:
                await editor.complete("file:///nowhere.py", 0, 0)
            started = processes.children(editor.process.pid)
        assert editor.process.returncode == 0
        await processes.ended(*started)

    play(scene())


@pytest.mark.parametrize("death", ["closes its pipe", "is killed", "server is killed"])
def test_a_death_without_farewell_leaves_no_process(death, tiny_cache):
    async def scene():
        process = await asyncio.create_subprocess_exec(
            *SERVE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "INKLING_CACHE": str(tiny_cache)},
        )
        editor = Editor(process)
        await editor.initialize({"explicitBudgetMs": 60_000})
        await editor.heard("inkling/status", state="ready")
        engine, index = engine_of(editor), index_of(editor)
        editor.open(URI, "x = ")
        editor.asks(0, 4)
        if death == "server is killed":
            process.kill()
        else:
            process.stdin.close()
        if death == "is killed":
            process._transport.get_pipe_transport(1).close()  # nobody reads either
        await process.wait()
        await processes.ended(engine, index)
        editor._reader.cancel()

    play(scene())


def test_servers_share_one_engine_which_ends_after_the_last_of_them(tiny_cache):
    async def scene():
        options = {"engineLingerSeconds": 0, "explicitBudgetMs": 60_000}
        async with editing(SHARING, tiny_cache, options) as one:
            async with editing(SHARING, tiny_cache, options) as other:
                for editor in (one, other):
                    await editor.heard("inkling/status", state="ready")
                    assert processes.children(editor.process.pid, "inkling.engine.host") == []
                    editor.open(URI, "def f(a):\n    return ")
                    await editor.complete(URI, 1, 11, explicit=True)
                (engine,) = await asyncio.to_thread(running, meeting.folder(tiny_cache))
                sharers = {sharer.pid for sharer in engine.report.sessions}
                assert sharers == {one.process.pid, other.process.pid}
            await one.complete(URI, 1, 11, explicit=True)
            assert processes.runs(engine.report.pid)
            configure(one, **options, sharedEngine=False)
            await processes.ended(engine.report.pid)
            await one.heard("inkling/status", state="ready")
            assert engine_of(one)

    play(scene())


@pytest.mark.real_model
def test_the_real_model_completes_a_function(real_model):
    async def scene():
        async with editing(SERVE, real_model.parent.parent, {"explicitBudgetMs": 60_000}) as editor:
            await editor.heard("inkling/status", state="ready")
            editor.open(URI, "def add(a, b):\n    return ")
            answer = await editor.complete(URI, 1, 11, explicit=True)
            assert "a + b" in answer.text

    play(scene())


@pytest.mark.parametrize("kind", ["nothing", "a file", "one socket for both ways"])
def test_any_standard_input_will_do(kind, tmp_path):
    body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
    message = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    (tmp_path / "input").write_bytes(message)
    if kind == "one socket for both ways":
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.sendall(message)
            ours.shutdown(socket.SHUT_WR)
            served = {"stdin": theirs, "stdout": theirs}
            subprocess.run(SERVE, check=True, timeout=HANG_SECONDS, **served)
            theirs.close()
            answer = ours.makefile("rb").read()
    else:
        with Path(os.devnull if kind == "nothing" else tmp_path / "input").open("rb") as file:
            served = {"stdin": file, "stdout": subprocess.PIPE}
            answer = subprocess.run(SERVE, check=True, timeout=HANG_SECONDS, **served).stdout
    assert (b"inlineCompletionProvider" in answer) == (kind != "nothing")


def test_other_open_documents_and_cut_text_serve_as_references():
    async def scene():
        async with editing(ECHO, options={"disabledLanguages": ["rust"]}) as editor:
            await editor.heard("inkling/status", state="ready")
            editor.open(URI, "x\n" + "some_name = 1\n" * 3)
            editor.open("file:///b.py", "y = 2\n")
            editor.open("file:///c.rs", "secret\n" * 9, language="rust")
            lines = {"start": {"line": 1, "character": 0}, "end": {"line": 3, "character": 0}}
            editor.change(URI, 2, [{"range": lines, "text": ""}])
            editor.change("file:///c.rs", 2, [{"range": lines, "text": ""}])
            referred = (await told(editor, 0, 1))["referred"]
            assert referred["file:///b.py"] == "y = 2\n"
            assert referred["inkling:cut:0"] == "some_name = 1\n" * 2
            assert "secret" not in str(referred)
            editor.notify("textDocument/didClose", {"textDocument": {"uri": "file:///b.py"}})
            assert (await told(editor, 0, 1))["referred"]["file:///b.py"] == ""
            configure(editor, disabledLanguages=[])
            assert (await told(editor, 0, 1))["referred"]["file:///c.rs"] == "secret\n" * 7
            configure(editor, disabledLanguages=["rust"])
            assert (await told(editor, 0, 1))["referred"]["file:///c.rs"] == ""

    play(scene())


def test_an_answer_that_would_say_more_by_now_is_told_of():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "more")
            await editor.complete(URI, 0, 4)
            grew = await editor.heard("inkling/didGrow")
            assert grew["textDocument"] == {"uri": URI, "version": 1}
            assert grew["position"] == {"line": 0, "character": 4}
            assert grew["triggerKind"] == 2

    play(scene())


def test_what_the_deep_model_adds_is_to_be_asked_for_by_key_again():
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "deeper")
            await editor.complete(URI, 0, 6)
            grew = await editor.heard("inkling/didGrow")
            assert grew["textDocument"] == {"uri": URI, "version": 1}
            assert grew["triggerKind"] == 1

    play(scene())


@pytest.mark.parametrize("params", [None, {}])
def test_who_leaves_the_deep_model_is_heard(params):
    async def scene():
        async with editing(ECHO) as editor:
            editor.open(URI, "x")
            editor.notify("inkling/didLeave", params)
            assert (await told(editor, 0, 1))["fates"] == ["left"]

    play(scene())


# What the files of the workspace define.


class Project:
    """A folder of work, and what is kept of it."""

    def __init__(self, path):
        self.folder, self.cache = path / "work", path / "cache"
        self.folder.mkdir()
        (path / "home").mkdir()
        self.env = {"INKLING_CACHE": str(self.cache), "HOME": str(path / "home")}
        self.write("a.py", "def from_a(): ...\n")

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def uri(self, name):
        return (self.folder / name).as_uri()

    async def initialize(self, editor, options=None, watches=None):
        """Open it in an editor, which says whether it can be asked to watch files."""
        told = {"didChangeWatchedFiles": {"dynamicRegistration": watches}}
        initialize = {
            "processId": os.getpid(),
            "rootUri": self.folder.as_uri(),
            "workspaceFolders": [{"uri": self.folder.as_uri(), "name": "work"}],
            "capabilities": {"workspace": {} if watches is None else told},
            "initializationOptions": options,
        }
        answer = await editor.request("initialize", initialize)
        assert processes.children(editor.process.pid) == []
        editor.notify("initialized", {})
        return answer["capabilities"]

    @asynccontextmanager
    async def editing(self, options=None, watches=None):
        async with Editor.start(SERVE, self.env) as editor:
            editor.offered = await self.initialize(editor, options, watches)
            yield editor

    def defines(self, name):
        """The files that define a name, by what is kept on the disk."""
        place = store.place(self.cache, self.folder)
        if not place.exists():
            return []
        kept = store.Store(place)
        return sorted(Path(path).name for path, _ in kept.definitions(name, "python"))

    async def settles(self, name, *files):
        """Wait until these files are those that define a name."""
        await until(lambda: self.defines(name) == list(files))


async def until(so):
    while not so():  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.02)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path.resolve())


def test_what_the_files_of_the_workspace_define_is_known(project):
    async def scene():
        async with project.editing() as editor:
            await project.settles("from_a", "a.py")
            # An open document is nobody's to keep.
            editor.open(project.uri("a.py"), "def typed(): ...\n")
            editor.open(project.uri("b.py"), "def typed(): ...\n")
            project.write("c.py", "def saved(): ...\n")
            editor.notify("textDocument/didSave", {"textDocument": {"uri": project.uri("c.py")}})
            await project.settles("saved", "c.py")
            assert project.defines("typed") == []

    play(scene())


def test_a_file_that_is_saved_is_known_where_nobody_watches(project):
    async def scene():
        async with project.editing(watches=False) as editor:
            assert editor.offered["textDocumentSync"]["save"] == {"includeText": False}
            await project.settles("from_a", "a.py")
            project.write("b.py", "def from_b(): ...\n")
            editor.notify("textDocument/didSave", {"textDocument": {"uri": project.uri("b.py")}})
            await project.settles("from_b", "b.py")
            methods = {method for method, _ in editor.notifications}
            assert "client/registerCapability" not in methods

    play(scene())


def test_who_can_watch_is_asked_to_and_what_changes_is_known(project):
    async def scene():
        async with project.editing(watches=True) as editor:
            asked = await editor.heard("client/registerCapability")
            (registration,) = asked["registrations"]
            assert registration["method"] == "workspace/didChangeWatchedFiles"
            patterns = [one["globPattern"] for one in registration["registerOptions"]["watchers"]]
            assert patterns == watched()
            await project.settles("from_a", "a.py")
            project.write("b.py", "def from_b(): ...\n")
            (project.folder / "a.py").unlink()
            changes = [
                {"uri": project.uri("b.py"), "type": 1},
                {"uri": project.uri("a.py"), "type": 3},
            ]
            editor.notify("workspace/didChangeWatchedFiles", {"changes": changes})
            await project.settles("from_b", "b.py")
            await project.settles("from_a")

    play(scene())


def test_without_the_option_no_file_is_read_and_with_it_again_all_are(project):
    async def scene():
        async with project.editing({"index": False}, watches=True) as editor:
            await editor.heard("inkling/status", state="no-model")
            assert processes.children(editor.process.pid) == []
            assert not store.folder_in(project.cache).exists()
            configure(editor, index=True)
            await project.settles("from_a", "a.py")
            index = index_of(editor)
            configure(editor, index=False)
            await processes.ended(index)
            asked = [method for method, _ in editor.notifications if method.startswith("client/")]
            assert len(asked) == 1

    play(scene())


def test_whoever_reads_the_folder_ends_with_a_server_that_is_killed(project):
    for number in range(3000):
        project.write(f"b{number}.py", "def f(): ...\n" * 20)

    async def scene():
        process = await asyncio.create_subprocess_exec(
            *SERVE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **project.env},
        )
        editor = Editor(process)
        await project.initialize(editor)
        module = "inkling.context.index.host"
        await until(lambda: processes.children(process.pid, module))
        index = index_of(editor)
        await until(lambda: processes.children(index))
        (reading,) = processes.children(index)
        process.kill()
        await process.wait()
        await processes.ended(index, reading)
        editor._reader.cancel()

    play(scene())


def test_a_person_is_told_what_the_model_sees(project, tiny_cache):
    project.env["INKLING_CACHE"] = str(tiny_cache)

    async def scene():
        async with project.editing() as editor:
            await editor.heard("inkling/status", state="ready")
            editor.open(project.uri("b.py"), "import a\nx = a.\n")
            told = ""
            while "from_a" not in told:
                answer = await editor.request("inkling/context", place(project.uri("b.py"), 1, 6))
                told = answer["text"]
            assert "━━ b.py, before the cursor, from line 1\nimport a\nx = a.\n" in told
            assert told.endswith("may stand here\nfrom_a\n")
            elsewhere = await editor.request("inkling/context", place("file:///c.py", 0, 0))
            assert elsewhere["text"].endswith(".")
            configure(editor, enabled=False)
            off = await editor.request("inkling/context", place(project.uri("b.py"), 1, 6))
            assert "off" in off["text"]

    def place(uri, line, character):
        position = {"line": line, "character": character}
        return {"textDocument": {"uri": uri}, "position": position}

    play(scene())


def test_what_was_changed_in_one_document_is_seen_in_another(project, tiny_cache):
    project.env["INKLING_CACHE"] = str(tiny_cache)
    a, b = project.uri("a.py"), project.uri("b.py")

    async def scene():
        async with project.editing() as editor:
            await editor.heard("inkling/status", state="ready")
            editor.open(a, "one = 1\ntwo = 2\n")
            editor.change(a, 2, [{**at(1, 3), "text": "_things"}])
            told = ""
            for line in itertools.count():  # elsewhere it is asked anew what was changed
                if "two_things" in told:
                    break
                text = "x = 1\n" * 20 * line
                editor.open(b, text)
                position = {"line": 20 * line, "character": 0}
                where = {"textDocument": {"uri": b}, "position": position}
                editor.notify("inkling/didMoveCursor", where)
                told = (await editor.request("inkling/context", where))["text"]
                editor.notify("textDocument/didClose", {"textDocument": {"uri": b}})
            source, shown = told.split("\n")[:2]
            assert source.endswith("a.py, from line 2")
            assert shown.endswith("a.py")
            assert "# two_things = 2\n" in told

    play(scene())


def test_what_the_model_sees_in_a_cell_are_the_cells_above_too(tiny_cache):
    async def scene():
        async with tiny_editing(tiny_cache) as editor:
            open_notebook(editor, "%matplotlib inline\n!ls 'it\nimport os", "x = 1\ny = os.")
            place = {"textDocument": {"uri": cell(1)}, "position": {"line": 1, "character": 7}}
            seen = (await editor.request("inkling/context", place))["text"]
            assert "# a.py\n" in seen
            assert "━━ a.ipynb, its cells as one text, before the cursor, from line 1\n" in seen
            assert "import os\n\nx = 1\ny = os.\n" in seen
            await editor.complete(cell(1), 1, 7, explicit=True)

    play(scene())


def test_an_index_that_ends_is_nobody_s_trouble(project, tiny_cache):
    project.env["INKLING_CACHE"] = str(tiny_cache)

    async def scene():
        async with project.editing({"explicitBudgetMs": 60_000, "trace": True}) as editor:
            await editor.heard("inkling/status", state="ready")
            engine = engine_of(editor)
            os.kill(index_of(editor), signal.SIGSTOP)
            uri = project.uri("b.py")
            editor.open(uri, "def f(a):\n    return ")
            await editor.complete(uri, 1, 11, explicit=True)
            stopped = index_of(editor)
            os.kill(stopped, signal.SIGKILL)
            await processes.ended(stopped)
            editor.change(uri, 2, [{**at(0, 0), "text": "# x\n"}])
            await editor.complete(uri, 2, 11, explicit=True)
            assert engine_of(editor) == engine
            assert [written(trace) > 0 for trace in editor.traces()] == [True, True]
            said = [p["state"] for method, p in editor.notifications if method == "inkling/status"]
            assert set(said) <= {"loading", "ready"}

    play(scene())
