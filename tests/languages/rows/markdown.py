LINES = [
    ("# A", "defines"),
    ("### A", "defines"),
    ("#a", ""),
    ("```python", "closes"),
    ("```", "closes"),
    ("it's a {", ""),
    ("- a:", ""),
]

FILES = ["README.md"]
IDS = ["markdown"]
TITLE = "<!-- {file} -->\n"
