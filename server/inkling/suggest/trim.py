"""Where a suggestion ends: what the model says beyond that is not shown.

A pure function of the generated text and of what stands around the cursor. The model itself
stops late or never, so this decides. It rewrites nothing.
"""

import re
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from inkling.languages import registry
from inkling.languages.base import Language
from inkling.suggest.modes import Mode
from inkling.text.brackets import CLOSERS, Brackets, scan, scan_line
from inkling.text.buffers import Snapshot
from inkling.text.syntax import in_string_or_comment

_NEAR: Final = 2000  # characters
_WORD: Final = re.compile(r"\w+")
_OPERATOR_END: Final = re.compile(r"(?:\A|\s+)[-+*/%@&|^<>=!]{1,3}\s*\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """What trimming must know of the cursor's surroundings; lines have no terminators.

    `before` and `after` are the nearest lines with text above and below the cursor's line.
    `quote` is the string that the cursor's line leaves open at the cursor, and `closable` how
    many brackets the suggestion may close that it did not open, None if that is not known.
    """

    language: Language
    line_prefix: str
    line_suffix: str
    before: str
    after: str
    max_lines: int
    quote: str = ""
    closable: int | None = None


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The text to show. With `ended`, nothing that the model adds could change it.

    One that has not ended is for `clean_end` to shorten: its line ends say which lines are whole.
    `repeats`: it ended because the model began to repeat what stands there.
    """

    text: str
    ended: bool
    repeats: bool = False


def site(snapshot: Snapshot, mode: Mode) -> Site:
    """Describe the cursor's surroundings.

    Unasked, a suggestion ends with the line, unless the line is empty or opens a block: text
    that appears by itself must be taken in at a glance. Behind a line that is complete it is the
    next line.
    """
    language = registry.find(snapshot.language)
    prefix, suffix = snapshot.line_prefix, snapshot.line_suffix
    start, end = snapshot.offset - len(prefix), snapshot.offset + len(suffix)
    # Near lines only: a request must not pay for the length of the file.
    above, below = snapshot.text[max(start - _NEAR, 0) : start], snapshot.text[end : end + _NEAR]
    after = next((line for line in below.splitlines() if line.strip()), "")
    opens_block = language.opens_block.match(prefix)
    opens_line = not suffix.strip() and (not prefix.strip() or opens_block is not None)
    prose = snapshot.tree is not None and in_string_or_comment(snapshot.tree, snapshot.offset)
    single = bool(suffix.strip()) or (not mode.invoked and (prose or not opens_line))
    brackets = scan_line(prefix, suffix, language)
    return Site(
        language=language,
        line_prefix=prefix,
        line_suffix=suffix,
        before=next((line for line in reversed(above.splitlines()) if line.strip()), ""),
        after=after,
        max_lines=1 if single else mode.max_lines,
        quote=brackets.quote,
        closable=_closable(prefix, suffix, after, brackets, language),
    )


def trim(generated: str, place: Site, *, finished: bool) -> Trimmed:
    """Cut `generated` where it leaves the line or block, or repeats what stands there.

    `finished` says that no more text will come.
    """
    lines = generated + "\n" if finished else generated
    brackets = scan(lines, place.language, place.quote)
    if place.closable is not None and len(brackets.closing) > place.closable:
        return _trim(generated[: brackets.closing[place.closable]], place, finished=True)
    trimmed = _trim(generated, place, finished=finished)
    if brackets.undecided is None:
        return trimmed
    # What follows there may yet turn out to close other brackets.
    before = _trim(generated[: brackets.undecided], place, finished=False)
    return before if before.ended else replace(trimmed, ended=False, repeats=False)


def _trim(generated: str, place: Site, *, finished: bool) -> Trimmed:
    """Cut a text that closes no brackets but its own and those that are its to close."""
    if place.line_suffix.strip():
        return _before_suffix(generated, place, finished=finished)
    lines = generated.split("\n")
    kept: list[str] = []
    floor = _floor(place, lines[0])
    previous = place.line_prefix if place.line_prefix.strip() else place.before
    for number, line in enumerate(lines):
        whole = number + 1 < len(lines) or finished
        full = place.line_prefix + line if number == 0 else line
        if number and (_dedented(line, floor, place) or _begins_anew(line, kept, place)):
            return Trimmed(_join(kept), ended=True)
        if line.strip() and _repeats(full, previous, place, number, whole=whole):
            if whole:
                return Trimmed(_join(kept), ended=True, repeats=True)
            # It may still become something else: wait, don't show.
            return Trimmed("\n".join([*kept, ""]), ended=False)
        kept.append(line)
        if full.strip():
            previous = full
        if whole and sum(1 for text in kept if text.strip()) >= place.max_lines:
            return Trimmed(_join(kept), ended=True)
        if number == 0 and place.max_lines == 1 and len(lines) > 1 and not _complete(place, line):
            return Trimmed(_join(kept), ended=True)
        if number == 1 and place.max_lines == 1 and not line.strip() and whole:
            return Trimmed("", ended=True)  # a blank line ends more than a line
    return Trimmed(_join(kept) if finished else "\n".join(kept), ended=finished)


def _complete(place: Site, rest: str) -> bool:
    """Whether the cursor's line wants nothing more: then the line below it is what comes next."""
    return bool(place.line_prefix.strip()) and not rest.strip()


def clean_end(text: str, typed: str, known: str) -> str:
    """Shorten a text that was cut off by time until its end does not read as broken.

    Whole lines stay. Of a lone line, the last word goes, since it may be half of one, unless
    the word, with what of it is `typed` before the cursor, stands in `known`, the text around.
    An operator that is left without what it is to be applied to goes too.
    """
    head, newline, last = text.rpartition("\n")
    if newline and head.strip():
        return head.rstrip()
    word = _last_word(last if newline else typed + last)
    if word not in _WORD.findall(known):
        last = last[: max(len(last) - len(word), 0)]
    return (head + newline + _OPERATOR_END.sub("", last)).rstrip()


def _last_word(text: str) -> str:
    """The word that a text ends with, perhaps an empty one."""
    # From its end on: an expression that may begin anywhere tries to at each of its characters.
    return "".join(takewhile(_is_word, reversed(text)))[::-1]


def _join(lines: list[str]) -> str:
    return "\n".join(lines).rstrip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _floor(place: Site, first: str) -> int:
    """The least indentation, in characters, that still belongs to the block being filled."""
    if place.line_prefix.strip():
        opens_block = place.language.opens_block.match(place.line_prefix)
        return _indent(place.line_prefix) + (1 if opens_block else 0)
    return _indent(place.line_prefix + first)


def _dedented(line: str, floor: int, place: Site) -> bool:
    """Whether a line ends the block; one that has only begun is judged by what it has."""
    # A closing bracket may stand left of what it closes.
    closes = place.language.closes_block.match(line)
    return bool(line.strip()) and _indent(line) < floor and not closes


def _begins_anew(line: str, kept: list[str], place: Site) -> bool:
    """Whether a definition begins beside something that is complete: one is enough."""
    language, (first, *more) = place.language, kept
    lines = [place.line_prefix + first if first.strip() else "", *more]
    complete = [text for text in lines if text.strip() and not language.heralds.match(text)]
    begins = language.definition.match(line) or language.heralds.match(line)
    return bool(begins and complete and _indent(line) == _indent(complete[0]))


def _repeats(full: str, previous: str, place: Site, number: int, *, whole: bool) -> bool:
    """Whether a line says once more what stands above it or below the suggestion."""
    if place.language.closes_block.match(full):
        return False  # brackets are counted
    if number == 0:
        # On the cursor's line the indentation is the person's, so it tells nothing.
        line, below = full.strip(), place.after.strip()
        if line == below or (not whole and below.startswith(line)):
            return True
    return full.rstrip() in (previous.rstrip(), place.after.rstrip())


def _before_suffix(generated: str, place: Site, *, finished: bool) -> Trimmed:
    """Fill a gap within a line: end where the text after the cursor would begin again."""
    line, newline, _ = generated.partition("\n")
    whole = finished or bool(newline)
    tail = place.line_suffix.strip()
    # Blanks before the suffix go where it brings its own.
    shorten = str.rstrip if place.line_suffix[0].isspace() else str
    word_end = r"(?!\w)" if _is_word(tail[-1]) else ""
    # A tail that is longer than the line is no part of it, and may be thousands of characters.
    tail_again = re.escape(tail) + word_end if len(tail) <= len(line) else None
    for found in re.finditer(tail_again, line) if tail_again else ():
        text = line[: found.start()]
        if _leads_to(tail, text, place):
            certain = whole or not word_end or found.end() < len(line)
            return Trimmed(shorten(text), ended=certain, repeats=certain)
    shown = line.rstrip()
    for size in range(min(len(tail), len(shown)), 0, -1):
        # A single letter is too little to call it a repetition.
        enough = size > 1 or not tail[0].isalnum()
        text = shown[:-size]
        if enough and shown.endswith(tail[:size]) and _leads_to(tail, text, place):
            return Trimmed(shorten(text), ended=whole)
    return Trimmed(shown, ended=whole)


def _leads_to(tail: str, text: str, place: Site) -> bool:
    """Whether `tail` may follow `text`: not in a word, and with strings and brackets in order."""
    brackets = scan(text, place.language, place.quote)
    inside_word = _is_word(tail[0]) and _is_word(text[-1:])
    closed = tail[0] not in CLOSERS or len(brackets.closing) == place.closable
    whole = not brackets.pending and brackets.quote == place.quote
    # Behind a comment of a line nothing on the line is code: no place is better than another.
    return not inside_word and closed and whole and brackets.comment in ("", "\n")


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _closable(
    prefix: str, suffix: str, after: str, before: Brackets, language: Language
) -> int | None:
    """How many open brackets are the suggestion's to close; None where nothing tells."""
    if suffix.strip():
        closed = len(scan(suffix + "\n", language, before.quote).closing)
    elif after.strip()[:1] in tuple(CLOSERS):
        # Standing further left, they close what an earlier line has opened.
        earlier = _indent(after) < _indent(prefix)
        closed = 0 if earlier else len(scan(after + "\n", language).closing)
    else:
        return None
    return max(len(before.pending) - closed, 0)
