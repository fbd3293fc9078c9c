"""The peer's chunks of other places."""

import pytest

from inkling.bench.llama_ring import CHUNKS, Ring
from inkling.bench.llama_vim import PREFIX_LINES, SUFFIX_LINES

REACH = (PREFIX_LINES, SUFFIX_LINES)


def lines(name, count):
    return [f"{name} {number}" for number in range(count)]


def filled(*picked):
    ring = Ring()
    for number, one in enumerate(picked):
        ring.pick(one, f"{number}.py")
        ring.rest()
    return ring


@pytest.mark.parametrize(("count", "sent"), [(2, None), (3, 3), (62, 62), (63, 32), (200, 32)])
def test_a_chunk_is_a_small_text_or_a_half_of_a_larger_one(count, sent):
    given = lines("a", count)
    found = [one.text.splitlines() for one in filled(given).chunks]
    assert [len(one) for one in found] == ([sent] if sent else [])
    for one in found:
        begin = given.index(one[0])
        assert one == given[begin : begin + len(one)]


def test_the_oldest_goes_first():
    ring = filled(*(lines(str(number), 5) for number in range(CHUNKS + 2)))
    assert [one.filename for one in ring.chunks] == [f"{n}.py" for n in range(2, CHUNKS + 2)]


def test_what_is_there_already_is_not_picked_again():
    ring = filled(lines("a", 20), [*lines("a", 19), "another"])
    assert [one.filename for one in ring.chunks] == ["0.py"]
    assert not ring.rest()


def test_what_is_like_the_place_is_not_sent_any_more():
    ring = filled(lines("a", 20), lines("b", 20))
    assert [one.filename for one in ring.beside(10, lines("b", 20))] == ["0.py"]
    assert [one.filename for one in ring.beside(10, lines("c", 20))] == ["0.py"]


def test_farther_on_it_picks_from_what_is_not_sent_anyway():
    ring, text = Ring(), lines("a", 1_000)
    ring.came_to(30, text, "a.py", REACH)
    assert not ring.queued
    ring.came_to(500, text, "a.py", REACH)
    rows = [{text.index(line) for line in one.text.splitlines()} for one in ring.queued]
    assert max(rows[0]) < 500 - PREFIX_LINES
    assert min(rows[1]) >= 500 + SUFFIX_LINES


def test_a_person_has_looked_into_files_before(tmp_path):
    for number in range(CHUNKS + 4):
        (tmp_path / f"{number}.py").write_text("\n".join(lines(str(number), 100)))
    ring = Ring.of_files(tmp_path.iterdir())
    assert len({one.filename for one in ring.chunks}) == CHUNKS
    for one in ring.chunks:
        name = one.filename.removesuffix(".py")
        assert set(one.text.splitlines()) <= set(lines(name, 100))
    assert ring.chunks == Ring.of_files(tmp_path.iterdir()).chunks
    assert not Ring.of_files([]).chunks
