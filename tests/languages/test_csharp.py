import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("public class A : B", "defines"),
    ("    private static async Task<int> F(int a)", "defines"),
    ("    public int A { get; set; }", ""),
    ("    private int a;", ""),
    ("    private int a = f(b);", ""),
    ("    {", "opens"),
    ("    if (a) {", "opens"),
    ("    case 1:", "opens"),
    ("    // a {", ""),
    ("    /// <summary>", "heralds"),
    ("    [Test]", "heralds"),
    ("    [a, b", ""),
    ("}", "closes"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("csharp", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^var s = ^"|a|\\n|"^;\n',
        'var s = ^@"|a""|b\n|c|"^;\n',
        'var s = $"|a|{^b^}|c{{|"^;\n',
        'var s = $@"|a|{^b^}|"^;\n',
        'var s = ^"""|\na " |b\n|"""^;\n',
        "var c = ^'|c|'^;\n",
        "^/|/| it's|\n^y();\n",
        'F(^"|a|"^, ^$"|{^x:f^}|"^);\n',
        'var s = $$"""|a|{{^x^}}|b|"""^;\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("csharp", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.cs", "b.csx"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "csharp"
    for language in ["csharp", "cs"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
