"""Files of published packages, each pinned to one version, from the registry of its language.

A package is fetched once, by the registry's own client, and its files are kept in a folder. Nothing
of it is installed, imported or run. A Python package that is installed in the pinned version is
read where it is.
"""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final, Literal

Registry = Literal["python", "npm", "debian", "debian-binary"]
"""Of Debian, source packages, or binary ones that hold sources."""

SUITES: Final = ("bookworm", "trixie")
"""Of Debian, from which packages are to be had, whichever the machine's own is."""
_KEYS: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class PackageError(Exception):
    """A package cannot be had; the message says which and why."""


def files(registry: Registry, pin: str, endings: Sequence[str], cache: Path) -> dict[str, bytes]:
    """Return the files of the package NAME==VERSION whose names end so, by their paths in it; an
    empty ending is that of names without any.

    Raises PackageError.
    """
    name, _, version = pin.partition("==")
    if not name or not version:
        raise PackageError(f"'{pin}' is not NAME==VERSION")
    if registry == "python" and (installed := _installed(name, version, endings)):
        return installed
    folder = cache / " ".join([pin.replace("/", "+"), *sorted(endings)])
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as scratch:
            _fetch(registry, (name, version), Path(scratch), cache)
            _unpack(Path(scratch), endings).rename(folder)
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _installed(name: str, version: str, endings: Sequence[str]) -> dict[str, bytes]:
    """Read an installed package's files; there are none unless it has this version."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return {}
    if distribution.version != version:
        return {}
    found = [file for file in distribution.files or () if file.suffix in endings]
    return {file.as_posix(): Path(str(file.locate())).read_bytes() for file in found}


def _fetch(registry: Registry, pin: tuple[str, str], folder: Path, cache: Path) -> None:
    """Put a package's archives into a folder."""
    name, version = pin
    if registry == "python":
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
        command += ["--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
        _run([*command, f"{name}=={version}"], pin, folder)
    elif registry == "npm":
        _run(["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"], pin, folder)
    else:
        apt = _apt(cache / "apt", pin)
        source = ["source", "--tar-only", "--only-source"]
        wanted = source if registry == "debian" else ["download"]
        _run([*apt, *wanted, f"{name}={version}"], pin, folder)
        for archive in folder.glob("*.deb"):
            with archive.with_suffix(".tar").open("wb") as tar:
                command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
                subprocess.run(command, check=True, stdout=tar)


def _run(command: Sequence[str], pin: tuple[str, str], folder: Path) -> str:
    try:
        ran = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    except FileNotFoundError as error:
        reason = f"there is no {command[0]}"
        raise PackageError(f"{'=='.join(pin)} cannot be downloaded: {reason}") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().rpartition("\n")[2]
        raise PackageError(f"{'=='.join(pin)} cannot be downloaded: {reason}") from error
    return ran.stdout


def _apt(root: Path, pin: tuple[str, str]) -> list[str]:
    """Return a command of apt that knows the sources of SUITES where this machine's own lists say
    that Debian is, and touches nothing of the machine's. The lists are read once.
    """
    listed = root / "debian.list"
    options = {
        "Dir::Etc::SourceList": listed,
        "Dir::Etc::SourceParts": os.devnull,
        "Dir::State::Lists": root / "lists",
        "Dir::Cache": root / "cache",
        "APT::Sandbox::User": "root",
    }
    command = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    if not listed.exists():
        (root / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        fields = "$(CREATED_BY) $(LABEL) $(REPO_URI)"
        known = _run(["apt-get", "indextargets", "--format", fields], pin, root)
        mirror = re.search(r"^Packages Debian (\S+)$", known, re.MULTILINE)
        if mirror is None:
            reason = "apt knows of no Debian here"
            raise PackageError(f"{'=='.join(pin)} cannot be downloaded: {reason}")
        keys = f"[signed-by={_KEYS}] " if _KEYS.exists() else ""
        kinds = ("deb", "deb-src")
        lines = [f"{kind} {keys}{mirror[1]} {suite} main\n" for kind in kinds for suite in SUITES]
        partial = listed.with_suffix(".new")
        partial.write_text("".join(lines), encoding="utf-8")
        _run([*command, f"-oDir::Etc::SourceList={partial}", "update"], pin, root)
        partial.rename(listed)
    return command


def _unpack(folder: Path, endings: Sequence[str]) -> Path:
    """Unpack what ends so of a folder's archives, and return where that is."""
    unpacked = folder / "unpacked"
    unpacked.mkdir()
    for archive in sorted(folder.iterdir()):
        for name, content in _members(archive, endings):
            path = unpacked / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return unpacked


def _members(archive: Path, endings: Sequence[str]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield the files of an archive by their paths in it; those of a source archive by their paths
    in its one folder.
    """
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                path = PurePosixPath(name)
                if path.suffix in endings and ".." not in path.parts and not name.endswith("/"):
                    yield path, wheel.read(name)
    elif re.search(r"(?<!\.debian)\.(tgz|tar(\.\w+)?)$", archive.name):
        with tarfile.open(archive) as opened:
            for member in opened:
                path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
                stream = opened.extractfile(member) if member.isfile() else None
                if stream and path.suffix in endings and ".." not in path.parts:
                    yield path, stream.read()
