"""An editor whose person asks a deeper model by a key: one on this machine, or one elsewhere."""

import asyncio
import os
from functools import partial

import pytest

import processes
import tiny_model
from completion_server import END, FOREVER, Refuses
from completion_server import CompletionServer as Double
from inkling import serving
from inkling.context.plausible import MASK
from inkling.editor.connection import Connection, Item, Request
from inkling.models import catalog
from inkling.options import Config, parse
from inkling.protocol import GREW, STATUS
from inkling.suggest.outcome import Nothing
from inkling.text.buffers import Change, Position, Range
from marked import snapshot

PATIENCE = 60
URI = "file:///work/shapes.py"
TEXT = "def area(width, height):\n    return\n"
HERE = Position(1, 10)
SMALL, LARGE = "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache root with a tiny model in the place of each of the catalog's."""
    root = tmp_path_factory.mktemp("both")
    for name in (SMALL, LARGE):
        entry = catalog.load().entry(name)
        tiny_model.as_shipped(tiny_model.make(root / "models" / name, "f32"), entry)
    return root


class Editor:
    """An editor that keeps what it is told, and asks again where there is more."""

    def __init__(self, root):
        self.statuses, self.grown, self.warned = [], [], []
        start = partial(serving.start, root=root)
        self.connection = Connection(self, start, partial(parse, models=[SMALL, LARGE]))

    def notify(self, method, params):
        if method == STATUS:
            self.statuses.append(params)
        elif method == GREW:
            self.grown.append(params)

    def warn(self, text):
        self.warned.append(text)

    def watch(self, _patterns):
        return False

    def begin(self, folder="file:///work", **options):
        # Who asks has all the time that the machine takes.
        patient = {"explicitBudgetMs": 60_000, "deepBudgetMs": 60_000, "maxTokens": 4}
        self.options = patient | options
        self.connection.initialize(self.options, "utf-16", [folder])
        self.connection.initialized()

    def open(self, uri=URI, text=TEXT, language="python"):
        self.connection.open(uri, language, 1, text)

    @property
    def deep(self):
        return self.statuses[-1]["deep"] if self.statuses else None

    async def until(self, true):
        while not true():  # noqa: ASYNC110 - a list
            await asyncio.sleep(0.005)

    async def ready(self):
        await self.until(lambda: self.statuses and self.statuses[-1]["state"] == "ready")

    async def ask(self, uri=URI, here=HERE, *, invoked=True):
        return await self.connection.complete(Request(1, uri, here, invoked))

    async def ask_all(self, uri=URI, here=HERE):
        """Ask, and again until the deep model has said all."""
        told = len(self.statuses)
        await self.ask(uri, here)

        def written():
            states = [one["deep"]["state"] for one in self.statuses[told:]]
            return "writing" in states and states[-1] != "writing"

        await self.until(written)
        return await self.ask(uri, here)


def play(scene, root, **more):
    async def whole():
        async with asyncio.timeout(PATIENCE), Double(**more) as server:
            editor = Editor(root)
            try:
                return await scene(editor, server)
            finally:
                await editor.connection.shut_down()

    return asyncio.run(whole())


def elsewhere(server, **more):
    return {"deepRemoteUrl": server.url} | more


def test_a_deep_model_here_is_loaded_when_it_is_asked_and_its_memory_is_said_before(cache):
    async def scene(editor, _server):
        editor.begin(deepModel=LARGE)
        editor.open()
        await editor.ready()
        before, engines = editor.deep, len(processes.children(os.getpid()))
        await editor.ask(invoked=False)
        typed = len(processes.children(os.getpid()))
        await editor.ask()
        await editor.until(lambda: editor.deep["state"] == "ready")
        return before, (engines, typed, len(processes.children(os.getpid()))), editor.deep

    before, engines, after = play(scene, cache)
    assert before["state"] == "asleep"
    assert (before["model"], before["bytes"], before["host"]) == (LARGE, 2_500_000_000, None)
    assert engines == (1, 1, 2)
    assert after["state"] == "ready"


def test_it_leaves_memory_like_any_other(cache):
    config = Config(deep_model=LARGE, unload_minutes=0.5 / 60)

    async def scene():
        states = []
        hooks = serving.Hooks(standing=lambda standing: states.append(standing.state))
        deep = serving.start(config, hooks, root=cache).deeper.deep
        running = asyncio.create_task(deep.run())
        deep.begin(snapshot("x = │"), Nothing("empty"))
        async with asyncio.timeout(PATIENCE):
            while "writing" not in states or states[-1] != "asleep":  # noqa: ASYNC110 - a list
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scene())


def test_one_that_is_not_installed_is_told_with_the_command_that_installs_it(tiny_cache):
    async def scene(editor, _server):
        editor.begin(deepModel=LARGE)
        editor.open()
        await editor.ready()
        await editor.ask()
        await editor.until(lambda: editor.deep["state"] == "no-model")
        return editor.deep["reason"]

    assert f"inkling model pull {LARGE}" in play(scene, tiny_cache)


@pytest.mark.parametrize("api", ["openai", "llama.cpp"])
def test_one_elsewhere_stands_first_and_each_item_says_whose_it_is(cache, api):
    async def scene(editor, server):
        editor.begin(**elsewhere(server, deepRemoteApi=api))
        editor.open()
        await editor.ready()
        host = server.url.removeprefix("http://")
        return await editor.ask_all(), host, editor.grown

    (first, *others), host, grown = play(scene, cache)
    assert (first.text, first.model) == (" width * height", host)
    assert all(item.model == SMALL for item in others)
    assert grown[-1]["triggerKind"] == 1


def test_nothing_is_sent_before_somebody_asks_by_a_key(cache):
    async def scene(editor, server):
        editor.begin(**elsewhere(server))
        editor.open()
        await editor.ready()
        await editor.ask(invoked=False)
        await asyncio.sleep(0.2)
        before = server.connections
        await editor.ask_all()
        return before, server.connections, editor.statuses[-1]["deep"]["host"], server.url

    before, after, host, url = play(scene, cache)
    assert before == 0
    assert after
    assert url.endswith(host)


def test_as_it_grows_more_is_told_and_typing_on_ends_the_request(cache):
    async def scene(editor, server):
        editor.begin(**elsewhere(server))
        editor.open()
        await editor.ready()
        server.script = (" width\n", "    # more\n", FOREVER)
        await editor.ask()
        await editor.until(lambda: server.asked)
        first, told = Item("", None, "", ""), 0
        while not first.text.startswith(" width"):
            await editor.until(lambda told=told: len(editor.grown) > told)
            told = len(editor.grown)
            first, *_ = await editor.ask()
        editor.connection.change(URI, 2, [Change(Range(HERE, HERE), " h")])
        await editor.ask(here=Position(1, 12), invoked=False)
        await editor.until(lambda: server.left == 1)
        await editor.until(lambda: editor.deep["state"] == "ready")
        return len(server.asked)

    assert play(scene, cache) == 1


@pytest.mark.parametrize("script", [(" width", FOREVER), (FOREVER,)], ids=["written", "read"])
def test_a_client_that_says_so_ends_it_too_and_the_next_key_does_not_wait(cache, script):
    async def scene(editor, server):
        editor.begin(**elsewhere(server))
        editor.open()
        await editor.ready()
        server.script = script
        await editor.ask()
        await editor.until(lambda: server.asked)
        editor.connection.left()
        await editor.until(lambda: server.left == 1)
        await editor.until(lambda: editor.deep["state"] == "ready")
        server.script = ("print(area(2, 3))", END)
        return (await editor.ask_all(here=Position(2, 0)))[0].text, len(server.asked)

    assert play(scene, cache) == ("print(area(2, 3))", 2)


@pytest.mark.parametrize("name", [".gitignore", ".inklingignore"])
def test_of_an_ignored_file_nothing_is_sent_and_the_model_here_completes_it(cache, tmp_path, name):
    (tmp_path / name).write_text("mine/\n")
    uri = (tmp_path / "mine/shapes.py").as_uri()

    async def scene(editor, server):
        editor.begin(tmp_path.as_uri(), **elsewhere(server))
        editor.open(uri)
        await editor.ready()
        await editor.ask(uri)
        await asyncio.sleep(0.2)
        return server.connections, editor.deep["reason"], editor.statuses[-1]["code"]

    connections, why, code = play(scene, cache)
    assert connections == 0
    assert "is not asked" in why
    assert code != "excluded"


@pytest.mark.parametrize(
    ("uri", "options"),
    [
        ("file:///work/.env", {}),
        ("file:///work/private/shapes.py", {"exclude": ["private/"]}),
    ],
)
def test_of_a_file_that_is_left_alone_nothing_is_sent(cache, uri, options):
    async def scene(editor, server):
        editor.begin(**elsewhere(server, **options))
        editor.open(uri)
        await editor.ready()
        await editor.ask(uri)
        await asyncio.sleep(0.2)
        return server.connections

    assert play(scene, cache) == 0


def test_a_secret_is_masked(cache):
    secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"

    async def scene(editor, server):
        editor.begin(**elsewhere(server))
        editor.open(text=f'KEY = "{secret}"\n{TEXT}')
        await editor.ready()
        await editor.ask_all(here=Position(2, 10))
        return [request.prompt for request in server.asked]

    (prompt,) = play(scene, cache)
    assert MASK in prompt
    assert secret not in prompt


def test_what_a_workspace_may_say_later_sends_nothing(cache):
    async def scene(editor, server):
        editor.begin()
        editor.open()
        await editor.ready()
        editor.connection.configure({"inkling": elsewhere(server)})
        await editor.ready()
        await editor.ask()
        await asyncio.sleep(0.2)
        return server.connections, editor

    connections, editor = play(scene, cache)
    assert connections == 0
    assert "'deepRemoteUrl' is taken when Inkling starts" in editor.warned[-1]
    assert editor.deep is None


def test_why_it_wrote_nothing_is_told_and_the_first_answer_stays(cache):
    async def scene(editor, server):
        editor.begin(**elsewhere(server))
        editor.open()
        await editor.ready()
        server.script = Refuses(429)
        await editor.ask()
        await editor.until(lambda: editor.deep["reason"])
        return editor.deep, editor.statuses[-1]["state"]

    deep, state = play(scene, cache)
    assert "takes no more requests just now" in deep["reason"]
    assert state == "ready"


def test_both_may_be_elsewhere_and_neither_ends_what_the_other_writes(cache):
    async def scene(editor, server):
        async with Double(script=(" deep", 0.1, "er", END)) as other:
            options = {"engine": "remote", "remoteUrl": server.url} | elsewhere(other)
            editor.begin(**options)
            editor.open()
            await editor.ready()
            first, *_ = await editor.ask_all()
            return first.text, server.asked[0].path, len(other.asked)

    text, _, asked = play(scene, cache)
    assert text == " deeper"
    assert asked == 1


def test_switched_off_it_is_left_and_nothing_is_said_of_it(cache):
    async def scene(editor, server):
        editor.begin(**elsewhere(server))
        editor.open()
        await editor.ready()
        server.script = (" width", FOREVER)
        await editor.ask()
        await editor.until(lambda: server.asked)
        editor.connection.configure({"inkling": editor.options | {"enabled": False}})
        await editor.until(lambda: server.left == 1)
        off = editor.deep
        editor.connection.configure({"inkling": editor.options})
        return off, editor.deep["state"]

    assert play(scene, cache) == (None, "ready")
