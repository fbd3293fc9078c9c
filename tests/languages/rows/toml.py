LINES = [
    ("[a]", "defines"),
    ("[[a.b]]", "defines"),
    ("a = [", "opens"),
    ("a = {", "opens"),
    ("a = 1", ""),
    ("# [a]", ""),
    ("]", "closes"),
]

INSIDE = [
    '^#| it\'s|\n^a = ^"|b\\|n|c|"^\n',
    "d = ^'|e|'^\n",
    'f = ^"""|x\n|y " |z|"""^\n',
    "f = ^'''|x\n|y ' |z|'''^\n",
    'a = [^"|b|"^, ^1^]\n',
    'a = "|"^\n',
    '^"|h|"^ = 1\n',
    'a = "|abc|\n^b = 1\n',
]

FILES = ["a.toml"]
IDS = ["toml"]
TITLE = "# {file}\n"
