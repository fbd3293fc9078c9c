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

INSIDE = [
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
]

FILES = ["lib.rs"]
IDS = ["rust"]
TITLE = "// {file}\n"
