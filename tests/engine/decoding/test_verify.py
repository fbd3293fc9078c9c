import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.engine.decoding.spelling import Spelling
from inkling.engine.decoding.verify import verify
from inkling.engine.runtime.base import Logits

token_ids = st.integers(0x20, 0x7E)  # the tiny vocabulary begins with the 256 bytes


def logits(best, scores=None):
    """A target model whose greedy choices are `best`, each with log-probability -1, -2, ..."""
    log_probs = -np.arange(1, len(best) + 1, dtype=np.float32)
    return Logits(np.array(best), log_probs, np.zeros((len(best), 1), np.float32), scores)


def test_all_draft_tokens_accepted_bring_a_bonus_token(tokenizer):
    verified = verify([65, 66], logits([65, 66, 67]), Spelling(b""), tokenizer)
    assert verified.tokens == [65, 66, 67]
    assert verified.log_probs == [-1, -2, -3]
    assert b"".join(verified.text) == b"ABC"


def test_the_first_wrong_draft_token_ends_the_accepted_ones(tokenizer):
    verified = verify([65, 99, 67], logits([65, 66, 67, 68]), Spelling(b""), tokenizer)
    assert verified.tokens == [65, 66]
    assert verified.log_probs == [-1, -2]


def test_without_a_draft_a_step_is_plain_decoding(tokenizer):
    assert verify([], logits([65]), Spelling(b""), tokenizer).tokens == [65]


@given(draft=st.lists(token_ids, max_size=6), data=st.data())
def test_the_tokens_are_the_target_s_own_up_to_the_first_disagreement(tokenizer, draft, data):
    agree = data.draw(st.integers(0, len(draft)))
    best = draft[:agree] + [data.draw(token_ids) for _ in range(len(draft) + 1 - agree)]
    verified = verify(draft, logits(best), Spelling(b""), tokenizer)
    count = len(verified.tokens)
    assert verified.tokens == best[:count]
    assert verified.tokens[:-1] == draft[: count - 1]
    assert count == len(draft) + 1 or best[count - 1] != draft[count - 1]


def preferring(tokenizer, *rows):
    """Logits whose scores are 0 but for a few texts; one row for each position."""
    ids = {tokenizer.bytes[i]: i for i in range(len(tokenizer.bytes))}
    scores = np.zeros((len(rows), len(tokenizer.bytes)), np.float32)
    for row, wanted in zip(scores, rows, strict=True):
        row[[ids[text] for text in wanted]] = list(wanted.values())
    return logits(scores.argmax(axis=-1).tolist(), scores), ids


def test_a_token_must_agree_with_the_held_bytes(tokenizer):
    said, ids = preferring(tokenizer, {b" for": 9, b" numpy": 5, b" np": 6, b" num": 1})
    verified = verify([], said, Spelling(b" nu"), tokenizer)
    assert verified.tokens == [ids[b" numpy"]]
    assert verified.text == [b"mpy"]
    assert verified.spelling.held == b""
    agreeing = np.array([5, 1] + [0] * (len(tokenizer.starting(b" nu")) - 2))
    assert verified.log_probs == pytest.approx([5 - np.logaddexp.reduce(agreeing)], abs=1e-4)


def test_a_shorter_token_leaves_the_rest_held(tokenizer):
    said, ids = preferring(tokenizer, {b" n": 5, b" numpy": 4})
    verified = verify([], said, Spelling(b" num"), tokenizer)
    assert (verified.tokens, verified.text, verified.spelling.held) == ([ids[b" n"]], [b""], b"um")


def test_draft_tokens_may_spell_the_held_bytes_one_after_the_other(tokenizer):
    said, ids = preferring(
        tokenizer, {b" for": 9, b" n": 5}, {b"numb": 9, b"u": 5}, {b"numb": 9}, {b" is": 9}
    )
    draft = [ids[b" n"], ids[b"u"], ids[b"numb"]]
    verified = verify(draft, said, Spelling(b" nu"), tokenizer)
    assert verified.tokens == [*draft, ids[b" is"]]
    assert b"".join(verified.text) == b"numb is"
    assert verified.spelling.held == b""


@pytest.mark.parametrize(("held", "rank"), [(b" nu", 0), (b"", 1), (b" nu", 1)])
def test_a_choice_that_is_not_free_needs_scores(held, rank, tokenizer):
    with pytest.raises(ValueError, match="no scores"):
        verify([], logits([65]), Spelling(held), tokenizer, rank)


@given(seed=st.integers(0, 2**32 - 1), rank=st.integers(0, 20), held=st.sampled_from([b"", b" nu"]))
def test_a_rank_is_a_place_among_the_tokens_that_agree(tokenizer, seed, rank, held):
    scores = np.random.default_rng(seed).permutation(len(tokenizer.bytes)).astype(np.float32)
    allowed = tokenizer.starting(held) if held else np.arange(scores.size)
    ordered = sorted(allowed.tolist(), key=lambda token: -scores[token])
    said = logits([int(scores.argmax())], scores[None])
    verified = verify([], said, Spelling(held), tokenizer, rank)
    assert verified.tokens == [ordered[min(rank, len(ordered) - 1)]]
    found, beside = scores[verified.tokens[0]], scores[allowed]
    expected = found - np.logaddexp.reduce(beside) if held else -1 + found - scores.max()
    assert verified.log_probs == pytest.approx([expected], abs=1e-4)


def test_only_the_first_token_has_a_rank(tokenizer):
    said, ids = preferring(tokenizer, {b" is": 9, b" for": 5}, {b" in": 9, b" for": 5})
    verified = verify([ids[b" for"]], said, Spelling(b""), tokenizer, 1)
    assert verified.tokens == [ids[b" for"], ids[b" in"]]
