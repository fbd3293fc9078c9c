import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("int main() {", "opens defines"),
    ("class A : public B {", "opens defines"),
    ("  public:", "opens"),
    ("private:", "opens"),
    ("template <typename T>", "defines heralds"),
    ("std::string f(const A& a)", "defines"),
    ("    auto f = [&](int a) {", "opens"),
    ("    return f(a", ""),
    ("namespace a {", "opens defines"),
    ("};", "closes"),
    ("    x::y(a);", ""),
    ("/// Adds.", "heralds"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("cpp", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        'auto s = ^"|a|"^;\n',
        'auto s = ^R|"x|(|a " |b|)x"^;\n',
        "int n = 1^'^000^;\n",
        "char c = ^'|c|'^;\n",
        "^/|/| it's|\n^int y;\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("cpp", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.cpp", "b.cc", "c.hpp", "d.hh", "e.cxx"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "cpp"
    for language in ["cpp"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
