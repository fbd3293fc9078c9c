import os
import shutil
import sqlite3
import time
from contextlib import closing

import pytest

from inkling.context.index import build, host, store, wire
from inkling.context.index.host import Host
from inkling.context.index.roots import LONGEST_FILE
from inkling.context.secrets import masked

PATIENCE = 60


class Window:
    """A folder of work, and the index of a window that has it open."""

    def __init__(self, folder, cache):
        self.folder, self.cache = folder, cache
        self.sent = []
        self.host = Host(cache, self.sent.append)

    def uri(self, name):
        return (self.folder / name).as_uri()

    def write(self, **files):
        for name, text in files.items():
            path = self.folder / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def configure(self, *exclude, folders=None):
        folders = [self.folder] if folders is None else folders
        self.host.take(wire.Configure([folder.as_uri() for folder in folders], list(exclude)))

    def document(self, name, text, language="python", edits=()):
        self.host.take(wire.Document(self.uri(name), language, text, list(edits)))

    def changed(self, *names):
        self.host.take(wire.Changed([self.uri(name) for name in names]))
        self.settle()

    def settle(self):
        """Let it do all that there is to do."""
        deadline = time.monotonic() + PATIENCE
        while (wait := self.host.wait_s) is not None and wait < host._AGAIN_S / 2:
            assert time.monotonic() < deadline
            time.sleep(min(wait, 0.02))
            self.host.work_on()
        assert self.host._told.settled

    def find(self, *names, asking="asking.py"):
        self.host.take(wire.Find(7, list(names), [], self.uri(asking), "python", 3, 0))
        (answer,) = [one for one in self.sent if isinstance(one, wire.Answer)]
        self.sent.remove(answer)
        assert answer.id == 7
        return [(os.path.relpath(one.path, self.folder), one.by) for one in answer.found]

    def databases(self):
        folder = store.folder_in(self.cache)
        return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.fixture
def window(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    windows = Window(folder, tmp_path / "cache")
    windows.write(a_py="def from_a(): ...\n", b__c_py="def from_c(): ...\n")
    yield windows
    windows.host.close()


@pytest.fixture
def settled(window):
    window.configure()
    window.settle()
    return window


def test_what_is_on_the_disk_is_known(settled):
    assert settled.find("from_a", "from_c") == [("a.py", "name"), ("b/c.py", "name")]
    assert settled.sent[-1] == wire.Settled(settled=True, files=2)


def test_it_is_told_when_it_is_not_settled(window):
    window.configure()
    window.settle()
    window.changed("a.py")
    told = [one.settled for one in window.sent if isinstance(one, wire.Settled)]
    assert told == [True, False, True]


def test_the_next_start_has_it_before_anything_is_read(settled, monkeypatch):
    monkeypatch.setattr(Host, "_build", lambda _: None)
    again = Window(settled.folder, settled.cache)
    again.configure()
    assert again.find("from_a") == []
    again.settle()
    assert again.find("from_a") == [("a.py", "name")]


def test_what_changed_while_nobody_looked_is_found(settled):
    settled.write(a_py="def changed(): ...\n", d_py="def new(): ...\n")
    (settled.folder / "b" / "c.py").unlink()
    again = Window(settled.folder, settled.cache)
    again.configure()
    again.settle()
    assert again.find("from_a", "from_c") == []
    assert again.find("changed", "new") == [("a.py", "name"), ("d.py", "name")]


def test_a_file_that_is_made_changed_or_removed_is_known_when_it_is_told(settled):
    settled.write(a_py="def changed(): ...\n", d_py="def new(): ...\n")
    assert settled.find("changed", "new") == []
    settled.changed("a.py", "d.py")
    assert settled.find("from_a") == []
    assert settled.find("changed", "new") == [("a.py", "name"), ("d.py", "name")]
    (settled.folder / "a.py").unlink()
    settled.changed("a.py")
    assert settled.find("changed") == []


def test_a_folder_that_is_gone_takes_its_files_along(settled):
    (settled.folder / "b").rename(settled.folder / "d")
    settled.changed("b", "d")
    assert settled.find("from_c") == [("d/c.py", "name")]


def test_an_open_document_holds_instead_of_its_file(settled):
    settled.document("a.py", "def typed(): ...\n")
    settled.settle()
    assert settled.find("from_a", "typed") == [("a.py", "name")]
    settled.host.take(wire.Closed(settled.uri("a.py")))
    settled.settle()
    assert settled.find("from_a") == [("a.py", "name")]
    assert settled.find("typed") == []


def test_an_opened_document_is_read_at_once_and_one_that_is_typed_in_after_a_rest(settled):
    settled.document("a.py", "def opened(): ...\n")
    assert settled.host.wait_s == 0
    settled.settle()
    settled.document("a.py", "def typed(): ...\n")
    assert 0 < settled.host.wait_s <= host._REST_S
    assert settled.find("opened") == [("a.py", "name")]
    settled.settle()
    assert settled.find("opened", "typed") == [("a.py", "name")]


def test_a_question_is_answered_while_a_long_document_is_read(settled):
    settled.document("a.py", "def f(): ...\n" * (LONGEST_FILE // 14))
    settled.host.work_on()
    settled.host.work_on()
    assert settled.host._work is not None
    assert settled.find("from_c") == [("b/c.py", "name")]


def test_what_is_excluded_is_forgotten_at_once(settled):
    settled.document("b/d.py", "def from_d(): ...\n")
    settled.settle()
    assert b"from_c" in settled.databases()
    settled.configure("b/")
    assert settled.find("from_c", "from_d") == []
    assert settled.host._documents.definitions("from_d", "python") == []
    settled.settle()
    assert settled.find("from_a", "from_c", "from_d") == [("a.py", "name")]
    assert b"from_a" in settled.databases()
    assert b"from_c" not in settled.databases()


def test_what_is_excluded_is_not_answered_until_the_folder_has_been_read_again(
    settled, monkeypatch
):
    monkeypatch.setattr(Host, "_build", lambda _: None)
    settled.configure("b/")
    settled.settle()
    assert settled.find("from_a", "from_c") == [("a.py", "name")]
    assert b"from_c" not in settled.databases()


def test_of_a_document_that_is_excluded_nothing_is_left(settled):
    settled.document("b/d.py", "from a import from_a as mine\n")
    settled.settle()
    assert settled.find("mine", asking="b/d.py") == [("a.py", "import")]
    settled.configure("b/")
    settled.settle()
    assert settled.find("mine", asking="b/d.py") == []


def test_who_reads_a_folder_by_rules_that_no_longer_hold_is_ended(window):
    window.configure()
    while window.host._building is None:
        window.host.work_on()
    reading = window.host._building
    window.configure("b/")
    assert reading.poll() is not None
    window.settle()
    assert window.find("from_a", "from_c") == [("a.py", "name")]


def test_what_was_saved_is_known_when_the_document_is_closed(settled):
    settled.document("a.py", "def saved(): ...\n")
    settled.settle()
    settled.write(a_py="def saved(): ...\n")
    settled.host.take(wire.Closed(settled.uri("a.py")))
    settled.settle()
    assert settled.find("saved") == [("a.py", "name")]
    assert settled.find("from_a") == []


def test_what_waits_to_be_read_is_forgotten_as_well(settled):
    settled.document("b/d.py", "def from_d(): ...\n" * 10_000)
    settled.host.work_on()
    settled.host.work_on()
    settled.document("b/e.py", "def from_e(): ...\n")
    settled.configure("b/")
    settled.settle()
    assert settled.find("from_d", "from_e") == []


@pytest.mark.parametrize("name", [".gitignore", ".inklingignore"])
def test_what_is_ignored_from_now_on_is_forgotten(settled, name):
    settled.document("b/d.py", "def from_d(): ...\n")
    settled.settle()
    (settled.folder / name).write_text("b/\n")
    settled.changed(name)
    assert settled.find("from_a", "from_c", "from_d") == [("a.py", "name")]
    assert b"from_c" not in settled.databases()
    (settled.folder / name).unlink()
    settled.changed(name)
    assert settled.find("from_c") == [("b/c.py", "name")]


def test_what_git_ignores_is_no_context_elsewhere_and_has_its_own(window):
    window.write(build__x_py="def from_x(): ...\n")
    (window.folder / ".gitignore").write_text("build/\n")
    window.configure()
    window.document("build/x.py", "from a import from_a as mine\ndef from_x(): ...\n")
    window.settle()
    assert window.find("from_x") == []
    assert window.find("mine", asking="build/x.py") == [("a.py", "import")]


@pytest.mark.parametrize("name", ["secrets.py", "code.py.lock", ".git/x.py"])
def test_what_privacy_bars_is_never_read(window, name):
    (window.folder / ".git").mkdir()
    (window.folder / name).write_text("def barred(): ...\n")
    window.configure()
    window.document(name, "def barred(): ...\n")
    window.settle()
    window.changed(name)
    assert window.find("barred") == []
    assert not list(window.host._documents.stamps())
    assert b"barred" not in window.databases()


@pytest.mark.parametrize("name", ["work#", "work?", "50%25", "100%"])
def test_so_it_is_however_the_folder_is_called(window, name):
    window.folder = window.folder.rename(window.folder.parent / name)
    window.write(secrets_py="def barred(): ...\n", b__d_py="def barred(): ...\n")
    window.configure("b/d.py")
    window.document("secrets.py", "def barred(): ...\n")
    window.document("b/d.py", "def barred(): ...\n")
    window.settle()
    assert window.find("from_a", "from_c", "barred") == [("a.py", "name"), ("b/c.py", "name")]


@pytest.mark.parametrize("by", ["work", "link"])
@pytest.mark.parametrize("asked", ["work", "link"])
def test_what_is_excluded_is_so_by_whichever_way_it_is_come_to(window, tmp_path, by, asked):
    (tmp_path / "link").symlink_to(window.folder)
    window.write(b__d_py="def barred(): ...\n")
    window.configure("b/d.py", folders=[tmp_path / by])
    window.folder = tmp_path / asked
    window.document("b/d.py", "def barred(): ...\n")
    window.settle()
    window.changed("b/d.py")
    assert window.find("from_c", "barred")[0][1] == "name"
    assert len(window.find("from_c", "barred")) == 1
    assert b"barred" not in window.databases()


def test_a_link_that_leads_out_is_not_followed(window, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.py").write_text("def outside(): ...\n")
    (window.folder / "x.py").symlink_to(tmp_path / "outside" / "x.py")
    (window.folder / "y").symlink_to(tmp_path / "outside")
    window.configure()
    window.settle()
    window.changed("x.py", "y/x.py")
    assert window.find("outside") == []


def test_nor_is_one_that_takes_the_place_of_a_folder(settled, tmp_path):
    settled.write(asking_py="")
    settled.document("asking.py", "from b.c import from_c\n")
    settled.settle()
    outside = Window(tmp_path / "outside", settled.cache)
    outside.write(c_py=f"def outside(): ...\n{LOOP.format('bill', 'Bill')}")
    shutil.rmtree(settled.folder / "b")
    (settled.folder / "b").symlink_to(outside.folder)
    assert resembling(settled) == []
    settled.changed("b/c.py")
    assert settled.find("from_c", "outside") == []
    settled.configure()
    settled.settle()
    assert settled.find("from_c", "outside") == []
    assert resembling(settled) == []
    assert b"outside" not in settled.databases()


def test_a_document_is_known_by_where_it_lies_by_now(settled, tmp_path):
    (tmp_path / "outside").mkdir()
    settled.document("b/c.py", "def typed(): ...\n")
    settled.settle()
    shutil.rmtree(settled.folder / "b")
    (settled.folder / "b").symlink_to(tmp_path / "outside")
    settled.document("b/c.py", "def typed_on(): ...\n")
    settled.settle()
    assert settled.find("typed", "typed_on") == [("../outside/c.py", "name")]
    (settled.folder / "b").unlink()
    settled.host.take(wire.Closed(settled.uri("b/c.py")))
    settled.settle()
    assert settled.find("typed", "typed_on") == []
    assert not settled.host._open


def test_a_folder_may_be_named_by_a_link(window, tmp_path):
    (tmp_path / "link").symlink_to(window.folder)
    window.configure(folders=[tmp_path / "link"])
    window.settle()
    window.host.take(wire.Document((tmp_path / "link" / "d.py").as_uri(), "python", "d = 1\n"))
    window.settle()
    assert window.find("from_a", "d") == [("a.py", "name"), ("d.py", "name")]


def test_a_home_is_not_looked_through(window, monkeypatch):
    monkeypatch.setenv("HOME", str(window.folder))
    window.configure()
    window.document("d.py", "def opened(): ...\n")
    window.settle()
    assert window.find("from_a", "opened") == [("d.py", "name")]
    assert not store.folder_in(window.cache).exists()


def test_of_folders_in_one_another_the_outer_one_is_read(window):
    window.configure(folders=[window.folder / "b", window.folder])
    window.settle()
    assert window.find("from_a", "from_c") == [("a.py", "name"), ("b/c.py", "name")]
    assert len(list(store.folder_in(window.cache).iterdir())) == 1


def test_a_folder_that_is_left_is_no_longer_asked(settled):
    settled.configure(folders=[])
    settled.settle()
    assert settled.find("from_a") == []


def test_many_changes_are_found_by_going_through_the_folder(settled, monkeypatch):
    monkeypatch.setattr(host, "_MANY", 1)
    settled.write(d_py="def d(): ...\n", e_py="def e(): ...\n", f_py="def f(): ...\n")
    settled.changed("d.py", "e.py", "f.py")
    assert len(settled.find("d", "e", "f")) == 3


def test_who_goes_through_a_folder_again_goes_by_the_rules_that_hold_by_then(settled):
    settled.document("b/d.py", "def from_d(): ...\n")
    settled.settle()
    settled.write(b__e_py="def from_e(): ...\n")
    (settled.folder / ".gitignore").write_text("b/\n")
    settled.changed(".")
    settled.changed("b/e.py")
    assert settled.find("from_a", "from_c", "from_d", "from_e") == [("a.py", "name")]


def test_a_database_that_is_damaged_meanwhile_is_made_anew(settled):
    (file,) = store.folder_in(settled.cache).iterdir()
    raw = file.read_bytes()
    file.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))
    assert settled.find("from_a") == []
    settled.settle()
    assert settled.find("from_a") == [("a.py", "name")]


@pytest.mark.parametrize("by", [bytes, os.urandom])
@pytest.mark.parametrize("page", ["header", "files", "definitions", "files_by_tail", "all but it"])
def test_a_database_that_was_damaged_before_is_made_anew(settled, page, by):
    settled.write(**{f"m{n}_py": f"def f{n}(a, b, c): ...\n" * 3 for n in range(200)})
    settled.changed(".")
    settled.host.close()
    (file,) = store.folder_in(settled.cache).iterdir()
    with closing(sqlite3.connect(file)) as base:
        roots = dict(base.execute("SELECT name, rootpage FROM sqlite_master"))
        (size,) = base.execute("PRAGMA page_size").fetchone()
    raw = bytearray(file.read_bytes())
    damaged = range(2, len(raw) // size + 1) if page == "all but it" else [roots.get(page, 1)]
    for number in damaged:
        raw[(number - 1) * size : number * size] = by(size)
    file.write_bytes(raw)
    again = Window(settled.folder, settled.cache)
    again.configure()
    again.settle()
    assert again.find("f7", "from_a") == [("m7.py", "name"), ("a.py", "name")]
    again.host.close()


def test_a_file_of_another_kind_that_is_saved_sets_nothing_going(settled, monkeypatch):
    monkeypatch.setattr(Host, "_build", lambda _: pytest.fail("nothing is to be read"))
    (settled.folder / "read.md").write_text("# more\n")
    settled.changed("read.md")


def test_what_git_ignores_outside_of_all_folders_is_no_context_either(window, tmp_path):
    (tmp_path / "other" / "build").mkdir(parents=True)
    (tmp_path / "other" / ".git").mkdir()
    (tmp_path / "other" / ".gitignore").write_text("build/\n")
    window.configure()
    for name in ("x.py", "build/y.py"):
        uri = (tmp_path / "other" / name).as_uri()
        window.host.take(wire.Document(uri, "python", f"def from_{name[-4]}(): ...\n"))
    window.settle()
    assert window.find("from_x", "from_y") == [("../other/x.py", "name")]


def test_what_another_window_writes_meanwhile_is_waited_for(settled, monkeypatch):
    (file,) = store.folder_in(settled.cache).iterdir()
    other = store.Store(file)
    other._base.execute("BEGIN IMMEDIATE")
    settled.host._kept[settled.folder]._base.execute("PRAGMA busy_timeout = 1")
    built = []
    monkeypatch.setattr(Host, "_build", lambda _: built.append(other.close()))
    settled.write(d_py="def new(): ...\n")
    settled.changed("d.py")
    assert built == [None]
    assert settled.find("from_a") == [("a.py", "name")]


def test_a_folder_that_another_window_writes_to_for_long_is_known_later(settled, monkeypatch):
    monkeypatch.setattr(store, "_BUSY_S", 0.01)
    monkeypatch.setattr(host, "_AGAIN_S", 60.0)
    with closing(sqlite3.connect(store.place(settled.cache, settled.folder))) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        late = Window(settled.folder, settled.cache)
        settled.host.close()
        late.configure()
        late.settle()
        assert late.find("from_a") == []
        other.rollback()
    late.host._put_off = [(0.0, root) for _, root in late.host._put_off]
    late.settle()
    assert late.find("from_a") == [("a.py", "name")]
    late.host.close()


def test_where_nothing_can_be_kept_open_documents_are_known(window):
    window.cache.mkdir()
    store.folder_in(window.cache).write_text("in the way")
    window.configure()
    window.document("d.py", "def opened(): ...\n")
    window.settle()
    assert window.find("from_a", "opened") == [("d.py", "name")]


def test_what_is_removed_stays_so_until_the_next_start(settled):
    assert store.remove(settled.cache) == 1
    settled.write(d_py="def new(): ...\n")
    settled.changed("d.py")
    assert settled.find("from_a") in ([], [("a.py", "name")])
    assert not store.folder_in(settled.cache).exists()


def test_a_file_that_ends_the_reading_process_ends_nothing_else(window, monkeypatch):
    monkeypatch.setattr(build, "command", lambda _: ["false"])
    window.configure()
    window.settle()
    assert window.find("from_a") == []
    window.changed("a.py")
    assert window.find("from_a") == [("a.py", "name")]


LOOP = """\
def {0}s_of(path):
    for row in rows(path):
        {0} = {1}.parse(row)
        if {0}.valid:
            yield {0}
"""
NEAR = LOOP.format("invoice", "Invoice")[:90]


def resembling(window, *, asking="asking.py", language="python", begin=0, end=0):
    uri = window.uri(asking)
    window.host.take(wire.Resembling(8, uri, language, NEAR, begin, end, 2, 2000))
    (answer,) = [one for one in window.sent if isinstance(one, wire.Parts)]
    window.sent.remove(answer)
    return [os.path.relpath(one.path, window.folder) for one in answer.parts]


def test_what_is_alike_is_looked_for_in_files_beside_and_in_imported_ones(window):
    window.write(beside_py=LOOP.format("order", "Order"), b__far_py=LOOP.format("bill", "Bill"))
    window.write(asking_py="")
    window.configure()
    window.settle()
    assert resembling(window) == ["beside.py"]
    window.document("asking.py", "from b.far import bills_of\n")
    window.settle()
    assert set(resembling(window)) == {"beside.py", "b/far.py"}


def test_files_that_were_at_work_on_are_looked_into_wherever_they_are(settled):
    settled.write(b__far_py=LOOP.format("bill", "Bill"))
    assert resembling(settled) == []
    settled.document("b/far.py", LOOP.format("bill", "Bill"))
    assert resembling(settled) == ["b/far.py"]
    settled.host.take(wire.Closed(settled.uri("b/far.py")))
    assert resembling(settled) == ["b/far.py"], "it was worked on lately"
    (settled.folder / "b/far.py").unlink()
    assert resembling(settled) == []


def test_files_of_another_language_are_not_like_it(settled):
    settled.document("far.ts", LOOP.format("bill", "Bill"), "typescript")
    assert resembling(settled) == []
    assert resembling(settled, asking="here.ts", language="typescript") == ["far.ts"]


def test_what_may_not_be_known_elsewhere_is_not_shown(settled):
    settled.write(**{".gitignore": "far.py\n"})
    settled.document("far.py", LOOP.format("bill", "Bill"))
    settled.changed(".gitignore")
    assert resembling(settled) == []
    settled.document(".env", LOOP.format("bill", "Bill"))
    assert resembling(settled) == []


@pytest.mark.parametrize("line", ["local.py", "private"])
def test_what_was_opened_by_a_link_that_is_ignored_is_not_shown(window, tmp_path, line):
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/local.py").touch()
    (window.folder / "local.py").symlink_to(tmp_path / "vault/local.py")
    (window.folder / "private").symlink_to(tmp_path / "vault")
    (window.folder / ".gitignore").write_text(f"{line}\n")
    window.configure()
    window.settle()
    opened = {"local.py": "local.py", "private": "private/local.py"}[line]
    window.document(opened, f"def mine(): ...\n{LOOP.format('bill', 'Bill')}", edits=[(0, 1)])
    window.settle()
    assert resembling(window) == []
    assert edited(window) == []
    assert window.find("mine") == []


def test_of_the_document_itself_what_is_not_seen_is_looked_into(settled):
    text = LOOP.format("bill", "Bill") + "x = 1\n" * 60
    settled.document("asking.py", text)
    assert resembling(settled, begin=40, end=60) == ["asking.py"]
    assert resembling(settled, begin=0, end=60) == []


def edited(window, *, asking="asking.py", begin=0, end=0):
    uri = window.uri(asking)
    window.host.take(wire.Resembling(8, uri, "python", "", begin, end, 2, 2000))
    (answer,) = [one for one in window.sent if isinstance(one, wire.Parts)]
    window.sent.remove(answer)
    return [(os.path.relpath(one.path, window.folder), one.line, one.text) for one in answer.parts]


LINES = "".join(f"line({number})\n" for number in range(40))


def test_what_was_changed_lately_is_shown_the_latest_first(settled):
    settled.document("far.py", LINES, edits=[(3, 4), (9, 11)])
    settled.document("b/more.py", LINES, edits=[(20, 21)])
    assert edited(settled) == [
        ("b/more.py", 20, "line(20)"),
        ("far.py", 3, "line(3)\nline(9)\nline(10)"),
    ]


def test_of_what_was_changed_in_the_document_itself_what_is_seen_is_not_shown_again(settled):
    settled.document("asking.py", LINES, edits=[(3, 4), (30, 31), (12, 12)])
    assert edited(settled, begin=20, end=40) == [("asking.py", 3, "line(3)")]
    assert edited(settled, begin=0, end=40) == []


def test_what_was_changed_where_it_may_not_be_known_elsewhere_is_not_shown(settled):
    settled.write(**{".gitignore": "far.py\n"})
    settled.changed(".gitignore")
    settled.document("far.py", LINES, edits=[(3, 4)])
    settled.document("other.ts", LINES, "typescript", edits=[(5, 6)])
    settled.document(".env", LINES, edits=[(7, 8)])
    assert edited(settled) == []
    assert edited(settled, asking="far.py") == [("far.py", 3, "line(3)")]


def test_secrets_are_masked_before_anything_is_told(settled):
    key = "ghp_" + "a1B2c3D4e5" * 4
    text = f'TOKEN = "{key}"\n' + LOOP.format("bill", "Bill")
    for edits in ([], [(0, 1)]):
        settled.document("far.py", text, edits=edits)
        asked = wire.Resembling(8, settled.uri("asking.py"), "python", NEAR, 0, 0, 1, 4000)
        settled.host.take(asked)
    shown = [one.parts for one in settled.sent if isinstance(one, wire.Parts)]
    assert [len(parts) for parts in shown] == [1, 2]
    for part in (shown[0][0], shown[1][0]):
        assert "TOKEN" in part.text
        assert key not in part.text


BODY = "\n".join(f"    settings.option_{n} = settings.compute_{n}()" for n in range(14))
UNDER = {
    "a value in brackets": ("python", 'DATABASE_PASSWORD = (\n    "§"\n)\n'),
    "a value behind a backslash": ("python", 'DATABASE_PASSWORD = \\\n    (\n    "§"\n)\n'),
    "a value on the next line": ("typescript", 'const stripeSigningSecret =\n  "§";\n'),
    "a name in YAML": ("yaml", "database:\n  host: db.example.org\n  password: §\n"),
    "a setting": ("ini", "[database]\nuser = me\npassword = §\n"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("what", UNDER)
def test_a_secret_is_masked_by_what_stands_above_the_part(window, what, end):
    language, above = UNDER[what]
    written = above.replace("§", "hunter22-correct-horse") + BODY + "\n"
    assert "hunter22" not in masked(written)
    (at,) = (n for n, line in enumerate(written.split("\n")) if "hunter22" in line)
    text = written.replace("\n", end)
    (window.folder / "far.txt").write_bytes(text.encode())
    window.document("far.txt", text, language, edits=[(at, at + 1)])
    for before in range(6):  # what is alike begins at each sixth line
        near = "\n".join(BODY.split("\n")[:12])
        shifted = "# a line\n".replace("\n", end) * before + text
        window.document("far.txt", shifted, language, edits=[(at + before, at + before + 1)])
        for asked in ("", near):
            uri = window.uri("here.txt")
            window.host.take(wire.Resembling(8, uri, language, asked, 0, 0, 2, 4000))
            shown = window.sent.pop().parts
            assert [one.line for one in shown][:1] == [at + before]
            assert len(shown) == (2 if asked else 1)
            assert not any("hunter22" in one.text or "\r" in one.text for one in shown)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_so_it_is_in_a_file_on_the_disk(window, end):
    text = f'def connect():\n    password = (\n        "hunter22-correct-horse"\n    )\n{BODY}\n'
    (window.folder / "far.py").write_bytes(text.replace("\n", end).encode())
    (window.folder / "here.py").touch()
    window.configure()
    window.settle()
    near = "\n".join(text.split("\n")[:12])
    window.host.take(wire.Resembling(8, window.uri("here.py"), "python", near, 0, 0, 2, 4000))
    (part,) = window.sent.pop().parts
    assert "hunter22" not in part.text
    assert "REDACTED" in part.text


def test_what_ends_a_line_is_none_of_a_definition(window):
    text = "class Login:\r\n    name: str\r\n    password: str = 'hunter22x'\r\n"
    (window.folder / "a.py").write_bytes(text.encode())
    window.configure()
    window.settle()
    window.host.take(wire.Find(7, ["Login"], [], window.uri("here.py"), "python", 3, 0))
    (found,) = window.sent.pop().found
    assert found.definition.signature.endswith("name: str\n    password: str = 'REDACTED'")
