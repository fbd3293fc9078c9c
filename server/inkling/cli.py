"""The command `inkling`: the only place that names concrete parts and wires them together."""

import argparse
import asyncio
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from inkling import __version__
from inkling.errors import InklingError

if TYPE_CHECKING:
    from inkling.editor.configured import Completions, Status
    from inkling.models.progress import Report
    from inkling.options import Config
    from inkling.suggest.outcome import Nothing, Outcome
    from inkling.suggest.trace import Trace
    from inkling.text.buffers import Snapshot


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command; exits with 0, 1 for an error it names, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        sys.exit(options.run(options))
    except InklingError as error:
        sys.exit(f"inkling: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    from inkling.bench import options as bench_options

    parser = argparse.ArgumentParser(prog="inkling", description=__doc__)
    parser.add_argument("--version", action="version", version=f"inkling {__version__}")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="where models are kept (else INKLING_CACHE)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., int], summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.set_defaults(run=run)
        return added

    serve = command("serve", _serve, "speak LSP on standard input and output")
    serve.add_argument("--stdio", action="store_true", help="accepted, and the only way there is")
    serve.add_argument(
        "--without",
        action="append",
        default=[],
        choices=("cache", "drafting", "head", "prefetch", "prewarm", "recall", "reuse"),
        help="leave a part out, to measure what it is worth (repeatable)",
    )
    complete = command("complete", _complete, "print what an editor would get at a place in a file")
    complete.add_argument("place", metavar="FILE:LINE:COLUMN", help="both counted from 1")
    complete.add_argument("--explicit", action="store_true", help="as if asked for by a key")
    doctor = command("doctor", _doctor, "check that this machine can complete code in time")
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument("--model", metavar="NAME", help="a name from `inkling model list`")
    doctor.add_argument("--client", metavar="NAME/VERSION", help="the editor's part that asks")
    demo = command("demo", _demo, "watch Inkling complete a short program that is being typed")
    demo.add_argument("--quiet", action="store_true", help="no progress bars")
    bench = command("bench", _bench, "type real files as a person does and measure every answer")
    bench_options.add(bench)

    model = commands.add_parser("model", help="pull, list, find or remove models")
    actions = model.add_subparsers(required=True, metavar="ACTION")
    for name, run, summary in (
        ("pull", _model_pull, "fetch a model, check it and convert it"),
        ("path", _model_path, "print the folder of an installed model"),
        ("remove", _model_remove, "delete a model from the cache"),
    ):
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument("name", nargs="?", help="a name from `inkling model list`")
        action.set_defaults(run=run)
        if run is _model_pull:
            action.add_argument("--from", dest="source", type=Path, metavar="GGUF")
            told = action.add_mutually_exclusive_group()
            told.add_argument("--quiet", action="store_true", help="no progress bar")
            told.add_argument(
                "--progress-json",
                action="store_true",
                help="progress for programs: JSON lines on standard error",
            )
    listing = actions.add_parser("list", help="list the models there are")
    listing.set_defaults(run=_model_list)
    return parser


def _smaller(name: str | None, root: Path) -> Path | None:
    """The folder of the model that drafts for another one, if it is installed."""
    from inkling.models import catalog, store

    try:
        return store.find(catalog.load().entry(name), root) if name else None
    except InklingError:
        return None


class _Local:
    """Completions by an engine on this machine."""

    def __init__(
        self,
        config: "Config",
        report: "Callable[[Status], None]",
        more: "Callable[[Snapshot], None]",
        root: Path,
        without: Sequence[str],
    ) -> None:
        from inkling.backends import process
        from inkling.editor.configured import Status
        from inkling.engine import wire
        from inkling.models import catalog, store
        from inkling.power import Battery
        from inkling.suggest.completer import Completer
        from inkling.suggest.outcome import Nothing
        from inkling.suggest.scheduler import Scheduler

        entry = catalog.load().entry(config.model)

        def on_state(state: wire.State) -> None:
            why = None if state.state == "ready" else Nothing(state.state, state.detail)
            report(Status(state.state, entry.name, why))

        folder = store.find(entry, root)
        its_parts = [part for part in without if part in wire.PARTS]
        smaller = _smaller(entry.draft_model, root)
        command = process.command(folder, config.threads, its_parts, smaller)
        battery = Battery()

        def saving() -> bool:
            return not self._config.read_ahead_on_battery and battery.unplugged()

        self._config = config
        self._engine = process.Engine(command, on_state)
        self._scheduler = Scheduler(Completer(self._engine, more, saving, without), config)

    async def complete(self, snapshot: "Snapshot", trace: "Trace", *, explicit: bool) -> "Outcome":
        """See `configured.Completions`."""
        return await self._scheduler.complete(snapshot, trace, explicit=explicit)

    def warm(self, snapshot: "Snapshot") -> None:
        """See `configured.Completions`."""
        self._scheduler.warm(snapshot)

    def configure(self, config: "Config") -> None:
        """See `configured.Completions`."""
        self._config = config
        self._scheduler.configure(config)

    def refer(self, name: str, text: str) -> None:
        """See `configured.Completions`."""
        self._scheduler.refer(name, text)

    def rest(self) -> None:
        """See `configured.Completions`."""
        self._scheduler.rest()

    async def run(self) -> None:
        """Run the engine until cancelled."""
        await self._engine.run()


class _NoModel:
    """Stands in while there is no model: every answer says why."""

    def __init__(self, why: "Nothing") -> None:
        self._why = why

    async def complete(
        self,
        snapshot: "Snapshot",  # noqa: ARG002 - nothing can be said of any snapshot
        trace: "Trace",  # noqa: ARG002
        *,
        explicit: bool,  # noqa: ARG002
    ) -> "Outcome":
        """See `configured.Completions`."""
        return self._why

    def warm(self, snapshot: "Snapshot") -> None:
        """Nothing to get ready."""

    def refer(self, name: str, text: str) -> None:
        """Nothing to draft."""

    def configure(self, config: "Config") -> None:
        """Nothing depends on it."""

    def rest(self) -> None:
        """Nothing is at work."""

    async def run(self) -> None:
        """Nothing to do."""


def _serve(options: argparse.Namespace) -> int:
    from inkling.editor import lsp
    from inkling.editor.configured import Status
    from inkling.models import catalog, store
    from inkling.options import parse
    from inkling.suggest.outcome import Nothing

    def start(
        config: "Config",
        report: "Callable[[Status], None]",
        more: "Callable[[Snapshot], None]",
    ) -> "Completions":
        try:
            return _Local(config, report, more, store.cache_root(options.cache), options.without)
        except InklingError as error:
            why = Nothing("no-model", str(error))
            report(Status("no-model", config.model, why))
            return _NoModel(why)

    names = [entry.name for entry in catalog.load().models]
    lsp.serve(start, partial(parse, models=names))
    return 0


def _complete(options: argparse.Namespace) -> int:
    from inkling.models import store

    return asyncio.run(_complete_once(options, store.cache_root(options.cache)))


async def _complete_once(options: argparse.Namespace, root: Path) -> int:
    import json

    from inkling.backends import process
    from inkling.engine import wire
    from inkling.models import catalog, store
    from inkling.options import Config
    from inkling.suggest.completer import Completer
    from inkling.suggest.outcome import Suggestion
    from inkling.suggest.trace import Trace

    snapshot = _snapshot(options.place)
    settled = asyncio.Event()

    def on_state(state: wire.State) -> None:
        if state.state != "loading":
            settled.set()

    config = Config()
    folder = store.find(catalog.load().entry(), root)
    engine = process.Engine(process.command(folder, config.threads), on_state)
    completer = Completer(engine)
    running = asyncio.create_task(engine.run())
    await settled.wait()
    # In an editor the place has been read before the key is pressed; here that comes first.
    began = time.perf_counter()
    if work := completer.warm(snapshot):
        await work
    trace = Trace()
    read_ms = (trace.started - began) * 1e3
    mode = config.explicit if options.explicit else config.automatic
    outcome = await completer.complete(snapshot, mode, trace, explicit=options.explicit)
    trace.total_ms = trace.elapsed_ms
    running.cancel()
    if isinstance(outcome, Suggestion):
        print(outcome.text)
    else:
        print(f"nothing: {outcome.sentence}", file=sys.stderr)
    stages = {"readMs": round(read_ms, 2), **trace.as_dict()}
    print(json.dumps(stages), file=sys.stderr)
    return 0


def _snapshot(place: str) -> "Snapshot":
    """Read FILE:LINE:COLUMN as an editor would have it open, the cursor at that place."""
    from inkling.text.buffers import Buffer, Position
    from inkling.text.syntax import parser_for

    parts = re.fullmatch(r"(.+):([1-9][0-9]*):([1-9][0-9]*)", place)
    if parts is None:
        raise InklingError(f"'{place}' is not FILE:LINE:COLUMN, such as code.py:12:8")
    path, position = Path(parts[1]), Position(int(parts[2]) - 1, int(parts[3]) - 1)
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InklingError(f"{path} cannot be read: {error}") from error
    language = "python" if path.suffix in (".py", ".pyi") else path.suffix.lstrip(".")
    parser = parser_for(language)
    if parser:
        parser.update(text)
        while not parser.advance():
            pass
    buffer = Buffer(path.resolve().as_uri(), language, 0, text, "utf-32")
    return buffer.snapshot(position, parser.tree if parser else None)


def _doctor(options: argparse.Namespace) -> int:
    from inkling.doctor import report
    from inkling.doctor.examination import examine
    from inkling.models import catalog, store

    entry = catalog.load().entry(options.model)
    checks = examine(entry, store.cache_root(options.cache), options.client)
    return (report.as_json if options.json else report.as_table)(checks, sys.stdout)


def _demo(options: argparse.Namespace) -> int:
    from inkling.bench import demo
    from inkling.models import progress

    _pull(options, None, None, progress.for_stream(sys.stderr, quiet=options.quiet))
    return asyncio.run(demo.run(_server_command(options)))


def _bench(options: argparse.Namespace) -> int:
    from inkling.bench import measure
    from inkling.models import store

    cache = store.cache_root(options.cache) / "corpus"
    return measure.main(options, server=_server_command(options), cache=cache)


def _server_command(options: argparse.Namespace) -> list[str]:
    cache = ["--cache", str(options.cache)] if options.cache else []
    return [sys.executable, "-m", "inkling", *cache, "serve"]


def _pull(
    options: argparse.Namespace, name: str | None, source: Path | None, report: "Report"
) -> Path:
    from inkling.models import catalog, pull, sources, store
    from inkling.models.convert.folder import convert
    from inkling.models.data import adapters, heads

    models = catalog.load()
    entry = models.entry(name) if name or not source else sources.identify(source, models)
    return pull.pull(
        entry,
        root=store.cache_root(options.cache),
        convert=partial(convert, head=heads.load(entry.name), adapter=adapters.find(entry.name)),
        report=report,
        source=source,
    )


def _model_pull(options: argparse.Namespace) -> int:
    from inkling.models import progress

    report: Report = (
        progress.JsonLines(sys.stderr)
        if options.progress_json
        else progress.for_stream(sys.stderr, quiet=options.quiet)
    )
    print(_pull(options, options.name, options.source, report))
    return 0


def _model_list(options: argparse.Namespace) -> int:
    from inkling.models import catalog, store

    models = catalog.load()
    for entry, size in store.list_models(models, store.cache_root(options.cache)):
        state = "not installed" if size is None else f"installed, {store.gigabytes(size)}"
        default = ", default" if entry.name == models.default else ""
        print(f"{entry.name:22} {entry.licence:12} {state}{default}")
    return 0


def _model_path(options: argparse.Namespace) -> int:
    from inkling.models import catalog, store

    print(store.find(catalog.load().entry(options.name), store.cache_root(options.cache)))
    return 0


def _model_remove(options: argparse.Namespace) -> int:
    from inkling.models import catalog, store

    store.remove(catalog.load().entry(options.name), store.cache_root(options.cache))
    return 0
