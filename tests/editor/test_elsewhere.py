"""An editor whose text goes to a model that is served elsewhere, and the texts that never go."""

import asyncio
import itertools
import json
import os
from functools import partial

import pytest

from completion_server import END, FOREVER, Refuses
from completion_server import CompletionServer as Double
from inkling import serving
from inkling.backends import remote as backend
from inkling.backends.spoken import Patience
from inkling.context.index import process
from inkling.context.plausible import MASK
from inkling.editor.connection import Connection, Request
from inkling.options import parse
from inkling.protocol import STATUS
from inkling.text.buffers import Change, Position, Range

PATIENCE = 60
URI = "file:///work/shapes.py"
TEXT = "def area(width, height):\n    return\n"
HERE = Position(1, 10)


class Editor:
    """An editor that keeps what it is told, and its connection; it may know of other files."""

    def __init__(self, root, *, indexed=False):
        self.statuses, self.warned = [], []
        self.index = process.Index(process.command(root)) if indexed else None
        start = partial(serving.start, root=root, index=self.index)
        models = ["qwen2.5-coder-0.5b"]
        self.connection = Connection(self, start, partial(parse, models=models), index=self.index)

    def notify(self, method, params):
        if method == STATUS:
            self.statuses.append(params)

    def warn(self, text):
        self.warned.append(text)

    def watch(self, _patterns):
        return False

    def begin(self, **options):
        self.connection.initialize(options, "utf-16", ["file:///work"])
        self.connection.initialized()

    def settings(self, **options):
        self.connection.configure({"inkling": options})

    def open(self, uri=URI, text=TEXT, language="python"):
        self.connection.open(uri, language, 1, text)

    async def state(self, state):
        while not self.statuses or self.statuses[-1]["state"] != state:  # noqa: ASYNC110 - a list
            await asyncio.sleep(0.005)
        return self.statuses[-1]

    async def ask(self, uri=URI, here=HERE, *, invoked=True):
        items = await self.connection.complete(Request(1, uri, here, invoked))
        return [item.text for item in items]

    async def settle(self):
        """Let all that would be sent be sent: the server is asked on one connection after another,
        and what waits for nothing else has its turn.
        """
        for _ in range(50):
            await asyncio.sleep(0.002)

    async def why(self):
        """Open a file of which nothing was read ahead, ask there, and say what is shown, and the
        first that is told of it.
        """
        asked = len(self.statuses)
        self.open()
        texts = await self.ask()
        told = next(status for status in self.statuses[asked:] if status["uri"] == URI)
        return texts, told["code"], told["reason"]


def remote(server, **more):
    # Who asks has all the time that the machine takes.
    return {"engine": "remote", "remoteUrl": server.url, "explicitBudgetMs": 60_000} | more


def play(scene, tmp_path, *, indexed=False, **more):
    async def whole():
        async with asyncio.timeout(PATIENCE), Double(**more) as server:
            editor = Editor(tmp_path, indexed=indexed)
            try:
                return await scene(editor, server)
            finally:
                await editor.connection.shut_down()

    return asyncio.run(whole())


@pytest.mark.parametrize("api", ["openai", "llama.cpp"])
def test_what_the_server_writes_is_suggested_and_nothing_is_installed(tmp_path, api):
    async def scene(editor, server):
        editor.begin(**remote(server, remoteApi=api))
        editor.open()
        await editor.state("ready")
        return (await editor.ask())[0]

    assert play(scene, tmp_path) == " width * height"
    assert not list(tmp_path.iterdir())


def test_it_is_shown_however_sure_a_suggestion_must_be_since_nobody_tells(tmp_path):
    async def scene(editor, server):
        editor.begin(**remote(server, eagerness="quiet", budgetMs=10_000))
        editor.open()
        await editor.state("ready")
        return await editor.ask(invoked=False)

    assert play(scene, tmp_path) == [" width * height"]


def test_what_was_written_before_is_found_in_the_cache_and_not_asked_again(tmp_path):
    async def scene(editor, server):
        editor.begin(**remote(server))
        editor.open()
        await editor.state("ready")
        await editor.ask()
        await editor.settle()
        asked = [request.prompt for request in server.asked if request.body["max_tokens"] > 1]
        editor.connection.change(URI, 2, [Change(Range(HERE, HERE), " wi")])
        (typed_on, *_) = await editor.ask(here=Position(1, 13))
        return asked, typed_on

    asked, typed_on = play(scene, tmp_path)
    assert asked[0].endswith("    return")
    assert typed_on == "dth * height"


def test_the_status_names_where_text_goes_while_it_goes_there(tmp_path):
    async def scene(editor, server):
        editor.begin(**remote(server, remoteModel="qwen2.5-coder-0.5b"))
        editor.open()
        ready = await editor.state("ready")
        editor.settings(**remote(server, remoteModel="qwen2.5-coder-0.5b", enabled=False))
        off = await editor.state("off")
        return server.url.removeprefix("http://"), ready, off

    host, ready, off = play(scene, tmp_path)
    assert (ready["host"], ready["model"]) == (host, "qwen2.5-coder-0.5b")
    assert off["host"] is None


@pytest.mark.parametrize(
    "options",
    [{}, {"engine": "local"}, {"remoteUrl": True}, {"engine": "remote"}],
)
def test_nothing_is_sent_before_a_person_has_said_so(tmp_path, options):
    async def scene(editor, server):
        options_ = {name: server.url if value is True else value for name, value in options.items()}
        editor.begin(**options_)
        editor.open()
        await editor.ask()
        await editor.settle()
        return server.connections, editor.statuses

    connections, statuses = play(scene, tmp_path)
    assert connections == 0
    assert all(status["host"] is None for status in statuses)


LATER = [
    {"engine": "remote", "remoteUrl": "HERE"},
    {"engine": "remote", "remoteUrl": "HERE", "remoteApi": "llama.cpp"},
    {"engine": "remote", "remoteUrl": "HERE", "remoteKeyVariable": "HOME"},
]


@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("section", [True, False])
def test_what_a_workspace_may_say_later_sends_no_text_anywhere(tmp_path, later, section):
    async def scene(editor, server):
        editor.begin(budgetMs=100)
        editor.open()
        options = {name: server.url if value == "HERE" else value for name, value in later.items()}
        editor.connection.configure({"inkling": options} if section else options)
        await editor.ask()
        await editor.settle()
        return server.connections, editor

    connections, editor = play(scene, tmp_path)
    assert connections == 0
    assert "'engine' is taken when Inkling starts, from your own settings" in editor.warned[-1]
    assert all(status["host"] is None for status in editor.statuses)


@pytest.mark.parametrize(
    "other",
    [
        {"remoteUrl": "http://127.0.0.1:9"},
        {"remoteModel": "another"},
        {"remoteKeyVariable": "HOME"},
        {"remoteApi": "llama.cpp"},
        {"engine": "local"},
        {"engine": None},
    ],
)
def test_what_comes_later_takes_it_away_and_changes_nothing_of_it(tmp_path, other):
    async def scene(editor, server):
        editor.begin(**remote(server))
        await editor.state("ready")
        editor.settings(**remote(server, **other))
        editor.open()
        await editor.ask()
        await editor.settle()
        return server.asked, editor.statuses[-1]

    asked, status = play(scene, tmp_path)
    assert not asked
    assert (status["state"], status["host"]) == ("no-model", None)


def test_other_options_that_come_later_leave_it_as_it_is(tmp_path):
    async def scene(editor, server):
        editor.begin(**remote(server))
        editor.open()
        await editor.state("ready")
        editor.settings(**remote(server, maxLines=3, remoteApi="openai", remoteModel=None))
        return await editor.ask(), editor.statuses[-1]["host"], editor.warned

    texts, host, warned = play(scene, tmp_path)
    assert texts[0] == " width * height"
    assert host
    assert not warned


@pytest.mark.parametrize(
    ("uri", "language", "options"),
    [
        ("file:///work/.env", "properties", {}),
        ("file:///work/secrets/key.pem", "plaintext", {}),
        ("file:///work/private/shapes.py", "python", {"exclude": ["private/"]}),
        ("file:///work/package-lock.json", "json", {}),
        ("file:///work/notes.md", "markdown", {"disabledLanguages": ["markdown"]}),
        ("file:///work/.git/config", "ini", {}),
    ],
)
def test_nothing_is_sent_of_a_file_that_is_left_alone(tmp_path, uri, language, options):
    async def scene(editor, server):
        editor.begin(**remote(server, **options))
        editor.open(uri, "very_own_text = 1\n", language)
        await editor.state("ready")
        editor.connection.moved(uri, Position(0, 17))
        there = Position(0, 17)
        editor.connection.change(uri, 2, [Change(Range(there, there), "2")])
        texts = await editor.ask(uri, Position(0, 18))
        # Beside it another one is open, of which something is sent.
        editor.open()
        await editor.ask()
        await editor.settle()
        return texts, str([request.body for request in server.heard])

    texts, sent = play(scene, tmp_path)
    assert not texts
    assert "very_own_text" not in sent
    assert "def area" in sent


@pytest.mark.parametrize("name", [".gitignore", ".inklingignore"])
def test_nothing_is_sent_of_a_file_that_is_ignored(tmp_path, name):
    work = tmp_path / "work"
    work.mkdir()
    (work / name).write_text("mine/\n")
    uri = (work / "mine/shapes.py").as_uri()

    async def scene(editor, server):
        editor.connection.initialize(remote(server), "utf-16", [work.as_uri()])
        editor.connection.initialized()
        editor.open(uri)
        await editor.state("ready")
        editor.connection.moved(uri, HERE)
        texts = await editor.ask(uri)
        await editor.settle()
        return texts, server.asked, editor.statuses[-1]

    texts, asked, status = play(scene, tmp_path)
    assert (texts, asked, status["code"]) == ([], [], "excluded")
    assert "nothing of it is sent away" in status["reason"]


def test_nothing_of_an_ignored_file_comes_with_another_one(tmp_path):
    work = tmp_path / "work"
    (work / "mine").mkdir(parents=True)
    (work / ".gitignore").write_text("mine/\n")
    alike = "".join(f"    total_{n} = width * height + corner_{n}\n" for n in range(12))
    text = f"def area(width, height):\n{alike}    return"
    theirs, own, here = (work / name for name in ("theirs.py", "mine/own.py", "shapes.py"))
    theirs.write_text(f"{text} known_name\n")
    own.write_text(f"{text} very_own_name\n")

    async def scene(editor, server):
        editor.connection.initialize(remote(server), "utf-16", [work.as_uri()])
        editor.connection.initialized()
        editor.open(own.as_uri(), own.read_text())
        await editor.state("ready")
        while not (editor.index.settled.settled and editor.index.settled.files):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        editor.open(here.as_uri(), f"{text}\n")
        lines = itertools.cycle((13, 12))
        while not any("known_name" in request.prompt for request in server.asked):
            # At each other line it is asked anew; an index gives way to all, and may be late.
            await editor.ask(here.as_uri(), Position(next(lines), 10))
            await asyncio.sleep(0.25)
        return str([request.body for request in server.heard])

    assert "very_own_name" not in play(scene, tmp_path, indexed=True)


def test_a_secret_of_the_file_that_is_open_is_masked(tmp_path):
    secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"

    async def scene(editor, server):
        editor.begin(**remote(server))
        editor.open(text=f'KEY = "{secret}"\n{TEXT}')
        await editor.state("ready")
        await editor.ask(here=Position(2, 10))
        await editor.ask(here=Position(0, 20))
        await editor.settle()
        return [request.prompt for request in server.asked]

    prompts = play(scene, tmp_path)
    assert prompts
    assert all(MASK in prompt for prompt in prompts)
    assert not any(secret[at : at + 8] in str(prompts) for at in range(len(secret) - 8))


def test_a_key_goes_from_its_variable_to_the_server_and_nowhere_else(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("THE_KEY", "very-own-key")

    async def scene(editor, server):
        editor.begin(**remote(server, remoteKeyVariable="THE_KEY"))
        editor.open()
        await editor.state("ready")
        texts = await editor.ask()
        server.key = "another"
        editor.open("file:///work/other.py")
        await editor.ask("file:///work/other.py")
        status = await editor.state("failed")
        return texts, [request.headers["authorization"] for request in server.heard], status, editor

    texts, keys, status, editor = play(scene, tmp_path, key="very-own-key")
    assert texts[0] == " width * height"
    assert set(keys) == {"Bearer very-own-key"}
    assert "the key that THE_KEY holds" in status["reason"]
    told = json.dumps(editor.statuses) + str(editor.warned) + str(capfd.readouterr())
    assert "very-own-key" not in told


def test_a_variable_that_is_not_set_is_told(tmp_path):
    assert "NO_SUCH_KEY" not in os.environ

    async def scene(editor, server):
        editor.begin(**remote(server, remoteKeyVariable="NO_SUCH_KEY"))
        status = await editor.state("failed")
        return status["reason"], server.connections

    reason, connections = play(scene, tmp_path)
    assert "The variable NO_SUCH_KEY" in reason
    assert connections == 0


@pytest.mark.parametrize(
    ("script", "code", "sentence"),
    [
        (Refuses(429), "remote-full", "takes no more requests just now"),
        (Refuses(500), "remote-error", "answered with an error"),
        (Refuses.recorded("no-model", "vllm"), "remote-no-model", "has no model"),
        (Refuses.recorded("too-long", "vllm"), "remote-error", "takes shorter prompts only"),
        (Refuses(302), "remote-elsewhere", "sends elsewhere"),
        (Refuses.recorded("denied"), "remote-denied", "does not accept"),
        (Refuses.recorded("denied", "vllm"), "remote-denied", "does not accept"),
        ((b"data: {nonsense\n\n", FOREVER), "remote-garbled", "makes no sense"),
        ((" width",), "remote-broken", "broke off"),
    ],
)
def test_why_nothing_is_shown_is_one_sentence_with_a_name(tmp_path, script, code, sentence):
    async def scene(editor, server):
        editor.begin(**remote(server))
        await editor.state("ready")
        server.script = script
        return await editor.why()

    texts, named, told = play(scene, tmp_path)
    assert (texts, named) == ([], code)
    assert sentence in told
    assert told.count(". ") == 0


def test_so_it_is_where_a_server_is_too_slow(tmp_path, monkeypatch):
    monkeypatch.setattr(backend, "Patience", partial(Patience, first_s=0.3))

    async def scene(editor, server):
        editor.begin(**remote(server))
        await editor.state("ready")
        server.script = (FOREVER,)
        host = server.url.removeprefix("http://")
        return await editor.why() == ([], "remote-slow", f"{host} takes too long to answer.")

    assert play(scene, tmp_path)


def test_so_it_is_where_a_server_is_gone(tmp_path):
    async def scene(editor, server):
        editor.begin(**remote(server))
        await editor.state("ready")
        await server.stop()
        host = server.url.removeprefix("http://")
        return await editor.why() == ([], "remote-unreachable", f"{host} cannot be reached.")

    assert play(scene, tmp_path)


def test_while_it_is_away_the_status_says_so_and_then_it_is_back(tmp_path):
    async def scene(editor, server):
        editor.begin(**remote(server))
        editor.open()
        await editor.state("ready")
        await editor.settle()
        server.script = Refuses(503, headers=(("Retry-After", "0"),))
        server.models = Refuses(503, headers=(("Retry-After", "1"),))
        await editor.ask()
        await editor.state("away")
        told = [one["reason"] for one in editor.statuses if one["state"] == "away"]
        texts = await editor.ask()
        code = editor.statuses[-1]["code"]
        server.script, server.models = (" width", END), None
        await editor.state("ready")
        return told, texts, code

    told, texts, code = play(scene, tmp_path)
    assert "takes no more requests just now (503). It is tried again after" in told[0]
    assert (texts, code) == ([], "away")


@pytest.mark.parametrize("how", ["exclude", ".inklingignore", ".gitignore", "index"])
def test_what_is_ruled_out_after_it_was_shown_in_another_file_is_sent_no_more(tmp_path, how):
    work = tmp_path / "work"
    work.mkdir()
    alike = "".join(f"    total_{n} = width * height + corner_{n}\n" for n in range(12))
    text = f"def area(width, height):\n{alike}    return"
    theirs, here = work / "theirs.py", work / "shapes.py"
    theirs.write_text(f"{text} known_name\n")

    async def scene(editor, server):
        options = remote(server)
        editor.connection.initialize(options, "utf-16", [work.as_uri()])
        editor.connection.initialized()
        await editor.state("ready")
        while not (editor.index.settled.settled and editor.index.settled.files):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        editor.open(here.as_uri(), f"{text}\n")
        column = itertools.count(10)

        async def key():
            at, asked = Position(13, next(column)), len(server.asked)
            changes = [Change(Range(at, at), "qzjxkv"[at.character % 6])]
            editor.connection.change(here.as_uri(), at.character, changes)
            await editor.ask(here.as_uri(), Position(13, at.character + 1))
            return "".join(request.prompt for request in server.asked[asked:])

        while "known_name" not in await key():  # noqa: ASYNC110 - each asks
            await asyncio.sleep(0.02)
        if how == "exclude":
            editor.settings(**options, exclude=[theirs.name])
        elif how == "index":
            editor.settings(**options, index=False)
        else:
            (work / how).write_text(theirs.name)
            editor.connection.changed_files([(work / how).as_uri()])
            while editor.index.shows(here.as_uri(), str(theirs)):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        return [await key() for _ in range(3)]

    later = play(scene, tmp_path, indexed=True)
    assert all(later)
    assert not any("known_name" in prompt for prompt in later)
