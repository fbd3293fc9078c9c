"""The process that keeps the index: it answers what names mean, and reads what changes.

Questions come first, then open documents, then changed files; whole folders are read by `build`, in
a process beside this one. It ends when its input does.
"""

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePath
from typing import BinaryIO, Final

import msgspec

from inkling.context.index import build, edited, extract, similar, wire
from inkling.context.index.lookup import Lookup
from inkling.context.index.roots import Root, Stamp, path_of, privacy_of, read, uri_of, ways_to
from inkling.context.index.rules import GIT_IGNORE, OWN_IGNORE
from inkling.context.index.store import FAILURES, Store, is_damage, place
from inkling.context.index.symbols import Part, Symbols
from inkling.context.privacy import Privacy
from inkling.context.secrets import masked
from inkling.engine.wire import MalformedError, frame, read_body
from inkling.languages import registry
from inkling.text.buffers import line_feeds

_NICE: Final = 5

_SLICE_MS: Final = 5.0
"""So much a question may have to wait for."""

_REST_S: Final = 0.5
"""A document that is being typed in is read once nothing was typed for so long."""

_AGAIN_S: Final = 10.0
"""After so long a folder's database is tried again that could not be had, as where another window
writes to it for long."""

_LOOK_S: Final = 0.1
"""How often is looked whether a folder has been read."""

_MANY: Final = 200
"""More changed files than that are found by going through the folder."""

_PURGED_AT_ONCE: Final = 20
"""Files: each takes a tenth of a millisecond to be judged."""

_EDITED: Final = 0.6
"""Of what may be shown of other files so much may be what was changed lately."""

_COMPARED: Final = 24
"""Files that are looked into for what is alike, those at work on first."""
_COMPARED_CHARACTERS: Final = 400_000
"""So much takes some 50 ms."""

Send = Callable[[wire.FromIndex], None]
Work = Generator[None, None, None]

_masked: Final = lru_cache(maxsize=4)(masked)
"""Of whole texts: what gives a secret away may stand lines above it. 100 kB take some 70 ms, and
one is asked for again and again."""


class Host:
    """The index of one window."""

    def __init__(self, cache: Path, send: Send) -> None:
        self._cache = cache
        self._send = send
        self._configured = wire.Configure([], [])
        self._privacy = Privacy()
        self._roots: list[Root] = []
        self._kept: dict[Path, Store] = {}
        self._unpurged: list[Root] = []
        self._put_off: list[tuple[float, Root]] = []
        """Folders whose database could not be had, and when that is tried again."""
        self._documents = Store()
        self._open = dict[str, wire.Document]()
        self._recent: dict[str, None] = {}
        """Files that were at work on, the latest last."""
        self._told_of = set[str]()
        """Files of which other documents were told anything, and that were not ruled out since."""
        self._waiting: dict[str, tuple[float, wire.Document]] = {}
        self._changed: dict[str, None] = {}
        self._work: Work | None = None
        self._building: subprocess.Popen[bytes] | None = None
        self._build_again = False
        self._told = wire.Settled(settled=False, files=0)  # so it is taken to be at first

    def take(self, message: wire.ToIndex) -> None:
        """Take a message; a question is answered at once."""
        match message:
            case wire.Find():
                self._answer(message)
            case wire.Resembling():
                self._resemble(message)
            case wire.Document():
                self._opened(message)
            case wire.Closed():
                self._closed(message.uri)
            case wire.Changed():
                self._heard(message.uris)
            case wire.Configure():
                self._configure(message)
        self._tell()

    @property
    def wait_s(self) -> float | None:
        """For how long there is nothing to do; None until a message comes."""
        if self._work is not None or self._unpurged or self._changed:
            return 0.0
        due = [at for at, _ in (*self._waiting.values(), *self._put_off)]
        soonest = max(min(due) - time.monotonic(), 0.0) if due else None
        if self._building is None:
            return soonest
        return _LOOK_S if soonest is None else min(soonest, _LOOK_S)

    def work_on(self) -> None:
        """Do a little of what there is to do."""
        self._look_after_build()
        if self._work is None:
            self._work = self._next()
        if self._work is not None:
            try:
                next(self._work)
            except StopIteration:
                self._work = None
            except FAILURES as error:
                self._work = None
                self._lost(error)
        self._tell()

    def close(self) -> None:
        """End what runs beside it, and let go of what is kept."""
        self._stop_building()
        for store in (self._documents, *self._kept.values()):
            store.close()

    def _stop_building(self) -> None:
        if self._building is not None:
            self._building.kill()
            self._building.wait()
            self._building = None
        self._build_again = False

    def _answer(self, asked: wire.Find) -> None:
        path = path_of(asked.uri) or asked.uri
        look = Lookup(self._documents, list(self._kept.values()))
        try:
            found = look.find(
                asked.names, path, asked.language, asked.each, asked.members, asked.modules
            )
        except FAILURES as error:
            found = []
            self._lost(error)
        self._told_of |= {one.path for one in found} - {path}
        self._send(wire.Answer(asked.id, found))

    def _resemble(self, asked: wire.Resembling) -> None:
        path = path_of(asked.uri) or asked.uri
        found = edited.parts(self._edits(path, asked), int(_EDITED * asked.characters))
        left = asked.characters - sum(len(one.text) for one in found)
        try:
            sources = self._sources(path, asked)
            found += similar.parts(asked.near, sources, asked.most, left, _masked)
        except FAILURES as error:
            self._lost(error)
        # A part may look like a secret where the whole does not: half of a key is chance.
        known = [Part(one.path, one.line, masked(one.text)) for one in found]
        self._told_of |= {one.path for one in found} - {path}
        self._send(wire.Parts(asked.id, known))

    def _edits(self, path: str, asked: wire.Resembling) -> Iterator[Part]:
        """What was changed lately in open documents of its languages, the latest first; of the
        document itself what is not seen.
        """
        family = registry.family_of(asked.language)
        for other in reversed(self._recent):
            document = self._open.get(other)
            if document is None or registry.family_of(document.language) != family:
                continue
            if other != path and not self._known_elsewhere(other):
                continue
            edits = [
                (begin, end)
                for begin, end in reversed(document.edits)
                if other != path or end <= asked.begin or begin >= asked.end
            ]
            lines = _masked(document.text).split("\n") if edits else []
            for begin, end in edits:
                yield Part(other, begin, "\n".join(lines[begin:end]))

    def _sources(self, path: str, asked: wire.Resembling) -> Iterator[similar.Source]:
        """The document itself, and other files of its languages: those at work on, then those that
        it imports and those beside it, as far as time allows.
        """
        left = _COMPARED_CHARACTERS
        if path in self._open:
            text = self._open[path].text
            left -= len(text)
            yield similar.Source(path, text, asked.begin, asked.end)
        look = Lookup(self._documents, list(self._kept.values()))
        around = look.around(path, asked.language)
        family = registry.family_of(asked.language)
        for other in list(dict.fromkeys((*reversed(self._recent), *around)))[:_COMPARED]:
            if other == path or not self._known_elsewhere(other):
                continue
            document = self._open.get(other)
            language = document.language if document else registry.id_of(PurePath(other).name)
            if registry.family_of(language) != family:
                continue
            text = document.text if document else line_feeds(read(other) or "")
            left -= len(text)
            if left < 0:
                return
            yield similar.Source(other, text)

    def _opened(self, document: wire.Document) -> None:
        path = path_of(document.uri)
        for other in self._opened_as(document.uri):
            if other != path:
                self._forget(other)
        if path is None or self._barred(path, document):
            return
        known = path in self._open
        document = msgspec.structs.replace(document, text=line_feeds(document.text))
        self._open[path] = document
        self._recent.pop(path, None)
        self._recent[path] = None
        while len(self._recent) > _COMPARED:
            del self._recent[next(iter(self._recent))]
        due = time.monotonic() + (_REST_S if known else 0.0)
        self._waiting[path] = (due, document)

    def _closed(self, uri: str) -> None:
        for path in {*self._opened_as(uri), *filter(None, [path_of(uri)])}:
            self._forget(path)
            self._changed[path] = None  # it may have been saved meanwhile

    def _opened_as(self, uri: str) -> list[str]:
        """The path that an open document is known by: links may lead elsewhere by now."""
        return [path for path, document in self._open.items() if document.uri == uri]

    def _forget(self, path: str) -> None:
        self._open.pop(path, None)
        self._waiting.pop(path, None)
        self._documents.drop(path)
        self._documents.keep()

    def _heard(self, uris: list[str]) -> None:
        # By each way: where a link has taken a folder's place, what was known there is no more.
        paths = list(dict.fromkeys(way for uri in uris for way in ways_to(uri)))
        if any(PurePath(path).name in (GIT_IGNORE, OWN_IGNORE) for path in paths):
            self._configure(self._configured)
            return
        # Of a folder that is gone nothing tells which files were in it.
        folders = (path for path in paths if build.language_of(path) is None)
        if len(paths) > _MANY or not all(map(os.path.isfile, folders)):
            self._roots = build.roots_of(self._configured)  # the rules may have changed as well
            self._rule_out_documents()
            if ruled_out := self._ruled_out():
                self._send(wire.Withdrawn(self._configured.number, ruled_out))
            self._build()
        self._changed |= dict.fromkeys(paths[:_MANY])

    def _configure(self, configured: wire.Configure) -> None:
        """Take what holds from now on, and forget at once what it rules out."""
        self._configured = configured
        self._privacy = privacy_of(configured.exclude, configured.folders)
        self._roots = build.roots_of(configured)
        self._stop_building()  # both may be reading what is now ruled out
        self._work = None
        for folder in list(self._kept):
            self._kept.pop(folder).close()
        self._unpurged, self._put_off = list(self._roots), []
        for path in [path for path, one in self._open.items() if self._barred(path, one)]:
            self._forget(path)
        self._rule_out_documents()
        self._send(wire.Withdrawn(configured.number, self._ruled_out()))

    def _ruled_out(self) -> list[str]:
        """Take back those files, of which others were told, that are ruled out by now."""
        ruled_out = [path for path in self._told_of if not self._known_elsewhere(path)]
        self._told_of.difference_update(ruled_out)
        return ruled_out

    def _barred(self, path: str, document: wire.Document) -> bool:
        """Whether a document is to be left alone, as it was opened or by its path without links."""
        return any(map(self._privacy.bars, (document.uri, uri_of(path))))

    def _rule_out_documents(self) -> None:
        """Let what is ruled out by now be known in itself only."""
        for path, _ in list(self._documents.stamps()):
            if not self._known_elsewhere(path):
                self._documents.define_nothing(path)
        self._documents.keep()

    def _known_elsewhere(self, path: str) -> bool:
        """Whether a document may be context in others: not what git ignores, nor what was opened by
        a link that it ignores.
        """
        document = self._open.get(path)
        ways = ways_to(document.uri) if document is not None else []
        return self._around(path).admits(path) and not any(
            self._around(way).ignores(way) for way in ways if way != path
        )

    def _around(self, path: str) -> Root:
        return self._root_of(path) or Root(Path(path).parent, self._privacy.bars)

    def _root_of(self, path: str) -> Root | None:
        return next((root for root in self._roots if root.holds(path)), None)

    def _next(self) -> Work | None:
        now = time.monotonic()
        if self._unpurged:
            return self._take_up(self._unpurged.pop(0))
        if self._put_off and self._put_off[0][0] <= now:
            return self._take_up(self._put_off.pop(0)[1], again=True)
        for path, (due, document) in self._waiting.items():
            if due <= now:
                del self._waiting[path]
                return self._read_document(path, document)
        if self._changed:
            path = next(iter(self._changed))
            del self._changed[path]
            return self._read_file(path)
        return None

    def _take_up(self, root: Root, *, again: bool = False) -> Work:
        """Take up what is kept of a folder, or try again later."""
        try:
            yield from self._purge(root)
        except FAILURES as error:
            self._put_off.append((time.monotonic() + _AGAIN_S, root))
            if not again:
                self._lost(error)
        else:
            if not self._unpurged:
                self._build()

    def _purge(self, root: Root) -> Work:
        """Forget what is ruled out of what is kept of a folder; before that it is not asked."""
        store = Store(place(self._cache, root.path))  # it closes itself if this is given up
        try:
            yield from self._drop_ruled_out(store, root)
        except FAILURES as error:
            if not is_damage(error):
                raise
            store.begin_anew()  # who is to read the folder is only started where there is one
        self._kept[root.path] = store

    def _drop_ruled_out(self, store: Store, root: Root) -> Work:
        ruled_out: list[str] = []
        for count, (path, _) in enumerate(store.stamps()):
            if not root.admits(path):
                ruled_out.append(path)
            if count % _PURGED_AT_ONCE == 0:
                yield
        for path in ruled_out:
            store.drop(path)
        store.keep()

    def _read_document(self, path: str, document: wire.Document) -> Work:
        said = yield from extract.reading(document.text, document.language, _SLICE_MS)
        if path not in self._open:
            return
        if said is not None and not self._known_elsewhere(path):
            said = Symbols([], said.imports)
        family = registry.family_of(document.language)
        self._documents.put(path, family, Stamp(0, 0), said or Symbols([], []))
        self._documents.keep()

    def _read_file(self, path: str) -> Work:
        root = self._root_of(path)
        store = self._kept.get(root.path) if root is not None else None
        if root is not None and store is not None:
            yield
            build.take(store, root, path)

    def _build(self) -> None:
        """Have the folders read in a process beside this one."""
        if self._building is not None:
            self._build_again = True
            return
        self._build_again = False
        if not self._kept or any(store.gone for store in self._kept.values()):
            return  # what a person has removed is not made again before the next start
        with suppress(OSError):
            self._building = subprocess.Popen(
                build.command(self._cache), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
            )
            if self._building.stdin is not None:
                with suppress(BrokenPipeError), self._building.stdin as told:
                    told.write(frame(self._configured))

    def _look_after_build(self) -> None:
        if self._building is None or self._building.poll() is None:
            return
        self._building = None
        # It may have made a database anew.
        for path, store in list(self._kept.items()):
            store.close()
            try:
                self._kept[path] = Store(place(self._cache, path))
            except FAILURES:
                del self._kept[path]
        if self._build_again:
            self._build()

    def _lost(self, error: Exception) -> None:
        """Go on without what cannot be read or kept now; what is damaged is made anew."""
        print(f"inkling index: {type(error).__name__}", file=sys.stderr, flush=True)
        if is_damage(error):
            for store in self._kept.values():
                with suppress(*FAILURES):
                    if not store.whole:
                        store.begin_anew()
        self._build()

    def _tell(self) -> None:
        settled = not (
            self._building or self._work or self._unpurged or self._waiting or self._changed
        )
        if settled == self._told.settled:
            return
        files = 0
        with suppress(*FAILURES):
            files = sum(len(store) for store in self._kept.values())
        self._told = wire.Settled(settled, files)
        self._send(self._told)


Inbox = queue.SimpleQueue[wire.ToIndex | None]


def _read(inbox: Inbox, stream: BinaryIO) -> None:
    with suppress(MalformedError, OSError):  # better started again than deaf
        while (body := read_body(stream)) is not None:
            inbox.put(wire.decode_to_index(body))
    inbox.put(None)


def serve(host: Host, inbox: Inbox) -> None:
    """Run until there are no more messages."""
    while True:
        try:
            message = inbox.get(timeout=host.wait_s) if host.wait_s != 0 else inbox.get_nowait()
        except queue.Empty:
            host.work_on()
            continue
        if message is None:
            host.close()
            return
        host.take(message)


def main() -> None:
    """Run until standard input ends."""
    if hasattr(os, "nice"):
        os.nice(_NICE)

    def send(message: wire.FromIndex) -> None:
        sys.stdout.buffer.write(frame(message))
        sys.stdout.buffer.flush()

    inbox: Inbox = queue.SimpleQueue()
    threading.Thread(target=_read, args=(inbox, sys.stdin.buffer), daemon=True).start()
    with suppress(BrokenPipeError):
        serve(Host(Path(sys.argv[1]), send), inbox)


if __name__ == "__main__":
    main()
