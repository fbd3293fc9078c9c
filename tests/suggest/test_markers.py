import asyncio
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.engine.wire import Chunk, State, Token
from inkling.suggest.completer import Completer
from inkling.suggest.markers import Parted, part, unmarked
from inkling.suggest.modes import AUTOMATIC, INVOKED
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import FOREVER, ScriptedEngine, done, run

MARKERS = ("<|endoftext|>", "<|file_sep|>", "<|fim_prefix|>", "<|repo_name|>", "<tool_call>")
READY = State("ready", markers=MARKERS)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("x = 1", Parted("x = 1")),
        ("x = 1<|file_sep|>y", Parted("x = 1", ended=True)),
        ("<|repo_name|>a<|file_sep|>b", Parted("", ended=True)),
        ("x <", Parted("x ", "<")),
        ("x <|fi", Parted("x ", "<|fi")),
        ("x <|fi ", Parted("x <|fi ")),
        ("x < y", Parted("x < y")),
        ("List<|", Parted("List", "<|")),
        ("<<<", Parted("<<", "<")),
        ("<tool_cal", Parted("", "<tool_cal")),
        ("", Parted("")),
    ],
)
def test_a_text_is_parted_where_a_marker_word_begins(written, expected):
    assert part(written, MARKERS) == expected
    assert part(written, ()) == Parted(written)


TEXT = st.lists(st.sampled_from([*MARKERS, *"<|>_ \nxe", "<|file", "_sep|>", "tool_call>"])).map(
    "".join
)


def heard(chunks, end, markers=MARKERS):
    """What comes of chunks: the text, why it ended, how many streams were left early."""
    engine = ScriptedEngine(*chunks, *([done(end)] if end else [FOREVER]), state=READY)

    async def whole():
        texts, why = [], ""
        stream = engine.generate([], max_tokens=9, budget_ms=9)
        async for message in unmarked(stream, markers):
            if hasattr(message, "why"):
                why = message.why
            else:
                texts.append(message.text)
        return texts, why

    return *run(whole()), engine.left


@given(TEXT, st.lists(st.integers(1, 9)), st.sampled_from(["stop", "length", "deadline"]))
def test_however_it_is_cut_into_chunks_no_marker_word_and_no_part_of_one_is_shown(text, cuts, end):
    chunks, rest = [], text
    for cut in cuts:
        chunks.append(rest[:cut])
        rest = rest[cut:]
    texts, why, _ = heard([*filter(None, chunks), rest], end)
    shown = "".join(texts)
    assert text.startswith(shown)
    assert not any(marker in shown for marker in MARKERS)
    whole = part(text, MARKERS)
    assert why == ("stop" if whole.ended else end)
    assert shown == whole.text + ("" if end != "stop" else whole.held)


def test_the_engine_is_left_where_one_was_spelled():
    assert heard(["x = 1<|fil", "e_sep|>"], None) == (["x = 1", ""], "stop", 1)


@pytest.mark.parametrize("mode", [replace(AUTOMATIC, least_odds=-math.inf), INVOKED])
def test_what_is_shown_ends_where_the_model_spells_a_marker_word(mode):
    script = ("1<|fi", "le_sep|>secret.py\n", "y = 2\n", FOREVER)
    engine = ScriptedEngine(*script, state=READY)
    engine.ranked = {1: ["2<|endof", "text|>z\n", FOREVER], 2: [done("stop")]}

    async def whole():
        completer = Completer(engine)
        outcome = await completer.complete(snapshot("x = │"), mode, Trace())
        await asyncio.sleep(5)
        return outcome

    outcome = run(whole())
    assert (outcome.text, *outcome.alternatives) == ("1", *(["2"] if mode.invoked else []))


@pytest.mark.parametrize(("log_prob", "rest"), [(-0.5, 0.0), (None, None)])
def test_of_a_token_that_is_parted_no_more_is_known_than_was_told(log_prob, rest):
    engine = ScriptedEngine(Token("x <", log_prob), Token("= 1", log_prob), done("stop"))

    async def whole():
        stream = unmarked(engine.generate([], max_tokens=9, budget_ms=9), MARKERS)
        chunks = [message async for message in stream if isinstance(message, Chunk)]
        return [token for chunk in chunks for token in chunk.tokens]

    assert run(whole()) == [Token("x ", log_prob), Token("<", rest), Token("= 1", log_prob)]
