"""The files that are typed: those that are named, the samples that come along, or files drawn
by seed from published Python packages, each pinned to one version.

An installed package is used when it has the pinned version; any other is downloaded once with
pip, as a wheel, and unpacked. Nothing of it is installed, imported or run.
"""

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from inkling.bench import rhythm
from inkling.bench.languages.python import PYTHON

PACKAGES: Final = (
    "attrs==26.1.0",
    "click==8.5.1",
    "flask==3.1.3",
    "httpx==0.28.1",
    "jinja2==3.1.6",
    "marshmallow==4.4.0",
    "networkx==3.5",
    "packaging==26.3",
    "pygments==2.21.0",
    "requests==2.34.2",
    "rich==15.0.0",
    "starlette==1.10.0",
    "tqdm==4.70.1",
    "werkzeug==3.1.9",
)
"""Well-known packages that are written in Python."""

_LEAST_LINES: Final = 60
_MOST_BYTES: Final = 100_000
_SKIPPED: Final = {"tests", "test", "testing", "_vendor", "vendored", "examples"}


class CorpusError(Exception):
    """A file or package cannot be had; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to type, its lines ended by line feeds."""

    name: str
    text: str


def named(paths: Sequence[Path]) -> list[Source]:
    """Read the files of these names; raises CorpusError."""
    sources = []
    for path in paths:
        try:
            sources.append(Source(path.name, _lines(path.read_bytes())))
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusError(f"{path} cannot be read: {error}") from error
    return sources


def samples() -> list[Source]:
    """Read the files that come along."""
    folder = resources.files("inkling.bench") / "samples"
    return [
        Source(file.name.removesuffix(".txt"), _lines(file.read_bytes()))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(f"{PYTHON.ending}.txt")
    ]


def drawn(packages: Sequence[str], seed: int, count: int, cache: Path) -> list[Source]:
    """Draw files: first a package, then a file of it; raises CorpusError.

    Only packages that are drawn are looked for. Downloads go to `cache`.
    """
    left = sorted(packages)
    chance = rhythm.dice("corpus", seed, *left)
    files: dict[str, list[Source]] = {}
    chosen: list[Source] = []
    while left and len(chosen) < count:
        pin = chance.choice(left)
        if pin not in files:
            files[pin] = _files(pin, cache)
            chance.shuffle(files[pin])
        if files[pin]:
            chosen.append(files[pin].pop())
        else:
            left.remove(pin)
    return chosen


def _files(pin: str, cache: Path) -> list[Source]:
    """Read a pinned package's files that are worth typing, in a fixed order."""
    name, _, version = pin.partition("==")
    if not name or not version:
        raise CorpusError(f"'{pin}' is not NAME==VERSION")
    read = _installed(name, version)
    if read is None:
        folder = cache / pin
        if not folder.exists():
            _download(pin, folder)
        read = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob(f"*{PYTHON.ending}")
        }
    sources = []
    for file, content in sorted(read.items()):
        skipped = _SKIPPED & set(PurePosixPath(file).parts)
        if skipped or len(content) > _MOST_BYTES or content.count(b"\n") < _LEAST_LINES:
            continue
        try:
            sources.append(Source(f"{pin}/{file}", _lines(content)))
        except UnicodeDecodeError:
            continue
    return sources


def _installed(name: str, version: str) -> dict[str, bytes] | None:
    """Read an installed package's Python files, None unless it has this version."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    files = [file for file in distribution.files or () if file.suffix == PYTHON.ending]
    if distribution.version != version or not files:
        return None
    return {file.as_posix(): Path(str(file.locate())).read_bytes() for file in files}


def _download(pin: str, folder: Path) -> None:
    """Unpack a package's wheel; the folder appears at once and whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as scratch:
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
        options = ["--quiet", "--no-deps", "--only-binary=:all:", "--dest", scratch, pin]
        try:
            subprocess.run([*command, *options], check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            reason = error.stderr.strip().rpartition("\n")[2]
            raise CorpusError(f"{pin} cannot be downloaded: {reason}") from error
        unpacked = Path(scratch) / "unpacked"
        unpacked.mkdir()
        for wheel in Path(scratch).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                code = [name for name in archive.namelist() if name.endswith(PYTHON.ending)]
                archive.extractall(unpacked, code)
        unpacked.rename(folder)


def _lines(content: bytes) -> str:
    return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
