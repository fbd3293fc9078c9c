LINES = [
    (".a {", "opens defines"),
    ("@mixin a($b) {", "opens defines"),
    ("  &:hover {", "opens"),
    ("  @include a;", ""),
    ("$a: 1;", ""),
    ("  // {", ""),
    ("}", "closes"),
    ("// a", "heralds"),
]

FILES = ["a.scss", "b.less"]
IDS = ["scss", "less"]
TITLE = "// {file}\n"
