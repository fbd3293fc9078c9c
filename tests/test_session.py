import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numpy_qwen2
import tiny_model
from inkling.engine.session import Cancellation, Cancelled, Stop

VOCABULARY = len(tiny_model.tensors()["output.weight"])
WEIGHTS = tiny_model.tensors()

token_lists = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=9)
passes = st.lists(st.tuples(st.integers(0, 60), token_lists), min_size=1, max_size=7)


@given(passes)
def test_with_any_rewinds_the_cache_says_what_no_cache_says(tiny_f32_session, passes):
    session, kept = tiny_f32_session, []
    session.rewind(0)
    for length, tokens in passes:
        session.rewind(length)
        kept = [*kept[:length], *tokens]
        logits = session.forward(tokens, last=len(tokens), scores=True)
        assert session.tokens == kept
        reference = numpy_qwen2.logits(WEIGHTS.get, tiny_model.SHAPE, kept)[-len(tokens) :]
        assert np.abs(logits.scores - reference).max() <= 1e-4


def test_a_full_cache_takes_no_more_and_says_so(tiny_f32):
    session = tiny_model.session(tiny_f32, capacity=8)
    session.forward([1] * 8)
    with pytest.raises(ValueError, match=r"8 \+ 1 tokens do not fit a cache of 8"):
        session.forward([1])
    assert session.tokens == [1] * 8
    session.rewind(7)
    session.forward([2])
    assert session.tokens == [1] * 7 + [2]


def test_the_capacity_is_never_more_than_the_model_has_positions_for(tiny_f32):
    assert tiny_model.session(tiny_f32, capacity=1_000_000).capacity == tiny_model.SHAPE.context


def test_scores_come_only_when_asked_for_and_only_for_the_last_tokens(session):
    assert session.forward([1, 2, 3]).scores is None
    logits = session.forward([4, 5, 6], last=2, scores=True)
    assert logits.scores.shape == (2, VOCABULARY)
    assert logits.tokens.tolist() == logits.scores.argmax(axis=-1).tolist()
    expected = numpy_qwen2.log_softmax(logits.scores).max(axis=-1)
    assert np.abs(logits.log_probs - expected).max() <= 1e-5
    session.rewind(3)
    again = session.forward([4, 5, 6], last=2)
    assert again.tokens.tolist() == logits.tokens.tolist()
    assert again.log_probs.tolist() == logits.log_probs.tolist()


def test_logits_outlive_later_passes(session):
    logits = session.forward([1, 2, 3], last=3, scores=True)
    copies = logits.tokens.copy(), logits.log_probs.copy(), logits.scores.copy()
    session.forward([4, 5, 6], last=3, scores=True)
    for kept, copy in zip((logits.tokens, logits.log_probs, logits.scores), copies, strict=True):
        assert (kept == copy).all()


def test_a_cancel_from_another_thread_ends_a_running_pass(tiny_f32):
    session = tiny_model.session(tiny_f32, capacity=tiny_model.SHAPE.context)
    session.forward([1, 2, 3])
    long, cancellation = [1] * 4000, Cancellation()
    running, cancelled = threading.Event(), threading.Event()

    def cancel():
        running.wait()
        time.sleep(0.02)
        cancelled.set()
        cancellation.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()

    def read():
        while not cancelled.is_set():
            session.rewind(3)
            running.set()
            session.forward(long, cancellation=cancellation)

    # However fast the machine is, some pass runs while the cancel comes; it must not end well.
    with pytest.raises(Cancelled):
        read()
    thread.join()
    assert session.tokens == [1, 2, 3]
    reference = numpy_qwen2.logits(WEIGHTS.get, tiny_model.SHAPE, [1, 2, 3, 4])
    logits = session.forward([4], scores=True)
    assert np.abs(logits.scores[0] - reference[-1]).max() <= 1e-4


def test_a_pass_that_starts_after_the_cancel_ends_at_once(session):
    session.forward([1, 2, 3])
    cancellation = Cancellation()
    cancellation.cancel()
    for _ in range(2):
        with pytest.raises(Cancelled):
            session.forward([4], cancellation=cancellation)
    assert session.tokens == [1, 2, 3]
    session.forward([4], cancellation=Cancellation())
    assert session.tokens == [1, 2, 3, 4]


@given(st.lists(st.sampled_from(Stop), max_size=4))
def test_a_cancel_only_ever_becomes_more_urgent(stops):
    cancellation = Cancellation()
    for stop in stops:
        cancellation.cancel(stop)
    assert cancellation.stop == max(stops, default=Stop.NOT)


@pytest.mark.parametrize("stop", [Stop.AFTER_READING, Stop.AFTER_PASS])
def test_a_patient_cancel_leaves_passes_alone(session, stop):
    cancellation = Cancellation()
    cancellation.cancel(stop)
    session.forward([1, 2], cancellation=cancellation)
    assert session.tokens == [1, 2]
