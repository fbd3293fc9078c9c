"""Judges a suggestion at a case by what stood there."""

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from inkling.bench.compare import FEWEST, LEVEL, RESAMPLES
from inkling.bench.quality.cutting import Case
from inkling.text.syntax import errors, parser_for

LEAST: Final = 3
"""Characters; fewer are of no use, however right."""
_TELLING: Final = 10
_BLANKS: Final = re.compile(r"^([ \t]*)[^\s*]", re.MULTILINE)
"""Lines' indentation; a comment's stars stand beside the steps of the code."""
_Z: Final = 1.96  # intervals of 95 %


@dataclass(frozen=True, slots=True)
class Score:
    """What a suggestion is worth: shares are 0 or 1, None where they do not apply.

    `valid` is asked where the text with the reference parses clean; `valid_reference` is the same
    of the reference cut to as many lines. `similarity` is 1 where all of it is as it was.
    """

    shown: bool
    exact: bool
    useful: bool
    repeated: bool | None
    indented: bool | None
    valid: bool | None
    valid_reference: bool | None
    similarity: float | None


def score(case: Case, text: str) -> Score:
    """Judge what is shown, perhaps nothing, at a case."""
    said, reference = text.rstrip(), case.reference.rstrip()
    is_shown = bool(said.strip())
    exact = is_shown and said == reference
    if not is_shown:
        return Score(False, False, False, None, None, None, None, None)
    short = "\n".join(reference.split("\n")[: said.count("\n") + 1])
    valid = _clean(case, text) if _clean(case, case.reference) else None
    return Score(
        True,
        exact,
        useful(case, text),
        _repeated(case, said),
        _indented(case, said),
        valid,
        None if valid is None else _clean(case, short),
        difflib.SequenceMatcher(None, said, short, autojunk=False).ratio(),
    )


def useful(case: Case, text: str) -> bool:
    """Whether a text is right as far as it goes, and long enough."""
    said = text.rstrip()
    return len(said.strip()) >= LEAST and case.reference.rstrip().startswith(said)


def _clean(case: Case, middle: str) -> bool | None:
    """Whether the file parses with `middle` in the gap; None where there is no grammar."""
    parser = parser_for(case.language)
    if parser is None:
        return None
    parser.update(case.before + middle + case.after)
    parser.advance(math.inf)
    return parser.tree is not None and not errors(parser.tree)


def _repeated(case: Case, said: str) -> bool:
    """Whether what stands behind or above stands there twice, and did not before."""
    suffix = case.after.partition("\n")[0].strip()
    reference = case.reference.rstrip()
    for twice in (suffix, *_beginnings(suffix)):
        ended = bool(twice) and said.endswith(twice) and not reference.endswith(twice)
        if ended and not _is_own(said, twice):
            return True
    below = [line.strip() for line in case.after.split("\n")[1:] if line.strip()][:3]
    own = {line.strip() for line in reference.split("\n")}
    lines = [line.strip() for line in said.split("\n")]
    if lines[-1] in below[:1] and lines[-1] not in own:
        return True
    telling = {line for line in below if sum(map(str.isalnum, line)) >= _TELLING}
    before = [line.strip() for line in case.before.split("\n")[:-1] if line.strip()]
    above = set(before[-1:]) if sum(map(str.isalnum, "".join(before[-1:]))) >= _TELLING else set()
    return any(line in telling | above and line not in own for line in lines)


def _beginnings(suffix: str) -> Iterator[str]:
    """What whole words of a suffix's beginning tell enough, the longest first."""
    for end in sorted((word.end() for word in re.finditer(r"\w+", suffix)), reverse=True):
        if sum(map(str.isalnum, suffix[:end])) >= _TELLING:
            yield suffix[:end]


def _is_own(said: str, closing: str) -> bool:
    """Whether brackets or quotes at a text's end close what it has opened itself."""
    if closing.strip(")]}\"'`"):
        return False
    opener = dict(zip(")]}", "([{", strict=True))
    return all(
        said.count(opener[one]) >= said.count(one) if one in opener else said.count(one) % 2 == 0
        for one in set(closing)
    )


def _indented(case: Case, said: str) -> bool | None:
    """Whether lines are indented with what the file is, by as much; None where none is."""
    _, *lines = said.split("\n")
    blanks = re.findall(_BLANKS, "\n".join(lines))
    others = [blank for blank in re.findall(_BLANKS, case.before + case.after) if blank]
    if not any(blanks) or not others:
        return None
    tabs = sum(blank.startswith("\t") for blank in others) * 2 > len(others)
    if tabs:
        return all(not blank or blank.startswith("\t") for blank in blanks)
    step = min((len(blank) for blank in others if len(blank) > 1), default=1)
    return all("\t" not in blank and len(blank) % step == 0 for blank in blanks)


Figure = tuple[float, float, float, int]
"""A share or a mean, its interval's ends, and of how many."""


def share(values: Iterable[bool | None]) -> Figure | None:
    """A share with its interval of 95 % (Wilson, 1927); None of nothing."""
    known = [value for value in values if value is not None]
    n = len(known)
    if not n:
        return None
    p = sum(known) / n
    middle, spread = p + _Z**2 / (2 * n), _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return p, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale), n


def mean(values: Iterable[float | None]) -> Figure | None:
    """A mean with its interval of 95 % (percentile bootstrap: Efron, 1979); None of nothing."""
    known = np.array([value for value in values if value is not None])
    if not known.size:
        return None
    low, high = np.quantile(_means(known, _draws(known.size)), [0.025, 0.975])
    return float(known.mean()), float(low), float(high), known.size


def difference(
    old: Sequence[float | None], new: Sequence[float | None]
) -> tuple[float, float, float] | None:
    """By how much a share or mean is larger in a second run than in a first, with its interval.

    The values are of the same cases, which are drawn anew in pairs. The interval is of 99 %, since
    many figures are compared at once; None where there are too few for one.
    """
    before, after = (np.array(values, dtype=float) for values in (old, new))
    if min(np.count_nonzero(~np.isnan(values)) for values in (before, after)) < FEWEST:
        return None
    draws = _draws(before.size)
    drawn = _means(after, draws) - _means(before, draws)
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(np.nanmean(after) - np.nanmean(before)), float(low), float(high)


def _draws(size: int) -> Any:
    """How often each of `size` values is drawn, each time that as many are drawn anew."""
    return np.random.default_rng(0).multinomial(size, [1 / size] * size, RESAMPLES)


def _means(values: Any, draws: Any) -> Any:
    """The means of what was drawn, without values that are NaN."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return draws @ np.where(known, values, 0.0) / (draws @ known)
