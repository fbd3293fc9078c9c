from hypothesis import example, given
from hypothesis import strategies as st

from inkling.engine.draft import NoDraft, PromptLookup, Recall
from inkling.engine.wire import Text


def tokens(tokenizer, text):
    return tokenizer.encode([Text(text, 1000, "end")], heal=False).tokens


def propose(tokenizer, text, held="", k=3):
    draft = PromptLookup(tokenizer).propose(tokens(tokenizer, text), held.encode(), k)
    return b"".join(tokenizer.bytes[token] for token in draft.tokens).decode()


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
        draft = PromptLookup(tokenizer).propose(tokens(tokenizer, text), b"", k)
        assert len(draft.tokens) == k


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
    for text, match in [(b"abcdefxef", 2), (b"abcdefgxabcdef", 4), (b"abab", 2), (b"aba", 1)]:
        assert lookup.propose(list(text), b"", 3).match == match
    assert lookup.propose(list(b"xabc"), b"ab", 3).match == 0


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
    draft = PromptLookup(tokenizer, max_ngram).propose(context, held, k)
    assert draft.tokens == naive_lookup(tokenizer, context, held, k, max_ngram)


def naive_lookup(tokenizer, context, held, k, max_ngram):
    begun_word = len(held.strip()) > 1
    for n in range(max_ngram, -1 if begun_word else 0, -1):
        for start in range(len(context) - 1, max(n, 1) - 1, -1):
            text = tokenizer.bytes[context[start]]
            spells = text.startswith(held) or held.startswith(text)
            if spells and context[start - n : start] == context[len(context) - n :]:
                return context[start : start + k]
    return []


def test_what_was_written_here_before_is_recalled(tokenizer):
    recall = Recall(tokenizer, NoDraft())
    recall.remember([1, 2, *b"abc"])
    assert recall.propose([1, 2], b"", 8).tokens == list(b"abc")
    assert recall.propose([1, 2, *b"a"], b"", 1).tokens == list(b"b")
    assert recall.propose([1, 2], b"a", 8).tokens == list(b"abc")


def test_what_was_written_elsewhere_or_spells_something_else_is_not_recalled(tokenizer):
    recall = Recall(tokenizer, NoDraft())
    recall.remember([1, 2, *b"abc"])
    assert recall.propose([1, 3], b"", 8).tokens == []
    assert recall.propose([1, 2, *b"abc"], b"", 8).tokens == []
    assert recall.propose([1, 2], b"x", 8).tokens == []


def test_without_a_memory_the_other_drafter_is_asked(tokenizer):
    recall = Recall(tokenizer, PromptLookup(tokenizer))
    assert recall.propose(list(b"abcab"), b"", 1).tokens == list(b"c")
