LINES = [
    ("<div>", "opens"),
    ('  <ul class="a">', "opens"),
    ('  <li><a href="b">', "opens"),
    ("  <br>", ""),
    ('  <img src="a">', ""),
    ("  <input/>", ""),
    ("</div>", "closes"),
    ("  <p>text", ""),
    ("  <p>text</p>", ""),
    ("<!-- a -->", ""),
    ("-->", "closes"),
    ("<!DOCTYPE html>", ""),
    ("<base-view>", "opens"),
    ("<body>", ""),
    ("  a {", "opens"),
    ("  }", "closes"),
]

INSIDE = [
    '^<a href=^"|x y|"^ b=^\'|c|\'^>it\'s ^"t"^</a>\n',
    "^<!--| it's |-->|\n^<p>\n",
    '<a href="|"^></a>\n',
]

FILES = ["a.html", "b.htm"]
IDS = ["html"]
TITLE = "<!-- {file} -->\n"
