import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("{", "opens"),
    ('  "a": [', "opens"),
    ('  "a": {', "opens"),
    ('  "a": 1,', ""),
    ("  // {", ""),
    ("}", "closes"),
    ("  ],", "closes"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("json", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '{^"|a|"^: ^"|b\\|n|c|"^, ^"|{|"^: [^1^]^}\n',
        '{"a": "|b|\n^}\n',
        '{"a": "|"^}\n',
        '{ ^/|/| it\'s|\n^"|a|"^: 1}\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("json", marked)
    assert found == cursors


@pytest.mark.parametrize(
    "file", ["a.json", "tsconfig.json", "b.jsonc", ".eslintrc", "c.code-workspace"]
)
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "json"
    for language in ["json", "jsonc"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
