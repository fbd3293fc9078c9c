from rows import ecmascript

LINES = [*ecmascript.LINES]

INSIDE = [*ecmascript.INSIDE]

FILES = ["a.js", "b.mjs", "c.cjs"]
IDS = ["javascript"]
TITLE = "// {file}\n"
