import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.languages import registry
from inkling.suggest.indentation import settle, settled_at


@pytest.mark.parametrize(
    ("before", "at"),
    [
        ("if a:\n    ", 4),
        ("if a:\n  ", 2),
        ("if a:\n", -1),
        ("if a:\n    b()\n    ", 4),
        ("if a:\n    b()\n  ", -1),  # the model may bring what is lacking
        ("if a:\n    b", -1),
        ("if a:\n    b()\n\n    ", 4),
        ("", -1),
    ],
)
def test_a_line_is_settled_where_it_is_indented_as_the_line_above_asks_for(before, at):
    assert settled_at(before, registry.find("python")) == at


@pytest.mark.parametrize(
    ("written", "at", "settled"),
    [
        ("  echo\n", 2, "echo\n"),
        ("  echo\n    ls\ndone\n", 2, "echo\n  ls\ndone\n"),
        ("  if a\n      b\n    c\n  d\n", 2, "if a\n    b\n  c\n  d\n"),
        ("\techo\n\t\tls", 1, "echo\n\tls"),
        ("echo\n    ls", 2, "echo\n    ls"),
        ("  echo\n    ", 2, "echo\n"),
        ("  ", 2, ""),
        ("  \n  a", 2, "  \n  a"),
        ("  echo", -1, "  echo"),
    ],
)
def test_what_the_first_line_has_too_much_is_taken_from_all(written, at, settled):
    assert settle(written, at) == settled


@given(st.text(" \tab\n", max_size=20), st.text(" \tab\n", max_size=8), st.integers(-1, 6))
def test_more_text_only_adds(written, more, at):
    if written.strip():
        assert settle(written + more, at).startswith(settle(written, at))
