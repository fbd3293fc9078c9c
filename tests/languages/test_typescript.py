import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("function f() {", "opens defines"),
    ("  if (a) {", "opens"),
    ("  const f = (a) => {", "opens"),
    ("  return (", "opens"),
    ("  case 1:", "opens"),
    ("  default:", "opens"),
    ("  const a = [", "opens"),
    ("  // if a {", ""),
    ("  f(", ""),
    ("  key:", ""),
    ("  a = 1;", ""),
    ("}", "closes"),
    ("  })", "closes"),
    ("export default class A extends B {", "opens defines"),
    ("  async function f(", "defines"),
    ("functions()", ""),
    ("/** Adds. */", "heralds"),
    ("// Adds.", "heralds"),
    ("  // now", ""),
    ("  @decorated", "heralds"),
    ("export interface A {", "opens defines"),
    ("type A<T> = {", "opens defines"),
    ("  const a: Promise<A>", ""),
    ("declare function f(): void", "defines"),
    ("type.f()", ""),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("typescript", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^x^ ^= ^"|a|\\n|"^;\n',
        "x = '|it\\'s|'^;\n",
        "^`|a|${^b^}|c|`^;\n",
        "^`|${^f(^`|x|`^)^}|`^;\n",
        "^/|/| it's|\n^y;\n",
        "f(^/|*| ) |*|/|, ^b)\n",
        'x = "|abc|\n^y = 1\n',
        "x = ''^;\n",
        "x = ^/|a'b|/;\n",
        "x = '|é😀|'^\n",
        "type T = ^`|a|${^B^}|c|`^;\n",
        "f<^A^>(^'|b|'^)\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("typescript", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.ts", "b.d.ts", "c.mts", "d.cts"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "typescript"
    for language in ["typescript"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
