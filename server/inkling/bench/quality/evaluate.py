"""`inkling eval`: records what is missing if asked to, replays, scores and tells."""

import argparse
import asyncio
import hashlib
import json
import math
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from inkling.backends.base import Backend
from inkling.bench import accept
from inkling.bench.packages import PackageError
from inkling.bench.quality import (
    cutting,
    deeper,
    elsewhere,
    recording,
    replay,
    scoring,
    silence,
    table,
)
from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Ask
from inkling.context import window
from inkling.errors import InklingError
from inkling.suggest.confidence import Weighed
from inkling.suggest.modes import AUTOMATIC, INVOKED, LEAST_ODDS


@dataclass(frozen=True, slots=True)
class Model:
    """A converted model's folder, and what starts an engine of it."""

    folder: Path
    start: Callable[[], Backend]

    @property
    def weights(self) -> str:
        """What names its weights."""
        return weights_of((self.folder / "model.json").read_bytes())

    @property
    def manifest(self) -> dict[str, Any]:
        """What its folder says of itself."""
        found: dict[str, Any] = json.loads((self.folder / "model.json").read_bytes())
        return found


def main(options: argparse.Namespace, model: Model, cache: Path, deep: Model | None = None) -> int:
    """Run the command with a model, and perhaps a `deep` one; `cache` is a folder of its own."""
    cut = elsewhere.cases if options.elsewhere else cutting.cases
    try:
        cases = cut(options.split, cache / "packages")[: options.cases]
    except PackageError as error:
        raise InklingError(str(error)) from error
    if deep is None:
        report, scored = _alone(options, cases, model, cache)
    else:
        report, scored = _beside(options, cases, model, deep, cache)
    if options.show and options.split == "look":
        print("\n".join(table.told_cases(scored)))
    if options.against:
        report["comparison"] = table.compare(report, _read(options.against))
    print("\n".join(table.lines(report)))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1, allow_nan=False) + "\n", "utf-8")
    if options.html:
        options.html.write_text(table.html(report), "utf-8")
    if len(scored) < len(cases) and not (options.language or options.kind):
        print(f"{len(cases) - len(scored)} cases are not recorded yet", file=sys.stderr)
    return 0


def _alone(
    options: argparse.Namespace, cases: Sequence[Case], model: Model, cache: Path
) -> tuple[dict[str, Any], list[table.Scored]]:
    """What a model says, without a clock."""
    weights, layout = model.weights, model.manifest["layout"]
    extent = window.within(options.tokens) if options.tokens else window.FULL
    path = cache / f"{options.split}{_of(options)}.jsonl"
    # Where little stands around, all of it is what a smaller window holds.
    whole = recording.read(cache / f"{options.split}.jsonl") if options.tokens else {}

    def key_of(case: Case) -> str:
        if options.elsewhere:
            return elsewhere.key(case, weights)
        asked = recording.prompt_of(recording.snapshot_of(case), layout, extent)
        return recording.key(asked, weights)

    if options.record:
        around = elsewhere.asking(options.split, cache / "packages", layout)
        asking = around if options.elsewhere else recording.asking(layout, extent)
        asyncio.run(_record(cases, model.start(), key_of, asking, path, whole))
    said = whole | recording.read(path)
    mode = AUTOMATIC if options.mode == "automatic" else INVOKED
    least_odds = -math.inf if mode.invoked else LEAST_ODDS[options.eagerness]
    scored: list[table.Scored] = []
    weighed: list[Sequence[silence.Judged]] = []
    for case in _wanted(options, cases):
        found = said.get(key_of(case))
        if found is not None:
            texts = replay.suggested(case, found, mode)
            text = replay.shown(texts, least_odds)
            scored.append((case, text, scoring.score(case, text)))
            weighed.append([_weigh(case, one) for one in texts])
    _check(scored)
    report = table.report(scored, options.mode, options.split)
    report["silence"] = silence.report(weighed)
    return report, scored


def _beside(
    options: argparse.Namespace,
    cases: Sequence[Case],
    model: Model,
    deep: Model,
    cache: Path,
) -> tuple[dict[str, Any], list[table.Scored]]:
    """What a deep model says beside another one, asked by a key at the same places."""
    path = cache / f"{options.split}.deep.jsonl"
    runners = ((model, deeper.SPRINTER), (deep, deeper.DEEPER))
    keys = [partial(deeper.key, weights=one.weights) for one, _ in runners]
    if options.record:
        for (one, runner), key_of in zip(runners, keys, strict=True):
            backend = one.start()
            asyncio.run(_record(cases, backend, key_of, deeper.asking(runner, backend), path))
    said = recording.read(path)
    both = [case for case in _wanted(options, cases) if all(of(case) in said for of in keys)]
    reports = []
    for (one, runner), key_of in zip(runners, keys, strict=True):
        found = [
            (case, what, replay.suggested(case, what, runner.mode))
            for case, what in ((case, said[key_of(case)]) for case in both)
        ]
        shown = [(case, replay.shown(texts, -math.inf)) for case, _, texts in found]
        scored = [(case, text, scoring.score(case, text)) for case, text in shown]
        _check(scored)
        report = table.report(scored, "asked by a key", options.split)
        reports.append(report | {"model": one.manifest["name"], "took": deeper.took(found, runner)})
    first, report = reports
    report["comparison"] = table.compare(report, first)
    report["first"] = first
    return report, scored


def _wanted(options: argparse.Namespace, cases: Sequence[Case]) -> list[Case]:
    of = [case for case in cases if options.language in (None, case.group)]
    return [case for case in of if options.kind in (None, case.kind)]


def _check(scored: Sequence[table.Scored]) -> None:
    if not scored:
        raise InklingError("nothing of this is recorded yet: `inkling eval --record` does that")


async def _record(
    cases: Sequence[Case],
    backend: Backend,
    key_of: Callable[[Case], str],
    asking: AbstractAsyncContextManager[Ask],
    path: Path,
    elsewhere: Collection[str] = (),
) -> None:
    async with asking as ask:
        await recording.record(cases, backend, key_of, ask, path, elsewhere)


def _of(options: argparse.Namespace) -> str:
    """What tells a recording from that of the split's whole windows."""
    if options.elsewhere:
        return ".elsewhere"
    return f".{options.tokens}" if options.tokens else ""


def weights_of(manifest: bytes) -> str:
    """Name a model's weights by what its folder says that it was made of, with all digests."""
    return hashlib.blake2b(manifest, digest_size=12).hexdigest()


def _weigh(case: cutting.Case, one: Weighed) -> silence.Judged:
    right = accept.decide(one.text.rstrip(), case.reference.rstrip()).length > 0
    return silence.Judged(one.odds, right, scoring.useful(case, one.text))


def _read(path: Path) -> dict[str, Any]:
    """Read what --json wrote. Raises InklingError."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        found["cases"].keys()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InklingError(f"{path} is no report of `inkling eval`: {error}") from error
    return found
