LINES = [
    ("int main(void) {", "opens defines"),
    ("static struct node *push(struct node *head, int v)", "defines"),
    ("int f(int a);", ""),
    ("struct a {", "opens defines"),
    ("typedef struct {", "opens defines"),
    ("    if (a) {", "opens"),
    ("    case 1:", "opens"),
    ("    default:", "opens"),
    ("    // a {", ""),
    ("label:", ""),
    ("    f(", ""),
    ("return f(a", ""),
    ("    return f(a)", ""),
    ("}", "closes"),
    ("/* Adds. */", "heralds"),
    ("    /** Adds.", "heralds"),
    ("    // now", ""),
    (" * more {", ""),
    ("#define A {", "opens"),
]

INSIDE = [
    '^char *s = ^"|a|\\n|"^;\n',
    "int c = ^'|c|'^;\n",
    "int c = ^'|\\|n|'^;\n",
    'x = L"|a|"^;\n',
    "^/|/| it's|\n^int y;\n",
    "int x = f(^/|*| ) |*|/|, ^b);\n",
    '#include ^"|a.h|"^\n',
    "#include <|a.h|>\n",
    'char *x = "|abc|\n^;int y = 1;\n',
    "int x = ^0^;^\n",
]

FILES = ["a.c", "a.h"]
IDS = ["c"]
TITLE = "// {file}\n"
