from rows import ecmascript

LINES = [*ecmascript.LINES]

INSIDE = [*ecmascript.INSIDE]

FILES = ["a.js", "b.mjs", "c.cjs"]
IDS = ["javascript"]
TITLE = "// {file}\n"

CODE = """\
const fs = require("./fs");
const { read, write: put } = require("../io");
import def from "./def";

// The base of all.
class Shop extends Base {
  count = 0;
  static make(name) { return new Shop(); }
  #secret() {}
}
function* walk(tree) { yield tree; }
var old = function (a, b) { var c = 1; };
let state = { a: 1 };
module.exports = { Shop, walk };
"""
DEFINES = [
    (
        "type",
        "Shop",
        (
            "class Shop extends Base {\n  count = 0;\n"
            "  static make(name) { return new Shop(); }\n  #secret() {}\n}"
        ),
        "The base of all.",
    ),
    ("field", "Shop.count", "count = 0", ""),
    ("function", "Shop.make", "static make(name)", ""),
    ("function", "Shop.#secret", "#secret()", ""),
    ("function", "walk", "function* walk(tree)", ""),
    ("function", "old", "var old = function (a, b)", ""),
    ("value", "state", "let state = { a: 1 }", ""),
]
IMPORTS = [
    ("./fs", "", "fs"),
    ("../io", "read", "read"),
    ("../io", "write", "put"),
    ("./def", "", "def"),
]
