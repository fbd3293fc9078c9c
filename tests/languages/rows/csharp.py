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
