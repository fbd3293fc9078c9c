import pytest
from hypothesis import given
from hypothesis import strategies as st

from ends import ENDS, case, inside, mode, shown, trimmed
from inkling.languages import registry
from inkling.suggest import prompt
from inkling.suggest.site import site_of
from inkling.text.brackets import closed_behind, closed_below, scan
from marked import snapshot

FUNC = "package a\n\nfunc f() {\n"

GO = registry.find("go")

LINE = [
    case("the rest of the line", "\tx := │", "f(1)\n\ty := 2\n", "f(1)"),
    case("behind a statement the next one", "\tf()│", "\n\tg()\n\th()\n", "\n\tg()"),
    case("but not what leaves the block", FUNC + "\tf()│\n}\n", "\n}\n", ""),
    case(
        "in a comment one line", "// Add │", "adds two numbers.\nfunc Add(\n", "adds two numbers."
    ),
    case("a comment's brace opens no block", "\t// a {│", " b\n\tc()\n", " b"),
    case("in a raw string one line", "var q = `\n│\n`\n", "SELECT a\nFROM b\n", "SELECT a"),
    case(
        "a colon behind a name opens no block",
        FUNC + "\tx := T{\n\t\tName:│\n\t}\n}\n",
        ' "a",\n\tAge: 1,\n',
        ' "a",',
    ),
    case("an open bracket alone opens no block", FUNC + "\tf(│\n}\n", "a,\n\t\tb,\n\t)\n", "a,"),
]

BLOCK = [
    case(
        "a body with its brace",
        "func f() int {│\n",
        "\n\treturn 1\n}\n\nfunc g() int {\n",
        "\n\treturn 1\n}",
    ),
    case("a body whose brace stands there", "func f() {│\n}\n", "\n\tg()\n}\n", "\n\tg()"),
    case(
        "a body on a blank line",
        "func f() error {\n\t│\n}\n",
        "err := g()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n",
        "err := g()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn nil",
    ),
    case(
        "a condition's body with its brace",
        "\tif err != nil {│\n\treturn x\n",
        "\n\t\treturn err\n\t}\n\treturn x\n",
        "\n\t\treturn err\n\t}",
    ),
    case(
        "a condition's body whose brace stands there",
        "\tif err != nil {\n\t\t│\n\t}\n",
        "return err\n\t}\n\treturn nil\n",
        "return err",
    ),
    case(
        "its other branch belongs to a condition",
        "\tif a {│\n",
        "\n\t\tf()\n\t} else {\n\t\tg()\n\t}\n\th()\n",
        "\n\t\tf()\n\t} else {\n\t\tg()\n\t}",
    ),
    case(
        "a case's body",
        FUNC + "\tswitch x {\n\tcase 1:│\n\t}\n}\n",
        "\n\t\tf()\n\tcase 2:\n\t\tg()\n",
        "\n\t\tf()",
    ),
    case("what else there is", "\tdefault:│\n\t}\n", "\n\t\tf()\n\t}\n", "\n\t\tf()"),
    case("a label opens no block", "outer:│", "\n\tf()\n\tg()\n", "\n\tf()"),
    case(
        "a struct's literal with its brace",
        "\tp := Point{│\n",
        "\n\t\tX: 1,\n\t\tY: 2,\n\t}\n\tq := p\n",
        "\n\t\tX: 1,\n\t\tY: 2,\n\t}",
    ),
    case("a struct's literal in a line", "\tp := │\n", "Point{X: 1}\n\tq\n", "Point{X: 1}"),
    case(
        "what is imported",
        "import (│\n)\n",
        '\n\t"fmt"\n\t"os"\n)\n\nfunc main() {\n',
        '\n\t"fmt"\n\t"os"',
    ),
    case("a call over lines opens no block", "\tf(│\n\t)\n", "\n\t\ta,\n\t\tb,\n\t)\n", "\n\t\ta,"),
    case(
        "a function that is a value",
        "\tgo func() {│\n",
        "\n\t\tf()\n\t}()\n\tg()\n",
        "\n\t\tf()\n\t}()",
    ),
]

SIDE_BY_SIDE = [
    case(
        "one function is enough",
        "│",
        "func f() int {\n\treturn 1\n}\n\nfunc g() int {\n\treturn 2\n}\n",
        "func f() int {\n\treturn 1\n}",
    ),
    case(
        "its comment belongs to a function",
        "│",
        "// f is one.\nfunc f() int {\n\treturn 1\n}\n\n// g is two.\nfunc g() int {\n",
        "// f is one.\nfunc f() int {\n\treturn 1\n}",
    ),
    case("one method", "│", "func (p P) F() {\n}\n\nfunc (p P) G() {\n", "func (p P) F() {\n}"),
    case(
        "one type",
        "│",
        "type A struct {\n\tx int\n}\n\ntype B struct {\n",
        "type A struct {\n\tx int\n}",
    ),
    case(
        "variables are no definitions",
        "│",
        "var a = 1\nvar b = 2\n\nf\n",
        "var a = 1\nvar b = 2\n\nf\n",
    ),
    case(
        "nor are comments further in",
        FUNC + "\t│",
        "f()\n\t// now\n\tg()\n}\n\nh\n",
        "f()\n\t// now\n\tg()\n}",
    ),
    case(
        "a function that is a value stays",
        FUNC + "\t│",
        "x()\n\tfunc() {\n\t}()\n}\n\nh\n",
        "x()\n\tfunc() {\n\t}()\n}",
    ),
]

GAP = [
    case("to the brace", "\tif err != nil {│}\n", " return err }\n", " return err"),
    case("to the bracket", "\tf(│)\n", "a)\n", "a"),
    case("a bracket in a raw string is none", "\tf(│)\n", "`)`, a)\n", "`)`, a"),
    case("nothing escapes in a raw string", "\tf(│)\n", "`\\`, a)\n", "`\\`, a"),
    case("a brace in a rune is none", FUNC + "\tif c == │ {\n\t}\n}\n", "'{' {\n", "'{'"),
    case("nor a quote in one", "\tf(│)\n", "'\"', '\\'', a)\n", "'\"', '\\'', a"),
    case("a bracket in a string is none", "\tf(│)\n", '"\\")", a)\n', '"\\")", a'),
    case("to the quote", '\tf("│")\n', 'a)")\n', "a)"),
    case("to the backquote", "\tf(`│`)\n", "a)`)\n", "a)"),
    case("to the opening brace", FUNC + "\tif │ {\n\t}\n}\n", "x > 1 {\n", "x > 1"),
    case("a literal's braces are its own", "\tf(│)\n", "P{X: 1}, a)\n", "P{X: 1}, a"),
    case("what the line opened is closed first", "\tf(g(│)\n", "a))\n", "a)"),
    case("comments close nothing", "\tf(│)\n", "a /* ) */, b)\n", "a /* ) */, b"),
    case(
        "comments close nothing over lines", "f(\n\t│\n)\n", "a, // )\n\tb,\n)\n", "a, // )\n\tb,"
    ),
]


@pytest.mark.parametrize(("marked", "generated", "text"), [*LINE, *BLOCK, *SIDE_BY_SIDE, *GAP])
def test_a_suggestion_ends(marked, generated, text):
    assert shown("go", marked, generated).text == text


@pytest.mark.parametrize(("marked", "generated", "text"), [*BLOCK, *SIDE_BY_SIDE, *GAP])
def test_it_ends_there_too_where_the_tree_lags(marked, generated, text):
    assert shown("go", marked, generated, parsed=False).text == text


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^x^ ^:=^ ^"|a|\\n|"^\n',
        '^x^ := ""^\n',
        'x := "|"^\n',
        "x := ^`|a|\n|\\|`^\n",
        "x := ^'|{|'^ ^+ '\\|n'^\n",
        "^/|/| it's|\n^y := 1\n",
        "f(a, ^/|*| ) |*|/|, ^b)\n",
        'f(^"|é😀|"^,^ ^`|x|`^)\n',
        'x := "|abc|\n^y := 1\n',
        "x := `|abc|\n|y := 1|\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    marked = "package a\n\nfunc f() {\n" + marked + "}\n"
    found, cursors = inside("go", marked)
    assert found == cursors


@pytest.mark.parametrize(
    ("text", "pending"),
    [
        ("func f(a []int) {", "}"),
        ("x := `(\\`", ""),
        ("x := `(", "`"),
        ("c == '(' && f(", ")"),
        ("a /* ( */ + f(", ")"),
        ("a /* (\n ( */ + f(", ")"),
        ("f( // (\n", ")"),
        ('"//" + f(', ")"),
    ],
)
def test_what_a_text_leaves_open(text, pending):
    assert scan(text, GO).pending == pending


def test_what_an_editor_closes_is_known():
    assert closed_behind("\tf(`", "`)", GO) == 2
    assert closed_behind("\tif c == '", "' {", GO) == 1
    assert closed_below("func f() {", 0, "\n}\n", GO) == 2


def test_the_title_is_a_comment():
    assert prompt.title_of("file:///home/me/main.go", "go") == "// main.go\n"
    assert registry.id_of("main.go") == "go"


PIECES = [
    *("\n", "\t", "    ", " ", ",", ":", ":=", "{", "}", "(", ")", "'", '"', "`", "\\", "//"),
    *("/*", "*/", "func f() {", "if a {", "case 1:", "return a", "type T struct {", "a", "b"),
]
CODE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(CODE, CODE, CODE, CODE, st.booleans(), ENDS, st.booleans())
def test_nothing_changes_what_has_ended(before, after, generated, more, explicit, end, parsed):
    at = snapshot(f"{before}│{after}", "go", parsed=parsed)
    place = site_of(at, mode(4, explicit=explicit))
    first = trimmed(place, generated)
    if first.ended:
        assert trimmed(place, generated + more, end) == first
