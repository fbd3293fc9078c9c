import pytest

from ends import told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("fun f(a: Int): Int {", "opens defines"),
    ("    private suspend fun f(", "defines"),
    ("data class A(val b: Int)", "defines"),
    ("companion object {", "opens defines"),
    ("fun interface A {", "opens defines"),
    ("    a.map { b ->", "opens"),
    ("    when (a) {", "opens"),
    ("    // a {", ""),
    ("    val a = 1", ""),
    ("    @Test", "heralds"),
    ("    /** Adds. */", "heralds"),
    ("    // now", ""),
    ("}", "closes"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("kotlin", line) == words


@pytest.mark.parametrize("file", ["A.kt", "b.gradle.kts"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "kotlin"
    for language in ["kotlin"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"// {file}\n"
