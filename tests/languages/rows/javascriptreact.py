from rows import ecmascript

LINES = [*ecmascript.LINES, *ecmascript.ELEMENTS]

INSIDE = [
    *ecmascript.INSIDE,
    'x = <a b=^"|c|"^ d={^`|e|${^f^}|`^}>it\'s ^{^g^}^</a>;\n',
    "x = <p>{^/|* c |*|/|}</p>;\n",
]

FILES = ["a.jsx"]
IDS = ["javascriptreact"]
TITLE = "// {file}\n"
