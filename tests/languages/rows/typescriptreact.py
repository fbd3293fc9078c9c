from rows import ecmascript

LINES = [*ecmascript.LINES, *ecmascript.TYPES, *ecmascript.ELEMENTS, ("  const a: Map<A, B>", "")]

INSIDE = [*ecmascript.INSIDE, 'x = <a b=^"|c|"^>it\'s ^{^g^}^</a>;\n']

FILES = ["a.tsx"]
IDS = ["typescriptreact"]
TITLE = "// {file}\n"
