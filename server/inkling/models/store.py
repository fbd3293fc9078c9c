"""Models on disk: where they are and whether they can be believed.

    ROOT/models/NAME/                 a whole model: model.json and the files it lists
    ROOT/models/.NAME.PID.partial/    a pull at work; whatever it leaves behind is swept away
    ROOT/models/.NAME.gguf            a verified download whose conversion did not finish
    ROOT/models/NAME.gguf             one that the person asked to keep
    ROOT/models/.lock                 held by the process that changes the cache
    ROOT/models/.progress             how many percent of its pull that process has done

A model comes into its folder by one rename, so that a killed pull is never believed.
How a model is made is not known here: of model.json only its files, its format and the digests of
what it was made of are read.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import platformdirs

from inkling.engine.manifest import FORMAT, READABLE
from inkling.errors import CacheBusy, ModelDamaged, ModelNotFound, NotEnoughSpace
from inkling.models.catalog import Catalog, CatalogEntry

_LOOK_AGAIN_SECONDS: Final = 0.2
"""How soon the end of another process's change is seen."""


class _Manifest(msgspec.Struct, frozen=True):
    """The part of model.json that says whether the folder is whole, and of what it was made.

    `files` maps names to bytes.
    """

    format: int
    source_sha256: str
    files: dict[str, int]
    adapter_sha256: str | None = None
    head_sha256: str | None = None

    def is_made_as(self, entry: CatalogEntry) -> bool:
        """Whether a pull would make the same of it today."""
        made_of = (self.source_sha256, self.adapter_sha256, self.head_sha256)
        today = (entry.gguf.sha256, entry.adapter_sha256, entry.head_sha256)
        return (self.format, made_of) == (FORMAT, today)


@dataclass(frozen=True, slots=True)
class Installed:
    """A whole model, of `size` bytes. One that is not `current` serves, but a pull makes another.

    `made_ns` is the time when it was made: another model has another one.
    """

    folder: Path
    size: int
    current: bool
    made_ns: int


def cache_root(option: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the cache's folder: `option`, else INKLING_CACHE, else the user's cache folder."""
    chosen = (
        option or environ.get("INKLING_CACHE") or platformdirs.user_cache_path("inkling", False)
    )
    return Path(chosen).expanduser().absolute()


def find(entry: CatalogEntry, root: Path) -> Path:
    """Return the folder of an installed model, current or not. Raises what `look` raises."""
    return look(entry, root).folder


def look(entry: CatalogEntry, root: Path) -> Installed:
    """Return what is installed.

    Raises ModelNotFound if there is none, ModelDamaged if it is not whole or of a format that this
    version cannot read.
    """
    folder = _home(entry, root)
    if not folder.exists():
        raise ModelNotFound(f"{entry.name} is not in {root}; run `inkling model pull {entry.name}`")
    return _check(folder, entry)


def _check(folder: Path, entry: CatalogEntry) -> Installed:
    """Return what is in `folder`. Raises ModelDamaged.

    Contents are not read again, only sizes: a pull verified them.
    """
    advice = f"; run `inkling model pull {entry.name}` to make it again"
    file = folder / "model.json"
    try:
        raw, made_ns = file.read_bytes(), file.stat().st_mtime_ns
        found = msgspec.json.decode(raw, type=_Manifest)
        sizes = {name: (folder / name).stat().st_size for name in found.files}
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise ModelDamaged(f"{folder} is not a whole model ({error}){advice}") from error
    if found.format not in READABLE:
        raise ModelDamaged(f"{folder} has format {found.format}, not {FORMAT}{advice}")
    for name, size in sizes.items():
        if size != found.files[name]:
            raise ModelDamaged(
                f"{folder / name} has {size} bytes instead of {found.files[name]}{advice}"
            )
    return Installed(folder, len(raw) + sum(sizes.values()), found.is_made_as(entry), made_ns)


def list_models(catalog: Catalog, root: Path) -> list[tuple[CatalogEntry, Installed | None]]:
    """Return each known model with what is on disk, None if it is not there or damaged."""

    def found(entry: CatalogEntry) -> Installed | None:
        try:
            return look(entry, root)
        except (ModelNotFound, ModelDamaged):
            return None

    return [(entry, found(entry)) for entry in catalog.models]


def remove(entry: CatalogEntry, root: Path) -> None:
    """Delete the model, damaged or not, and any download of it.

    Raises ModelNotFound if there is nothing, CacheBusy while another process changes the cache.
    """
    downloads = (pending_download(entry, root), kept_download(entry, root))
    if not any(path.exists() for path in (_home(entry, root), *downloads)):
        raise ModelNotFound(f"{entry.name} is not in {root}: there is nothing to remove")
    with locked(root):
        for path in downloads:
            path.unlink(missing_ok=True)
        discard(entry, root)


@contextmanager
def locked(root: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the cache's lock, which ends with the process, and sweep away what killed pulls left.

    If another process holds it, this waits and calls `waiting` again and again; without that it
    raises CacheBusy.
    """
    models = root / "models"
    models.mkdir(parents=True, exist_ok=True)
    with (models / ".lock").open("a") as file:
        while not _locks(file.fileno()):
            if waiting is None:
                raise CacheBusy(
                    f"another process is changing {root}; wait until it has finished, then try "
                    "again"
                )
            waiting()
            time.sleep(_LOOK_AGAIN_SECONDS)
        for leftover in models.glob(".*.partial"):
            shutil.rmtree(leftover, ignore_errors=True)
        note(root).unlink(missing_ok=True)
        try:
            yield
        finally:
            note(root).unlink(missing_ok=True)


def is_locked(root: Path) -> bool:
    """Whether another process is changing the cache."""
    try:
        with (root / "models" / ".lock").open("a") as file:
            return not _locks(file.fileno())  # closing the file lets go of it again
    except OSError:
        return False


@contextmanager
def work_folder(entry: CatalogEntry, root: Path) -> Iterator[Path]:
    """Give an empty folder on the cache's filesystem and delete it afterwards."""
    folder = _partial(entry, root)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def install(made: Path, entry: CatalogEntry, root: Path) -> Path:
    """Move a whole model out of its work folder into its place and return that.

    One that was there gives way; whoever reads its files goes on reading them.
    Raises ModelDamaged if it is not whole.
    """
    _check(made, entry)
    home = _home(entry, root)
    replaced = made.with_name("replaced")
    with suppress(FileNotFoundError):
        home.replace(replaced)
    made.replace(home)
    return home


def discard(entry: CatalogEntry, root: Path) -> None:
    """Delete the model's folder if it is there, with one rename first: half of it is no model."""
    folder = _home(entry, root)
    if folder.exists():
        with work_folder(entry, root) as work:
            folder.replace(work / "discarded")


def note(root: Path) -> Path:
    """Return where the process that holds the lock notes how far it is."""
    return root / "models" / ".progress"


def noted(root: Path) -> float:
    """Return what is noted there, from 0 to 1; 0 where nothing is."""
    try:
        return int(note(root).read_text("ascii")) / 100
    except (OSError, ValueError):
        return 0.0


def pulled(root: Path) -> float | None:
    """Return how far the pull of another process is, from 0 to 1; None where none is at work."""
    return noted(root) if note(root).exists() and is_locked(root) else None


def pending_download(entry: CatalogEntry, root: Path) -> Path:
    """Return where a verified GGUF waits for its conversion."""
    return root / "models" / f".{entry.name}.gguf"


def kept_download(entry: CatalogEntry, root: Path) -> Path:
    """Return where a GGUF stays if the person wants that."""
    return root / "models" / f"{entry.name}.gguf"


def download_bytes(entry: CatalogEntry, root: Path) -> int:
    """Return how many bytes a pull has to download: 0 if the GGUF is here."""
    for path in (kept_download(entry, root), pending_download(entry, root)):
        with suppress(OSError):
            if path.stat().st_size == entry.gguf.bytes:
                return 0
    return entry.gguf.bytes


def check_space(entry: CatalogEntry, root: Path, needed: int) -> None:
    """Raise NotEnoughSpace unless `needed` bytes are free on the disk of the existing `root`."""
    free = shutil.disk_usage(root).free
    if free < needed:
        raise NotEnoughSpace(
            f"{entry.name} needs {gigabytes(needed)} while it is made, and {root} has only "
            f"{gigabytes(free)} free; make room there, or set INKLING_CACHE to a folder elsewhere"
        )


def gigabytes(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 1e9:.1f} GB"


def _home(entry: CatalogEntry, root: Path) -> Path:
    return root / "models" / entry.name


def _partial(entry: CatalogEntry, root: Path) -> Path:
    # The process id keeps clear of a killed pull's folder that its downloader may still write to.
    return root / "models" / f".{entry.name}.{os.getpid()}.partial"


def _locks(descriptor: int) -> bool:
    try:
        _lock(descriptor)
    except OSError:
        return False
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
