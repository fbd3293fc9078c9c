import asyncio
import itertools
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.context.index import extract, process
from inkling.editor import project
from inkling.editor.project import Project, watched
from inkling.languages import registry
from inkling.options import Config
from inkling.text.buffers import Buffer, Change
from recorded_index import RecordedIndex
from scripted_engine import run

HERE, THERE = "file:///work/here.py", "file:///work/there.py"
WORK = ("file:///work",)
WHILE = project._QUIET_S + 0.1
PATIENCE_MS = 60_000


class Editor:
    """An editor with documents, of which some may be barred."""

    def __init__(self, index, *, watches=False):
        self.index = index
        self.buffers, self.barred = {}, set()
        self.asked = []
        self.watches = watches
        self.config, self.folders = Config(), WORK
        self.project = Project(index, self.buffer_of, self.watch)

    def buffer_of(self, uri):
        return None if uri in self.barred else self.buffers.get(uri)

    def watch(self, patterns):
        self.asked.append(patterns)
        return self.watches

    def configure(self, folders=None, **options):
        self.config = replace(self.config, **options)
        self.folders = folders or self.folders
        self.project.configure(self.config, self.folders, list(self.buffers))

    def open(self, uri, text, language="python"):
        self.buffers[uri] = Buffer(uri, language, 1, text)
        self.project.opened(uri)

    def type(self, uri, text):
        self.buffers[uri].apply([Change(None, text)], 2)
        self.project.changed(uri)

    def close(self, uri):
        self.buffers.pop(uri, None)
        self.project.closed(uri)


def play(scene, **editor):
    async def whole():
        made = Editor(RecordedIndex(), **editor)
        result = await scene(made, made.index)
        await made.project.stop()
        assert not made.index.runs["now"]
        return result

    return run(whole())


def test_it_runs_while_it_is_wanted_and_is_told_all_that_is_open():
    async def scene(editor, index):
        editor.open(HERE, "a = 1\n")
        assert (index.all, editor.asked) == ([], [])
        editor.configure(exclude=("b/",))
        await asyncio.sleep(0)
        assert index.told("configure", "document") == [
            ("configure", WORK, ("b/",)),
            ("document", HERE, "python", "a = 1\n"),
        ]
        assert index.runs == {"now": 1, "ever": 1}

    play(scene)


@pytest.mark.parametrize(("uri", "line"), [(HERE, 9), (THERE, 1)])
def test_who_goes_elsewhere_has_told_what_was_changed(uri, line):
    async def scene(editor, index):
        editor.open(HERE, "a = 1\nb = 2\nc = 3\n" + "d = 4\n" * 10)
        editor.configure()
        await asyncio.sleep(0)
        editor.type(HERE, "a = 1\nb = 20\nc = 3\n" + "d = 4\n" * 10)
        assert index.edits == {HERE: []}
        editor.project.moved(uri, line)
        assert index.edits == {HERE: [(1, 2)]}
        index.all.clear()
        editor.project.moved(uri, line)
        await asyncio.sleep(WHILE)
        assert index.all == [], "once"

    play(scene)


@pytest.mark.parametrize("line", [0, 1, 3])
def test_who_stays_where_they_type_has_nothing_told_before_they_rest(line):
    async def scene(editor, index):
        editor.open(HERE, "a = 1\nb = 2\nc = 3\nd = 4\n")
        editor.configure()
        await asyncio.sleep(0)
        editor.type(HERE, "a = 1\nb = 20\nc = 3\nd = 4\n")
        editor.project.moved(HERE, line)
        assert index.edits == {HERE: []}
        await asyncio.sleep(WHILE)
        assert index.edits == {HERE: [(1, 2)]}

    play(scene)


@pytest.mark.parametrize("option", ["enabled", "index"])
def test_what_is_off_neither_runs_nor_knows(option):
    async def scene(editor, index):
        editor.open(HERE, "a = 1\n")
        editor.configure(**{option: False})
        editor.type(HERE, "a = 2\n")
        editor.project.changed_files([THERE])
        await asyncio.sleep(WHILE)
        assert (index.all, index.runs["ever"], editor.asked) == ([], 0, [])
        editor.configure(**{option: True})
        assert index.known == {HERE: "a = 2\n"}
        await asyncio.sleep(0)
        editor.type(HERE, "a = 3\n")
        editor.configure(**{option: False})
        editor.configure(**{option: False})
        assert index.known == {}
        await asyncio.sleep(WHILE)
        assert index.runs == {"now": 0, "ever": 1}
        index.all.clear()
        editor.open(THERE, "b = 1\n")
        editor.close(THERE)
        assert index.all == []

    play(scene)


def test_off_and_on_again_it_runs_again_once_it_has_ended():
    async def scene(editor, index):
        for on in (True, False, True, False, True):
            editor.configure(index=on)
            await asyncio.sleep(0.1)
        await asyncio.sleep(10)
        assert index.runs == {"now": 1, "ever": 2}
        editor.configure(index=False)
        editor.configure(index=True)

    play(scene)


def test_one_that_kept_ending_is_tried_again_with_the_next_options():
    async def scene(editor, index):
        editor.configure()
        await asyncio.sleep(0)
        index.ending.set()
        await asyncio.sleep(2)
        assert index.runs == {"now": 0, "ever": 1}
        index.ending.clear()
        editor.configure()
        await asyncio.sleep(1)
        assert index.runs == {"now": 1, "ever": 2}

    play(scene)


def test_without_an_index_nothing_happens():
    async def scene():
        editor = Editor(None)
        editor.configure()
        editor.open(HERE, "a = 1\n")
        editor.type(HERE, "a = 2\n")
        editor.open(THERE, "a = 2\n")
        editor.project.changed_files([HERE])
        await asyncio.sleep(WHILE)
        editor.close(HERE)
        await editor.project.stop()
        assert editor.asked == []

    run(scene())


def test_what_is_typed_is_told_once_nothing_was_typed_for_a_while():
    async def scene(editor, index):
        editor.configure()
        editor.open(HERE, "")
        index.all.clear()
        text = ""
        for key in "def name(): ...\n" * 5:
            text += key
            editor.type(HERE, text)
            await asyncio.sleep(project._QUIET_S / 2)
        assert index.all == []
        await asyncio.sleep(WHILE)
        ((uri, _, told),) = index.told("document")
        assert (uri, told) == (HERE, text)
        assert told is editor.buffers[HERE].text, "no copy is made"
        await asyncio.sleep(WHILE)
        assert index.all == []

    play(scene)


@pytest.mark.parametrize("turns", ["types", "opens", "moves"])
def test_what_was_typed_is_told_when_the_person_turns_to_another_document(turns):
    async def scene(editor, index):
        editor.configure()
        editor.open(THERE, "b = 1\n")
        editor.open(HERE, "a = 1\n")
        editor.type(HERE, "a = 2\n")
        editor.project.turned_to(HERE)
        index.all.clear()
        if turns == "types":
            editor.type(THERE, "b = 2\n")
        elif turns == "opens":
            editor.open("file:///work/more.py", "")
        else:
            editor.project.turned_to(THERE)
        assert index.all[0] == ("document", HERE, "python", "a = 2\n")
        index.all.clear()
        await asyncio.sleep(WHILE)
        left = [("document", THERE, "python", "b = 2\n")] if turns == "types" else []
        assert index.all == left

    play(scene)


def test_documents_of_all_languages_are_told_for_others_may_be_like_them():
    async def scene(editor, index):
        editor.configure()
        for language in ("markdown", "plaintext", "unheard of"):
            editor.open(HERE, "a = 1\n", language)
            editor.type(HERE, "a = 2\n")
            await asyncio.sleep(WHILE)
            editor.close(HERE)
        told = index.told("document", "closed")
        assert [one[0] for one in told] == ["document", "document", "closed"] * 3

    play(scene)


def test_other_folders_or_patterns_are_told_and_the_same_ones_are_not():
    async def scene(editor, index):
        editor.configure()
        editor.open(HERE, "a = 1\n")
        index.all.clear()
        editor.configure(threads=2)
        editor.configure()
        assert index.all == []
        editor.configure(exclude=("b/",))
        editor.configure(folders=("file:///other",))
        assert index.told("configure") == [(WORK, ("b/",)), (("file:///other",), ("b/",))]

    play(scene)


DEEDS = ["open", "type", "close", "bar", "configure", "off", "on", "wait", "rust", "exclude"]
URIS = st.sampled_from([HERE, THERE, "file:///work/third.py"])


@given(st.lists(st.tuples(st.sampled_from(DEEDS), URIS)))
def test_whatever_is_done_it_knows_what_is_open_and_not_to_be_left_alone(deeds):
    async def scene(editor, index):
        editor.configure()
        for number, (deed, uri) in enumerate(deeds):
            before = len(index.all)
            match deed:
                case "open" | "rust":
                    editor.close(uri)
                    editor.open(uri, f"a = {number}\n", "rust" if deed == "rust" else "python")
                case "type" if uri in editor.buffers:
                    editor.type(uri, f"b = {number}\n")
                case "close":
                    editor.close(uri)
                case "bar":
                    editor.barred ^= {uri}
                    editor.configure()
                case "exclude":
                    editor.configure(exclude=(str(number),))
                case "off" | "on":
                    editor.configure(index=deed == "on")
                case "wait":
                    await asyncio.sleep(WHILE)
            told = {one[1] for one in index.all[before:] if one[0] == "document"}
            assert not editor.barred & (told | index.known.keys())
        await asyncio.sleep(WHILE)
        served = {uri: one.text for uri, one in editor.buffers.items() if uri not in editor.barred}
        assert index.known == (served if editor.config.index else {})

    play(scene)


def test_files_that_change_are_told():
    async def scene(editor, index):
        editor.configure()
        editor.project.changed_files(iter([HERE, THERE]))
        assert index.told("changed") == [(HERE, THERE)]

    play(scene)


@pytest.mark.parametrize(
    ("watches", "every"), [(False, project._LOOK_S), (True, project._LOOK_WATCHED_S)]
)
def test_the_folders_are_looked_through_again_now_and_then_when_a_document_is_opened(
    watches, every
):
    async def scene(editor, index):
        editor.configure()
        looked = []
        for _ in range(20):
            await asyncio.sleep(every / 4)
            editor.open(HERE, "a = 1\n")
            looked += [asyncio.get_running_loop().time()] * len(index.told("changed"))
        assert len(looked) == 5
        assert all(later - sooner >= every for sooner, later in itertools.pairwise(looked))
        await asyncio.sleep(10 * every)
        assert index.all == [], "nobody is there"
        editor.open(HERE, "a = 1\n")
        assert index.told("changed") == [WORK]
        await asyncio.sleep(every)
        editor.configure(folders=("file:///other",))
        editor.open(HERE, "a = 1\n")
        assert index.told("changed") == [], "they are looked through as they are told"
        await asyncio.sleep(every)
        editor.open(HERE, "a = 1\n")
        assert index.told("changed") == [("file:///other",)]

    play(scene, watches=watches)


def test_the_editor_is_asked_once_to_watch():
    async def scene(editor, _index):
        for on in (True, False, True):
            editor.configure(index=on)
        assert editor.asked == [watched()]

    play(scene)


def matches(pattern, path):
    """Whether a path fits one of the protocol's patterns, of those kinds that are used."""
    words = re.split(r"(\*\*/|\*|[{},])", pattern)
    meaning = {"**/": "(.*/)?", "*": "[^/]+", "{": "(", "}": ")", ",": "|"}
    return re.fullmatch("".join(meaning.get(word, re.escape(word)) for word in words), path)


def test_files_of_the_languages_that_are_known_are_watched_and_no_others():
    seen = Counter()
    for language, one in registry.described().items():
        for name in one.files:
            stem = "stem" if name.startswith(".") else ""
            for path in (name, f"b/{name}", f"b/c/{stem}{name}"):
                found = any(matches(pattern, path) for pattern in watched())
                assert found == extract.indexed(language), path
                seen[found] += 1
    assert min(seen[True], seen[False]) > 10
    for name in (".gitignore", ".inklingignore", "b/.gitignore"):
        assert any(matches(pattern, name) for pattern in watched())
    assert not any(matches(pattern, "b/.env") for pattern in watched())


def test_a_real_index_knows_what_is_open_and_what_is_on_the_disk(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a.py").write_text("def from_a(): ...\n")
    index = process.Index(process.command(tmp_path / "cache"))

    async def known(name):
        asking = (folder / "asking.py").as_uri()
        while True:
            found = await index.find([name], asking, "python", within_ms=PATIENCE_MS)
            if found:
                return Path(found[0].path).name
            await asyncio.sleep(0.02)

    async def scene():
        editor = Editor(index)
        editor.configure(folders=(folder.as_uri(),))
        opened = (folder / "opened.py").as_uri()
        editor.open(opened, "def from_opened(): ...\n")
        assert await known("from_opened") == "opened.py"
        assert await known("from_a") == "a.py"
        editor.type(opened, "def typed(): ...\n")
        assert await known("typed") == "opened.py"
        (folder / "b.py").write_text("def from_b(): ...\n")
        editor.project.changed_files([(folder / "b.py").as_uri()])
        assert await known("from_b") == "b.py"
        editor.configure(index=False)
        editor.configure(index=True)
        assert await known("typed") == "opened.py"
        (folder / "c.py").write_text("def from_c(): ...\n")
        editor.project._looked -= project._LOOK_S
        editor.open((folder / "d.py").as_uri(), "")
        assert await known("from_c") == "c.py", "nobody told of it"
        await editor.project.stop()
        assert await index.find(["from_a"], opened, "python", within_ms=PATIENCE_MS) == []

    async def guarded():
        async with asyncio.timeout(PATIENCE_MS / 1e3):
            await scene()

    asyncio.run(guarded())
