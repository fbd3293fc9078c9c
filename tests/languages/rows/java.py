LINES = [
    ("public class A extends B {", "opens defines"),
    ("    private static int f(int a) throws E {", "opens defines"),
    ("    public abstract int f(int a)", "defines"),
    ("    private int a;", ""),
    ("    private int a = f(b);", ""),
    ("    if (a) {", "opens"),
    ("    case 1:", "opens"),
    ("    case A ->", "opens"),
    ("    // a {", ""),
    ("record A(int b) {", "opens defines"),
    ("    @Override", "heralds"),
    ("    /** Adds. */", "heralds"),
    ("    // now", ""),
    ("    foo(a)", ""),
    ("}", "closes"),
    ("@interface A {", "opens defines"),
]

INSIDE = [
    'class A { String s = ^"|a|\\n|"^; }\n',
    'class A { String s = ^"""|\n  a " |b\n  |"""^; }\n',
    "class A { char c = ^'|c|'^; }\n",
    "^/|/| it's|\n^class A {}\n",
    "^/|**| doc |*|/|\n^class A {}\n",
]

FILES = ["A.java"]
IDS = ["java"]
TITLE = "// {file}\n"
