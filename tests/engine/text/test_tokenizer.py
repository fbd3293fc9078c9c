import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny_model
from inkling.engine.text.tokenizer import Tokenizer, build
from inkling.engine.wire import Special, Text
from spelling import may_follow

REFERENCE = Path(__file__).parents[2] / "reference" / "qwen2.5-coder-0.5b.json"
LIMITLESS = 100_000

# Hypothesis finds odd characters by itself; these are what code is made of.
fragments = st.sampled_from(
    [
        *tiny_model.WORDS,
        *tiny_model.SPECIALS,
        *tiny_model.UNUSED,
        "\n",
        "\r\n",
        "    ",
        "日本語",
        "👩‍💻",
    ]
)
texts = st.lists(fragments | st.text(max_size=8), max_size=12).map("".join)


def encode(tokenizer, text, *, heal=True, max_tokens=LIMITLESS, keep="end"):
    prompt = [Special("fim_prefix"), Text(text, max_tokens, keep)]
    encoded = tokenizer.encode(prompt, heal=heal)
    assert tokenizer.bytes[encoded.tokens[0]] == b""
    return encoded.tokens[1:], encoded.held, encoded.cut


def spelled(tokenizer, tokens):
    return b"".join(tokenizer.bytes[token] for token in tokens)


@given(text=texts, heal=st.booleans())
def test_no_byte_is_lost_between_text_and_tokens(tokenizer, text, heal):
    tokens, held, cut = encode(tokenizer, text, heal=heal)
    assert spelled(tokenizer, tokens) + held == text.encode()
    assert cut == 0


@given(text=texts, more=texts)
def test_text_that_reads_like_a_special_token_stays_text(tokenizer, text, more):
    for name in tiny_model.SPECIALS:
        tokens, _, _ = encode(tokenizer, text + name + more, heal=False)
        assert all(tokenizer.bytes[token] for token in tokens)


def test_special_tokens_stand_for_no_text_and_unused_rows_neither(tokenizer):
    silent = [i for i in range(len(tokenizer.bytes)) if tokenizer.bytes[i] == b""]
    assert len(silent) == len(tiny_model.SPECIALS) + len(tiny_model.UNUSED)
    assert tokenizer.stop == set(silent), "what follows would join what stands on both sides"
    assert sorted(tokenizer.markers) == sorted(tiny_model.SPECIALS)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("import num", " num"),
        ("value = self.val", ".val"),
        ("value = self.", "."),
        ("if x:\n    ", "    "),
        ("def f():\n", "():\n"),
        ("x = 12", "2"),
        ("名前 = 日", " 日"),
        ("", ""),
    ],
)
def test_the_last_pre_token_is_held(tokenizer, text, held):
    assert encode(tokenizer, text)[1].decode() == held
    assert encode(tokenizer, text, heal=False)[1] == b""


def test_only_text_at_the_very_end_is_held(tokenizer):
    text = Text("import num", LIMITLESS, "end")
    assert tokenizer.encode([text, Special("fim_middle")]).held == b""
    assert tokenizer.encode([text, Special("fim_middle"), text]).held == b" num"
    same = tokenizer.encode([text, Special("fim_middle"), text], heal=False).tokens
    healed = tokenizer.encode([text, Special("fim_middle"), text]).tokens
    assert healed == same[: len(healed)]


@given(texts.filter(bool))
def test_a_prompt_of_one_text_keeps_a_token_to_start_from(tokenizer, text):
    encoded = tokenizer.encode([Text(text, LIMITLESS, "end")])
    assert encoded.tokens
    assert spelled(tokenizer, encoded.tokens) + encoded.held == text.encode()


def test_what_stands_before_is_encoded_the_same_from_key_to_key(tokenizer):
    prompts = [
        [
            Special("fim_suffix"),
            Text(before, 5, "start"),
            Special("fim_middle"),
            Text(typed, 9, "end"),
        ]
        for before in ("x = 1\ny = 2\nz = 3\n", "y = 2\n")
        for typed in ("retu", "return")
    ]
    first = [tokenizer.encode(prompt) for prompt in prompts]
    assert [tokenizer.encode(prompt) for prompt in reversed(prompts)] == first[::-1]
    assert first[0].tokens[:7] == first[1].tokens[:7] != first[2].tokens[:7]


@given(text=texts, max_tokens=st.integers(0, 30), heal=st.booleans())
def test_a_cut_keeps_the_right_end_and_is_reported(tokenizer, text, max_tokens, heal):
    whole, held, _ = encode(tokenizer, text, heal=heal)
    over = max(0, len(whole) - max_tokens)
    for keep, kept in (("end", whole[over:]), ("start", whole[:max_tokens])):
        found = encode(tokenizer, text, heal=heal, max_tokens=max_tokens, keep=keep)
        assert found == (kept, held, over)


@given(st.one_of(texts.map(str.encode), st.binary(max_size=4)).filter(bool), st.integers(1, 8))
def test_starting_finds_what_a_scan_of_the_vocabulary_finds(tokenizer, held, length):
    held = held[:length]
    found = tokenizer.starting(held).tolist()
    assert sorted(found) == naive_starting(tokenizer, held)
    assert found, "single bytes are tokens, so something can always be spelled"


def naive_starting(tokenizer, held):
    texts = [tokenizer.bytes[i] for i in range(len(tokenizer.bytes))]
    return [i for i, may in enumerate(may_follow(texts, held)) if may]


def test_a_run_of_line_ends_is_one_token(tokenizer):
    one, two = (
        [i for i in range(len(tokenizer.bytes)) if tokenizer.bytes[i] == text]
        for text in (b"\n", b"\n\n")
    )
    assert not set(one) & set(tokenizer.starting(b"\n\n").tolist())
    assert {*one, *two} <= set(tokenizer.starting(b"\n").tolist())
    # No token has so many: then it has to be split.
    assert {*one, *two} <= set(tokenizer.starting(b"\n\n\n").tolist())


@given(text=texts, cuts=st.lists(st.integers(0, 200)))
def test_the_decoder_never_shows_half_a_character(tokenizer, text, cuts):
    data, decoder, shown = text.encode(), tokenizer.decoder(), ""
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in itertools.pairwise(edges):
        shown += decoder.decode(data[start:end])
        assert text.startswith(shown)
    assert shown == text


def test_a_special_token_that_the_vocabulary_lacks_is_refused(tiny_f32):
    with pytest.raises(ValueError, match=r"no token '<\|eos\|>'"):
        Tokenizer(tiny_f32 / "tokenizer.json", {}, ["<|eos|>"])


def test_an_unknown_pre_tokenizer_is_refused():
    with pytest.raises(ValueError, match="'llama-bpe' is not supported"):
        build([], [], [], "llama-bpe")


@pytest.fixture(scope="module")
def real_tokenizer(real_model):
    return tiny_model.tokenizer(real_model)


@pytest.mark.real_model
def test_the_real_vocabulary_is_qwen_s(real_tokenizer):
    # As published with the model: tokenizer.json and the FIM roles of Qwen2.5-Coder.
    assert real_tokenizer.encode(
        [
            Special("fim_prefix"),
            Special("fim_suffix"),
            Special("fim_middle"),
            Text("Hello world", 9, "end"),
        ],
        heal=False,
    ).tokens == [151659, 151661, 151660, 9707, 1879]
    assert 151643 in real_tokenizer.stop


@pytest.mark.real_model
def test_real_code_has_the_tokens_that_were_recorded(real_tokenizer):
    for passage in json.loads(REFERENCE.read_text()):
        text = spelled(real_tokenizer, passage["tokens"]).decode()
        assert encode(real_tokenizer, text, heal=False)[0] == passage["tokens"]


@pytest.mark.real_model
@pytest.mark.parametrize(
    "held", [" num", "n", "    ", "):\n", "\n\n\n", ")\n\n", " 日", "<|fim_m", "[P", "getElem"]
)
def test_starting_scans_the_real_vocabulary_too(real_tokenizer, held):
    found = sorted(real_tokenizer.starting(held.encode()).tolist())
    assert found == naive_starting(real_tokenizer, held.encode())
