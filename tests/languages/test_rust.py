import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("fn f<'a>(x: &'a str) {", "opens defines"),
    ("    pub(crate) async unsafe fn f(", "defines"),
    ("impl<T> A for B<T> {", "opens defines"),
    ("    if a {", "opens"),
    ("    match a {", "opens"),
    ("        Some(a) => {", "opens"),
    ("    f(|a| {", "opens"),
    ("    loop {", "opens"),
    ("    // a {", ""),
    ("    'outer:", ""),
    ("    f(", ""),
    ("pub struct A;", "defines"),
    ("const A: u8 = 1;", ""),
    ("}", "closes"),
    ("    })", "closes"),
    ("#[test]", "heralds"),
    ("    /// Adds.", "heralds"),
    ("    // now", ""),
    ("// Adds.", "heralds"),
    ("macro_rules! m {", "opens defines"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("rust", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^let x = ^"|a|\\n|"^;\n',
        'let x = ^b"|a|"^;\n',
        'let x = ^r#"|a " |b|"#^;\n',
        "fn f<^'^a^>(^x: ^&'^a ^str)^ {}\n",
        "let c = ^'|c|'^;\n",
        "let c = ^b'|\\|n|'^;\n",
        "^/|/| it's|\n^y();\n",
        "^/|/|/| doc|\n^fn f() {}\n",
        "f(^/|*| ) |*|/|, ^b);\n",
        "//|!| in|\n^fn f() {}\n",
        'f(^"|{|}|"^, ^x^)\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("rust", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["lib.rs"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "rust"
    for language in ["rust"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
