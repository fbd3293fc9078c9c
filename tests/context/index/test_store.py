import os
import sqlite3
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.context.index import store
from inkling.context.index.roots import Stamp
from inkling.context.index.store import Store
from inkling.context.index.symbols import Definition, Import, Symbols

WORD = st.text(max_size=20)
KINDS = st.sampled_from(["function", "type", "value", "field"])
DEFINITION = st.builds(Definition, WORD, KINDS, WORD, WORD, WORD, st.integers(0, 1 << 40))
IMPORT = st.builds(Import, WORD, WORD, WORD)
SYMBOLS = st.builds(Symbols, st.lists(DEFINITION, max_size=6), st.lists(IMPORT, max_size=4))
STAMP = st.builds(Stamp, st.integers(0, 1 << 62), st.integers(0, 1 << 40))
PATH = st.lists(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
    min_size=1,
    max_size=4,
).map(lambda parts: "/" + "/".join(parts))

ANY = Stamp(1, 2)


def symbols(*names, imports=()):
    return Symbols([Definition(n, "function", "", f"def {n}()", "", 0) for n in names], [*imports])


def names(kept):
    return {one.name for path, _ in kept.stamps() for one in kept.defined_in(path)}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cache" / "index" / "code.db"


@given(st.dictionaries(PATH, st.tuples(STAMP, SYMBOLS), max_size=6))
def test_what_is_put_is_there(files):
    kept = Store()
    for path, (stamp, said) in files.items():
        kept.put(path, "python", ANY, symbols("before"))
        kept.put(path, "python", stamp, said)
    assert dict(kept.stamps()) == {path: stamp for path, (stamp, _) in files.items()}
    assert len(kept) == len(files)
    for path, (stamp, said) in files.items():
        assert kept.stamp(path) == stamp
        assert kept.defined_in(path) == said.definitions
        assert kept.imports(path) == said.imports
        for one in said.definitions:
            assert (path, one) in kept.definitions(one.name, "python", [path])
            assert (path, one) in kept.definitions(one.name, "python")
            assert not kept.definitions(one.name, "go")
        ends = path.strip("/").split("/")
        for start in range(len(ends)):
            assert path in kept.ending("/".join(ends[start:]))
            if start < len(ends) - 1:
                assert path in kept.in_folders("/".join(ends[start:-1]))
    for path in files:
        kept.drop(path)
    assert not list(kept.stamps())
    assert not names(kept)
    assert not kept._base.execute("SELECT * FROM definitions").fetchall()


def test_what_is_kept_is_there_the_next_time_and_what_was_not_is_not(file):
    kept = Store(file)
    kept.put("/a.py", "python", ANY, symbols("a", imports=[Import("b", "c", "d")]))
    kept.keep()
    kept.put("/b.py", "python", ANY, symbols("b"))
    kept.close()
    again = Store(file)
    assert dict(again.stamps()) == {"/a.py": ANY}
    assert again.defined_in("/a.py") == symbols("a").definitions
    assert again.imports("/a.py") == [Import("b", "c", "d")]


def test_two_who_have_it_open_see_what_the_other_keeps(file):
    one, other = Store(file), Store(file)
    one.put("/a.py", "python", ANY, symbols("a"))
    one.keep()
    assert names(other) == {"a"}


def test_what_a_file_defines_can_be_forgotten_alone():
    kept = Store()
    kept.put("/a.py", "python", ANY, symbols("a", imports=[Import("b")]))
    kept.put("/b.py", "python", ANY, symbols("b"))
    kept.define_nothing("/a.py")
    assert names(kept) == {"b"}
    assert kept.imports("/a.py") == [Import("b")]


def test_paths_end_with_whole_parts():
    kept = Store()
    for path in ("/w/a/b.py", "/w/a/xb.py", "/w/xa/b.py", "/w/a/b.py/c.py", "/w/b.pyi"):
        kept.put(path, "python", ANY, symbols("a"))
    assert kept.ending("a/b.py") == ["/w/a/b.py"]
    assert sorted(kept.ending("b.py")) == ["/w/a/b.py", "/w/xa/b.py"]
    assert sorted(kept.in_folders("a")) == ["/w/a/b.py", "/w/a/xb.py"]
    assert sorted(kept.in_folders("w")) == ["/w/b.pyi"]
    assert kept.known(["/w/b.pyi", "/w/c.pyi"]) == ["/w/b.pyi"]


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_only_its_owner_may_look_into_it(file):
    file.parent.mkdir(parents=True, mode=0o755)
    file.touch(mode=0o644)
    kept = Store(file)
    kept.put("/a.py", "python", ANY, symbols("a"))
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in file.parent.iterdir()}
    assert modes == {"code.db": 0o600, "code.db-journal": 0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_what_is_dropped_is_overwritten(file):
    kept = Store(file)
    kept.put("/a.py", "python", ANY, symbols("unmistakable", imports=[Import("unforgettable")]))
    kept.put("/b.py", "python", ANY, symbols("b"))
    kept.keep()
    assert b"unmistakable" in file.read_bytes()
    kept.drop("/a.py")
    kept.keep()
    assert b"unmistakable" not in file.read_bytes()
    assert b"unforgettable" not in file.read_bytes()
    assert b"a.py" not in file.read_bytes()
    assert [one.name for one in file.parent.iterdir()] == ["code.db"]


def fill(file):
    kept = Store(file)
    for number in range(200):
        kept.put(f"/{number}.py", "python", ANY, symbols(*"abcdefgh"))
    kept.keep()
    kept.close()


def no_database(file):
    file.write_bytes(b"nothing that is a database" * 1000)


def half(file):
    raw = file.read_bytes()
    file.write_bytes(raw[: len(raw) // 2])


def further_in(file):
    raw = file.read_bytes()
    file.write_bytes(raw[:40_960] + b"\xff" * 8192 + raw[49_152:])


def other_format(file):
    base = sqlite3.connect(file)
    base.execute("PRAGMA user_version = 7")
    base.close()


@pytest.mark.parametrize("damage", [no_database, half, other_format])
def test_one_that_is_damaged_or_of_another_format_is_made_anew(file, damage):
    fill(file)
    damage(file)
    kept = Store(file)
    assert not len(kept)
    assert kept.whole
    kept.put("/a.py", "python", ANY, symbols("a"))


def test_damage_further_in_is_found_and_it_begins_anew(file):
    fill(file)
    further_in(file)
    kept = Store(file)
    assert not kept.whole
    kept.begin_anew()
    assert kept.whole
    assert not len(kept)


def test_damage_is_told_from_what_passes():
    assert store.is_damage(sqlite3.DatabaseError("malformed"))
    assert not store.is_damage(sqlite3.OperationalError("locked"))
    assert not store.is_damage(OSError())


def test_what_is_looked_for_decides_whether_it_still_holds(file, monkeypatch):
    fill(file)
    assert len(Store(file))
    monkeypatch.setattr(store.extract, "VERSION", 0)
    assert not len(Store(file))


def test_each_folder_has_its_own(tmp_path):
    folders = [tmp_path / name for name in ("a", "A", "a b", "a-b", "ü", "ö", "x" * 200, "y" * 200)]
    places = {store.place(tmp_path, folder) for folder in folders}
    assert len(places) == len(folders)
    assert {place.parent for place in places} == {tmp_path / "index"}
    assert all(len(place.name) < 200 for place in places)


def test_those_that_were_used_longest_ago_go_first(tmp_path):
    places = [store.place(tmp_path, tmp_path / str(number)) for number in range(5)]
    for age, place in enumerate(places):
        Store(place).close()
        os.utime(place, (10_000 - age, 10_000 - age))
    Store(places[4]).close()  # it is used again
    store.sweep(tmp_path, most=3)
    assert {one for one in places if one.exists()} == {places[0], places[1], places[4]}


def test_all_is_removed(tmp_path):
    assert store.remove(tmp_path) == 0
    for number in range(3):
        Store(store.place(tmp_path, tmp_path / str(number))).close()
    store.folder_in(tmp_path).joinpath("a.db-journal").touch()
    store.folder_in(tmp_path).joinpath("a.db").touch()
    assert store.remove(tmp_path) == 4
    assert not store.folder_in(tmp_path).exists()
