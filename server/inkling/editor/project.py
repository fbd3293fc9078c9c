"""What an index is told of one editor's workspace, and when.

Of documents: those that were opened at once, and what is typed in one when nothing was typed for a
while, or when the person turns to another. Of files: what the editor says that changed; and from
time to time that all of them may have, for no editor tells everything.
"""

import asyncio
import math
from collections.abc import Callable, Iterable
from typing import Final

from inkling.context.index import extract
from inkling.context.index.process import Index
from inkling.context.index.rules import GIT_IGNORE, OWN_IGNORE
from inkling.languages import registry
from inkling.options import Config
from inkling.text.documents import File

_QUIET_S: Final = 1.0
"""Who types on is not done with a name."""

_BESIDE: Final = 3
"""Lines from the latest edit to where the person is no longer at it."""

_LOOK_S: Final = 60.0
"""How often the folders may be looked through where nobody watches them. That takes a fifth of a
second a thousand files, in a process that gives way to all others."""

_LOOK_WATCHED_S: Final = 600.0
"""Where the editor watches them: of a folder that is gone it tells nothing."""


def watched() -> list[str]:
    """Patterns, as the protocol has them, for the files that an index wants to hear of."""
    described = registry.described()
    known = {name for one in described for name in described[one].files if extract.indexed(one)}
    ends = sorted(name[1:] for name in known if name.startswith("."))
    # The names too that begin with a dot: a star stands for one character or more.
    names = sorted(known | {GIT_IGNORE, OWN_IGNORE})
    return [f"**/*.{{{','.join(ends)}}}", f"**/{{{','.join(names)}}}"]


class Project:
    """Keeps an index running, and tells it, while the options want one.

    `index` is None where there is none to tell. `document` gives a file of which something is open
    by its URI, None where that is to be left alone: of such a one nothing is told. `watch` asks the
    editor to tell of files with these patterns, and says whether it can.
    """

    def __init__(
        self,
        index: Index | None,
        document: Callable[[str], File | None],
        watch: Callable[[list[str]], bool],
    ) -> None:
        self._index = index
        self._document = document
        self._watch = watch
        self._watched: bool | None = None
        """None until it was asked."""
        self._told: Index | None = None
        """The index while it is wanted."""
        self._running: asyncio.Future[None] | None = None
        self._turn = asyncio.Lock()
        """Taken while it runs, and until it has ended."""
        self._workspace: tuple[tuple[str, ...], tuple[str, ...]] = (), ()
        self._known = set[str]()
        self._untold: str | None = None
        self._quiet: asyncio.TimerHandle | None = None
        self._looked = -math.inf

    def configure(self, config: Config, folders: Iterable[str], documents: Iterable[str]) -> None:
        """Take options, the workspace's folders and all open documents, both as URIs."""
        if not config.enabled or not config.index:
            self._leave()
        elif (index := self._index) is not None:
            self._take(index, (tuple(folders), config.exclude), documents)

    def opened(self, uri: str) -> None:
        """A document was opened: the person may be there to use what has changed on the disk."""
        self.turned_to(uri)
        self._tell(uri)
        self._look_again()

    def changed(self, uri: str) -> None:
        """The person types in a document."""
        self.turned_to(uri)
        if uri in self._known:
            if self._quiet is not None:
                self._quiet.cancel()
            self._untold = uri
            self._quiet = asyncio.get_running_loop().call_later(_QUIET_S, self._tell_untold)

    def moved(self, uri: str, line: int) -> None:
        """The person's cursor came to rest in a line of a document. If that is somewhere else, what
        was typed may be of use there; an editor tells of each pause in typing too.
        """
        document = self._document(uri) if uri == self._untold else None
        latest = document.edits.latest[-1:] if document is not None else ()
        if not any(-_BESIDE < line - edit.line < len(edit.new) + _BESIDE for edit in latest):
            self._tell_untold()

    def turned_to(self, uri: str) -> None:
        """The person is at a document now."""
        if self._untold != uri:
            self._tell_untold()

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._forget(uri)

    def changed_files(self, uris: Iterable[str]) -> None:
        """Files were made, changed or removed on the disk.

        Which of them may be known is the index's to judge: that would take too long here.
        """
        if self._told is not None:
            self._told.changed(uris)

    async def stop(self) -> None:
        """End the index, and wait until it has ended."""
        self._leave()
        async with self._turn:
            pass

    def _take(
        self,
        index: Index,
        workspace: tuple[tuple[str, ...], tuple[str, ...]],
        documents: Iterable[str],
    ) -> None:
        for uri in [one for one in self._known if self._document(one) is None]:
            self._forget(uri)
        if self._told is None or workspace != self._workspace:
            # What is known is judged anew with that, and the folders are looked through.
            self._workspace = workspace
            index.configure(*workspace)
            self._looked = asyncio.get_running_loop().time()
        if self._told is None or self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._run(index))
        self._told = index
        for uri in documents:
            if uri not in self._known:
                self._tell(uri)
        if self._watched is None:
            self._watched = self._watch(watched())

    async def _run(self, index: Index) -> None:
        async with self._turn:
            await index.run()

    def _leave(self) -> None:
        if self._told is not None and self._running is not None:
            for uri in list(self._known):
                self._forget(uri)
            self._told = None
            self._running.cancel()

    def _tell(self, uri: str) -> None:
        document = self._document(uri)
        if self._told is None or document is None:
            self._forget(uri)
            return
        self._known.add(uri)
        edits = [(edit.line, edit.end) for edit in document.edits.latest]
        self._told.document(uri, document.language, document.text, edits)

    def _tell_untold(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
            self._quiet = None
        uri, self._untold = self._untold, None
        if uri is not None:
            self._tell(uri)

    def _forget(self, uri: str) -> None:
        if uri in self._known and self._told is not None:
            self._told.closed(uri)
        self._known.discard(uri)

    def _look_again(self) -> None:
        now = asyncio.get_running_loop().time()
        every = _LOOK_WATCHED_S if self._watched else _LOOK_S
        if self._told is not None and now - self._looked >= every:
            self._looked = now
            # A folder that changed is one that may hold anything.
            self._told.changed(self._workspace[0])
