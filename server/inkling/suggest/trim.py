"""Where a suggestion ends: what the model says beyond that is not shown.

A pure function of the generated text and of what stands around the cursor. What closes something
that is not its own, says again what stands there or goes round is cut off. Then the text ends with
its line or its block or, for who asked, where the model itself stopped; and what of that is not
worth taking as it stands goes. It rewrites nothing.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from inkling.suggest import again, whole
from inkling.suggest.site import Site
from inkling.suggest.whole import Judge
from inkling.text.brackets import CLOSERS, indent

End = Literal["", "stop", "length"]
"""Why no more text will come: the model stopped, or was asked for no more. Empty: some may come."""


def end_of(why: str) -> End:
    """How a generation ended, by the engine's reason."""
    return "stop" if why == "stop" else "length" if why == "length" else ""


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The text to show. With `ended`, nothing that the model adds could change it.

    One that has not ended is for `cut_off` to shorten. It ended because the model began to repeat
    what stands there if it `repeats`; with `unfit`, what the model said would not have stood.
    """

    text: str
    ended: bool
    repeats: bool = False
    unfit: bool = False


def trim(generated: str, place: Site, judge: Judge, end: End) -> Trimmed:
    """Cut `generated` where it leaves the line or block, or repeats what stands there."""
    trimmed = _trim(generated, place, judge, end)
    if not trimmed.ended or not trimmed.text.strip():
        return trimmed
    text = whole.longest(trimmed.text, place, judge)
    if trimmed.repeats and whole.verdict_on(text, place, judge) == "opens":
        text = ""  # the block that it begins stands there already
    return replace(trimmed, text=text, unfit=not text)


def cut_off(generated: str, place: Site, judge: Judge, known: str) -> str:
    """What is worth taking of a text that time cut off, so that it may end anywhere.

    A word is only taken for a whole one if it is `known`.
    """
    trimmed = _trim(generated, replace(place, invoked=False), judge, "")
    text = trimmed.text
    if not trimmed.ended:
        head, newline, _ = text.rpartition("\n")
        if newline and head.strip():  # whole lines are enough
            text = head.rstrip()
        else:
            text = whole.known_end(text, place.line_prefix, known)
    text = whole.longest(text, place, judge) if text.strip() else ""
    # Less may be half of a word, and is typed sooner than read.
    return text if trimmed.ended or len(text.strip()) >= whole.LEAST else ""


def _trim(generated: str, place: Site, judge: Judge, end: End) -> Trimmed:
    # A line that has ended shows which quotes in it are none.
    reading = whole.read(generated + "\n" if end else generated, place)
    shift = len(place.line_prefix)
    limits = [index - shift for index in reading.closing[place.closable :][:1]]
    if reading.broken is not None:
        limits.append(reading.broken - shift)
    goes_round = again.endless(place.above, generated)
    if goes_round is not None and goes_round < min(limits, default=len(generated)):
        kept = _shape(generated[:goes_round], place, judge, "length")
        return replace(kept, ended=True, repeats=not kept.text.strip())
    if limits:
        return _shape(generated[: min(limits)], place, judge, "stop")
    trimmed = _shape(generated, place, judge, end)
    if reading.undecided is None or end:
        return trimmed
    # What follows there may yet turn out to close other brackets.
    before = _shape(generated[: reading.undecided - shift], place, judge, "")
    return before if before.ended else replace(trimmed, ended=False, repeats=False)


def _shape(generated: str, place: Site, judge: Judge, end: End) -> Trimmed:
    """Cut a text that closes nothing but what is its own or its to close.

    Who asked gets what the model stops behind; where it did not stop, what anybody gets.
    """
    if place.invoked:
        own = _shaped(generated, place, judge, "" if end == "length" else end)
        if own.ended or not end:
            return own
    return _shaped(generated, replace(place, invoked=False), judge, end)


def _shaped(generated: str, place: Site, judge: Judge, end: End) -> Trimmed:
    if not place.gap:
        return _lines(generated, place, judge, end)
    if not generated.partition("\n")[0].strip() and "\n" in generated:
        return _between(generated, place, judge, end)
    return _before_suffix(generated, place, end)


def _lines(generated: str, place: Site, judge: Judge, end: End) -> Trimmed:
    """End with the line, or with the block."""
    lines = generated.split("\n")
    ends = set(whole.read(generated, place).line_ends)
    kept: list[str] = []
    floor = _floor(place, lines[0])
    second, above = place.lines_above
    previous = place.line_prefix if place.line_prefix.strip() else above
    counted, at = again.counts_on(above, second), len(place.line_prefix)
    opened = False
    for number, line in enumerate(lines):
        is_whole = number + 1 < len(lines) or bool(end)
        full = place.line_prefix + line if number == 0 else line
        at += len(line)
        if (
            number
            and not place.invoked
            and (_dedented(line, floor, place) or _begins_anew(line, kept, place))
        ):
            return Trimmed(_join(kept), ended=True)
        if line.strip() and again.repeats(full, previous, place, number, whole=is_whole):
            if is_whole:
                return Trimmed(_join(kept), ended=True, repeats=True)
            # It may still become something else: wait, don't show.
            return Trimmed("\n".join([*kept, ""]), ended=False)
        counts = is_whole and bool(full.strip()) and again.counts_on(full, above)
        typed = number == 0 and bool(place.line_prefix.strip())
        if counts and counted and not typed:
            return Trimmed(_join(kept), ended=True, repeats=True)
        kept.append(line)
        if full.strip():
            previous, above, counted = full, full, counts
        if is_whole and sum(1 for text in kept if text.strip()) >= place.max_lines:
            return Trimmed(_join(kept), ended=True)
        if place.single and number + 1 < len(lines):
            if number == 0 and _complete(place, line):
                pass  # the line below it is what comes next
            elif not line.strip():
                if not opened:
                    return Trimmed(_join(kept), ended=True) if number else Trimmed("", ended=True)
            elif not line.endswith("\\"):
                may_open = bool(place.language.opens_block.match(full))
                if not (opened or may_open) and at in ends:
                    return Trimmed(_join(kept), ended=True)
                verdict = whole.verdict_on(_join(kept), place, judge)
                opened = opened or verdict == "opens"
                # What it opened it goes on to the end of.
                if verdict == "clean" or (not opened and (at in ends or verdict == "unknown")):
                    return Trimmed(_join(kept), ended=True)
        at += 1
    return Trimmed(_join(kept) if end else "\n".join(kept), ended=bool(end))


def _complete(place: Site, rest: str) -> bool:
    """Whether the cursor's line wants nothing more: then the line below it is what comes next."""
    return bool(place.line_prefix.strip()) and not rest.strip()


def _join(lines: list[str]) -> str:
    return "\n".join(lines).rstrip()


def _floor(place: Site, first: str) -> int:
    """The least indentation, in characters, that still belongs to the block being filled."""
    if place.line_prefix.strip():
        opens_block = place.language.opens_block.match(place.line_prefix)
        return indent(place.line_prefix) + (1 if opens_block else 0)
    return indent(place.line_prefix + first)


def _dedented(line: str, floor: int, place: Site) -> bool:
    """Whether a line ends the block; one that has only begun is judged by what it has."""
    if not line.strip() or indent(line) >= floor:
        return False
    if again.BRACKET.match(line):  # it may stand left of what it closes, and brackets are counted
        return False
    return not place.language.closes_block.match(line) or _closed_below(line, place)


def _closed_below(line: str, place: Site) -> bool:
    """Whether a block that a line would end is ended by the first line below that is not in it."""
    outside = (text for text in place.lines_below if indent(text) <= indent(line))
    first = next(outside, "")
    return indent(first) == indent(line) and bool(place.language.closes_block.match(first))


def _begins_anew(line: str, kept: list[str], place: Site) -> bool:
    """Whether a definition begins beside something that is complete: one is enough."""
    language, (first, *more) = place.language, kept
    lines = [place.line_prefix + first if first.strip() else "", *more]
    complete = [text for text in lines if text.strip() and not language.heralds.match(text)]
    begins = language.definition.match(line) or language.heralds.match(line)
    return bool(begins and complete and indent(line) == indent(complete[0]))


def _between(generated: str, place: Site, judge: Judge, end: End) -> Trimmed:
    """Fill what stands open right before the cursor and is closed right behind it, with lines.

    The last line feed stays, so that what closes it gets a line of its own.
    """
    if not place.levels or place.closable or place.levels[-1].kind == "tag":
        return Trimmed("", ended=True)
    trimmed = _lines(generated, replace(place, single=False), judge, end)
    if not trimmed.ended or not trimmed.text.strip():
        return trimmed
    rest = generated[len(trimmed.text) :]
    blanks = rest[: len(rest) - len(rest.lstrip())]
    closing = "\n" + place.line_prefix[: indent(place.line_prefix)]
    _, newline, last = blanks.rpartition("\n")
    if not newline or not (newline + last).startswith(closing):
        return trimmed
    text = generated[: len(trimmed.text) + len(blanks) - len(last) - 1 + len(closing)]
    return replace(trimmed, text=text)


def _before_suffix(generated: str, place: Site, end: End) -> Trimmed:
    """Fill a gap within a line: end where the text after the cursor would begin again.

    It may go on over lines while something of its own is open, or where the model stops by itself.
    """
    ends = (index - len(place.line_prefix) for index in whole.read(generated, place).line_ends)
    line_end = next((index for index in ends if generated[:index].strip()), None)
    if place.invoked:
        line_end = None
    line, certain = _in_few_lines(generated[:line_end], place)
    is_whole = bool(end) or line_end is not None or certain
    tail = place.line_suffix.strip()
    # Blanks before the suffix go where it brings its own.
    shorten = str.rstrip if place.line_suffix[0].isspace() else str
    word_end = r"(?!\w)" if _is_word(tail[-1]) else ""
    # A tail that is longer than the line is no part of it, and may be thousands of characters.
    tail_again = re.escape(tail) + word_end if len(tail) <= len(line) else None
    for found in re.finditer(tail_again, line) if tail_again else ():
        text = line[: found.start()]
        if _leads_to(tail, text, place):
            certain = is_whole or not word_end or found.end() < len(line)
            return Trimmed(shorten(text), ended=certain, repeats=certain)
    shown = line.rstrip()
    for size in range(min(len(tail), len(shown)), 0, -1):
        # A single letter is too little to call it a repetition.
        enough = size > 1 or not tail[0].isalnum()
        text = shown[:-size]
        if enough and shown.endswith(tail[:size]) and _leads_to(tail, text, place):
            return Trimmed(shorten(text), ended=is_whole)
    return Trimmed(shown, ended=is_whole, repeats=certain)


def _in_few_lines(text: str, place: Site) -> tuple[str, bool]:
    """Cut a text behind as many lines as it may have, and before one that stands below it; and
    whether that was done.
    """
    lines = text.split("\n")
    count = 0
    for number, line in enumerate(lines[:-1]):
        again_below = number and again.repeats(line, lines[number - 1], place, number, whole=True)
        if line.strip() and again_below:
            return _join(lines[:number]), True
        count += bool(line.strip())
        if count == place.max_lines:
            return _join(lines[: number + 1]), True
    return text, False


def _leads_to(tail: str, text: str, place: Site) -> bool:
    """Whether `tail` may follow `text`: not in a word, and with strings and brackets in order."""
    reading = whole.read(text, place)
    inside_word = _is_word(tail[0]) and _is_word(text[-1:])
    closed = tail[0] not in CLOSERS or len(reading.closing) == place.closable
    # Behind a comment of a line nothing on the line is code: no place is better than another.
    comment = bool(reading.levels) and reading.levels[-1].closer == "\n"
    return not inside_word and closed and (not reading.own or comment)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
