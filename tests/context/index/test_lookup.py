import os

import pytest

from inkling.context.index import build, wire
from inkling.context.index.lookup import MOST_NAMES, Lookup
from inkling.context.index.roots import Stamp
from inkling.context.index.store import MOST_OF_A_NAME, Store
from inkling.context.index.symbols import Symbols
from inkling.languages import registry


def project(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root,) = build.roots_of(wire.Configure([folder.as_uri()], []))
    kept = Store()
    build.bring_up_to_date(kept, root)
    return Lookup(Store(), [kept])


def found(look, folder, name, asking, **how):
    language = registry.id_of(asking)
    return [
        (os.path.relpath(one.path, folder), one.by)
        for one in look.find([name], str(folder / asking), language, **how)
        if one.definition.kind != "module"
    ]


# What each language's imports mean: the files, which of them asks about which name, and where that
# is, the likeliest first; `-` where it is known to be none of these.
PYTHON = {
    "pack/__init__.py": "from pack.core import Core\nfrom .deep import *\n",
    "pack/core.py": "class Core: ...\ndef helper(): ...\n",
    "pack/deep/__init__.py": "from pack.deep.inner import Inner as Renamed\n",
    "pack/deep/inner.py": "class Inner: ...\nclass Core(Inner): ...\n",
    "other/core.py": "def helper(a): ...\nclass Client: ...\n",
}
TYPESCRIPT = {
    "src/model/user.ts": "export class User {}\nexport const LIMIT = 1;\n",
    "src/model/index.ts": "export * from './user';\nexport { Paint as Color } from '../paint';\n",
    "src/paint.tsx": "export enum Paint { Red }\n",
    "src/old.js": "function old() {}\nmodule.exports = { old };\n",
    "other/user.ts": "export class User {}\n",
}
GO = {
    "go.mod": "module example.com/shop\n",
    "stock/a.go": "package stock\ntype Item struct{}\nfunc New() {}\n",
    "stock/b.go": "package stock\nfunc Count() {}\nfunc hidden() {}\n",
    "other/stock/c.go": "package stock\nfunc New(a int) {}\n",
    "cmd/main.go": "package main\nfunc run() {}\n",
}
RUST = {
    "src/lib.rs": "mod stock;\n",
    "src/stock.rs": "pub struct Item;\n",
    "src/shop/mod.rs": "pub fn open() {}\n",
    "other/src/stock.rs": "pub struct Item;\n",
}
C = {
    "include/shop/stock.h": "struct item { int a; };\nint count(void);\n",
    "src/local.h": "#define LIMIT 3\n",
    "other/local.h": "#define LIMIT 4\n",
}
JAVA = {
    "src/com/example/stock/Item.java": "package com.example.stock;\npublic class Item {}\n",
    "src/com/example/shop/Till.java": "package com.example.shop;\nclass Till {}\n",
    "src/com/example/other/Item.java": "package com.example.other;\nclass Item {}\n",
}
RUBY = {
    "lib/shop/stock.rb": "class Stock\nend\n",
    "app/near.rb": "def near(a)\nend\n",
    "other/near.rb": "def near(b)\nend\n",
}
PHP = {
    "src/Stock/Item.php": "<?php\nnamespace App\\Stock;\nclass Item {}\n",
    "src/Other/Item.php": "<?php\nnamespace App\\Other;\nclass Item {}\n",
}
CSHARP = {
    "Stock/Item.cs": "namespace Shop.Stock;\nclass Item {}\n",
    "Other/Item.cs": "namespace Shop.Other;\nclass Item : Base {}\n",
}
LUA = {
    "lua/shop/stock.lua": "local M = {}\nfunction M.count() end\nreturn M\n",
    "other/stock.lua": "local M = {}\nfunction M.count(a) end\nreturn M\n",
}
SHELL = {"lib/common.sh": "greet() { echo; }\n", "other/common.sh": "function greet { echo; }\n"}

INNER, FAR = "pack/deep/inner.py", "other/core.py"
CASES = [
    (PYTHON, "pack/a.py", "from .core import Core", "Core", "pack/core.py"),
    (PYTHON, "pack/a.py", "from pack.core import Core", "Core", "pack/core.py"),
    (PYTHON, "other/a.py", "from pack.core import Core as C", "C", "pack/core.py"),
    (PYTHON, "other/a.py", "from pack import Core", "Core", "pack/core.py"),
    (PYTHON, "other/a.py", "from pack import Renamed", "Renamed", INNER),
    (PYTHON, "pack/deep/a.py", "from ..core import helper", "helper", "pack/core.py"),
    (PYTHON, "pack/deep/a.py", "from ...other.core import helper", "helper", FAR),
    (PYTHON, "a.py", "import pack.core as c", "helper", f"pack/core.py {FAR}*"),
    (PYTHON, "a.py", "from pack import core", "helper", f"pack/core.py {FAR}*"),
    (PYTHON, "a.py", "from other.core import *", "helper", f"{FAR} pack/core.py*"),
    (PYTHON, "a.py", "from httpx import Client", "Client", "-"),
    (PYTHON, "a.py", "from .missing import Client", "Client", f"{FAR}*"),
    (PYTHON, "a.py", "", "Client", f"{FAR}*"),
    (PYTHON, "pack/a.py", "from core import Core", "Core", f"pack/core.py* {INNER}*"),
    (PYTHON, "pack/a.py", "from deep.inner import Inner", "Inner", "-"),
    (PYTHON, "pack/a.py", "from core import helper", "helper", FAR),
    (PYTHON, "a.py", "", "Core", f"pack/core.py* {INNER}*"),
    (TYPESCRIPT, "src/a.ts", "import { User } from './model/user'", "User", "src/model/user.ts"),
    (TYPESCRIPT, "src/a.tsx", "import { User } from './model'", "User", "src/model/user.ts"),
    (
        TYPESCRIPT,
        "src/a.js",
        "import { User as U } from './model/user.js'",
        "U",
        "src/model/user.ts",
    ),
    (TYPESCRIPT, "src/b/a.ts", "import { Color } from '../model'", "Color", "src/paint.tsx"),
    (TYPESCRIPT, "src/a.ts", "import { User } from '@/model/user'", "User", "src/model/user.ts"),
    (TYPESCRIPT, "src/a.ts", "import { User } from 'somebody'", "User", "-"),
    (TYPESCRIPT, "src/a.ts", "const { old } = require('./old')", "old", "src/old.js"),
    (TYPESCRIPT, "src/a.ts", "import * as m from './model/user'", "LIMIT", "src/model/user.ts"),
    (TYPESCRIPT, "src/a.ts", "import User from './model/user'", "User", "src/model/user.ts"),
    (
        GO,
        "cmd/a.go",
        'package main\nimport "example.com/shop/stock"',
        "New",
        "stock/a.go other/stock/c.go*",
    ),
    (GO, "cmd/a.go", 'package main\nimport s "example.com/shop/stock"', "Count", "stock/b.go"),
    (GO, "cmd/a.go", "package main", "run", "cmd/main.go+"),
    (GO, "stock/z.go", "package stock", "New", "stock/a.go+ other/stock/c.go*"),
    (RUST, "src/a.rs", "use crate::stock::Item;", "Item", "src/stock.rs"),
    (RUST, "src/a.rs", "use crate::{shop::open as o, stock};", "o", "src/shop/mod.rs"),
    (RUST, "src/shop/a.rs", "use super::stock::Item as I;", "I", "src/stock.rs"),
    (RUST, "src/a.rs", "use serde::Item;", "Item", "-"),
    (C, "src/a.c", '#include "shop/stock.h"', "count", "include/shop/stock.h"),
    (C, "src/a.c", '#include "local.h"', "LIMIT", "src/local.h other/local.h*"),
    (C, "src/a.cpp", '#include "../other/local.h"', "LIMIT", "other/local.h src/local.h*"),
    (
        JAVA,
        "src/com/example/shop/A.java",
        "import com.example.stock.Item;",
        "Item",
        "src/com/example/stock/Item.java",
    ),
    (
        JAVA,
        "src/com/example/shop/A.java",
        "import com.example.other.*;",
        "Item",
        "src/com/example/other/Item.java src/com/example/stock/Item.java*",
    ),
    (JAVA, "src/com/example/shop/A.java", "", "Till", "src/com/example/shop/Till.java+"),
    (JAVA, "src/com/example/shop/A.java", "import java.util.Item;", "Item", "-"),
    (RUBY, "app/a.rb", "require 'shop/stock'", "Stock", "lib/shop/stock.rb"),
    (RUBY, "app/a.rb", "require_relative 'near'", "near", "app/near.rb other/near.rb*"),
    (PHP, "src/Shop/A.php", "<?php\nuse App\\Stock\\Item;", "Item", "src/Stock/Item.php"),
    (PHP, "src/Shop/A.php", "<?php\nuse App\\{Other\\Item as I};", "I", "src/Other/Item.php"),
    (CSHARP, "Shop/A.cs", "using Shop.Stock;", "Item", "Stock/Item.cs Other/Item.cs*"),
    (
        LUA,
        "lua/a.lua",
        'local s = require("shop.stock")',
        "count",
        "lua/shop/stock.lua other/stock.lua*",
    ),
    (
        SHELL,
        "bin/a.sh",
        'source "$HERE/../lib/common.sh"',
        "greet",
        "lib/common.sh other/common.sh*",
    ),
    (SHELL, "lib/a.sh", ". ./common.sh", "greet", "lib/common.sh other/common.sh*"),
]


def as_told(found):
    """Files, with a sign where it was not an import that led to them."""
    signs = {"import": "", "folder": "+", "name": "*", "file": "!"}
    return " ".join(f"{path}{signs[by]}" for path, by in found) or "-"


@pytest.mark.parametrize(("files", "asking", "text", "name", "expected"), CASES)
def test_a_name_means_what_the_imports_say(tmp_path, files, asking, text, name, expected):
    look = project(tmp_path, {**files, asking: f"{text}\n"})
    assert as_told(found(look, tmp_path, name, asking)) == expected


def test_what_the_file_itself_defines_comes_first(tmp_path):
    look = project(tmp_path, {"a.py": "class A: ...\n", "b.py": "class A: ...\n#\n"})
    assert as_told(found(look, tmp_path, "A", "b.py")) == "b.py!"
    look = project(tmp_path, {"a.py": "class A(X): ...\n", "b.py": "class A: ...\n#\n"})
    assert as_told(found(look, tmp_path, "A", "b.py")) == "b.py! a.py*"


def test_what_is_imported_comes_before_what_belongs_to_something(tmp_path):
    files = {"a.py": "def f(a): ...\n", "b.py": "from a import f\nclass B:\n    def f(self): ...\n"}
    look = project(tmp_path, files)
    assert as_told(found(look, tmp_path, "f", "b.py")) == "a.py b.py!"


def test_of_one_name_so_many_are_told_and_each_once(tmp_path):
    files = {f"f{number}.py": f"def f(a{number % 5}): ...\n" for number in range(20)}
    look = project(tmp_path, {**files, "a.py": ""})
    assert len(found(look, tmp_path, "f", "a.py")) == 3
    assert len(found(look, tmp_path, "f", "a.py", each=9)) == 5


def test_what_too_many_are_called_is_not_guessed(tmp_path):
    files = {f"f{number}.py": f"def f(a{number}): ...\n" for number in range(MOST_OF_A_NAME)}
    look = project(tmp_path, {**files, "a.py": "", "b.py": "from f7 import f\n"})
    assert found(look, tmp_path, "f", "a.py") == []
    assert as_told(found(look, tmp_path, "f", "b.py")) == "f7.py"


def test_the_nearest_comes_first(tmp_path):
    files = {f"{name}.py": f"def f(a{at}): ...\n" for at, name in enumerate(["x", "a/b/x", "a/x"])}
    look = project(tmp_path, {**files, "a/b/asking.py": "", "asking.py": ""})
    paths = [path for path, _ in found(look, tmp_path, "f", "a/b/asking.py")]
    assert paths == ["a/b/x.py", "a/x.py", "x.py"]
    assert found(look, tmp_path, "f", "asking.py")[0][0] == "x.py"


def test_other_languages_have_names_of_their_own(tmp_path):
    look = project(
        tmp_path, {"a.go": "package a\nfunc F() {}\n", "a.py": "", "b.ts": "class F {}\n"}
    )
    assert found(look, tmp_path, "F", "a.py") == []
    assert [path for path, _ in found(look, tmp_path, "F", "b.js")] == ["b.ts"]


def test_files_that_pass_each_other_on_are_no_end(tmp_path):
    files = {"a.py": "from b import f\n", "b.py": "from a import f\n", "c.py": "from a import f\n"}
    assert found(project(tmp_path, files), tmp_path, "f", "c.py") == []


def test_an_open_document_hides_its_file(tmp_path):
    look = project(tmp_path, {"a.py": "def old(): ...\n", "b.py": "from a import old, new\n"})
    documents = Store()
    documents.put(str(tmp_path / "a.py"), "python", Stamp(0, 0), Symbols([], []))
    hidden = Lookup(documents, look.kept)
    assert found(look, tmp_path, "old", "b.py") == [("a.py", "import")]
    assert found(hidden, tmp_path, "old", "b.py") == []


def test_a_type_s_members_are_told_if_they_are_asked_for(tmp_path):
    code = "class A:\n" + "".join(f"    a{number}: int\n" for number in range(20))
    look = project(tmp_path, {"a.py": f"{code}\ndef f(): ...\n", "b.py": ""})
    asking = str(tmp_path / "b.py")
    (bare,) = look.find(["A"], asking, "python")
    assert bare.members == []
    a, f = look.find(["A", "f"], asking, "python", members=3)
    assert [one.name for one in a.members] == ["a0", "a1", "a2"]
    assert f.members == []


def test_only_so_many_names_are_looked_for(tmp_path):
    names = [f"f{number}" for number in range(MOST_NAMES + 1)]
    look = project(tmp_path, {"a.py": "".join(f"def {name}(): ...\n" for name in names)})
    told = look.find([*names, *names], str(tmp_path / "b.py"), "python")
    assert [one.definition.name for one in told] == names[:MOST_NAMES]


# What a module holds, as an import names it in a file, or as a name in it means one.
MODULES = [
    (PYTHON, "pack/a.py", "", ".core", ["Core", "helper"]),
    (PYTHON, "pack/deep/a.py", "", "..core", ["Core", "helper"]),
    (PYTHON, "other/a.py", "", "pack", ["Core", "core", "deep"]),
    (PYTHON, "other/a.py", "", "httpx", []),
    (TYPESCRIPT, "src/a.ts", "", "./model/user", ["User", "LIMIT"]),
    (RUST, "src/a.rs", "", "crate::stock", ["Item"]),
    (JAVA, "src/com/example/a/A.java", "", "com.example.stock", ["Item"]),
]


@pytest.mark.parametrize(("files", "asking", "text", "module", "names"), MODULES)
def test_what_a_module_holds(tmp_path, files, asking, text, module, names):
    look = project(tmp_path, files | {asking: text} if text else files)
    language = registry.id_of(asking)
    held = look.find([], str(tmp_path / asking), language, 3, 20, [module])
    assert {one.definition.kind for one in held} <= {"module"}
    assert {name.name for one in held for name in one.members} == set(names)


@pytest.mark.parametrize(
    ("files", "asking", "text", "name", "names"),
    [
        (PYTHON, "other/a.py", "import pack.core as c", "c", {"Core", "helper"}),
        (PYTHON, "other/a.py", "from pack import core", "core", {"Core", "helper"}),
        (PYTHON, "pack/a.py", "from . import core", "core", {"Core", "helper"}),
        (TYPESCRIPT, "src/a.ts", "import * as m from './model/user'", "m", {"User", "LIMIT"}),
        (
            GO,
            "cmd/a.go",
            'package main\nimport "a.com/shop/stock"',
            "stock",
            {"Item", "New", "Count"},
        ),
        (
            GO,
            "cmd/a.go",
            'package main\nimport s "a.com/shop/stock"',
            "s",
            {"Item", "New", "Count"},
        ),
    ],
)
def test_a_name_may_be_that_of_a_module(tmp_path, files, asking, text, name, names):
    look = project(tmp_path, files | {asking: text})
    held = look.find([name], str(tmp_path / asking), registry.id_of(asking), 3, 20)
    modules = [one for one in held if one.definition.kind == "module"]
    held = {member.name for one in modules for member in one.members}
    assert held >= names
    assert "hidden" not in held


def test_of_a_module_so_many_members_are_told(tmp_path):
    look = project(tmp_path, {"a.py": "".join(f"def f{i}(): ...\n" for i in range(30))})
    (held,) = look.find([], str(tmp_path / "b.py"), "python", 3, 7, ["a"])
    assert len(held.members) == 7


@pytest.mark.parametrize(
    ("files", "asking", "module"),
    [
        ({"tools/logging.py": "def ours(): ...\n"}, "tools/a.py", "logging"),
        ({"tools/logging/handlers.py": "def ours(): ...\n"}, "tools/a.py", "logging.handlers"),
        ({"src/lib/axios.ts": "export const ours = 1;\n"}, "src/a.ts", "axios"),
        ({"src/fs.ts": "export const ours = 1;\n"}, "src/a.ts", "fs"),
        ({"internal/errors/e.go": "package errors\nfunc Ours() {}\n"}, "a.go", "errors"),
        ({"src/serde.rs": "pub fn ours() {}\n"}, "src/a.rs", "serde"),
    ],
)
def test_what_is_somebody_else_s_is_no_file_that_is_called_so(tmp_path, files, asking, module):
    look = project(tmp_path, files)
    assert look.find([], str(tmp_path / asking), registry.id_of(asking), 3, 20, [module]) == []


@pytest.mark.parametrize(
    ("files", "asking", "module"),
    [
        ({"tools/logging.py": "def ours(): ...\n"}, "tools/a.py", ".logging"),
        ({"tools/net.py": "def ours(): ...\n"}, "tools/a.py", "net"),
        ({"src/lib/axios.ts": "export const ours = 1;\n"}, "src/a.ts", "./lib/axios"),
        (
            {"internal/errors/e.go": "package errors\nfunc Ours() {}\n"},
            "a.go",
            "a.com/internal/errors",
        ),
        ({"src/serde.rs": "pub fn ours() {}\n"}, "src/a.rs", "crate::serde"),
    ],
)
def test_what_is_ours_is_known_however_it_is_called(tmp_path, files, asking, module):
    look = project(tmp_path, files)
    (held,) = look.find([], str(tmp_path / asking), registry.id_of(asking), 3, 20, [module])
    assert [member.name.lower() for member in held.members] == ["ours"]


@pytest.mark.parametrize(
    ("files", "names"),
    [
        # A package has its modules, and the packages in it.
        ({"p/__init__.py": "", "p/core.py": "", "p/sub/__init__.py": ""}, {"core", "sub"}),
        # What is passed on is known where it is defined.
        ({"p/__init__.py": "from .core import A\n", "p/core.py": "class A: ...\n"}, {"A", "core"}),
        ({"p/__init__.py": "from .core import *\n", "p/core.py": "class A: ...\n"}, {"A", "core"}),
        # Nobody knows all that a file passes on: it may lie elsewhere.
        ({"p/__init__.py": "", "p/core.py": "from io import StringIO\n"}, {"StringIO"}),
    ],
)
def test_what_a_module_holds_that_it_does_not_define(tmp_path, files, names):
    asked = "p.core" if "core" not in names and "StringIO" in str(files) else "p"
    look = project(tmp_path, files)
    held = look.find([], str(tmp_path / "z.py"), "python", 3, 20, [asked])
    held = {member.name for one in held for member in one.members}
    assert held == names


def test_files_around_are_those_imported_then_those_beside(tmp_path):
    files = {
        "a/main.py": "from lib.net import fetch\nimport os\n",
        "a/util.py": "",
        "lib/net.py": "def fetch(): ...\n",
        "lib/other.py": "",
    }
    look = project(tmp_path, files)
    around = look.around(str(tmp_path / "a/main.py"), "python")
    assert [os.path.relpath(path, tmp_path) for path in around] == ["lib/net.py", "a/util.py"]
