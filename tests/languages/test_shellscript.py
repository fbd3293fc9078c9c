import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("for f in *.txt; do", "opens"),
    ("if [ -f a ]; then", "opens"),
    ("else", "opens closes"),
    ("elif a; then", "opens closes"),
    ("while true; do", "opens"),
    ("case $1 in", "opens"),
    ("  start|stop)", "opens"),
    ("  *)", "opens"),
    ('  "$a")', "opens"),
    ("f() {", "opens defines"),
    ("function f {", "opens defines"),
    ("cat a |", ""),
    ("a &&", ""),
    ("fi", "closes"),
    ("done < a", "closes"),
    ("esac", "closes"),
    ("  ;;", "closes"),
    ("}", "closes"),
    ("find . -name a", ""),
    ("# do", "heralds"),
    ("  # then", ""),
    ("x=$(ls a)", ""),
    ("fine", ""),
    ("done_it=1", ""),
    ("echo in", ""),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("shellscript", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^s=^"|a\\"|b $x-|${^y^}|d$(^ls ^"|z|"^)|e|"^\n',
        "^t=^'|d|'^\n",
        "u=^$'|x\\|n|'^\n",
        "^#| it's|\n^ls\n",
        "cat <<'X'^\nr|aw it's|\nX\n^ls\n",
        "cat <<X^\nr|aw |${^y^}| it's|\nX\n^ls\n",
        "echo ^a#b^ \\'^\n",
        "x=${^y^}^\n",
        "x=$(^ls^)^\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("shellscript", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.sh", "b.bash", ".bashrc", "c.zsh", "d.bats"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "shellscript"
    for language in ["shellscript", "sh", "bash", "zsh"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"# {file}\n"
