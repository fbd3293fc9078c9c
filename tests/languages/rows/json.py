LINES = [
    ("{", "opens"),
    ('  "a": [', "opens"),
    ('  "a": {', "opens"),
    ('  "a": 1,', ""),
    ("  // {", ""),
    ("}", "closes"),
    ("  ],", "closes"),
]

INSIDE = [
    '{^"|a|"^: ^"|b\\|n|c|"^, ^"|{|"^: [^1^]^}\n',
    '{"a": "|b|\n^}\n',
    '{"a": "|"^}\n',
    '{ ^/|/| it\'s|\n^"|a|"^: 1}\n',
]

FILES = ["a.json", "tsconfig.json", "b.jsonc", ".eslintrc", "c.code-workspace"]
IDS = ["json", "jsonc"]
TITLE = "// {file}\n"
