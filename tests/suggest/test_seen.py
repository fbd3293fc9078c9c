import re
from dataclasses import replace

from inkling.context.index.symbols import Part
from inkling.context.knowledge import Known
from inkling.engine.wire import Text
from inkling.suggest import prompt
from inkling.suggest.seen import pieces, told
from inkling.suggest.work import Place
from inkling.text.buffers import Notebook
from marked import snapshot

PARTS = (Part("/shop/old.py", 11, "b = 2"), Part("/shop/net.py", 3, "a = 1\nc = 3"))
HERE = replace(snapshot("import net\nx = net.│\ny = 1\n"), uri="file:///shop/a%20b.py")
PLACE = Place(HERE, 0.0, known=Known(PARTS))


def test_it_is_what_the_prompt_says():
    above = prompt.above(PLACE.uri, PLACE.language, PARTS)
    built = prompt.build(PLACE.full, "psm", above)
    texts = "".join(part.text for part in built if isinstance(part, Text))
    assert "".join(piece.text for piece in pieces(PLACE)) == texts


def test_each_piece_says_where_it_comes_from():
    assert [piece.source for piece in pieces(PLACE)] == [
        "/shop/old.py, from line 12",
        "/shop/net.py, from line 4",
        "the document's name",
        "a b.py, before the cursor, from line 1",
        "a b.py, behind the cursor",
    ]


def test_it_is_told_with_the_names_that_may_stand_there():
    said = told(pieces(PLACE), ("fetch", "send"))
    assert "━━ /shop/net.py, from line 4\n# shop/net.py\n# a = 1\n# c = 3\n" in said
    assert re.search(r"━━ names .*\nfetch, send\n\Z", said)
    assert all(line for line in told(pieces(PLACE)).split("\n\n"))


def test_of_a_cell_it_is_what_its_notebook_says_around_it():
    notebook = Notebook("file:///shop/a%20b.ipynb", "import net\n\n", "\n\nz = 2")
    cell = replace(HERE, uri="nb:1", text="x = net.", offset=8, notebook=notebook)
    assert [(piece.source, piece.text) for piece in pieces(Place(cell, 0.0))] == [
        ("the document's name", "# a b.py\n"),
        (
            "a b.ipynb, its cells as one text, before the cursor, from line 1",
            "import net\n\nx = net.",
        ),
        ("a b.ipynb, its cells as one text, behind the cursor", "\n\nz = 2"),
    ]
