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

CODE = """\
package com.example.shop;

import com.example.stock.Item;
import static com.example.stock.Items.first;
import com.example.other.*;

/**
 * A shop.
 */
@Component
public class Shop<T> extends Base implements Opens {
    private static final int LIMIT = 3;
    private String name;

    public Shop(String name) {
        this.name = name;
    }

    /** Opens it. */
    @Override
    public void open(String name, int... times) throws IOException {
        int local = 1;
        Runnable run = () -> { int hidden = 2; };
    }

    enum Color { RED, GREEN }

    interface Listener {
        void opened(Shop<?> shop);
    }

    record Pair(int a, int b) {}
}
"""
DEFINES = [
    ("type", "Shop", "@Component public class Shop<T> extends Base implements Opens", "A shop."),
    ("field", "Shop.LIMIT", "private static final int LIMIT = 3", ""),
    ("field", "Shop.name", "private String name", ""),
    ("function", "Shop.Shop", "public Shop(String name)", ""),
    (
        "function",
        "Shop.open",
        "@Override public void open(String name, int... times) throws IOException",
        "Opens it.",
    ),
    ("type", "Shop.Color", "enum Color { RED, GREEN }", ""),
    ("field", "Color.RED", "RED", ""),
    ("field", "Color.GREEN", "GREEN", ""),
    ("type", "Shop.Listener", "interface Listener {\n    void opened(Shop<?> shop);\n}", ""),
    ("function", "Listener.opened", "void opened(Shop<?> shop)", ""),
    ("type", "Shop.Pair", "record Pair(int a, int b) {}", ""),
]
IMPORTS = [
    ("com.example.stock", "Item", "Item"),
    ("com.example.stock.Items", "first", "first"),
    ("com.example.other", "*", ""),
]
