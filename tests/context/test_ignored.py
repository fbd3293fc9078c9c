import pytest

from inkling.context.ignored import Ignored


def made(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("files", "path", "held"),
    [
        ({}, "a.py", False),
        ({".gitignore": "a.py\n"}, "a.py", True),
        ({".gitignore": "a.py\n"}, "b.py", False),
        ({".gitignore": "mine/\n"}, "mine/deep/a.py", True),
        ({"mine/.gitignore": "*\n"}, "mine/a.py", True),
        ({".inklingignore": "mine/\n"}, "mine/a.py", True),
        ({".gitignore": "*.py\n!a.py\n"}, "a.py", False),
        ({".gitignore": "a.py\n", ".inklingignore": "!a.py\n"}, "a.py", True),
        ({".gitignore": "!\n"}, "a.py", False),
    ],
)
def test_what_the_ignore_files_of_a_folder_name_is_ignored(tmp_path, files, path, held):
    made(tmp_path, files)
    assert Ignored([tmp_path.as_uri()]).holds((tmp_path / path).as_uri()) == held


@pytest.mark.parametrize("opened", ["repository/within", None])
def test_so_is_what_git_ignores_in_the_repository_around(tmp_path, opened):
    files = {".git/HEAD": "", ".gitignore": "a.py\n", "within/a.py": "", "within/b.py": ""}
    made(tmp_path / "repository", files)
    ignored = Ignored([] if opened is None else [(tmp_path / opened).as_uri()])
    assert ignored.holds((tmp_path / "repository/within/a.py").as_uri())
    assert not ignored.holds((tmp_path / "repository/within/b.py").as_uri())


@pytest.mark.parametrize(
    "uri", ["untitled:a.py", "file:", "git:/work/a.py", "file:///nowhere/a.py"]
)
def test_what_is_no_file_there_is_not_ignored(uri):
    assert not Ignored(["file:///work"]).holds(uri)


def test_a_file_that_is_ignored_from_now_on_is_so_soon(tmp_path):
    now = [0.0]
    ignored = Ignored([tmp_path.as_uri()], lambda: now[0])
    uri = (tmp_path / "a.py").as_uri()
    assert not ignored.holds(uri)
    made(tmp_path, {".gitignore": "a.py\n"})
    now[0] = 3.0
    assert ignored.holds(uri)
