"""The command `inkling bench`: plays files against the server, and a peer, and reports."""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote

from inkling.bench import compare, corpus, machine, page, report, table
from inkling.bench.client import Client, ServerError
from inkling.bench.figures import figures
from inkling.bench.infill import InfillError, Server
from inkling.bench.keys import Document
from inkling.bench.languages.base import Language
from inkling.bench.languages.python import PYTHON
from inkling.bench.languages.registry import LANGUAGES
from inkling.bench.llama_ring import Ring
from inkling.bench.llama_vim import Cache, LlamaVim
from inkling.bench.packages import PackageError
from inkling.bench.plan import Plan, plan, plan_anew
from inkling.bench.player import Open, Plugin, play
from inkling.bench.processes import cpu_seconds, tree
from inkling.bench.record import Clock, Recording
from inkling.bench.screen import Screen
from inkling.bench.vscode import VsCode

QUICK_KEYS: Final = 150
_SETTLE_SECONDS: Final = 1.0
_INDEX_SECONDS: Final = 8.0
"""A project's files have been there for a while when somebody adds one."""


class BenchError(Exception):
    """The run cannot go on; the message says why."""


@dataclass(slots=True)
class Subject:
    """One that is measured, and what was measured of it so far."""

    name: str
    open: Callable[[int, Plan], Awaitable[Open]]
    """Gives what opens the document of one play, by its number, when all is as it is to be then."""
    pid: int | None
    recordings: list[Recording] = field(default_factory=list)
    cpu_seconds: float = 0.0

    def cpu_so_far(self) -> float:
        """Processor seconds of its processes since they began."""
        return cpu_seconds(self.pid) if self.pid else 0.0


def main(options: argparse.Namespace, *, server: Sequence[str], cache: Path) -> int:
    """Run the command; `server` starts the server, `cache` keeps downloads. Return 0 or 1."""
    try:
        for path in (options.json, options.html):
            if path and not path.absolute().parent.is_dir():
                raise BenchError(f"{path} cannot be written: there is no such folder")
        baseline = report.read(options.baseline) if options.baseline else None
        with TemporaryDirectory(prefix="inkling-project-") as root:
            project = Path(root).resolve() if options.new_file else None
            plans, folders = _prepared(options, cache, project)
            found = asyncio.run(_run(options, server, plans, folders))
        if baseline:
            differences = compare.compare(baseline, found)
            found["comparison"] = [difference.as_dict() for difference in differences]
        print("\n".join(table.lines(found)))
        if options.json:
            report.write(options.json, found)
        if options.html:
            options.html.write_text(page.render(found), encoding="utf-8")
    except (
        *(BenchError, corpus.CorpusError, InfillError, PackageError),
        *(report.ReportError, ServerError, OSError),
    ) as error:
        print(f"inkling bench: {error}", file=sys.stderr)
        return 1
    return 0


def _prepared(
    options: argparse.Namespace, cache: Path, project: Path | None
) -> tuple[list[tuple[int, Plan]], list[Path]]:
    """What is typed by which person, and the folders that the editor has open."""
    keys = min(QUICK_KEYS, options.keys or QUICK_KEYS) if options.quick else options.keys
    sources = list(_sources(options, cache))
    if project is None:
        return [(seed, plan(s.name, s.text, seed, keys, s.language)) for seed, s in sources], []
    if options.paths or not _pins(options):
        raise BenchError("--new-file is about packages: say --corpus, --language or --package")
    language = _language(options.language) or PYTHON
    folders = corpus.lay_out([source for _, source in sources], language, cache, project)
    return [
        (seed, plan_anew(s.name, s.text, seed, keys, s.language)) for seed, s in sources
    ], folders


def _sources(options: argparse.Namespace, cache: Path) -> Iterator[tuple[int, corpus.Source]]:
    count = 1 if options.quick else options.files
    language = _language(options.language)
    pins = _pins(options)
    for seed in options.seed or [1]:
        if options.paths:
            sources = corpus.named(options.paths, language)
        elif pins:
            sources = corpus.drawn(language or PYTHON, pins, seed, count, cache)
        else:
            sources = corpus.samples()[:count]
        for source in sources:
            yield seed, source


def _language(name: str | None) -> Language | None:
    if name and name not in LANGUAGES:
        raise BenchError(f"'{name}' is none of {', '.join(LANGUAGES)}")
    return LANGUAGES[name] if name else None


def _pins(options: argparse.Namespace) -> Sequence[str]:
    """The packages that files are drawn from; there are none where other files are typed."""
    if options.paths:
        return []
    if options.package or not (options.corpus or options.language):
        return options.package or []
    return corpus.published(_language(options.language) or PYTHON).pins


async def _run(
    options: argparse.Namespace,
    server: Sequence[str],
    plans: Sequence[tuple[int, Plan]],
    folders: Sequence[Path],
) -> dict[str, Any]:
    load_before = machine.load()
    async with _inkling(options, server, folders) as inkling:
        subjects = [inkling, *([_llama(options, folders)] if options.peer else [])]
        for number, (seed, one) in enumerate(plans, 1):
            seconds = sum(key.wait_ms for key in one.all_keys()) / 1e3 / options.speed
            about = f"{one.characters} characters, {seconds:.0f} s by hand"
            print(f"{number}/{len(plans)}  {one.name}, seed {seed}: {about}", file=sys.stderr)
            for subject in subjects:
                began = subject.cpu_so_far()
                subject.recordings.append(
                    await play(
                        *(one, seed, await subject.open(number, one), options.speed),
                        forgetful=options.forgetful,
                    )
                )
                subject.cpu_seconds += subject.cpu_so_far() - began
        idle = await _idle(subjects, options.idle_seconds)
        return report.report(
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            options=_told(options),
            subjects=[
                _measured(subject, options.budget_ms, spent)
                for subject, spent in zip(subjects, idle, strict=True)
            ],
            load_before=load_before,
        )


def _measured(subject: Subject, budget_ms: float, idle: tuple[float, float]) -> dict[str, Any]:
    found = figures(subject.recordings, budget_ms)
    running = tree(subject.pid) if subject.pid else []
    keys = found["typing"]["keys"]
    costs = report.processes(running, subject.cpu_seconds, keys, idle)
    return {"name": subject.name, **found, "processes": costs}


async def _idle(subjects: Sequence[Subject], seconds: float) -> list[tuple[float, float]]:
    """Measure processor seconds, and seconds, while nobody types."""
    await asyncio.sleep(_SETTLE_SECONDS if seconds else 0)
    clock, began = time.perf_counter(), [subject.cpu_so_far() for subject in subjects]
    await asyncio.sleep(seconds)
    passed = time.perf_counter() - clock
    return [
        (subject.cpu_so_far() - before, passed)
        for subject, before in zip(subjects, began, strict=True)
    ]


@asynccontextmanager
async def _inkling(
    options: argparse.Namespace, server: Sequence[str], folders: Sequence[Path]
) -> AsyncIterator[Subject]:
    """Start the server, and wait until its model is there; raises BenchError."""
    given = {"trace": True, "budgetMs": options.budget_ms, "model": options.model}
    left_out = [f"--without={part}" for part in options.without]
    async with Client.start([*server, *left_out]) as client:
        uris = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        await client.initialize(given | dict(options.server_option), folders=uris)
        await _ready(client)
        await asyncio.sleep(_INDEX_SECONDS if folders else 0)

        async def open_numbered(number: int, one: Plan) -> Open:
            def open_document(
                name: str, document: Document, screen: Screen, clock: Clock
            ) -> Plugin:
                where = folders[0].parent.as_uri() if folders else f"file:///bench/{number}"
                uri = f"{where}/{quote(name)}"
                return VsCode(
                    *(client, options.debounce_ms, uri, document, screen, clock, one.language.id),
                    plain=options.plain_client,
                )

            return open_document

        yield Subject("inkling", open_numbered, client.process.pid)


async def _ready(client: Client) -> None:
    states = [
        asyncio.create_task(client.heard("inkling/status", state=state))
        for state in ("ready", "failed", "no-model")
    ]
    ended = asyncio.create_task(client.process.wait())
    done, waiting = await asyncio.wait([*states, ended], return_when="FIRST_COMPLETED")
    for task in waiting:
        task.cancel()
    if ended in done:
        raise BenchError("the server ended before it was ready")
    for broken in states[1:]:
        if broken in done:
            raise BenchError(str(broken.result()["reason"]))


def _llama(options: argparse.Namespace, folders: Sequence[Path]) -> Subject:
    server, cache = Server.at(options.peer), Cache()

    async def open_numbered(_number: int, one: Plan) -> Open:
        package = one.name.partition("/")[0]
        files = [
            file
            for folder in folders
            if folder.name == package
            for file in folder.rglob(f"*{one.language.ending}")
        ]
        ring = Ring.of_files(files)
        await server.read(ring.chunks)

        def open_document(_name: str, document: Document, screen: Screen, clock: Clock) -> Plugin:
            return LlamaVim(server, cache, document, screen, clock, ring)

        return open_document

    return Subject("llama-server", open_numbered, options.peer_pid)


def _told(options: argparse.Namespace) -> dict[str, Any]:
    """The options that say what was run, as plain values."""
    return {
        "files": [str(path) for path in options.paths],
        "language": options.language,
        "packages": list(_pins(options)),
        "count": options.files,
        "keys": options.keys,
        "quick": options.quick,
        "newFile": options.new_file,
        "seeds": options.seed or [1],
        "speed": options.speed,
        "forgetful": options.forgetful,
        "debounceMs": options.debounce_ms,
        "budgetMs": options.budget_ms,
        "model": options.model,
        "serverOptions": dict(options.server_option),
        "plainClient": options.plain_client,
        "without": options.without,
        "peer": options.peer,
    }
