"""What is worth taking as it stands: whether a text is whole, and how much of it is.

By the syntax tree where there is one: the text between what stands before and behind it, with what
else is still open there closed, must parse. Where the code is broken already nobody can tell so,
and it is judged by brackets, strings and tags.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, Literal

from inkling.suggest.site import Site
from inkling.text.brackets import Brackets, closers, scan
from inkling.text.syntax import Span, Tree, errors, errors_with

_DANGLING: Final = re.compile(
    r"(?:[*/%@&|^<=~\\:$(]|[=-]>|(?<!\+)\+|(?<!-)-|(?<!\.)\.)\s*\Z"
    r"|\b(?:and|or|not|in|is|as|from|import|extends|implements|instanceof|typeof|new|await|lambda"
    r"|def|class|fn|func|function|let|const|var|struct|enum|impl|mut|elif|while|with|where)\s*\Z"
)
"""What wants something to follow."""
_WORD: Final = re.compile(r"\w+")
_PIECE: Final = re.compile(r"\w+|[^\w\s]")
_PIECES: Final = 12
"""So many shorter beginnings of a line are tried."""
LEAST: Final = 3
"""Characters; what is left of a text that is cut shorter is not worth it."""
_BUDGET_MS: Final = 8.0
"""Trying texts at one time may take so long; a key waits for it."""

Verdict = Literal["clean", "opens", "broken", "unknown"]
"""One that `opens` a block would be clean, were the block's end there."""


@dataclass(slots=True)
class Judge:
    """Says of texts at one place whether they parse there; what it has said it remembers.

    All that is asked until it may `rest` may take `budget_ms`; then nothing is known.
    """

    place: Site
    budget_ms: float = _BUDGET_MS
    _said: dict[str, Verdict] = field(default_factory=dict)
    _errors: dict[str, int] = field(default_factory=dict)
    _known: tuple[frozenset[Span], int, bool] | None = None
    _spent_ms: float = 0.0
    _most_ms: float = math.inf

    @property
    def _left_ms(self) -> float:
        return min(self.budget_ms, self._most_ms) - self._spent_ms

    def of(self, text: str, reading: Brackets) -> Verdict:
        """Judge a text, which is read already."""
        tree = self.place.tree
        if tree is None or self._left_ms <= 0:
            return "unknown"
        if text not in self._said:
            began = perf_counter()
            said = self._judged(tree, text, reading)
            # What it opens may end behind it, or may not be there yet.
            if said != "clean" and reading.own and _opens_block(text, self.place):
                said = self._judged(tree, text, reading, closing=reading.pending)
                said = "opens" if said == "clean" else said
            self._spent_ms += (perf_counter() - began) * 1e3
            if said == "unknown" and self._left_ms <= 0:
                return said  # it may be known when there is more time
            self._said[text] = said
        return self._said[text]

    def mends_as_much(self, text: str, longer: str) -> bool:
        """Whether with a text no more is broken in the code around than with a longer one, as far
        as is known.
        """
        left = [self._broken(each) for each in (text, longer)]
        return left[0] is None or left[1] is None or left[0] <= left[1]

    def _broken(self, text: str) -> int | None:
        tree = self.place.tree
        if text not in self._errors and tree is not None and self._left_ms > 0:
            began = perf_counter()
            added = _utf8(text + _behind_comment(read(text, self.place)))
            found = errors_with(tree, tree.byte(self.place.offset), added, self._left_ms)
            if found is not None:
                self._errors[text] = len(found)
            self._spent_ms += (perf_counter() - began) * 1e3
        return self._errors.get(text)

    def rest(self, most_ms: float = math.inf) -> None:
        """Take as much time again as it had at first, but no more than that."""
        self._spent_ms, self._most_ms = 0.0, most_ms

    def _judged(self, tree: Tree, text: str, reading: Brackets, closing: str = "") -> Verdict:
        place = self.place
        if self._known is None:
            self._known = self._before(tree)
        if self._known is None:
            return "unknown"
        known, size, certain = self._known
        open_levels = reading.levels[: len(reading.levels) - reading.own]
        left = max(place.closable - len(reading.closing), 0)
        closing += closers(open_levels[len(open_levels) - left :]) if left else ""
        at = tree.byte(place.offset)
        added = _utf8(text + _behind_comment(reading) + closing)
        found = errors_with(tree, at, added, self._left_ms)
        if found is None:
            return "unknown"
        more = len(added) - size
        allowed = {
            (start, end) if end <= at else (start + more, end + more)
            for start, end in known
            if end <= at or start > at
        }
        if found <= allowed:
            return "clean"
        return "broken" if certain else "unknown"

    def _before(self, tree: Tree) -> tuple[frozenset[Span], int, bool] | None:
        """What is broken without the text and is not its to mend; how much longer the source is;
        and whether nothing is but on the cursor's line.
        """
        place = self.place
        closing = _utf8(closers(place.levels[len(place.levels) - place.closable :]))
        at, size = tree.byte(place.offset), len(closing)
        found = errors_with(tree, at, closing, self.budget_ms) if closing else errors(tree)
        if found is None:
            return None
        line = at - len(_utf8(place.line_prefix))
        end = at + size + len(_utf8(place.line_suffix))
        kept = frozenset(s for s in found if s[0] < line or s[0] > at)
        return kept, size, all(line <= s[0] and s[1] <= end for s in found)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _behind_comment(reading: Brackets) -> str:
    ends = bool(reading.levels) and reading.levels[-1].closer == "\n"
    return "\n" if ends else ""


def _opens_block(text: str, place: Site) -> bool:
    full = (place.line_prefix + text).rpartition("\n")[2]
    return bool(place.language.opens_block.match(full)) and not place.gap


def read(text: str, place: Site) -> Brackets:
    """Read a suggestion in its place; the indices are those of the text behind the line's start."""
    prefix = place.line_prefix
    return scan(prefix + text, place.language, place.levels, start=len(prefix))


def longest(text: str, place: Site, judge: Judge) -> str:
    """The longest beginning of a text that is worth taking as it stands; empty if none is."""
    fallback = opener = ""
    for candidate in _in_whole_lines(text):
        if candidate != text and _dangles(candidate, place):
            continue
        verdict = verdict_on(candidate, place, judge)
        if verdict == "clean":
            return candidate
        if verdict == "opens":
            opener = candidate
        elif verdict == "unknown":
            if place.tree is None:
                return candidate
            fallback = fallback or candidate
    if opener:
        return opener
    for candidate in _in_pieces(text):
        if not _dangles(candidate, place):
            verdict = verdict_on(candidate, place, judge)
            if verdict == "clean":
                return candidate
            if verdict == "unknown":
                fallback = fallback or candidate
    return fallback


def shorter(text: str) -> Iterator[str]:
    """Yield shorter beginnings of a text that is worth taking, the longest first; `worth_taking`
    says of each whether that is worth taking too.
    """
    lines = _in_whole_lines(text)
    next(lines)
    yield from lines
    yield from _in_pieces(text)


def worth_taking(text: str, place: Site, judge: Judge, longer: str) -> bool:
    """Whether the beginning of a longer text that is worth taking is so too, as it stands."""
    if _dangles(text, place) or verdict_on(text, place, judge) not in ("clean", "opens"):
        return False
    return judge.mends_as_much(text, longer)


def verdict_on(text: str, place: Site, judge: Judge) -> Verdict:
    """Whether a text may be shown: by the tree, or else by what it leaves open."""
    reading = read(text, place)
    if reading.undecided is not None:
        reading = read(text + "\n", place)
    if not text.strip():
        return "broken"
    if reading.levels and reading.levels[-1].text:
        if not reading.own or reading.levels[-1].closer == "\n":
            return "clean"  # words of a comment, or of what somebody else closes
        return "clean" if judge.of(text, reading) == "clean" else "broken"
    opens = _opens_block(text, place)
    if opens and not reading.own:
        ended = not place.language.worded or judge.of(text, reading) != "broken"
        return "clean" if ended else "opens"
    if text.endswith("\\"):  # the line goes on below
        return "broken"
    verdict = judge.of(text, reading)
    if verdict != "unknown":
        return verdict
    if reading.own and not (opens and reading.own == 1):
        return "broken"
    return "broken" if _dangles(text, place) else "unknown"


def _dangles(text: str, place: Site) -> bool:
    # In what has no grammar a full stop ends a sentence, and a word may be any.
    dangling = place.language.grammar is not None and _DANGLING.search(text)
    return bool(dangling) or text.endswith("\\")


def _in_whole_lines(text: str) -> Iterator[str]:
    yield text
    lines = text.split("\n")
    for count in range(len(lines) - 1, 0, -1):
        if lines[count - 1].strip():
            yield "\n".join(lines[:count]).rstrip()


def _in_pieces(text: str) -> Iterator[str]:
    lines = text.split("\n")
    first = lines[0] if lines[0].strip() else "\n".join(lines[:2])
    ends = [found.end() for found in _PIECE.finditer(first)][-_PIECES:]
    for end in reversed(ends):
        if LEAST <= len(first[:end].strip()) < len(first.strip()):
            yield first[:end]


def known_end(text: str, typed: str, known: str) -> str:
    """Shorten a text that was cut off until it ends with a whole word: its last one may be half of
    one, unless the word, with what of it is `typed` before the cursor, stands in `known`.
    """
    head, newline, last = text.rpartition("\n")
    word = _last_word(last if newline else typed + last)
    if word and word not in _WORD.findall(known):
        last = last[: max(len(last) - len(word), 0)]
    return (head + newline + last).rstrip()


def _last_word(text: str) -> str:
    end = len(text)
    while end and (text[end - 1].isalnum() or text[end - 1] == "_"):
        end -= 1
    return text[end:]
