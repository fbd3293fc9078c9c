from rows import ecmascript

LINES = [*ecmascript.LINES, *ecmascript.TYPES]

INSIDE = [*ecmascript.INSIDE, "type T = ^`|a|${^B^}|c|`^;\n", "f<^A^>(^'|b|'^)\n"]

FILES = ["a.ts", "b.d.ts", "c.mts", "d.cts"]
IDS = ["typescript"]
TITLE = "// {file}\n"
