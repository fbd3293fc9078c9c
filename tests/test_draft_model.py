import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny_model
from inkling.engine.draft_model import DraftModel
from inkling.engine.pace import Pace
from test_decode import answer, check, encode, greedy, prompts


class Slow(Pace):
    """The pace of a model beside which the other one costs nothing."""

    def seconds(self, tokens):
        return 3600.0 + tokens


class Fast(Pace):
    """The pace of a model that is done before another one has begun."""

    def seconds(self, tokens):
        return 1e-9 * tokens


@pytest.fixture(scope="module")
def small(tiny_q8):
    """Another model of the same vocabulary: it mostly agrees."""
    return tiny_model.session(tiny_q8)


@pytest.fixture(scope="module")
def plain(tiny_f32):
    return tiny_model.session(tiny_f32)


def caught_up(drafter):
    while drafter.busy:
        drafter.read_on()


@given(prompts, st.booleans(), st.integers(0, 6))
def test_a_draft_model_changes_nothing_of_what_is_written(
    tiny_f32_session, plain, small, tokenizer, texts, heal, longest
):
    prompt = encode(tokenizer, *texts, heal=heal)
    expected = greedy(plain, tokenizer, prompt)
    tiny_f32_session.rewind(0)
    drafter = DraftModel(tokenizer, small, Slow())
    found = answer(tiny_f32_session, tokenizer, prompt, drafter, draft_tokens=longest)
    check(found, expected)


def test_once_it_has_read_along_most_of_what_it_drafts_is_accepted(session, small, tokenizer):
    prompt = encode(tokenizer, "\n", "def name(self):\n    return self.name\n" * 3, heal=False)
    drafter = DraftModel(tokenizer, small, Slow())
    assert drafter.propose(prompt.tokens, b"", 4).tokens == [], "it has read nothing yet"
    assert drafter.busy
    caught_up(drafter)
    found = answer(session, tokenizer, prompt, drafter, max_tokens=40)
    assert found.accepted > found.steps
    assert drafter.propose(prompt.tokens, b"", 4).source == "model"


def test_it_does_not_draft_where_that_costs_more_than_it_saves(small, tokenizer):
    prompt = encode(tokenizer, "\n", "def name", heal=False)
    drafter = DraftModel(tokenizer, small, Fast())
    caught_up(drafter)
    drafter.propose(prompt.tokens, b"", 4)
    drafter._own.observe_pass(1, 1.0)
    assert drafter.propose(prompt.tokens, b"", 4).tokens == []


def test_what_it_drafts_agrees_with_what_is_held(small, tokenizer):
    drafter = DraftModel(tokenizer, small, Slow())
    context = encode(tokenizer, "\n", "def", heal=False).tokens
    tokens = drafter.propose(context, b" retu", 3).tokens
    spelled = b"".join(tokenizer.bytes[token] for token in tokens)
    assert not tokens or spelled.startswith(b" retu") or b" retu".startswith(spelled)
