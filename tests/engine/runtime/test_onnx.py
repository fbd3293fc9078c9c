import threading
import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import numpy_qwen2
import tiny_model
from inkling.engine.runtime.base import Cancellation, Cancelled, Stop
from inkling.engine.runtime.caches import WORTH_KEEPING, Caches

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


@pytest.fixture(scope="module")
def three_caches(tiny_f32):
    return tiny_model.session(tiny_f32, capacity=128, caches=2, short=40)


def place(number, length):
    """The first tokens of a place that shares nothing with the others."""
    return [number] * length


places = st.tuples(st.integers(1, 5), st.integers(1, 2 * WORTH_KEEPING), token_lists)


@settings(max_examples=50)
@given(st.lists(places, min_size=1, max_size=8), st.integers(0, 20))
def test_whichever_cache_is_selected_it_says_what_no_cache_says(three_caches, places, more):
    for number, length, typed in places:
        tokens = place(number, length) + typed
        shared = min(three_caches.select(tokens, more=more), len(tokens) - 1)
        three_caches.rewind(shared)
        assert three_caches.room >= len(tokens) - shared + more
        assert three_caches.tokens == tokens[:shared]
        logits = three_caches.forward(tokens[shared:], scores=True)
        reference = numpy_qwen2.logits(WEIGHTS.get, tiny_model.SHAPE, tokens)[-1]
        assert np.abs(logits.scores[0] - reference).max() <= 1e-4


def visit(session, number, length):
    """Read a place as a request does; return how many of its tokens were there already."""
    tokens = place(number, length)
    shared = session.select(tokens)
    session.rewind(min(shared, length - 1))
    session.forward(tokens[len(session.tokens) :])
    return shared


def test_places_stay_read_and_the_one_left_longest_ago_gives_way(tiny_f32):
    session = tiny_model.session(tiny_f32, caches=3)
    assert [visit(session, number, 40) for number in (1, 2, 3)] == [0, 0, 0]
    assert [visit(session, number, 40) for number in (1, 2, 1)] == [40, 40, 40]
    assert visit(session, 4, 40) == 0
    assert [visit(session, number, 40) for number in (1, 2, 4)] == [40, 40, 40]
    assert visit(session, 3, 40) == 0


def test_a_prompt_that_shares_a_part_gets_a_copy_of_it_and_the_other_stays(tiny_f32):
    session = tiny_model.session(tiny_f32, caches=2)
    visit(session, 1, 2 * WORTH_KEEPING)
    beginning = place(1, WORTH_KEEPING - 1)
    forked = [*beginning, *place(2, 9)]
    assert session.select(forked) == len(beginning)
    assert session.tokens == beginning
    logits = session.forward(forked[len(beginning) :], scores=True)
    reference = numpy_qwen2.logits(WEIGHTS.get, tiny_model.SHAPE, forked)[-1]
    assert np.abs(logits.scores[0] - reference).max() <= 1e-4
    assert session.select(place(1, 2 * WORTH_KEEPING)) == 2 * WORTH_KEEPING


SHORT, WHOLE = 80, 200


def windows(number, typed=0):
    """What is read first of a document, and all of it: its tokens after `typed` keys."""
    above, below = place(number, 100), [*range(50 * number, 50 * number + 50)] * 2
    keys = [200 + number, *range(typed)][: typed or 1]
    return [*below[:30], *above[-49:], *keys], [*below, *above, *keys]


def read(session, tokens, *, more=16):
    """Read a prompt; return how many of its tokens were there already."""
    shared = session.select(tokens, more=more)
    session.rewind(min(shared, len(tokens) - 1))
    session.forward(tokens[len(session.tokens) :])
    return shared


@pytest.fixture
def desk(tiny_f32):
    """Four long caches and a short one, as the engine has them."""
    return tiny_model.session(tiny_f32, caches=4, short=SHORT + 16)


def test_four_documents_in_turn_are_all_read(desk):
    documents = [windows(number) for number in range(1, 5)]
    for near, whole in documents:
        read(desk, near)
        read(desk, whole)
    for _ in range(2):
        for _, whole in documents:
            assert read(desk, whole) == len(whole)


def test_the_short_window_serves_while_the_whole_one_is_read(desk):
    for number in range(1, 5):
        near, whole = windows(number)
        read(desk, near)
        desk.select(whole, more=16)
        desk.rewind(0)
        desk.forward(whole[:64])
        assert read(desk, near) == len(near)
        assert read(desk, whole) >= 64


def test_even_a_window_of_a_slow_machine_serves_while_the_whole_one_is_read(tiny_f32):
    session = tiny_model.session(tiny_f32, caches=2)
    near, whole = windows(1)
    near = [*near[:10], *near[-18:]]
    read(session, near)
    session.rewind(session.select(whole, more=16))
    session.forward(whole[len(session.tokens) : 64])
    assert read(session, near) == len(near)
    assert read(session, whole) == 64


def test_even_of_a_short_document_the_short_window_serves_meanwhile(desk):
    for number in range(1, 5):
        read(desk, windows(number)[1])
    near, _ = windows(5)
    near, whole = [*near[:10], *near[-18:]], [*near[:30], *near[-40:]]
    read(desk, near)
    desk.rewind(desk.select(whole, more=16))
    desk.forward(whole[len(desk.tokens) : 64])
    assert read(desk, near) == len(near)


def test_documents_stay_read_while_others_are_looked_at_in_passing(desk):
    for number in range(1, 5):
        for window in windows(number):
            read(desk, window)
    for number in range(5, 8):
        read(desk, windows(number)[0])
    assert [read(desk, windows(number)[1]) for number in range(1, 5)] == [WHOLE + 1] * 4


def test_documents_stay_read_where_short_windows_are_very_short(desk):
    for number in range(1, 5):
        near, whole = windows(number)
        read(desk, [*near[:10], *near[-18:]])
        read(desk, whole)
    assert [read(desk, windows(number)[1]) for number in range(1, 5)] == [WHOLE + 1] * 4


def test_a_short_window_that_grows_moves_to_where_there_is_room(desk):
    near, _ = windows(1)
    read(desk, near)
    longer = [*near, *range(40)]
    assert read(desk, longer) == len(near)
    assert desk.tokens == longer


def test_while_windows_move_on_in_one_document_the_others_stay_read(desk):
    others = [windows(number)[1] for number in (1, 2)]
    for whole in others:
        read(desk, whole)
    suffix, text = [9] * 100, [*range(10, 250)]
    for start in range(0, 140, 20):
        for cursor in range(start + 80, start + 100, 4):
            read(desk, [*suffix, *text[start:cursor]])
        # Reading ahead, where typing will be soon.
        read(desk, [*suffix, *text[start + 20 : start + 100]])
    assert [read(desk, whole) for whole in others] == [len(whole) for whole in others]


def test_short_documents_take_the_place_of_long_ones_that_nobody_returns_to(desk):
    for number in range(1, 5):
        read(desk, windows(number)[1])
    short = [windows(number)[0] for number in (5, 6)]
    shared = [[read(desk, tokens) for tokens in short] for _ in range(12)]
    assert sum(shared[-1]) == 2 * SHORT
    assert sum(read(desk, windows(number)[1]) == WHOLE + 1 for number in (4, 3, 2)) == 3


WINDOWS = 4
comings = st.tuples(st.integers(1, WINDOWS), st.lists(st.integers(0, 9), min_size=1), st.booleans())


@given(st.lists(comings, min_size=1, max_size=12))
@example([(owner, [*range(9)], True) for owner in (1, 2, 3, 4)])
def test_where_each_window_was_last_stays_read_whatever_the_others_read(comings):
    caches = Caches(4, 512, SHORT + 16, WINDOWS)
    last = {}
    for owner, places, whole_too in comings:
        for number in places:
            # In passing, it is somewhere else than where all was read.
            short, whole = windows(20 * owner + number + 10 * (not whole_too))
            for tokens in [short, whole] if whole_too else [short]:
                _, shared = caches.select(tokens, 0, 16, owner)
                caches.selected.tokens[:] = [*caches.selected.tokens[:shared], *tokens[shared:]]
                last[owner] = tokens
    for owner, tokens in last.items():
        _, shared = caches.select(tokens, 0, 16, owner)
        assert shared == len(tokens)


def test_what_was_read_for_a_window_that_was_closed_is_given_up_first(tiny_f32):
    session = tiny_model.session(tiny_f32, caches=2, more=1)
    places = {owner: place(owner, 100) for owner in (1, 2)}
    for owner, tokens in places.items():
        session.select(tokens, owner=owner)
        session.forward(tokens)
    session.leave(1)
    session.select(place(3, 100), owner=2)
    assert session.select(places[2], owner=2) == 100
    assert session.select(places[1], owner=2) == 0


def test_what_a_window_needed_more_goes_back_to_the_system_with_it(tiny_f32):
    session = tiny_model.session(tiny_f32, caches=1, more=1)
    for owner in (1, 2):
        session.select(place(owner, 100), owner=owner)
        session.forward(place(owner, 100))
    alone, more = session._memory
    assert alone.layers[0].any()
    assert more.layers[0].any()
    session.leave(2)
    assert not any(layer.any() for layer in more.layers), "pages that are given anew are empty"
    assert session.select(place(2, 100), owner=1) == 0
    assert session.select(place(1, 100), owner=1) == 0, "it was given up for that"
    session.forward(place(1, 100))
    before = session.forward([1]).log_probs
    session.select(place(2, 100), owner=2)
    session.forward(place(2, 100))
    assert more.layers[0].any()
    session.select([*place(1, 100), 2], owner=1)
    session.rewind(100)
    assert session.forward([1]).log_probs == before


def test_a_window_that_stays_keeps_its_place_in_whatever_cache_it_is(tiny_f32):
    session = tiny_model.session(tiny_f32, caches=1, more=1)
    for owner in (1, 2):
        session.select(place(owner, 100), owner=owner)
        session.forward(place(owner, 100))
    session.leave(1)
    assert session.select(place(2, 100), owner=2) == 100


def test_alone_a_window_uses_no_more_caches_than_it_needs():
    caches = Caches(2, 512, 0, 4)
    for number in range(9):
        caches.select(place(number, 100), 0, 0, 1)
        caches.selected.tokens[:] = place(number, 100)
    assert sum(bool(cache.tokens) for cache in caches._caches) == 2
    caches.select(place(1, 99), 0, 0, 2)
    caches.selected.tokens[:] = place(1, 99)
    assert sum(bool(cache.tokens) for cache in caches._caches) == 3


def test_what_a_prompt_would_lose_little_of_is_rewound(tiny_f32):
    session = tiny_model.session(tiny_f32, caches=2)
    whole = 3 * WORTH_KEEPING
    visit(session, 1, whole)
    session.select(place(1, whole - WORTH_KEEPING))
    assert session.tokens == place(1, whole)


def test_scores_come_only_when_asked_for_and_only_for_the_last_tokens(session):
    assert session.forward([1, 2, 3]).scores is None
    logits = session.forward([4, 5, 6], last=2, scores=True)
    assert logits.scores.shape == (2, VOCABULARY)
    assert logits.tokens.tolist() == logits.scores.argmax(axis=-1).tolist()
    expected = numpy_qwen2.log_softmax(logits.scores).max(axis=-1)
    assert np.abs(logits.log_probs - expected).max() <= 1e-5
    session.rewind(3)
    head = WEIGHTS["output.weight"]
    assert np.abs(logits.hidden @ head.T - logits.scores).max() <= 1e-4
    again = session.forward([4, 5, 6], last=2)
    assert (again.hidden == logits.hidden).all()
    assert again.tokens.tolist() == logits.tokens.tolist()
    assert again.log_probs.tolist() == logits.log_probs.tolist()


def test_logits_outlive_later_passes(session):
    logits = session.forward([1, 2, 3], last=3, scores=True)
    values = logits.tokens, logits.log_probs, logits.hidden, logits.scores
    copies = [value.copy() for value in values]
    session.forward([4, 5, 6], last=3, scores=True)
    for kept, copy in zip(values, copies, strict=True):
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
