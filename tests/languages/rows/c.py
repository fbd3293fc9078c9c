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

CODE = """\
#include "shop/stock.h"
#include <stdio.h>

/* The most there may be. */
#define LIMIT 3
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* A shop. */
struct shop {
    int count;
    char *name;
    int (*open)(struct shop *);
};
typedef struct { int x; } point_t;
typedef int (*handler)(void *data);
enum color { RED, GREEN = 2 };

// Opens it.
int shop_open(struct shop *shop, const char *name);
extern int verbose;
static const char *names[] = { "a" };

static struct shop *shop_new(const char *name)
{
    int local = 1;
    return NULL;
}
"""
DEFINES = [
    ("value", "LIMIT", "#define LIMIT 3", "The most there may be."),
    ("function", "MAX", "#define MAX(a, b) ((a) > (b) ? (a) : (b))", ""),
    (
        "type",
        "shop",
        "struct shop {\n    int count;\n    char *name;\n    int (*open)(struct shop *);\n}",
        "A shop.",
    ),
    ("field", "shop.count", "int count", ""),
    ("field", "shop.name", "char *name", ""),
    ("field", "shop.open", "int (*open)(struct shop *)", ""),
    ("field", "point_t.x", "int x", ""),
    ("type", "point_t", "typedef struct { int x; } point_t", ""),
    ("type", "handler", "typedef int (*handler)(void *data)", ""),
    ("type", "color", "enum color { RED, GREEN = 2 }", ""),
    ("field", "color.RED", "RED", ""),
    ("field", "color.GREEN", "GREEN = 2", ""),
    ("function", "shop_open", "int shop_open(struct shop *shop, const char *name)", "Opens it."),
    ("value", "verbose", "extern int verbose", ""),
    ("value", "names", 'static const char *names[] = { "a" }', ""),
    ("function", "shop_new", "static struct shop *shop_new(const char *name)", ""),
]
IMPORTS = [
    ("shop/stock.h", "", ""),
    ("stdio.h", "", ""),
]
