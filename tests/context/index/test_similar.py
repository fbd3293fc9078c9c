from hypothesis import given
from hypothesis import strategies as st

from inkling.context.index.similar import COMPARED, Source, parts

BODY = """\
def read_orders(path):
    with open(path) as file:
        for row in csv.reader(file):
            order = Order.parse(row)
            if order.valid:
                yield order
    logger.info("orders read from %s", path)
"""
NEAR = BODY.replace("order", "invoice").replace("Order", "Invoice")[: BODY.index("if order") + 6]
OTHER = "\n".join(f"alpha_{n} = beta_{n} + gamma_{n}" for n in range(200))
ALL = 100_000


def test_what_is_alike_is_found_with_what_follows_it():
    (part,) = parts(
        NEAR, [Source("/a.py", OTHER), Source("/b.py", f"{OTHER}\n{BODY}{OTHER}")], 1, ALL
    )
    assert part.path == "/b.py"
    assert 'logger.info("orders read' in part.text
    text = f"{OTHER}\n{BODY}{OTHER}".split("\n")
    assert part.text.split("\n") == text[part.line : part.line + part.text.count("\n") + 1]


def test_it_is_told_as_the_whole_text_is_shown():
    text = f"{OTHER}\n{BODY}{OTHER}"
    (part,) = parts(NEAR, [Source("/a.py", text)], 1, ALL, str.upper)
    shown = text.upper().split("\n")
    assert part.text.split("\n") == shown[part.line : part.line + part.text.count("\n") + 1]


def test_what_is_about_something_else_is_not():
    assert parts(NEAR, [Source("/a.py", OTHER)], 2, ALL) == []


def test_a_few_words_are_like_anything():
    assert parts("x = 1\n", [Source("/a.py", "x = 1\n" * 30)], 2, ALL) == []


def test_what_is_seen_already_is_not_shown_again():
    text = f"{BODY}{OTHER}"
    assert parts(NEAR, [Source("/a.py", text, 0, 40)], 2, ALL) == []
    assert parts(NEAR, [Source("/a.py", text, 40, 60)], 2, ALL)


def test_the_same_text_is_shown_once():
    found = parts(NEAR, [Source("/a.py", BODY), Source("/b.py", BODY)], 2, ALL)
    assert [one.path for one in found] == ["/a.py"]


def test_of_one_place_one_part_is_shown():
    found = parts(NEAR, [Source("/a.py", BODY * 2)], 4, ALL)
    assert all(abs(one.line - two.line) >= COMPARED for one in found for two in found if one != two)


def test_where_room_is_short_what_follows_is_shown():
    (part,) = parts(NEAR, [Source("/b.py", f"{OTHER}\n{BODY}{OTHER}")], 1, 160)
    assert len(part.text) <= 160
    assert part.text


@given(
    st.lists(st.text("ab \n_", max_size=200), max_size=4),
    st.text("ab \n_", max_size=200),
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 300),
)
def test_a_part_is_of_its_file_and_of_what_is_not_seen(texts, near, begin, end, characters):
    begin, end = sorted((begin, end))
    sources = [Source(str(n), text, begin, end) for n, text in enumerate(texts)]
    for part in parts(near * 3, sources, 2, characters):
        lines = texts[int(part.path)].split("\n")
        last = part.line + part.text.count("\n") + 1
        assert part.text == "\n".join(lines[part.line : last])
        assert last <= begin or part.line >= end
        assert len(part.text) <= characters // 2
