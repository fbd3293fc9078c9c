"""What was refused, and how much surer a text must be after that."""

from dataclasses import replace

import pytest

from inkling.suggest.refusals import Refusals
from marked import snapshot


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_text_is_barred_at_its_place_and_nowhere_else():
    refusals, here = Refusals(), snapshot("import os\nx = │\ny = 1\n")
    refusals.refused(here, "foo(1)")
    assert refusals.bars(here, "foo(1)")
    assert refusals.bars(here, "foo(1)\nbar()")
    assert refusals.bars(here, "foo")
    assert not refusals.bars(here, "bar()")
    assert not refusals.bars(snapshot("import os\nx = f│"), "oo(1)")
    assert not refusals.bars(snapshot("import re\nx = │"), "foo(1)")
    assert not refusals.bars(replace(here, uri="file:///other.py"), "foo(1)")


def test_each_refusal_on_a_line_asks_more_there():
    refusals, here = Refusals(), snapshot("a = 1\nx = │")
    assert refusals.asks_more(here) == 0
    refusals.refused(here, "foo(1)")
    once = refusals.asks_more(here)
    assert once > 0
    assert refusals.asks_more(snapshot("a = 1\nx = fo│")) == once
    assert refusals.asks_more(snapshot("a = 1\nx = fo\n│")) == 0
    assert refusals.asks_more(snapshot("a = 2\nx = │")) == 0


@pytest.mark.parametrize("end", ["accepted", "later"])
def test_two_refusals_in_a_row_ask_more_for_a_while(end):
    clock = Clock()
    refusals = Refusals(clock)
    elsewhere = snapshot("z = 1\nz = 2\n│")
    refusals.refused(snapshot("x = │"), "foo(1)")
    assert refusals.asks_more(elsewhere) == 0
    refusals.refused(snapshot("y = │"), "bar(1)")
    assert refusals.asks_more(elsewhere) > 0
    if end == "accepted":
        refusals.accepted()
    else:
        clock.now += 3600
    assert refusals.asks_more(elsewhere) == 0


def test_far_above_says_nothing_of_a_place():
    refusals, lines = Refusals(), "x = 1\n" * 1000
    refusals.refused(snapshot(f"a{lines}y = │"), "foo(1)")
    assert refusals.bars(snapshot(f"b{lines}y = │"), "foo(1)")
