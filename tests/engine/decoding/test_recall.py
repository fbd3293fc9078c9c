import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.engine.decoding.recall import Recall
from inkling.engine.decoding.spelling import Spelling
from inkling.engine.decoding.verify import Verified, verify
from inkling.engine.runtime.base import Logits


def logits(*rows):
    """What a model says that gives tokens these scores, and all others -100; one row a position."""
    scores = np.full((len(rows), 512), -100, np.float32)
    for row, given_scores in zip(scores, rows, strict=True):
        row[list(given_scores)] = list(given_scores.values())
    best = scores.argmax(axis=-1)
    log_probs = -np.arange(1, len(rows) + 1, dtype=np.float32)
    hidden = np.arange(len(rows), dtype=np.float32)[:, None]
    return Logits(best, log_probs, hidden, scores)


def test_what_was_noted_is_followed_to_its_end(tokenizer):
    recall = Recall(tokenizer)
    recall.note([1, 2], [65, 66], logits({65: 3}, {66: 3}))
    recall.note([1, 2, 65, 66], [67], logits({67: 3}))
    found, hidden = recall.follow([1, 2], Spelling(b""), 9)
    assert (found.tokens, found.log_probs) == ([65, 66, 67], [-1, -2, -1])
    assert b"".join(found.text) == b"ABC"
    assert hidden == [0]
    assert recall.follow([1, 2], Spelling(b""), 2)[0].tokens == [65, 66]
    assert recall.follow([1, 2], Spelling(b""), 2)[1] == [1]
    assert recall.follow([2], Spelling(b""), 9) == (Verified([], [], [], Spelling()), None)


def test_what_was_typed_chooses_among_what_was_likely(tokenizer):
    recall = Recall(tokenizer)
    recall.note([1], [65], logits({65: 9, 66: 8, 67: 7}))
    assert recall.follow([1], Spelling(b"B"), 9)[0].tokens == [66]
    assert recall.follow([1], Spelling(b"B"), 9)[0].log_probs == [0]
    assert recall.follow([1], Spelling(b""), 9, rank=2)[0].tokens == [67]
    assert recall.follow([1], Spelling(b""), 9, rank=3)[0].tokens == []


def test_what_is_unlikely_is_left_to_the_model(tokenizer):
    recall = Recall(tokenizer)
    recall.note([1], [65], logits({65: 20, 66: 3}))
    assert recall.follow([1], Spelling(b"B"), 9)[0].tokens == []


def test_a_token_that_ends_the_text_is_the_last_one(tokenizer):
    stop = min(tokenizer.stop)
    recall = Recall(tokenizer)
    recall.note([1], [stop], logits({stop: 9}))
    recall.note([1, stop], [65], logits({65: 9}))
    assert recall.follow([1], Spelling(b""), 9)[0].tokens == [stop]
    assert recall.follow([1], Spelling(b"A"), 9)[0].tokens == [], "it spells nothing"


def test_only_the_latest_are_kept(tokenizer):
    recall = Recall(tokenizer, 2)
    for n in range(3):
        recall.note([n], [65], logits({65: 9}))
        assert recall.follow([0], Spelling(b""), 1)[0].tokens == [65]
    found = [bool(recall.follow([n], Spelling(), 1)[0].tokens) for n in range(3)]
    assert found == [True, False, True], "what is asked for stays"


def test_logits_without_scores_are_refused(tokenizer):
    bare = Logits(np.array([65]), np.zeros(1, np.float32), np.zeros((1, 1), np.float32), None)
    with pytest.raises(ValueError, match="no scores"):
        Recall(tokenizer).note([1], [65], bare)


@given(
    st.integers(0, 2**32), st.sampled_from([b"", b"s", b"de", b" s", b"self"]), st.integers(0, 3)
)
def test_it_chooses_as_the_verifier_does(tokenizer, seed, held, rank):
    scores = np.random.default_rng(seed).normal(0, 12, (1, len(tokenizer.bytes)))
    scores = scores.astype(np.float32)
    said = Logits(
        scores.argmax(axis=-1), np.array([-0.5], np.float32), np.zeros((1, 1), np.float32), scores
    )
    recall = Recall(tokenizer)
    recall.note([1], [0], said)
    found, _ = recall.follow([1], Spelling(held), 1, rank)
    expected = verify([], said, Spelling(held), tokenizer, rank)
    if found.tokens:
        assert found.tokens == expected.tokens
        assert found.spelling == expected.spelling
        # What was not likely is not kept, so that a choice among what was typed may seem surer.
        (log_prob,), (exact,) = found.log_probs, expected.log_probs
        near = not held or scores[0, found.tokens[0]] > scores.max() - 2
        assert log_prob == pytest.approx(exact, abs=1e-3) if near else log_prob >= exact - 1e-3
    else:
        assert scores[0, expected.tokens[0]] < scores.max() - 15.9
