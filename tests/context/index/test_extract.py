import math
import pkgutil
import time
from importlib import import_module

import pytest
import rows
from hypothesis import given
from hypothesis import strategies as st

from inkling.context.index import extract
from inkling.context.index.symbols import Symbols
from inkling.languages import registry
from made_up import FORMS

# Each language's file of rows may hold
#
# - `CODE`, and all that it tells others:
# - `DEFINES`: what each definition is, its name behind its container's, its signature, what it is
#   for, in the file's order;
# - `IMPORTS`: a module, the name taken from it, and what that is called here.
ROWS = {
    module.name: import_module(f"rows.{module.name}")
    for module in pkgutil.iter_modules(rows.__path__)
}
TOLD = {name: module for name, module in ROWS.items() if hasattr(module, "CODE")}
# What differs from another language in elements only has no code of its own here.
SAME = {"javascriptreact": "javascript", "typescriptreact": "typescript"}
INDEXED = [name for name in registry.described() if extract.indexed(name)]


def symbols(text, language):
    return read(text, language, math.inf)[0]


def told(one):
    name = f"{one.container}.{one.name}" if one.container else one.name
    return one.kind, name, one.signature, one.doc


def definitions(text, language="python"):
    return [told(one) for one in symbols(text, language).definitions]


@pytest.mark.parametrize("language", INDEXED)
def test_each_language_tells_what_it_defines(language):
    code = TOLD[SAME.get(language, language)]
    assert definitions(code.CODE, language) == code.DEFINES


@pytest.mark.parametrize("language", INDEXED)
def test_each_language_tells_what_it_imports(language):
    code = TOLD[SAME.get(language, language)]
    found = symbols(code.CODE, language).imports
    assert [(one.module, one.name, one.alias) for one in found] == code.IMPORTS


@pytest.mark.parametrize("language", INDEXED)
def test_a_definition_is_on_its_line(language):
    code = TOLD[SAME.get(language, language)].CODE
    lines = code.splitlines()
    for one in symbols(code, language).definitions:
        assert one.name in "".join(lines[one.line : one.line + 2]), one


@given(st.sampled_from(sorted(TOLD)), st.floats(0, 1), st.floats(0, 1), st.text(max_size=5))
def test_however_a_text_is_broken_what_is_told_stands_in_it(language, start, end, between):
    code = TOLD[language].CODE
    text = code[: int(start * len(code))] + between + code[int(end * len(code)) :]
    for one in symbols(text, language).definitions:
        assert one.name in text
        assert one.container in text
        assert len(one.signature) < 1000
        assert 0 <= one.line <= text.count("\n")


def test_a_short_type_is_told_whole_and_a_long_one_by_its_head():
    body = "    a: int\n" * 5
    (short, *_), (long, *_) = definitions(f"class A:\n{body}"), definitions(f"class A:\n{body * 2}")
    assert short == ("type", "A", f"class A:\n{body}".rstrip(), "")
    assert long == ("type", "A", "class A:", "")


def test_a_whole_type_is_told_without_the_indentation_it_has():
    code = "class A:\n    b = 1\n\n    class B:\n        c = 1\n\n    d = 1\n"
    assert ("type", "A.B", "class B:\n    c = 1", "") in definitions(code)


@pytest.mark.parametrize(
    ("above", "doc"),
    [
        ("# Adds.", "Adds."),
        ("# Adds.\n# More.", "Adds."),
        ("#: Adds.", "Adds."),
        ("# ---\n# Adds.", "Adds."),
        ("# Adds.\n@cache", "Adds."),
        ("@cache\n# Adds.", "Adds."),
        ("# Adds.\n@cache\n# It is slow.", "Adds."),
        ("# Adds.\n\n# Other.\n", ""),
        ("a = 1  # Adds.", ""),
        ("", ""),
    ],
)
def test_what_documents_it_stands_right_above(above, doc):
    (*_, last) = definitions(f"{above}\ndef add(): ...\n")
    assert last[1:3] == ("add", "@cache\ndef add():" if "@" in above else "def add():")
    assert last[3] == doc


def test_comments_are_no_part_of_a_signature():
    code = "def f(\n    a,  # one\n    b=1,  # two\n):  # three\n    # four\n    return a\n"
    assert definitions(code) == [("function", "f", "def f(a, b=1):", "")]


def test_what_a_function_keeps_to_itself_is_not_told():
    code = "def f():\n    class A:\n        b = 1\n        def c(self): ...\n    d = 1\n"
    assert [name for _, name, *_ in definitions(code)] == ["f"]


@pytest.mark.parametrize("first", ["self", "this"])
def test_what_a_method_sets_on_its_object_is_a_field(first):
    code = f"class A:\n    def f({first}, b):\n        {first}.c = 1\n        b.d = 1\n"
    assert [name for _, name, *_ in definitions(code)] == ["A", "A.f", "A.c"]


def test_what_an_import_binds_is_no_definition():
    code = 'const a = require("./a"), b = other("./b");\n'
    assert [name for _, name, *_ in definitions(code, "javascript")] == ["b"]


def test_what_a_program_wrote_is_told_up_to_a_point():
    code = "".join(f"def f{number}(): ...\nimport a{number}\n" for number in range(3000))
    found = symbols(code, "python")
    assert len(found.definitions) == extract.MOST_DEFINITIONS
    assert len(found.imports) == extract.MOST_IMPORTS


def test_a_long_signature_is_cut():
    ((_, _, signature, _),) = definitions(f"def f({', '.join(f'a{n}' for n in range(200))}): ...")
    assert len(signature) < 400
    assert signature.endswith("…")


def read(text, language, slice_ms):
    slices, count = extract.reading(text, language, slice_ms), 0
    while True:
        try:
            next(slices)
        except StopIteration as end:
            return end.value, count
        count += 1


def test_a_text_is_read_in_slices():
    text = "def f(): ...\n" * 3000
    said, slices = read(text, "python", 0.0)
    assert slices > 1
    assert len(said.definitions) == extract.MOST_DEFINITIONS
    assert read("a = 1", "python", math.inf)[1] == 0


@pytest.mark.parametrize(
    ("language", "opening", "one"),
    [
        ("javascript", "", "function f%d(a){return a}var x%d=1;/*c*/"),
        ("php", "<?php ", "function f%d($a){return $a;}const X%d=1;/*c*/"),
    ],
)
def test_one_long_line_is_read_as_fast_as_many_short_ones_and_in_slices(language, opening, one):
    lines = [one % (n, n) for n in range(4000)]
    took = []
    for end in ("\n", ""):
        whole = time.process_time()
        said, slices = read(opening + end.join(lines), language, 1.0)
        took.append(time.process_time() - whole)
        assert said.definitions[1].name.lower() == "x0"
        assert slices > 10
    assert took[1] < 2 * took[0] + 0.1


def test_a_text_that_is_too_hard_to_read_says_nothing(monkeypatch):
    monkeypatch.setattr(extract, "_HARD_S", -1)
    assert read("def f(): ...\n" * 3000, "python", 0.0)[0] is None


@pytest.mark.parametrize("language", ["plaintext", "kotlin", "nonsense", "markdown"])
def test_of_other_languages_nothing_is_told(language):
    assert read("fun f() {}", language, math.inf) == (None, 0)


def test_an_empty_text_defines_nothing():
    assert symbols("", "python") == Symbols([], [])


# A hook's address begins with what is no secret.
@pytest.mark.parametrize("form", [form for form in FORMS if "hook" not in form])
@pytest.mark.parametrize(
    "line",
    [
        'x = call("{}", "{}")',
        'def f():\n    """{} {}"""',
        "# {} {}\ndef f(): ...",
        "@h('{}', '{}')\ndef f(): ...",
    ],
)
def test_a_secret_that_a_long_line_ends_in_is_not_cut_before_it_is_masked(line, form):
    secret = FORMS[form]
    for longest in (160, 300):
        for size in range(longest - 40, longest, 7):
            said = symbols(line.format("long " * (size // 5), secret), "python").definitions
            said = " ".join(f"{one.signature} {one.doc}" for one in said)
            assert "long" in said
            assert secret[:10] not in said
