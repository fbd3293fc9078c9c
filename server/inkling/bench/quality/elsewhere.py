"""The rest of a line that begins with a name which another file of the package defines and which
does not stand above; nothing stands below. What is said there alone, and with what is known of the
other files: the names that may stand there, the parts that are like the place, both (what a server
does), and, as far as anything could help, the line that defines the name (the oracle).

Names and definitions are found by patterns: what is measured must not be known from what measures.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from inkling.bench import rhythm
from inkling.bench.quality import cutting
from inkling.bench.quality.cutting import Case, Split
from inkling.bench.quality.recording import Ask, Asked, snapshot_of
from inkling.context import window
from inkling.context.index import process
from inkling.context.knowledge import Asking, Knowledge, Known
from inkling.context.window import Window
from inkling.languages import registry
from inkling.suggest import prompt
from inkling.suggest.modes import AUTOMATIC
from inkling.suggest.work import Place
from inkling.text.buffers import Snapshot

VARIANTS: Final = ("alone", "names", "parts", "names and parts", "oracle")
_OF_A_GROUP: Final = 72
_FROM_FILE: Final = 4
_LEAST: Final = 5
"""Characters of a name: shorter ones are called so in other places too."""
_ABOVE: Final = 3
"""Lines between the oracle's and the cursor's."""
_INDEXED_S: Final = 120.0

_DEFINED: Final = {
    "python": re.compile(
        r"^(?:class|(?:async )?def)\s+([A-Za-z_]\w+)|^([A-Za-z_]\w+)\s*(?::[^=\n]+)?=[^=]"
        r"|^[ \t]+(?:async )?def\s+([a-z]\w+)",
        re.MULTILINE,
    ),
    "typescript": re.compile(
        r"^\s*export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
        r"(?:function\*?|class|const|let|interface|type|enum)\s+([A-Za-z_$]\w+)",
        re.MULTILINE,
    ),
    "go": re.compile(
        r"^func\s+(?:\([^)]*\)\s*)?([A-Za-z_]\w+)|^(?:type|var|const)\s+([A-Za-z_]\w+)"
        r"|^\t([A-Z]\w+)\s+=?",
        re.MULTILINE,
    ),
}
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
_PROSE: Final = re.compile(r"\s*(?:#|//|/?\*|\"\"\"|[-*`\w]+(?: [a-z]+){4})")

_NO_USE: Final = re.compile(
    r".*(?://|\s#\s)|.*\b(?:const|let|var|function|func|def|class|type|interface|enum)\s+$"
)
"""Before a name that is a word in a comment, or is given to something else here."""


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str

    def defines(self, group: str) -> dict[str, str]:
        """What it defines, each with the line that does."""
        found: dict[str, str] = {}
        for match in _DEFINED[group].finditer(self.text):
            start = match.start(match.lastindex or 0)
            line = self.text[self.text.rfind("\n", 0, start) + 1 :].partition("\n")[0]
            found.setdefault(match[match.lastindex or 0], line.strip())
        return found


def cases(split: Split, cache: Path) -> list[Case]:
    """Cut the cases, each once for each variant, which is its kind.

    Every beginning is a fair sample. Raises packages.PackageError.
    """
    groups = [
        [case for case, _ in _of_group(split, group, packages(split, group, cache))]
        for group in _DEFINED
    ]
    longest = max(map(len, groups))
    turns = [group[i] for i in range(longest) for group in groups if i < len(group)]
    return [replace(case, kind=variant) for case in turns for variant in VARIANTS]


def packages(split: Split, group: str, cache: Path) -> dict[str, list[_File]]:
    """The files of a group's packages."""
    pins = cutting.listed(split)[group]
    found = cutting.files(group, pins, cache)
    return {pin: [_File(*file) for file in sorted(files)] for pin, files in found.items()}


def _of_group(
    split: Split, group: str, files: dict[str, list[_File]]
) -> Iterator[tuple[Case, str]]:
    """Cut a group's cases from its packages in turn; each with the line that defines its name."""
    chance = rhythm.dice("elsewhere", split, group)
    left = {pin: list(_of_package(group, pin, inside)) for pin, inside in files.items()}
    for found in left.values():
        chance.shuffle(found)
    count = 0
    while count < _OF_A_GROUP and any(left.values()):
        for found in left.values():
            if found and count < _OF_A_GROUP:
                yield found.pop()
                count += 1


def _of_package(group: str, pin: str, files: Sequence[_File]) -> Iterator[tuple[Case, str]]:
    defined = {file.name: file.defines(group) for file in files}
    for file in files:
        mine = defined[file.name]
        others = {
            name: f"{PurePosixPath(other).name}: {line}"
            for other, names in defined.items()
            if other != file.name
            for name, line in names.items()
            if name not in mine
        }
        places = list(_first_uses(file.text, others))
        rhythm.dice("elsewhere", pin, file.name).shuffle(places)
        for begin, end, name in places[:_FROM_FILE]:
            language = cutting.language_of(group, file.name)
            where = f"{pin}/{file.name}"
            yield Case(where, group, language, "", file.text[:end], begin, end), others[name]


def _first_uses(text: str, names: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where a line goes on with one of the names, which does not stand above."""
    seen = set[str]()
    at = 0
    for line in text.split("\n"):
        words = list(_WORD.finditer(line))
        for word in words:
            name, before = word[0], line[: word.start()]
            quoted = before.count('"') % 2 or before.count("'") % 2 or "`" in before
            new = name in names and name not in seen and len(name) >= _LEAST
            prose = _PROSE.match(line) or _NO_USE.match(before)
            if new and before.strip() and not quoted and not prose:
                yield at + word.start(), at + len(line), name
        seen.update(word[0] for word in words)
        at += len(line) + 1


def key(case: Case, weights: str) -> str:
    """Name what is said at a case. It stands for prompts that only an index can tell: after a
    change of what is known of other files, the recording has to be made anew.
    """
    said = f"{weights}\n{case.name}\n{case.begin}\n{case.kind}"
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


@asynccontextmanager
async def asking(split: Split, cache: Path, layout: prompt.Layout) -> AsyncIterator[Ask]:
    """What the model is asked at a case: by an index of its package's files, which lie in a folder
    of their own, as its kind has it.
    """
    told = {
        (case.name, case.begin): line
        for group in _DEFINED
        for case, line in _of_group(split, group, packages(split, group, cache))
    }
    with TemporaryDirectory(prefix="inkling-elsewhere-") as made:
        root = _laid_out(made, split, cache)
        index = process.Index(process.command(root / "cache"))
        index.configure([(root / "work").as_uri()], ())
        running = asyncio.create_task(index.run())
        try:
            yield _Asking(index, root / "work", layout, told)
        finally:
            running.cancel()
            await asyncio.wait([running])


def _laid_out(made: str, split: Split, cache: Path) -> Path:
    """Write all packages into a folder in one, and return that, without links in its path."""
    root = Path(made).resolve()
    for group in _DEFINED:
        for pin, files in packages(split, group, cache).items():
            for file in files:
                path = root / "work" / pin / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(file.text, "utf-8")
    return root


@dataclass(slots=True)
class _Asking:
    index: process.Index
    root: Path
    layout: prompt.Layout
    told: dict[tuple[str, int], str]

    async def __call__(self, case: Case) -> Asked:
        snapshot = replace(snapshot_of(case), uri=(self.root / case.name).as_uri())
        known = Known() if case.kind in ("alone", "oracle") else await self._known(snapshot)
        parts = known.parts if "parts" in case.kind else ()
        names = known.rests if "names" in case.kind else ()
        seen = window.cut(snapshot)
        if case.kind == "oracle":
            language = registry.find(case.language)
            lines = seen.prefix.split("\n")
            at = max(len(lines) - 1 - _ABOVE, 0)
            lines.insert(at, language.comment(self.told[case.name, case.begin]))
            seen = Window("\n".join(lines), seen.suffix)
        above = prompt.above(snapshot.uri, snapshot.language, parts)
        return Asked(prompt.build(seen, self.layout, above), names, AUTOMATIC.max_tokens)

    async def _known(self, snapshot: Snapshot) -> Known:
        self.index.document(snapshot.uri, snapshot.language, snapshot.text)
        await self.index.settle(_INDEXED_S)
        place = Place(snapshot, 0.0)
        knowledge = Knowledge(Asking(self.index))
        await knowledge.name(snapshot)
        await knowledge.look_around(snapshot, place.full, place.characters_beside)
        known = knowledge.of(snapshot)
        self.index.closed(snapshot.uri)
        return known
