"""The extension's settings are the server's options: their names, defaults and bounds."""

import json
import re
from pathlib import Path

import pytest

from inkling.options import Config, parse
from inkling.protocol import OWN

FILE = Path(__file__).parents[1] / "vscode-extension" / "package.json"
MANIFEST = json.loads(FILE.read_text(encoding="utf-8"))
SETTINGS = {
    name.removeprefix("inkling."): schema
    for name, schema in MANIFEST["contributes"]["configuration"]["properties"].items()
}
# How the client finds the server is nothing that the server could be told.
OF_THE_CLIENT = {"command"}
MODELS = ["small", "large"]


def options():
    """The names that the server knows, as it says itself."""
    _, (warning,) = parse({"no such option": 1}, models=MODELS)
    return set(re.search(r"it knows (.+)\.", warning)[1].split(", "))


def test_each_option_is_a_setting_and_each_setting_an_option():
    assert set(SETTINGS) == options() | OF_THE_CLIENT


def test_the_defaults_are_the_same():
    defaults = {name: SETTINGS[name]["default"] for name in options()}
    assert parse(defaults, models=MODELS) == (Config(), [])


@pytest.mark.parametrize("name", sorted(name for name in SETTINGS if "minimum" in SETTINGS[name]))
def test_the_bounds_are_the_same(name):
    low, high = SETTINGS[name]["minimum"], SETTINGS[name]["maximum"]
    for value, warnings in ((low, 0), (high, 0), (low - 1, 1), (high + 1, 1)):
        assert len(parse({name: value}, models=MODELS)[1]) == warnings, value


def test_every_number_has_bounds_and_every_setting_a_description():
    for name, schema in SETTINGS.items():
        assert schema["markdownDescription"].endswith("."), name
        if "integer" in schema["type"]:
            assert {"minimum", "maximum"} <= set(schema), name
        elif schema["type"] == "boolean":
            assert len(parse({name: 1}, models=MODELS)[1]) == 1, name


def test_a_folder_that_is_not_trusted_chooses_no_program_and_no_model():
    restricted = {
        name.removeprefix("inkling.")
        for name in MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    }
    assert {"command", "model", "deepModel"} <= restricted
    for name, schema in SETTINGS.items():
        assert (schema["scope"] == "machine-overridable") == (name in restricted), name


def test_no_workspace_says_where_text_is_sent():
    """VS Code reads a setting of this scope from the person's own ones on their own machine: not
    from a folder's or a workspace's, trusted or not, nor from what a folder says of its container.
    """
    assert {"engine", "remoteUrl", "remoteApi", "remoteModel", "remoteKeyVariable"} <= set(OWN)
    for name in OWN:
        assert SETTINGS[name]["scope"] == "application", name
    for name in SETTINGS:
        assert name in OWN or "remote" not in name.lower(), name
