LINES = [
    ("public class A : B", "defines"),
    ("    private static async Task<int> F(int a)", "defines"),
    ("    public int A { get; set; }", ""),
    ("    private int a;", ""),
    ("    private int a = f(b);", ""),
    ("    {", "opens"),
    ("    if (a) {", "opens"),
    ("    case 1:", "opens"),
    ("    // a {", ""),
    ("    /// <summary>", "heralds"),
    ("    [Test]", "heralds"),
    ("    [a, b", ""),
    ("}", "closes"),
]

INSIDE = [
    '^var s = ^"|a|\\n|"^;\n',
    'var s = ^@"|a""|b\n|c|"^;\n',
    'var s = $"|a|{^b^}|c{{|"^;\n',
    'var s = $@"|a|{^b^}|"^;\n',
    'var s = ^"""|\na " |b\n|"""^;\n',
    "var c = ^'|c|'^;\n",
    "^/|/| it's|\n^y();\n",
    'F(^"|a|"^, ^$"|{^x:f^}|"^);\n',
    'var s = $$"""|a|{{^x^}}|b|"""^;\n',
]

FILES = ["a.cs", "b.csx"]
IDS = ["csharp", "cs"]
TITLE = "// {file}\n"

CODE = """\
using Example.Stock;
using System.Linq;

namespace Example.Shop
{
    /// <summary>
    /// A shop.
    /// </summary>
    public class Shop<T> : Base, IOpens where T : class
    {
        private const int Limit = 3;
        public string Name { get; set; } = "x";
        public event EventHandler Opened;

        public Shop(string name) { Name = name; }

        // Opens it.
        public async Task<int> OpenAsync(string name, CancellationToken token = default)
        {
            int local = 1;
            return local;
        }
        public int Size => 1;
    }

    public interface IOpens { void Open(); }
    public enum Color { Red, Green }
    public record Pair(int A, int B);
    public delegate void Handler(object sender);
}
"""
DEFINES = [
    ("type", "Shop", "public class Shop<T> : Base, IOpens where T : class", "A shop."),
    ("field", "Shop.Limit", "private const int Limit = 3", ""),
    ("field", "Shop.Name", 'public string Name { get; set; } = "x"', ""),
    ("field", "Shop.Opened", "public event EventHandler Opened", ""),
    ("function", "Shop.Shop", "public Shop(string name)", ""),
    (
        "function",
        "Shop.OpenAsync",
        "public async Task<int> OpenAsync(string name, CancellationToken token = default)",
        "Opens it.",
    ),
    ("field", "Shop.Size", "public int Size => 1", ""),
    ("type", "IOpens", "public interface IOpens { void Open(); }", ""),
    ("function", "IOpens.Open", "void Open()", ""),
    ("type", "Color", "public enum Color { Red, Green }", ""),
    ("field", "Color.Red", "Red", ""),
    ("field", "Color.Green", "Green", ""),
    ("type", "Pair", "public record Pair(int A, int B)", ""),
    ("type", "Handler", "public delegate void Handler(object sender)", ""),
]
IMPORTS = [
    ("Example.Stock", "", ""),
    ("System.Linq", "", ""),
]
