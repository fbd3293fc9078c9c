import pytest

from ends import told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("all: a b", "opens defines"),
    ("$(A): b", "opens defines"),
    ("a: b \\", "opens defines"),
    ("A = b", ""),
    ("A := b", ""),
    ("A ::= b", ""),
    ("ifeq ($(A),b)", ""),
    ("else", "closes"),
    ("endif", "closes"),
    ("\techo a:", ""),
    ("# a:", "heralds"),
    (".PHONY: a", "heralds"),
    ("define A", ""),
    ("endef", "closes"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("makefile", line) == words


@pytest.mark.parametrize("file", ["Makefile", "GNUmakefile", "a.mk"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "makefile"
    for language in ["makefile", "make"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"# {file}\n"
