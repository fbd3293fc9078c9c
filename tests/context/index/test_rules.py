import os
import shutil
import subprocess

import pytest

from inkling.context.ignored import Ignored
from inkling.context.index import rules
from inkling.context.index.roots import Root, ways_to

GIT = shutil.which("git")


def made(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def ignored(path, *folders):
    return Ignored([folder.as_uri() for folder in folders]).holds(path.as_uri())


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setattr(rules, "_SYSTEM", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "config" / "git"


# What lies in a repository, a file in it, and whether git ignores that.
SAID = [
    ({".gitignore": "# Schlüssel\nprivate.py\n".encode("latin-1")}, "private.py", True),
    ({".gitignore": b"\xff\xfe*.x\nprivate.py\n"}, "private.py", True),
    ({".gitignore": "\ufeffprivate.py\n"}, "private.py", True),
    ({".gitignore": "private.py\r\n"}, "private.py", True),
    ({".gitignore": "# a\u2028!private.py\x0c!private.py\nprivate.py\n"}, "private.py", True),
    ({".gitignore": "private.py\n# \x85!private.py\u2029!private.py\n"}, "private.py", True),
    ({".gitignore": "[z-a]\nprivate.py\n"}, "private.py", True),
    ({".gitignore": "a\0b\nprivate.py\n"}, "private.py", True),
    ({".gitignore": "private.py"}, "private.py", True),
    ({".gitignore": "private/\n", "private/.gitignore": "!a.py\n"}, "private/a.py", True),
    ({".gitignore": "private/*\n", "private/.gitignore": "!a.py\n"}, "private/a.py", False),
    ({".git/info/exclude": "private.py\n"}, "deep/private.py", True),
    ({".git/info/exclude": "*.py\n", ".gitignore": "!a.py\n"}, "a.py", False),
    ({".git/info/exclude": "!a.py\n", "../config/git/ignore": "*.py\n"}, "a.py", False),
    ({"../config/git/ignore": "private.py\n"}, "deep/private.py", True),
    ({"../config/git/ignore": "/private.py\n"}, "deep/private.py", False),
]


@pytest.mark.parametrize(("files", "name", "expected"), SAID)
def test_what_git_ignores_is_ignored_whichever_folder_is_open(tmp_path, files, name, expected):
    top = tmp_path / "top"
    (top / ".git" / "info").mkdir(parents=True)
    if GIT:
        subprocess.run([GIT, "init", "-q"], cwd=top, check=True)
    made(top, {name: "", **files})
    path = top / name
    for folders in ([], [top], [path.parent], [top, path.parent], [tmp_path]):
        assert ignored(path, *folders) == expected, folders
    if GIT:
        asked = subprocess.run([GIT, "check-ignore", "-q", name], cwd=top, check=False)
        assert asked.returncode == (0 if expected else 1)


OWN = [
    ({".inklingignore": "private/\n"}, "private/deep/a.py", True),
    ({".inklingignore": "private\n"}, "private/deep/a.py", True),
    ({".inklingignore": "/private/deep/a.py\n"}, "private/deep/a.py", True),
    ({".inklingignore": "a.py\n", "private/.inklingignore": "!a.py\n"}, "private/a.py", False),
    ({".inklingignore": "private/\n", "private/.inklingignore": "!a.py\n"}, "private/a.py", True),
    ({"private/.inklingignore": "a.py\n", "private/.git/HEAD": ""}, "private/a.py", True),
    ({".inklingignore": "a.py\n", "private/.git/HEAD": ""}, "private/a.py", True),
    ({".inklingignore": "b.py\n"}, "private/a.py", False),
]


@pytest.mark.parametrize(("files", "name", "expected"), OWN)
def test_an_ignore_file_of_inkling_s_holds_whichever_folder_is_open(
    tmp_path, files, name, expected
):
    top = tmp_path / "top"
    made(top, {name: "", **files})
    path = top / name
    for folders in ([], [top], [path.parent], [path.parent, top], [top / "private"], [tmp_path]):
        assert ignored(path, *folders) == expected, folders
        for folder in folders:
            found = [one for one, _ in Root(folder, lambda _: None).files()]
            assert (str(path) in found) == (not expected)


@pytest.mark.skipif(GIT is None, reason="git is not there")
@pytest.mark.parametrize("opened", ["tree", "tree/deep", None])
def test_a_worktree_has_the_rules_of_its_repository(tmp_path, opened):
    def git(*words, at):
        named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run([GIT, *named, *words], cwd=at, check=True, capture_output=True)

    made(tmp_path, {"repository/.keep": ""})
    git("init", "-q", at=tmp_path / "repository")
    git("commit", "-q", "--allow-empty", "-m", "a", at=tmp_path / "repository")
    made(tmp_path, {"repository/.git/info/exclude": "private.py\n"})
    git("worktree", "add", "-q", str(tmp_path / "tree"), at=tmp_path / "repository")
    made(tmp_path, {"tree/deep/private.py": "", "tree/deep/a.py": ""})
    folders = [tmp_path / opened] if opened else []
    assert ignored(tmp_path / "tree/deep/private.py", *folders)
    assert not ignored(tmp_path / "tree/deep/a.py", *folders)


@pytest.mark.parametrize("opened", ["top", "top/part", None])
def test_so_has_a_submodule(tmp_path, opened):
    made(
        tmp_path,
        {
            "top/.git/modules/part/info/exclude": "private.py\n",
            "top/part/.git": "gitdir: ../.git/modules/part\n",
            "top/part/private.py": "",
        },
    )
    folders = [tmp_path / opened] if opened else []
    assert ignored(tmp_path / "top/part/private.py", *folders)


@pytest.mark.parametrize("told", ["", "gitdir:", "gitdir: \0", "nonsense", b"\xff", "gitdir: ."])
def test_what_tells_of_no_repository_does_no_harm(tmp_path, told):
    made(tmp_path, {"top/.git": told, "top/.gitignore": "private.py\n"})
    assert ignored(tmp_path / "top/private.py", tmp_path / "top")


@pytest.mark.parametrize("opened", ["", "one", None])
def test_in_a_folder_that_only_holds_repositories_each_has_its_rules(tmp_path, config, opened):
    made(config, {"ignore": "everywhere.py\n"})
    files = dict.fromkeys(["one/everywhere.py", "one/here.py", "two/here.py", "everywhere.py"], "")
    made(tmp_path / "all", {**files, "one/.git/info/exclude": "here.py\n", "two/.git/HEAD": ""})
    folders = [] if opened is None else [tmp_path / "all" / opened]
    held = {name for name in files if ignored(tmp_path / "all" / name, *folders)}
    assert held == {"one/everywhere.py", "one/here.py"}
    found = Root(tmp_path / "all", lambda _: None).files()
    names = {os.path.relpath(path, tmp_path / "all") for path, _ in found}
    assert names == {"two/here.py", "everywhere.py"}


def test_what_a_person_has_for_all_repositories_may_be_a_link(tmp_path, config):
    made(tmp_path, {"dotfiles": "private.py\n", "top/.git/HEAD": ""})
    config.mkdir(parents=True)
    (config / "ignore").symlink_to(tmp_path / "dotfiles")
    assert ignored(tmp_path / "top/private.py", tmp_path / "top")


EXCLUDES = [
    "[core]\n\texcludesFile = ~/mine\n",
    "[core]\n\texcludesfile = ~/mine",
    '[Core]\r\n  editor = vi\r\n  EXCLUDESFILE="~/mine" ; mine\r\n[user]\r\n  name = a\r\n',
    "[core] excludesfile = ~/mine # mine\n",
    "[core]\nexcludesfile = ~/other\nexcludesfile = ~/mine\n",
    "[user]\nexcludesfile = ~/other\n[core]\nexcludesfile = ~/mine\n",
    '[core]\nexcludesfile = ~/mine\n[core "x"]\neditor = vi\n[other]\nexcludesfile = ~/other\n',
]


@pytest.mark.parametrize("told", EXCLUDES)
@pytest.mark.parametrize("where", ["home/.gitconfig", "config/git/config", "top/.git/config"])
def test_it_may_be_called_otherwise(tmp_path, config, told, where):
    (tmp_path / "top/.git").mkdir(parents=True)
    if GIT:
        subprocess.run([GIT, "init", "-q"], cwd=tmp_path / "top", check=True)
    made(config, {"ignore": "here.py\n"})
    made(tmp_path, {"home/mine": "private.py\n", "home/other": "here.py\n"})
    found = tmp_path / where
    before = found.read_text() if found.exists() else ""
    made(tmp_path, {where: before + told})
    for name, expected in (("private.py", True), ("here.py", False)):
        assert ignored(tmp_path / "top" / name) == expected
        if GIT:
            asked = [GIT, "check-ignore", "-q", name]
            done = subprocess.run(asked, cwd=tmp_path / "top", check=False)
            assert done.returncode == (0 if expected else 1)


def test_an_ignore_file_of_inkling_s_may_be_one_and_git_s_is_none(tmp_path):
    made(tmp_path, {"dotfiles": "private.py\n", "own/a.py": "", "git/a.py": ""})
    (tmp_path / "own/.inklingignore").symlink_to(tmp_path / "dotfiles")
    (tmp_path / "git/.gitignore").symlink_to(tmp_path / "dotfiles")
    assert ignored(tmp_path / "own/private.py")
    assert not ignored(tmp_path / "git/private.py")


def test_of_a_long_one_the_lines_that_are_read_count(tmp_path, monkeypatch):
    monkeypatch.setattr(rules, "_LONGEST", 20)
    made(tmp_path, {"top/.gitignore": "private.py\nb.py\n!private.py\n"})
    assert ignored(tmp_path / "top/private.py")
    assert ignored(tmp_path / "top/b.py")


LINKS = [
    ({"top/local.py": "vault/local.py"}, "top/local.py", "local.py"),
    ({"top/local": "vault"}, "top/local/local.py", "local"),
    ({"top/local": "vault"}, "top/local/local.py", "/local/local.py"),
    ({"link": "top", "top/local.py": "vault/local.py"}, "link/local.py", "/local.py"),
    ({"top/deep": "top/other", "top/other/x": "vault"}, "top/deep/x/local.py", "/other/x"),
]


@pytest.mark.parametrize("opened", ["top", "link", None])
@pytest.mark.parametrize(("links", "path", "line"), LINKS)
def test_a_file_is_ignored_by_each_path_that_leads_to_it(tmp_path, links, path, line, opened):
    made(tmp_path, {"vault/local.py": "", "top/.git/HEAD": "", "top/other/a.py": ""})
    for link, to in {"link": "top", **links}.items():
        (tmp_path / link).symlink_to(tmp_path / to)
    folders = [] if opened is None else [tmp_path / opened]
    assert not ignored(tmp_path / path, *folders)
    made(tmp_path, {"top/.gitignore": f"{line}\n"})
    assert ignored(tmp_path / path, *folders)
    assert not ignored(tmp_path / "vault/local.py", *folders)


def test_the_ways_to_a_file_end_at_the_file(tmp_path):
    made(tmp_path, {"top/a.py": "", "vault/b/c.py": ""})
    (tmp_path / "top/b").symlink_to(tmp_path / "vault/b")
    (tmp_path / "link").symlink_to(tmp_path / "top")
    assert ways_to((tmp_path / "top/a.py").as_uri()) == [str(tmp_path / "top/a.py")]
    expected = [str(tmp_path / one / "b/c.py") for one in ("link", "top", "vault")]
    assert ways_to((tmp_path / "link/b/c.py").as_uri()) == expected
    assert ways_to("untitled:a.py") == []
    assert not Ignored([]).holds("file:///")
