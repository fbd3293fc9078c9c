import random
import statistics
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.bench import corpus, indentation, rhythm, typist
from inkling.bench.keys import Closer, Document, Edit, Place, Stretch
from inkling.bench.pairs import pairs
from inkling.bench.plan import plan

WORDS = [
    *("def f(x):", "return", "x = [1, 2]", "foo(bar(baz)[0])", '"a \\" b"', "'it''s'", '"""doc"""'),
    *("call(\n", "    a,\n", ")\n", "\n", "\n\n", "    ", "\t", " ", "# it's (odd", ")", "}", "é"),
    *('f"{x}"', "pass\n", "if a:\n", "class C:\n", "import os\n"),
    *(":", "(", "[", "{", "'", '"', "😀"),
]
CODE = st.lists(st.sampled_from(WORDS), max_size=40).map("".join)
TEXT = CODE | st.text(st.sampled_from(" \n\tab(){}[]\"'#:=.\\"), max_size=80)
SEED = st.integers(0, 5).map(str)


def press_all(stretch, keys):
    document = Document(stretch.before, stretch.after)
    for key in keys:
        document = document.apply(key.edit)
    return document


@given(TEXT, TEXT, TEXT, SEED)
def test_the_keys_give_the_text(before, text, after, seed):
    stretch = Stretch(before, text, after)
    assert press_all(stretch, typist.keys(stretch, seed)) == Document(before + text, after)


@given(CODE, TEXT, SEED)
def test_every_place_says_what_stands_there(before, text, seed):
    stretch = Stretch(before, text, "")
    document = Document(before, "")
    for key in typist.keys(stretch, seed):
        document = document.apply(key.edit)
        place = key.place
        assert document.before.startswith(before + text[: place.progress])
        assert len(document.before) == len(before) + place.progress + place.wrong
        behind = "".join(text[one.due : one.due + one.length] for one in place.closers)
        assert document.after == behind
        assert key.wait_ms > 0


@given(TEXT, SEED, st.data())
def test_from_any_clean_place_the_rest_is_the_same(text, seed, data):
    stretch = Stretch("", text, "")
    keys = list(typist.keys(stretch, seed))
    clean = [0, *(n for n, key in enumerate(keys, 1) if not key.place.wrong)]
    start = data.draw(st.sampled_from(clean))
    place = keys[start - 1].place if start else Place()
    # A slip is at its right key's place: whoever starts there makes it again.
    if not start or keys[start - 1].name != "backspace":
        assert list(typist.keys(stretch, seed, place)) == keys[start:]


@given(CODE, SEED, st.data())
def test_what_was_accepted_is_not_typed(text, seed, data):
    stretch = Stretch("", text, "")
    document, place = Document("", ""), Place()
    keys = typist.keys(stretch, seed)
    while (key := next(keys, None)) is not None:
        document, place = document.apply(key.edit), key.place
        wanted = stretch.wanted(place)
        if wanted and data.draw(st.booleans()):
            taken = data.draw(st.integers(1, len(wanted)))
            document = document.apply(Edit(insert=wanted[:taken]))
            place = Place(place.progress + taken, place.closers)
            keys = typist.keys(stretch, seed, place)
    assert document == Document(text, "")


def test_the_same_seed_types_the_same_and_another_one_does_not():
    source = corpus.samples()[0]
    one, again, other = (plan(source.name, source.text, seed, 200) for seed in (1, 1, 2))
    assert one == again
    assert one.all_keys() == again.all_keys()
    assert other.all_keys() != one.all_keys()


def test_slips_are_made_and_taken_back():
    text = "".join(random.Random(1).choices("abcdefgh ", k=3000))
    stretch = Stretch("", text, "")
    keys = list(typist.keys(stretch, "1"))
    slips = sum(key.place.wrong == 1 and key.name == "char" for key in keys)
    letters = sum(char != " " for char in text)
    assert 0.02 < slips / letters < 0.04
    assert sum(key.name == "backspace" for key in keys) >= slips
    assert press_all(stretch, keys).text == text


def test_enter_brings_the_indentation_and_brackets_their_ends():
    text = textwrap.dedent("""\
        def f(a):
            return g(
                a["k"],
            )


        x = 1
        """)
    never = Stretch("", text, "")
    keys = [key for key in typist.keys(never, "0") if key.name != "char"]
    inserted = [(key.name, key.edit.insert, key.edit.behind, key.edit.over) for key in keys]
    assert ("enter", "\n    ", "", 0) in inserted, "one level behind a colon"
    assert ("enter", "\n        ", "\n    ", 0) in inserted, "the bracket gets its own line"
    assert ("over", "", "", len("\n    )")) in inserted, "and is typed over with one key"
    assert inserted.count(("over", "", "", 1)) == 3, "a), [..] and the quotes"
    blank = [key.edit for key in keys if key.name == "enter" and key.edit.delete]
    assert blank == 2 * [Edit(delete=4, insert="\n    ")], "blank lines keep no indentation"
    assert sum(key.name == "backspace" for key in keys) >= 1, "the person goes back to the margin"


@pytest.mark.parametrize(
    ("line", "indent"),
    [
        ("x = 1", ""),
        ("    x = 1", "    "),
        ("    if x:", "        "),
        ("f(", "    "),
        ("    return x", ""),
        ("        pass", "    "),
        ("\treturn", "\t"),
        ("    returned = 1", "    "),
        ("", ""),
        ("    ", "    "),
    ],
)
def test_the_next_line_is_indented(line, indent):
    assert indentation.next_line(line, "", "    ") == indent


@pytest.mark.parametrize(
    ("text", "unit"),
    [("a\n  b", "  "), ("a\n\tb", "\t"), ("a", "    "), ("\n      \n   b\n", "   "), ("", "    ")],
)
def test_the_unit_of_indentation(text, unit):
    assert indentation.unit(text) == unit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("f(a)", {1: 3}),
        ("f(a[0])", {1: 6, 3: 5}),
        ("f('a')", {1: 5, 2: 4}),
        ("f(\n    a\n)", {1: 9}),
        ("f(\n)", {}),
        ("f(\na\n)", {}),
        ("f(a,\n  b)", {}),
        ("  f(\n      a\n)", {}),
        ("# f(a)", {}),
        ("'('", {0: 2}),
        ("don't do(it)", {8: 11}),
        (r"'a\'b'", {0: 5}),
        ("rb'x'", {2: 4}),
        ('"""a (b) c"""', {}),
        ('"""a (b)\nc (d)"""', {11: 13}),
        ("f(]g(a)", {4: 6}),
        ("'open", {}),
    ],
)
def test_pairs(text, found):
    assert pairs(text) == {start: Closer(end, 1) for start, end in found.items()}


def check_nested(found):
    ends = sorted((start, closer.due, closer.length) for start, closer in found.items())
    for number, (start, due, length) in enumerate(ends):
        assert start < due
        for inner, inner_due, inner_length in ends[number + 1 :]:
            assert inner >= due + length or inner_due + inner_length <= due


@given(TEXT)
def test_pairs_are_nested(text):
    check_nested(pairs(text))


def test_the_rhythm_is_that_of_a_person():
    chance = rhythm.dice("test")
    inside = [rhythm.wait_ms("    x = valu", chance) for _ in range(4000)]
    assert statistics.median(inside) == pytest.approx(rhythm.INTERVAL_MS, rel=0.05)
    assert statistics.fmean(inside) == pytest.approx(183, rel=0.05)
    behind = [rhythm.wait_ms("    return ", chance) for _ in range(4000)]
    assert 0.25 < sum(ms > 400 for ms in behind) / len(behind) < 0.4
    fresh = [rhythm.wait_ms("        ", chance) for _ in range(4000)]
    assert 0.5 < sum(ms > 400 for ms in fresh) / len(fresh) < 0.7


def test_chance_depends_on_the_place_alone():
    assert rhythm.dice(1, "a").random() == rhythm.dice(1, "a").random()
    assert rhythm.dice("1:a").random() == 0.5829748871300935


def test_wanted_ends_before_what_stands_behind_the_cursor():
    stretch = Stretch("", "f(abc) + 1", "")
    assert stretch.wanted(Place(2, (Closer(5, 1),))) == "abc"
    assert stretch.wanted(Place(5, (Closer(5, 1),))) == ""
    assert stretch.wanted(Place(6)) == " + 1"
    assert stretch.wanted(Place(6, (), 1)) is None


LINES = [
    *(
        "",
        "",
        "x = 1",
        "import os",
        "def f(a):",
        "    return a  # and more",
        "class C:",
        "    y = 2",
    ),
    *("    def g(self):", "        self.value = compute(self)", "    @property", "async def h():"),
]


@given(st.lists(st.sampled_from(LINES), max_size=60), st.integers(0, 20), st.integers(0, 300))
def test_a_plan_ends_with_the_file(lines, seed, keys):
    text = "\n".join(lines)
    made = plan("a.py", text, seed, keys)
    document = made.opened
    for number, stretch in enumerate(made.stretches):
        assert document.text == stretch.before + stretch.after
        document = press_all(stretch, typist.keys(stretch, made.seed_of(number)))
    assert document.text == text


@pytest.mark.parametrize("source", corpus.samples(), ids=lambda source: source.name)
def test_samples_are_typed_with_jumps_and_as_many_keys_as_asked_for(source):
    whole = plan(source.name, source.text, 1)
    assert whole.opened.text.strip() == ""
    assert len(whole.stretches) > 2, "jumps"
    for seed in range(5):
        part = plan(source.name, source.text, seed, 300)
        keys = part.all_keys()
        assert 200 < len(keys) < 400
        assert part.opened.text
