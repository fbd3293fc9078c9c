"""What serves under one configuration: an engine, and all that turns its words into suggestions.

The one place that wires these parts; `serve`, `complete` and `doctor` share it. It speaks no
protocol (that is `editor`'s), and which models are on the disk is `models`' to say.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from inkling.backends import process
from inkling.backends.base import Backend
from inkling.backends.engine import Engine
from inkling.backends.late import Late
from inkling.backends.link import Link
from inkling.backends.shared import Shared, name_of
from inkling.context.index.process import Index
from inkling.context.knowledge import Asking, Knowledge
from inkling.engine import meeting, wire
from inkling.errors import InklingError
from inkling.models import catalog, store
from inkling.options import Address, Config
from inkling.power import Battery
from inkling.suggest.completer import Completer
from inkling.suggest.deep import Deep, Standing
from inkling.suggest.outcome import Nothing
from inkling.suggest.scheduler import Scheduler
from inkling.text.buffers import Snapshot

OnState = Callable[[wire.State], None]

_IGNORED: Final = (
    "Git ignores this file, or an .inklingignore names it: the deep model, which is elsewhere, is"
    " not asked."
)

_DEEP_PARTS: Final = 6
"""Of other files the deep model sees so many parts at most."""


@dataclass(frozen=True, slots=True)
class Deeper:
    """A `deep` model for who asks by a key, what it is called, and either how many `bytes` of
    memory it takes here about, once it is asked, or the `host` that text is sent to then.
    """

    deep: Deep
    model: str | None
    bytes: int | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Serving:
    """An engine of a `model`, who completes with it, and who says which request runs.

    It is alive while the backend's `run` is. `update` is how many bytes a newer make of the model
    takes to download, None where there is none; `replaced` says whether that has been made
    meanwhile, so that another start would bring it. `saving` says whether energy is to be saved.
    `host` is where the text is sent, None where it stays here; that server may have only one
    model, without a name.
    """

    model: str | None
    backend: Backend
    completer: Completer
    scheduler: Scheduler
    update: int | None = None
    replaced: Callable[[], bool] = lambda: False
    saving: Callable[[], bool] = lambda: False
    host: str | None = None
    deeper: Deeper | None = None


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is asked and told while something serves.

    `state` hears of each change of the engine's, `more` of a snapshot whose answer would by now say
    more than it did; `reads_ahead_on_battery` is that option, as it is now. `standing` and `deeper`
    hear the same of the deep model; `ignored` says whether a file, by its URI, is ignored, and so
    not to be sent anywhere.
    """

    state: OnState = lambda _: None
    more: Callable[[Snapshot], None] = lambda _: None
    reads_ahead_on_battery: Callable[[], bool] = lambda: False
    standing: Callable[[Standing], None] = lambda _: None
    deeper: Callable[[Snapshot], None] = lambda _: None
    ignored: Callable[[str], bool] = lambda _: False


def start(
    config: Config,
    hooks: Hooks,
    *,
    root: Path,
    without: Sequence[str] = (),
    index: Index | None = None,
    sharing: Path | None = None,
) -> Serving:
    """Make what serves under a configuration.

    `root` is the cache that models are kept in; `without` are parts that are left out for a
    measurement; `index` tells of other files, if there is one. `sharing` is the folder where
    windows meet the engine that they share; without it, there is one for this alone. Raises
    ModelError if the model cannot be served.
    """
    entry = catalog.load().entry(config.model)
    knowledge = Knowledge(Asking(index) if index is not None else None)
    deeper = _deeper(config, hooks, root, index, sharing)
    deep = deeper.deep if deeper else None

    def completing(backend: Backend, saving: Callable[[], bool]) -> Completer:
        backend.listen(hooks.state)
        return Completer(backend, hooks.more, saving, without, knowledge, deep)

    if config.remote is not None:
        elsewhere, host = _elsewhere(config.remote, entry)
        completer = completing(elsewhere, lambda: False)  # what is done ahead takes no energy here
        name = config.remote.model or None
        scheduler = Scheduler(completer)
        return Serving(name, elsewhere, completer, scheduler, host=host, deeper=deeper)
    installed = store.look(entry, root)
    battery = Battery()

    def replaced() -> bool:
        try:
            return store.look(entry, root) != installed
        except InklingError:
            return False  # what is loaded serves on

    def saving() -> bool:
        return not hooks.reads_ahead_on_battery() and battery.unplugged()

    parts = [part for part in without if part in wire.PARTS]
    backend = engine(entry, config, root=root, without=parts, sharing=sharing)
    completer = completing(backend, saving)
    update = None if installed.current else store.download_bytes(entry, root)
    scheduler = Scheduler(completer)
    return Serving(
        *(entry.name, backend, completer, scheduler, update, replaced, saving), deeper=deeper
    )


def _deeper(
    config: Config, hooks: Hooks, root: Path, index: Index | None, sharing: Path | None
) -> Deeper | None:
    """Make the deep model that a configuration names, if it names one; nothing is loaded, and no
    server asked, before somebody asks it.
    """
    entry = catalog.load().entry(config.deep_model or config.model)
    knowledge = Knowledge(Asking(index, _DEEP_PARTS) if index is not None else None)

    def asking(make: Callable[[], Backend], barred: Callable[[Snapshot], Nothing | None]) -> Deep:
        backend = Late(make)
        return Deep(backend, config.deep, hooks.deeper, hooks.standing, barred, knowledge)

    if (address := config.deep_remote) is not None:
        from inkling.backends.remote import host_of  # noqa: PLC0415 - as below

        def barred(snapshot: Snapshot) -> Nothing | None:
            return Nothing("excluded", _IGNORED) if hooks.ignored(snapshot.file) else None

        # Who types on asks it nothing: what it still reads is of no use to the next key.
        deep = asking(lambda: _elsewhere(address, entry, reads_on=False)[0], barred)
        return Deeper(deep, address.model or None, host=host_of(address))
    if config.deep_model is None:
        return None

    def make() -> Backend:
        return engine(entry, config, root=root, sharing=sharing, deep=True)

    deep = asking(make, lambda _: None)
    return Deeper(deep, entry.name, entry.memory_bytes or entry.onnx_bytes)


def engine(
    entry: catalog.CatalogEntry,
    config: Config,
    *,
    root: Path,
    without: Sequence[str] = (),
    sharing: Path | None = None,
    deep: bool = False,
) -> Engine:
    """Make what asks an engine of a model on this machine, which drafts with what is installed for
    that; see `start`. Raises ModelError if the model cannot be served.
    """
    drafting = _installed(entry.draft_model, root) if entry.draft_model else None
    model = store.find(entry, root)
    link = _link(model, config, without, drafting, sharing, deep=deep)
    return Engine(link, 60.0 * config.unload_minutes or None)


def _elsewhere(
    address: Address, entry: catalog.CatalogEntry, *, reads_on: bool = True
) -> tuple[Backend, str]:
    """Make what asks a server elsewhere as a model of the same family is asked; also its host."""
    # Imported here: who has named no server does not wait for what one needs.
    from inkling.backends.outgoing import Fluency  # noqa: PLC0415
    from inkling.backends.remote import Remote, host_of  # noqa: PLC0415

    special = msgspec.structs.asdict(entry.tokens)
    stop = special.pop("stop")
    fluency = Fluency(special, entry.prompt_layout, (*stop, *special.values()))
    key = os.environ.get(address.key_variable) if address.key_variable else None
    return Remote(address, key, fluency, reads_on=reads_on), host_of(address)


def _link(
    model: Path,
    config: Config,
    without: Sequence[str],
    draft_model: Path | None,
    sharing: Path | None,
    *,
    deep: bool = False,
) -> Link:
    """What leads to an engine as it is configured: the shared one, if this is to share it."""
    threads = config.threads
    own = process.Child(process.command(model, threads, without, draft_model, deep=deep))
    if sharing is None or not config.shared_engine or without:
        return own
    place = meeting.Place(sharing, name_of(model, threads, draft_model, deep=deep))
    command = process.command(model, threads, (), draft_model, "inkling.engine.sharing", deep=deep)
    return Shared(place, command, config.engine_linger_s, own)


def _installed(name: str, root: Path) -> Path | None:
    """The folder of a model, None if it is not installed."""
    try:
        return store.find(catalog.load().entry(name), root)
    except InklingError:
        return None
