"""A model that is served elsewhere, over real HTTP on the loopback.

What a server does as it should is asked of the double, as llama.cpp's server speaks and as vLLM
does, and with `make test-remote` of these two themselves; what goes wrong the double plays.
"""

import asyncio
import ssl
import time
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import httpx2
import pytest

import real_server
from completion_server import CUT, END, FOREVER, MODEL, RECORDED, SERVERS, Refuses
from completion_server import CompletionServer as Double
from inkling.backends import circuit
from inkling.backends.base import Failed
from inkling.backends.outgoing import Fluency
from inkling.backends.remote import Remote, host_of
from inkling.backends.spoken import Patience
from inkling.context.window import Window, tokens_in
from inkling.engine.wire import Chunk, Done
from inkling.models import catalog
from inkling.options import Address
from inkling.suggest import prompt
from real_server import KEY

WINDOW = Window(
    '# shapes.py\ndef area(width, height):\n    """Return the area of a rectangle."""\n    return',
    "\n\nprint(area(2, 3))\n",
)
PROMPT = prompt.build(WINDOW, "spm")
TOKENS = catalog.load().entry().tokens
SPECIAL = {name: getattr(TOKENS, name) for name in ("fim_prefix", "fim_suffix", "fim_middle")}
FLUENCY = Fluency(SPECIAL, "spm", TOKENS.stop)

PATIENCE = 600 if real_server.ASKED else 60

DIALECTS = ["openai", "llama.cpp"]
SPOKEN = {"llama-server": DIALECTS, "vllm": ["openai"]}


def kinds():
    """The servers that are asked: the doubles and, where one of them is there, the real ones."""
    for like in SERVERS:
        yield pytest.param(("double", like), id=f"like-{like}")
    for name in real_server.STARTED if real_server.ASKED else ():
        why = real_server.missing(name)
        skipped = pytest.mark.skipif(bool(why), reason=why)
        yield pytest.param(("real", name), id=f"real-{name}", marks=skipped)


KINDS = list(kinds())
SPEAKING = [
    pytest.param(kind.values[0], api, id=f"{kind.id}-{api}", marks=kind.marks)
    for kind in KINDS
    for api in SPOKEN[kind.values[0][1]]
]


@pytest.fixture(scope="module")
def server_of():
    """See `real_server.servers`."""
    with real_server.servers() as server:
        yield server


@asynccontextmanager
async def running(url, *, key=None, api="openai", model="", patience=None):
    """A backend that runs; its states are kept."""
    address = Address(url, api, model, "THE_KEY" if key else "")
    remote = Remote(address, key, FLUENCY, patience)
    remote.states = []
    remote.listen(remote.states.append)
    task = asyncio.create_task(remote.run())
    try:
        yield remote
    finally:
        task.cancel()
        await asyncio.wait([task])


async def becomes(remote, state, times=1):
    """Wait until it has told a state, so many times."""
    while sum(told.state == state for told in remote.states) < times:  # noqa: ASYNC110 - a list
        await asyncio.sleep(0.005)
    return next(told for told in reversed(remote.states) if told.state == state)


async def ask(remote, *, max_tokens=12, budget_ms=PATIENCE * 1e3, rank=0, of=PROMPT):
    """The text and the end of an answer."""
    text = []
    stream = remote.generate(of, max_tokens=max_tokens, budget_ms=budget_ms, rank=rank)
    async with aclosing(stream) as messages:
        async for message in messages:
            if isinstance(message, Done):
                return "".join(text), message
            assert isinstance(message, Chunk)
            assert all(token.log_prob is None for token in message.tokens)
            text.append(message.text)
    pytest.fail("an answer without an end")


def play(scene, server=None, **more):
    """Play a scene with a server and with a backend that is ready for it, and has its key."""

    async def whole():
        async with (
            asyncio.timeout(PATIENCE),
            server or Double() as there,
            running(there.url, **{"key": there.key, **more}) as remote,
        ):
            await becomes(remote, "ready")
            return await scene(remote, there)

    return asyncio.run(whole())


@pytest.fixture
def hasty(monkeypatch):
    """A circuit that is open stays so for a moment only."""
    monkeypatch.setattr(circuit, "_FIRST_S", 0.05)
    monkeypatch.setattr(circuit, "_LONGEST_S", 0.05)


# What a server does as it should.


@pytest.mark.parametrize(("kind", "api"), SPEAKING)
def test_it_writes_on_as_the_server_does(server_of, kind, api):
    async def scene(remote, _server):
        return await ask(remote)

    text, done = play(scene, server_of(kind), api=api)
    assert text == " width * height"
    assert done.why == "stop"
    assert done.stats.generated_tokens >= 3


@pytest.mark.parametrize(("kind", "api"), SPEAKING)
def test_it_ends_where_no_more_was_asked_for(server_of, kind, api):
    async def scene(remote, _server):
        return await ask(remote, max_tokens=2)

    text, done = play(scene, server_of(kind), api=api)
    assert (text, done.why) == (" width *", "length")


@pytest.mark.parametrize(("kind", "api"), SPEAKING)
def test_a_prompt_that_is_only_read_says_nothing_and_is_known_to_be_read(server_of, kind, api):
    async def scene(remote, _server):
        before = remote.unread_tokens(PROMPT)
        text, done = await ask(remote, max_tokens=0, budget_ms=0)
        return before, remote.unread_tokens(PROMPT), text, done.why

    before, after, text, why = play(scene, server_of(kind), api=api)
    assert before > 20
    assert (after, text, why) == (0, "", "length")


@pytest.mark.parametrize(("kind", "api"), SPEAKING)
def test_another_answer_can_be_asked_for(server_of, kind, api):
    async def scene(remote, server):
        return await ask(remote, rank=1), server

    (_, done), server = play(scene, server_of(kind), api=api)
    assert done.why in ("stop", "length")
    if kind[0] == "double":
        assert server.asked[0].body["temperature"] > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_key_is_told_before_any_text_is_sent(server_of, kind):
    async def whole():
        async with (
            asyncio.timeout(PATIENCE),
            server_of(kind, KEY) as server,
            running(server.url, key="another") as remote,
        ):
            state = await becomes(remote, "failed")
            return state.detail, (await ask(remote))[1], server

    detail, done, server = asyncio.run(whole())
    assert "does not accept the key that THE_KEY holds (401)." in detail
    assert (done.why, done.detail) == ("failed", detail)
    if kind[0] == "double":
        assert not server.asked


def test_a_key_that_is_no_longer_right_is_told_and_not_tried_again():
    async def scene(remote, server):
        server.key = "another"
        _, done = await ask(remote)
        state = await becomes(remote, "failed")
        _, second = await ask(remote)
        return done, state, second, server

    done, state, second, server = play(scene, Double(key=KEY))
    assert (done.why, done.reason) == ("failed", "remote-denied")
    assert state.detail == done.detail == second.detail
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_key_is_sent(server_of, kind):
    async def scene(remote, _server):
        return await ask(remote)

    assert play(scene, server_of(kind, KEY))[0] == " width * height"


@pytest.mark.parametrize(("kind", "api"), SPEAKING)
def test_a_server_without_the_model_is_told_with_what_it_has(server_of, kind, api):
    async def whole():
        async with (
            asyncio.timeout(PATIENCE),
            server_of(kind) as server,
            running(server.url, model="another", api=api, key=server.key) as remote,
        ):
            return await becomes(remote, "away")

    detail = asyncio.run(whole()).detail
    assert f"has no model 'another'; it has {MODEL}." in detail


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(("kind", "api"), SPEAKING)
def test_one_that_is_killed_in_an_answer_is_told_left_alone_and_found_again(server_of, kind, api):
    async def scene(remote, server):
        if kind[0] == "double":
            server.script = (" width", FOREVER)
        stream = remote.generate(PROMPT, max_tokens=500, budget_ms=PATIENCE * 1e3, rank=1)
        async with aclosing(stream) as messages:
            first = await anext(messages)
            await server.stop()
            rest = [message async for message in messages]
        after = [(await ask(remote))[1] for _ in range(2)]
        away = await becomes(remote, "away")
        if kind[0] == "double":
            server.script = Double().script
        await server.start(server.port)
        await becomes(remote, "ready", times=2)
        unread = remote.unread_tokens(PROMPT)
        return first, rest[-1], after, away, unread, await ask(remote)

    first, done, after, away, unread, again = play(scene, server_of(kind), api=api)
    assert unread > 20, "another process has read nothing"
    assert isinstance(first, Chunk)
    assert done.reason == "remote-broken"
    assert "broke off in an answer" in done.detail
    assert [one.reason for one in after] == ["remote-unreachable"] * 2
    assert "cannot be reached. It is tried again after 1 s." in away.detail
    assert again[0] == " width * height"


@pytest.mark.parametrize(("kind", "api"), SPEAKING)
def test_what_nobody_waits_for_any_more_keeps_no_server_at_work(server_of, kind, api):
    async def scene(remote, server):
        if kind[0] == "double":
            server.script = (" width", FOREVER)
        stream = remote.generate(PROMPT, max_tokens=2000, budget_ms=PATIENCE * 1e3, rank=1)
        async with aclosing(stream) as messages:
            await anext(messages)
        if kind[0] == "double":
            while not server.left:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.005)
            server.script = Double().script
        return await ask(remote)  # of the only place that the real one has

    patience = Patience(next_s=2 * PATIENCE, whole_s=2 * PATIENCE)
    text, _ = play(scene, server_of(kind), api=api, patience=patience)
    assert text == " width * height"


# What is sent, and where.


@pytest.mark.parametrize("api", DIALECTS)
def test_a_prompt_goes_as_one_text_and_asks_for_the_most_probable_one(api):
    async def scene(remote, server):
        await ask(remote)
        return server.asked

    (request,) = play(scene, api=api)
    assert request.prompt == (
        f"<|fim_prefix|><|fim_suffix|>{WINDOW.suffix}<|fim_middle|>{WINDOW.prefix}"
    )
    assert request.body["temperature"] == 0
    assert request.body["stream"] is True
    assert request.body["model"] == MODEL, "the only one that the server has"
    assert "authorization" not in request.headers


def test_before_it_runs_nothing_is_sent_and_then_no_text_before_a_request():
    async def whole():
        async with asyncio.timeout(PATIENCE), Double() as server:
            remote = Remote(Address(server.url), None, FLUENCY)
            _, done = await ask(remote)
            connections = server.connections
            async with running(server.url) as remote:
                await becomes(remote, "ready")
            return done, connections, server

    done, connections, server = asyncio.run(whole())
    assert (done.why, connections) == ("failed", 0)
    assert [(one.method, one.path, one.body) for one in server.heard] == [("GET", "/v1/models", {})]


def test_all_that_a_window_sends_can_go_to_one_of_several_servers():
    models = RECORDED["vllm"]["models"]["body"]

    async def scene(remote, server):
        await ask(remote)
        await ask(remote)
        return [request.headers for request in server.heard]

    def heard():
        cookie = Refuses(200, models, (("Set-Cookie", "place=2; Path=/"),))
        return play(scene, Double(models=cookie))

    first, *rest = heard()
    numbers = {headers["x-session-id"] for headers in (first, *rest)}
    assert len(numbers) == 1, "a balancer may choose by it"
    assert "cookie" not in first
    assert [headers["cookie"] for headers in rest] == ["place=2"] * 2, "or give it its own"
    assert numbers != {headers["x-session-id"] for headers in heard()}, "it names nobody"


def test_references_are_not_sent():
    async def scene(remote, server):
        remote.refer("file:///a.py", "a = 1\n")
        await ask(remote)
        return server.heard

    assert "a = 1" not in str(play(scene))


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/v1/completions", "/completion"])
@pytest.mark.parametrize("api", DIALECTS)
def test_a_url_may_say_more_or_less_of_the_path(api, ending):
    async def whole():
        async with (
            asyncio.timeout(PATIENCE),
            Double() as server,
            running(server.url + ending, api=api) as remote,
        ):
            await becomes(remote, "ready")
            return await ask(remote)

    assert asyncio.run(whole())[0] == " width * height"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://llm.example.org/v1", "llm.example.org is asked by https only"),
        ("http://127.0.0.1.example.org", "is asked by https only"),
        ("http://localhost.example.org", "is asked by https only"),
        ("http://10.0.0.1:8080", "10.0.0.1:8080 is asked by https only"),
        ("http://0.0.0.0:8080", "is asked by https only"),
        ("http://[2001:db8::1]:8080", "is asked by https only"),
        ("ftp://127.0.0.1/v1", "is asked by https only"),
        ("file:///etc/passwd", "no URL"),
        ("llm.example.org/v1", "no URL"),
        ("https://", "no URL"),
        ("https://llm.example.org:80800", "no URL"),
        ("https://user:word@llm.example.org", "neither a name, a key nor a query"),
        ("https://llm.example.org/v1?key=1", "neither a name, a key nor a query"),
    ],
)
def test_no_unfit_place_is_asked_for_anything(url, sentence, monkeypatch):
    def fail(*_args, **_more):
        pytest.fail("it is asked")

    monkeypatch.setattr(httpx2, "AsyncClient", fail)

    async def whole():
        async with asyncio.timeout(PATIENCE), running(url) as remote:
            return await becomes(remote, "failed")

    assert sentence in asyncio.run(whole()).detail


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"])
def test_http_is_for_this_machine(url):
    async def whole():
        async with asyncio.timeout(PATIENCE), running(url) as remote:
            return await becomes(remote, "away")

    assert f"{url.removeprefix('http://')} cannot be reached." in asyncio.run(whole()).detail


def test_a_key_that_is_not_there_is_told_by_its_variable():
    async def whole():
        remote = Remote(Address("https://llm.example.org", key_variable="MY_KEY"), None, FLUENCY)
        await remote.run()
        return remote.state

    state = asyncio.run(whole())
    assert state.state == "failed"
    assert "The variable MY_KEY, which is to hold the key for llm.example.org" in state.detail


def test_what_is_meant_for_this_machine_goes_to_no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    async def scene(remote, _server):
        return await ask(remote)

    assert play(scene)[0] == " width * height"


def test_what_goes_elsewhere_goes_to_the_proxy_of_the_environment(monkeypatch):
    async def whole():
        async with asyncio.timeout(PATIENCE), Double() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            async with running("https://llm.example.org") as remote:
                await becomes(remote, "away")
            return proxy

    (request, *_) = asyncio.run(whole()).heard
    assert (request.method, request.path) == ("CONNECT", "llm.example.org:443")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5h://127.0.0.1:9"),
        ("ALL_PROXY", "socks4://127.0.0.1:9"),
        ("HTTPS_PROXY", "127.0.0.1:port"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("SSL_CERT_FILE", __file__),
    ],
)
def test_a_proxy_or_certificates_that_cannot_be_used_are_told(monkeypatch, name, value):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv(name, value)

    async def whole():
        async with asyncio.timeout(PATIENCE), running("https://llm.example.org") as remote:
            return await becomes(remote, "failed")

    assert name in asyncio.run(whole()).detail


def test_a_proxy_whose_port_is_none_cannot_be_reached(monkeypatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:80800")

    async def whole():
        async with asyncio.timeout(PATIENCE), running("https://llm.example.org") as remote:
            return await becomes(remote, "away")

    sentence = "llm.example.org cannot be reached by way of the proxy."
    assert sentence in asyncio.run(whole()).detail


def test_a_certificate_that_this_machine_does_not_trust_is_told():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Path(__file__).with_name("untrusted.pem"))

    async def whole():
        async with asyncio.timeout(PATIENCE):
            server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
            port = server.sockets[0].getsockname()[1]
            async with server, running(f"https://127.0.0.1:{port}") as remote:
                return await becomes(remote, "away")

    assert "is not trusted on this machine" in asyncio.run(whole()).detail


# What goes wrong.

FAULTS = {
    "full": (Refuses(429), "remote-full", "takes no more requests just now (429)"),
    "loading": (Refuses(503, "{}"), "remote-full", "takes no more requests just now (503)"),
    "no-model": (
        Refuses.recorded("no-model", "vllm"),
        "remote-no-model",
        f"has no model '{MODEL}' (404)",
    ),
    **{
        f"{name}-{like}": (Refuses.recorded(name, like), "remote-error", sentence)
        for like in SERVERS
        for name, sentence in (
            ("nothing-there", "nothing at /v1/completions"),
            ("too-long", "takes shorter prompts only (400)"),
        )
    },
    "forbidden": (Refuses(403), "remote-denied", "does not accept requests without a key (403)"),
    "error": (Refuses(500, "<html>def secret(): ...</html>"), "remote-error", "an error (500)"),
    "redirect": (
        Refuses(307, headers=(("Location", "http://127.0.0.1:9/v1/completions"),)),
        "remote-elsewhere",
        "sends elsewhere (307), and nothing is sent there",
    ),
    "error-within": (
        (" width", b'data: {"error":{"message":"no memory"}}\n\n', FOREVER),
        "remote-error",
        "answered with an error",
    ),
    "page": (Refuses(200, "<html>", type="text/html"), "remote-garbled", "makes no sense"),
    "no-json": ((b"data: {nonsense\n\n", FOREVER), "remote-garbled", "makes no sense"),
    "other-json": ((b'data: {"a": 1}\n\n', FOREVER), "remote-garbled", "makes no sense"),
    "deep-json": ((b"data: " + b"[" * 9999 + b"\n\n", FOREVER), "remote-garbled", "no sense"),
    "endless-line": ((b"data: " + b"x" * 300_000, FOREVER), "remote-garbled", "makes no sense"),
    "endless-answer": (
        (*[b'data: {"choices":[],"more":"' + b"x" * 200_000 + b'"}\n\n'] * 10, FOREVER),
        "remote-garbled",
        "makes no sense",
    ),
    "huge-error": (Refuses(500, "x" * 100_000), "remote-garbled", "makes no sense"),
    "packed": (
        Refuses(200, "", (("Content-Encoding", "gzip"),), "text/event-stream"),
        "remote-garbled",
        "makes no sense",
    ),
    "cut": ((" width", CUT), "remote-broken", "broke off in an answer"),
    "cut-at-once": ((CUT,), "remote-broken", "broke off in an answer"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_a_name_and_a_sentence(fault):
    script, reason, sentence = FAULTS[fault]

    async def scene(remote, server):
        server.script = script
        return (await ask(remote))[1], remote

    done, remote = play(scene)
    assert isinstance(done, Failed)
    assert (done.why, done.reason) == ("failed", reason)
    assert sentence in done.detail
    assert done.detail.startswith(("127.0.0.1:", "What 127.0.0.1:"))
    assert done.detail.endswith(".")
    assert "secret" not in done.detail
    assert "\n" not in done.detail
    lasting = reason in ("remote-denied", "remote-elsewhere")
    assert remote.state.state == ("failed" if lasting else "ready")


@pytest.mark.parametrize(
    ("patience", "script"),
    [
        (Patience(first_s=0.2), (FOREVER,)),
        (Patience(next_s=0.2), (" width", FOREVER)),
        (Patience(whole_s=0.3), (*[" width", 0.02] * 1000, FOREVER)),
        (Patience(first_s=0.3), (*[b": still here\n\n", 0.02] * 1000, FOREVER)),
    ],
)
def test_one_that_takes_too_long_is_told(patience, script):
    async def scene(remote, server):
        server.script = script
        _, done = await ask(remote, max_tokens=9999)
        while not server.left:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)
        return done

    done = play(scene, patience=patience)
    assert done.reason == "remote-slow"
    assert "takes too long to answer" in done.detail


def test_no_more_is_taken_than_was_asked_for():
    async def scene(remote, server):
        server.script = ("x" * 1000, FOREVER)
        text, done = await ask(remote, max_tokens=3)
        while not server.left:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)
        return text, done

    text, done = play(scene)
    assert done.why == "length"
    assert 3 <= len(text) < 200


def test_an_answer_without_text_is_not_read_forever():
    async def scene(remote, server):
        server.script = ("",) * 100_000 + (FOREVER,)
        return await ask(remote, max_tokens=3)

    text, done = play(scene)
    assert (text, done.why) == ("", "length")


# Who waits for what.


def test_with_its_time_a_request_ends_once_something_was_said():
    async def scene(remote, server):
        server.script = (" width", FOREVER)
        began = time.monotonic()
        text, done = await ask(remote, budget_ms=200)
        return text, done, time.monotonic() - began, remote.state

    text, done, took, state = play(scene)
    assert (text, done.why) == (" width", "deadline")
    assert 0.19 < took < 5, "not the patience with each piece"
    assert state.state == "ready", "that is no fault"


def test_what_is_read_is_read_to_its_end_though_nobody_waits():
    async def scene(remote, server):
        server.script = (0.3, " width", " *", FOREVER)
        return *(await ask(remote, budget_ms=10)), remote.unread_tokens(PROMPT)

    text, done, unread = play(scene)
    assert (text, done.why, unread) == (" width", "deadline", 0)


def test_a_newer_request_takes_the_place_of_an_older_one():
    async def scene(remote, server):
        server.script = (" width", FOREVER)
        older = asyncio.create_task(ask(remote))
        while not server.asked:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)
        server.script = Double().script
        newer = await ask(remote)
        return (await older)[1].why, newer[0], server

    why, text, server = play(scene)
    assert (why, text, server.left) == ("cancelled", " width * height", 1)


def typed(text):
    """The prompt once a text was typed there."""
    return prompt.build(Window(WINDOW.prefix + text, WINDOW.suffix), "spm")


async def begun(remote, server):
    """A request that the server has, of which it says nothing yet."""
    asking = asyncio.create_task(ask(remote))
    while not server.asked:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.005)
    return asking


def test_what_a_server_reads_the_keys_that_follow_wait_for():
    async def scene(remote, server):
        server.script = (0.3, " width", FOREVER)
        first = await begun(remote, server)
        server.script = Double().script
        second = asyncio.create_task(ask(remote, of=typed(" w")))
        await asyncio.sleep(0.05)
        last = await ask(remote, of=typed(" wi"))
        return [(await one)[1].why for one in (first, second)], last, server

    whys, (text, _), server = play(scene)
    assert whys == ["cancelled", "cancelled"]
    assert text == " width * height"
    assert [one.prompt.rpartition("return")[2] for one in server.asked] == ["", " wi"]
    assert server.left == 1, "once it was read"


def test_what_a_server_reads_it_reads_to_its_end_though_nobody_asks_again():
    async def scene(remote, server):
        server.script = (0.1, " width", FOREVER)
        asking = await begun(remote, server)
        asking.cancel()
        await asyncio.wait([asking])
        before = remote.unread_tokens(PROMPT)
        while not server.left:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)
        return before, remote.unread_tokens(PROMPT)

    before, after = play(scene)
    assert before > 20
    assert after == 0


ELSEWHERE = prompt.build(Window("a = 1\n" * 100, "\nb = 2\n" * 100), "spm")


def test_for_what_it_reads_of_another_place_nobody_waits():
    async def scene(remote, server):
        await ask(remote, of=ELSEWHERE)
        server.heard.clear()
        server.script = (FOREVER,)
        await begun(remote, server)
        server.script = Double().script
        return (await ask(remote, of=ELSEWHERE))[0], server.left

    assert play(scene) == (" width * height", 1)


def test_before_it_is_known_what_reading_takes_the_first_prompt_is_read():
    async def scene(remote, server):
        server.script = (0.3, " width", FOREVER)
        await begun(remote, server)
        server.script = Double().script
        before = remote.unread_tokens(PROMPT)
        await ask(remote, of=ELSEWHERE)
        return before, remote.unread_tokens(PROMPT)

    before, after = play(scene)
    assert before > 20
    assert after == 0


def test_who_types_on_hears_that_a_server_is_slow():
    async def scene(remote, server):
        server.script = (FOREVER,)
        await begun(remote, server)
        _, done = await ask(remote, of=typed(" w"))
        return done.reason, len(server.asked)

    assert play(scene, patience=Patience(first_s=0.3)) == ("remote-slow", 1)


def test_a_connection_serves_again_once_an_answer_has_ended():
    async def scene(remote, server):
        for _ in range(4):
            await ask(remote)
            await ask(remote, max_tokens=2)
        return server.connections

    assert play(scene) == 1


def test_the_end_of_it_ends_its_request():
    async def scene(remote, server):
        server.script = (" width", FOREVER)
        asking = asyncio.create_task(ask(remote))
        while not server.asked:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)
        return asking, server

    async def whole():
        async with asyncio.timeout(PATIENCE), Double() as server:
            async with running(server.url) as remote:
                await becomes(remote, "ready")
                asking, _ = await scene(remote, server)
            _, done = await asking
            while not server.left:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.005)
            return done

    assert asyncio.run(whole()).why == "failed"


def test_how_fast_a_server_reads_is_learned():
    long = prompt.build(Window("a = 1\n" * 300, ""), "spm")

    async def scene(remote, server):
        server.script = (0.2, " width", END)
        await ask(remote, of=long)
        return remote.state, remote.unread_tokens(long)

    state, unread = play(scene)
    assert state.state == "ready"
    assert 150 <= state.read_ms * tokens_in("a = 1\n" * 300) < 20_000
    assert unread == 0


# The circuit.


@pytest.mark.usefixtures("hasty")
def test_faults_in_a_row_open_the_circuit_and_a_server_that_is_back_closes_it():
    async def scene(remote, server):
        server.script = Refuses(500)
        for _ in range(2):
            await ask(remote)
        before = remote.state.state
        server.models = Refuses(503)
        await ask(remote)
        away = await becomes(remote, "away")
        asked = len(server.asked)
        _, meanwhile = await ask(remote)
        still = len(server.asked)
        server.script, server.models = Double().script, None
        await becomes(remote, "ready", times=2)
        return before, away, meanwhile, (asked, still), await ask(remote)

    before, away, meanwhile, asked, (text, _) = play(scene)
    assert before == "ready"
    assert "answered with an error (500). It is tried again after 1 s." in away.detail
    assert meanwhile.why == "failed"
    assert meanwhile.detail.startswith("127.0.0.1:")
    assert asked == (3, 3), "while it is open, no text is sent"
    assert text == " width * height"


def test_what_goes_well_is_forgiven():
    async def scene(remote, server):
        for _ in range(4):
            server.script = Refuses(500)
            await ask(remote)
            await ask(remote)
            server.script = Double().script
            await ask(remote)
        return [state.state for state in remote.states]

    assert "away" not in play(scene)


def test_a_server_is_left_alone_for_as_long_as_it_says():
    async def scene(remote, server):
        server.script = Refuses(429, headers=(("Retry-After", "17"),))
        await ask(remote)
        return (await becomes(remote, "away")).detail

    assert "It is tried again after 17 s." in play(scene)


def test_pauses_grow_spread_and_have_an_end():
    pauses = []
    for _ in range(50):
        one = circuit.Circuit()
        assert [one.failed() for _ in range(3)] == [False, False, True]
        pauses.append([one.pause_s() for _ in range(9)])
        assert one.failed(), "the next fault opens it again"
        one.worked()
        assert not one.failed()
    for number, most in enumerate([2, 4, 8, 16, 32, 60, 60, 60, 60]):
        at = [row[number] for row in pauses]
        assert all(0.75 * most <= pause <= most for pause in at)
        assert len(set(at)) > 1


def test_a_server_that_stays_away_for_days_is_still_looked_for():
    one = circuit.Circuit()
    assert max(one.pause_s() for _ in range(5000)) <= 60


def test_several_models_and_none_named_is_told():
    models = Refuses(200, '{"data": [{"id": "one"}, {"id": "two", "max_model_len": 4096}]}')

    async def whole(model):
        async with (
            asyncio.timeout(PATIENCE),
            Double(models=models) as server,
            running(server.url, model=model) as remote,
        ):
            state = await becomes(remote, "ready" if model else "away")
            if model:
                await ask(remote)
            return state.detail, [request.body["model"] for request in server.asked]

    assert "has several models; 'remoteModel' says which: one, two." in asyncio.run(whole(""))[0]
    assert asyncio.run(whole("two"))[1] == ["two"]


@pytest.mark.parametrize("models", [Refuses(404), Refuses(200, "<html>"), Refuses(405)])
def test_a_server_that_does_not_list_its_models_is_asked_all_the_same(models):
    async def scene(remote, server):
        return await ask(remote), server.asked[0].body.get("model")

    (text, _), model = play(scene, Double(models=models), model="mine")
    assert (text, model) == (" width * height", "mine")


def test_a_server_for_short_prompts_is_sent_no_longer_ones():
    models = Refuses(200, '{"data": [{"id": "short", "max_model_len": 512}]}')
    long = prompt.build(Window("a = 1\n" * 300, "b = 1\n" * 300), "spm")

    async def scene(remote, server):
        await ask(remote, of=long)
        return server.asked[0].prompt

    assert 300 < len(play(scene, Double(models=models))) / 3.2 < 512


def test_a_host_is_named_as_it_can_be_shown():
    assert host_of(Address("https://llm.example.org:8443/v1")) == "llm.example.org:8443"
    assert host_of(Address("https://bücher.example/")) == "xn--bcher-kva.example"
    assert host_of(Address("https://user:word@llm.example.org/v1")) == "llm.example.org"
    assert host_of(Address("nonsense")) == "the server"
