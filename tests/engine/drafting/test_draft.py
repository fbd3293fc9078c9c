import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inkling.engine.drafting.draft import History, NoDraft, Prediction, PromptLookup, References
from inkling.engine.wire import Text


def tokens(tokenizer, text):
    return tokenizer.encode([Text(text, 1000, "end")], heal=False).tokens


def copy(copier, context, held, k):
    """The tokens of a copy; none if there is none."""
    copied = copier.copy(context, held, k)
    assert copied is None or copied.tokens
    return copied.tokens if copied else []


def propose(tokenizer, text, held="", k=3):
    copied = copy(PromptLookup(tokenizer), tokens(tokenizer, text), held.encode(), k)
    return b"".join(tokenizer.bytes[token] for token in copied).decode()


def test_plain_decoding_has_no_draft_tokens():
    assert NoDraft().propose([1, 1, 1], b"", 3).tokens == []


def test_what_followed_the_same_n_gram_is_proposed(tokenizer):
    assert propose(tokenizer, " if self.name is not None: self.name is", k=2) == " not None"


def test_the_longer_match_wins_over_the_later_one(tokenizer):
    assert propose(tokenizer, " for value in text, self in name: for value in", k=1) == " text"


def test_of_equal_matches_the_latest_wins(tokenizer):
    assert propose(tokenizer, " in text in name in", k=1) == " name"


def test_a_draft_may_run_into_what_it_continues(tokenizer):
    assert propose(tokenizer, " is in is in", k=3) == " is in"


def test_k_bounds_the_draft(tokenizer):
    text = " def name(self): return self. def name"
    for k in range(5):
        assert len(copy(PromptLookup(tokenizer), tokens(tokenizer, text), b"", k)) == k


def test_nothing_earlier_alike_means_no_draft_tokens(tokenizer):
    assert propose(tokenizer, " for value in text") == ""


def test_the_first_draft_token_agrees_with_what_is_held(tokenizer):
    text = " import numpy; import text; import"
    assert propose(tokenizer, text, k=1) == " text"
    assert propose(tokenizer, text, held=" nu", k=1) == " numpy"


def test_a_word_begun_by_hand_is_a_match_in_itself(tokenizer):
    assert propose(tokenizer, "= numpy is not text:", held=" num", k=2) == " numpy is"
    assert propose(tokenizer, "= numpy is not text:", held=" ", k=2) == ""


def test_the_match_is_the_length_of_the_n_gram_that_is_followed(tokenizer):
    lookup = PromptLookup(tokenizer)
    for text, match in [(b"abcdefxef", 2), (b"abcdefgxabcdef", 6), (b"abab", 2), (b"aba", 1)]:
        assert lookup.copy(list(text), b"", 3).match == match
    assert lookup.copy(list(b"xabc"), b"ab", 3).match == 0


@given(
    context=st.lists(st.integers(0x61, 0x63), max_size=30),
    held=st.sampled_from([b"", b"a", b"ab", b"c", b" ", b"ca"]),
    k=st.integers(0, 5),
    max_ngram=st.integers(1, 5),
)
@example(context=list(b"abaa"), held=b"", k=1, max_ngram=4)
@example(context=[], held=b"", k=3, max_ngram=4)
@example(context=[], held=b"ab", k=3, max_ngram=4)
def test_the_draft_follows_the_longest_then_latest_match(tokenizer, context, held, k, max_ngram):
    copied = copy(PromptLookup(tokenizer, max_ngram), context, held, k)
    assert copied == naive_lookup(tokenizer, context, held, k, max_ngram)


def naive_lookup(tokenizer, context, held, k, max_ngram):
    begun_word = len(held.strip()) > 1
    for n in range(max_ngram, -1 if begun_word else 0, -1):
        for start in range(len(context) - 1, max(n, 1) - 1, -1):
            text = tokenizer.bytes[context[start]]
            spells = text.startswith(held) or held.startswith(text)
            if spells and context[start - n : start] == context[len(context) - n :]:
                return context[start : start + k]
    return []


def test_what_was_written_here_before_is_proposed_again(tokenizer):
    history = History(tokenizer)
    assert copy(history, [1, 2], b"", 8) == []
    history.remember([1, 2], list(b"abc"))
    assert copy(history, [1, 2], b"", 8) == list(b"abc")
    assert copy(history, [1, 2, *b"a"], b"", 1) == list(b"b")
    assert copy(history, [1, 2], b"a", 8) == list(b"abc")
    assert history.copy([1, 2], b"a", 8).match == 2


def test_what_was_written_at_two_times_does_not_run_together(tokenizer):
    history = History(tokenizer)
    history.remember([1, 2], list(b"abc"))
    history.remember([3, 4], list(b"xyz"))
    assert copy(history, [1, *b"c"], b"", 8) == []
    assert copy(history, [9], b"", 8) == []
    assert copy(history, [1, 2], b"x", 8) == []


def test_what_was_written_long_ago_is_forgotten(tokenizer):
    history = History(tokenizer)
    history.remember([1, 2], list(b"abc"))
    for _ in range(History._KEPT // 100):
        history.remember([3, 4], list(b"xyz") * 50)
    assert copy(history, [1, 2], b"", 8) == []


def test_a_text_elsewhere_is_copied_from_where_two_tokens_agree(tokenizer):
    references = References(tokenizer)
    references.refer("one", list(b"abcd"))
    references.refer("two", list(b"vwxy"))
    assert copy(references, list(b"ab"), b"", 8) == list(b"cd")
    assert copy(references, list(b"vw"), b"", 1) == list(b"x")
    assert copy(references, list(b"xb"), b"", 8) == []


def test_a_newer_text_of_a_name_replaces_the_older_and_an_empty_one_ends_it(tokenizer):
    references = References(tokenizer)
    references.refer("one", list(b"abcd"))
    references.refer("one", list(b"abef"))
    assert copy(references, list(b"ab"), b"", 8) == list(b"ef")
    references.refer("one", [])
    assert copy(references, list(b"ab"), b"", 8) == []


def test_of_too_much_text_what_was_referred_to_longest_ago_goes(tokenizer):
    references = References(tokenizer)
    references.refer("one", list(b"abcd"))
    references.refer("two", list(b"efgh"))
    references.refer("one", list(b"abcd"))
    for number in range(3):
        references.refer(f"long {number}", list(b"vwxy") * References._LONGEST)
    assert copy(references, list(b"ef"), b"", 8) == list(b"gh")
    references.refer("long", list(b"vwxy") * (References._LONGEST // 4 - 2))
    assert copy(references, list(b"ef"), b"", 8) == []
    assert copy(references, list(b"ab"), b"", 8) == list(b"cd")


@pytest.mark.parametrize("name", ["two", "one"])
def test_a_long_text_does_not_drive_out_the_others(name, tokenizer):
    references = References(tokenizer)
    references.refer("one", list(b"abcd"))
    references.refer("three", list(b"efgh"))
    references.refer(name, list(b"vwxy") * References._MOST)
    assert copy(references, list(b"ef"), b"", 8) == list(b"gh")
    assert copy(references, list(b"vw"), b"", 1) == list(b"x")


def test_a_copy_says_whose_it_is(tokenizer):
    history = History(tokenizer)
    history.remember([1, 2], list(b"abc"))
    assert history.copy([1, 2], b"", 8).source == "history"
    assert PromptLookup(tokenizer).copy(list(b"abab"), b"", 1).source == "lookup"


def predicted(*probabilities):
    tokens = np.arange(10, 10 + 2 * len(probabilities), 2)
    return Prediction("network", tokens, np.array(probabilities, np.float32))


def test_a_prediction_knows_some_tokens():
    prediction = predicted(0.2, 0.5, 0.3)
    assert prediction.best() == 12
    assert [prediction.of(token) for token in (9, 10, 11, 14, 16)] == pytest.approx(
        [0, 0.2, 0, 0.3, 0]
    )


def test_among_some_tokens_their_shares_stay_the_same():
    some = predicted(0.2, 0.5, 0.3).among(np.array([10, 11, 14]))
    assert (some.of(10), some.of(12), some.of(14)) == pytest.approx((0.4, 0, 0.6))
    assert predicted(0.2, 0.5, 0.3).among(np.array([11])) is None
    assert predicted(1.0, 0.0).among(np.array([12])) is None
