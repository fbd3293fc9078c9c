LINES = [
    ("def f(a):", "opens defines"),
    ("    async def f(", "defines"),
    ("class A:", "opens defines"),
    ("    if a:", "opens"),
    ("    else:", "opens"),
    (") -> int:", "opens closes"),
    ("key:", ""),
    ("    @property", "heralds"),
    ("    a = 1", ""),
    ("    match a:", "opens"),
]

INSIDE = [
    "f^'|a|{^b^:>3^}|c|'^\n",
    "f'|{^f(^'|x|'^)^}|'^\n",
    "f'''|a\n|{^b^}|\n|'''^\n",
    "f'|{^a[^0^]^}|'^\n",
]

FILES = ["a.py", "b.pyi"]
IDS = ["python"]
TITLE = "# {file}\n"

CODE = '''\
from __future__ import annotations
import os.path as paths, sys
from . import sibling
from ..above.deep import one as first, second
from everything import *

LIMIT: int = 3
A, B = 1, 2

@dataclass(frozen=True)
class Shop(Base):
    """What sells.

    And more.
    """

    name: str
    open = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.stock: dict[str, int] = {}
        other.thing = 1

    @property
    def size(self) -> int:
        # How many.
        return len(self.stock)

    async def fetch(
        self,
        url: str,
        *,
        timeout: float = 1.0,
    ) -> bytes:
        """Fetch it."""
        def inner(): ...
        class Local: ...
        return await inner()

if TYPE:
    def late(x): ...
'''
DEFINES = [
    ("value", "LIMIT", "LIMIT: int = 3", ""),
    ("value", "A", "A, B = 1, 2", ""),
    ("value", "B", "A, B = 1, 2", ""),
    ("type", "Shop", "@dataclass(frozen=True)\nclass Shop(Base):", "What sells."),
    ("field", "Shop.name", "name: str", ""),
    ("field", "Shop.open", "open = True", ""),
    ("function", "Shop.__init__", "def __init__(self, name: str) -> None:", ""),
    ("field", "Shop.stock", "self.stock: dict[str, int] = {}", ""),
    ("function", "Shop.size", "@property\ndef size(self) -> int:", ""),
    (
        "function",
        "Shop.fetch",
        "async def fetch(self, url: str, *, timeout: float = 1.0) -> bytes:",
        "Fetch it.",
    ),
    ("function", "late", "def late(x):", ""),
]
IMPORTS = [
    ("os.path", "", "paths"),
    ("sys", "", ""),
    (".", "sibling", "sibling"),
    ("..above.deep", "one", "first"),
    ("..above.deep", "second", "second"),
    ("everything", "*", ""),
]
