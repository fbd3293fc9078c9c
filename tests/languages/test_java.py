import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("public class A extends B {", "opens defines"),
    ("    private static int f(int a) throws E {", "opens defines"),
    ("    public abstract int f(int a)", "defines"),
    ("    private int a;", ""),
    ("    private int a = f(b);", ""),
    ("    if (a) {", "opens"),
    ("    case 1:", "opens"),
    ("    case A ->", "opens"),
    ("    // a {", ""),
    ("record A(int b) {", "opens defines"),
    ("    @Override", "heralds"),
    ("    /** Adds. */", "heralds"),
    ("    // now", ""),
    ("    foo(a)", ""),
    ("}", "closes"),
    ("@interface A {", "opens defines"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("java", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        'class A { String s = ^"|a|\\n|"^; }\n',
        'class A { String s = ^"""|\n  a " |b\n  |"""^; }\n',
        "class A { char c = ^'|c|'^; }\n",
        "^/|/| it's|\n^class A {}\n",
        "^/|**| doc |*|/|\n^class A {}\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("java", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["A.java"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "java"
    for language in ["java"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
