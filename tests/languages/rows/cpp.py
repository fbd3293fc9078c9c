LINES = [
    ("int main() {", "opens defines"),
    ("class A : public B {", "opens defines"),
    ("  public:", "opens"),
    ("private:", "opens"),
    ("template <typename T>", "defines heralds"),
    ("std::string f(const A& a)", "defines"),
    ("    auto f = [&](int a) {", "opens"),
    ("    return f(a", ""),
    ("namespace a {", "opens defines"),
    ("};", "closes"),
    ("    x::y(a);", ""),
    ("/// Adds.", "heralds"),
]

INSIDE = [
    'auto s = ^"|a|"^;\n',
    'auto s = ^R|"x|(|a " |b|)x"^;\n',
    "int n = 1^'^000^;\n",
    "char c = ^'|c|'^;\n",
    "^/|/| it's|\n^int y;\n",
]

FILES = ["a.cpp", "b.cc", "c.hpp", "d.hh", "e.cxx"]
IDS = ["cpp"]
TITLE = "// {file}\n"
