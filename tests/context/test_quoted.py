import pytest

from inkling.context.index.symbols import Part
from inkling.context.quoted import quoted
from inkling.languages import registry


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("python", "a = 1\n\n  b", "# shop/net.py\n# a = 1\n#\n#   b\n"),
        ("go", "a := 1", "// shop/net.py\n// a := 1\n"),
        ("css", "a { }", "/* shop/net.py */\n/* a { } */\n"),
        # A line that ends the comment would be read as the text's own.
        ("css", "a { } /* b */", ""),
        ("plaintext", "a", ""),
    ],
)
def test_parts_stand_as_comments_below_the_names_of_their_files(language, text, said):
    part = Part("/home/me/shop/net.py", 3, text)
    assert quoted([part], registry.find(language)) == said


def test_what_is_quoted_is_no_code():
    python = registry.find("python")
    assert quoted([], python) == ""
    parts = [Part("/a.py", 0, "import os\nos.remove('x')"), Part("/b.py", 0, "y = 2")]
    assert all(line.startswith("#") for line in quoted(parts, python).splitlines())
