"""Pull a model: fetch its GGUF, verify it, have it converted, put it in its place.

This runs in a process of its own, at the person's wish, and never inside the language server.
Conversion itself is a parameter: it fills an empty folder and writes model.json last.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

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
from inkling.models.progress import Report


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
) -> Path:
    """Install a model and return its folder; one that is there and whole is left as it is.

    `source` is a GGUF on this machine to use instead of a download.
    Raises DigestMismatch if it is not the catalog's, DownloadFailed if nothing could be fetched,
    NotEnoughSpace before any work is done, CacheBusy during another pull.
    """
    with store.locked(root):
        with suppress(ModelNotFound, ModelDamaged):
            return store.find(entry, root)
        store.discard(entry, root)
        kept = store.kept_download(entry, root)
        gguf_bytes = 0 if source or kept.exists() else entry.gguf.bytes
        # The wheels that the GGUF may come in are gone before conversion starts, and are smaller.
        peak = gguf_bytes + entry.onnx_bytes
        store.check_space(entry, root, peak)
        report.say(
            f"{entry.title} ({entry.licence}) needs {store.gigabytes(peak)} of {root} while it is "
            f"made, {store.gigabytes(entry.onnx_bytes)} afterwards"
        )
        with store.work_folder(entry, root) as work:
            gguf = _verified(source, entry) if source else _obtain(entry, kept, work, report)
            made = work / "model"
            made.mkdir()
            convert(gguf, made, entry=entry, progress=report.progress)
            home = store.install(made, entry, root)
        kept.unlink(missing_ok=True)
    return home


def _verified(source: Path, entry: CatalogEntry) -> Path:
    if not source.is_file():
        raise ModelError(f"there is no file {source}")
    sources.verify(source, entry.gguf)
    return source


def _obtain(entry: CatalogEntry, kept: Path, work: Path, report: Report) -> Path:
    """Return the verified GGUF, which stays until its conversion is done."""
    if kept.exists():
        with suppress(DigestMismatch):
            sources.verify(kept, entry.gguf)
            report.say("the download of an earlier pull is used")
            return kept
        kept.unlink()
    failures = []
    for source in entry.sources:
        where = sources.describe(source)
        stage = f"downloading {entry.gguf.bytes / 1e6:.0f} MB from {where}"
        try:
            with TemporaryDirectory(dir=work) as folder:
                progress = partial(report.progress, stage, size=entry.gguf.bytes)
                path = sources.fetch(source, entry.gguf, Path(folder), progress)
                sources.verify(path, entry.gguf)
                return path.replace(kept)
        except (SourceUnavailable, DigestMismatch) as error:
            failures.append(f"{where}: {error}")
            report.say(f"nothing from {failures[-1]}")
    raise DownloadFailed(
        f"{entry.name} could not be downloaded:\n  "
        + "\n  ".join(failures)
        + f"\nTry again with a connection; or bring {entry.gguf.file} from another machine and run "
        f"`inkling model pull {entry.name} --from FILE`"
    )
