import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inkling.text.buffers import LONGEST_LINE, Buffer, Change, Position, Range

ENCODINGS = ("utf-8", "utf-16", "utf-32")

# Line ends of the protocol, line ends of other worlds, and characters of every width.
PIECES = [
    *("\n", "\r\n", "\r", "\n\r", "\f", "\v", "\x1c", "\x85", "\u2028", "\u2029"),
    *(
        "a",
        "bc",
        "    ",
        "\t",
        "é",
        "e\u0301",
        "中",
        "😀",
        "👩\u200d💻",
        "\ufeff",
        "\ud800",
        "\udc00",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
INSERTED = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
POSITIONS = st.builds(Position, st.integers(-1, 9), st.integers(-1, 12))
# One in ten replaces the whole text.
CHANGES = st.builds(
    lambda die, start, end, text: Change(Range(start, end) if die else None, text),
    st.integers(0, 9),
    POSITIONS,
    POSITIONS,
    INSERTED,
)


def buffer(text, encoding="utf-16"):
    return Buffer("file:///a.py", "python", 1, text, encoding)


# The oracle: one string, read again from its start for every question, one character at a time.


def oracle_lines(text):
    """The (start, end) of each line, the terminator left out."""
    lines, start, i = [], 0, 0
    while i < len(text):
        if text[i] in "\r\n":
            lines.append((start, i))
            i += 2 if text[i : i + 2] == "\r\n" else 1
            start = i
        else:
            i += 1
    return [*lines, (start, len(text))]


def oracle_width(char, encoding):
    if encoding == "utf-8":
        return 1 + (char >= "\x80") + (char >= "\u0800") + (char >= "\U00010000")
    return 2 if encoding == "utf-16" and char >= "\U00010000" else 1


def oracle_offset(text, position, encoding):
    lines = oracle_lines(text)
    if position.line < 0:
        return 0
    if position.line >= len(lines):
        return len(text)
    offset, end = lines[position.line]
    units = 0
    while offset < end:
        units += oracle_width(text[offset], encoding)
        if units > position.character:
            break
        offset += 1
    return offset


def oracle_apply(text, change, encoding):
    if change.range is None:
        return change.text
    ends = [oracle_offset(text, p, encoding) for p in (change.range.start, change.range.end)]
    return text[: min(ends)] + change.text + text[max(ends) :]


def test_ten_thousand_random_edits_equal_a_plain_string():
    made = 0

    @settings(
        max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(
        text=TEXTS,
        encoding=st.sampled_from(ENCODINGS),
        batches=st.lists(st.lists(CHANGES, min_size=4, max_size=4), min_size=5, max_size=5),
    )
    def run(text, encoding, batches):
        nonlocal made
        document = buffer(text, encoding)
        for version, batch in enumerate(batches, start=2):
            document.apply(batch, version)
            for change in batch:
                text = oracle_apply(text, change, encoding)
                made += 1
            assert document.text == text
            assert document.version == version
            lines = oracle_lines(text)
            assert [document.line(i) for i in range(len(lines))] == [text[a:b] for a, b in lines]
            with pytest.raises(IndexError):
                document.line(len(lines))

    run()
    assert made >= 10_000


@settings(deadline=None)
@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS), position=POSITIONS)
def test_any_position_means_what_the_oracle_says(text, encoding, position):
    assert buffer(text, encoding).offset(position) == oracle_offset(text, position, encoding)


@settings(deadline=None)
@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS))
def test_offset_and_position_undo_each_other(text, encoding):
    document = buffer(text, encoding)
    for offset in range(len(text) + 1):
        within_crlf = text[max(offset - 1, 0) : offset + 1] == "\r\n"
        position = document.position(offset)
        assert document.offset(position) == offset - within_crlf
        assert document.position(document.offset(position)) == position


@settings(deadline=None)
@given(
    text=TEXTS,
    encoding=st.sampled_from(ENCODINGS),
    steps=st.lists(st.tuples(CHANGES, POSITIONS, st.integers(-1, 40)), max_size=8),
)
def test_offsets_and_positions_hold_after_each_edit_wherever_the_last_one_was(
    text, encoding, steps
):
    document = buffer(text, encoding)
    for version, (change, position, offset) in enumerate(steps, 2):
        assert document.offset(position) == oracle_offset(document.text, position, encoding)
        document.apply([change], version)
        known = document.position(offset)
        assert known == buffer(document.text, encoding).position(offset)
        assert document.offset(position) == oracle_offset(document.text, position, encoding)


# "é" takes 2, 1 and 1 code units; "😀" takes 4, 2 and 1.
@pytest.mark.parametrize(
    ("line", "character", "utf8", "utf16", "utf32"),
    [
        (0, 0, 0, 0, 0),
        (0, 1, 0, 1, 1),
        (0, 2, 1, 1, 2),
        (0, 3, 1, 2, 3),
        (0, 4, 1, 3, 3),
        (0, 5, 1, 3, 3),
        (0, 6, 2, 3, 3),
        (0, 7, 3, 3, 3),
        (0, 99, 3, 3, 3),
        (0, -1, 0, 0, 0),
        (-1, 5, 0, 0, 0),
        (1, 0, 5, 5, 5),
        (1, 99, 6, 6, 6),
        (2, 0, 7, 7, 7),
        (2, 1, 7, 7, 7),
        (3, 0, 7, 7, 7),
        (99, 99, 7, 7, 7),
    ],
)
def test_positions_outside_are_clamped(line, character, utf8, utf16, utf32):
    text = "é😀x\r\ny\r"
    for encoding, expected in zip(ENCODINGS, (utf8, utf16, utf32), strict=True):
        assert buffer(text, encoding).offset(Position(line, character)) == expected


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(-5, (0, 0)), (0, (0, 0)), (1, (0, 2)), (2, (0, 2)), (3, (1, 0)), (4, (1, 1)), (99, (1, 1))],
)
def test_offsets_outside_and_within_crlf_are_clamped(offset, expected):
    assert buffer("😀\r\nx").position(offset) == Position(*expected)


@pytest.mark.parametrize(
    ("before", "start", "end", "text", "after", "lines"),
    [
        ("a\rX\nb", (1, 0), (1, 1), "", "a\r\nb", ["a", "b"]),  # a CRLF made by deletion
        ("a\rb", (1, 0), (1, 0), "\n", "a\r\nb", ["a", "b"]),  # and by insertion
        ("a\nb", (0, 1), (0, 1), "\r", "a\r\nb", ["a", "b"]),
        ("a\r\nb", (0, 1), (0, 1), "\r", "a\r\r\nb", ["a", "", "b"]),
        ("a\r\nb", (0, 2), (0, 3), "x", "ax\r\nb", ["ax", "b"]),  # none is taken apart
        ("a\r\nb", (0, 1), (1, 0), "", "ab", ["ab"]),
        ("a\nb", (1, 1), (0, 0), "c", "c", ["c"]),  # start and end exchanged
        ("a", (9, 9), (9, 9), "\n", "a\n", ["a", ""]),
        ("", (0, 0), (0, 0), "\r", "\r", ["", ""]),
        ("a\fb\u2028c\x85d", (0, 2), (0, 3), "B", "a\fB\u2028c\x85d", ["a\fB\u2028c\x85d"]),
    ],
)
def test_lines_end_where_the_protocol_says(before, start, end, text, after, lines):
    document = buffer(before)
    document.apply([Change(Range(Position(*start), Position(*end)), text)], 2)
    assert document.text == after
    assert [document.line(i) for i in range(len(lines))] == lines


def test_changes_build_on_each_other_and_the_last_version_holds():
    document = buffer("old")
    insert = Change(Range(Position(1, 0), Position(1, 0)), "x")
    document.apply([Change(None, "a\nb"), insert, insert], 7)
    assert (document.text, document.version) == ("a\nxxb", 7)
    document.apply([], 3)
    assert (document.text, document.version) == ("a\nxxb", 3)


@settings(deadline=None)
@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS), position=POSITIONS)
def test_a_snapshot_is_cut_at_the_cursor(text, encoding, position):
    document = buffer(text, encoding)
    snapshot = document.snapshot(position)
    assert snapshot.text == text
    cursor = document.position(snapshot.offset)
    assert snapshot.line_prefix + snapshot.line_suffix == document.line(cursor.line)
    assert snapshot.text.startswith(snapshot.line_suffix, snapshot.offset)


def test_a_snapshot_does_not_follow_the_document():
    document = buffer("a = 1\n")
    snapshot = document.snapshot(Position(0, 5))
    document.apply([Change(Range(Position(0, 4), Position(0, 5)), "2")], 2)
    assert (snapshot.version, snapshot.text, snapshot.line_prefix) == (1, "a = 1\n", "a = 1")
    assert document.snapshot(Position(0, 5)).line_prefix == "a = 2"


@pytest.mark.parametrize("end", ["", "\n", "\r", "\r\n"])
@pytest.mark.parametrize("column", [0, LONGEST_LINE // 2, LONGEST_LINE])
def test_a_line_is_endless_from_one_character_more_on(end, column):
    for length in (LONGEST_LINE, LONGEST_LINE + 1):
        document = buffer(f"x{end}{'é' * length}{end}x" if end else "é" * length)
        snapshot = document.snapshot(Position(bool(end), column))
        assert snapshot.endless == (length > LONGEST_LINE)


@pytest.mark.parametrize("column", [0, 1_000_000, 2_000_000])
def test_of_an_endless_line_what_is_near_the_cursor_is_looked_at(column):
    snapshot = buffer("x" * 2_000_000).snapshot(Position(0, column))
    assert snapshot.endless
    assert len(snapshot.line_prefix) <= LONGEST_LINE + 1
    assert len(snapshot.line_suffix) <= LONGEST_LINE + 1


class Lines(list):
    """Lines that count how many of them are looked at."""

    looked_at = 0

    def __getitem__(self, which):
        found = super().__getitem__(which)
        self.looked_at += len(found) if isinstance(which, slice) else 1
        return found


def test_beside_the_last_place_few_lines_are_looked_at():
    document = buffer("x = 1\n" * 10_000)
    document.offset(Position(5_000, 0))
    lines = document._lines = Lines(document._lines)
    for version in range(10):
        here = Position(5_000 + version % 3, 1)
        document.apply([Change(Range(here, here), "a")], version)
        assert document.position(document.offset(here)) == here
    assert lines.looked_at < 500


@settings(deadline=None)
@given(text=TEXTS)
def test_the_line_end_is_that_of_the_first_line(text):
    lines = oracle_lines(text)
    between = text[lines[0][1] : lines[1][0]] if len(lines) > 1 else "\n"
    assert buffer(text).snapshot(Position(0, 0)).line_end == between


def test_it_needs_neither_the_protocol_nor_the_parser():
    code = (
        "import inkling.text.buffers, sys; "
        "assert not {'pygls', 'lsprotocol', 'tree_sitter'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@settings(deadline=None)
@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS), changes=st.lists(CHANGES, max_size=7))
def test_taking_back_its_edits_gives_the_text_that_was_opened(text, encoding, changes):
    document = buffer(text, encoding)
    document.apply(changes, 2)
    starts = [start for start, _ in oracle_lines(document.text)]
    lines = [document.text[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    for edit in sorted(document.edits.latest, key=lambda one: -one.line):
        assert tuple(lines[edit.line : edit.end]) == edit.new
        lines[edit.line : edit.end] = edit.old
    assert "".join(lines) == text
