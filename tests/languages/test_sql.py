import pytest

from ends import told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("CREATE TABLE a (", "opens defines"),
    ("select", "opens"),
    ("SELECT a, b", ""),
    ("FROM a", ""),
    ("WHERE a IN (", "opens"),
    ("INSERT INTO a (b) VALUES (", "opens defines"),
    ("BEGIN", "opens"),
    ("  IF a THEN", "opens"),
    ("END;", "closes"),
    ("  end if;", "closes"),
    ("endpoint", ""),
    (");", "closes"),
    ("-- create (", "heralds"),
    ("CREATE VIEW a AS", "defines"),
    ("with a as (", "opens"),
    ("count(", ""),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("sql", line) == words


@pytest.mark.parametrize("file", ["a.sql"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "sql"
    for language in ["sql", "mysql", "plsql"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"-- {file}\n"
