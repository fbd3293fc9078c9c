from hypothesis import given
from hypothesis import strategies as st

from inkling.engine.decoding.spelling import Spelling

words = st.text("ab_é", min_size=1, max_size=6)
tails = st.sampled_from(["", "(", " x", ".y", ", "])


def spell(spelling, tokens):
    """What is left behind tokens, each of which must be allowed."""
    for token in tokens:
        assert spelling.names_with(token)
        spelling = spelling.after(token)
    return spelling


@given(st.lists(words, min_size=1, max_size=4), words, tails, st.data())
def test_any_way_to_spell_a_name_is_one(names, held, tail, data):
    """The law: however a name is cut into tokens, each may come, and behind it anything may."""
    spelling = Spelling.of(held.encode(), names)
    text = (held + data.draw(st.sampled_from(names)) + tail).encode()
    name_ends = len(text) - len(tail.encode())
    cuts = sorted({*data.draw(st.sets(st.integers(1, len(text)))), len(text)})
    tokens = [text[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]
    # A token that only goes on behind the name is not asked about: then any may come.
    begins = [0, *cuts]
    within = [token for token, begin in zip(tokens, begins, strict=False) if begin < name_ends]
    left = spell(spelling, within)
    assert left.held == b""
    if any(end > name_ends for end in cuts[: len(within)]):
        assert left.free


@given(st.lists(words, min_size=1, max_size=4), words)
def test_nothing_else_is(names, other):
    spelling = Spelling.of(b"", names)
    allowed = spelling.names_with(other.encode())
    assert allowed == any(name.startswith(other) for name in names)


def test_a_name_that_begins_another_may_end():
    spelling = Spelling.of(b"", ["get", "get_all"]).after(b"get")
    assert spelling.names_with(b"_all")
    assert spelling.names_with(b"(")
    assert spelling.names_with(b"")  # the text ends
    assert not spelling.names_with(b"_none")
    assert spelling.after(b"(x").free


def test_a_text_does_not_end_within_a_name():
    assert not Spelling.of(b"", ["get"]).names_with(b"")
    assert not Spelling.of(b"", ["get"]).after(b"g").names_with(b"(")


def test_without_names_only_what_is_held_is_asked_for():
    assert Spelling(b"ab").after(b"a") == Spelling(b"b")
    assert Spelling(b"ab").after(b"abc").free
    assert Spelling().free
    assert not Spelling(b"a").free
