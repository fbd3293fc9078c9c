from dataclasses import replace

import pytest

from inkling.options import Address, Config, changed, confined, parse
from inkling.protocol import OWN
from inkling.suggest.modes import LEAST_ODDS, Mode

MODELS = ["small", "large"]
BOUNDS = {
    "budgetMs": (10, 10_000),
    "explicitBudgetMs": (10, 60_000),
    "maxTokens": (1, 512),
    "maxLines": (1, 100),
    "threads": (0, 64),
    "engineLingerSeconds": (0, 86_400),
    "unloadMinutes": (0, 1440),
    "deepBudgetMs": (1000, 300_000),
}
SWITCHES = ["trace", "enabled", "readAheadOnBattery", "commentsAndStrings", "index", "sharedEngine"]
NAMES = [
    "model",
    "deepModel",
    "eagerness",
    "disabledLanguages",
    "exclude",
    *OWN,
    *SWITCHES,
    *BOUNDS,
]


def read(name, config):
    return {
        "model": config.model,
        "budgetMs": config.automatic.budget_ms,
        "explicitBudgetMs": config.invoked.budget_ms,
        "maxTokens": config.automatic.max_tokens,
        "maxLines": config.automatic.max_lines,
        "threads": config.threads,
        "eagerness": {odds: name for name, odds in LEAST_ODDS.items()}[config.automatic.least_odds],
        "trace": config.trace,
        "enabled": config.enabled,
        "disabledLanguages": sorted(config.disabled_languages),
        "exclude": list(config.exclude),
        "readAheadOnBattery": config.read_ahead_on_battery,
        "commentsAndStrings": config.automatic.prose,
        "index": config.index,
        "sharedEngine": config.shared_engine,
        "engineLingerSeconds": config.engine_linger_s,
        "unloadMinutes": config.unload_minutes,
        "deepModel": config.deep_model,
        "deepBudgetMs": config.deep.budget_ms,
    }[name]


GIVEN = [
    *((name, value) for name, bounds in BOUNDS.items() for value in bounds),
    *((name, value) for name in ("model", "deepModel") for value in MODELS),
    *((name, value) for name in SWITCHES for value in (True, False)),
    *(("eagerness", value) for value in ("eager", "balanced", "quiet")),
    *(("disabledLanguages", value) for value in ([], ["markdown", "python"])),
    *(("exclude", value) for value in ([], ["*.txt", "!.env", "# more", ""])),
]
WRONG = [
    *((name, low - 1) for name, (low, _) in BOUNDS.items()),
    *((name, high + 1) for name, (_, high) in BOUNDS.items()),
    *((name, value) for name in BOUNDS for value in ("50", 50.0, True, [50], {})),
    *(
        (name, value)
        for name in ("model", "deepModel")
        for value in ("huge", "", 1, True, ["small"], {"small": 1})
    ),
    *((name, value) for name in SWITCHES for value in (0, 1, "true", [])),
    *(("eagerness", value) for value in ("", "Eager", True, 0, ["quiet"], {})),
    *(("engine", value) for value in ("", "Remote", "https://llm.example.org", True, {})),
    *(
        (name, value)
        for name in ("remoteApi", "deepRemoteApi")
        for value in ("", "OpenAI", True, ["openai"])
    ),
    *(
        (name, value)
        for name in OWN
        if name not in ("engine", "remoteApi", "deepRemoteApi")
        for value in (True, 1, ["a"], {}, "a\nb", "a\0")
    ),
    *(
        (name, value)
        for name in ("disabledLanguages", "exclude")
        for value in ("python", True, {"python": True}, [1], [None])
    ),
]


@pytest.mark.parametrize("options", [None, {}])
def test_without_options_the_defaults_hold(options):
    assert parse(options, models=MODELS) == (Config(), [])


@pytest.mark.parametrize(("name", "value"), GIVEN)
def test_a_right_value_is_taken(name, value):
    config, warnings = parse({name: value}, models=MODELS)
    assert read(name, config) == value
    assert not warnings


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_a_warning_and_the_default(name, value):
    config, (warning,) = parse({name: value}, models=MODELS)
    assert config == Config()
    assert f"'{name}'" in warning


@pytest.mark.parametrize("name", NAMES)
def test_null_is_not_given(name):
    assert parse({name: None}, models=MODELS) == (Config(), [])


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_a_warning_says_which_numbers_are_accepted(name, bounds):
    _, (warning,) = parse({name: -1}, models=MODELS)
    assert f"from {bounds[0]} to {bounds[1]}" in warning


def test_a_pattern_without_meaning_is_told_and_the_others_hold():
    config, (warning,) = parse({"exclude": ["docs/", "!", "*.txt"]}, models=MODELS)
    assert config.exclude == ("docs/", "*.txt")
    assert "'!'" in warning


def test_who_asks_by_a_key_gets_it_in_comments_and_strings_too():
    config, _ = parse({"commentsAndStrings": False}, models=MODELS)
    assert (config.automatic.prose, config.invoked.prose) == (False, True)


def test_a_warning_says_which_models_there_are():
    _, (warning,) = parse({"model": "huge"}, models=MODELS)
    assert "small, large" in warning


def test_an_unknown_option_is_a_warning_with_the_known_ones():
    config, (warning,) = parse({"maxlines": 3}, models=MODELS)
    assert config == Config()
    assert "'maxlines'" in warning
    assert all(name in warning for name in NAMES)


@pytest.mark.parametrize("options", ["fast", 1, True, ["budgetMs"]])
def test_options_that_are_no_object_are_one_warning(options):
    config, warnings = parse(options, models=MODELS)
    assert config == Config()
    assert len(warnings) == 1


def test_each_mistake_is_a_warning_of_its_own_and_the_rest_holds():
    config, warnings = parse({"budgetMs": 80, "maxLines": 0, "speed": 1}, models=MODELS)
    assert config.automatic.budget_ms == 80
    assert len(warnings) == 2


def test_who_asks_gets_four_times_the_tokens_and_lines():
    config, _ = parse({"maxTokens": 10, "maxLines": 3, "budgetMs": 50}, models=MODELS)
    assert config.automatic == Mode("automatic", 50, 10, 3, least_odds=LEAST_ODDS["balanced"])
    assert config.invoked == Mode("invoked", Config().invoked.budget_ms, 40, 12)


def test_the_default_for_who_asks_is_derived_likewise():
    automatic, invoked = Config().automatic, Config().invoked
    assert invoked.max_tokens == 4 * automatic.max_tokens
    assert invoked.max_lines == 4 * automatic.max_lines


REMOTE = {
    "engine": "remote",
    "remoteUrl": " https://llm.example.org/v1 ",
    "remoteApi": "llama.cpp",
    "remoteModel": "coder",
    "remoteKeyVariable": "LLM_KEY",
}


DEEP_REMOTE = {
    "deepRemoteUrl": " https://llm.example.org/v1 ",
    "deepRemoteApi": "llama.cpp",
    "deepRemoteModel": "large-coder",
    "deepRemoteKeyVariable": "LLM_KEY",
}
ELSEWHERE = REMOTE | DEEP_REMOTE


def test_a_deep_model_may_be_at_another_address_than_the_other():
    config, warnings = parse(DEEP_REMOTE, models=MODELS)
    address = Address("https://llm.example.org/v1", "llama.cpp", "large-coder", "LLM_KEY")
    assert (config.remote, config.deep_remote, warnings) == (None, address, [])
    config, _ = parse(ELSEWHERE, models=MODELS)
    assert config.remote == replace(address, model="coder")


@pytest.mark.parametrize("url", [{}, {"deepRemoteUrl": ""}, {"deepRemoteUrl": "  "}])
def test_a_deep_model_that_is_nowhere_is_none(url):
    assert parse(DEEP_REMOTE | {"deepRemoteUrl": None} | url, models=MODELS) == (Config(), [])


def test_a_remote_engine_is_where_it_is_said_to_be():
    address = Address("https://llm.example.org/v1", "llama.cpp", "coder", "LLM_KEY")
    assert parse(REMOTE, models=MODELS) == (Config(remote=address), [])
    config, _ = parse({"engine": "remote", "remoteUrl": "https://a.b"}, models=MODELS)
    assert config.remote == Address("https://a.b", "openai", "", "")


@pytest.mark.parametrize("engine", [{}, {"engine": "local"}, {"engine": "away"}])
def test_without_saying_so_there_is_none(engine):
    config, _ = parse({**REMOTE, "engine": None, **engine}, models=MODELS)
    assert config.remote is None


def test_a_remote_engine_that_is_nowhere_is_a_warning_and_the_local_one():
    for url in ({}, {"remoteUrl": ""}, {"remoteUrl": "  "}):
        config, (warning,) = parse({"engine": "remote"} | url, models=MODELS)
        assert config == Config()
        assert "'remoteUrl' names no server" in warning


def test_where_text_goes_holds_as_it_was_at_the_start():
    assert confined(ELSEWHERE | {"budgetMs": 80}, ELSEWHERE) == (ELSEWHERE | {"budgetMs": 80}, [])
    assert confined({"budgetMs": 80}, None) == ({"budgetMs": 80}, [])
    assert confined("fast", ELSEWHERE) == ("fast", [])


@pytest.mark.parametrize("name", OWN)
def test_what_comes_later_and_differs_takes_all_of_it_away(name):
    without = {key: ELSEWHERE[key] for key in OWN if key != name}
    for later in (ELSEWHERE | {name: "another"}, without):
        options, warnings = confined(later | {"budgetMs": 80}, ELSEWHERE)
        assert options == {"budgetMs": 80}
        assert len(warnings) == 1
        assert "restart" in warnings[0]
    assert confined({"budgetMs": 80}, ELSEWHERE) == ({"budgetMs": 80}, [])


@pytest.mark.parametrize("begun", [None, {}, "fast", {"budgetMs": 80}, {"engine": "local"}])
def test_what_comes_later_never_brings_it(begun):
    options, (warning,) = confined(REMOTE, begun)
    assert options == {}
    assert "'engine'" in warning
    options, (warning,) = confined(DEEP_REMOTE, begun)
    assert options == {}
    assert "'deepRemoteUrl'" in warning


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"inkling": {"budgetMs": 80}}, {"budgetMs": 80}),
        ({"inkling": {}}, {}),
        ({"inkling": {}, "budgetMs": 80}, {}),
        ({"inkling": 5}, 5),
        ({"budgetMs": 80}, {"budgetMs": 80}),
        ({"budgetMs": 80, "pylsp": {"plugins": {}}}, {"budgetMs": 80}),
        (5, 5),
        # Nothing is said of Inkling: what holds goes on to hold.
        ({"inkling": None}, None),
        ({"pylsp": {"plugins": {}}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_settings_hold_the_options_in_a_section_or_bare(settings, options):
    assert changed(settings) == options


def test_only_another_model_number_of_threads_or_way_to_share_needs_another_engine():
    def engine(**options):
        config, warnings = parse(options, models=MODELS)
        assert not warnings
        return config.engine

    address = {"engine": "remote", "remoteUrl": "https://a.b"}
    others = [address, {**address, "remoteModel": "c"}, {"model": "small"}, {"threads": 3}]
    others += [{"deepModel": "small"}, {"deepRemoteUrl": "https://a.b"}, {"deepBudgetMs": 1000}]
    others += [{"sharedEngine": False}, {"engineLingerSeconds": 1}, {"unloadMinutes": 1}]
    assert len({engine(), *(engine(**options) for options in others)}) == 1 + len(others)
    for name, value in GIVEN:
        if not any(name in options for options in others):
            assert engine(**{name: value}) == engine()
