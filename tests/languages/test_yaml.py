import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("a:", "opens"),
    ("  - a:", "opens"),
    ("  -", "opens"),
    ("a: |", "opens"),
    ("a: >-", "opens"),
    ("a: &b", "opens"),
    ("a: b", ""),
    ("  - a: b", "opens"),
    ("- a b", ""),
    ("# - a: b", ""),
    ("# a:", ""),
    ("a: [", "opens"),
    ('a: "b"', ""),
    ("  ]", "closes"),
    ("http://a", ""),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("yaml", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^#| it\'s|\n^a^: ^"|b\\|n|c|"^\n',
        "d: ^'|e|''|f|'^\n^x: ^1^\n",
        "h: it's^ ^x\n",
        'a: "|"^\n',
        "a: [^'|b|'^, ^c^]\n",
        'a: "|abc|\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("yaml", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.yaml", "b.yml"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "yaml"
    for language in ["yaml", "dockercompose"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"# {file}\n"
