import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("[a]", "defines"),
    ("[[a.b]]", "defines"),
    ("a = [", "opens"),
    ("a = {", "opens"),
    ("a = 1", ""),
    ("# [a]", ""),
    ("]", "closes"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("toml", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^#| it\'s|\n^a = ^"|b\\|n|c|"^\n',
        "d = ^'|e|'^\n",
        'f = ^"""|x\n|y " |z|"""^\n',
        "f = ^'''|x\n|y ' |z|'''^\n",
        'a = [^"|b|"^, ^1^]\n',
        'a = "|"^\n',
        '^"|h|"^ = 1\n',
        'a = "|abc|\n^b = 1\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("toml", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.toml"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "toml"
    for language in ["toml"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"# {file}\n"
