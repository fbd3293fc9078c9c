"""Tells a report in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from inkling.bench.figures import KINDS, STAGES

_BARS: Final = " ▁▂▃▄▅▆▇█"
_HISTOGRAM_NOTE: Final = "by 10 ms up to 150, then to 200, 300, 500, 1000, more"


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a report, subject by subject."""
    machine = report["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    yield (
        f"{report['date']}  {machine['cpu']}, {machine['cores']} cores, load "
        f"{machine['loadBefore']} before and {machine['loadAfter']} after"
    )
    yield f"Python {machine['python']}, {versions}"
    for subject in report["subjects"]:
        yield ""
        yield from _subject(subject)
    for peer in report["beside"]:
        yield ""
        yield of_peer(peer)
    if report.get("comparison"):
        yield ""
        yield from _comparison(report["comparison"])


def _subject(subject: Mapping[str, Any]) -> Iterator[str]:
    typing, plays = subject["typing"], subject["plays"]
    seconds = sum(play["seconds"] for play in plays)
    yield f"{subject['name']}: {len(plays)} files, {typing['keys']} keys in {seconds:.0f} s"
    yield ""
    yield f"{'answers':12}{'count':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}   {_HISTOGRAM_NOTE}"
    for kind in KINDS:
        yield _answers(kind, subject["answers"][kind])
    answers, budget = subject["answers"], subject["inBudget"]
    unsettled = f", {answers['unsettled']} never settled" if answers["unsettled"] else ""
    yield f"  {'overtaken':10}{answers['unanswered']:7}   by the next key{unsettled}"
    yield ""
    budget_ms = f"{budget['budgetMs']:.0f} ms"
    yield f"Of {budget['requests']} requests with {budget_ms} or more until the next key"
    yield f"  {'answered in ' + budget_ms:21}{_percent(budget['answeredShare'])}"
    yield f"  with ghost text      {_percent(budget['withTextShare'])}"
    cold = budget["cold"]
    yield f"  when cold            {_percent(cold['withTextShare'])} of {cold['requests']} requests"
    pauses = subject["pauses"]
    yield f"Of {pauses['count']} pauses of 150 ms or more"
    yield f"  ghost text in budget {_percent(pauses['share'])}"
    for reason, count in pauses["reasons"].items():
        yield f"    {reason:19}{_percent(count / pauses['count'])}"
    yield from _stages(subject["stages"])
    yield from _decoding(subject["decoding"], subject["answers"]["model"])
    yield from _typing(typing)
    yield from _processes(subject["processes"])


def _answers(kind: str, summary: Mapping[str, Any]) -> str:
    if not summary["count"]:
        return f"  {kind:10}{0:7}"
    figures = "".join(f"{summary[name]:8.1f}" for name in ("p50", "p95", "p99", "max"))
    return f"  {kind:10}{summary['count']:7}{figures}   {sparkline(summary['histogram'])}"


def sparkline(counts: Sequence[int]) -> str:
    """Draw counts as a row of bars; what is not nothing is seen."""
    most = max(counts, default=0) or 1
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in counts).rstrip()


def _stages(stages: Mapping[str, Any]) -> Iterator[str]:
    if not stages:
        return
    names = [name for name in (*STAGES, "otherMs") if name in stages]
    yield "Stages of computed answers, ms"
    yield "  " + "".join(f"{name.removesuffix('Ms'):>10}" for name in ("", *names))
    for figure in ("p50", "p95", "mean"):
        yield f"  {figure:>10}" + "".join(f"{stages[name][figure]:10.2f}" for name in names)


def _decoding(decoding: Mapping[str, Any], summary: Mapping[str, Any]) -> Iterator[str]:
    if not decoding["steps"]:
        return
    of_drafts = decoding["meanAcceptanceLengthOfDrafts"]
    drafted = f" ({of_drafts:.2f} of drafts)" if of_drafts else ""
    yield (
        f"Decoding: mean acceptance length {decoding['meanAcceptanceLength']:.2f}{drafted}, "
        f"{decoding['tokensPerSecond'] or 0:.0f} tokens/s, "
        f"draft hit rate {_percent(decoding['draftHitRate']).strip()} "
        f"of {decoding['draftTokens']} draft tokens; "
        f"{decoding['recalledTokens']} tokens without a step"
    )
    if decoding["passMs"]:
        computed = summary["p50"] / decoding["passMs"] if summary["count"] else 0.0
        yield (
            f"  a pass of one token takes {decoding['passMs']:.1f} ms: "
            f"{decoding['timesPlain'] or 0:.2f} x plain decoding; "
            f"computed answers take {computed:.1f} passes in the median"
        )
    for name, counts in decoding["drafters"].items():
        rate = _percent(counts["draftHitRate"])
        yield f"  {name:20} {rate} of {counts['draftTokens']}"


def _typing(typing: Mapping[str, Any]) -> Iterator[str]:
    taken = typing["acceptances"]
    yield (
        f"Characters by Tab: {_percent(typing['acceptedShare']).strip()} of "
        f"{typing['characters']}; accepted {sum(taken.values())} times ({taken['all']} whole, "
        f"{taken['lines']} by lines, {taken['words']} by words)"
    )
    yield (
        f"Shown: {typing['shown']} texts, {typing['wrong']} of them wrong; "
        f"{typing['flicker']} replaced one that agreed ({_percent(typing['flickerShare']).strip()})"
        f", {typing['vanished']} that agreed vanished, {typing['extended']} grew"
    )


def _processes(processes: Mapping[str, Any]) -> Iterator[str]:
    if not processes:
        return
    memory = ", ".join(
        f"{process['name']} {process['bytes'] / 1e6:.0f}" for process in processes["peakMemory"]
    )
    yield (
        f"Processor: {processes['cpuSecondsPer1000Keys'] or 0:.1f} s per 1,000 keys; "
        f"idle {_percent(processes['idleCpuShare']).strip()} of one core"
    )
    yield f"Peak memory, MB: {memory}"


def of_peer(peer: Mapping[str, Any]) -> str:
    """Say how Inkling does beside a peer."""
    if peer["times"] is None:
        return f"Characters by Tab: none by {peer['name']}"
    told = f"Characters by Tab: {peer['times']:.1f} x those of {peer['name']}"
    if peer["low"] is None:
        return f"{told}; too few files to tell of others"
    high = "or more" if peer["high"] is None else f"to {peer['high']:.1f}"
    return f"{told}; files like these would give {peer['low']:.1f} {high} (90 %)"


def _comparison(differences: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"{'Beside the baseline (99 % intervals)':58}{'before':>9}{'now':>9}   difference"
    for one in differences:
        name = f"{one['subject']}: {one['figure']}"
        sides = "".join(f"{_value(one[side], one['unit']):>9}" for side in ("before", "now"))
        if one["low"] is None:
            span = ""
        else:
            low, high = (_value(one[end], one["unit"]) for end in ("low", "high"))
            span = f"{low} to {high}  "
        yield f"  {name:56}{sides}   {span}{one['verdict']}"


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if unit == "ms" else f"{100 * value:.1f} %"


def _percent(share: float | None) -> str:
    return "     -" if share is None else f"{100 * share:5.1f} %"
