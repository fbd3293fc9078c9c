from hypothesis import given
from hypothesis import strategies as st

from inkling.engine import wire
from inkling.engine.waiting import MOST, Texts
from inkling.engine.wire import Refer

texts = st.lists(st.builds(Refer, st.sampled_from("abcde"), st.text(max_size=8)), max_size=30)


def take_all(waiting):
    return list(iter(waiting.take, None))


@given(texts)
def test_the_newest_text_of_each_name_comes_in_the_order_they_came(given_texts):
    waiting = Texts()
    for text in given_texts:
        waiting.put(text)
    newest = [
        text
        for i, text in enumerate(given_texts)
        if text.name not in {later.name for later in given_texts[i + 1 :]}
    ]
    assert take_all(waiting) == newest


@given(texts, st.integers(0, 40))
def test_beyond_its_size_what_waits_longest_is_dropped(given_texts, most):
    everything, waiting = Texts(), Texts(most)
    for text in given_texts:
        everything.put(text)
        waiting.put(text)
    kept, whole = take_all(waiting), take_all(everything)
    assert sum(len(text.name) + len(text.text) for text in kept) <= most
    assert kept == whole[len(whole) - len(kept) :]


def test_whatever_waits_can_be_sent():
    waiting = Texts()
    waiting.put(Refer("", "\U0001f600" * MOST))
    assert len(wire.frame(waiting.take())) <= wire.LONGEST
