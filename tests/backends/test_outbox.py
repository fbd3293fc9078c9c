from hypothesis import given
from hypothesis import strategies as st

from inkling.backends.outbox import Outbox
from inkling.engine.wire import Cancel, Generate, Keep, Refer


def generate(number):
    return Generate(number, [], 8, 100.0)


def drain(outbox):
    """Everything that waits, in the order in which it is sent."""
    return list(iter(outbox.take, None))


def test_of_requests_that_wait_only_the_newest_is_sent():
    outbox = Outbox()
    assert [outbox.put(generate(number)) for number in (1, 2, 3)] == [
        None,
        generate(1),
        generate(2),
    ]
    assert drain(outbox) == [generate(3)]
    assert drain(outbox) == []


def test_a_request_that_was_sent_can_be_taken_back():
    outbox = Outbox()
    outbox.put(generate(1))
    assert drain(outbox) == [generate(1)]
    assert outbox.put(Cancel(1)) is None
    assert drain(outbox) == [Cancel(1)]


def test_a_request_that_waits_is_taken_back_with_the_one_it_would_have_superseded():
    outbox = Outbox()
    outbox.put(generate(1))
    drain(outbox)
    outbox.put(Cancel(1))
    outbox.put(generate(2))
    assert outbox.put(Cancel(2)) == generate(2)
    assert drain(outbox) == [Cancel(1)]


def test_who_waits_is_served_before_texts_to_copy_from():
    outbox = Outbox()
    outbox.put(Refer("a", "1"))
    outbox.put(generate(1))
    outbox.put(Refer("a", "2"))
    assert drain(outbox) == [generate(1), Refer("a", "2")]


def test_that_the_model_is_wanted_is_said_first_and_once():
    outbox = Outbox()
    outbox.put(generate(1))
    outbox.put(Refer("a", "1"))
    assert [outbox.put(Keep(9.0)) for _ in range(2)] == [None, None]
    assert drain(outbox) == [Keep(9.0), generate(1), Refer("a", "1")]


messages = st.lists(
    st.one_of(
        st.sampled_from(["generate", "send"]),
        st.integers(1, 9).map(Cancel),
        st.builds(Refer, st.sampled_from("abc"), st.text(max_size=3)),
        st.just(Keep(9.0)),
    ),
    max_size=30,
)


@given(messages)
def test_every_request_is_sent_once_or_given_back_once_and_little_waits(messages):
    outbox, asked, sent, unsent = Outbox(), 0, [], []
    for message in messages:
        if message == "send":
            sent += drain(outbox)
            continue
        if message == "generate":
            asked += 1
        back = outbox.put(generate(asked) if message == "generate" else message)
        unsent += [back] if back else []
    last = drain(outbox)
    assert len(last) <= 1 + 1 + 3, "that, one request or cancel, and a text of each name"
    requests = [message.id for message in [*sent, *last] if isinstance(message, Generate)]
    assert requests == sorted(requests)
    assert sorted([*requests, *(request.id for request in unsent)]) == list(range(1, asked + 1))
