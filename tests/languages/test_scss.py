import pytest

from ends import told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    (".a {", "opens defines"),
    ("@mixin a($b) {", "opens defines"),
    ("  &:hover {", "opens"),
    ("  @include a;", ""),
    ("$a: 1;", ""),
    ("  // {", ""),
    ("}", "closes"),
    ("// a", "heralds"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("scss", line) == words


@pytest.mark.parametrize("file", ["a.scss", "b.less"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "scss"
    for language in ["scss", "less"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
