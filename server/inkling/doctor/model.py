"""What is on the disk: the cache's folder, and the model in it."""

import os
import shutil
from pathlib import Path

from inkling.doctor.check import Check
from inkling.errors import ModelDamaged, ModelNotFound
from inkling.models import store
from inkling.models.catalog import CatalogEntry


def cache(entry: CatalogEntry, root: Path) -> Check:
    """Whether a model can be put into the cache; one that is there needs no more room."""
    folder = next((path for path in (root, *root.parents) if path.exists()), root)
    elsewhere = "set INKLING_CACHE to a folder where you may write"
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return Check("cache", "error", f"{root} cannot be written", elsewhere)
    free = shutil.disk_usage(folder).free
    needed = 0 if is_whole(entry, root) else entry.gguf.bytes + entry.making_bytes
    found = f"{root}, {store.gigabytes(free)} free"
    if free < needed:
        advice = f"make room for {store.gigabytes(needed)} there, or {elsewhere}"
        return Check("cache", "error", found, advice)
    return Check("cache", "ok", found)


def model(entry: CatalogEntry, root: Path) -> Check:
    """Whether the model is there, whole, and what the catalog names."""
    pull = f"`inkling model pull {entry.name}`"
    try:
        found = store.look(entry, root)
    except ModelNotFound:
        return Check("model", "error", f"{entry.name} is not installed", f"run {pull}")
    except ModelDamaged as error:
        return Check("model", "error", str(error).partition("; run")[0], f"run {pull}")
    has = f"{entry.name}, {store.gigabytes(found.size)}"
    if not found.current:
        download = store.gigabytes(store.download_bytes(entry, root))
        advice = f"run {pull}, which downloads {download}; this one serves until then"
        return Check("model", "warning", f"{has}; there is a newer make of it", advice)
    made_from = f"made from {entry.gguf.file} with SHA-256 {entry.gguf.sha256[:12]}…"
    return Check("model", "ok", f"{has}, {made_from}")


def is_whole(entry: CatalogEntry, root: Path) -> bool:
    """Whether an engine may be started with the model."""
    return model(entry, root).verdict != "error"
