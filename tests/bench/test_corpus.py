"""The files that are typed, and the packages that they are drawn from."""

import importlib.util
import io
import re
import subprocess
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from inkling.bench import corpus, packages
from inkling.bench.languages.registry import LANGUAGES
from inkling.bench.packages import PackageError

PYTHON, GO, TYPESCRIPT = (LANGUAGES[one] for one in ("python", "go", "typescript"))
TRAINING = Path(__file__).parents[2] / "training"
LINES = b"x = 1\n" * 100


def test_samples_are_python_and_end_their_lines_alike():
    sources = corpus.samples()
    assert len(sources) == 2
    for source in sources:
        assert source.name.endswith(".py")
        assert source.language is PYTHON
        compile(source.text, source.name, "exec")


def test_named_files_are_read_with_line_feeds(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"a\r\nb\rc\n")
    assert corpus.named([path]) == [corpus.Source("a.py", "a\nb\nc\n", PYTHON)]
    path.write_bytes(b"\xff")
    with pytest.raises(corpus.CorpusError, match=r"a\.py cannot be read"):
        corpus.named([path])


def test_a_named_file_is_in_the_language_of_its_ending_unless_another_is_said(tmp_path):
    for language in LANGUAGES.values():
        path = tmp_path / f"a{language.ending}"
        path.touch()
        assert corpus.named([path])[0].language is language
        assert corpus.named([path], GO)[0].language is GO
    odd = tmp_path / "a.odd"
    odd.touch()
    with pytest.raises(corpus.CorpusError, match="say --language"):
        corpus.named([odd])
    assert corpus.named([odd], GO)[0].language is GO


INSTALLED = [f"{name}=={metadata.version(name)}" for name in ("pygls", "attrs")]


def test_files_are_drawn_by_seed_from_installed_packages(tmp_path):
    drawn = corpus.drawn(PYTHON, INSTALLED, 1, 5, tmp_path)
    assert drawn == corpus.drawn(PYTHON, INSTALLED[::-1], 1, 5, tmp_path)
    assert drawn != corpus.drawn(PYTHON, INSTALLED, 2, 5, tmp_path)
    assert len({source.name for source in drawn}) == 5
    assert not list(tmp_path.iterdir()), "nothing was downloaded"


def archived(path, members):
    """Write a tar file of members by name."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.fixture
def fetched(monkeypatch):
    """What stands in for the registries' clients, and the commands that it was given."""
    commands = []

    def run(command, *, cwd, **_options):
        commands.append(command)
        if "pip" in command:
            with zipfile.ZipFile(cwd / "made.whl", "w") as archive:
                for name in ("made/a.py", "made/tests/b.py"):
                    archive.writestr(name, LINES)
                archive.writestr("made/short.py", "x = 1\n")
                archive.writestr("made/data.bin", "x")
        elif "npm" in command:
            files = {"package/src/a.ts": LINES, "package/src/a.d.ts": LINES, "package/a.js": LINES}
            archived(cwd / "made-1.0.tgz", files)
        elif "source" in command:
            files = {"made-1.0/a.go": LINES, "made-1.0/a_test.go": LINES, "made-1.0/../b.go": LINES}
            archived(cwd / "made_1.0.orig.tar.gz", {**files, "made-1.0/vendor/c.go": LINES})
            archived(cwd / "made_1.0-1.debian.tar.xz", {"debian/d.go": LINES})
        said = "Packages Debian http://there/\n" if "indextargets" in command else ""
        return subprocess.CompletedProcess(command, 0, stdout=said)

    monkeypatch.setattr(subprocess, "run", run)
    return commands


@pytest.mark.parametrize(
    ("language", "name", "asked"),
    [
        (PYTHON, "made/a.py", ["--no-deps", "--only-binary=:all:", "made-up==1.0"]),
        (TYPESCRIPT, "src/a.ts", ["--ignore-scripts", "made-up@1.0"]),
        (GO, "a.go", ["--tar-only", "--only-source", "made-up=1.0"]),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_a_package_is_fetched_once_and_what_is_worth_typing_is_read(
    tmp_path, fetched, language, name, asked
):
    for _ in range(2):
        (source,) = corpus.drawn(language, ["made-up==1.0"], 1, 5, tmp_path)
    assert source == corpus.Source(f"made-up==1.0/{name}", LINES.decode(), language)
    assert sum(set(asked) <= set(one) for one in fetched) == 1
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"made-up==1.0", *(["apt"] if language is GO else [])}
    assert not list(tmp_path.rglob("*.bin")), "nothing but what was asked for"


def test_apt_reads_its_own_lists_once(tmp_path, fetched):
    for name in ("one", "two"):
        packages.files("debian", f"{name}==1.0", ".go", tmp_path)
    listed = tmp_path / "apt" / "sources.list"
    for suite in packages.SUITES:
        assert f" http://there/ {suite} main\n" in listed.read_text()
    (update,) = [command for command in fetched if "update" in command]
    (first, second) = [command for command in fetched if "source" in command]
    assert first[:-1] == second[:-1]
    assert f"-oDir::Etc::SourceList={listed}" in first
    own = [option.partition("=")[2] for option in update if option.startswith("-oDir")]
    assert all(path.startswith((str(tmp_path), "/dev/null")) for path in own)


@pytest.mark.parametrize("registry", ["python", "npm", "debian"])
def test_a_package_that_cannot_be_downloaded_is_told_of(tmp_path, monkeypatch, registry):
    def fail(command, **_options):
        raise subprocess.CalledProcessError(
            1, command, stderr="ERROR: no\nERROR: no such version\n"
        )

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(PackageError, match=r"made-up==1.0 .* ERROR: no such version"):
        packages.files(registry, "made-up==1.0", ".x", tmp_path)
    assert not list(tmp_path.glob("made-up*"))


def test_a_client_that_is_not_there_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackageError, match=r"made-up==1\.0 cannot be downloaded: there is no npm"):
        packages.files("npm", "made-up==1.0", ".ts", tmp_path)


def test_every_language_has_packages_and_nothing_is_learned_from_them():
    module = importlib.util.spec_from_file_location("sources", TRAINING / "sources.py")
    sources = importlib.util.module_from_spec(module)
    module.loader.exec_module(sources)
    for language in LANGUAGES.values():
        pins = corpus.published(language).pins
        assert len(pins) >= 8
        assert all(sources.benchmarked(pin.partition("==")[0]) for pin in pins)
    assert sources.benchmarked("librust-rand-dev")
    assert sources.benchmarked("golang-toml-dev")
    assert not sources.benchmarked("librust-random-dev")
    lists = tomllib.loads((TRAINING / "adapter" / "packages.toml").read_text())
    named = [one for parts in lists.values() for names in parts.values() for one in names.split()]
    bare = [re.split("==|(?<=.)@", one)[0] for one in named]
    assert len(bare) > 400
    assert [name for name in bare if sources.benchmarked(name)] == []
