"""Messages between the server and the process that keeps the index, framed as the engine's are."""

from typing import Any, Final

import msgspec

from inkling.context.index.symbols import Found, Part
from inkling.engine.wire import decode


class Configure(msgspec.Struct, frozen=True, tag=True):
    """The workspace's folders, as URIs, and the option `exclude`: what holds from now on.

    What it rules out is forgotten before anything else is answered, and `Withdrawn` says so with
    its `number`.
    """

    folders: list[str]
    exclude: list[str]
    number: int = 0


class Document(msgspec.Struct, frozen=True, tag=True):
    """The text of an open document; it holds instead of the file's. `edits` are the lines that were
    changed lately, each with the number of the first and the line behind them, the latest last.
    """

    uri: str
    language: str
    text: str
    edits: list[tuple[int, int]] = []


class Closed(msgspec.Struct, frozen=True, tag=True):
    """A document is no longer open: its file holds again."""

    uri: str


class Changed(msgspec.Struct, frozen=True, tag=True):
    """Files that were made, changed or removed on the disk."""

    uris: list[str]


class Find(msgspec.Struct, frozen=True, tag=True):
    """What do these names mean in a document, and what is in these modules, called as imports call
    them? `each` definitions at most of each name, and so many members of types and modules.
    """

    id: int
    names: list[str]
    modules: list[str]
    uri: str
    language: str
    each: int
    members: int


class Answer(msgspec.Struct, frozen=True, tag=True):
    """What was found: the modules, and the names in their order."""

    id: int
    found: list[Found]


class Resembling(msgspec.Struct, frozen=True, tag=True):
    """Which parts of other files are most like what is `near` the cursor in a document, `most` at
    most, and what was changed lately? In so many characters together. The document's own lines
    between `begin` and `end` are seen already.
    """

    id: int
    uri: str
    language: str
    near: str
    begin: int
    end: int
    most: int
    characters: int


class Parts(msgspec.Struct, frozen=True, tag=True):
    """Those parts, the best first; what looks like a secret is masked."""

    id: int
    parts: list[Part]


class Settled(msgspec.Struct, frozen=True, tag=True):
    """Whether all that was told is known; of how many files anything is."""

    settled: bool
    files: int


class Withdrawn(msgspec.Struct, frozen=True, tag=True):
    """Files of which something was told to other documents, and that are ruled out there by now;
    `number` is that of the configuration which holds.
    """

    number: int
    paths: list[str]


ToIndex = Configure | Document | Closed | Changed | Find | Resembling
FromIndex = Answer | Parts | Settled | Withdrawn

_to_index: Final[msgspec.msgpack.Decoder[Any]] = msgspec.msgpack.Decoder(ToIndex)
_from_index: Final[msgspec.msgpack.Decoder[Any]] = msgspec.msgpack.Decoder(FromIndex)


def decode_to_index(body: bytes) -> ToIndex:
    """Decode what the server sent; raises MalformedError."""
    message: ToIndex = decode(_to_index, body)
    return message


def decode_from_index(body: bytes) -> FromIndex:
    """Decode what the index sent; raises MalformedError."""
    message: FromIndex = decode(_from_index, body)
    return message
