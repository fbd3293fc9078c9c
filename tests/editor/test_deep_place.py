"""A deep model stays at the place where it was asked, for as long as the person is there."""

import asyncio

import pytest

from inkling.editor.connection import Connection, Request
from inkling.engine.wire import State
from inkling.options import parse
from inkling.protocol import GREW, STATUS
from inkling.serving import Deeper, Serving
from inkling.suggest.completer import Completer
from inkling.suggest.deep import Deep
from inkling.suggest.scheduler import Scheduler
from inkling.text.buffers import Change, Position, Range
from scripted_engine import FOREVER, LINES, WHOLE, ScriptedEngine, done, run

URI = "file:///work/shapes.py"
HERE = Position(1, 4)


class Engine(ScriptedEngine):
    """A scripted engine that runs, in the state that a test says."""

    async def run(self):
        await asyncio.Event().wait()


class Editor:
    """An editor whose person is at the end of a function's first line, opened a line below it and
    goes on there. Two scripted engines answer, of which one is the deep one.
    """

    def __init__(self, state):
        self.statuses, self.grown = [], []
        self.quick = Engine("pass", done("stop"), state=State(state))
        self.slow = Engine(*LINES)
        self.connection = Connection(self, self.start, lambda options: parse(options, models=[]))
        self.connection.initialize({}, "utf-16")
        self.connection.initialized()
        self.quick.become(State(state))
        self.connection.open(URI, "python", 1, "def area(width, height):\n")
        self.connection.moved(URI, Position(0, 24))
        self.change(2, Position(1, 0), Position(1, 0), "    \n")

    def start(self, config, hooks):
        self.quick.listen(hooks.state)
        deep = Deep(self.slow, config.deep, hooks.deeper, hooks.standing)
        completer = Completer(self.quick, hooks.more, deep=deep)
        deeper = Deeper(deep, "deep", 1)
        return Serving("quick", self.quick, completer, Scheduler(completer), deeper=deeper)

    def notify(self, method, params):
        if method == STATUS:
            self.statuses.append(params)
        elif method == GREW:
            self.grown.append(params)

    def warn(self, text):
        pytest.fail(text)

    def watch(self, _patterns):
        return False

    def change(self, version, start, end, text):
        self.connection.change(URI, version, [Change(Range(start, end), text)])

    async def ask(self):
        items = await self.connection.complete(Request(1, URI, HERE, invoked=True))
        return [item.text for item in items]

    @property
    def deep(self):
        return self.statuses[-1]["deep"]["state"]


def play(scene, state="ready"):
    async def whole():
        editor = Editor(state)
        result = await scene(editor)
        await editor.connection.shut_down()
        return result

    return run(whole())


@pytest.mark.parametrize("before", ["loading", "asleep"])
def test_it_writes_on_when_the_first_model_gets_ready(before):
    async def scene(editor):
        await editor.ask()
        await asyncio.sleep(0.5)
        told = len(editor.grown)
        editor.quick.become(State("ready"))
        await asyncio.sleep(9.0)
        return editor.slow.left, len(editor.grown) - told, (await editor.ask())[0]

    assert play(scene, before) == (0, 2, WHOLE)


def test_it_writes_on_when_the_first_models_engine_is_started_again():
    async def scene(editor):
        await editor.ask()
        await asyncio.sleep(0.5)
        editor.quick.become(State("loading", "The engine ended by itself. It is started again."))
        editor.quick.become(State("ready"))
        await asyncio.sleep(9.0)
        return editor.slow.left, (await editor.ask())[0]

    assert play(scene) == (0, WHOLE)


def test_a_first_model_that_gets_ready_reads_where_the_person_is():
    async def scene(editor):
        await editor.connection.complete(Request(1, URI, HERE, invoked=False))
        editor.quick.become(State("ready"))
        await asyncio.sleep(9.0)
        return [one.prompt[-1].text for one in editor.quick.asked]

    prompts = play(scene, "loading")
    assert prompts
    assert all(prompt.endswith("height):\n    ") for prompt in prompts)


def test_of_a_document_that_is_closed_nothing_more_is_written():
    async def scene(editor):
        editor.quick.script = ("pass", FOREVER)
        await editor.ask()
        await asyncio.sleep(0.5)
        editor.connection.close(URI)
        await asyncio.sleep(0.1)
        return editor.slow.left, editor.quick.left, editor.deep

    assert play(scene) == (1, 1, "ready")


def test_of_another_document_that_is_closed_it_takes_no_notice():
    async def scene(editor):
        editor.connection.open("file:///work/other.py", "python", 1, "x = 1\n")
        await editor.ask()
        await asyncio.sleep(0.5)
        editor.connection.close("file:///work/other.py")
        await asyncio.sleep(9.0)
        return editor.slow.left, (await editor.ask())[0]

    assert play(scene) == (0, WHOLE)


@pytest.mark.parametrize("again", [True, False])
def test_what_was_typed_and_undone_makes_no_other_place(again):
    async def scene(editor):
        await editor.ask()
        await asyncio.sleep(0.5)
        editor.change(3, HERE, HERE, "x")
        editor.change(4, HERE, Position(1, 5), "")
        if again:
            await editor.ask()
        told = len(editor.grown)
        await asyncio.sleep(9.0)
        return [one["textDocument"]["version"] for one in editor.grown[told:]]

    assert play(scene) == [4, 4]
