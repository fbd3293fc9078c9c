LINES = [
    ("def f(a):", "opens defines"),
    ("    async def f(", "defines"),
    ("class A:", "opens defines"),
    ("    if a:", "opens"),
    ("    else:", "opens"),
    (") -> int:", "opens closes"),
    ("key:", ""),
    ("    @property", "heralds"),
    ("    a = 1", ""),
    ("    match a:", "opens"),
]

INSIDE = [
    "f^'|a|{^b^:>3^}|c|'^\n",
    "f'|{^f(^'|x|'^)^}|'^\n",
    "f'''|a\n|{^b^}|\n|'''^\n",
    "f'|{^a[^0^]^}|'^\n",
]

FILES = ["a.py", "b.pyi"]
IDS = ["python"]
TITLE = "# {file}\n"
