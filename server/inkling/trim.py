"""Where a suggestion ends: what the model says beyond that is not shown.

A pure function of the generated text and of what stands around the cursor. The model itself
stops late or never, so this decides. It inserts nothing and rewrites nothing.
"""

import re
from dataclasses import dataclass
from typing import Final

from inkling.buffers import Snapshot
from inkling.syntax import in_string_or_comment

_CLOSERS: Final = {")": "(", "]": "[", "}": "{"}
_NEAR: Final = 2000  # characters
_WORD_END: Final = re.compile(r"\w+\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """What trimming must know of the cursor's surroundings; lines have no terminators.

    `before` and `after` are the nearest lines with text above and below the cursor's line.
    """

    line_prefix: str
    line_suffix: str
    before: str
    after: str
    max_lines: int


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The text to show. With `ended`, nothing that the model adds could change it.

    `repeats`: it ended because the model began to repeat what stands there.
    """

    text: str
    ended: bool
    repeats: bool = False


def site(snapshot: Snapshot, max_lines: int, *, explicit: bool) -> Site:
    """Describe the cursor's surroundings.

    Unasked, a suggestion ends with the line, unless the line is empty or opens a block: text
    that appears by itself must be taken in at a glance.
    """
    prefix, suffix = snapshot.line_prefix, snapshot.line_suffix
    below = snapshot.suffix[len(suffix) :]
    above = snapshot.prefix[: len(snapshot.prefix) - len(prefix)]
    # Near lines only: a request must not pay for the length of the file.
    above, below = above[-_NEAR:], below[:_NEAR]
    opens_line = not suffix.strip() and (not prefix.strip() or prefix.rstrip().endswith(":"))
    prose = snapshot.tree is not None and in_string_or_comment(snapshot.tree, snapshot.offset)
    single = bool(suffix.strip()) or (not explicit and (prose or not opens_line))
    return Site(
        line_prefix=prefix,
        line_suffix=suffix,
        before=next((line for line in reversed(above.splitlines()) if line.strip()), ""),
        after=next((line for line in below.splitlines() if line.strip()), ""),
        max_lines=1 if single else max_lines,
    )


def trim(generated: str, place: Site, *, finished: bool) -> Trimmed:
    """Cut `generated` where it leaves the line or block, or repeats what stands there.

    `finished` says that no more text will come.
    """
    if place.line_suffix.strip():
        return _before_suffix(generated, place.line_suffix, finished=finished)
    lines = generated.split("\n")
    kept: list[str] = []
    floor = _floor(place, lines)
    previous = place.line_prefix if place.line_prefix.strip() else place.before
    for number, line in enumerate(lines):
        whole = number + 1 < len(lines) or finished
        full = place.line_prefix + line if number == 0 else line
        if number and _dedented(line, floor, whole=whole):
            return Trimmed(_join(kept), ended=True)
        repeated = full.strip() in (previous.strip(), place.after.strip())
        if repeated and line.strip() and any(map(str.isalnum, full)):
            # Until its line is whole this may still become something else: wait, don't show.
            return Trimmed(_join(kept), ended=whole, repeats=whole)
        kept.append(line)
        if full.strip():
            previous = full
        if whole and sum(1 for text in kept if text.strip()) >= place.max_lines:
            return Trimmed(_join(kept), ended=True)
        if number == 0 and place.max_lines == 1 and len(lines) > 1:
            return Trimmed(_join(kept), ended=True)
    return Trimmed(_join(kept), ended=finished)


def clean_end(text: str, known: str) -> str:
    """Shorten a text that was cut off by time until its end does not read as broken.

    Whole lines stay. Of a lone line, the last word goes, since it may be half of one, unless
    it stands as a whole word in `known`, the text around.
    """
    head, newline, last = text.rpartition("\n")
    if newline and head.strip():
        return head.rstrip()
    word = _WORD_END.search(last)
    if word and not re.search(rf"\b{re.escape(word[0])}\b", known):
        last = last[: word.start()]
    return head + newline + last.rstrip()


def _join(lines: list[str]) -> str:
    return "\n".join(lines).rstrip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _floor(place: Site, lines: list[str]) -> int:
    """The least indentation, in characters, that still belongs to the block being filled."""
    if place.line_prefix.strip():
        opens = place.line_prefix.rstrip().endswith(":")
        return _indent(place.line_prefix) + (1 if opens else 0)
    return _indent(place.line_prefix + lines[0])


def _dedented(line: str, floor: int, *, whole: bool) -> bool:
    """Whether a line ends the block; one that has only begun is judged by what it has."""
    if not line.strip():
        return False
    # A closing bracket may stand left of what it closes.
    closes = line.strip()[0] in _CLOSERS
    return _indent(line) < floor and not (closes and (whole or floor))


def _before_suffix(generated: str, suffix: str, *, finished: bool) -> Trimmed:
    """Fill a gap within a line: end where the text after the cursor would begin again."""
    line, newline, _ = generated.partition("\n")
    ended = finished or bool(newline)
    tail = suffix.strip()
    if tail[0] in _CLOSERS:
        closer = _unopened(line, tail[0])
        if closer is not None:
            return Trimmed(line[:closer].rstrip(), ended=True)
        return Trimmed(line.rstrip(), ended=ended)
    for size in range(len(tail), 0, -1):
        # A single character is too little to call it a repetition, but for an odd quote.
        enough = size > 1 or size == len(tail) or (tail[0] in "\"'" and line.count(tail[0]) % 2)
        if enough and line.rstrip().endswith(tail[:size]):
            return Trimmed(line.rstrip()[:-size].rstrip(), ended=ended or size == len(tail))
    return Trimmed(line.rstrip(), ended=ended)


def _unopened(line: str, closer: str) -> int | None:
    """Where `closer` closes a bracket that the line itself did not open; None if nowhere."""
    depth = 0
    quote = ""
    for index, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == _CLOSERS[closer]:
            depth += 1
        elif character == closer:
            if not depth:
                return index
            depth -= 1
    return None
