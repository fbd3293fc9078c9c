import asyncio

from hypothesis import given
from hypothesis import strategies as st

from inkling.context.window import Window
from inkling.engine.wire import Stats, Token
from inkling.suggest.generations import Cache, Generation
from scripted_engine import run

URI = "file:///a.py"
TEXT = st.text("ab(\n ", max_size=12)


def generation(prefix, text, why="stop", suffix=""):
    made = Generation(URI, Window(prefix, suffix), 48)
    made.grow(text, [Token(text, -1.0)], Stats())
    if why:
        made.finish(why)
    return made


def rest(made, prefix, suffix="", uri=URI):
    return made.rest(uri, Window(prefix, suffix))


@given(prefix=TEXT, text=TEXT, typed=st.integers(0, 12))
def test_typing_what_it_says_leaves_the_rest(prefix, text, typed):
    typed = min(typed, max(len(text) - 1, 0))
    assert rest(generation(prefix, text), prefix + text[:typed]) == text[typed:]


@given(prefix=TEXT, text=TEXT, typed=TEXT)
def test_it_never_says_what_contradicts_what_was_typed(prefix, text, typed):
    for why in ("stop", ""):
        left = rest(generation(prefix, text, why), prefix + typed)
        if left:
            assert typed + left == text


def test_typing_something_else_finds_nothing():
    assert rest(generation("x = ", "foo()"), "x = b") is None


def test_another_suffix_or_document_finds_nothing():
    made = generation("x = ", "foo()")
    assert rest(made, "x = ", suffix="\ny") is None
    assert rest(made, "x = ", uri="file:///b.py") is None


def test_text_before_where_it_begins_finds_nothing():
    assert rest(generation("x = ", "foo()"), "x =") is None


def test_all_of_it_typed_is_no_answer_for_what_comes_next():
    assert rest(generation("x = ", "foo()"), "x = foo()") is None


def test_one_that_is_still_written_may_get_to_what_was_typed():
    assert rest(generation("x = ", "fo", why=""), "x = foo") == ""
    assert rest(generation("x = ", "", why=""), "x = foo") is None
    assert rest(generation("x = ", "", why=""), "x = ") == ""


def test_a_model_that_had_nothing_to_say_is_remembered():
    cache = Cache()
    cache.add(generation("x = 1", ""))
    assert cache.find(URI, Window("x = 1", "")).text == ""


def test_one_that_was_cut_off_before_it_said_anything_is_not():
    cache = Cache()
    cache.add(generation("x = 1", "", why="cancelled"))
    assert cache.find(URI, Window("x = 1", "")) is None


def test_the_one_that_says_most_is_found_and_the_newest_among_equals():
    cache = Cache()
    short, older, newer = (generation("x = ", text) for text in ("fo", "foo", "bar"))
    for made in (short, older, newer):
        cache.add(made)
    assert cache.find(URI, Window("x = ", "")) is newer
    assert cache.find(URI, Window("x = f", "")) is older


def test_backspacing_into_it_finds_it_again():
    cache = Cache()
    cache.add(generation("x = ", "foo()"))
    cache.add(generation("x = fob", "ar"))
    assert cache.find(URI, Window("x = fo", "")).text == "foo()"


def test_the_oldest_is_forgotten():
    cache = Cache()
    for number in range(65):
        cache.add(generation(f"{number} = ", "foo()"))
    assert cache.find(URI, Window("0 = ", "")) is None
    assert cache.find(URI, Window("1 = ", "")) is not None


def test_whoever_waits_is_woken_by_growth_and_by_the_end():
    async def changes():
        made = Generation(URI, Window("", ""), 48)
        loop = asyncio.get_running_loop()
        loop.call_later(1, made.grow, "a", [Token("a", -0.5)], Stats())
        loop.call_later(2, made.finish, "stop")
        times = []
        while made.running:
            await made.change()
            times.append(loop.time())
        await made.change()
        return times

    assert run(changes()) == [1, 2]


def test_the_probabilities_of_a_piece_are_those_of_the_tokens_in_it():
    made = Generation(URI, Window("x = ", ""), 48)
    made.grow("foo(", [Token("fo", -1.0), Token("o(", -2.0)], Stats())
    made.grow("a)", [Token("a", -3.0), Token("", -4.0), Token(")", -5.0)], Stats())
    assert made.log_prob == -15
    assert made.log_probs(0, 6) == [-1, -2, -3, -4, -5]
    assert made.log_probs(0, 2) == [-1]
    assert made.log_probs(3, 5) == [-2, -3]
    assert made.log_probs(6, 6) == []


@given(pieces=st.lists(TEXT, max_size=5), gone=st.integers(0, 60))
def test_the_tokens_of_a_rest_are_those_of_its_text(pieces, gone):
    made = Generation(URI, Window("x = ", ""), 48)
    for number, piece in enumerate(pieces):
        made.grow(piece, [Token(piece, -float(number))], Stats())
    rest = made.text[gone:]
    again = Generation(URI, Window("x = ", ""), 48, text=rest, spoken=made.spoken_of(rest))
    start = len(made.text) - len(rest)
    for end in range(len(rest) + 1):
        assert again.log_probs(0, end) == made.log_probs(start, start + end)


def test_blanks_that_are_taken_out_or_held_back_leave_the_tokens_at_their_text():
    made = Generation(URI, Window("    ", ""), 48)
    made.grow("a = 1", [Token("    a", -1.0), Token(" = 1", -2.0)], Stats())
    assert [made.log_probs(at, at + 1) for at in range(5)] == [[-1], [-2], [-2], [-2], [-2]]
    made.grow("", [Token("\n    ", -3.0)], Stats())
    made.grow("\n    b", [Token("b", -4.0)], Stats())
    assert made.log_probs(10, 11) == [-4]
