import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("function f(a)", "opens defines"),
    ("local function f(a, ...)", "opens defines"),
    ("M.f = function(a)", "opens defines"),
    ("  if a then", "opens"),
    ("  else", "opens closes"),
    ("  elseif b then", "opens closes"),
    ("  for i = 1, 2 do", "opens"),
    ("  repeat", "opens"),
    ("  until a", "closes"),
    ("  f(function()", "opens"),
    ("  a = {", "opens"),
    ("  -- then", ""),
    ("  f(a)", ""),
    ("end", "closes"),
    ("  end)", "closes"),
    ("  endless = 1", ""),
    ("--- Adds.", "heralds"),
    ("  -- now", ""),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("lua", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^x = ^"|a|\\n|b|"^\n',
        "x = '|c|'^\n",
        "x = ^[[|a ' \n|b|]]^\n",
        "x = ^[==[|a ]] b|]==]^\n",
        "^--| it's|\n^y()\n",
        "^--[[| a\n| b ]]|\n^y()\n",
        'f(^"|a|"^, ^b)\n',
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("lua", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.lua"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "lua"
    for language in ["lua"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"-- {file}\n"
