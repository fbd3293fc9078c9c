import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("def f(a):", "opens defines"),
    ("    async def f(", "defines"),
    ("class A:", "opens defines"),
    ("    if a:", "opens"),
    ("    else:", "opens"),
    (") -> int:", "opens closes"),
    ("key:", ""),
    ("    @property", "heralds"),
    ("    a = 1", ""),
    ("    match a:", "opens"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("python", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        "f^'|a|{^b^:>3^}|c|'^\n",
        "f'|{^f(^'|x|'^)^}|'^\n",
        "f'''|a\n|{^b^}|\n|'''^\n",
        "f'|{^a[^0^]^}|'^\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("python", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.py", "b.pyi"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "python"
    for language in ["python"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"# {file}\n"
