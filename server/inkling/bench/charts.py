"""Plots as SVG text, for a page that defines the colours --s0, --s1, … and the classes used."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 18, 24, 38
_PLOT_WIDTH: Final = WIDTH - _LEFT - _RIGHT
_LEAST_MS, _MOST_MS = 1.0, 10_000.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Durations in milliseconds, out of `total` that may hold some that never came about."""

    name: str
    colour: int
    values: Sequence[float]
    total: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts by bin."""

    name: str
    colour: int
    counts: Sequence[int]


def histogram(series: Sequence[Bars], edges: Sequence[float], budget_ms: float) -> str:
    """Draw counts side by side in bins of equal width, with a line at the budget."""
    height, bins = 220, len(edges)
    slot, base = _PLOT_WIDTH / bins, height - _BOTTOM
    top = max((count for bars in series for count in bars.counts), default=0)
    step = max(1, -(-top // 4))
    most = 4 * step
    bar = slot * 0.84 / max(1, len(series))
    parts = [*_levels(height, [(n * step, f"{n * step}") for n in range(5)], most)]
    for number, bars in enumerate(series):
        for index, count in enumerate(bars.counts):
            if count:
                x = _LEFT + index * slot + slot * 0.08 + number * bar
                tall = (base - _TOP) * count / most
                title = f"{bars.name}, {_bin(edges, index)}: {count}"
                parts.append(
                    f'<rect x="{x:.1f}" y="{base - tall:.1f}" width="{bar:.1f}" '
                    f'height="{tall:.1f}" rx="1.5" fill="var(--s{bars.colour})">'
                    f"<title>{escape(title)}</title></rect>"
                )
    for index, edge in enumerate(edges):
        if index % 2 == 0 or edge >= 150:
            parts.append(_text(_LEFT + index * slot, base + 16, f"{edge:g}", "middle"))
    if budget_ms in edges:
        parts.append(_budget(_LEFT + edges.index(budget_ms) * slot, base, budget_ms))
    parts.append(_text(WIDTH - _RIGHT, height - 4, "milliseconds from the key", "end"))
    return _svg(height, parts, "Histogram of the time to an answer")


def cumulative(curves: Sequence[Curve], budget_ms: float, x_title: str) -> str:
    """Draw which share has come about by when, on a logarithmic axis from 1 ms to 10 s."""
    height = 260
    base = height - _BOTTOM
    parts = [*_levels(height, [(step / 4, f"{25 * step} %") for step in range(5)], 1)]
    for decade in (1, 10, 100, 1000, 10_000):
        for ms in {decade, min(2 * decade, 10_000), min(5 * decade, 10_000)}:
            label = f"{ms}" if ms < 1000 else f"{ms // 1000} s"
            parts.append(f'<path class="grid" d="M{_x(ms):.1f} {_TOP}V{base}"/>')
            parts.append(_text(_x(ms), base + 16, label, "middle"))
    parts.append(_budget(_x(budget_ms), base, budget_ms))
    for curve in curves:
        if curve.total:
            steps = "".join(_steps(curve, base))
            parts.append(f'<path class="curve" style="stroke:var(--s{curve.colour})" d="{steps}"/>')
    parts.append(_text(WIDTH - _RIGHT, height - 4, x_title, "end"))
    return _svg(height, parts, "Cumulative shares")


def stacked(rows: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> str:
    """Draw named rows of named milliseconds, one behind the other; colours go by the order."""
    height = 34 * len(rows) + 30
    longest = max((sum(ms for _, ms in row) for _, row in rows), default=0) or 1
    left = 110
    scale = (WIDTH - left - 70) / longest
    parts: list[str] = []
    for number, (name, row) in enumerate(rows):
        y, x = 6 + 34 * number, float(left)
        parts.append(_text(left - 8, y + 17, name, "end"))
        for stage, (part, ms) in enumerate(row):
            wide = ms * scale
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="24" '
                f'fill="var(--s{stage})"><title>{escape(part)}: {ms:.1f} ms</title></rect>'
            )
            if wide > 34:
                parts.append(_text(x + wide / 2, y + 16, f"{ms:.1f}", "middle", "on"))
            x += wide
        parts.append(_text(x + 6, y + 16, f"{sum(ms for _, ms in row):.1f} ms"))
    return _svg(height, parts, "Mean milliseconds by stage")


def shares(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Draw named shares as rows, each with the ends of its interval."""
    height, left = 22 * len(rows) + 26, 170
    wide = WIDTH - left - 60
    parts: list[str] = []
    for step in range(5):
        x = left + wide * step / 4
        parts.append(f'<path class="grid" d="M{x:.1f} 4V{height - 20}"/>')
        parts.append(_text(x, height - 6, f"{25 * step} %", "middle"))
    for number, (name, value, low, high) in enumerate(rows):
        y = 6 + 22 * number
        parts.append(_text(left - 8, y + 12, name, "end"))
        parts.append(
            f'<rect x="{left}" y="{y}" width="{wide * value:.1f}" height="16" fill="var(--s0)">'
            f"<title>{escape(name)}: {100 * value:.1f} %</title></rect>"
        )
        ends = f"M{left + wide * low:.1f} {y + 8}H{left + wide * high:.1f}"
        parts.append(f'<path stroke="var(--ink)" d="{ends}"/>')
        parts.append(_text(left + wide * high + 6, y + 12, f"{100 * value:.1f} %"))
    return _svg(height, parts, "Shares with their intervals")


def legend(named: Iterable[tuple[str, int]]) -> str:
    """Name colours."""
    items = "".join(
        f'<span><i style="background:var(--s{colour})"></i>{escape(name)}</span>'
        for name, colour in named
    )
    return f'<p class="legend">{items}</p>'


def _steps(curve: Curve, base: int) -> Iterator[str]:
    values = sorted(curve.values)
    yield f"M{_x(_LEAST_MS):.1f} {base}"
    for count, value in enumerate(values, 1):
        y = base - (base - _TOP) * count / curve.total
        yield f"H{_x(value):.1f}V{y:.1f}"
    yield f"H{_x(_MOST_MS):.1f}"


def _x(ms: float) -> float:
    inside = min(max(ms, _LEAST_MS), _MOST_MS)
    return _LEFT + _PLOT_WIDTH * math.log(inside / _LEAST_MS) / math.log(_MOST_MS / _LEAST_MS)


def _levels(height: int, labels: Sequence[tuple[float, str]], most: float) -> Iterator[str]:
    base = height - _BOTTOM
    for value, label in labels:
        y = base - (base - _TOP) * value / most
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'
        yield _text(_LEFT - 6, y + 4, label, "end")


def _budget(x: float, base: int, budget_ms: float) -> str:
    line = f'<path class="budget" d="M{x:.1f} 6V{base}"/>'
    return line + _text(x + 5, 15, f"budget {budget_ms:g} ms", "start", "budget-text")


def _bin(edges: Sequence[float], index: int) -> str:
    last = index + 1 == len(edges)
    return (
        f"{edges[index]:g} ms and more" if last else f"{edges[index]:g} to {edges[index + 1]:g} ms"
    )


def _text(x: float, y: float, text: str, anchor: str = "start", name: str = "") -> str:
    marked = f' class="{name}"' if name else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{marked}>{escape(text)}</text>'


def _svg(height: int, parts: Sequence[str], title: str) -> str:
    opened = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
    return opened + "".join(parts) + "</svg>"
