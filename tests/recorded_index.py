"""An index that keeps what it is told."""

import asyncio
from collections import Counter


class RecordedIndex:
    """A double of `process.Index` that takes a second to end."""

    def __init__(self):
        self.all = []
        self.edits = {}
        self.runs = Counter()
        self.ending = asyncio.Event()

    async def run(self):
        assert not self.runs["now"], "one at a time"
        self.runs.update(("now", "ever"))
        try:
            await self.ending.wait()
        finally:
            await asyncio.sleep(1)
            self.runs["now"] -= 1

    def configure(self, folders, exclude):
        self.all.append(("configure", tuple(folders), tuple(exclude)))

    def document(self, uri, language, text, edits=()):
        self.all.append(("document", uri, language, text))
        self.edits[uri] = list(edits)

    def closed(self, uri):
        self.all.append(("closed", uri))

    def changed(self, uris):
        self.all.append(("changed", *uris))

    def told(self, *kinds):
        """What it was told of these kinds since the last time; without the kind if it is one."""
        told = [one for one in self.all if one[0] in kinds]
        self.all = []
        return [one[1:] for one in told] if len(kinds) == 1 else told

    @property
    def known(self):
        """The texts that it has by now."""
        known = {}
        for kind, *rest in self.all:
            if kind == "document":
                known[rest[0]] = rest[2]
            elif kind == "closed":
                known.pop(rest[0], None)
        return known
