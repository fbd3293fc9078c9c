"""What the bench knows of each language that it types."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_typist import check_nested, press_all

from inkling.bench import indentation, rhythm, typist
from inkling.bench.keys import Document, Stretch
from inkling.bench.languages.registry import LANGUAGES
from inkling.bench.pairs import pairs
from inkling.bench.plan import plan, plan_anew

BRACES = [language for language in LANGUAGES.values() if language.braces]
by_id = pytest.mark.parametrize("language", BRACES, ids=lambda language: language.id)

WORDS = [
    *(
        "{\n",
        "}\n",
        "    ",
        "\t",
        "(\n",
        ")\n",
        "\n",
        "\n\n",
        "});\n",
        "f(() => {\n",
        "[",
        "]",
        "}",
    ),
    *(
        "/*",
        "/**\n",
        " * x\n",
        " *\n",
        " */\n",
        "*/",
        "// it's {\n",
        "///",
        "case 1:\n",
        "default:",
    ),
    *("if (a)\n", "else\n", "b();\n", "'a", "'('", '"a"', '"', "'", "`", "${", 'r#"("#', 'b"{"'),
    *("/[(]/", "= /a'b/", "x", " ", "é", "😀", "fn f<'a>(", "func f() {\n", "return x\n"),
]
CODE = st.lists(st.sampled_from(WORDS), max_size=40).map("".join)
TEXT = CODE | st.text(st.sampled_from(" \n\t*/(){}[]\"'`$a\\"), max_size=80)


@given(TEXT, TEXT, TEXT, st.integers(0, 5).map(str), st.sampled_from(BRACES))
def test_the_keys_give_the_text(before, text, after, seed, language):
    stretch = Stretch(before, text, after, language)
    document = Document(before, after)
    for key in typist.keys(stretch, seed):
        document = document.apply(key.edit)
        place = key.place
        assert document.before.startswith(before + text[: place.progress])
        assert len(document.before) == len(before) + place.progress + place.wrong
        behind = "".join(text[one.due : one.due + one.length] for one in place.closers)
        assert document.after == behind + after
    assert document == Document(before + text, after)


@given(CODE, st.integers(0, 5).map(str), st.sampled_from(BRACES), st.data())
def test_from_any_clean_place_the_rest_is_the_same(text, seed, language, data):
    stretch = Stretch("", text, "", language)
    keys = list(typist.keys(stretch, seed))
    clean = [n for n, key in enumerate(keys, 1) if not key.place.wrong]
    start = data.draw(st.sampled_from(clean)) if clean else 0
    if start and keys[start - 1].name != "backspace":
        assert list(typist.keys(stretch, seed, keys[start - 1].place)) == keys[start:]


@given(TEXT, st.sampled_from(BRACES))
def test_pairs_are_nested(text, language):
    check_nested(pairs(text, language))


TYPED = {
    "typescript": """\
        import { a } from './a';

        /**
         * Fetches.
         *
         * @param url - where
         */
        export async function load(url: string): Promise<Item[]> {
          const found = await get(`${base}/${url}?q=${ids.join(',')}`, (item) => {
            return item.name.replace(/['"(]/g, '');
          }, { deep: true });
          if (!found)
            return [];
          switch (found.kind) {
            case 'a':
              return found.items;
            default:
              throw new Error(`no
                such kind: ${found.kind}`);
          }
        }
        """,
    "go": """\
        package a

        // Load reads it.
        func (c *Client) Load(ids []string) (map[string]Item, error) {
        \tswitch len(ids) {
        \tcase 0:
        \t\treturn nil, errors.New("none")
        \tdefault:
        \t\tgo func() {
        \t\t\tc.run(`a {
        b`, 'x')
        \t\t}()
        \t}
        \tif err := c.each(func(i Item) error {
        \t\treturn i.Close()
        \t}); err != nil {
        \t\treturn nil, err
        \t}
        \treturn c.items, nil
        }
        """,
    "rust": """\
        /// Parses.
        impl<'a> Parser<'a> {
            pub fn next(&mut self) -> Result<Token<'a>, Error> {
                match self.chars.next() {
                    Some('{') => Ok(Token::Open),
                    Some('\\'') | Some('"') => self.string(r#"("#, b"["),
                    _ => Err(Error::new(format!("not {}", self.at))),
                }
            }
        }
        """,
    "java": """\
        /* The licence. */
        package a;

        public class Names {

            /**
             * Says how many.
             */
            @Override
            public int count(Map<String, Integer> of) throws IOException {
                return of.values().stream().map(v -> {
                    return v + 1;
                }).reduce(0, (a, b) -> a + b);
            }

            private static final char QUOTE = '"';
        }
        """,
    "c": """\
        /*
         * The licence.
         */
        #include <stdio.h>

        static int count(const struct node *head, int of[])
        {
        \tint n = 0;

        \tfor (; head; head = head->next)
        \t\tn += head->value == '{';
        \tprintf("%d\\n", n); /* said */
        \treturn of[n];
        }
        """,
}


@pytest.mark.parametrize("keys", [0, 120])
@by_id
def test_a_plan_ends_with_the_file(language, keys):
    text = textwrap.dedent(TYPED[language.id])
    text += text.replace("oad", "end").replace("ount", "ut")
    for seed in range(5):
        made = plan(f"a{language.ending}", text, seed, keys, language)
        document = made.opened
        for number, stretch in enumerate(made.stretches):
            assert document.text == stretch.before + stretch.after
            document = press_all(stretch, typist.keys(stretch, made.seed_of(number)))
        assert document.text == text
        assert made.language is language


@pytest.mark.parametrize(
    ("language", "tabs"), [("typescript", 1), ("go", 0), ("rust", 0), ("java", 0), ("c", 1)]
)
def test_an_editor_spares_most_of_the_indentation(language, tabs):
    text = textwrap.dedent(TYPED[language])
    stretch = Stretch("", text, "", LANGUAGES[language])
    keys = list(typist.keys(stretch, "0"))
    assert press_all(stretch, keys).text == text
    blanks = [key for key in keys if key.name == "tab"]
    assert len(blanks) == tabs


def typed(text, language):
    """What stands around the cursor after each key that brings more than its own character."""
    stretch = Stretch("", text, "", LANGUAGES[language])
    document, seen = Document("", ""), []
    for key in typist.keys(stretch, "0"):
        document = document.apply(key.edit)
        if key.name != "char" or key.edit.behind or key.edit.delete:
            seen.append(f"{document.before}‸{document.after}")
    assert document.text == text
    return seen


@pytest.fixture
def _sure(monkeypatch):
    monkeypatch.setattr(rhythm, "SLIP_RATE", 0.0)


@pytest.mark.usefixtures("_sure")
@pytest.mark.parametrize(
    ("language", "text", "seen"),
    [
        ("go", "{\n\ta\n}", ["{‸}", "{\n\t‸\n}", "{\n\ta\n}‸"]),
        (
            "typescript",
            "f(() => {\n  a\n}, b);",
            [
                *("f(‸)", "f((‸))", "f(()‸)", "f(() => {‸})", "f(() => {\n  ‸\n})"),
                *("f(() => {\n  a\n}‸)", "f(() => {\n  a\n}, b)‸"),
            ],
        ),
        ("typescript", "`a${b}`", ["`‸`", "`a${‸}`", "`a${b}‸`", "`a${b}`‸"]),
        ("typescript", "it's(", []),
        (
            "java",
            "/**\n * A.\n */\nb",
            ["/**‸ */", "/**\n * ‸\n */", "/**\n * A.\n */‸", "/**\n * A.\n */\n‸"],
        ),
        ("c", "/* a */", ["/*‸*/", "/* a */‸"]),
        (
            "java",
            "/**\n *\n * A.\n */",
            [
                *("/**‸ */", "/**\n * ‸\n */", "/**\n *‸\n */", "/**\n *\n * ‸\n */"),
                "/**\n *\n * A.\n */‸",
            ],
        ),
        (
            "java",
            "/**\n */",
            ["/**‸ */", "/**\n * ‸ */", "/**\n *‸ */", "/**\n ‸ */", "/**\n‸ */", "/**\n */‸"],
        ),
        (
            "java",
            "/**\n * A\n * b. */",
            ["/**‸ */", "/**\n * ‸ */", "/**\n * A\n * ‸ */", "/**\n * A\n * b. */‸"],
        ),
        ("c", "/*\n * a\n */", ["/*‸*/", "/*\n‸*/", "/*\n * a\n ‸*/", "/*\n * a\n */‸"]),
        ("go", "`\na\n`", ["`‸`", "`\n‸`", "`\na\n‸`", "`\na\n`‸"]),
        ("go", "/* a */", []),
        ("rust", "f<'a>('(')", ["f<'a>(‸)", "f<'a>('(')‸"]),
        ("c", "{\n\t\t}", ["{\n\t‸", "{\n\t\t‸"]),
        (
            "java",
            "if (a) {\n    b;\n\n    }",
            [
                *("if (‸)", "if (a)‸", "if (a) {\n    ‸", "if (a) {\n    b;\n    ‸"),
                *("if (a) {\n    b;\n\n    ‸",),
            ],
        ),
        ("go", "{\n\tif a {\n\t\tb", ["{\n\t‸", "{\n\tif a {\n\t\t‸"]),
        ("go", "f {\nx\n}", ["f {\n    ‸", "f {\n‸", "f {\nx\n‸"]),
    ],
)
def test_what_an_editor_brings(language, text, seen):
    assert typed(text, language) == seen


@pytest.mark.usefixtures("_sure")
def test_a_closing_bracket_takes_the_indentation_back_that_is_too_much():
    # Its opener's end is not its own: what is typed at another place is closed by hand.
    text = "\tb {\n\t\tc\n\t}\n}\n"
    made = Stretch("a {\n", text, "", LANGUAGES["go"])
    last = [key for key in typist.keys(made, "0") if "}" in key.edit.insert]
    assert [key.edit.delete for key in last] == [1]


@pytest.mark.parametrize(
    ("language", "above", "line", "begins"),
    [
        ("typescript", "", "  foo(a, {", "    "),
        ("typescript", "", "  // foo(a, {", "  "),
        ("typescript", "", "  case 'a':", "    "),
        ("typescript", "", "  if (a)", "    "),
        ("typescript", "  if (a)", "    b();", "  "),
        ("typescript", "  if (a)", "  {", "    "),
        ("typescript", "", "  /** A.", "   * "),
        ("typescript", "", "  /** A. */", "  "),
        ("typescript", "  /**", "   * A.", "   * "),
        ("typescript", "   * A.", "   */", "  "),
        ("typescript", "x", "   * a", "   "),
        ("go", "", "\tcase a:", "\t\t"),
        ("go", "", "\tx := []int{1}", "\t"),
        ("go", "", "\tfoo(a,", "\t\t"),
        ("go", "", "\treturn a", "\t"),
        ("rust", "", "    match a {", "        "),
        ("rust", "", "    Some(a) => b,", "    "),
        ("rust", "", "    /** A.", "    "),
        ("java", "", "    default:", "        "),
        ("java", "", "    foo(a,", "    "),
        ("c", "", "\tfoo(a,", "\t\t"),
        ("c", "\telse", "\t\tb();", "\t"),
        ("c", "", "/*", ""),
        ("python", "", "  /** A.", "  "),
        ("python", "", "   */", "   "),
    ],
)
def test_what_the_next_line_begins_with(language, above, line, begins):
    unit = "\t" if "\t" in line else "  " if language == "typescript" else "    "
    assert indentation.next_line(line, above, unit, LANGUAGES[language]) == begins


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("/*\n   Licence.\n*/\na {\n    b\n}\n", "    "),
        ("a {\n\tb {\n\t\tc\n\t}\n}\n", "\t"),
        ("f(a,\n     b)\na {\n  b {\n    c\n  }\n}", "  "),
    ],
)
def test_the_unit_of_indentation_is_that_of_the_blocks(text, unit):
    assert indentation.unit(text, LANGUAGES["c"]) == unit


def test_braces_say_nothing_of_indentation_where_blocks_do_not_stand_in_them():
    text = "if a:\n    b = {\n      1,\n    }\n"
    assert indentation.unit(text, LANGUAGES["python"]) == "    "
    assert indentation.unit(text, LANGUAGES["c"]) == "  "


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("typescript", "f({\n  a\n})", {1: "\n})", 2: "\n}"}),
        ("typescript", "f(a, {\n  b\n}, c)", {1: ", c)", 5: "\n}"}),
        ("typescript", "f(\n  a, {\n    b\n})", {}),
        ("typescript", "a = /[(]/ + (b)", {12: "b)"}),
        ("typescript", "a / (b / c)", {4: "b / c)"}),
        ("typescript", "`${`a`}(`", {0: "`", 2: "}", 3: "`"}),
        ("typescript", "`\\`${'}'}`", {0: "`", 4: "}", 5: "'"}),
        ("typescript", "/* ( */ (a)", {8: "a)"}),
        ("typescript", "/** ( */", {2: " */"}),
        ("go", "`a\\` + (b)", {0: "`", 7: "b)"}),
        ("go", "`${` + (b)", {0: "`", 7: "b)"}),
        ("rust", 'r#"("#, (b"(")', {8: ")"}),
        ("rust", "'\\'' (\"'\")", {5: ")", 6: '"'}),
        ("java", 'x("""(""")', {1: ")"}),
        ("c", 'f(L"(")', {1: ")"}),
        ("java", "class A {\n\n    b\n}", {8: "}"}),
        ("java", "class A {\n\n}", {}),
        ("java", "/** a*/", {}),
        ("go", "switch a {\ncase b:\n\tc\n}", {9: "}"}),
        ("go", "switch a {\nb\n}", {}),
        ("python", "f({\n  a\n})", {2: "}"}),
    ],
)
def test_pairs(language, text, found):
    closed = pairs(text, LANGUAGES[language])
    ends = {start: text[one.due : one.due + one.length] for start, one in closed.items()}
    assert ends == {start: end[-len(ends.get(start, end)) :] for start, end in found.items()}
    assert closed.keys() == found.keys()


@pytest.mark.parametrize(
    ("language", "before", "line", "begins"),
    [
        ("typescript", "}", "export function a() {", True),
        ("typescript", "", "  private a(): void {", True),
        ("typescript", "", "  a(b: string): c {", True),
        ("typescript", "", "  if (a) {", False),
        ("typescript", "", "  a(() => {", False),
        ("typescript", "", "  /**", True),
        ("typescript", "   */", "  a() {", False),
        ("go", "", "// A does.", True),
        ("go", "// A does.", "func A() {", False),
        ("go", "", "\t// a", False),
        ("rust", "", "    pub(crate) async fn a() {", True),
        ("rust", "#[inline]", "fn a() {", False),
        ("rust", "", "    let a = b;", False),
        ("java", "", "    public void a() {", True),
        ("java", "    @Override", "    public void a() {", False),
        ("java", "", "    List<A> a(int b) {", True),
        ("java", "", "        return a(b) {", False),
        ("java", "", "        final int a = 1;", False),
        ("c", "", "static int a(void)", True),
        ("c", "static int", "a (void)", False),
        ("c", "", "    a(b);", False),
        ("c", "", "a(b);", False),
    ],
)
def test_where_a_definition_begins(language, before, line, begins):
    known = LANGUAGES[language]
    inside = known.definition.match(before) or known.leads.match(before)
    assert bool(known.definition.match(line) and not inside) is begins


METHOD = """\
    /**
     * Does it.
     *
     * And more.
     */
    @Override
    public int a() {
        b();
    }
"""


def test_a_person_begins_at_a_definition_and_jumps_before_its_comment(monkeypatch):
    monkeypatch.setattr("inkling.bench.plan.STRAY_RATE", 0.0)
    monkeypatch.setattr("inkling.bench.plan.JUMP_RATE", 1.0)
    for seed in range(5):
        text = "class A {\n\n" + "\n".join([METHOD] * 8) + "}\n"
        made = plan("A.java", text, seed, 250, LANGUAGES["java"])
        begins = [stretch.text.strip().partition("\n")[0] for stretch in made.stretches]
        assert begins[0].startswith("public int a")
        after = [line for line in begins[2::2] if not line.startswith("/**")]
        assert len(begins) > 3
        assert after == []


@pytest.mark.parametrize(
    ("language", "places", "others"),
    [
        (
            "typescript",
            ["const ", "a = ", "a => ", "f(", "a && ", "this."],
            ["a", "a ", "thisconst "],
        ),
        ("go", ["a := ", "func ", "range "], ["a"]),
        ("rust", ["Vec::", "let mut ", "match "], ["a:", "let"]),
        ("java", ["new ", "throws "], ["a "]),
        ("c", ["a->", "struct ", "sizeof("], ["a-", "a>"]),
    ],
)
def test_where_a_person_thinks(language, places, others):
    thinks = LANGUAGES[language].thinks_behind.search
    assert [place for place in places if not thinks(place)] == []
    assert [place for place in others if thinks(place)] == []


def test_a_new_file_is_typed_from_its_first_line_on_with_nothing_below():
    text = "".join(f"value_{number} = function({number})\n" for number in range(100))
    made = plan_anew("a.py", text, 1, 120, LANGUAGES["python"])
    assert made.opened.text == ""
    assert text.startswith(made.text)
    assert 100 < len(made.all_keys()) < 200
    assert plan_anew("a.py", text, 1, 0, LANGUAGES["python"]).text == text
