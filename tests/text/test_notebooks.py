import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.text.buffers import Buffer, Change, Position, Range
from inkling.text.documents import Documents
from inkling.text.notebooks import Cell, Cells, Splice

URI = "file:///a.ipynb"
START = Position(0, 0)


def opened(*cells, left_alone=()):
    """A notebook's documents; each cell is a language and a text, and prose where markdown."""
    documents = Documents()
    documents.leave_alone(left_alone)
    described = [
        Cell(f"c:{n}", code=language != "markdown") for n, (language, _) in enumerate(cells)
    ]
    documents.open_notebook(URI, described)
    for cell, (language, text) in zip(described, cells, strict=True):
        documents.open(Buffer(cell.uri, language, 1, text))
    return documents


def around(number, *cells, **options):
    async def scene():
        return opened(*cells, **options).get(f"c:{number}").snapshot(START).notebook

    found = asyncio.run(scene())
    assert found.uri == URI
    return found.above, found.below


def test_the_cells_above_and_below_are_the_text_around():
    cells = [("python", "import os\n"), ("python", "x = "), ("python", ""), ("python", "y")]
    assert around(1, *cells) == ("import os\n\n\n", "\n\ny")
    assert around(0, ("python", "x")) == ("", "")


def test_code_is_told_prose_in_comments_and_no_other_language():
    cells = [
        *(("markdown", "# Sums\n\nAll of *them*."), ("sql", "SELECT 1"), ("python", "x")),
        *(("markdown", "![a](data:" + "A" * 1000 + ")\nAn image"), ("raw", "nothing")),
    ]
    assert around(2, *cells) == ("# # Sums\n#\n# All of *them*.\n\n", "\n\n# An image")
    assert around(1, *cells) == ("-- # Sums\n--\n-- All of *them*.\n\n", "\n\n-- An image")


def test_prose_is_told_prose_only():
    cells = [("markdown", "One."), ("python", "x"), ("markdown", "Two."), ("markdown", "Three.")]
    assert around(2, *cells) == ("One.\n\n", "\n\nThree.")


def test_what_is_left_alone_is_not_told_either():
    cells = [("markdown", "Secret."), ("python", "x"), ("python", "y")]
    assert around(2, *cells, left_alone=["markdown"]) == ("x\n\n", "")


def test_a_cell_that_only_its_notebook_names_says_nothing():
    async def scene():
        documents = opened(("python", "x"), ("python", "y"))
        documents.close("c:0")
        assert documents.get("c:1").notebook.above == ""
        documents.open(Buffer("c:0", "python", 1, "z"))
        return documents.get("c:1").notebook.above

    assert asyncio.run(scene()) == "z\n\n"


@pytest.mark.parametrize("left", ["notebook", "cell"])
def test_what_is_no_cell_any_more_is_a_file_of_its_own(left):
    async def scene():
        documents = opened(("python", "x"), ("python", "y"))
        if left == "notebook":
            assert documents.close_notebook(URI) == ["c:0", "c:1"]
        else:
            documents.arrange(URI, Splice(1, 1, ()))
        document = documents.get("c:1")
        assert document.file == "c:1"
        assert document.snapshot(START).whole == document.snapshot(START)
        return set(documents.files)

    assert asyncio.run(scene()) == {"c:1", "c:0" if left == "notebook" else URI}


def test_the_file_is_what_most_cells_are_in():
    cells = [("sql", "SELECT 1"), ("python", "x"), ("markdown", "So."), ("python", "y")]

    async def scene():
        documents = opened(*cells)
        assert documents.language(URI) == "python"
        assert documents.files == [URI]
        return documents.file(URI)

    assert asyncio.run(scene()).text == "x\n\n# So.\n\ny"


def test_who_types_in_a_cell_pays_for_no_other():
    buffers = {f"c:{n}": Buffer(f"c:{n}", "python", 1, "x") for n in range(100)}
    asked = []

    def document(uri):
        asked.append(uri)
        return buffers[uri]

    cells = Cells(URI, document)
    cells.arrange(Splice(0, 0, tuple(map(Cell, buffers))))
    first = cells.around("c:50")
    assert len(asked) >= 100
    asked.clear()
    for _ in range(9):
        cells.changed("c:50")
        cells.describe([Cell("c:49")])
        assert cells.around("c:50") is first
    assert not asked
    cells.changed("c:49")
    assert cells.around("c:50") is not first


# Whatever an editor does with a notebook, the server has the same one.

KINDS = [("python", True), ("sql", True), ("raw", True), ("markdown", False)]
COMMENTS = {"python": "# {}", "sql": "-- {}", "markdown": "<!-- {} -->"}
TEXTS = st.sampled_from(["", " \n", "x", "x = 1\n", "# a\n\nb", "%matplotlib inline"])
NEW = st.tuples(st.sampled_from(KINDS), TEXTS)
NUMBERS = st.integers(0, 8)
DEEDS = st.one_of(
    st.tuples(st.just("put"), NUMBERS, st.integers(0, 3), st.lists(NEW, max_size=3)),
    st.tuples(st.just("move"), NUMBERS, NUMBERS),
    st.tuples(st.just("type"), NUMBERS, TEXTS),
    st.tuples(st.just("reopen"), NUMBERS, NEW),
    st.tuples(st.just("kind"), NUMBERS, st.booleans()),
    st.tuples(st.just("look"), NUMBERS),
)


class Client:
    """An editor's own notebook: cells as [uri, language, code, text]."""

    def __init__(self, documents):
        self.documents = documents
        self.cells = []
        self.count = 0
        documents.open_notebook(URI, [])

    def do(self, deed, *how):
        if deed == "put":
            self.put(*how)
        elif self.cells:
            number, *rest = how
            getattr(self, deed)(number % len(self.cells), *rest)

    def put(self, start, removed, new):
        start = min(start, len(self.cells))
        removed = min(removed, len(self.cells) - start)
        made = []
        for (language, code), text in new:
            self.count += 1
            made.append([f"c:{self.count}", language, code, text])
        gone = self.cells[start : start + removed]
        self.cells[start : start + removed] = made
        described = tuple(Cell(uri, code) for uri, _, code, _ in made)
        self.documents.arrange(URI, Splice(start, removed, described))
        for uri, language, _, text in made:
            self.documents.open(Buffer(uri, language, 1, text))
        for uri, *_ in gone:
            self.documents.close(uri)

    def move(self, number, to):
        cell = self.cells.pop(number)
        self.documents.arrange(URI, Splice(number, 1, ()))
        to %= len(self.cells) + 1
        self.cells.insert(to, cell)
        self.documents.arrange(URI, Splice(to, 0, (Cell(cell[0], cell[2]),)))

    def type(self, number, text):
        self.cells[number][3] = text
        self.documents.change(self.cells[number][0], [Change(None, text)], 2)

    def reopen(self, number, new):
        (language, code), text = new
        cell = self.cells[number]
        cell[1:] = language, code, text
        self.documents.close(cell[0])
        self.documents.describe(URI, [Cell(cell[0], code)])
        self.documents.open(Buffer(cell[0], language, 3, text))

    def kind(self, number, code):
        self.cells[number][2] = code
        self.documents.describe(URI, [Cell(self.cells[number][0], code)])

    def look(self, number):
        self.documents.get(self.cells[number][0]).snapshot(START)

    def seen_from(self, number):
        _, language, code, text = self.cells[number]

        def told(cells):
            for _, other, is_code, said in cells:
                if said.strip() and other == language:
                    yield said
                elif said.strip() and code and not is_code and language in COMMENTS:
                    lines = map(COMMENTS[language].format, said.strip().split("\n"))
                    yield "\n".join(line.rstrip() for line in lines)

        above = "".join(f"{said}\n\n" for said in told(self.cells[:number]))
        below = "".join(f"\n\n{said}" for said in told(self.cells[number + 1 :]))
        return above + text + below, len(above)


@given(st.lists(DEEDS, max_size=12))
def test_whatever_an_editor_does_the_server_has_the_same_notebook(deeds):
    async def scene():
        documents = Documents()
        client = Client(documents)
        for deed in deeds:
            client.do(*deed)
        for number, (uri, _, _, text) in enumerate(client.cells):
            snapshot = documents.get(uri).snapshot(START)
            assert snapshot.text == text
            whole = snapshot.whole
            assert (whole.text, whole.offset) == client.seen_from(number)
            assert (whole.uri, snapshot.file) == (URI, URI)
        assert len(documents.files) <= 1

    asyncio.run(scene())


def typed(documents, number, line, text):
    """A line of a cell is replaced."""
    uri = f"c:{number}"
    width = len(documents.get(uri).buffer.text.split("\n")[line])
    where = Range(Position(line, 0), Position(line, width))
    documents.change(uri, [Change(where, text)], 2)


def test_what_was_changed_in_cells_stands_in_the_text_where_it_is_told():
    async def scene():
        documents = opened(
            *(("markdown", "# Sums"), ("python", "a = 1\nb = 2"), ("sql", "SELECT 1")),
            *(("python", ""), ("python", "c = 3\nd = 4\n"), ("python", "e = 5")),
        )
        for number, line, text in [(4, 1, "d = 40"), (1, 1, "b = 20"), (0, 0, "# All")]:
            typed(documents, number, line, text)
        typed(documents, 2, 0, "SELECT 2")
        return documents.file(URI)

    file = asyncio.run(scene())
    lines = file.text.split("\n")
    told = [lines[edit.line : edit.end] for edit in file.edits.latest]
    assert told == [["d = 40"], ["b = 20"]], "in order, and of what is in its language"


def said(edit):
    return [line.removesuffix("\n") for line in edit.new]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.text("xyz", max_size=3))))
def test_the_latest_edits_of_all_cells_are_lines_of_the_text(deeds):
    async def scene():
        documents = opened(*[("python", f"a{n}\n\nb{n}") for n in range(4)])
        for number, line, text in deeds:
            typed(documents, number, line, text)
        return documents.file(URI), {n: documents.get(f"c:{n}").buffer for n in range(4)}

    file, buffers = asyncio.run(scene())
    lines = file.text.split("\n")
    told = [said(edit) for edit in file.edits.latest]
    assert told == [lines[edit.line : edit.end] for edit in file.edits.latest]
    last = list(dict.fromkeys(number for number, _, _ in reversed(deeds)))
    there = [n for n in reversed(last) if buffers[n].text.strip()]
    wanted = [said(edit) for n in there for edit in buffers[n].edits.latest]
    assert told == wanted[-len(told) :] if told else not wanted
