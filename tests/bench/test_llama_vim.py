"""The peer: llama.vim's way of asking, against a stand-in for llama.cpp's server."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from inkling.bench import infill, llama_vim
from inkling.bench.infill import Context, InfillError, Server
from inkling.bench.keys import Document, Edit
from inkling.bench.languages.registry import LANGUAGES
from inkling.bench.llama_ring import Ring
from inkling.bench.llama_vim import Cache, LlamaVim, local, render, speculative
from inkling.bench.plan import plan
from inkling.bench.player import play
from inkling.bench.record import Clock
from inkling.bench.screen import Screen

TEXT = "def f(x):\n    return [x, 'y']\n"
TEXTS = {
    "python": TEXT,
    "typescript": "f(`a ${b}`, () => {\n  return 'y';\n});\n",
    "go": "func f() {\n\tif a {\n\t\treturn b\n\t}\n}\n",
    "rust": "fn f<'a>(x: &'a str) {\n    match x {\n        _ => {}\n    }\n}\n",
    "java": "class A {\n    /**\n     * B.\n     */\n    int c() {\n        return 1;\n    }\n}\n",
    "c": "int f(void)\n{\n\tif (a)\n\t\treturn 1;\n\treturn 0;\n}\n",
}


@contextmanager
def llama_server(answer, status=200):
    """A server of /infill; `answer` is a function of the request."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append(request)
            content = answer(request)
            body = json.dumps(
                {
                    "content": content,
                    "timings/prompt_n": 10,
                    "timings/prompt_ms": 5.0,
                    "timings/predicted_n": 4,
                    "timings/predicted_ms": 60.0,
                }
            ).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Server("127.0.0.1", server.server_address[1]), heard
        finally:
            server.shutdown()
            thread.join()


def played(made, server, speed):
    def opened(_name, document, screen, clock):
        return LlamaVim(server, Cache(), document, screen, clock)

    return asyncio.run(asyncio.wait_for(play(made, 1, opened, speed), 300))


@pytest.mark.parametrize("language", TEXTS)
def test_it_types_the_file_with_one_request_at_a_time(language):
    running, most = [], []

    def answer(_request):
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()
        return "x"

    with llama_server(answer) as (server, heard):
        made = plan("a", TEXTS[language], 1, language=LANGUAGES[language])
        recording = played(made, server, 20.0)
    assert heard
    assert max(most) == 1
    assert {request["t_max_predict_ms"] for request in heard} <= {
        infill.FIRST_PREDICT_MS,
        infill.MAX_PREDICT_MS,
    }
    assert all(request["input_extra"] == [] for request in heard)
    assert len(recording.requests) == len([s for s in recording.strokes if s.name != "jump"])


def test_chunks_of_other_files_go_along():
    ring = Ring()
    ring.pick(["import this", "", "print(this)"], "other.py")
    ring.rest()

    def opened(_name, document, screen, clock):
        return LlamaVim(server, Cache(), document, screen, clock, ring)

    with llama_server(lambda _request: "x") as (server, heard):
        asyncio.run(asyncio.wait_for(play(plan("a.py", TEXT, 1), 1, opened, 20.0), 300))
    chunk = {"text": "import this\n\nprint(this)\n", "filename": "other.py"}
    assert heard
    assert all(request["input_extra"] == [chunk] for request in heard)


def test_while_a_person_rests_what_waits_is_read(monkeypatch):
    monkeypatch.setattr(llama_vim, "RING_SECONDS", 0.01)
    monkeypatch.setattr(llama_vim, "REST_SECONDS", 0.02)
    ring = Ring()
    ring.pick(["import this", "", "print(this)"], "other.py")
    read = threading.Event()

    async def scenario(server):
        clock = Clock()
        plugin = LlamaVim(
            server, Cache(), Document("", ""), Screen(clock, lambda _text: "all"), clock, ring
        )
        await asyncio.to_thread(read.wait, 60)
        await plugin.close()

    def answer(_request):
        read.set()
        return ""

    with llama_server(answer) as (server, heard):
        asyncio.run(asyncio.wait_for(scenario(server), 60))
    assert [(request["n_predict"], len(request["input_extra"])) for request in heard] == [(0, 1)]


@pytest.mark.parametrize("status", [400, 500])
def test_an_error_of_the_server_ends_the_run(status):
    with llama_server(lambda _request: "", status) as (server, _heard), pytest.raises(InfillError):
        played(plan("a.py", TEXT * 10, 1), server, 5.0)


def test_a_server_that_is_not_there_ends_the_run():
    with pytest.raises(InfillError, match="does not answer"):
        played(plan("a.py", TEXT * 10, 1), Server("127.0.0.1", 1), 5.0)


def test_addresses():
    assert Server.at("http://127.0.0.1:8012") == Server("127.0.0.1", 8012)
    assert Server.at("http://localhost") == Server("localhost", 80)
    for wrong in ("127.0.0.1:8012", "https://a", "http://a:b", ""):
        with pytest.raises(InfillError, match="address"):
            Server.at(wrong)


def test_a_shown_text_is_followed_by_a_speculative_request_and_typing_through():
    """The first answer is shown, a longer one is fetched for what may follow, and typing the
    shown text's start asks nothing: the cache has it.
    """

    async def scenario(server):
        clock = Clock()
        screen = Screen(clock, lambda _text: "all")
        empty = Document("", "\n")
        plugin = LlamaVim(server, Cache(), empty, screen, clock)
        one = empty.apply(Edit(insert="p"))
        plugin.typed(empty, Edit(insert="p"), one)
        while not screen.text:
            await screen.changes(10_000)
        first = screen.text
        two = one.apply(Edit(insert="r"))
        screen.type(Edit(insert="r"))
        plugin.typed(one, Edit(insert="r"), two)
        return first, screen.text, await plugin.close()

    with llama_server(lambda request: "rint" if request["prompt"] == "p" else "") as (
        server,
        heard,
    ):
        first, second, requests = asyncio.run(scenario(server))
    assert (first, second) == ("rint", "int")
    assert [request.trace.get("source") for request in requests] == [None, "cache"]
    assert requests[0].trace["generatedTokens"] == requests[0].trace["steps"] == 4
    assert requests[0].trace["decodeMs"] == 60
    asked = [(request["prompt"], request["t_max_predict_ms"]) for request in heard[:2]]
    assert asked == [("p", infill.FIRST_PREDICT_MS), ("print", infill.MAX_PREDICT_MS)]


def test_nothing_is_asked_in_the_middle_of_a_line():
    async def scenario(server):
        screen = Screen(Clock(), lambda _text: "all")
        document = Document("x", " = 12345678\n")
        plugin = LlamaVim(server, Cache(), document, screen, Clock())
        plugin.moved(document)
        return await plugin.close()

    with llama_server(lambda _request: "x") as (server, heard):
        (request,) = asyncio.run(scenario(server))
    assert request.answered_ms is None
    assert not heard


def test_the_context_is_cut_by_lines():
    above = "".join(f"a{n}\n" for n in range(300))
    below = "".join(f"\nb{n}" for n in range(100))
    context = local(Document(above + "  x = ", " + 1" + below))
    assert context.prefix.startswith("a44\n")
    assert context.prefix.endswith("a299\n")
    assert context.middle == "  x = "
    assert context.suffix.startswith(" + 1\nb0\n")
    assert context.suffix.endswith("b63\n")
    assert context.indent == 2
    assert local(Document("a\n\t\tx", "\nb")).indent == 2, "a tab is one"
    blank = local(Document("a\n    ", "\nb"))
    assert blank == Context("a\n", "", "\nb\n", 0)


def test_the_speculative_context_has_what_is_shown():
    context = speculative(Document("a\n  x", "\nb"), " = 1\n  y")
    assert context == Context("a\n  x = 1\n", "  y", "\nb\n", 2)


@pytest.mark.parametrize(
    ("hint", "before", "after", "shown"),
    [
        ("rint(x)\n\n", "p", "", "rint(x)"),
        ("", "p", "", ""),
        ("\n\n", "p", "", ""),
        ("    x = 1", "a\n    ", "\n", "x = 1"),
        ("\t\tx = 1", "a {\n\t\t", "\n\t}\n", "x = 1"),
        ("\nb\nc", "a", "\nb\nc\nd", ""),
        (")", "f(", ")\n", ""),
        ("c", "ab", "\nabc\nd", ""),
        ("c\nd", "ab", "\n\nabc\ndef", ""),
        ("c\nd\ne", "ab", "\nabc\nd\ne\nf", ""),
        ("c\nd\nx", "ab", "\nabc\nd\ne\nf", "c\nd\nx"),
        ("   ", "ab", "", ""),
    ],
)
def test_what_is_there_already_is_not_shown(hint, before, after, shown):
    assert render(hint, Document(before, after)) == shown


def test_a_result_is_found_when_its_start_was_typed():
    cache = Cache()
    at_p = Context("", "p", "\n", 0)
    for key in llama_vim._keys(at_p):
        cache.insert(key, "rint(x)")
    assert cache.hint(at_p) == "rint(x)"
    assert cache.hint(Context("", "prin", "\n", 0)) == "t(x)"
    assert cache.hint(Context("", "prix", "\n", 0)) is None
    assert cache.hint(Context("", "print(x)", "\n", 0)) is None
    assert cache.hint(Context("", "prin", "x\n", 0)) is None


def test_a_window_that_has_moved_on_still_finds_its_result():
    cache = Cache()
    for key in llama_vim._keys(Context("a\nb\nc\n", "p", "\n", 0)):
        cache.insert(key, "rint")
    assert cache.hint(Context("b\nc\n", "p", "\n", 0)) == "rint"
    assert cache.hint(Context("c\n", "p", "\n", 0)) == "rint"


def test_the_cache_does_not_grow_without_end():
    cache = Cache()
    for number in range(llama_vim.MAX_CACHE_KEYS + 20):
        cache.insert(str(number), "x")
    assert len(cache.results) == llama_vim.MAX_CACHE_KEYS
