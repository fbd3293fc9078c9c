"""Options of the person's, checked once: what is wrong becomes a warning and the default.

Nothing here reads files or the environment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from inkling.context.privacy import malformed
from inkling.protocol import (
    CHOICES,
    EXPLICIT_FACTOR,
    MODEL,
    NAMES,
    OWN,
    PATTERNS,
    SWITCHES,
    TEXTS,
    WHOLE,
)
from inkling.suggest.modes import AUTOMATIC, DEEP, INVOKED, LEAST_ODDS, MOST_TOKENS, Mode


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person has a model served, and how that is spoken to; it may be no fit place.

    `model` is the server's name for it, `key_variable` that of the environment variable which holds
    the key; each is empty where the server has only one, or needs none.
    """

    url: str
    api: str = CHOICES["remoteApi"].default
    model: str = ""
    key_variable: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """All options. `model` is a name in the catalog, None for the default; 0 threads: choose.

    Without `remote`, what writes is on this machine. Who asks by a key asks a deep model too, if
    there is one: that at the address `deep_remote` or else the one of the name `deep_model`.
    """

    model: str | None = None
    automatic: Mode = AUTOMATIC
    invoked: Mode = INVOKED
    threads: int = WHOLE["threads"].default
    trace: bool = SWITCHES["trace"]
    enabled: bool = SWITCHES["enabled"]
    disabled_languages: frozenset[str] = frozenset()
    exclude: tuple[str, ...] = ()
    index: bool = SWITCHES["index"]
    read_ahead_on_battery: bool = SWITCHES["readAheadOnBattery"]
    shared_engine: bool = SWITCHES["sharedEngine"]
    engine_linger_s: int = WHOLE["engineLingerSeconds"].default
    unload_minutes: float = WHOLE["unloadMinutes"].default
    """0: never."""
    remote: Address | None = None
    deep_model: str | None = None
    deep_remote: Address | None = None
    deep: Mode = DEEP

    @property
    def engine(self) -> tuple[object, ...]:
        """What engines are joined or started with: where it changes, that is to be done anew."""
        started = self.model, self.threads, self.shared_engine
        deep = self.deep_model, self.deep_remote, self.deep
        return *started, self.engine_linger_s, self.unload_minutes, self.remote, *deep


@dataclass(frozen=True, slots=True)
class _Option:
    """One option: what it accepts, in words, and a check that says so."""

    accepts: str
    valid: Callable[[Any], bool]


def _whole(low: int, high: int) -> _Option:
    def valid(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return _Option(f"a whole number from {low} to {high}", valid)


def _one_of(values: Sequence[str]) -> _Option:
    return _Option(f"one of {', '.join(values)}", lambda value: value in values)


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(name, str) for name in value)


_TRUTH: Final = _Option("true or false", lambda value: isinstance(value, bool))

_LINE: Final = _Option(
    "a line of text", lambda value: isinstance(value, str) and (value.isprintable() or not value)
)

_LIST: Final = _Option('a list of language ids, such as ["python"]', _is_list_of_names)

_LINES: Final = _Option('a list of lines as in a .gitignore, such as ["*.env"]', _is_list_of_names)

_OPTIONS: Final[dict[str, _Option]] = {
    **{name: _whole(bounds.low, bounds.high) for name, bounds in WHOLE.items()},
    **dict.fromkeys(SWITCHES, _TRUTH),
    **{name: _one_of(choice.values) for name, choice in CHOICES.items()},
    **dict.fromkeys(TEXTS, _LINE),
    **dict.fromkeys(NAMES, _LIST),
    **dict.fromkeys(PATTERNS, _LINES),
}


def changed(settings: object) -> object | None:
    """Return Inkling's options in the settings that an editor sends; None if it says nothing of it.

    They stand under `inkling`, or are all there is. Some editors send every server's sections;
    no option of Inkling's is an object, so what is one belongs to somebody else.
    """
    if not isinstance(settings, Mapping):
        return settings
    if "inkling" in settings:
        own: object = settings["inkling"]
        return own
    return {
        name: value for name, value in settings.items() if not isinstance(value, Mapping)
    } or None


def confined(options: object, begun: object) -> tuple[object, list[str]]:
    """Hold options that came later to those that a server began with; return them, and warnings.

    What an editor sends later may be a workspace's. So what is the person's alone holds as it was
    at the start or, where anything of it differs, not at all: it can be taken away so, and never
    brought or changed.
    """
    if not isinstance(options, Mapping):
        return options, []
    now = _own(options)
    if now == _own(begun):
        return options, []
    others = {name: value for name, value in options.items() if name not in OWN}
    given = [name for name, value in now.items() if value != _own({})[name]]
    warnings = [
        f"'{name}' is taken when Inkling starts, from your own settings: restart it. Until then it"
        " is as if it were not set."
        for name in given[:1]
    ]
    return others, warnings


def _own(options: object) -> dict[str, object]:
    """The options that are the person's alone, all of them."""
    given = options if isinstance(options, Mapping) else {}
    unset = {name: CHOICES[name].default if name in CHOICES else "" for name in OWN}
    return {
        name: default if given.get(name) is None else given[name] for name, default in unset.items()
    }


def parse(options: object, *, models: Sequence[str]) -> tuple[Config, list[str]]:
    """Read an editor's options; return the configuration and the warnings.

    `models` are the names there are. A null counts as not given.
    """
    if options is None:
        options = {}
    if not isinstance(options, Mapping):
        return Config(), ["Inkling's options are not an object; the defaults are used."]
    warnings: list[str] = []
    given: dict[str, Any] = {}
    known_options = {**dict.fromkeys(MODEL, _one_of(models)), **_OPTIONS}
    for name, value in options.items():
        option = known_options.get(name)
        if option is None:
            known = ", ".join(known_options)
            warnings.append(f"Inkling has no option '{name}'; it knows {known}.")
        elif value is not None and option.valid(value):
            given[name] = value
        elif value is not None:
            warnings.append(f"'{name}' must be {option.accepts}; the default is used.")
    default = Config()
    exclude = tuple(given.get("exclude", default.exclude))
    # The other patterns hold: what is wrong with one must not lay the others' files open.
    warnings += [
        f"'exclude' has no meaning for {pattern!r}; that line is left out."
        for pattern in filter(malformed, exclude)
    ]
    remote = _address(given, "remote") if given.get("engine") == "remote" else None
    if remote is None and given.get("engine") == "remote":
        warnings.append(
            "'engine' is remote, but 'remoteUrl' names no server: the local one writes."
        )
    prose = given.get("commentsAndStrings", default.automatic.prose)
    tokens = given.get("maxTokens", default.automatic.max_tokens)
    lines = given.get("maxLines", default.automatic.max_lines)
    config = Config(
        model=given.get("model"),
        automatic=Mode(
            "automatic",
            given.get("budgetMs", default.automatic.budget_ms),
            tokens,
            lines,
            prose,
            LEAST_ODDS[given.get("eagerness", CHOICES["eagerness"].default)],
        ),
        invoked=Mode(
            "invoked",
            given.get("explicitBudgetMs", default.invoked.budget_ms),
            min(tokens * EXPLICIT_FACTOR, MOST_TOKENS),
            lines * EXPLICIT_FACTOR,
        ),
        threads=given.get("threads", default.threads),
        trace=given.get("trace", default.trace),
        enabled=given.get("enabled", default.enabled),
        disabled_languages=frozenset(given.get("disabledLanguages", default.disabled_languages)),
        exclude=tuple(pattern for pattern in exclude if not malformed(pattern)),
        index=given.get("index", default.index),
        read_ahead_on_battery=given.get("readAheadOnBattery", default.read_ahead_on_battery),
        shared_engine=given.get("sharedEngine", default.shared_engine),
        engine_linger_s=given.get("engineLingerSeconds", default.engine_linger_s),
        unload_minutes=given.get("unloadMinutes", default.unload_minutes),
        remote=remote,
        deep_model=given.get("deepModel"),
        deep_remote=_address(given, "deepRemote"),
        deep=replace(DEEP, budget_ms=given.get("deepBudgetMs", DEEP.budget_ms)),
    )
    return config, warnings


def _address(given: Mapping[str, Any], which: str) -> Address | None:
    """The address that options whose names begin so give, None where they name no server."""
    url = given.get(f"{which}Url", "").strip()
    if not url:
        return None
    return Address(
        url,
        given.get(f"{which}Api", CHOICES[f"{which}Api"].default),
        given.get(f"{which}Model", "").strip(),
        given.get(f"{which}KeyVariable", "").strip(),
    )
