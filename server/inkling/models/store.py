"""Models on disk: where they are and whether they can be believed.

    ROOT/models/NAME/                 a whole model: model.json and the files it lists
    ROOT/models/.NAME.PID.partial/    a pull at work; whatever it leaves behind is swept away
    ROOT/models/.NAME.gguf            a verified download whose conversion did not finish
    ROOT/models/.lock                 held by the process that changes the cache

A model comes into its folder by one rename, so that a killed pull is never believed.
How a model is made is not known here: of model.json only `format`, `source_sha256` and `files`
are read.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
import platformdirs

from inkling.engine.manifest import FORMAT
from inkling.errors import CacheBusy, ModelDamaged, ModelNotFound, NotEnoughSpace
from inkling.models.catalog import Catalog, CatalogEntry


class _Manifest(msgspec.Struct, frozen=True):
    """The part of model.json that says whether the folder is whole; `files` maps names to bytes."""

    format: int
    source_sha256: str
    files: dict[str, int]


def cache_root(option: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the cache's folder: `option`, else INKLING_CACHE, else the user's cache folder."""
    chosen = (
        option or environ.get("INKLING_CACHE") or platformdirs.user_cache_path("inkling", False)
    )
    return Path(chosen).expanduser().absolute()


def find(entry: CatalogEntry, root: Path) -> Path:
    """Return the folder of an installed model.

    Raises ModelNotFound if there is none, ModelDamaged if it is not whole or not of today's format.
    """
    folder = _home(entry, root)
    if not folder.exists():
        raise ModelNotFound(f"{entry.name} is not in {root}; run `inkling model pull {entry.name}`")
    check(folder, entry)
    return folder


def check(folder: Path, entry: CatalogEntry) -> int:
    """Return the size in bytes of the whole model in `folder`.

    Contents are not read again, only sizes: a pull verified them. Raises ModelDamaged.
    """
    advice = f"; run `inkling model pull {entry.name}` to make it again"
    try:
        raw = (folder / "model.json").read_bytes()
        found = msgspec.json.decode(raw, type=_Manifest)
        sizes = {name: (folder / name).stat().st_size for name in found.files}
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise ModelDamaged(f"{folder} is not a whole model ({error}){advice}") from error
    if found.format != FORMAT:
        raise ModelDamaged(f"{folder} has format {found.format}, not {FORMAT}{advice}")
    if found.source_sha256 != entry.gguf.sha256:
        raise ModelDamaged(f"{folder} was made from another GGUF than the catalog's{advice}")
    for name, size in sizes.items():
        if size != found.files[name]:
            raise ModelDamaged(
                f"{folder / name} has {size} bytes instead of {found.files[name]}{advice}"
            )
    return len(raw) + sum(sizes.values())


def list_models(catalog: Catalog, root: Path) -> list[tuple[CatalogEntry, int | None]]:
    """Return each known model with its bytes on disk, None if it is not there or damaged."""

    def size(entry: CatalogEntry) -> int | None:
        try:
            return check(find(entry, root), entry)
        except (ModelNotFound, ModelDamaged):
            return None

    return [(entry, size(entry)) for entry in catalog.models]


def remove(entry: CatalogEntry, root: Path) -> None:
    """Delete the model, damaged or not, and any download kept for it.

    Raises ModelNotFound if there is neither, CacheBusy while another process changes the cache.
    """
    kept = kept_download(entry, root)
    if not (_home(entry, root).exists() or kept.exists()):
        raise ModelNotFound(f"{entry.name} is not in {root}: there is nothing to remove")
    with locked(root):
        kept.unlink(missing_ok=True)
        discard(entry, root)


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the cache's lock, which ends with the process, and sweep away what killed pulls left.

    Raises CacheBusy if another process holds it.
    """
    models = root / "models"
    models.mkdir(parents=True, exist_ok=True)
    with (models / ".lock").open("a") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise CacheBusy(
                f"another process is changing {root}; wait until it has finished, then try again"
            ) from error
        for leftover in models.glob(".*.partial"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


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
    """Move a whole model into its place and return that. Raises ModelDamaged if it is not whole."""
    check(made, entry)
    home = _home(entry, root)
    made.replace(home)
    return home


def discard(entry: CatalogEntry, root: Path) -> None:
    """Delete the model's folder if it is there, with one rename first: half of it is no model."""
    folder = _home(entry, root)
    if folder.exists():
        with work_folder(entry, root) as work:
            folder.replace(work / "discarded")


def kept_download(entry: CatalogEntry, root: Path) -> Path:
    """Return where a verified GGUF waits for its conversion."""
    return root / "models" / f".{entry.name}.gguf"


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


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
