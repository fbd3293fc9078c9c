"""What the model sees at a place, and where each piece of it comes from: for people.

The pieces are the prompt's own text; how a model wants them laid out is `prompt`'s.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final
from urllib.parse import unquote

from inkling.context.index.process import Index
from inkling.context.knowledge import Asking, Knowledge
from inkling.context.quoted import quoted
from inkling.languages import registry
from inkling.suggest import prompt
from inkling.suggest.work import Place
from inkling.text.buffers import Snapshot

_INDEXED_S: Final = 60.0
"""So long the first look through a folder may take before what is known by then is told."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text that the model sees, and where it comes from in words."""

    source: str
    text: str


def pieces(place: Place) -> list[Piece]:
    """All that is seen of a place, and of other files there, in the order in which it stands."""
    language = registry.find(place.language)
    whole = place.snapshot.whole
    name = PurePath(unquote(whole.uri)).name
    if place.snapshot.notebook:
        name += ", its cells as one text"
    line = whole.text.count("\n", 0, whole.offset) + 1
    first = line - place.full.prefix.count("\n")
    found = [
        *(
            Piece(f"{part.path}, from line {part.line + 1}", quoted([part], language))
            for part in place.known.parts
        ),
        Piece("the document's name", prompt.title_of(whole.uri, place.language)),
        Piece(f"{name}, before the cursor, from line {first}", place.full.prefix),
        Piece(f"{name}, behind the cursor", place.full.suffix),
    ]
    return [piece for piece in found if piece.text]


def told(seen: Sequence[Piece], names: Sequence[str] = ()) -> str:
    """The pieces, each below a line that says where it comes from; and the `names` that may stand
    at the cursor, where these are known.
    """
    blocks = [f"━━ {piece.source}\n{piece.text}" for piece in seen]
    if names:
        blocks.append(f"━━ names of the project that may stand here\n{', '.join(names)}")
    return "\n".join(block if block.endswith("\n") else f"{block}\n" for block in blocks)


async def once(snapshot: Snapshot, index: Index) -> str:
    """Tell what is seen at a place once an index knows its folder, by a machine that reads fast
    enough for all of it.
    """
    index.document(snapshot.uri, snapshot.language, snapshot.text)
    running = asyncio.create_task(index.run())
    await index.settle(_INDEXED_S)
    place = Place(snapshot, 0.0)
    knowledge = Knowledge(Asking(index))
    await knowledge.name(snapshot)
    await knowledge.look_around(snapshot, place.full, place.characters_beside)
    known = knowledge.of(snapshot)
    running.cancel()
    await asyncio.wait([running])
    return told(pieces(replace(place, known=known)), known.rests)
