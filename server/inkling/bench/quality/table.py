"""Tells what suggestions are worth: in a terminal, as JSON and as a page."""

import html
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from inkling.bench.quality.cutting import Case
from inkling.bench.quality.scoring import Score, difference, share

Scored = tuple[Case, str, Score]

_SHARES: Final[dict[str, Callable[[Score], bool | None]]] = {
    "shown": lambda score: score.shown,
    "exact": lambda score: score.exact,
    "useful": lambda score: score.useful,
    "precision": lambda score: score.useful if score.shown else None,
    "repeated": lambda score: score.repeated,
    "indented": lambda score: score.indented,
    "valid": lambda score: score.valid,
    "reference": lambda score: score.valid_reference,
}
"""What is told of each group: `precision` is the share of what is shown that is useful, `valid` of
what parses where the reference does, and `reference` the same of the reference cut as short.
"""


def report(scored: Sequence[Scored], mode: str, split: str) -> dict[str, Any]:
    """All figures, and every case by name, for programs and for comparing two runs."""
    return {
        "split": split,
        "mode": mode,
        "groups": {name: _figures(scores) for name, scores in _groups(scored)},
        "cases": {
            f"{case.name}:{case.begin}:{case.end}": asdict(score) for case, _, score in scored
        },
    }


def _groups(scored: Sequence[Scored]) -> Iterator[tuple[str, list[Score]]]:
    yield "all", [score for _, _, score in scored]
    for name in sorted({case.group for case, _, _ in scored}):
        yield name, [score for case, _, score in scored if case.group == name]
    for name in sorted({case.kind for case, _, _ in scored}):
        yield name, [score for case, _, score in scored if case.kind == name]


def _figures(scores: Sequence[Score]) -> dict[str, Any]:
    similar = [score.similarity for score in scores if score.similarity is not None]
    figures: dict[str, Any] = {"n": len(scores)}
    for name, of in _SHARES.items():
        p, low, high, n = share(map(of, scores))
        figures[name] = {"share": p, "low": low, "high": high, "n": n}
    figures["similarity"] = sum(similar) / len(similar) if similar else math.nan
    return figures


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a report."""
    yield f"split {found['split']}, {found['mode']}; shares in %, with intervals of 95 %"
    yield ""
    yield f"{'':26}{'n':>5}" + "".join(f"{name:>15}" for name in _SHARES) + f"{'similarity':>12}"
    for name, figures in found["groups"].items():
        shares = "".join(f"{_told(figures[each]):>15}" for each in _SHARES)
        yield f"{name:26}{figures['n']:>5}{shares}{figures['similarity']:>12.2f}"


def _told(figure: Mapping[str, float]) -> str:
    if math.isnan(figure["share"]):
        return "-"
    share_, low, high = (100 * figure[name] for name in ("share", "low", "high"))
    return f"{share_:.1f} ({low:.0f}-{high:.0f})"


def compared(new: Mapping[str, Any], old: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs between two reports, of the cases that both have, and what is noise."""
    both = new["cases"].keys() & old["cases"].keys()
    pairs = [(Score(**old["cases"][name]), Score(**new["cases"][name])) for name in sorted(both)]
    yield f"against the other run, {len(pairs)} cases of both, points with intervals of 95 %"
    for name, of in _SHARES.items():
        more, low, high = difference(pairs, of)
        noise = "  (noise)" if low <= 0 <= high else ""
        yield f"  {name:12}{100 * more:+7.1f} ({100 * low:+.1f} to {100 * high:+.1f}){noise}"


def told_cases(scored: Sequence[Scored]) -> Iterator[str]:
    """Yield single cases to look at."""
    for case, text, score in scored:
        verdict = "exact" if score.exact else "useful" if score.useful else "wrong"
        marks = [name for name in ("repeated",) if getattr(score, name)]
        marks += [name for name in ("valid", "indented") if getattr(score, name) is False]
        yield f"--- {case.kind}, {case.name}: {verdict if score.shown else 'nothing'} {marks or ''}"
        yield f"{case.before[-160:]}‸{case.after[:100]}"
        yield f"wanted {case.reference!r}"
        yield f"shown  {text!r}"


def page(found: Mapping[str, Any]) -> str:
    """The report as a page that needs nothing else."""
    head = "".join(f"<th>{name}</th>" for name in ("", "n", *_SHARES, "similarity"))
    rows = []
    for name, figures in found["groups"].items():
        cells = [name, figures["n"], *(_told(figures[each]) for each in _SHARES)]
        cells.append(f"{figures['similarity']:.2f}")
        rows.append("<tr>" + "".join(f"<td>{html.escape(str(c))}</td>" for c in cells) + "</tr>")
    title = f"Inkling: split {html.escape(found['split'])}, {html.escape(found['mode'])}"
    style = "body{font:14px system-ui}td,th{padding:2px 10px;text-align:right}"
    return (
        f"<!doctype html><meta charset=utf-8><title>{title}</title><style>{style}</style>"
        f"<h1>{title}</h1><p>Shares in %, with intervals of 95 %.</p>"
        f"<table><tr>{head}</tr>{''.join(rows)}</table>\n"
    )
