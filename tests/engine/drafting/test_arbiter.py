import numpy as np
import pytest

from inkling.engine.drafting.arbiter import Arbiter
from inkling.engine.drafting.draft import Copy, Prediction
from inkling.engine.drafting.trust import Trust

SEEN = np.array([0.0], np.float32)


class Copies:
    """Copies the same whenever it is asked behind a text."""

    def __init__(self, source, tokens, match=1, behind=(0,)):
        self.copied = Copy(source, list(tokens), match)
        self.behind = behind

    def copy(self, context, held, k):  # noqa: ARG002
        return self.copied if tuple(context) == self.behind else None


class Predicts:
    """A predictor that says certain probabilities, and goes on only from its own guesses."""

    def __init__(self, *said, least=0.0):
        self.said, self.least, self.asked = said, least, 0

    def predict(self, context, hidden):  # noqa: ARG002
        if hidden is None:
            return None
        assert hidden.tolist() == [self.asked]
        said = self.said[self.asked]
        self.asked += 1
        tokens = sorted(said)
        probabilities = np.array([said[token] for token in tokens], np.float32)
        return Prediction("network", np.array(tokens), probabilities, np.array([self.asked]))

    def worth(self, likely):
        return likely >= self.least


def arbiter(tokenizer, *copiers, predictor=None, **weights):
    odds = {"network odds": weights.pop("odds", 0.0)}
    return Arbiter(tokenizer, copiers, predictor, Trust(weights | odds))


def test_the_more_trusted_copy_is_drafted(tokenizer):
    one, other = Copies("one", b"ab"), Copies("other", b"xy")
    for weights, tokens in (({"one": 2.0}, b"ab"), ({"other": 2.0}, b"xy")):
        draft = arbiter(tokenizer, one, other, **weights).propose([0], b"", 8)
        assert bytes(draft.tokens) == tokens
        assert draft.sources == [next(iter(weights))] * 2
        assert draft.acceptances[0] > 0.8


def test_who_is_wrong_is_trusted_less(tokenizer):
    wrong, right = Copies("wrong", b"ab"), Copies("right", b"xy")
    judge = arbiter(tokenizer, wrong, right, wrong=0.1)
    assert bytes(judge.propose([0], b"", 8).tokens) == b"ab"
    for _ in range(60):
        judge.propose([0], b"", 8)
        judge.observe(list(b"xyz"))
    assert bytes(judge.propose([0], b"", 8).tokens) == b"xy"


def test_where_copies_agree_the_draft_takes_the_longer_way(tokenizer):
    short, long = Copies("short", b"ab"), Copies("long", b"abcd")
    draft = arbiter(tokenizer, short, long, token=3.0).propose([0], b"", 8)
    assert (bytes(draft.tokens), draft.sources[2:]) == (b"abcd", ["long"] * 2)
    assert bytes(arbiter(tokenizer, short, long, token=3.0).propose([0], b"", 3).tokens) == b"abc"


def test_what_is_known_to_follow_a_draft_is_drafted_too(tokenizer):
    copiers = Copies("short", b"a"), Copies("longer", b"bc", behind=(0, ord("a")))
    draft = arbiter(tokenizer, *copiers, token=3.0).propose([0], b"", 8)
    assert (bytes(draft.tokens), draft.sources) == (b"abc", ["short", "longer", "longer"])
    doubted = arbiter(tokenizer, *copiers, token=-1.0).propose([0], b"", 8)
    assert bytes(doubted.tokens) == b"a", "seldom right as a whole: nothing is looked for behind it"


def test_nobody_is_asked_in_vain(tokenizer):
    assert arbiter(tokenizer).propose([0], b"", 8).tokens == []
    predictor = Predicts({65: 0.9})
    sure = arbiter(tokenizer, Copies("one", b"a"), predictor=predictor, token=3.0)
    assert sure.propose([0], b"", 1, SEEN).sources == ["one"]
    assert predictor.asked == 0
    assert sure.propose([0], b"", 0, SEEN).tokens == []


def test_a_prediction_is_drafted_where_no_copy_is_likely(tokenizer):
    predictor = Predicts({65: 0.9, 66: 0.1}, {67: 0.8, 68: 0.2})
    judge = arbiter(tokenizer, Copies("one", b"B"), predictor=predictor, odds=1.0, one=-1.0)
    draft = judge.propose([0], b"", 2, SEEN)
    assert (draft.tokens, draft.sources) == ([65, 67], ["network"] * 2)
    assert draft.acceptances == pytest.approx([0.9, 0.8])


def test_a_prediction_speaks_for_the_copy_that_it_agrees_with(tokenizer):
    predictor = Predicts({65: 0.5, 66: 0.49})
    weights = {"odds": 1.0, "one": 0.3, "token": -0.5}
    judge = arbiter(tokenizer, Copies("one", b"B"), predictor=predictor, **weights)
    draft = judge.propose([0], b"", 1, SEEN)
    assert (draft.tokens, draft.sources, predictor.asked) == ([66], ["one"], 1)


def test_a_draft_ends_where_it_is_hardly_accepted_as_a_whole(tokenizer):
    said = [{65: 0.3, 66: 0.2}] * 8
    draft = arbiter(tokenizer, predictor=Predicts(*said), odds=1.0).propose([0], b"", 8, SEEN)
    assert draft.tokens == [65, 65]
    stopped = arbiter(tokenizer, predictor=Predicts(*said, least=0.5), odds=1.0)
    assert stopped.propose([0], b"", 8, SEEN).tokens == [65]


def test_the_end_of_the_text_is_not_drafted(tokenizer):
    stop = min(tokenizer.stop)
    predictor = Predicts({65: 0.9}, {stop: 0.9, 66: 0.1})
    judge = arbiter(tokenizer, predictor=predictor, odds=1.0)
    assert judge.propose([0], b"", 8, SEEN).tokens == [65]


def test_what_is_held_must_be_spelled(tokenizer):
    said = [{ord("x"): 0.6, ord("a"): 0.4}, {ord("b"): 0.5, ord("y"): 0.5}, {ord("z"): 1.0}]
    judge = arbiter(tokenizer, predictor=Predicts(*said), odds=1.0)
    draft = judge.propose([0], b"ab", 3, SEEN)
    assert bytes(draft.tokens) == b"abz"
    assert draft.acceptances[0] == pytest.approx(0.999), "nothing else spells it"
    nothing = arbiter(tokenizer, predictor=Predicts({ord("x"): 1.0}), odds=1.0)
    assert nothing.propose([0], b"ab", 3, SEEN).tokens == []
    copied = arbiter(tokenizer, Copies("one", b"axc"), token=3.0)
    assert bytes(copied.propose([0], b"ab", 3).tokens) == b"a"


def test_without_a_hidden_state_only_copies_are_drafted(tokenizer):
    judge = arbiter(tokenizer, Copies("one", b"a"), predictor=Predicts({66: 1.0}), token=-1.0)
    assert bytes(judge.propose([0], b"", 8).tokens) == b"a"


def test_only_what_was_verified_is_learned_from(tokenizer):
    judge = arbiter(tokenizer, Copies("one", b"abcd"), token=3.0)

    def trusted():
        return judge.propose([0], b"", 8).acceptances[0]

    before = trusted()
    judge.observe(list(b"ab"))
    both_right = trusted()
    assert both_right > before
    judge.observe(list(b"x"))
    assert trusted() < both_right
