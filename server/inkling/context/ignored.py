"""Which open files are ignored: git does, or an `.inklingignore` says so.

Where a model runs on this machine they are completed like others. What is sent elsewhere is another
matter: who keeps a file out of a repository may have a reason.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from inkling.context.index.roots import Root, ways_to
from inkling.context.index.rules import lies_in

_KNOWN_S: Final = 2.0
"""What ignore files say is looked up again after so long: they change, and keys are many."""


class Ignored:
    """Says which files are ignored, in the workspace's `folders`, given as URIs, or around them.

    `clock` tells seconds.
    """

    def __init__(
        self, folders: Iterable[str] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        ways = {way for folder in folders for way in ways_to(folder)}
        # Of folders in one another the outer one counts: its ignore files are about all in it.
        self._folders = sorted(ways, key=len)
        self._clock = clock
        self._known: dict[str, bool] = {}
        self._since = clock()

    def holds(self, uri: str) -> bool:
        """Whether the file of a URI is ignored; what is no file is not."""
        now = self._clock()
        if now - self._since > _KNOWN_S:
            self._known, self._since = {}, now
        if uri not in self._known:
            self._known[uri] = self._look(uri)
        return self._known[uri]

    def _look(self, uri: str) -> bool:
        # A link to it may be ignored, or the file itself.
        return any(self._around(way).ignores(way) for way in ways_to(uri))

    def _around(self, path: str) -> Root:
        within = (one for one in self._folders if lies_in(path, one))
        return Root(Path(next(within, None) or Path(path).parent), lambda _: None)
