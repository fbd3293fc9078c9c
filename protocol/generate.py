"""Writes what server, clients and documents hold of the protocol: `make protocol`.

With `--check` it writes nothing, names what is stale, and ends with 1 if anything is.
"""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
EDIT = "Generated from protocol/ by `make protocol`: change it there."

Row = dict[str, Any]


@dataclass(frozen=True)
class Protocol:
    """All that is known of it: rows as they stand in the files, and the names from elsewhere."""

    methods: list[Row]
    options: list[Row]
    states: list[Row]
    reasons: list[Row]
    constants: list[Row]
    models: list[str]
    default_model: str

    @property
    def numbers(self) -> dict[str, int]:
        """The constants by name."""
        return {row["name"]: row["value"] for row in self.constants}

    def said(self, text: str) -> str:
        """A text with the constants that it names in braces; other braces stay."""
        for name, value in self.numbers.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text


def read() -> Protocol:
    """Read the data."""
    states, catalog = (
        _toml(HERE / "states.toml"),
        _toml(ROOT / "server/inkling/models/catalog.toml"),
    )
    return Protocol(
        methods=_toml(HERE / "methods.toml")["methods"],
        options=_toml(HERE / "options.toml")["options"],
        states=states["states"],
        reasons=states["reasons"],
        constants=_toml(HERE / "constants.toml")["constants"],
        models=[model["name"] for model in catalog["models"]],
        default_model=catalog["default"],
    )


def _toml(path: Path) -> Row:
    return tomllib.loads(path.read_text("utf-8"))


def python(it: Protocol) -> str:
    """The server's module."""
    whole = [row for row in it.options if row["type"] == "whole"]
    return "\n".join(
        [
            f'"""{EDIT}',
            "",
            "What server and clients have in common: names, options, states, reasons, numbers.",
            '"""',
            "",
            "from dataclasses import dataclass",
            "from typing import Final, Literal",
            "",
            *(f"{_upper(row['name'])}: Final = {_quoted(row['method'])}" for row in it.methods),
            "",
            *(f"{_upper(row['name'])}: Final = {row['value']:_}" for row in it.constants),
            "",
            *_literal("State", [row["name"] for row in it.states]),
            *_literal("Reason", [row["code"] for row in it.reasons]),
            "",
            "SENTENCES: Final[dict[Reason, str]] = {",
            *(f"    {_quoted(row['code'])}: {_quoted(row['sentence'])}," for row in it.reasons),
            "}",
            '"""What a person reads when nothing is shown."""',
            "",
            "",
            "@dataclass(frozen=True, slots=True)",
            "class Whole:",
            '    """A whole number from `low` to `high`."""',
            "",
            "    default: int",
            "    low: int",
            "    high: int",
            "",
            "",
            "@dataclass(frozen=True, slots=True)",
            "class Choice:",
            '    """One of some values."""',
            "",
            "    default: str",
            "    values: tuple[str, ...]",
            "",
            "",
            "WHOLE: Final = {",
            *(
                f"    {_quoted(row['name'])}: "
                f"Whole({row['default']:_}, {row['minimum']:_}, {row['maximum']:_}),"
                for row in whole
            ),
            "}",
            '"""Options that are numbers."""',
            "",
            "SWITCHES: Final = {",
            *(f"    {_quoted(row['name'])}: {row['default']}," for row in _of(it, "switch")),
            "}",
            '"""Options that are true or false, with their defaults."""',
            "",
            "CHOICES: Final = {",
            *(
                f"    {_quoted(row['name'])}: "
                f"Choice({_quoted(row['default'])}, {_tuple(row['values'])}),"
                for row in _of(it, "choice")
            ),
            "}",
            '"""Options that are one of some values."""',
            "",
            f"NAMES: Final = {_tuple(row['name'] for row in _of(it, 'names'))}",
            '"""Options that are lists of texts, empty by default."""',
            "",
            f"PATTERNS: Final = {_tuple(row['name'] for row in _of(it, 'patterns'))}",
            '"""Options that are lists of lines as in a .gitignore, empty by default."""',
            "",
            f"MODEL: Final = {_tuple(row['name'] for row in _of(it, 'model'))}",
            '"""Options that name a model of the catalog; null by default."""',
            "",
            *_wrapped("TEXTS", [row["name"] for row in _of(it, "text")]),
            '"""Options that are a line of text, empty by default."""',
            "",
            *_wrapped("OWN", _own(it)),
            '"""Options that are the person\'s alone: no workspace may say what they are."""',
            "",
        ]
    )


def typescript(it: Protocol) -> str:
    """The extension's module."""

    def rows(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
        return (f"  {_key(name)}: {_quoted(value)}," for name, value in pairs)

    return "\n".join(
        [
            f"// {EDIT}",
            "",
            "export const methods = {",
            *rows((row["name"], row["method"]) for row in it.methods),
            "} as const;",
            "",
            "/** The options that the server takes. */",
            "export const optionNames = [",
            *(f"  {_quoted(row['name'])}," for row in it.options),
            "] as const;",
            "",
            "/** Those that are the person's alone: no workspace may say what they are. */",
            "export const ownOptionNames: readonly string[] = [",
            *(f"  {_quoted(name)}," for name in _own(it)),
            "];",
            "",
            f"export type State ={_union(row['name'] for row in it.states)};",
            "",
            f"export type Reason ={_union(row['code'] for row in it.reasons)};",
            "",
            "/** Why nothing was shown, in a sentence. */",
            "export const sentences: Readonly<Record<Reason, string>> = {",
            *rows((row["code"], row["sentence"]) for row in it.reasons),
            "};",
            "",
            "/** The same as statistics call it. */",
            "export const counted: Readonly<Record<Reason, string>> = {",
            *rows((row["code"], row["counted"]) for row in it.reasons),
            "};",
            *(
                f"\n/** {row['what']} */\nexport const {row['name']} = {row['value']:_};"
                for row in it.constants
            ),
            "",
        ]
    )


def lua(it: Protocol) -> str:
    """The plugin's module."""

    def table(name: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
        inner = (f"  {_lua_key(key)} = {_lua_quoted(value)}," for key, value in pairs)
        return [f"M.{name} = {{", *inner, "}", ""]

    return "\n".join(
        [
            f"-- {EDIT}",
            "",
            "local M = {}",
            "",
            *table("methods", ((row["name"], row["method"]) for row in it.methods)),
            "--- Why nothing was shown, in a sentence.",
            *table("sentences", ((row["code"], row["sentence"]) for row in it.reasons)),
            "--- The same as statistics call it.",
            *table("counted", ((row["code"], row["counted"]) for row in it.reasons)),
            *(
                f"--- {row['what']}\nM.{_snake(row['name'])} = {row['value']}\n"
                for row in it.constants
            ),
            "return M",
            "",
        ]
    )


def package_json(it: Protocol, text: str) -> str:
    """The extension's manifest, with its settings."""
    manifest = json.loads(text)
    # How the server is found is the extension's own setting: the server cannot be told.
    settings = manifest["contributes"]["configuration"]["properties"]
    own = {name: value for name, value in settings.items() if name not in _setting_names(it)}
    generated = {f"inkling.{row['name']}": _setting(it, row) for row in it.options}
    order = ["inkling.enabled", "inkling.disabledLanguages", *own, *generated]
    both = own | generated
    manifest["contributes"]["configuration"]["properties"] = {
        name: {"order": place} | {key: value for key, value in both[name].items() if key != "order"}
        for place, name in enumerate(dict.fromkeys(order))
    }
    untrusted = manifest["capabilities"]["untrustedWorkspaces"]
    untrusted["restrictedConfigurations"] = [
        name for name in dict.fromkeys(order) if both[name]["scope"] == "machine-overridable"
    ]
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _setting_names(it: Protocol) -> set[str]:
    return {f"inkling.{row['name']}" for row in it.options}


def _setting(it: Protocol, row: Row) -> Row:
    match row["type"]:
        case "switch":
            schema: Row = {"type": "boolean", "default": row["default"]}
        case "whole":
            bounds = {"minimum": row["minimum"], "maximum": row["maximum"]}
            schema = {"type": "integer", "default": row["default"], **bounds}
        case "names" | "patterns":
            items = {"type": "string"}
            schema = {"type": "array", "default": [], "items": items, "uniqueItems": True}
        case "choice":
            schema = {"type": "string", "enum": row["values"], "default": row["default"]}
        case "model":
            schema = {"type": ["string", "null"], "enum": [None, *it.models], "default": None}
            default = row.get("none", f"Inkling's default: {it.default_model}")
            schema["enumItemLabels"] = [default, *it.models]
        case "text":
            schema = {"type": "string", "default": ""}
        case other:
            raise ValueError(f"no type of options: {other}")
    return {**schema, "scope": row["scope"], "markdownDescription": it.said(row["setting"])}


def clients_guide(it: Protocol, text: str) -> str:
    """The tables of the guide for clients' makers."""

    def messages(to: str) -> Iterator[list[str]]:
        for row in it.methods:
            if row["to"] == to:
                asks = "; a request" if row["kind"] == "request" else ""
                params = f"`{row['params']}`" if row["params"].startswith("{") else row["params"]
                yield [f"`{row['method']}`", f"{params}{asks}", it.said(row["what"])]

    tables = {
        "options": _option_table(it),
        "told": _table(["notification", "parameters", "what for"], messages("client")),
        "heard": _table(["message", "parameters", "what for"], messages("server")),
        "states": _table(
            ["state", "what it says"],
            ([f"`{row['name']}`", row["what"]] for row in it.states),
        ),
        "reasons": _table(
            ["code", "sentence"],
            (
                [
                    f"`{row['code']}`",
                    row["sentence"] + (f" ({row['note']})" if "note" in row else ""),
                ]
                for row in it.reasons
            ),
        ),
        "constants": _table(
            ["number", "value", "what for"],
            ([f"`{row['name']}`", f"{row['value']:,}", row["what"]] for row in it.constants),
        ),
    }
    for name, table in tables.items():
        text = _between(text, f"<!-- protocol: {name} -->\n", "<!-- end -->", f"{table}\n")
    return text


def readme(it: Protocol, text: str) -> str:
    """The table of options."""
    table = f"{_option_table(it)}\n"
    return _between(text, "<!-- protocol: options -->\n", "<!-- end -->", table)


def extension_readme(it: Protocol, text: str) -> str:
    """The table of settings."""
    rows = (
        [f"`inkling.{row['name']}`", _default(it, row), it.said(row["setting"])]
        for row in it.options
    )
    table = _table(["setting", "default", "what it is"], rows)
    return _between(text, "<!-- protocol: settings -->\n", "<!-- end -->", f"{table}\n")


def vim_help(it: Protocol, text: str) -> str:
    """The list of options in the plugin's help."""
    lines = []
    for row in it.options:
        default = {True: "true", False: "false", (): "{}"}.get(_hashable(row.get("default")))
        default = default or str(row.get("default", ""))
        line = f"  {row['name']:19} {default:6} "
        for word in it.said(row["meaning"]).replace("`[", "`{").replace("]`", "}`").split():
            if len(line) + 1 + len(word) > 78:
                lines.append(line.rstrip())
                line = " " * 29
            line += f"{'' if line.endswith(' ') else ' '}{word}"
        lines.append(line.rstrip())
    begin = "*inkling-options*\n\n"
    return _between(text, begin, "\nA running server takes", "".join(f"{row}\n" for row in lines))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value if isinstance(value, bool) else None


def _option_table(it: Protocol) -> str:
    def rows() -> Iterator[list[str]]:
        for row in it.options:
            meaning = it.said(row["meaning"])
            if row["type"] == "whole":
                meaning += f" ({row['minimum']:,} to {row['maximum']:,})"
            yield [f"`{row['name']}`", _default(it, row), meaning]

    return _table(["option", "default", "meaning"], rows())


def _default(it: Protocol, row: Row) -> str:
    match row["type"]:
        case "model":
            return "none" if "none" in row else f"`{it.default_model}`"
        case "names" | "patterns":
            return "`[]`"
        case _:
            return json.dumps(row["default"])


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (header, *rows)]
    return "\n".join([lines[0], f"|{'---|' * len(header)}", *lines[1:]])


def _between(text: str, begin: str, end: str, inner: str) -> str:
    """Replace what stands between two marks. Raises ValueError where they do not stand there."""
    head, found, rest = text.partition(begin)
    _, ended, tail = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"there is no {begin.strip()!r} with {end.strip()!r} behind it")
    return f"{head}{begin}{inner}{end}{tail}"


def _of(it: Protocol, kind: str) -> list[Row]:
    return [row for row in it.options if row["type"] == kind]


def _own(it: Protocol) -> list[str]:
    return [row["name"] for row in it.options if row["scope"] == "application"]


def _wrapped(name: str, values: list[str]) -> list[str]:
    return [f"{name}: Final = (", *(f"    {_quoted(value)}," for value in values), ")"]


def _literal(name: str, values: list[str]) -> list[str]:
    line = f"{name} = Literal[{', '.join(map(_quoted, values))}]"
    if len(line) <= 100:
        return [line]
    return [f"{name} = Literal[", *(f"    {_quoted(value)}," for value in values), "]"]


def _tuple(values: Iterable[str]) -> str:
    inner = ", ".join(map(_quoted, values))
    return f"({inner})" if ", " in inner else f"({inner},)"


def _union(values: Iterable[str]) -> str:
    return "".join(f"\n  | {_quoted(value)}" for value in values)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _key(name: str) -> str:
    return name if re.fullmatch(r"\w+", name) else _quoted(name)


def _lua_key(name: str) -> str:
    return name if re.fullmatch(r"\w+", name) else f"['{name}']"


def _lua_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _upper(name: str) -> str:
    return _snake(name).upper()


FILES: dict[str, Callable[[Protocol, str], str]] = {
    "server/inkling/protocol.py": lambda it, _: python(it),
    "vscode-extension/src/protocol.ts": lambda it, _: typescript(it),
    "vscode-extension/package.json": package_json,
    "neovim-plugin/lua/inkling/protocol.lua": lambda it, _: lua(it),
    "neovim-plugin/doc/inkling.txt": vim_help,
    "docs/CLIENTS.md": clients_guide,
    "README.md": readme,
    "vscode-extension/README.md": extension_readme,
}


def main() -> int:
    """Write, or check; return the exit status."""
    it, stale = read(), []
    for name, render in FILES.items():
        path = ROOT / name
        before = path.read_text("utf-8") if path.exists() else ""
        after = render(it, before)
        if after != before:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(after, "utf-8")
    for name in stale:
        print(name, "is stale: run `make protocol`" if "--check" in sys.argv else "is written anew")
    return int("--check" in sys.argv and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
