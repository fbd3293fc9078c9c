import pytest

from ends import inside, told
from inkling.languages import registry
from inkling.suggest import prompt

LINES = [
    ("def f(a)", "opens defines"),
    ("  private def f", "opens defines"),
    ("def f(a) = a", "defines"),
    ("class A < B", "opens defines"),
    ("class A < B; end", "defines"),
    ("  if a", "opens"),
    ("  else", "opens closes"),
    ("  elsif b", "opens closes"),
    ("  when 1", "opens closes"),
    ("  rescue A => e", "opens closes"),
    ("  ensure", "opens closes"),
    ("  a.each do |b, c|", "opens"),
    ("  a.each { |b|", "opens"),
    ("  x = if a", "opens"),
    ("  x = case a", "opens"),
    ("  return if a", ""),
    ("  f a, b", ""),
    ("  # if a", ""),
    ("  end", "closes"),
    ("  end.join", "closes"),
    ("  ending = 1", ""),
    ("  }", "closes"),
    ("  define_method(:a) do", "opens"),
    ("  iffy", ""),
    ("# Adds.", "heralds"),
    ("  # now", ""),
    ("  else_branch = 1", ""),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_a_line_is_told_by_how_it_looks(line, words):
    assert told("ruby", line) == words


# «|» is a cursor inside a string or comment, «^» one outside.
@pytest.mark.parametrize(
    "marked",
    [
        '^x = ^"|a|\\n|#{^b^}|c|"^\n',
        "x = '|it\\'s|'^\n",
        "x = ^`|ls |#{^x^}|`^\n",
        "^#| it's|\n^y\n",
        "x = ^%q(|a|)^\n",
        "x = ^/|a'b|/^\n",
        'f(^"|a|"^, ^:b^)\n',
        "h = <<~A^\n  a| #{^x^}| it's\n|A\n^y\n",
        'x = "|#{^f(^"|a|"^)^}|"^\n',
        "=begin\n|a|\n=end\n^y\n",
    ],
)
def test_inside_a_string_or_comment(marked):
    found, cursors = inside("ruby", marked)
    assert found == cursors


@pytest.mark.parametrize("file", ["a.rb", "Gemfile", "Rakefile", "b.gemspec"])
def test_it_is_told_by_a_file_s_name_and_tells_the_model_that_name(file):
    assert registry.id_of(file) == "ruby"
    for language in ["ruby"]:
        assert prompt.title_of(f"file:///src/{file}", language) == f"# {file}\n"
