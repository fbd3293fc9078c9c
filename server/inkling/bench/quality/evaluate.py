"""`inkling eval`: records what is missing if asked to, replays, scores and tells."""

import argparse
import asyncio
import hashlib
import json
import math
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from inkling.backends.base import Backend
from inkling.bench import accept
from inkling.bench.packages import PackageError
from inkling.bench.quality import cutting, elsewhere, recording, replay, scoring, silence, table
from inkling.bench.quality.cutting import Case
from inkling.bench.quality.recording import Ask
from inkling.context import window
from inkling.errors import InklingError
from inkling.suggest.confidence import Weighed
from inkling.suggest.modes import AUTOMATIC, INVOKED, LEAST_ODDS


def main(
    options: argparse.Namespace, start: Callable[[], Backend], model: Path, cache: Path
) -> int:
    """Run the command with the converted model in a folder; `cache` is one of its own."""
    manifest = (model / "model.json").read_bytes()
    weights = weights_of(manifest)
    layout = json.loads(manifest)["layout"]
    cut = elsewhere.cases if options.elsewhere else cutting.cases
    try:
        cases = cut(options.split, cache / "packages")[: options.cases]
    except PackageError as error:
        raise InklingError(str(error)) from error
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
        asyncio.run(_record(cases, start(), key_of, asking, path, whole))
    said = whole | recording.read(path)
    mode = AUTOMATIC if options.mode == "automatic" else INVOKED
    least_odds = -math.inf if mode.invoked else LEAST_ODDS[options.eagerness]
    scored: list[table.Scored] = []
    weighed: list[Sequence[silence.Judged]] = []
    for case in cases:
        if options.language not in (None, case.group) or options.kind not in (None, case.kind):
            continue
        found = said.get(key_of(case))
        if found is not None:
            texts = replay.suggested(case, found, mode)
            text = replay.shown(texts, least_odds)
            scored.append((case, text, scoring.score(case, text)))
            weighed.append([_weigh(case, one) for one in texts])
    if not scored:
        raise InklingError("nothing of this is recorded yet: `inkling eval --record` does that")
    report = table.report(scored, options.mode, options.split)
    report["silence"] = silence.report(weighed)
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


async def _record(
    cases: Sequence[Case],
    backend: Backend,
    key_of: Callable[[Case], str],
    asking: AbstractAsyncContextManager[Ask],
    path: Path,
    elsewhere: Collection[str],
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
