import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.context.index import roots
from inkling.context.index.roots import Root, admitted, path_of
from inkling.context.privacy import Privacy


def tree(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def root(folder, *exclude):
    return Root(admitted(folder), Privacy(exclude, [folder.as_uri()]).bars)


def found(folder, *exclude):
    base = root(folder, *exclude)
    paths = [path for path, _ in base.files()]
    # What is walked to and what is asked about are judged alike.
    everything = [str(one) for one in Path(base.path).rglob("*") if one.is_file()]
    admits = {path for path in everything if base.admits(path) and roots.stamp_of(path)}
    assert set(paths) == admits
    return sorted(os.path.relpath(path, base.path) for path in paths)


FILES = dict.fromkeys(["a.py", "b/c.py", "b/d/e.py"], "")


@pytest.fixture
def folder(tmp_path):
    base = tmp_path / "home" / "work"
    tree(base, FILES)
    return base


def test_all_files_are_found_those_nearest_first(folder):
    assert [os.path.relpath(path, folder) for path, _ in root(folder).files()] == list(FILES)


RULES = [
    ({".gitignore": "b/\n"}, ["a.py"]),
    ({".gitignore": "/a.py\n!b/c.py\n"}, ["b/c.py", "b/d/e.py"]),
    ({".gitignore": "*.py\n!c.py\n"}, ["b/c.py"]),
    ({".gitignore": "b/*\n!b/c.py\n"}, ["a.py", "b/c.py"]),
    ({".gitignore": "b\n!b/c.py\n"}, ["a.py"]),
    ({"b/.gitignore": "*.py\n"}, ["a.py"]),
    ({"b/.gitignore": "/d\n"}, ["a.py", "b/c.py"]),
    ({".gitignore": "c.py\n", "b/.gitignore": "!c.py\n"}, ["a.py", "b/c.py", "b/d/e.py"]),
    ({".gitignore": "d/\n", "b/.gitignore": "!d/\n"}, ["a.py", "b/c.py", "b/d/e.py"]),
    ({".gitignore": "!\nb/\n"}, ["a.py"]),
    ({".inklingignore": "b/\n"}, ["a.py"]),
    ({"b/.inklingignore": "c.py\n"}, ["a.py", "b/d/e.py"]),
    ({".gitignore": "b/\n", ".inklingignore": "!b/\n!*\n"}, ["a.py"]),
    ({".gitignore": "a.py\n", "b/.inklingignore": "c.py\n"}, ["b/d/e.py"]),
]
SAME = [".gitignore", ".inklingignore", "b/.gitignore", "b/.inklingignore"]


@pytest.mark.parametrize(("rules", "expected"), RULES)
def test_what_is_ignored_is_not_found(folder, rules, expected):
    tree(folder, rules)
    assert [path for path in found(folder) if path not in SAME] == expected


def test_a_repository_around_the_folder_has_its_say(folder):
    above = folder.parent
    (above / ".gitignore").write_text("/work/b/d/\n/a.py\n")
    assert found(folder) == ["a.py", "b/c.py", "b/d/e.py"]
    (above / ".git" / "info").mkdir(parents=True)
    assert found(folder) == ["a.py", "b/c.py"]
    (above / ".git" / "info" / "exclude").write_text("c.py\n")
    assert found(folder) == ["a.py"]


def test_what_the_person_has_git_ignore_everywhere_is_ignored(folder, tmp_path, monkeypatch):
    (folder / ".git").mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    tree(tmp_path, {"config/git/ignore": "b/d/\n"})
    assert found(folder) == ["a.py", "b/c.py"]


BARRED = [".env", "b/secrets.py", "b/id_rsa", "app.log", "x.min.js"]


def test_what_privacy_bars_is_not_found(folder):
    tree(folder, dict.fromkeys(BARRED, ""))
    assert found(folder) == list(FILES)
    assert found(folder, "b/", "!.env") == [".env", "a.py"]


NAMED = ["C#", "what?", "50%25", "100%", "a:b", "file:", "ünï b", "a\nb"]


@pytest.mark.parametrize("name", NAMED)
def test_however_the_folder_is_called(tmp_path, name):
    folder = tmp_path / name / "app"
    tree(folder, {**FILES, **dict.fromkeys(BARRED, "")})
    assert found(folder) == list(FILES)
    assert found(folder, "/a.py", "b/d/*") == ["b/c.py"]


@given(
    st.lists(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
        min_size=1,
    )
)
def test_a_path_is_judged_as_the_document_that_it_is(parts):
    folder = Path("/work", *parts)
    privacy = Privacy(["/own.py"], [folder.as_uri()])
    for name in ("secrets.py", "own.py", "deep/own.py", "a.py"):
        path = folder / name
        judged = Root(path.parent, privacy.bars).admits(str(path))
        assert judged == (privacy.bars(path.as_uri()) is None)


def test_what_others_wrote_is_not_found(folder):
    tree(
        folder,
        dict.fromkeys(
            [
                *("node_modules/a/b.js", "b/node_modules/c.js", "__pycache__/a.py", "venv/a.py"),
                *(".venv/a.py", ".tox/a.py", "mine/pyvenv.cfg", "mine/lib/a.py"),
            ],
            "",
        ),
    )
    assert found(folder) == list(FILES)


def test_links_are_not_followed(folder, tmp_path):
    tree(tmp_path / "outside", {"x.py": "", "y/z.py": ""})
    (folder / "file.py").symlink_to(tmp_path / "outside" / "x.py")
    (folder / "inner.py").symlink_to(folder / "a.py")
    (folder / "folder").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder)
    (folder / "gone.py").symlink_to(tmp_path / "nothing")
    assert [os.path.relpath(path, folder) for path, _ in root(folder).files()] == list(FILES)
    assert path_of((folder / "folder" / "x.py").as_uri()) == str(tmp_path / "outside" / "x.py")
    assert path_of((folder / "inner.py").as_uri()) == str(folder / "a.py")
    assert not root(folder).admits(str(tmp_path / "outside" / "x.py"))
    for name in ("file.py", "inner.py", "folder/x.py", "folder/y/z.py", "loop/a.py"):
        assert roots.read(str(folder / name)) is None
        assert not root(folder).admits(str(folder / name))


def test_only_regular_files_are_read(folder):
    os.mkfifo(folder / "pipe.py")
    (folder / "long.py").write_bytes(b"a" * (roots.LONGEST_FILE + 1))
    assert found(folder) == list(FILES)
    for name in ("pipe.py", "long.py", "b", "nothing.py"):
        assert roots.stamp_of(str(folder / name)) is None
        assert roots.read(str(folder / name)) is None


def test_what_is_no_text_is_not_read(folder):
    for raw in (b"\xff\xfe", b"a\0b"):
        (folder / "a.py").write_bytes(raw)
        assert roots.read(str(folder / "a.py")) is None
    (folder / "a.py").write_bytes("\ufeffä = 1\r\n".encode())
    assert roots.read(str(folder / "a.py")) == "ä = 1\r\n"


def test_a_folder_that_may_not_be_entered_is_left_out(folder, tmp_path_factory):
    tree(folder, {"data/x.py": "", "listed/x.py": ""})
    (folder / "data").chmod(0o000)
    (folder / "listed").chmod(0o444)
    above = [
        one for one in folder.parents if one.is_relative_to(tmp_path_factory.getbasetemp().parent)
    ]
    me, modes = os.geteuid(), [one.stat().st_mode for one in above]
    try:
        if me == 0:  # who may enter any
            for one in above:
                one.chmod(0o755)
            os.seteuid(65534)
        base = root(folder)
        assert [os.path.relpath(path, folder) for path, _ in base.files()] == list(FILES)
        assert admitted(folder / "data" / "inner") is None
        assert roots.read(str(folder / "data/x.py")) is None
    finally:
        os.seteuid(me)
        for one, mode in zip(above, modes, strict=True):
            one.chmod(mode)
        (folder / "data").chmod(0o755)
        (folder / "listed").chmod(0o755)


def test_a_name_that_is_no_text_is_left_alone(folder):
    odd = os.fsencode(folder) + b"/\xff.py"
    with open(odd, "w"):  # noqa: PTH123 - a path that is no text
        pass
    assert [os.path.relpath(path, folder) for path, _ in root(folder).files()] == list(FILES)
    assert not root(folder).admits(os.fsdecode(odd))


def test_only_so_many_files_are_found(folder, monkeypatch):
    monkeypatch.setattr(roots, "MOST_FILES", 2)
    assert len(list(root(folder).files())) == 2
    monkeypatch.setattr(roots, "MOST_FILES", 9)
    monkeypatch.setattr(roots, "_MOST_ENTRIES", 1)
    assert len(list(root(folder).files())) == 1
    monkeypatch.setattr(roots, "_MOST_ENTRIES", 99)
    monkeypatch.setattr(roots, "_DEEPEST", 1)
    assert len(list(root(folder).files())) == 2


def test_a_home_and_what_is_above_it_are_no_folders_of_work(tmp_path):
    home = tmp_path / "users" / "me"
    (home / "work").mkdir(parents=True)
    (home / "file").touch()
    (tmp_path / "link").symlink_to(home)
    assert admitted(home / "work", home) == home / "work"
    none = [Path("/"), home, home.parent, tmp_path, tmp_path / "link", home / "file", home / "x"]
    for path in none:
        assert admitted(path, home) is None
    assert admitted(tmp_path / "link" / "work", home) == home / "work"


URIS = [
    ("file:///w/a.py", "/w/a.py"),
    ("file:///w/a%20b.py", "/w/a b.py"),
    ("file:///w/%C3%BC.py", "/w/ü.py"),
    ("file:///w/../x.py", "/x.py"),
    ("file:///w/a%00.py", None),
    ("file:///w/a#b?c.py", "/w/a#b?c.py"),
    ("file://host/w/a.py", "/w/a.py"),
    ("FILE:/w/a.py", "/w/a.py"),
    ("file:", None),
    ("file://", None),
    ("file:w/a.py", None),
    ("untitled:/w/a.py", None),
    ("vscode-remote://host/w/a.py", None),
    ("/w/a.py", None),
    ("", None),
]


@pytest.mark.parametrize(("uri", "path"), URIS)
def test_only_a_file_s_uri_has_a_path(uri, path):
    assert path_of(uri) == path


@given(st.text())
def test_no_uri_is_too_strange(uri):
    path_of(uri)
    path_of(f"file://{uri}")


@given(st.text())
def test_no_path_is_too_strange(path):
    here = Path(__file__).parent
    root(here).admits(f"{here}/{path}")


@pytest.mark.parametrize(
    ("path", "admits"),
    [("/a.py", True), ("/b/a.py", True), ("/.env.py", False), ("/private/a.py", False)],
)
def test_of_the_file_systems_own_root_files_are_judged_too(path, admits):
    """It is no folder of the workspace, but what is opened there lies in it."""
    bars = Privacy(["/private/"], []).bars
    assert Root(Path("/"), bars).admits(path) == admits
