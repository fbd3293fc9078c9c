"""Tells what suggestions are worth: in a terminal, as JSON and as a page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape
from typing import Any, Final, TypeVar

from inkling.bench import charts, page
from inkling.bench.quality import silence
from inkling.bench.quality.cutting import Case
from inkling.bench.quality.elsewhere import VARIANTS
from inkling.bench.quality.scoring import Figure, Score, difference, mean, share

T = TypeVar("T")
Scored = tuple[Case, str, Score]

SHARES: Final[dict[str, Callable[[Score], bool | None]]] = {
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
_FIGURES: Final[dict[str, Callable[[Score], float | None]]] = {
    **SHARES,
    "similarity": lambda score: score.similarity,
}
_LESS_IS_BETTER: Final = {"repeated"}
_NEITHER: Final = {"shown", "reference"}


def report(scored: Sequence[Scored], mode: str, split: str) -> dict[str, Any]:
    """All figures, and every case by name, for programs and for comparing two runs."""
    groups = _groups([(case.group, case.kind, score) for case, _, score in scored])
    return {
        "split": split,
        "mode": mode,
        "groups": {name: _figures(scores) for name, scores in groups.items()},
        "cases": {
            _name(case): {
                "language": case.group,
                "kind": case.kind,
                "text": text,
                **asdict(score),
            }
            for case, text, score in scored
        },
    }


def _name(case: Case) -> str:
    """Name a case; one of those that there are several of at a place says which."""
    which = f" {case.kind}" if case.kind in VARIANTS else ""
    return f"{case.name}:{case.begin}:{case.end}{which}"


def _groups(of: Sequence[tuple[str, str, T]]) -> dict[str, list[T]]:
    """All together, then by language, then by kind."""
    found: dict[str, list[T]] = {"all": [one for _, _, one in of]}
    for name in sorted({language for language, _, _ in of}):
        found[name] = [one for language, _, one in of if language == name]
    for name in sorted({kind for _, kind, _ in of}):
        found[name] = [one for _, kind, one in of if kind == name]
    return found


def _figures(scores: Sequence[Score]) -> dict[str, Any]:
    figures: dict[str, Any] = {name: _named(share(map(of, scores))) for name, of in SHARES.items()}
    similar = _named(mean(score.similarity for score in scores))
    return {"n": len(scores), **figures, "similarity": similar}


def _named(figure: Figure | None) -> dict[str, float] | None:
    return None if figure is None else dict(zip(("value", "low", "high", "n"), figure, strict=True))


def compare(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """What differs between two reports, of the cases that both have, and what of it is noise."""
    both = [name for name in new["cases"] if name in old["cases"]]
    pairs = []
    for name in both:
        case = new["cases"][name]
        pair = _score(old["cases"][name]), _score(case)
        pairs.append((case["language"], case["kind"], pair))
    rows = []
    for group, of_group in _groups(pairs).items():
        for figure, of in _FIGURES.items():
            values = [[of(pair[side]) for pair in of_group] for side in (0, 1)]
            told = difference(*values)
            if told is not None:
                more, low, high = told
                verdict = _verdict(figure, low, high)
                row = {"group": group, "figure": figure, "n": len(of_group), "more": more}
                rows.append({**row, "low": low, "high": high, "verdict": verdict})
    return {"n": len(both), "rows": rows}


def _score(case: Mapping[str, Any]) -> Score:
    return Score(**{name: case[name] for name in Score.__dataclass_fields__})


def _verdict(figure: str, low: float, high: float) -> str:
    if low <= 0 <= high:
        return "noise"
    if figure in _NEITHER:
        return "more" if low > 0 else "less"
    return "better" if (low > 0) != (figure in _LESS_IS_BETTER) else "worse"


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a report."""
    yield f"split {found['split']}, {found['mode']}; shares in %, with intervals of 95 %"
    first = found.get("first")
    for each in (first, found) if first else (found,):
        yield ""
        yield from _grouped(each["groups"], each.get("model", ""))
    if first:
        yield ""
        yield from _took([first, found])
    if found.get("silence"):
        yield ""
        yield from silence.lines(found["silence"])
    if "comparison" in found:
        yield ""
        yield from _compared(found["comparison"])


def _grouped(groups: Mapping[str, Any], of: str) -> Iterator[str]:
    yield f"{of:26}{'n':>5}" + "".join(f"{name:>15}" for name in SHARES) + f"{'similarity':>12}"
    for name, figures in groups.items():
        shares = "".join(f"{_told(figures[each]):>15}" for each in SHARES)
        yield f"{name:26}{figures['n']:>5}{shares}{_mean(figures['similarity']):>12}"


def _took(reports: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What each of some models took for what it said."""
    head = ("n", "first line, s", "all of it, s", "late", "told, tokens", "own MB", "PSS MB")
    yield f"{'median, 9 of 10 within':26}" + "".join(f"{name:>15}" for name in head)
    for report in reports:
        took = report["took"]
        seconds = (
            f"{took[end]['median']:.1f}, {took[end]['most']:.1f}" if end in took else "-"
            for end in ("first", "whole")
        )
        memory = (f"{took[name] / 1e6:.0f}" for name in ("own", "pss"))
        told = (took["n"], *seconds, took["late"], f"{took['promptTokens']:.0f}", *memory)
        yield f"{report['model']:26}" + "".join(f"{one:>15}" for one in told)


def _compared(comparison: Mapping[str, Any]) -> Iterator[str]:
    n, rows = comparison["n"], comparison["rows"]
    yield f"against the other run, {n} cases of both; points with intervals of 99 %"
    for row in rows:
        if row["group"] == "all":
            yield f"  {row['figure']:12}{_change(row)}"
    apart = [row for row in rows if row["group"] != "all"]
    clear = [row for row in apart if row["verdict"] != "noise"]
    yield f"  by language and by kind, {len(apart) - len(clear)} of {len(apart)} are noise"
    for row in clear:
        yield f"  {row['group']} (n = {row['n']}): {row['figure']} {_change(row)}"


def _change(row: Mapping[str, Any]) -> str:
    more, low, high = (100 * row[name] for name in ("more", "low", "high"))
    return f"{more:+6.1f} ({low:+.1f} to {high:+.1f})  {row['verdict']}"


def _told(figure: Mapping[str, float] | None) -> str:
    if figure is None:
        return "-"
    value, low, high = (100 * figure[name] for name in ("value", "low", "high"))
    return f"{value:.1f} ({low:.0f}-{high:.0f})"


def _mean(figure: Mapping[str, float] | None) -> str:
    return "-" if figure is None else f"{figure['value']:.2f}"


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


def html(found: Mapping[str, Any]) -> str:
    """The report as a page that needs nothing else."""
    return page.framed("inkling eval", "\n".join(_body(found)))


def _body(found: Mapping[str, Any]) -> Iterator[str]:
    groups = found["groups"]
    yield "<h1>inkling eval</h1>"
    yield (
        f'<p class="dim">{groups["all"]["n"]} cases of the split {escape(found["split"])}, '
        f"{escape(found['mode'])}. Shares in %, with intervals of 95 %.</p>"
    )
    told = {name: _told(groups["all"][name]).partition(" ") for name in SHARES}
    yield page.cards([(value, f"{name} {ends}") for name, (value, _, ends) in told.items()])
    yield "<h2>Useful, by language and by kind</h2>"
    yield charts.shares(
        [
            (name, figures["useful"]["value"], figures["useful"]["low"], figures["useful"]["high"])
            for name, figures in groups.items()
        ]
    )
    if "comparison" in found:
        yield "<h2>Against the other run</h2>"
        yield '<p class="dim">Points with intervals of 99 %; what is not told is noise.</p>'
        rows = [
            (
                row["group"],
                row["figure"],
                row["n"],
                _change(row).rpartition("  ")[0],
                row["verdict"],
            )
            for row in found["comparison"]["rows"]
            if row["group"] == "all" or row["verdict"] != "noise"
        ]
        yield page.tabled(["", "", "n", "change", "says"], rows)
    yield "<h2>All figures</h2>"
    yield f"<pre>{escape(chr(10).join(lines(found)))}</pre>"
