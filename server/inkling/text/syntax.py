"""Syntax trees of open documents, parsed a slice at a time, and the questions asked of them.

The only file that imports tree_sitter. It takes texts and offsets in code points; that the parser
counts in UTF-8 bytes stays inside. It draws no conclusions about suggestions: those are `trim`'s
and `context`'s.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

import tree_sitter

from inkling.languages import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from inkling.languages.base import Grammar, String

# The parser reads through this one window. Whatever object tree_sitter 0.26 is given to read, it
# never lets go of, so that slices of the source would add up to more than all that was ever parsed.
# It looks at what it read last only, and asks anew whenever it goes on, so one window is enough for
# all parsers of a thread; and it is small, because at each slice of time it is filled anew.
_WINDOW: Final = bytearray(1 << 12)
_WINDOWED: Final = memoryview(_WINDOW)

# Characters. In a longer text, bringing the tree up to date after a key took longer than a person
# takes for the next one (0.2 s), so it would be busy all day and lag nonetheless.
_LONGEST: Final = 1_000_000

# Marking a longer stretch of a tree as replaced takes longer than a slice (25 ms for 180 kB), so
# such a text is parsed from scratch.
_REPLACED_BYTES: Final = 1 << 14

# Bytes. What a tree becomes with a suggestion takes 2 ms in a source of half that length and grows
# with it; a request does not try it in a longer one.
_LONGEST_TRIED: Final = 150_000

_BLOCK_BYTES: Final = 1 << 15  # fits a core's own cache


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The syntax tree of `text`; `source` is the same in UTF-8. Never edited, so safe to keep.

    `grammar` and `strings` are those of the text's language.
    """

    grammar: Grammar
    strings: tuple[String, ...]
    text: str
    source: bytes
    parsed: tree_sitter.Tree

    def byte(self, offset: int) -> int:
        """Where an offset, in code points, lies in the source."""
        return len(_utf8(self.text[:offset]))


class Parser:
    """Keeps the tree of one document up to date in slices that an event loop can afford.

    A parse that has begun is finished even where the text changes meanwhile, and the next one
    starts from its tree: however fast the changes come, every parse ends and brings a tree nearer
    to the text, and only the last text need ever be caught up with.

    A parse that fits into one slice gives the very tree of a parse from scratch. One that was
    halted may settle an ambiguity or recover from an error in another, equally valid way, because
    tree-sitter resumes the alternatives it was following in another order.
    """

    def __init__(self, grammar: Grammar, strings: tuple[String, ...]) -> None:
        self._parser = tree_sitter.Parser(_language(grammar))
        self._grammar = grammar
        self._strings = strings
        self._text: str | None = None
        self._finished: Tree | None = None
        self._running: _Parse | None = None
        self._retired: _Parse | None = None

    @property
    def tree(self) -> Tree | None:
        """The tree of the last text given, or None while it lags.

        An older tree is not handed out: its offsets mean nothing in the newer text.
        """
        if self._finished is None or self._finished.text is not self._text:
            return None
        return self._finished

    def update(self, text: str) -> None:
        """Take the document's new text; costs nothing until `advance`.

        A very long one has no tree.
        """
        self._text = text if len(text) <= _LONGEST else None
        if self._text is None:
            self._finished = None

    def advance(self, budget_ms: float = 3.0) -> bool:
        """Parse for about `budget_ms` milliseconds; True once the tree is that of the last text.

        Each call gets somewhere, even with a budget of 0.
        """
        deadline = perf_counter() + budget_ms / 1000
        self._retired = None
        while self._text is not None and self.tree is None:
            if self._running is None:
                source, last = _utf8(self._text), self._finished
                edited = None if last is None else _edited(last, source)
                self._running = _Parse(self._parser, self._text, source, edited)
            parsed = self._running.resume(deadline)
            if parsed is None:
                return False
            run = self._running
            tree = Tree(self._grammar, self._strings, run.text, run.source, parsed)
            # Freeing a large tree takes milliseconds: they are the next slice's.
            self._finished, self._running, self._retired = tree, None, run
        return True


def parser_for(language_id: str) -> Parser | None:
    """A parser for documents with this languageId, or None where there is no grammar for it.

    A grammar that is not installed, is for another version of tree-sitter or warns of anything is
    none: the language does without.
    """
    language = registry.find(language_id)
    if language.grammar is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return Parser(language.grammar, language.strings)
    except (ImportError, AttributeError, TypeError, ValueError, Warning):
        return None


@cache
def _language(grammar: Grammar) -> tree_sitter.Language:
    return tree_sitter.Language(getattr(import_module(grammar.module), grammar.function)())


Span = tuple[int, int]
"""A stretch of a tree's source, in bytes."""


def errors_with(tree: Tree, at: int, added: bytes, budget_ms: float) -> frozenset[Span] | None:
    """The errors in the source with more added at a byte; None where the source is long, or if that
    takes longer.
    """
    old = tree.source
    if len(old) > _LONGEST_TRIED:
        return None
    source = old[:at] + added + old[at:]
    edited = tree.parsed.copy()
    point = old.count(b"\n", 0, at), at - old.rfind(b"\n", 0, at) - 1
    edited.edit(at, at, at + len(added), point, point, _beyond(point, added))
    parse = _Parse(tree_sitter.Parser(_language(tree.grammar)), tree.text, source, edited)
    parsed = parse.resume(perf_counter() + budget_ms / 1000)
    return None if parsed is None else _errors(parsed)


def errors(tree: Tree) -> frozenset[Span]:
    """What the grammar makes no sense of, and, as empty stretches, where it misses something."""
    return _errors(tree.parsed)


def _errors(parsed: tree_sitter.Tree) -> frozenset[Span]:
    found, nodes = set[Span](), [parsed.root_node]
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            found.add((node.start_byte, node.end_byte))
        elif node.has_error:
            nodes += node.children
    return frozenset(found)


class Piece(NamedTuple):
    """A stretch of a tree's source, in bytes, and the lines it begins and ends on, from 0."""

    start: int
    end: int
    row: int
    end_row: int


def symbols(tree: Tree) -> Iterator[Mapping[str, Piece]]:
    """What the grammar's query of that name finds, match by match, by the captures' names.

    Of several nodes that one name captures in a match, the first is told.
    """
    cursor = tree_sitter.QueryCursor(_symbols(tree.grammar))
    for _, captures in cursor.matches(tree.parsed.root_node):
        yield {name: _piece(nodes[0]) for name, nodes in captures.items()}


@cache
def _symbols(grammar: Grammar) -> tree_sitter.Query:
    return tree_sitter.Query(_language(grammar), grammar.symbols)


def _piece(node: tree_sitter.Node) -> Piece:
    row, column = node.end_point
    # Some grammars let a comment hold its line's end.
    last = row if column else max(row - 1, node.start_point.row)
    return Piece(node.start_byte, node.end_byte, node.start_point.row, last)


class _Parse:
    """One parse of one text, from the edited tree of an earlier one if there is any."""

    def __init__(
        self, parser: tree_sitter.Parser, text: str, source: bytes, edited: tree_sitter.Tree | None
    ) -> None:
        self._parser = parser
        self.text = text
        self.source = source
        self._read = _reader(source)
        self._edited = edited

    def resume(self, deadline: float) -> tree_sitter.Tree | None:
        """Go on until the deadline (a `perf_counter` time); None if that came first."""
        halted = False

        def halt(_offset: int, _has_error: bool) -> bool:
            nonlocal halted
            halted = perf_counter() >= deadline
            return halted

        try:
            # A callable source, because with bytes the progress callback is never called.
            if self._edited is None:
                return self._parser.parse(self._read, progress_callback=halt)
            return self._parser.parse(self._read, self._edited, progress_callback=halt)
        except ValueError:
            # That is how a halted parse ends; the next call on the same parser resumes it.
            if halted:
                return None
            raise


def _reader(
    source: bytes,
) -> Callable[[int, tree_sitter.Point], bytes | bytearray | memoryview]:
    """What a parser reads `source` by.

    A tree keeps that for as long as it lives, so it holds nothing else: by a method of the parse,
    each tree would keep the one before it, back to the first.
    """

    def read(offset: int, _point: tree_sitter.Point) -> bytes | bytearray | memoryview:
        size = min(len(source) - offset, len(_WINDOW))
        if size <= 0:
            return b""
        _WINDOWED[:size] = source[offset : offset + size]
        return _WINDOW if size == len(_WINDOW) else _WINDOWED[:size]

    return read


def in_string_or_comment(tree: Tree, offset: int) -> bool:
    """Whether the offset, in code points, lies inside a string or a comment.

    Behind the last quote is outside; the end of a comment is inside, and so is the rest of the
    line behind an unclosed quote, and the rest of the text behind an unclosed quote of a string
    that may go on over lines. The expressions in a string are code.
    """
    byte = len(_utf8(tree.text[:offset]))
    root, grammar = tree.parsed.root_node, tree.grammar
    before = root.descendant_for_byte_range(max(byte - 1, 0), byte)
    named = root.named_descendant_for_byte_range(max(byte - 1, 0), byte)
    if byte and before is not None and named is not None:
        if named.type in grammar.text and not _ended_with_line(named, byte, tree.source):
            return True
        if named.type in grammar.quoted:
            return byte < named.end_byte or _lacks_end(named)
        if _opens_string(before, grammar):
            return before.end_byte == byte
        if any(_ends_expression(node, byte, grammar) for node in (named, named.parent)):
            return True
    line = tree.source.rfind(b"\n", 0, byte) + 1
    on_line = [string for string in tree.strings if not string.lines]
    over_lines = [string for string in tree.strings if string.lines]
    return _unclosed(tree, on_line, line, byte) or _unclosed(tree, over_lines, 0, byte)


def _opens_string(node: tree_sitter.Node, grammar: Grammar) -> bool:
    """Whether a node is a quote that opens a string, not one that closes it."""
    if node.type not in grammar.quotes:
        return False
    return node.prev_sibling is None or node.next_sibling is not None or _is_stray(node)


def _ends_expression(node: tree_sitter.Node | None, byte: int, grammar: Grammar) -> bool:
    """Whether a node is code that ends there and stands in a string."""
    if node is None or node.type not in grammar.expressions or node.end_byte != byte:
        return False
    around = node.parent
    return around is not None and around.type in grammar.quoted | grammar.text


def _ended_with_line(node: tree_sitter.Node, byte: int, source: bytes) -> bool:
    """Whether a comment of one line, which some grammars let hold the line's end, is over."""
    return byte == node.end_byte and source[byte - 1 : byte] == b"\n" and node.next_sibling is None


def _lacks_end(node: tree_sitter.Node) -> bool:
    """Whether the parser has supposed the quote that would end a string."""
    last = node.child(node.child_count - 1) if node.child_count else None
    return last is not None and last.is_missing


def _is_stray(node: tree_sitter.Node) -> bool:
    return node.parent is not None and node.parent.is_error


def _unclosed(tree: Tree, strings: Iterable[String], start: int, end: int) -> bool:
    """Whether the last of their quotes between the two bytes opens a string that nothing closes."""
    # Behind an unclosed quote the parser reads the text as code: only the stray quote shows it.
    quotes = [string.quote.encode() for string in strings]
    places = ((tree.source.rfind(quote, start, end), len(quote)) for quote in quotes)
    at, length = max(places, default=(-1, 0))
    if at < 0:
        return False
    node = tree.parsed.root_node.descendant_for_byte_range(at, at + length)
    return node is not None and node.type in tree.grammar.quotes and _is_stray(node)


def _edited(tree: Tree, source: bytes) -> tree_sitter.Tree | None:
    """A copy of the parsed tree, told which stretch of its source the new one replaces.

    None where so much is replaced that a parse from scratch is better.
    """
    old, limit = tree.source, min(len(tree.source), len(source))
    start = _agreeing(limit, lambda i, j: old[i:j] == source[i:j])
    kept = _agreeing(
        limit - start,
        lambda i, j: old[len(old) - j : len(old) - i] == source[len(source) - j : len(source) - i],
    )
    old_end, new_end = len(old) - kept, len(source) - kept
    if old_end - start > _REPLACED_BYTES:
        return None
    parsed = tree.parsed.copy()  # snapshots may hold the tree itself
    # The row is counted in line feeds only, the column in bytes.
    point = source.count(b"\n", 0, start), start - source.rfind(b"\n", 0, start) - 1
    ends = _beyond(point, old[start:old_end]), _beyond(point, source[start:new_end])
    parsed.edit(start, old_end, new_end, point, *ends)
    return parsed


def _agreeing(limit: int, agree: Callable[[int, int], bool]) -> int:
    """How many bytes agree, `limit` at most, if `agree(i, j)` tells it of those from i up to j.

    Found by blocks, and then by halving: comparing slices is a hundred times faster than comparing
    bytes one by one, and small ones are made ten times faster than large ones.
    """
    same = 0
    while same < limit and agree(same, min(same + _BLOCK_BYTES, limit)):
        same = min(same + _BLOCK_BYTES, limit)
    limit = min(limit, same + _BLOCK_BYTES)
    while same < limit:
        middle = (same + limit + 1) // 2
        if agree(same, middle):
            same = middle
        else:
            limit = middle - 1
    return same


def _beyond(point: tuple[int, int], source: bytes) -> tuple[int, int]:
    """The point at the end of what stands at a point."""
    rows = source.count(b"\n")
    start = 0 if rows else point[1]
    return point[0] + rows, start + len(source) - source.rfind(b"\n") - 1


def _utf8(text: str) -> bytes:
    # A lone surrogate has no UTF-8; the parser takes its bytes for an error and goes on.
    return text.encode("utf-8", "surrogatepass")
