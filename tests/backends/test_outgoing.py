import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.backends.outgoing import Fluency, masked_around, sent
from inkling.context.plausible import MASK
from inkling.context.secrets import masked
from inkling.context.window import Window, tokens_in
from inkling.engine.wire import Special, Text
from inkling.suggest import prompt

SPECIAL = {"fim_prefix": "<|fim_prefix|>", "fim_suffix": "<|fim_suffix|>", "fim_middle": "<PRE>"}
FLUENCY = Fluency(SPECIAL, "spm", ("<|endoftext|>", *SPECIAL.values()))
SECRET = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"


def out(before, behind, layout="spm", room=0):
    return sent(prompt.build(Window(before, behind), layout), FLUENCY, room)


def test_a_prompt_is_laid_out_with_the_texts_of_the_special_tokens():
    assert out("a = ", "\nb") == "<|fim_prefix|><|fim_suffix|>\nb<PRE>a = "
    assert out("a = ", "\nb", "psm") == "<|fim_prefix|>a = <|fim_suffix|>\nb<PRE>"


@pytest.mark.parametrize("side", ["before", "behind"])
@pytest.mark.parametrize(
    "spelled", ["<|fim_suffix|>", "<|endoftext|>", "<|im_start|>", "<PRE>", "<|a_model's own|>"]
)
def test_no_text_becomes_a_special_token(side, spelled):
    text = f'x = "{spelled}"\n'
    written = out(text, "") if side == "before" else out("", text)
    among = written.replace(SPECIAL["fim_prefix"], "").replace(SPECIAL["fim_middle"], "", 1)
    known = spelled != "<|a_model's own|>"  # no model spells one so
    assert among.count(spelled) == (spelled == SPECIAL["fim_suffix"]) + (not known)


@pytest.mark.parametrize("layout", ["spm", "psm"])
@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (f'key = "{SECRET}"\nx = ', "\n"),
        ("x = ", f'\nkey = "{SECRET}"\n'),
        (f'key = "{SECRET[:20]}', f'{SECRET[20:]}"\n'),
        (f'key = "{SECRET}', '"\n'),
        ('key = "', f'{SECRET}"\n'),
        ('password = "hunter', '2hunter2"\n'),
        (f'a, b = "{SECRET}", ', f'"{SECRET}"\n'),
    ],
)
def test_a_secret_of_the_open_file_is_masked(layout, before, behind):
    written = out(before, behind, layout)
    assert MASK in written
    assert not any(SECRET[at : at + 8] in written for at in range(len(SECRET) - 8))
    assert "hunter" not in written


LINES = st.lists(
    st.sampled_from(
        [f'key = "{SECRET}"', "def f(a):", "    return a", 'password = "hunter22"', "", "x" * 9]
    ),
    max_size=6,
).map("\n".join)


@given(LINES, st.data())
def test_what_stands_on_both_sides_of_a_place_is_masked_as_one_text(text, data):
    at = data.draw(st.integers(0, len(text)))
    before, behind = masked_around(text[:at], text[at:])
    assert before + behind == masked(text)
    assert before.count("\n") == text.count("\n", 0, at)


@given(st.text("ab \n", max_size=60), st.data())
def test_where_nothing_is_masked_the_place_stays_where_it_is(text, data):
    at = data.draw(st.integers(0, len(text)))
    assert masked_around(text[:at], text[at:]) == (text[:at], text[at:])


def test_a_server_for_short_prompts_gets_what_is_nearest_to_the_cursor():
    before = "".join(f"before_{line} = {line}\n" for line in range(200))
    behind = "".join(f"behind_{line} = {line}\n" for line in range(200))
    whole, short = out(before, behind), out(before, behind, room=500)
    assert tokens_in(whole) > 2000
    assert tokens_in(short) < 600
    assert short.endswith("before_199 = 199\n")
    assert short.startswith("<|fim_prefix|><|fim_suffix|>behind_0 = 0\n")


def test_a_text_that_is_longer_than_it_may_be_is_cut_where_the_engine_cuts_it():
    parts = [Text("one two three four " * 50, 10, "end"), Special("fim_middle")]
    written = sent(parts, FLUENCY, 0)
    assert written.endswith("four <PRE>")
    assert tokens_in(written.removesuffix("<PRE>")) <= 11
