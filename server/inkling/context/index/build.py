"""Brings what is kept of folders up to date with their files, and ends.

A process of its own, which gives way to all others: what reading thousands of files leaves behind
in memory goes with it, and a file that ends it ends nothing else.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from inkling.context.index import extract, wire
from inkling.context.index.roots import Root, Stamp, admitted, path_of, privacy_of, read, stamp_of
from inkling.context.index.store import FAILURES, Store, place, sweep
from inkling.context.index.symbols import Symbols
from inkling.engine.wire import read_body
from inkling.languages import registry

_NICE: Final = 15
"""How much it gives way, on the scale of nice(1)."""

_KEEP_S: Final = 0.5
"""How often what was found is kept, and so seen."""

_ALL_AT_ONCE_MS: Final = 1e3


def roots_of(configured: wire.Configure) -> list[Root]:
    """The folders that may be looked through; of those in one another the outer one."""
    bars = privacy_of(configured.exclude, configured.folders).bars
    paths = [path_of(uri) for uri in configured.folders]
    found = {root for path in paths if path and (root := admitted(Path(path)))}
    outer = [path for path in found if not found & set(path.parents)]
    return [Root(path, bars) for path in sorted(outer)]


def command(cache: Path) -> list[str]:
    """The command line of the process, which reads one `Configure` from its standard input."""
    return [sys.executable, "-P", "-m", "inkling.context.index.build", str(cache)]


def language_of(path: str) -> str | None:
    """The languageId of a file that something can be told of."""
    found = registry.id_of(PurePath(path).name)
    return found if extract.indexed(found) else None


def bring_up_to_date(store: Store, root: Root, going_on: Callable[[], bool] = lambda: True) -> None:
    """Make a store say what the folder's files do, for as long as it is `going_on`."""
    known = dict(store.stamps())
    read: list[_Read] = []
    kept = time.monotonic()
    for path, stamp in root.files():
        if not going_on():
            return
        language = language_of(path)
        if language is None or known.pop(path, None) == stamp:
            continue
        # It may have changed since the stamp; then it is read again the next time.
        read.append(_Read(path, language, stamp, _said(path, language)))
        if time.monotonic() - kept > _KEEP_S:
            _keep(store, read, ())
            read, kept = [], time.monotonic()
    _keep(store, read, known)


def take(store: Store, root: Root, path: str) -> None:
    """Make a store say what one file does, which may be gone or barred."""
    language = language_of(path)
    stamp = stamp_of(path) if language is not None and root.admits(path) else None
    if language is None or stamp is None:
        store.drop(path)
    elif store.stamp(path) != stamp:
        _put(store, _Read(path, language, stamp, _said(path, language)))
    store.keep()


class _Read(NamedTuple):
    """What a file in a certain state says, None if it says nothing."""

    path: str
    language: str
    stamp: Stamp
    said: Symbols | None


def _keep(store: Store, read: Iterable[_Read], gone: Iterable[str]) -> None:
    """Keep what was read all at once: meanwhile nobody else writes."""
    for one in read:
        _put(store, one)
    for path in gone:
        store.drop(path)
    store.keep()


def _put(store: Store, read: _Read) -> None:
    # What says nothing is noted as well: it is not read again.
    said = read.said or Symbols([], [])
    store.put(read.path, registry.family_of(read.language), read.stamp, said)


def _said(path: str, language: str) -> Symbols | None:
    text = read(path)
    if text is None:
        return None
    slices = extract.reading(text, language, _ALL_AT_ONCE_MS)
    while True:
        try:
            next(slices)
        except StopIteration as end:
            said: Symbols | None = end.value
            return said


def main(arguments: Sequence[str]) -> None:
    """Read the folders from standard input, bring them up to date, and end."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    cache, parent = Path(arguments[0]), os.getppid()
    body = read_body(sys.stdin.buffer)
    configured = wire.decode_to_index(body) if body is not None else None
    if not isinstance(configured, wire.Configure):
        return
    for root in roots_of(configured):
        try:
            store = Store(place(cache, root.path))
            if not store.whole:
                store.begin_anew()
            # Nobody is left to ask: what is missing is found the next time.
            bring_up_to_date(store, root, lambda: os.getppid() == parent)
            store.close()
        except FAILURES as error:
            print(f"inkling index: not kept: {type(error).__name__}", file=sys.stderr)
    sweep(cache)


if __name__ == "__main__":
    main(sys.argv[1:])
