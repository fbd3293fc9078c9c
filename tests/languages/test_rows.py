"""What is known of each language, as rows: a module of `rows` for each has

- `LINES`: lines of code, and what each is told to be;
- `INSIDE`: texts with cursors, `|` inside a string or comment and `^` outside, if it has a grammar;
- `FILES`, `IDS`, `TITLE`: its files' names, its languageIds, and how a prompt in it begins.
"""

import pkgutil
from importlib import import_module

import pytest
import rows

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

ROWS = {
    module.name: import_module(f"rows.{module.name}")
    for module in pkgutil.iter_modules(rows.__path__)
    if module.name != "ecmascript"
}


def all_of(name):
    """The rows of that name of all languages, each behind its language."""
    return [
        (language, *(row if isinstance(row, tuple) else (row,)))
        for language, module in ROWS.items()
        for row in getattr(module, name, ())
    ]


@pytest.mark.parametrize("language", registry.described())
def test_each_language_has_rows(language):
    assert language in ROWS or language == "go"  # it was first, and has a file of its own


@pytest.mark.parametrize(("language", "line", "words"), all_of("LINES"))
def test_a_line_is_told_by_how_it_looks(language, line, words):
    assert told(language, line) == words


@pytest.mark.parametrize(("language", "marked"), all_of("INSIDE"))
def test_inside_a_string_or_comment(language, marked):
    found, cursors = inside(language, marked)
    assert found == cursors


@pytest.mark.parametrize(("language", "file"), all_of("FILES"))
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(language, file):
    assert registry.id_of(file) == language
    for name in ROWS[language].IDS:
        title = ROWS[language].TITLE.format(file=file)
        assert prompt.title_of(f"file:///src/{file}", name) == title
