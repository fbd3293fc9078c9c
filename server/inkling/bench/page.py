"""Shows a report as one page of HTML that needs nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from inkling.bench import charts, table
from inkling.bench.charts import Bars, Curve
from inkling.bench.figures import KINDS, STAGES
from inkling.bench.quantiles import EDGES_MS, histogram

_STYLE: Final = """
:root { --ink: #1c2330; --dim: #667085; --rule: #e4e7ec; --paper: #fff; --card: #f7f8fa;
  --budget: #b42318; --s0: #3056d3; --s1: #e08a1e; --s2: #12a37f; --s3: #8d5bd0; --s4: #d1477a;
  --s5: #5b9bd5; --s6: #98a2b3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --dim: #98a2b3; --rule: #2c3442;
  --paper: #12161d; --card: #1a2029; --budget: #f97066; --s0: #7c9bff; --s1: #f3a950;
  --s2: #3ccfa6; --s3: #b894f0; --s4: #f080ab; --s5: #8cc4f2; --s6: #667085; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 800px; padding: 32px 20px 64px; color: var(--ink);
  background: var(--paper); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 26px; margin: 0 } h2 { font-size: 18px; margin: 36px 0 6px }
p { margin: 6px 0 } .dim { color: var(--dim) }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 10px;
  margin: 14px 0 }
.cards div { background: var(--card); border-radius: 8px; padding: 10px 12px }
.cards b { display: block; font-size: 22px; font-variant-numeric: tabular-nums }
.cards span { color: var(--dim); font-size: 12.5px; line-height: 1.3; display: block }
svg { width: 100%; height: auto; display: block }
svg text { font-size: 11px; fill: var(--dim) } svg text.on { fill: var(--paper) }
svg text.budget-text { fill: var(--budget) }
.grid { stroke: var(--rule); fill: none } .curve { fill: none; stroke-width: 2 }
.budget { stroke: var(--budget); stroke-dasharray: 4 3; fill: none }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; color: var(--dim) }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px;
  margin-right: 6px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
  font-size: 13.5px } td, th { padding: 4px 8px; text-align: right;
  border-bottom: 1px solid var(--rule); font-weight: 400 }
td + td, th + th { white-space: nowrap }
td:first-child, th:first-child { text-align: left; padding-left: 0 } th { color: var(--dim) }
.better { color: var(--s2) } .worse { color: var(--budget) }
pre { background: var(--card); border-radius: 8px; padding: 14px; overflow-x: auto;
  font: 12px/1.45 ui-monospace, monospace }
"""

_COLOURS: Final = {"cold": 4, "model": 2, "cache": 5, "empty": 6}
"""Of the kinds of answers; the subjects have the first ones."""


def render(report: Mapping[str, Any]) -> str:
    """Return the page's HTML."""
    return framed("inkling bench", "\n".join(_body(report)))


def framed(title: str, body: str) -> str:
    """A page with a body, in the style that all have."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def cards(values: Sequence[tuple[str, str]]) -> str:
    """Figures to see first, each with what it is."""
    inside = "".join(f"<div><b>{value}</b><span>{text}</span></div>" for value, text in values)
    return f'<div class="cards">{inside}</div>'


def tabled(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; a cell that says a word of the style's is in its style."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>"
        + "".join(f'<td class="{escape(str(cell))}">{escape(str(cell))}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"


def _body(report: Mapping[str, Any]) -> Iterator[str]:
    machine, subjects = report["machine"], report["subjects"]
    budget_ms = report["options"]["budgetMs"]
    named = [(subject["name"], number) for number, subject in enumerate(subjects)]
    keys = subjects[0]["typing"]["keys"] if subjects else 0
    yield "<h1>inkling bench</h1>"
    yield (
        f'<p class="dim">{escape(report["date"])}: {keys} keys typed, '
        f"{escape(str(machine['cpu']))}, {machine['cores']} cores</p>"
    )
    for subject in subjects:
        yield f"<h2>{escape(subject['name'])}</h2>"
        yield _cards(subject, budget_ms)
    yield "<h2>Pauses: ghost text on the screen by when</h2>"
    yield (
        '<p class="dim">Of all pauses of 150 ms or more. What is there from the start was typed '
        "through, or came from a cache.</p>"
    )
    yield charts.legend(named)
    shown = [_shown(subject, number) for number, subject in enumerate(subjects)]
    yield charts.cumulative(shown, budget_ms, "from the pause's beginning")
    yield "<h2>Answers: time from the key</h2>"
    yield '<p class="dim">Answers that came before the next key.</p>'
    yield charts.legend(named)
    bars = [
        Bars(subject["name"], number, histogram(_latencies(subject, KINDS)))
        for number, subject in enumerate(subjects)
    ]
    yield charts.histogram(bars, EDGES_MS, budget_ms)
    for subject in subjects:
        yield f"<h2>{escape(subject['name'])}: answers by kind</h2>"
        curves = [_curve(subject, kind) for kind in KINDS]
        yield charts.legend((f"{curve.name} ({curve.total})", curve.colour) for curve in curves)
        yield charts.cumulative(curves, budget_ms, "from the key")
        yield _answers(subject)
    rows = [(subject["name"], _stage_row(subject)) for subject in subjects if subject["stages"]]
    if rows:
        yield "<h2>Where the time goes</h2>"
        yield '<p class="dim">Mean milliseconds of computed answers.</p>'
        yield charts.legend((name, number) for number, (name, _ms) in enumerate(rows[0][1]))
        yield charts.stacked(rows)
    if report.get("comparison"):
        yield "<h2>Beside the baseline</h2>"
        yield _comparison(report["comparison"])
    yield "<h2>All figures</h2>"
    yield f"<pre>{escape(chr(10).join(table.lines(report)))}</pre>"


def _cards(subject: Mapping[str, Any], budget_ms: float) -> str:
    answers, decoding = subject["answers"], subject["decoding"]
    told = [
        (_percent(subject["pauses"]["share"]), f"of pauses have ghost text in {budget_ms} ms"),
        (_percent(subject["inBudget"]["answeredShare"]), "of requests left alone answered by then"),
        (_ms(answers["model"].get("p50")), "median of computed answers"),
        (_ms(answers["model"].get("p95")), "their 95th percentile"),
        (_percent(subject["typing"]["acceptedShare"]), "of characters typed by Tab"),
        (_percent(subject["typing"]["flickerShare"]), "of shown texts replaced one that agreed"),
    ]
    if decoding["meanAcceptanceLength"]:
        told.append((f"{decoding['meanAcceptanceLength']:.2f}", "tokens a step"))
        told.append((f"{decoding['tokensPerSecond'] or 0:.0f}", "tokens a second"))
    return cards(told)


def _shown(subject: Mapping[str, Any], colour: int) -> Curve:
    rows = subject["samples"]["pauses"]
    values = [row[2] for row in rows if row[2] is not None]
    return Curve(subject["name"], colour, values, len(rows))


def _latencies(subject: Mapping[str, Any], kinds: Sequence[str]) -> list[float]:
    rows = subject["samples"]["requests"]
    return [row[2] for row in rows if row[1] in kinds and row[2] is not None]


def _curve(subject: Mapping[str, Any], kind: str) -> Curve:
    values = _latencies(subject, [kind])
    return Curve(kind, _COLOURS[kind], values, len(values))


def _stage_row(subject: Mapping[str, Any]) -> list[tuple[str, float]]:
    stages = subject["stages"]
    names = [name for name in (*STAGES, "otherMs") if name in stages]
    return [(name.removesuffix("Ms"), stages[name]["mean"]) for name in names]


def _answers(subject: Mapping[str, Any]) -> str:
    rows = [
        [kind, summary["count"], *(_ms(summary.get(name)) for name in ("p50", "p95", "p99", "max"))]
        for kind, summary in ((kind, subject["answers"][kind]) for kind in KINDS)
    ]
    return tabled(["", "count", "p50", "p95", "p99", "max"], rows)


def _comparison(differences: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            f"{one['subject']}: {one['figure']}",
            *(_value(one[side], one["unit"]) for side in ("before", "now", "low", "high")),
            one["verdict"],
        ]
        for one in differences
    ]
    return tabled(["", "before", "now", "difference from", "to", "says"], rows)


def _value(value: float | None, unit: str) -> str:
    return _ms(value) if unit == "ms" else _percent(value)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _ms(ms: float | None) -> str:
    return "-" if ms is None else f"{ms:.1f} ms"
