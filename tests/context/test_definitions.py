import pytest

from inkling.context import definitions
from inkling.context.definitions import Asked
from inkling.context.index.symbols import Definition, Found
from marked import snapshot


def function(name, container=""):
    return Definition(name, "function", container, f"def {name}(a: int) -> int:", "", 0)


def asked(marked, language="python"):
    return definitions.asked_at(snapshot(marked, language, parsed=False))


@pytest.mark.parametrize(
    ("language", "marked", "module"),
    [
        ("python", "from .i18n import │", ".i18n"),
        ("python", "from a.b import c, │", "a.b"),
        ("python", "from a.b import (\n    c,\n    │", "a.b"),
        ("python", "from a.b import (c)\nx = │", None),
        ("python", "from a.b import c\n│", None),
        ("python", "    from a import d│\n", "a"),
        ("python", "from a.b import c, \\\n    │", "a.b"),
        ("python", "from a.b import c\nprint(│", None),
        ("python", "from a.b import c as │", None),
        ("python", "from a.b import c as d, │", "a.b"),
        ("python", "from a.b import c │", None),
        ("python", "from a.b import *│", None),
        ("python", "from a.b import c; x = │", None),
        ("typescript", "import │ from './a'", None),
        ("typescript", "import type { │ } from './a'", "./a"),
        ("typescript", "import { type │ } from './a'", "./a"),
        ("typescript", "import { a │ } from './a'", None),
        ("python", "from a.b import c  # then │", None),
        ("typescript", "import { a as │ } from './a'", None),
        ("rust", "use crate::stock::Item as │;", None),
        ("python", "from a.b import c\nx = f(1, │)\n", None),
        ("python", "from a.b import (c,\n    d)\nprint(│", None),
        ("python", "from a.b import c\n# see (│", None),
        ("typescript", "import { │ } from './shop'", "./shop"),
        ("typescript", "import shop, { │ } from './shop'", "./shop"),
        ("typescript", "export { │ } from './shop'", "./shop"),
        ("typescript", "export const a = 1\nconst b = │\nexport { c } from './c'\n", None),
        ("typescript", "export function a() {\n  │\n}\n// from './c'\n", None),
        ("typescript", "export default │\nexport { c } from './c'\n", None),
        ("typescript", "import a from './a'\nconst b = │\nimport c from './c'\n", None),
        ("typescript", "import a from './a'\n│\nimport c from './c'\n", None),
        ("typescriptreact", "import {\n  one,\n  │\n} from '../a/shop';\nconst x = 1", "../a/shop"),
        ("javascript", "import type {a, │} from \"./b\"\nimport c from './c'", "./b"),
        ("typescript", "import { a, │", ""),
        ("typescript", "export {a} from './shop'\nconst b = │", None),
        ("typescript", "export const b = { │", None),
        ("rust", "use crate::stock::│", "crate::stock"),
        ("rust", "use crate::stock::{Item, │};", "crate::stock"),
        ("rust", "use crate::stock::Item;\nlet a = │", None),
        ("java", "import com.shop.│", "com.shop"),
        ("java", "import com.shop.Item;\nItem a = │", None),
        ("c", '#include "│"', None),
        ("yaml", "from: a import │", None),
    ],
)
def test_an_import_that_is_being_written_says_which_module_it_is_about(language, marked, module):
    assert asked(marked, language) == Asked(module=module or "")


@pytest.mark.parametrize(
    ("language", "marked", "receiver"),
    [
        ("python", "x = client.│", "client"),
        ("python", "x = client.fe│", "client"),
        ("python", "x = client.fetch(│", ""),
        ("typescript", "shop?.ite│", "shop"),
        ("cpp", "it->│", "it"),
        ("rust", "Item::ne│", "Item"),
        ("python", "3.│", ""),
        ("python", "from shop.│", ""),
        ("python", "import shop.│", ""),
    ],
)
def test_what_a_member_is_looked_up_of(language, marked, receiver):
    assert asked(marked, language).receiver == receiver


def test_while_a_word_is_typed_the_question_stays_the_same():
    assert asked("shop.d│") == asked("shop.delta│")


def module(name, *members):
    return Found("/net.py", "import", Definition(name, "module", "", "", "", 0), list(members))


FETCH, SEND = function("fetch"), function("send")
NAMES = ("fetch", "send")
NET = module("net", FETCH, SEND, function("close", container="Client"))


@pytest.mark.parametrize(
    ("marked", "found", "names"),
    [
        ("from net import │", [NET], NAMES),
        ("from net import fe│", [NET], NAMES),
        # A name may be called as its module.
        ("from fetch.send import │", [module("fetch.send", FETCH, SEND)], NAMES),
        # What is imported already is not imported again.
        ("from net import fetch, │", [NET], ("send",)),
        ("x = net.│", [NET], NAMES),
        ("fetch = net.│", [NET], NAMES),
        # It may be something else there.
        ("net = Net()\nx = net.│", [NET], ()),
        ("net: Net = Net()\nx = net.│", [NET], ()),
        ("def f(net, a):\n    x = net.│", [NET], ()),
        ("def f(a, net: Net):\n    x = net.│", [NET], ()),
        ("for a, net in nets:\n    x = net.│", [NET], ()),
        ("x.net = 1\nx = net.│", [NET], NAMES),
        # Any name may stand there.
        ("x = │", [NET], ()),
        ("x = other.│", [NET], ()),
        # What the file calls so may be that.
        ("x = net.│", [Found("/code.py", "file", function("net")), NET], ()),
        # Of a larger module there may be more names than these.
        ("x = net.│", [module("net", *[FETCH] * definitions.MOST_MEMBERS)], ()),
        ("from net import │", [], ()),
        # Some words may stand among them.
        ("import { │ } from 'net'", [NET], ("fetch", "send", "default", "type")),
        # Files that make up a module together.
        ("from net import │", [module("net", FETCH), module("net", SEND)], NAMES),
    ],
)
def test_the_names_that_may_stand_at_a_place(marked, found, names):
    here = snapshot(marked, "typescript" if "{" in marked else "python", parsed=False)
    assert definitions.names(definitions.asked_at(here), found, here) == names
