import asyncio
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.editor.connection import Connection, Opened, Request
from inkling.engine.wire import State
from inkling.options import Config
from inkling.serving import Serving
from inkling.suggest.completer import Completer
from inkling.suggest.scheduler import Scheduler
from inkling.text.buffers import Change, Position, Range
from inkling.text.notebooks import Cell, Splice
from recorded_index import RecordedIndex
from scripted_engine import ScriptedEngine, done, run

URI = "file:///code.py"


class Client:
    """An editor that keeps what it is told."""

    def __init__(self):
        self.told = []
        self.warned = []

    def notify(self, method, params):
        self.told.append((method, params))

    def warn(self, text):
        self.warned.append(text)

    def watch(self, _patterns):
        return False


class Engine(ScriptedEngine):
    """A scripted engine that is ready as soon as it runs."""

    async def run(self):
        self.on_state(State("ready"))
        await asyncio.Event().wait()


class Editor:
    """An editor whose requests a scripted engine answers."""

    def __init__(self, *script):
        self.client = Client()
        self.engine = Engine(*script)
        # How sure the scripted engine is says nothing.
        automatic = replace(Config().automatic, least_odds=-math.inf)
        config = Config(trace=True, automatic=automatic)
        self.index = RecordedIndex()
        self.connection = Connection(
            self.client, self.start, lambda _: (config, []), index=self.index
        )
        self.saving = False

    def start(self, _config, hooks):
        self.engine.on_state = hooks.state
        completer = Completer(self.engine, hooks.more)
        scheduler = Scheduler(completer)
        return Serving("scripted", self.engine, completer, scheduler, saving=lambda: self.saving)

    async def open(self, text):
        self.connection.initialize(None, "utf-16")
        self.connection.initialized()
        await asyncio.sleep(0)
        self.connection.open(URI, "python", 1, text)

    async def ask(self, line, character):
        request = Request(1, URI, Position(line, character), invoked=False)
        return await self.connection.complete(request)


def play(scene, *script):
    async def whole():
        editor = Editor(*script)
        result = await scene(editor)
        await editor.connection.shut_down()
        return result

    return run(whole())


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_an_item_has_the_line_ends_of_the_document(line_end):
    async def scene(editor):
        await editor.open(f"if a:{line_end}    {line_end}")
        (item,) = await editor.ask(1, 4)
        return item.text

    assert play(scene, "b()\n    c()", done("stop")) == f"b(){line_end}    c()"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_follows_two_accepted_lines_is_there_at_once(line_end):
    async def scene(editor):
        await editor.open(f"if a:{line_end}    {line_end}x = 1{line_end}")
        asking = asyncio.create_task(editor.ask(1, 4))
        await asyncio.sleep(0.01)
        editor.engine.script = (f"{line_end}    d(){line_end}", done("length"))
        (item,) = await asking
        await asyncio.sleep(30)
        here = Position(1, 4)
        editor.connection.change(URI, 2, [Change(Range(here, here), item.text)])
        (following,) = await editor.ask(2, 7)
        return following.text, editor.client.told[-1][1]["source"]

    answer = play(scene, 0.02, f"b(){line_end}    c()", done("length"))
    assert answer == (f"{line_end}    d()", "cache")


BLOCK = "    some_name = other_name(some_name)\n" * 9


@pytest.mark.parametrize(
    ("put", "saving", "is_cut"), [("", False, True), (BLOCK, False, False), ("", True, False)]
)
def test_what_a_change_takes_out_may_be_copied_from_unless_it_comes_back(put, saving, is_cut):
    async def scene(editor):
        await editor.open(BLOCK)
        editor.saving = saving
        start, end = Position(0, 0), Position(9, 0)
        changes = [Change(Range(start, end), ""), Change(Range(start, start), put)]
        editor.connection.change(URI, 2, changes)
        await asyncio.sleep(30)
        return [text for name, text in editor.engine.referred if name != URI]

    assert play(scene) == [BLOCK] * is_cut


def test_the_index_is_told_what_the_editor_tells():
    other = "file:///other.py"

    async def scene(editor):
        connection, index = editor.connection, editor.index
        connection.initialize(None, "utf-16", ["file:///work"])
        connection.open(other, "python", 1, "y = 1\n")
        connection.initialized()
        connection.open(URI, "python", 1, "x = 1\n")
        start = Position(0, 0)
        connection.change(URI, 2, [Change(Range(start, start), "x")])
        connection.moved(other, start)
        connection.changed_files(["file:///work/a.py"])
        connection.changed_folders(["file:///work", "file:///more"])
        connection.close(other)
        return index.all

    assert play(scene) == [
        ("configure", ("file:///work",), ()),
        ("document", other, "python", "y = 1\n"),
        ("document", URI, "python", "x = 1\n"),
        ("document", URI, "python", "xx = 1\n"),
        ("changed", "file:///work/a.py"),
        ("configure", ("file:///work", "file:///more"), ()),
        ("closed", other),
        ("closed", URI),  # the editor goes
    ]


def test_to_the_index_a_notebook_is_one_file():
    notebook = "file:///work/a.ipynb"

    async def scene(editor):
        connection, index = editor.connection, editor.index
        connection.initialize(None, "utf-16", ["file:///work"])
        connection.initialized()
        connection.open("c:0", "python", 1, "x = 1")
        cells = [Opened(f"c:{n}", "python", 1, f"x = {n}") for n in range(2)]
        connection.open_notebook(notebook, [Cell(one.uri) for one in cells], cells)
        start = Position(0, 0)
        connection.change("c:1", 2, [Change(Range(start, start), "x")])
        connection.moved("c:0", start)
        connection.arrange(notebook, Splice(0, 1, ()), ["c:0"], [])
        await asyncio.sleep(5)
        connection.open_notebook(notebook, [Cell("c:1")], cells[1:])
        connection.close_notebook(notebook, ["c:1"])
        await asyncio.sleep(5)
        return index.told("document", "closed")

    assert play(scene) == [
        ("document", "c:0", "python", "x = 1"),
        ("closed", "c:0"),
        ("document", notebook, "python", "x = 0\n\nx = 1"),
        ("document", notebook, "python", "x = 0\n\nxx = 1"),
        ("document", notebook, "python", "xx = 1"),
        ("document", notebook, "python", "x = 1"),
        ("closed", notebook),
    ]


SECRET = "correct-horse-battery-staple = 1\n"
LEFT_ALONE = [
    *(
        "file:///me/.env",
        "file:///me/id_rsa",
        "untitled:/me/a.pem",
        "file:///me/.git/COMMIT_EDITMSG",
    ),
    *("vscode-notebook-cell:/me/secrets.ipynb#W0", "file:///me/app.log", "file:///me/table.csv"),
]
DEEDS = ["open", "cut", "paste", "ask", "invoke", "move", "elsewhere", "configure", "close", "wait"]


@given(
    st.sampled_from(LEFT_ALONE), st.sampled_from(["python", ""]), st.lists(st.sampled_from(DEEDS))
)
def test_whatever_is_done_nothing_of_what_is_left_alone_reaches_engine_or_index(
    uri, language, deeds
):
    async def scene(editor):
        connection, version = editor.connection, 1
        await editor.open("x = 1\n")
        connection.open(uri, language, 1, SECRET * 9)
        start, end = Position(1, 0), Position(4, 0)
        for version, deed in enumerate(deeds, 2):
            match deed:
                case "open":
                    connection.open(uri, language, version, SECRET * 9)
                case "cut":
                    connection.change(uri, version, [Change(Range(start, end), "")])
                case "paste":
                    connection.change(uri, version, [Change(None, SECRET * 20)])
                case "ask" | "invoke":
                    request = Request(1, uri, Position(1, 3), invoked=deed == "invoke")
                    assert await connection.complete(request) == []
                case "move":
                    connection.moved(uri, Position(2, 5))
                case "elsewhere":
                    connection.change(
                        URI, version, [Change(Range(Position(0, 0), Position(0, 0)), "y")]
                    )
                    await editor.ask(0, 1)
                case "configure":
                    connection.configure({"inkling": {}})
                case "close":
                    connection.close(uri)
                case "wait":
                    await asyncio.sleep(30)
        await asyncio.sleep(1000)
        return editor.engine, editor.index

    engine, index = play(scene, "a\n", done("length"))
    assert "x = 1" in str(engine.referred)
    assert "staple" not in str(engine.referred) + str(engine.asked)
    assert uri not in str(engine.referred)
    assert "x = 1" in str(index.all)
    assert "staple" not in str(index.all)
    assert uri not in str(index.all)
