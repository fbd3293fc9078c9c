import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("int main(void) {", "opens defines"),
    ("static struct node *push(struct node *head, int v)", "defines"),
    ("int f(int a);", ""),
    ("struct a {", "opens defines"),
    ("typedef struct {", "opens defines"),
    ("    if (a) {", "opens"),
    ("    case 1:", "opens"),
    ("    default:", "opens"),
    ("    // a {", ""),
    ("label:", ""),
    ("    f(", ""),
    ("return f(a", ""),
    ("    return f(a)", ""),
    ("}", "closes"),
    ("/* Adds. */", "heralds"),
    ("    /** Adds.", "heralds"),
    ("    // now", ""),
    (" * more {", ""),
    ("#define A {", "opens"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("c", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^char *s = ^"|a|\\n|"^;\n',
        "int c = ^'|c|'^;\n",
        "int c = ^'|\\|n|'^;\n",
        'x = L"|a|"^;\n',
        "^/|/| it's|\n^int y;\n",
        "int x = f(^/|*| ) |*|/|, ^b);\n",
        '#include ^"|a.h|"^\n',
        "#include <|a.h|>\n",
        'char *x = "|abc|\n^;int y = 1;\n',
        "int x = ^0^;^\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("c", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.c", "a.h"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "c"
    for language in ["c"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
