"""The command `inkling`: its commands, and nothing that they are made of."""

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
    from inkling.models.progress import Report
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
    from inkling.bench.quality import options as eval_options

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
        "--own-engine", action="store_true", help="whatever the options say, share no engine"
    )
    serve.add_argument(
        "--without",
        action="append",
        default=[],
        choices=("cache", "drafting", "head", "prefetch", "prewarm", "project", "recall", "reuse"),
        help="leave a part out, to measure what it is worth (repeatable)",
    )
    complete = command("complete", _complete, "print what an editor would get at a place in a file")
    complete.add_argument("place", metavar="FILE:LINE:COLUMN", help="both counted from 1")
    complete.add_argument("--explicit", action="store_true", help="as if asked for by a key")
    context = command("context", _context, "print what the model sees at a place in a file")
    context.add_argument("place", metavar="FILE:LINE:COLUMN", help="both counted from 1")
    doctor = command("doctor", _doctor, "check that this machine can complete code in time")
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument("--model", metavar="NAME", help="a name from `inkling model list`")
    doctor.add_argument("--client", metavar="NAME/VERSION", help="the editor's part that asks")
    demo = command("demo", _demo, "watch Inkling complete a short program that is being typed")
    demo.add_argument("--quiet", action="store_true", help="no progress bars")
    bench = command("bench", _bench, "type real files as a person does and measure every answer")
    bench_options.add(bench)
    eval_options.add(command("eval", _eval, "measure what suggestions are worth, without a clock"))

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
            action.add_argument(
                "--keep-gguf",
                action="store_true",
                help="keep what is downloaded, for a newer make of the same model",
            )
            told = action.add_mutually_exclusive_group()
            told.add_argument("--quiet", action="store_true", help="no progress bar")
            told.add_argument(
                "--progress-json",
                action="store_true",
                help="progress for programs: JSON lines on standard error",
            )
    engine = commands.add_parser("engine", help="tell who shares an engine, or end it")
    engine_actions = engine.add_subparsers(required=True, metavar="ACTION")
    for name, run, summary in (
        ("status", _engine_status, "tell which engines run and which windows share them"),
        ("stop", _engine_stop, "end them; a window that is open starts another one"),
    ):
        engine_actions.add_parser(name, help=summary, description=summary).set_defaults(run=run)
    index = commands.add_parser("index", help="remove what is kept of the files of workspaces")
    index_actions = index.add_subparsers(required=True, metavar="ACTION")
    forget = "delete all that is kept of what files define"
    index_actions.add_parser("remove", help=forget, description=forget).set_defaults(
        run=_index_remove
    )
    listing = actions.add_parser("list", help="list the models there are")
    listing.set_defaults(run=_model_list)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from inkling import serving
    from inkling.context.index import process
    from inkling.editor import transport
    from inkling.engine import meeting
    from inkling.models import catalog, store
    from inkling.options import parse

    root = store.cache_root(options.cache)
    names = [entry.name for entry in catalog.load().models]
    index = process.Index(process.command(root))
    sharing = None if options.own_engine else meeting.folder(root)
    start = partial(serving.start, root=root, without=options.without, index=index, sharing=sharing)
    transport.serve(start, partial(parse, models=names), partial(store.pulled, root), index)
    return 0


def _complete(options: argparse.Namespace) -> int:
    from inkling.models import store

    return asyncio.run(_complete_once(options, store.cache_root(options.cache)))


async def _complete_once(options: argparse.Namespace, root: Path) -> int:
    import json

    from inkling import serving
    from inkling.engine import wire
    from inkling.options import Config
    from inkling.suggest.outcome import Insert
    from inkling.suggest.trace import Trace

    snapshot = _snapshot(options.place)
    settled = asyncio.Event()

    def on_state(state: wire.State) -> None:
        if state.state != "loading":
            settled.set()

    config = Config()
    started = serving.start(config, serving.Hooks(on_state), root=root)
    running = asyncio.create_task(started.backend.run())
    await settled.wait()
    # In an editor the place has been read before the key is pressed; here that comes first.
    began = time.perf_counter()
    if work := started.completer.warm(snapshot, writing=False):
        await work
    trace = Trace()
    read_ms = (trace.started - began) * 1e3
    mode = config.invoked if options.explicit else config.automatic
    outcome = await started.scheduler.complete(snapshot, mode, trace)
    running.cancel()
    if isinstance(outcome, Insert):
        print(outcome.text)
    else:
        print(f"nothing: {outcome.sentence}", file=sys.stderr)
    stages = {"readMs": round(read_ms, 2), **trace.as_dict()}
    print(json.dumps(stages), file=sys.stderr)
    return 0


def _context(options: argparse.Namespace) -> int:
    from inkling.context.index import process
    from inkling.context.privacy import Privacy
    from inkling.models import store
    from inkling.suggest import seen

    snapshot = _snapshot(options.place)
    folder = _project_of(Path(options.place.rsplit(":", 2)[0]).resolve())
    if barred := Privacy((), [folder.as_uri()]).bars(snapshot.uri):
        print(f"nothing: {barred.sentence}", file=sys.stderr)
        return 0
    index = process.Index(process.command(store.cache_root(options.cache)))
    index.configure([folder.as_uri()], ())
    print(asyncio.run(seen.once(snapshot, index)), end="")
    return 0


def _project_of(file: Path) -> Path:
    """The folder that an editor would have open: the repository's, else the file's own."""
    repository = (folder for folder in file.parents if (folder / ".git").exists())
    return next(repository, file.parent)


def _snapshot(place: str) -> "Snapshot":
    """Read FILE:LINE:COLUMN as an editor would have it open, the cursor at that place."""
    from inkling.languages import registry
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
    language = registry.id_of(path.name)
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
    from inkling.models import catalog, progress, store

    try:
        store.find(catalog.load().entry(), store.cache_root(options.cache))
    except InklingError:
        _pull(options, None, None, progress.for_stream(sys.stderr, quiet=options.quiet))
    return asyncio.run(demo.run(_server_command(options)))


def _bench(options: argparse.Namespace) -> int:
    from inkling.bench import measure
    from inkling.models import store

    cache = store.cache_root(options.cache) / "corpus"
    return measure.main(options, server=_server_command(options), cache=cache)


def _eval(options: argparse.Namespace) -> int:
    from inkling import serving
    from inkling.bench.quality import evaluate
    from inkling.models import catalog, store
    from inkling.options import Config

    root, models = store.cache_root(options.cache), catalog.load()

    def model(
        entry: catalog.CatalogEntry, parts: Sequence[str], *, deep: bool = False
    ) -> evaluate.Model:
        start = partial(serving.engine, entry, Config(), root=root, without=parts, deep=deep)
        return evaluate.Model(store.find(entry, root), start)

    if options.deep is not None:
        # What it takes to be drafted for is part of it.
        deep = model(models.deeper(options.deep or None), ["reuse"], deep=True)
        return evaluate.main(options, model(models.entry(), ["reuse"]), root / "quality", deep)
    # What is said must not follow from what was asked before, or from how fast the machine is.
    # Of one place it is asked five times in a row what it says about as much: to read that anew
    # each time would take hours, and change the last bits only.
    parts = [] if options.elsewhere else ["drafting", "reuse"]
    return evaluate.main(options, model(models.entry(), parts), root / "quality")


def _server_command(options: argparse.Namespace) -> list[str]:
    cache = ["--cache", str(options.cache)] if options.cache else []
    # What is measured, or shown, is this server's: no other window's work is to be in it.
    return [sys.executable, "-m", "inkling", *cache, "serve", "--own-engine"]


def _pull(
    options: argparse.Namespace,
    name: str | None,
    source: Path | None,
    report: "Report",
    *,
    keep: bool = False,
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
        keep=keep,
    )


def _model_pull(options: argparse.Namespace) -> int:
    from inkling.models import progress, reader

    report: Report
    if options.progress_json:
        reader.end_with_reader(sys.stderr)
        report = progress.JsonLines(sys.stderr)
    else:
        report = progress.for_stream(sys.stderr, quiet=options.quiet)
    print(_pull(options, options.name, options.source, report, keep=options.keep_gguf))
    return 0


def _model_list(options: argparse.Namespace) -> int:
    from inkling.models import catalog, store

    models, root = catalog.load(), store.cache_root(options.cache)
    for entry, found in store.list_models(models, root):
        state = f"installed, {store.gigabytes(found.size)}" if found else "not installed"
        if found and not found.current:
            download = store.gigabytes(store.download_bytes(entry, root))
            state += f", update available (downloads {download})"
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


def _engine_status(options: argparse.Namespace) -> int:
    from inkling.backends.running import running, told
    from inkling.engine import meeting
    from inkling.models import store

    folder = meeting.folder(store.cache_root(options.cache))
    print("\n".join(map(told, running(folder))) or f"no engine is shared in {folder}")
    return 0


def _engine_stop(options: argparse.Namespace) -> int:
    from inkling.backends.running import running
    from inkling.engine import meeting
    from inkling.models import store

    found = running(meeting.folder(store.cache_root(options.cache)))
    for engine in found:
        engine.stop()
    print(f"{len(found)} ended")
    return 0


def _index_remove(options: argparse.Namespace) -> int:
    from inkling.context.index import store as index
    from inkling.models import store

    root = store.cache_root(options.cache)
    try:
        removed = index.remove(root)
    except OSError as error:
        raise InklingError(f"{error.filename} cannot be removed: {error.strerror}") from error
    folders = "1 folder" if removed == 1 else f"{removed} folders"
    print(f"{index.folder_in(root)}: removed what was kept of {folders}")
    return 0
