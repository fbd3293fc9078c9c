"""What of the latest edits is told."""

from inkling.context.index import edited
from inkling.context.index.symbols import Part


def test_edits_of_one_file_that_follow_each_other_are_one_part_in_the_order_they_were_made():
    edits = [Part("a", 9, "nine"), Part("a", 3, "three"), Part("b", 1, "one"), Part("a", 5, "five")]
    assert edited.parts(edits, 100) == [
        Part("a", 3, "three\nnine"),
        Part("b", 1, "one"),
        Part("a", 5, "five"),
    ]


def test_no_more_is_told_than_there_is_room_for():
    edits = [Part("a", number, "x" * 9) for number in range(9)]
    assert edited.parts(edits, 29) == [Part("a", 1, f"{'x' * 9}\n{'x' * 9}")]
    assert edited.parts(edits, 1000)[0].text.count("\n") == 3
    (long,) = edited.parts([Part("a", 0, "y\n" * 99)], 1000)
    assert long.text == "y\n" * 7 + "y"


def test_lines_that_were_taken_away_tell_nothing():
    assert edited.parts([Part("a", 0, ""), Part("a", 4, "  \n"), Part("b", 2, "z")], 100) == [
        Part("b", 2, "z")
    ]
