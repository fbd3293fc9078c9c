"""From a file's syntax tree to what it defines and imports.

What to look for is the language's (`Grammar.symbols`); here is made of it what a reader of another
file would want to know. It reads no file.
"""

import re
import textwrap
import time
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Final

from inkling.context.index.symbols import Definition, Import, Kind, Symbols
from inkling.context.secrets import masked
from inkling.languages import registry
from inkling.text import syntax
from inkling.text.buffers import line_feeds
from inkling.text.syntax import Piece, Tree

VERSION: Final = 3
"""To be raised when other things are made of the same matches."""

MOST_DEFINITIONS: Final = 2000
MOST_IMPORTS: Final = 500
"""Of one file; one with more was written by a program."""

_HARD_S: Final = 5.0
"""Seconds. Some grammars do not come to an end with some broken texts."""

_LONGEST_SIGNATURE: Final = 300
_LONGEST_DOC: Final = 160
_LONGEST_NAME: Final = 100
_BEHIND: Final = 200
"""Characters. So many behind what is left of a long text tell whether a secret was cut in two."""

_FAR: Final = 1000
"""Bytes. What stands so far behind its line's beginning was written by a program."""

_WHOLE_LINES: Final = 6
"""A type of so many lines is its own signature: its fields are what others want to know of it."""

_KINDS: Final[tuple[Kind, ...]] = ("function", "type", "field", "value")
"""What a definition is called that matches as several: the first of these."""

_WORDS: Final = re.compile(r"[\w\s]*\Z")
_MARKS: Final = re.compile(r"\s*(?:/{2,}!?|/\*+!?|\*(?!/)|#+[!:]?|-{2,}(?:\[=*\[)?|;+)?\s*")
_ENDS: Final = re.compile(r"\s*(?:\*+/|\]=*\])?\s*\Z")
_TAGS: Final = re.compile(r"</?[a-z]+[^<>]*>")
_QUOTES: Final = "\"'`<>"


def indexed(language_id: str) -> bool:
    """Whether anything can be told of files with this languageId."""
    grammar = registry.find(language_id).grammar
    return grammar is not None and bool(grammar.symbols)


def reading(text: str, language_id: str, slice_ms: float) -> Generator[None, None, Symbols | None]:
    """Read a text in slices of about so many milliseconds; return what it says.

    None where nothing can be told of the language, or the text is too hard to read.
    """
    parser = syntax.parser_for(language_id) if indexed(language_id) else None
    if parser is None:
        return None
    parser.update(line_feeds(text))
    deadline = time.monotonic() + _HARD_S
    while not parser.advance(slice_ms):
        if time.monotonic() > deadline:
            return None
        yield
    if parser.tree is None:
        return None
    said = _symbols(parser.tree, language_id)
    until = time.monotonic() + slice_ms / 1e3
    while True:
        try:
            next(said)
        except StopIteration as end:
            symbols: Symbols = end.value
            return symbols
        if time.monotonic() > until:
            yield
            until = time.monotonic() + slice_ms / 1e3


def _symbols(tree: Tree, language_id: str) -> Generator[None, None, Symbols]:
    """What the text of a tree defines for others, and what it imports; in the text's order, in
    small steps.
    """
    modules = registry.find(language_id).modules
    file = _File(tree.source)
    imports: list[Import] = []
    for match in syntax.symbols(tree):
        yield
        called = match.get("called")
        if called is not None and (not modules or file.text(called) not in modules.calls):
            continue
        if "module" in match or "path" in match:
            if "alias" in match:
                file.imported.add(match["alias"].start)
            separator = modules.separator if modules else "."
            imports += _imports(match, tree.source, separator)
        else:
            file.take(match)
    definitions: list[Definition] = []
    for one in islice(file.definitions(), MOST_DEFINITIONS):
        yield
        definitions.append(one)
    return Symbols(definitions, list(dict.fromkeys(imports))[:MOST_IMPORTS])


@dataclass(slots=True)
class _Found:
    """A match that defines something: all of it, its name, and what else was captured."""

    kind: Kind
    all: Piece
    name: Piece
    parts: Mapping[str, Piece]


@dataclass(slots=True)
class _Around:
    """Code that definitions may stand in: those of a function's are nobody else's."""

    start: int
    end: int
    name: str
    local: bool


@dataclass(slots=True)
class _File:
    """What was matched in a source."""

    source: bytes
    found: dict[int, _Found] = field(default_factory=dict)
    around: list[_Around] = field(default_factory=list)
    above: dict[int, tuple[str, Piece]] = field(default_factory=dict)
    """Comments and the like that stand alone on their lines, by the last of these."""
    comments: list[tuple[int, int]] = field(default_factory=list)
    imported: set[int] = field(default_factory=set)
    """Where names stand that an import gives to something else."""

    def take(self, match: Mapping[str, Piece]) -> None:
        """Take a match that imports nothing."""
        for part in ("comment", "herald", "skipped"):
            piece = match.get(part)
            if piece is None:
                continue
            if part == "comment":
                self.comments.append((piece.start, piece.end))
            before = self._before(piece)
            if not before.strip():
                self.above[piece.end_row] = (part, piece)
            elif part == "herald" and _WORDS.match(before):
                start = piece.start - len(before.lstrip().encode())
                self.above[piece.end_row] = (part, piece._replace(start=start))
        if "local" in match:
            self.around.append(_Around(match["local"].start, match["local"].end, "", local=True))
        name = match.get("name")
        if name is None:
            return
        if "scope" in match:
            scope = match["scope"]
            self.around.append(_Around(scope.start, scope.end, self.text(name), local=False))
        kind = next((kind for kind in _KINDS if kind in match), None)
        if kind is None:
            return
        known = self.found.get(name.start)
        if known is None or _KINDS.index(kind) < _KINDS.index(known.kind):
            self.found[name.start] = _Found(kind, match[kind], name, match)

    def definitions(self) -> Iterator[Definition]:
        """What others see of it, each name of a container once."""
        for one in self.found.values():
            if one.kind == "type":
                name = self.text(one.name)
                self.around.append(_Around(one.all.start, one.all.end, name, local=False))
            elif one.kind == "function" and "body" in one.parts:
                body = one.parts["body"]
                self.around.append(_Around(body.start, one.all.end, "", local=True))
        self.comments.sort()
        nest = _Nest(self.around)
        seen = set[tuple[str, str, Kind]]()
        for _, one in sorted(self.found.items()):
            container, local = nest.of(one.name.start, one.all.start)
            own = "own" in one.parts
            if own and self.text(one.parts["own"]) != self.text(one.parts["first"]):
                continue
            if (local and not own) or one.name.start in self.imported:
                continue
            if "container" in one.parts:
                container = self.text(one.parts["container"])
            name = self.text(one.name)
            # An overload tells something more of a function; a second value does not.
            key = (container, name, one.kind)
            if not name or len(name) > _LONGEST_NAME or (key in seen and one.kind != "function"):
                continue
            seen.add(key)
            first, heralds, doc = self._above(one)
            signature = "\n".join([*heralds, self._signature(one)])
            yield Definition(name, one.kind, container, masked(signature), masked(doc), first)

    def _signature(self, one: _Found) -> str:
        start, end = one.all.start, one.all.end
        before = self._before(one.all)
        if _WORDS.match(before):
            start -= len(before.lstrip().encode())
        indent = len(before) - len(before.lstrip()) if before.strip() else len(before)
        whole = self.source[start:end].decode("utf-8", "replace").rstrip(" \t\n;,")
        lines = one.all.end_row - one.all.row + 1
        if one.kind == "type" and lines <= _WHOLE_LINES and len(whole) <= _LONGEST_SIGNATURE:
            return textwrap.dedent(" " * indent + whole)
        body = one.parts.get("body")
        if body is not None and body.start > start:
            head = self._without_comments(start, body.start).decode("utf-8", "replace").rstrip()
            return _on_one_line(head.removesuffix("{").removesuffix(" ="))
        if one.kind in ("value", "field") and lines > 1:
            whole = whole.partition("\n")[0]
        return _on_one_line(whole)

    def _without_comments(self, start: int, end: int) -> bytes:
        kept = b""
        first = bisect_left(self.comments, (start, start))
        for from_, to in takewhile(lambda one: one[0] < end, self.comments[first:]):
            kept += self.source[start:from_]
            start = to
        return kept + self.source[start:end]

    def _above(self, one: _Found) -> tuple[int, list[str], str]:
        """The line where it begins, the heralds' lines, and the first line that documents it."""
        heralds: list[str] = []
        row = one.all.row if _WORDS.match(self._before(one.all)) else -1
        comment: Piece | None = None
        while row - 1 in self.above:
            part, piece = self.above[row - 1]
            if part == "comment":
                comment = piece
            elif part == "herald" and piece.row == piece.end_row:
                heralds.insert(0, _beginning(self.text(piece), _LONGEST_SIGNATURE))
            row = piece.row
        inside = one.parts.get("doc")
        if inside is not None:
            doc = _first_line(self.text(inside).splitlines())
        elif comment is not None:
            behind = self.source[comment.start : one.all.start].decode("utf-8", "replace")
            doc = _first_line(behind.splitlines())
        else:
            doc = ""
        return one.all.row, heralds[-2:], doc

    def text(self, piece: Piece) -> str:
        """What a piece says."""
        return self.source[piece.start : piece.end].decode("utf-8", "replace")

    def _before(self, piece: Piece) -> str:
        """What stands before it on its line; of much, something that is no words."""
        near = max(piece.start - _FAR, 0)
        line = self.source.rfind(b"\n", near, piece.start) + 1
        if not line and near:
            return "…"
        return self.source[line : piece.start].decode("utf-8", "replace")


class _Nest:
    """Which pieces of code a place lies in."""

    def __init__(self, around: Iterable[_Around]) -> None:
        self._around = sorted(around, key=lambda one: (one.start, -one.end))
        self._starts = [one.start for one in self._around]
        self._parents: list[int] = []
        open_ones: list[int] = []
        for at, one in enumerate(self._around):
            while open_ones and self._around[open_ones[-1]].end < one.end:
                open_ones.pop()
            self._parents.append(open_ones[-1] if open_ones else -1)
            open_ones.append(at)

    def of(self, place: int, start: int) -> tuple[str, bool]:
        """The nearest container's name of what is called by a name at a place and begins at
        `start`, empty if there is none, and whether it is local to a function.
        """
        at = bisect_right(self._starts, place) - 1
        name, local = "", False
        while at >= 0:
            one = self._around[at]
            # A type is not in itself, but what comes first in a function's body is local.
            if one.end > place and (one.start < start or (one.local and one.start == start)):
                local = local or one.local
                name = name or one.name
            at = self._parents[at]
        return name, local


def _imports(match: Mapping[str, Piece], source: bytes, separator: str) -> Iterator[Import]:
    said = {
        part: source[piece.start : piece.end].decode("utf-8", "replace")
        for part, piece in match.items()
    }
    if "path" in said:
        yield from _of_path(" ".join(said["path"].split()), separator)
        return
    module = said["module"].strip(_QUOTES).strip()
    if not module or len(module) > _LONGEST_SIGNATURE:
        return
    name = "*" if "all" in said else said.get("imported", "")
    if separator in name:  # it is taken from a module in that one
        module, _, name = f"{module}{separator}{name}".rpartition(separator)
    yield Import(module, name, said.get("alias", "" if name == "*" else name))


def _of_path(path: str, separator: str) -> Iterator[Import]:
    """What is imported by a path whose last word is a name, or names in braces."""
    before, brace, rest = path.partition("{")
    if brace:
        for part in _parts(rest):
            yield from _of_path(before + part, separator)
        return
    path, _, alias = path.partition(" as ")
    words = path.split()[-1:]  # what kind of thing it is may stand before it
    if not words:
        return
    module, found, name = words[0].strip(separator).rpartition(separator)
    if found and name == "self":
        yield Import(module, "", alias or module.rpartition(separator)[2])
    elif found:
        yield Import(module, name, "" if name == "*" else alias or name)
    else:
        yield Import(name, "", alias or name)


def _parts(inner: str) -> Iterator[str]:
    """The parts between commas, up to the brace that closes what `inner` stands in."""
    depth, start = 0, 0
    for at, character in enumerate(inner):
        if character == "{":
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        elif character == "}" or (character == "," and not depth):
            if part := inner[start:at].strip():
                yield part
            start = at + 1
            if character == "}":
                return


def _on_one_line(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"([(\[]) ", r"\1", text)
    text = re.sub(r",? ([)\]])", r"\1", text)
    return _beginning(text, _LONGEST_SIGNATURE)


def _beginning(text: str, longest: int) -> str:
    """A text, of a longer one what it begins with."""
    if len(text) <= longest:
        return text
    return f"{masked(text[: longest + _BEHIND])[:longest]}…"


def _first_line(lines: Iterable[str]) -> str:
    """The first of the lines that says something, without the marks of a comment."""
    for line in lines:
        said = _TAGS.sub("", _ENDS.sub("", _MARKS.sub("", line, count=1))).strip()
        if re.search(r"\w", said) and not said.startswith("@"):
            return _beginning(said, _LONGEST_DOC)
    return ""
