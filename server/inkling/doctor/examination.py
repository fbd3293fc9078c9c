"""All checks, in the order in which one explains the next."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from inkling import serving
from inkling.doctor import machine, model, software, speed
from inkling.doctor.check import Check
from inkling.doctor.sharing import sharing
from inkling.engine import meeting
from inkling.models.catalog import CatalogEntry
from inkling.options import Config


def examine(entry: CatalogEntry, root: Path, asking: str | None) -> Iterator[Check]:
    """Look at everything that serving the model takes; `asking` is a client's NAME/VERSION."""
    yield software.server()
    yield software.client(asking)
    yield software.python()
    yield software.onnxruntime()
    yield machine.processor()
    yield machine.memory(entry.onnx_bytes)
    yield model.cache(entry, root)
    yield model.model(entry, root)
    yield sharing(meeting.folder(root))
    if model.is_whole(entry, root):
        # A place is asked about again and again, and each time a pass is to be timed.
        start = partial(serving.start, root=root, without=["recall"])
        yield from speed.checks(start, Config(model=entry.name))
    else:
        yield from speed.skipped("there is no model to run")
