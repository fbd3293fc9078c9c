"""Where a suggestion ends in the languages people write, whatever stands behind the cursor.

Each case is one of a kind: strings with code in them, tags, templates, blocks with and without
their ends, comments, data.
"""

import pytest

from ends import case, shown

TSX = "const A = () => {\n  return %s;\n};\n"
GO = "package a\n\nfunc f() error {\n"
RUST = "impl<'a> Parser<'a> {\n"
SHELL = "for f in *.txt; do\n"

IN_STRINGS = {
    "python": [
        case("a format", 'print(f"{price:│}")\n', '.2f} dollars")\n', ".2f"),
        case("a key", 'print(f"Hello {user[│]}")\n', '"name"]}")\n', '"name"'),
        case("a bracket that is text", 'x = f("(│")\n', 'a)")\n', "a)"),
    ],
    "typescript": [
        case("a template", "const s = `Hello ${│}`;\n", "name}!`;\nlog(s);\n", "name"),
        case("its text", "const s = `Hello │`;\n", "${name}!`;\nlog(s);\n", "${name}!"),
    ],
    "ruby": [
        case("a string", 'def f(xs)\n  puts "Hi #{│}"\nend\n', 'xs.first}!"\nend\n', "xs.first")
    ],
    "kotlin": [case("a string", 'fun f(a: A) {\n    g("Hi ${│}")\n}\n', 'a.b}")\n}\n', "a.b")],
    "csharp": [
        case(
            "a string",
            'class A {\n    void F(B a) {\n        G($"Hi {│}");\n    }\n}\n',
            'a.B}");\n',
            "a.B",
        )
    ],
    "php": [
        case(
            "a string",
            '<?php\nfunction f($a) {\n    return "Hi {│}";\n}\n',
            '$a[0]}!";\n}\n',
            "$a[0]",
        )
    ],
    "shellscript": [
        case(
            "one whose end is missing",
            'if a; then\n  warn "not │\nfi\nif [[ "$a" ]]; then\n  b "c"\nfi\n',
            'found"\n',
            'found"',
        ),
        case("a variable", 'f() {\n  echo "Hi ${│}"\n}\n', 'name}!"\n}\n', "name"),
        case("a command", 'f() {\n  x="$(│)"\n}\n', 'ls -l)"\n}\n', "ls -l"),
    ],
    "rust": [
        case(
            "one whose end is missing",
            'fn f() {\n    let a = "Say│\n    let b = "x";\n    g(a, b);\n}\n',
            ' so";\n    let b = "x";\n',
            ' so";',
        ),
        case(
            "a lifetime",
            RUST + "    fn new(│) -> Parser<'a> {\n        x\n    }\n}\n",
            "s: &'a str) -> Parser<'a> {\n",
            "s: &'a str",
        ),
        case("a character", "fn f(c: char) {\n    if c == │ {\n    }\n}\n", "'{' {\n", "'{'"),
    ],
    "c": [case("a character", "int f(int c) {\n    g(│);\n}\n", "')', c);\n}\n", "')', c")],
}

IN_TAGS = {
    "html": [
        case("an address", '<p>\n  <a href="│">home</a>\n</p>\n', '/home">Home</a>\n', "/home"),
        case("prose", "<p>\n  <b>│</b>\n</p>\n", "Don't</b> (now)\n</p>\n", "Don't"),
    ],
    "javascript": [
        case(
            "an element",
            "const a = () => <b>{on ? │ : null}</b>;\n",
            "<i>On</i> : null}</b>;\n",
            "<i>On</i>",
        ),
        case("what is less", "if (a < b && f(│)) {\n}\n", "c > d)) {\n", "c > d"),
    ],
    "typescriptreact": [
        case(
            "one of two",
            TSX % "<div>{on ? │ : null}</div>",
            "<b>On</b> : null}</div>\n",
            "<b>On</b>",
        ),
        case(
            "a list in a line",
            TSX % "<ul>{items.map(│)}</ul>",
            "(item) => <li>{item}</li>)}</ul>\n",
            "(item) => <li>{item}</li>",
        ),
        case(
            "a list over lines",
            TSX % "<ul>{items.map(│)}</ul>",
            "(item) => (\n    <li>{item}</li>\n  ))}</ul>\n",
            "(item) => (\n    <li>{item}</li>\n  )",
        ),
        case(
            "an attribute",
            TSX % "<button │>Go</button>",
            "onClick={() => go()}>Go</button>\n",
            "onClick={() => go()}",
        ),
    ],
}

BLOCKS = {
    "go": [
        case(
            "between braces",
            GO + "\tif err != nil {│}\n\treturn nil\n}\n",
            "\n\t\treturn err\n\t}\n\treturn nil\n}\n",
            "\n\t\treturn err\n\t",
        ),
        case(
            "with the brace that is missing",
            GO + "\terr := g()\n\tif err != nil {│\n\treturn nil\n}\n",
            "\n\t\treturn err\n\t}\n\treturn nil\n}\n",
            "\n\t\treturn err\n\t}",
        ),
        case(
            "what opens a block, to its end",
            GO + "\tfor i :=│\n\treturn nil\n}\n",
            " range xs {\n\t\tg(i)\n\n\t\th(i)\n\t}\n\tg(0)\n",
            " range xs {\n\t\tg(i)\n\n\t\th(i)\n\t}",
        ),
        case(
            "what opens a block that does not end",
            GO + "\tfor i :=│\n\treturn nil\n}\n",
            " range xs {\n\t\tif g(i) {\n",
            " range xs {",
        ),
        case(
            "what opens a block that ends behind it",
            GO + "\tfor i :=│\n\t\tg(i)\n\t}\n\treturn nil\n}\n",
            " range xs {\n\t\tg(i)\n\t}\n",
            " range xs {",
        ),
        case(
            "not in a block that stands below already",
            "package a\n\n│\n\nfunc g() {\n}\n\nfunc fire() {\n\tif cancelled {\n\t\tg()\n\t}\n}\n",
            "func fire() {\n\tif cancelled {\n\t\tg()\n\t}\n}\n",
            "",
        ),
    ],
    "python": [
        case("between braces", "config = {│}\n", '\n    "a": 1,\n}\nprint()\n', '\n    "a": 1,\n'),
        case(
            "a call over lines",
            "x = │\n",
            "f(\n    a,\n    b,\n)\ny = 1\n",
            "f(\n    a,\n    b,\n)",
        ),
    ],
    "javascript": [
        case(
            "a function that is passed",
            "xs.forEach(│);\n",
            "(x) => {\n  log(x);\n});\n",
            "(x) => {\n  log(x);\n}",
        ),
    ],
    "java": [
        case(
            "with the brace that is missing",
            "class A {\n    int f(int x) {\n        if (x > 0) {│\n    }\n}\n",
            "\n            return 1;\n        }\n        return 0;\n    }\n",
            "\n            return 1;\n        }",
        ),
    ],
    "c": [
        case(
            "whole statements",
            "int f(int a) {\n    │\n}\n",
            "int b = a;\n    return b",
            "int b = a;",
        ),
        case("the end of a comment", "/* Slot │\nint a;\n/* Slot 2 */\n", "1 */\nint b;\n", "1 */"),
    ],
    "ruby": [
        case(
            "before its end",
            "def f(xs)\n  xs.each do |x|\n    │\n  end\nend\n",
            'puts "#{x}"\n  end\nend\n',
            'puts "#{x}"',
        ),
        case(
            "with its own end",
            "class A\n  x = 1\n  def f│\n\n  def g\n  end\nend\n",
            "(a)\n    unless a\n      b\n    end\n  end\n\n  def h\n",
            "(a)\n    unless a\n      b\n    end\n  end",
        ),
    ],
    "lua": [
        case(
            "with the end that is missing",
            "local function f(x)\n  if x then│\nend\n",
            "\n    return 1\n  end\nend\n",
            "\n    return 1\n  end",
        )
    ],
    "shellscript": [
        case("before what ends it", SHELL + "  │\ndone\n", 'echo "$f"\ndone\n', 'echo "$f"'),
        case(
            "a pattern",
            "f() {\n  case $1 in\n    --a) g ;;\n    │\n  esac\n}\n",
            "--b) h ;;\n  esac\n}\n",
            "--b) h ;;",
        ),
    ],
    "json": [case("before the brace", '{\n  "a": 1,\n  │\n}\n', '"b": 2\n}\n', '"b": 2')],
    "yaml": [case("to the key below", "a:\n  b: │\n  c: 1\n", "2\n  c: 1\n", "2")],
    "css": [case("a value", "a {\n  color: │\n}\n", "red;\n  margin: 0;\n}\n", "red;")],
    "markdown": [
        case("a sentence", "# A\n\nIt's a │\n", "tool (for code).\n\n## B\n", "tool (for code).")
    ],
    "dockerfile": [
        case(
            "a line that goes on",
            "FROM python:3.12\nRUN │\n",
            "pip install a && \\\n    rm -rf b\nCOPY . .\n",
            "pip install a && \\\n    rm -rf b",
        )
    ],
    "toml": [case("a value", "[project]\nname = │\n", '"a"\nversion = "1"\n', '"a"')],
}


def of(table):
    return [
        pytest.param(language, *each.values, id=f"{language}-{each.id}")
        for language, cases in table.items()
        for each in cases
    ]


@pytest.mark.parametrize(
    ("language", "marked", "generated", "text"), [*of(IN_STRINGS), *of(IN_TAGS), *of(BLOCKS)]
)
def test_it_ends_before_what_stands_behind_the_cursor(language, marked, generated, text):
    assert shown(language, marked, generated, end="length").text == text


@pytest.mark.parametrize(
    ("language", "marked", "generated", "text"), [*of(IN_STRINGS), *of(IN_TAGS)]
)
def test_it_does_so_where_the_tree_lags(language, marked, generated, text):
    assert shown(language, marked, generated, end="length", parsed=False).text == text
