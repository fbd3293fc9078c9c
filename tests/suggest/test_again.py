import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.suggest.again import counts_on, endless


@pytest.mark.parametrize(
    ("above", "generated", "kept"),
    [
        ("data = [0, 0, 0, ", "0, " * 20, ""),
        ("data = [", "0, " * 20, "0, "),
        ('print("done", x', ', "done", x' * 6, ""),
        ("x = ", "a.b" + ".next.prev" * 8, "a.b.next.prev"),
        ("", "foo()\nbar()\n" * 8, "foo()\nbar()\n"),
        ("xs = [", "".join(f"{n}, " for n in range(40)), "0, "),
    ],
)
def test_what_goes_round_is_said_once_at_most(above, generated, kept):
    assert endless(above, generated) == len(kept)


@pytest.mark.parametrize(
    ("above", "generated"),
    [
        ("m = [[0, 0, 0], ", "[0, 0, 0]]"),
        ("# ", "-" * 70),
        ("", "    " * 9 + "a"),
        ("xs = [", "1, 2, 3, 4, 5, 6]"),
        ("", "import os\nimport re\nimport sys\nimport json\nimport math\n"),
        ("0, 0, 0, 0, 0, 0, 0, 0]\n", "x = 1"),
    ],
)
def test_what_comes_to_an_end_does_not_go_round(above, generated):
    assert endless(above, generated) is None


@given(
    st.text("ab, 0", max_size=12), st.text("ab, 01", max_size=60), st.text("ab, 01", max_size=30)
)
def test_what_goes_round_does_so_whatever_follows(above, generated, more):
    begins = endless(above, generated)
    if begins is not None:
        assert endless(above, generated + more) == begins


@pytest.mark.parametrize(
    ("line", "previous", "counts"),
    [
        ("self.x = 2", "self.x = 1", True),
        ("    a1()", "    a2()", True),
        ("a()", "a()", False),
        ("b = 1", "a = 1", False),
        ("  x = 2", "x = 1", False),
    ],
)
def test_lines_that_differ_by_numbers_count(line, previous, counts):
    assert counts_on(line, previous) == counts
