import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("<div>", "opens"),
    ('  <ul class="a">', "opens"),
    ('  <li><a href="b">', "opens"),
    ("  <br>", ""),
    ('  <img src="a">', ""),
    ("  <input/>", ""),
    ("</div>", "closes"),
    ("  <p>text", ""),
    ("  <p>text</p>", ""),
    ("<!-- a -->", ""),
    ("-->", "closes"),
    ("<!DOCTYPE html>", ""),
    ("<base-view>", "opens"),
    ("<body>", ""),
    ("  a {", "opens"),
    ("  }", "closes"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("html", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^<a href=^"|x y|"^ b=^\'|c|\'^>it\'s ^"t"^</a>\n',
        "^<!--| it's |-->|\n^<p>\n",
        '<a href="|"^></a>\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("html", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.html", "b.htm"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "html"
    for language in ["html"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"<!-- {file} -->\n"
