LINES = [
    (".a {", "opens defines"),
    ("a:hover > b", "defines"),
    ("@media (a) {", "opens defines"),
    ("  color: red;", ""),
    ("  .b {", "opens"),
    ("}", "closes"),
    ("/* a */", "heralds"),
]

INSIDE = [
    '^/|*| it\'s |*|/|\n^a { content: ^"|x\\"|y|"^; color: ^#fff^; }\n',
    "a[b=^'|c|'^] {^ }\n",
    'a { b: "|\\"|x|"^; }\n',
]

FILES = ["a.css"]
IDS = ["css"]
TITLE = "/* {file} */\n"
