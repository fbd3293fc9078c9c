"""The figures of a run: recordings in, plain values in the shape of the report out."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any, Final

from inkling.bench.quantiles import quantile, summary
from inkling.bench.record import Recording, Request
from inkling.bench.timeline import pauses, rows
from inkling.bench.weighed import by_odds, weighed

KINDS: Final = ("cold", "model", "cache", "empty")
STAGES: Final = ("debounceMs", "contextMs", "encodeMs", "prefillMs", "decodeMs", "trimMs")

# What is the same in every trace that tells of one generation, and hardly of two.
_GENERATION: Final = ("generation", "promptTokens", "reusedTokens", "encodeMs", "prefillMs")
_COUNTS: Final = (
    "generatedTokens",
    "recalledTokens",
    "steps",
    "draftedSteps",
    "draftTokens",
    "acceptedTokens",
    "decodeMs",
)


def figures(recordings: Sequence[Recording], budget_ms: float) -> dict[str, Any]:
    """Return all figures of one subject, and the samples that they come from."""
    return {
        "plays": [
            {
                "file": recording.name,
                "seed": recording.seed,
                "sha256": recording.sha256,
                "characters": recording.characters,
                "acceptedCharacters": _by_tab([recording]),
                "keys": _keys(recording),
                "seconds": round(recording.seconds, 2),
                "meanAcceptanceLength": _decoding([recording])["meanAcceptanceLength"],
            }
            for recording in recordings
        ],
        "answers": _answers(recordings),
        "inBudget": _in_budget(recordings, budget_ms),
        "pauses": _pauses(recordings, budget_ms),
        "stages": _stages(recordings),
        "decoding": _decoding(recordings),
        "typing": _typing(recordings),
        "silence": by_odds(recordings),
        "samples": _samples(recordings, budget_ms),
    }


def share(part: float, whole: float) -> float | None:
    """Return part of whole, rounded; None of nothing."""
    return round(part / whole, 4) if whole else None


def _keys(recording: Recording) -> int:
    return sum(stroke.name != "jump" for stroke in recording.strokes)


def _answers(recordings: Sequence[Recording]) -> dict[str, Any]:
    by_kind: dict[str, list[float]] = {name: [] for name in KINDS}
    unanswered = unsettled = 0
    for recording in recordings:
        for request, kind, _quiet in rows(recording):
            if request.latency_ms is None:
                unanswered += 1
                unsettled += not request.settled
            else:
                by_kind[kind].append(request.latency_ms)
    return {
        **{name: summary(latencies) for name, latencies in by_kind.items()},
        "unanswered": unanswered,
        "unsettled": unsettled,
    }


def _in_budget(recordings: Sequence[Recording], budget_ms: float) -> dict[str, Any]:
    left_alone = [
        request
        for recording in recordings
        for request, _kind, quiet in rows(recording)
        if quiet >= budget_ms
    ]
    cold = [request for request in left_alone if request.cold]
    cold_with_text = sum(bool(request.text) and _within(request, budget_ms) for request in cold)
    answered = [request for request in left_alone if _within(request, budget_ms)]
    with_text = sum(bool(request.text) for request in answered)
    return {
        "budgetMs": budget_ms,
        "requests": len(left_alone),
        "answered": len(answered),
        "answeredShare": share(len(answered), len(left_alone)),
        "withText": with_text,
        "withTextShare": share(with_text, len(left_alone)),
        "cold": {
            "requests": len(cold),
            "withText": cold_with_text,
            "withTextShare": share(cold_with_text, len(cold)),
        },
    }


def _within(request: Request, budget_ms: float) -> bool:
    return request.latency_ms is not None and request.latency_ms <= budget_ms


def _pauses(recordings: Sequence[Recording], budget_ms: float) -> dict[str, Any]:
    found = [pause for recording in recordings for pause in pauses(recording, budget_ms)]
    reasons = Counter(pause.reason for pause in found if pause.reason)
    good = len(found) - reasons.total()
    return {
        "count": len(found),
        "inBudget": good,
        "share": share(good, len(found)),
        "reasons": dict(reasons.most_common()),
    }


def _stages(recordings: Iterable[Recording]) -> dict[str, Any]:
    """Where the time of answers went that were computed. What no stage says is `otherMs`: both
    processes' pipes, waiting, and the editor's debounce.
    """
    spent: dict[str, list[float]] = {}
    for request in (request for recording in recordings for request in recording.requests):
        told = {name: request.trace.get(name) for name in STAGES}
        if request.latency_ms is None or not any(told.values()) or _from_cache(request):
            continue
        stages = {name: float(ms or 0.0) for name, ms in told.items()}
        other = request.latency_ms - sum(stages.values())
        for name, ms in (stages | {"otherMs": max(0.0, other)}).items():
            spent.setdefault(name, []).append(ms)
    return {
        name: {
            "mean": round(fmean(values), 2),
            "p50": round(quantile(values, 0.5), 2),
            "p95": round(quantile(values, 0.95), 2),
        }
        for name, values in spent.items()
    }


def _from_cache(request: Request) -> bool:
    return request.trace.get("source") == "cache"


def _decoding(recordings: Iterable[Recording]) -> dict[str, Any]:
    """Count what was decoded, each generation once, as the last trace tells that knows of it."""
    last: dict[object, Mapping[str, Any]] = {}
    for request in (request for recording in recordings for request in recording.requests):
        generation = tuple(request.trace.get(name) for name in _GENERATION)
        known = last.get(generation, {})
        if request.trace.get("steps", 0) > known.get("steps", 0):
            last[generation] = request.trace
    totals: Counter[str] = Counter()
    drafters: dict[str, list[int]] = {}
    for trace in last.values():
        totals.update({name: trace.get(name, 0) for name in _COUNTS})
        for name, (draft, accepted) in trace.get("drafters", {}).items():
            earlier = drafters.get(name, [0, 0])
            drafters[name] = [earlier[0] + draft, earlier[1] + accepted]
    passes = [trace["passMs"] for trace in last.values() if trace.get("passMs")]
    pass_ms = round(quantile(passes, 0.5), 2) if passes else None
    drafted = totals["draftedSteps"]
    rate = share(1e3 * totals["generatedTokens"], totals["decodeMs"])
    return {
        "generations": len(last),
        "generatedTokens": totals["generatedTokens"],
        "steps": totals["steps"],
        "draftedSteps": drafted,
        "meanAcceptanceLength": share(totals["generatedTokens"], totals["steps"]),
        "meanAcceptanceLengthOfDrafts": share(drafted + totals["acceptedTokens"], drafted),
        "draftTokens": totals["draftTokens"],
        "acceptedTokens": totals["acceptedTokens"],
        "draftHitRate": share(totals["acceptedTokens"], totals["draftTokens"]),
        "drafters": {
            name: {
                "draftTokens": draft,
                "acceptedTokens": accepted,
                "draftHitRate": share(accepted, draft),
            }
            for name, (draft, accepted) in drafters.items()
        },
        "tokensPerSecond": rate,
        "recalledTokens": totals["recalledTokens"],
        "passMs": pass_ms,
        "timesPlain": round(rate * pass_ms / 1e3, 4) if rate and pass_ms else None,
    }


def _typing(recordings: Sequence[Recording]) -> dict[str, Any]:
    sights = [sight for recording in recordings for sight in recording.sights]
    changes = Counter(sight.change for sight in sights)
    verdicts = Counter(sight.verdict for sight in sights if sight.verdict)
    acceptances = [taken for recording in recordings for taken in recording.acceptances]
    taken = Counter(acceptance.verdict for acceptance in acceptances)
    characters = sum(recording.characters for recording in recordings)
    by_tab = _by_tab(recordings)
    shown = changes["fresh"] + changes["replaced"]
    return {
        "characters": characters,
        "keys": sum(_keys(recording) for recording in recordings),
        "acceptedCharacters": by_tab,
        "acceptedShare": share(by_tab, characters),
        "shown": shown,
        "verdicts": {name: verdicts[name] for name in sorted(verdicts)},
        "wrong": verdicts["wrong"],
        "acceptances": {name: taken[name] for name in ("all", "lines", "words")},
        "extended": changes["extended"],
        "vanished": changes["vanished"],
        "flicker": changes["replaced"],
        "flickerShare": share(changes["replaced"], shown),
    }


def _by_tab(recordings: Sequence[Recording]) -> int:
    return sum(taken.characters for recording in recordings for taken in recording.acceptances)


def _samples(recordings: Sequence[Recording], budget_ms: float) -> dict[str, Any]:
    """All requests as [play, kind, latency, quiet time], all pauses as [play, length, from when
    on a text was shown, reason], all texts that came up as [play, verdict, characters taken,
    odds, evidence]; milliseconds, null for what there is not.
    """
    return {
        "requests": [
            [play, kind, _rounded(request.latency_ms), _rounded(quiet)]
            for play, recording in enumerate(recordings)
            for request, kind, quiet in rows(recording)
        ],
        "pauses": [
            [play, _rounded(pause.length_ms), _rounded(pause.shown_ms), pause.reason]
            for play, recording in enumerate(recordings)
            for pause in pauses(recording, budget_ms)
        ],
        "texts": [
            [play, text.verdict, text.taken, text.odds, text.evidence]
            for play, recording in enumerate(recordings)
            for text in weighed(recording)
        ],
    }


def _rounded(ms: float | None) -> float | None:
    return None if ms is None or math.isinf(ms) else round(ms, 2)
