"""Pull a model: fetch its GGUF, verify it, have it converted, put it in its place.

This runs in a process of its own, at the person's wish, and never inside the language server.
Conversion itself is a parameter: it fills an empty folder and writes model.json last.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from inkling.errors import (
    DigestMismatch,
    DownloadFailed,
    ModelDamaged,
    ModelError,
    ModelNotFound,
    SourceUnavailable,
)
from inkling.models import sources, store
from inkling.models.catalog import CatalogEntry
from inkling.models.progress import Noted, Report

_WAITING: Final = "waiting for another process that changes the cache"


class Convert(Protocol):
    """Makes a model out of a GGUF."""

    def __call__(
        self,
        gguf: Path,
        out: Path,
        /,
        *,
        entry: CatalogEntry,
        progress: Callable[[str, float], None],
    ) -> None:
        """Fill the empty folder `out`; `progress` is told a stage and the fraction done of it."""


def pull(
    entry: CatalogEntry,
    *,
    root: Path,
    convert: Convert,
    report: Report,
    source: Path | None = None,
    keep: bool = False,
) -> Path:
    """Install a model and return its folder; one that is there and current is left as it is.

    One that is there and not current serves until the new one takes its place. `source` is a GGUF
    on this machine to use instead of a download; what is downloaded stays if it is to be kept.
    Beside another process that changes the cache this waits, and tells how far that one is.
    Raises DigestMismatch if the GGUF is not the catalog's, DownloadFailed if nothing could be
    fetched, NotEnoughSpace before any work is done.
    """

    def waiting() -> None:
        report.progress(_WAITING, store.noted(root))

    with store.locked(root, waiting):
        report = Noted(report, store.note(root))
        try:
            found = store.look(entry, root)
        except ModelNotFound:
            pass
        except ModelDamaged:
            store.discard(entry, root)
        else:
            if found.current:
                return found.folder
        gguf_bytes = 0 if source else store.download_bytes(entry, root)
        # The wheels that the GGUF may come in are gone before conversion starts, and are smaller.
        peak = gguf_bytes + entry.making_bytes
        store.check_space(entry, root, peak)
        report.say(
            f"{entry.title} ({entry.licence}) needs {store.gigabytes(peak)} of {root} while it is "
            f"made, {store.gigabytes(entry.onnx_bytes)} afterwards"
        )
        with store.work_folder(entry, root) as work:
            gguf = _verified(source, entry) if source else _obtain(entry, root, work, report)
            made = work / "model"
            made.mkdir()
            convert(gguf, made, entry=entry, progress=report.progress)
            home = store.install(made, entry, root)
        pending = store.pending_download(entry, root)
        if keep and pending.exists():
            pending.replace(store.kept_download(entry, root))
        pending.unlink(missing_ok=True)
    return home


def _verified(source: Path, entry: CatalogEntry) -> Path:
    if not source.is_file():
        raise ModelError(f"there is no file {source}")
    sources.verify(source, entry.gguf)
    return source


def _obtain(entry: CatalogEntry, root: Path, work: Path, report: Report) -> Path:
    """Return the verified GGUF, which stays until its conversion is done."""
    pending = store.pending_download(entry, root)
    for path in (store.kept_download(entry, root), pending):
        if path.exists():
            with suppress(DigestMismatch):
                sources.verify(path, entry.gguf)
                report.say("the download of an earlier pull is used")
                return path
            path.unlink()
    failures = []
    for source in entry.sources:
        where = sources.describe(source)
        stage = f"downloading {entry.gguf.bytes / 1e6:.0f} MB from {where}"
        try:
            with TemporaryDirectory(dir=work) as folder:
                progress = partial(report.progress, stage, size=entry.gguf.bytes)
                path = sources.fetch(source, entry.gguf, Path(folder), progress)
                sources.verify(path, entry.gguf)
                return path.replace(pending)
        except (SourceUnavailable, DigestMismatch) as error:
            failures.append(f"{where}: {error}")
            report.say(f"nothing from {failures[-1]}")
    raise DownloadFailed(
        f"{entry.name} could not be downloaded:\n  "
        + "\n  ".join(failures)
        + f"\nTry again with a connection; or bring {entry.gguf.file} from another machine and run "
        f"`inkling model pull {entry.name} --from FILE`"
    )
