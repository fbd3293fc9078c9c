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

CODE = """\
require "json"
require_relative "stock/item"

# What sells.
module Market
  LIMIT = 3

  class Shop < Base::Store
    attr_reader :name

    # Opens it.
    def open(name, times: 1, &block)
      local = 1
      def inner; end
    end

    def self.make(name)
      new(name)
    end

    def size = @stock.size
  end
end

class Market::Stall
end
"""
DEFINES = [
    ("type", "Market", "module Market", "What sells."),
    ("value", "Market.LIMIT", "LIMIT = 3", ""),
    ("type", "Market.Shop", "class Shop < Base::Store", ""),
    ("function", "Shop.open", "def open(name, times: 1, &block)", "Opens it."),
    ("function", "Shop.make", "def self.make(name)", ""),
    ("function", "Shop.size", "def size", ""),
    ("type", "Market.Stall", "class Market::Stall\nend", ""),
]
IMPORTS = [
    ("json", "", ""),
    ("stock/item", "", ""),
]
