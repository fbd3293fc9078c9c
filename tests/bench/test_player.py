"""The player against a server of which it is known what it says, over real pipes.

Nothing here depends on how fast the machine is: either the server never answers in time, or the
person waits for as long as an answer takes.
"""

import asyncio
import json

import pytest
from scripts import SERVER, behind, write

from inkling.bench import rhythm
from inkling.bench.client import Client, ServerError
from inkling.bench.plan import plan
from inkling.bench.player import play
from inkling.bench.vscode import VsCode

URI = "file:///a.py"
TEXT = "def f(x):\n    return [x, 'y']\n\n\nprint(f(1))\n"
NEVER_MS = 3_600_000
NEVER = behind("", afterMs=NEVER_MS)


def run(tmp_path, made, *answers, speed=1000.0, debounce_ms=0.0, plain=False, forgetful=False):
    env, log = write(tmp_path, *answers)

    async def session():
        async with Client.start(SERVER, env) as client:
            await client.initialize()

            def opened(_name, document, screen, clock):
                return VsCode(client, debounce_ms, URI, document, screen, clock, plain=plain)

            played = play(made, 1, opened, speed, forgetful=forgetful)
            return await asyncio.wait_for(played, 300)

    recording = asyncio.run(session())
    return recording, [json.loads(line) for line in log.read_text().splitlines()]


def of(messages, method):
    return [message for message in messages if message.get("method") == method]


ASK = "textDocument/inlineCompletion"
CHANGE = "textDocument/didChange"
CANCEL = "$/cancelRequest"


def test_each_key_sends_its_change_cancels_and_asks_anew(tmp_path):
    made = plan("a.py", TEXT, 3)
    recording, messages = run(tmp_path, made, NEVER)
    keys = made.all_keys()
    asked = [message["id"] for message in of(messages, ASK)]
    assert len(asked) == len(keys) == len(recording.requests)
    cancelled = [message["params"]["id"] for message in of(messages, CANCEL)]
    assert cancelled == asked, "each in its turn, the last one when the document closes"
    versions = [message["params"]["textDocument"]["version"] for message in of(messages, CHANGE)]
    assert versions == list(range(2, len(versions) + 2))
    typed = [message["method"] for message in messages]
    typed = typed[typed.index(ASK) + 1 : typed.index("textDocument/didClose")]
    expected = [
        method
        for key in keys[1:]
        for method in [*([CHANGE] if key.edit.changes else []), CANCEL, ASK]
    ]
    assert typed == [*expected, CANCEL]
    assert all(message["params"]["context"]["triggerKind"] == 2 for message in of(messages, ASK))
    assert all(request.settled and request.answered_ms is None for request in recording.requests)
    assert recording.requests[0].cold
    assert recording.sights == ()


def test_a_jump_tells_the_cursor_and_makes_the_next_request_cold(tmp_path):
    text = "\n\n".join(f"def f{n}(a):\n    b = a + {n}\n    c = b\n    return c" for n in range(6))
    made = plan("a.py", text, 1)
    assert len(made.stretches) > 1
    recording, messages = run(tmp_path, made, NEVER)
    moves = of(messages, "inkling/didMoveCursor")
    assert len(moves) == len(made.stretches) - 1
    assert moves[0]["params"]["textDocument"] == {"uri": URI}
    before = made.stretches[1].before
    line, character = before.count("\n"), len(before.rpartition("\n")[2])
    assert moves[0]["params"]["position"] == {"line": line, "character": character}
    assert sum(request.cold for request in recording.requests) == len(made.stretches)


def test_the_editors_debounce_lets_a_burst_pass(tmp_path):
    made = plan("a.py", TEXT, 3)
    recording, messages = run(tmp_path, made, debounce_ms=NEVER_MS)
    assert of(messages, CHANGE)
    assert not of(messages, ASK)
    assert len(recording.requests) == len(made.all_keys())
    assert all(request.settled for request in recording.requests)


@pytest.fixture
def patient(monkeypatch):
    """A person who does not slip, and waits for a suggestion at the places given and nowhere."""

    def at(*line_ends):
        def wait_ms(line, _chance, _language):
            return 600_000.0 if line.endswith(line_ends) else 0.0

        monkeypatch.setattr(rhythm, "wait_ms", wait_ms)
        monkeypatch.setattr(rhythm, "SLIP_RATE", 0.0)

    return at


def test_what_is_right_is_accepted_and_not_typed(tmp_path, patient):
    patient("def")
    rest = TEXT.rstrip("\n").removeprefix("def")
    recording, messages = run(tmp_path, plan("a.py", TEXT, 1), behind("def", rest), speed=50.0)
    assert [stroke.name for stroke in recording.strokes] == ["char", "char", "char", "accept"]
    (acceptance,) = recording.acceptances
    assert (acceptance.verdict, acceptance.characters) == ("all", len(rest))
    (command,) = of(messages, "workspace/executeCommand")
    asked = [message["id"] for message in of(messages, ASK)]
    assert command["params"] == {"command": "inkling.accepted", "arguments": [f"{asked[2]}.0"]}
    assert len(asked) == 4, "what was accepted is a change like any other"
    shown = recording.requests[2]
    assert shown.text == rest
    assert shown.trace["decodeMs"] == 2.5
    assert shown.latency_ms < acceptance.at_ms


@pytest.mark.parametrize("plain", [False, True])
def test_an_answer_that_has_grown_is_asked_for_once_more(tmp_path, patient, plain):
    patient("def")
    rest = TEXT.rstrip("\n").removeprefix("def")
    recording, messages = run(
        tmp_path,
        plan("a.py", TEXT, 1),
        behind("def", rest[: len(rest) // 2], grown={"items": [rest]}),
        speed=5.0,
        plain=plain,
    )
    changes = [sight.change for sight in recording.sights]
    assert ("extended" in changes) is not plain
    taken = recording.acceptances[0].characters
    assert taken == (len(rest) // 2 if plain else len(rest))
    assert len(recording.requests) < len(of(messages, ASK)) or plain


def test_lines_and_words_that_are_right_are_accepted(tmp_path, patient):
    patient("de", "return [")
    wrong = "f f(x):\n    return 1"
    recording, _messages = run(
        tmp_path,
        plan("a.py", TEXT, 1),
        behind("de", wrong),
        behind("return [", "x, 'y'] + []"),
        speed=50.0,
        forgetful=True,  # nothing is taken but at those places, however slow the machine is
    )
    taken = [(one.verdict, one.characters) for one in recording.acceptances]
    # The bracket's end stands behind the cursor already: "']" would be too much.
    assert taken == [("lines", len("f f(x):")), ("words", len("x, 'y"))]


def test_a_suggestion_that_is_wrong_is_typed_over(tmp_path, patient):
    patient()
    made = plan("a.py", "print(1)\n", 1)
    answers = behind("p", "assword"), behind("pr", "ivate")
    recording, _messages = run(tmp_path, made, *answers)
    assert not recording.acceptances
    assert "accept" not in {stroke.name for stroke in recording.strokes}


def test_a_server_that_ends_is_told_of(tmp_path):
    with pytest.raises(ServerError, match="ended"):
        run(tmp_path, plan("a.py", TEXT * 20, 1), behind("", dieAfterMs=0), speed=5.0)
