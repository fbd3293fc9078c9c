import asyncio

import pytest

from inkling.editor.references import References
from scripted_engine import run

BLOCK = "".join(f"    some_name_{number} = other_name({number})\n" for number in range(2_000))
FORMATTED = BLOCK.replace("    ", "\t")
HERE = "file:///here.py"
WHILE = 1000.0  # seconds: long enough for all that waits


class Told:
    """References, and all that was given; saving energy as long as it is told to."""

    def __init__(self):
        self.all = []
        self.saving = False
        self.references = References(self._refer, lambda: self.saving)

    def _refer(self, name, text):
        self.all.append((name, text))

    @property
    def characters(self):
        return sum(len(text) for _, text in self.all)

    @property
    def known(self):
        """What who heard all of it knows, by name."""
        return {name: text for name, text in dict(self.all).items() if text}


def play(scene):
    async def whole():
        told = Told()
        await scene(told)
        await asyncio.sleep(WHILE)
        return told

    return run(whole())


def test_a_cut_is_given_once_and_a_long_one_only_its_beginning():
    async def scene(told):
        for number in range(20):
            told.references.cut(HERE, [f"cut_{number} = 1\n{BLOCK}"], ["x = 1\n"])
            await asyncio.sleep(WHILE)

    told = play(scene)
    assert told.characters < 20 * 8_000
    assert len(told.all) == 20
    assert len(told.known) == 16, "the oldest gave way"
    assert all(text.endswith("\n") for text in told.known.values()), "whole lines"
    beginnings = {text.partition(" ")[0] for text in told.known.values()}
    assert beginnings == {f"cut_{number}" for number in range(4, 20)}


@pytest.mark.parametrize(
    ("removed", "put"),
    [
        ([BLOCK], [FORMATTED]),
        ([BLOCK], ["import os\n\n\n" + FORMATTED]),
        ([BLOCK], ["", BLOCK]),  # deleted and inserted in two steps
        ([BLOCK[:200]], ["", BLOCK[:200]]),
    ],
)
def test_what_comes_back_with_the_same_change_was_not_cut(removed, put):
    async def scene(told):
        told.references.cut(HERE, removed, put)

    assert play(scene).all == []


def test_what_mostly_does_not_come_back_was_cut():
    async def scene(told):
        told.references.cut(HERE, [BLOCK[:200]], [BLOCK[:60]])

    assert list(play(scene).known.values()) == [BLOCK[:200]]


def test_a_document_is_given_again_only_when_it_has_changed():
    texts = {"a": "a = 1\n", "b": "b = 1\n"}

    async def scene(told):
        for uri, text in texts.items():
            told.references.opened(uri, text)
        for _ in range(5):
            for uri in texts:
                told.references.at_work_on(uri, texts.get)
        await asyncio.sleep(WHILE)
        assert told.all == [("a", "a = 1\n"), ("b", "b = 1\n")]
        texts["a"] = "a = 2\n"
        told.references.at_work_on("a", texts.get)
        told.references.at_work_on("b", texts.get)

    assert play(scene).all[2:] == [("a", "a = 2\n")]


def test_so_much_is_given_in_a_second_and_of_a_name_only_what_is_newest():
    async def scene(told):
        for version in range(3):
            for number in range(10):
                told.references.opened(f"{number}", f"# {version}\n" + BLOCK)
        await asyncio.sleep(1)
        assert 50_000 <= told.characters <= 150_000

    told = play(scene)
    assert told.characters <= 11 * 50_000
    assert all(text.startswith("# 2") for text in told.known.values())
    assert len(told.known) == 10


def test_of_what_is_barred_nothing_stays_known():
    async def scene(told):
        told.references.opened(HERE, BLOCK)
        told.references.opened("file:///other.py", BLOCK)
        told.references.cut(HERE, [BLOCK], [""])
        told.references.cut("file:///other.py", [FORMATTED], [""])
        await asyncio.sleep(WHILE)
        assert len(told.known) == 4
        told.references.bar(lambda uri: uri == HERE)

    told = play(scene)
    assert set(told.known) == {"file:///other.py", "inkling:cut:1"}


def test_what_waits_to_be_given_is_not_given_once_it_is_barred():
    async def scene(told):
        told.references.opened("file:///other.py", BLOCK)
        told.references.opened(HERE, "SECRET")
        told.references.bar(lambda uri: uri == HERE)

    assert "SECRET" not in str(play(scene).all)


def test_on_battery_only_what_opens_is_given():
    texts = {"a": "a = 1\n", "b": "b = 1\n"}

    async def scene(told):
        told.saving = True
        told.references.opened("a", texts["a"])
        told.references.cut(HERE, [BLOCK[:200]], [""])
        texts["a"] = "a = 2\n"
        told.references.at_work_on("a", texts.get)
        told.references.at_work_on("b", texts.get)
        await asyncio.sleep(WHILE)
        assert told.all == [("a", "a = 1\n")]
        told.saving = False
        told.references.at_work_on("a", texts.get)
        told.references.at_work_on("b", texts.get)

    assert play(scene).known == {"a": "a = 2\n", "b": "b = 1\n"}


def test_what_is_closed_is_taken_back_and_waits_no_longer():
    async def scene(told):
        for uri in "ab":
            told.references.opened(uri, BLOCK)
        for uri in "abc":
            told.references.closed(uri)

    told = play(scene)
    assert told.known == {}
    assert [name for name, text in told.all if text] == ["a"]
    assert "c" not in dict(told.all), "it was never given"


def test_who_is_new_is_told_what_others_know():
    async def scene(told):
        told.references.opened("a", "a = 1\n")
        told.references.opened("a", "a = 1\n")
        told.references.begin()
        told.references.opened("a", "a = 1\n")

    assert play(scene).all == [("a", "a = 1\n")] * 2


def test_who_was_there_before_has_taken_back_what_is_barred_or_closed():
    async def scene(told):
        for uri in ("barred", "closed"):
            told.references.opened(uri, f"{uri} = 1\n")
            told.references.cut(uri, [BLOCK], [""])
        await asyncio.sleep(WHILE)
        assert len(told.known) == 4
        told.references.begin()
        told.references.bar(lambda uri: uri == "barred")
        told.references.closed("closed")

    assert set(play(scene).known) == {"inkling:cut:1"}
