import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_decode import answer, check, encode, greedy, prompts

import tiny_model
from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.model import NEAR, DraftModel
from inkling.engine.drafting.trust import Trust
from inkling.engine.runtime.pace import Pace
from inkling.engine.wire import Text


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


def caught_up(model, tokens):
    """Ask until it has read what it reads; return what it predicts then, and how often it was."""
    count = 1
    while (prediction := model.predict(tokens, None)) is None:
        count += 1
    return prediction, count


@given(prompts, st.booleans(), st.integers(0, 6))
def test_a_draft_model_changes_nothing_of_what_is_written(
    tiny_f32_session, plain, small, tokenizer, texts, heal, longest
):
    prompt = encode(tokenizer, *texts, heal=heal)
    expected = greedy(plain, tokenizer, prompt)
    tiny_f32_session.rewind(0)
    drafter = Arbiter(tokenizer, [], DraftModel(small, Slow()), Trust({}))
    found = answer(tiny_f32_session, tokenizer, prompt, drafter, draft_tokens=longest)
    check(found, expected)


def test_once_it_has_read_what_is_near_most_of_what_it_drafts_is_accepted(
    session, small, tokenizer
):
    prompt = encode(tokenizer, "\n", "def name(self):\n    return self.name\n" * 3, heal=False)
    model = DraftModel(small, Slow())
    drafter = Arbiter(tokenizer, [], model, Trust({}))
    found = answer(session, tokenizer, prompt, drafter, max_tokens=40)
    assert found.accepted > found.steps
    assert drafter.propose(prompt.tokens, b"", 1).sources == ["model"]


def long(tokenizer, text):
    """The tokens of a text that stands there often."""
    return tokenizer.encode([Text(text * 60, 1000, "end")], heal=False).tokens


class Counted:
    """A session whose passes are counted, in tokens."""

    def __init__(self, session):
        self.session, self.passes = session, []

    def forward(self, tokens, **how):
        self.passes.append(len(tokens))
        return self.session.forward(tokens, **how)

    def __getattr__(self, name):
        return getattr(self.session, name)


def test_it_reads_what_is_near_a_little_at_a_time_and_what_is_new_behind_that(small, tokenizer):
    text = long(tokenizer, "def name(self):\n    return self.name\n")
    small.rewind(0)
    session = Counted(small)
    model = DraftModel(session, Slow())
    prediction, count = caught_up(model, text)
    assert count > 2
    assert sum(session.passes) == NEAR < len(text) / 2
    typed = [*text, prediction.best()]
    model.predict(typed, None)
    assert session.passes[-1] == 1
    model.predict([*typed[:-3], 5], None)
    assert session.passes[-1] == 1
    other = long(tokenizer, "import numpy as np\n")
    _, count = caught_up(model, other)
    assert sum(session.passes[-count:]) == NEAR
    _, count = caught_up(model, other[: 5 - NEAR])
    assert sum(session.passes[-count:]) == NEAR, "the little that is left there tells nothing"


def test_behind_more_than_it_has_room_for_it_begins_anew(tiny_q8, tokenizer):
    session = tiny_model.session(tiny_q8, capacity=NEAR + 8)
    text = long(tokenizer, "def name(self):\n    return self.name\n")
    model = DraftModel(session, Slow())
    for end in range(NEAR, NEAR + 40):
        prediction, _ = caught_up(model, text[:end])
        begin = end - len(session.tokens)
        assert list(session.tokens) == text[begin:end]
        assert prediction.best() < len(tokenizer.bytes)


def test_it_predicts_what_its_model_says(small, tokenizer):
    context = encode(tokenizer, "\n", "def", heal=False).tokens
    prediction = DraftModel(small, Slow()).predict(context, None)
    small.rewind(0)
    logits = small.forward(context)
    assert prediction.best() == logits.tokens[0]
    assert math.log(prediction.of(prediction.best())) == pytest.approx(
        logits.log_probs[0], abs=1e-4
    )
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-3)


def test_it_is_not_worth_asking_where_that_costs_more_than_it_saves(small, tokenizer):
    prompt = encode(tokenizer, "\n", "def name", heal=False)
    assert DraftModel(small, Slow()).worth(0.5)
    model = DraftModel(small, Fast())
    caught_up(model, prompt.tokens)
    model._own.observe_pass(1, 1.0)
    assert not model.worth(1.0)
