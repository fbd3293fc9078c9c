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

INSIDE = [
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
]

FILES = ["a.rb", "Gemfile", "Rakefile", "b.gemspec"]
IDS = ["ruby"]
TITLE = "# {file}\n"
