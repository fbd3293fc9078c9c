import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_decode import answer, check, encode, greedy, prompts

import numpy_qwen2
import tiny_model
from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.head import DraftHead
from inkling.engine.drafting.trust import Trust
from inkling.engine.manifest import Manifest
from inkling.engine.runtime.onnx import OnnxHeadSession
from inkling.models.data import heads
from inkling.models.data.heads import Head

REFERENCE = Path(__file__).parents[2] / "reference" / "qwen2.5-coder-0.5b.json"
ROWS = tiny_model.tensors()["output.weight"]
WIDTH, INNER = tiny_model.SHAPE.hidden, 32


def random_head(tokens) -> Head:
    """A head that says something else than the model, whatever it sees."""
    random = np.random.default_rng(3)

    def matrix(rows, columns):
        return random.normal(0, 1 / np.sqrt(columns), (rows, columns)).astype(np.float32)

    return Head(
        tokens=np.asarray(tokens, np.int64),
        hidden_scale=random.uniform(0.5, 2, WIDTH).astype(np.float32),
        embedding_scale=np.array([0.3], np.float32),
        bias=random.normal(0, 1, WIDTH).astype(np.float32),
        norm=random.uniform(0.5, 1.5, WIDTH).astype(np.float32),
        matrices={
            "mix": matrix(WIDTH, 2 * WIDTH),
            "gate_up": matrix(2 * INNER, WIDTH),
            "down": matrix(WIDTH, INNER),
        },
    )


def expect(head, hidden, token):
    """The formulas in the description of a head, in NumPy."""
    mix, gate_up, down = (head.matrices[name] for name in ("mix", "gate_up", "down"))
    both = np.concatenate([hidden / head.hidden_scale, ROWS[token] / head.embedding_scale])
    x = mix @ both + head.bias
    gate, up = np.split(gate_up @ numpy_qwen2.rms_norm(x, head.norm, 1e-6), 2)
    ahead = (x + down @ (gate / (1 + np.exp(-gate)) * up)) * head.hidden_scale
    return ahead, np.exp(numpy_qwen2.log_softmax(ROWS[head.tokens] @ ahead))


def load(folder):
    return OnnxHeadSession(folder, Manifest.read(folder))


@pytest.fixture(scope="module")
def some():
    """A head that can say every third token."""
    return random_head(range(2, len(ROWS), 3))


@pytest.fixture(scope="module")
def f32(tmp_path_factory, some):
    return load(tiny_model.make(tmp_path_factory.mktemp("some") / "f32", head=some))


@pytest.fixture(scope="module")
def q8(tmp_path_factory, some):
    return load(tiny_model.make(tmp_path_factory.mktemp("some") / "q8", "q8", head=some))


seeds = st.integers(0, 2**32)
token_ids = st.integers(0, len(ROWS) - 1)


@given(seeds, token_ids)
def test_in_float32_the_head_says_what_its_formulas_say(f32, some, seed, token):
    hidden = np.random.default_rng(seed).normal(0, 1, WIDTH).astype(np.float32)
    ahead, probabilities = f32.forward(hidden, token)
    expected = expect(some, hidden, token)
    assert np.abs(ahead - expected[0]).max() <= 1e-4
    assert np.abs(probabilities - expected[1]).max() <= 1e-4
    assert f32.tokens.tolist() == some.tokens.tolist()


def test_in_8_bits_it_says_nearly_the_same(q8, some):
    random = np.random.default_rng(0)
    errors = []
    for token in range(0, len(ROWS), 5):
        hidden = random.normal(0, 1, WIDTH).astype(np.float32)
        expected, _ = expect(some, hidden, token)
        errors.append(np.abs(q8.forward(hidden, token)[0] - expected).mean())
    # Each matrix rounds weights and activations; the values have a standard deviation of 1.8.
    assert np.mean(errors) <= 0.05


def test_a_model_says_whether_it_has_a_head(tmp_path, some, tiny_f32):
    folder = tiny_model.make(tmp_path / "model", head=some)
    manifest = Manifest.read(folder)
    assert manifest.draft_head
    assert {"draft.onnx", "draft.onnx.data"} <= manifest.files.keys()
    assert b"prepacked_0" in (folder / "draft.onnx").read_bytes()
    assert not Manifest.read(tiny_f32).draft_head
    assert heads.load("a model that nobody trained a head for") is None


@pytest.fixture(scope="module")
def taught(tmp_path_factory, tiny_f32):
    """A head that is right now and then: the best linear guess of what the model sees next."""
    session, random = tiny_model.session(tiny_f32), np.random.default_rng(5)
    before, after = [], []
    for _ in range(40):
        tokens = random.integers(0, len(ROWS), 60).tolist()
        session.rewind(0)
        hidden = session.forward(tokens, last=len(tokens)).hidden
        before.append(np.concatenate([hidden[:-1], ROWS[tokens[1:]], np.ones((59, 1))], axis=1))
        after.append(hidden[1:])
    solved, *_ = np.linalg.lstsq(np.concatenate(before), np.concatenate(after))
    untaught = random_head(range(len(ROWS)))
    head = dataclasses.replace(
        untaught,
        hidden_scale=np.ones(WIDTH, np.float32),
        embedding_scale=np.ones(1, np.float32),
        bias=solved[-1].astype(np.float32),
        matrices=untaught.matrices
        | {"mix": solved[:-1].T.astype(np.float32), "down": np.zeros((WIDTH, INNER), np.float32)},
    )
    return load(tiny_model.make(tmp_path_factory.mktemp("taught") / "f32", head=head))


@given(prompts, st.booleans(), st.integers(0, 6), st.sampled_from(["random", "taught"]))
def test_a_head_changes_nothing_of_what_is_written(
    tiny_f32_session, tiny_plain_session, tokenizer, f32, taught, texts, heal, longest, which
):
    prompt = encode(tokenizer, *texts, heal=heal)
    expected = greedy(tiny_plain_session, tokenizer, prompt)
    tiny_f32_session.rewind(0)
    head = DraftHead({"random": f32, "taught": taught}[which], least=0)
    drafter = Arbiter(tokenizer, [], head, Trust({}))
    found = answer(tiny_f32_session, tokenizer, prompt, drafter, draft_tokens=longest)
    check(found, expected)


def test_some_drafts_of_a_taught_head_are_accepted(session, tokenizer, taught):
    prompt = encode(tokenizer, "\n", "def name(self):\n    return", heal=False)
    drafter = Arbiter(tokenizer, [], DraftHead(taught, least=0))
    found = answer(session, tokenizer, prompt, drafter, max_tokens=40)
    assert found.accepted > 0
    assert found.steps + found.accepted == len(found.tokens)


@pytest.fixture(scope="module")
def tiny_plain_session(tiny_f32):
    """A session for plain greedy decoding, beside the one under test."""
    return tiny_model.session(tiny_f32)


def test_without_a_hidden_state_nothing_is_predicted(f32):
    assert DraftHead(f32, least=0).predict([1, 2], None) is None


def test_it_goes_on_from_its_own_guess(f32, some):
    seen = np.random.default_rng(0).normal(0, 1, WIDTH).astype(np.float32)
    head = DraftHead(f32, least=0.1)
    first = head.predict([1, 2], seen)
    second = head.predict([1, 2, 5], first.hidden)
    ahead, probabilities = expect(some, expect(some, seen, 2)[0], 5)
    assert np.abs(second.probabilities - probabilities).max() <= 1e-4
    assert np.abs(second.hidden - ahead).max() <= 1e-4
    assert second.source == "head"


def test_what_is_hardly_needed_is_not_worth_its_time(f32):
    head = DraftHead(f32, least=0.1)
    assert [head.worth(likely) for likely in (1, 0.1, 0.09)] == [True, True, False]


@pytest.mark.real_model
def test_on_real_code_the_head_often_guesses_what_the_model_says(
    real_session, real_model, record_property
):
    head, right = load(real_model), []
    for passage in json.loads(REFERENCE.read_text()):
        tokens = passage["tokens"]
        real_session.rewind(0)
        said = real_session.forward(tokens, last=len(tokens))
        for i in range(len(tokens) - 1):
            _, probabilities = head.forward(said.hidden[i], tokens[i + 1])
            right.append(head.tokens[probabilities.argmax()] == said.tokens[i + 1])
    print(f"the first draft token is right at {np.mean(right):.1%} of {len(right)} places")
    record_property("first_draft_right", float(np.mean(right)))
    assert np.mean(right) >= 0.35
