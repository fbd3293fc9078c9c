LINES = [
    ("a:", "opens"),
    ("  - a:", "opens"),
    ("  -", "opens"),
    ("a: |", "opens"),
    ("a: >-", "opens"),
    ("a: &b", "opens"),
    ("a: b", ""),
    ("  - a: b", "opens"),
    ("- a b", ""),
    ("# - a: b", ""),
    ("# a:", ""),
    ("a: [", "opens"),
    ('a: "b"', ""),
    ("  ]", "closes"),
    ("http://a", ""),
]

INSIDE = [
    '^#| it\'s|\n^a^: ^"|b\\|n|c|"^\n',
    "d: ^'|e|''|f|'^\n^x: ^1^\n",
    "h: it's^ ^x\n",
    'a: "|"^\n',
    "a: [^'|b|'^, ^c^]\n",
    'a: "|abc|\n',
]

FILES = ["a.yaml", "b.yml"]
IDS = ["yaml", "dockercompose"]
TITLE = "# {file}\n"
