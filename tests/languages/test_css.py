import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    (".a {", "opens defines"),
    ("a:hover > b", "defines"),
    ("@media (a) {", "opens defines"),
    ("  color: red;", ""),
    ("  .b {", "opens"),
    ("}", "closes"),
    ("/* a */", "heralds"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("css", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^/|*| it\'s |*|/|\n^a { content: ^"|x\\"|y|"^; color: ^#fff^; }\n',
        "a[b=^'|c|'^] {^ }\n",
        'a { b: "|\\"|x|"^; }\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("css", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.css"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "css"
    for language in ["css"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"/* {file} */\n"
