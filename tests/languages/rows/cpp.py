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

CODE = """\
#include "stock.hpp"
namespace shop {
/// A shop.
template <typename T>
class Shop : public Base<T> {
 public:
  explicit Shop(std::string name);
  ~Shop();
  // How many.
  int size() const { return count_; }
  virtual const std::string& name() const = 0;
  bool operator==(const Shop& other) const;
 private:
  int count_ = 0;
};
enum class Color { Red };
using Names = std::vector<std::string>;
constexpr int kLimit = 3;
int Shop::open(const std::string& name) { int local; return 0; }
template <class T>
T add(T a, T b) { return a + b; }
}  // namespace shop
void outer(int a);
"""
DEFINES = [
    ("type", "Shop", "template <typename T>\nclass Shop : public Base<T>", "A shop."),
    ("function", "Shop.Shop", "explicit Shop(std::string name)", ""),
    ("function", "Shop.size", "int size() const", "How many."),
    ("function", "Shop.name", "virtual const std::string& name() const = 0", ""),
    ("function", "Shop.operator==", "bool operator==(const Shop& other) const", ""),
    ("field", "Shop.count_", "int count_ = 0", ""),
    ("type", "Color", "enum class Color { Red }", ""),
    ("field", "Color.Red", "Red", ""),
    ("type", "Names", "using Names = std::vector<std::string>", ""),
    ("value", "kLimit", "constexpr int kLimit = 3", ""),
    ("function", "Shop.open", "int Shop::open(const std::string& name)", ""),
    ("function", "add", "template <class T>\nT add(T a, T b)", ""),
    ("function", "outer", "void outer(int a)", ""),
]
IMPORTS = [
    ("stock.hpp", "", ""),
]
