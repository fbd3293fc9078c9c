import pytest

from ends import told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("# A", "defines"),
    ("### A", "defines"),
    ("#a", ""),
    ("```python", "closes"),
    ("```", "closes"),
    ("it's a {", ""),
    ("- a:", ""),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("markdown", line) == words


@pytest.mark.parametrize("file", ["README.md"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "markdown"
    for language in ["markdown"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"<!-- {file} -->\n"
