import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import inkling
from inkling.languages import registry

ROOT = Path(inkling.__file__).parent

# A module may import those of its own layer and of the layers below it. A package stands for
# those of its modules that are not named themselves.
LAYERS = [
    ["cli"],
    ["doctor", "editor.transport"],
    ["editor.connection"],
    ["bench", "editor"],
    ["serving"],
    ["models", "suggest.scheduler"],
    ["engine.sharing"],
    ["engine.host", "suggest.completer"],
    ["suggest.deep"],
    ["suggest.ahead", "suggest.alternatives", "suggest.following", "suggest.seen"],
    ["suggest.work"],
    ["suggest"],
    ["backends", "context.index.process", "context.knowledge"],
    ["context.index.host"],
    ["context.index.build"],
    ["context.index.wire"],
    ["context.index.lookup"],
    ["context.index.store"],
    ["context", "options", "power"],
    ["suggest.modes", "suggest.outcome"],
    ["engine"],
    ["engine.decoding"],
    ["engine.drafting"],
    ["engine.runtime", "engine.text"],
    ["context.index.extract"],
    ["context.secrets"],
    ["context.given"],
    ["context.plausible"],
    ["context.index.symbols"],
    ["text"],
    ["languages.registry"],
    ["languages"],
    ["engine.waiting"],
    ["engine.meeting", "engine.wire", "engine.manifest"],
    ["errors", "protocol", "__init__"],
]

ONLY_IMPORTER = {
    "pygls": "editor.transport",
    "lsprotocol": "editor.transport",
    "tree_sitter": "text.syntax",
    "onnxruntime": "engine.runtime.onnx",
    "tokenizers": "engine.text.tokenizer",
    "onnx": "models.convert.graph",
    "gguf": "models.convert.weights",
    "huggingface_hub": "models.sources",
    "psutil": "power",
    "pathspec": "context.privacy",
    "sqlite3": "context.index.store",
    "httpx2": "backends.remote",
}

# What completes in the server process; `cli` adds the model's place on disk.
SERVER = [
    *("editor.transport", "editor.configured", "editor.statistics", "suggest.scheduler"),
    *("context.window", "text.documents", "options", "backends.engine", "engine.wire"),
    *("backends.process", "backends.shared"),
    "context.index.process",
    *("models.catalog", "models.store"),
]
TOO_HEAVY_TO_SERVE = {
    *("onnxruntime", "numpy", "tokenizers", "onnx", "gguf", "huggingface_hub", "sqlite3"),
}
# What only those need who have a model served elsewhere.
ONLY_WHERE_ASKED_FOR = {"httpx2", "inkling.backends.remote"}


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


PACKAGES = {name_of(path) for path in ROOT.rglob("*/__init__.py")}
FILES = {name_of(path): path for path in ROOT.rglob("*.py") if path.name != "__main__.py"}


def imports(tree):
    """The modules named in import statements, those for type checkers only left out."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test).endswith("TYPE_CHECKING"):
        return
    if isinstance(tree, ast.Import):
        yield from (alias.name for alias in tree.names)
    if isinstance(tree, ast.ImportFrom):
        assert not tree.level, "imports are absolute"
        yield tree.module
        yield from (f"{tree.module}.{alias.name}" for alias in tree.names)
    for child in ast.iter_child_nodes(tree):
        yield from imports(child)


ALL = {name: set(imports(ast.parse(path.read_text()))) for name, path in FILES.items()}
OWN = {
    name: {found.removeprefix("inkling.") for found in all_of_it if found.startswith("inkling.")}
    & FILES.keys()
    for name, all_of_it in ALL.items()
}


def reachable(start):
    found, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += OWN[name]
    return found


def test_the_imports_were_read():
    assert {"suggest.completer", "suggest.outcome", "suggest.trace"} <= OWN["suggest.scheduler"]
    assert {"serving", "models.store", "editor.transport"} <= OWN["cli"], "in functions too"
    assert "pygls.lsp.server" in ALL["editor.transport"]
    assert "inkling.suggest.outcome.Outcome" not in ALL["cli"], "not what only type checkers read"


@pytest.mark.parametrize("package", ONLY_IMPORTER)
def test_one_file_imports(package):
    importers = {
        name
        for name, found in ALL.items()
        if any(module == package or module.startswith(f"{package}.") for module in found)
    }
    assert importers == {ONLY_IMPORTER[package]}


def test_languages_know_nothing_else():
    for name in FILES:
        if name.startswith("languages"):
            assert {found.partition(".")[0] for found in OWN[name]} <= {"languages"}, name


def test_nothing_else_knows_a_language():
    ids = {one for language in registry.described().values() for one in language.ids}
    named = re.compile(rf"[\"'](tree_sitter_\w+|{'|'.join(ids)})[\"']")
    # What a bench or the doctor types or reads is in a language; that says nothing about any.
    rooms = {name for name in FILES if not name.startswith(("languages.", "bench.", "doctor."))}
    knowing = {name: named.findall(FILES[name].read_text("utf-8")) for name in rooms}
    # In a sentence, as an example:
    assert {name: found for name, found in knowing.items() if found} == {"options": ["python"]}
    imported = {name: [one for one in ALL[name] if one.startswith("tree_sitter_")] for name in ALL}
    assert not any(imported.values()), "a grammar is imported when a document is opened"


def test_imports_run_downward():
    depths = {name: depth for depth, names in enumerate(LAYERS) for name in names}

    def depth_of(name):
        return depths[name] if name in depths else depth_of(name.rpartition(".")[0])

    depth = {name: depth_of(name) for name in FILES}
    upward = {
        f"{name} imports {found}"
        for name, all_of_it in OWN.items()
        for found in all_of_it - PACKAGES
        if depth[found] < depth[name]
    }
    assert not upward


def test_no_cycle():
    TopologicalSorter({name: found - {name} for name, found in OWN.items()}).prepare()


def test_the_engine_knows_nothing_above_it():
    for name in FILES:
        if name.startswith("engine"):
            assert {found.partition(".")[0] for found in OWN[name]} <= {"engine", "errors"}, name
    seen = {
        found
        for name in FILES
        if not name.startswith(("engine", "models", "cli"))
        for found in OWN[name]
        if found.startswith("engine.")
    }
    wire = {"engine.wire", "engine.waiting", "engine.meeting"}
    assert seen == wire, "the server sees the wire only, and where it meets the engine"


def test_whatever_completes_is_named_by_its_interface():
    for name in FILES:
        if name.startswith("suggest"):
            backends = {found for found in OWN[name] if found.startswith("backends.")}
            assert backends <= {"backends.base"}, name


def test_only_the_engine_process_and_conversion_name_the_runtime():
    importers = {name for name in FILES if "engine.runtime.onnx" in OWN[name]}
    assert importers == {"engine.host", "models.convert.folder"}


def test_the_bench_knows_nothing_of_the_server():
    for name in FILES:
        # What is replayed is the server's own, and seen in the syntax trees that it has.
        if name.startswith("bench") and not name.startswith("bench.quality"):
            assert {found.partition(".")[0] for found in OWN[name]} <= {"bench"}, name


def test_models_know_nothing_of_editors():
    for name in FILES:
        if name.startswith("models"):
            allowed = {"models", "engine", "errors"}
            assert {found.partition(".")[0] for found in OWN[name]} <= allowed, name


@pytest.mark.parametrize("name", SERVER)
def test_the_server_process_reaches_no_heavy_library(name):
    heavy = {
        f"{module}: {found}"
        for module in reachable(name)
        for found in ALL[module]
        if found.partition(".")[0] in TOO_HEAVY_TO_SERVE
    }
    assert not heavy


def test_the_server_process_loads_no_heavy_library():
    tree = ast.parse(FILES["cli"].read_text())
    (serve,) = (node for node in tree.body if getattr(node, "name", "") == "_serve")
    named = {found.removeprefix("inkling.") for found in imports(serve)} & FILES.keys()
    assert "editor.transport" in named
    modules = ", ".join(f"inkling.{name}" for name in ["cli", *SERVER, *sorted(named)])
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, {modules}; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert "pygls" in loaded
    assert not (TOO_HEAVY_TO_SERVE | ONLY_WHERE_ASKED_FOR) & set(loaded)


def test_names_say_what_a_module_holds():
    vague = re.compile(r"(^|[._])(utils?|misc|common|managers?|helpers?)($|[._])")
    assert not [name for name in FILES if vague.search(name)]
