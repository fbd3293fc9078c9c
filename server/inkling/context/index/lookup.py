"""From names in a file to the definitions that they mean, nearest first.

A name means what the file itself defines, or what its imports say, as far as the language says
where an imported file lies; what the files beside it define, where the language lets them see each
other; else whatever has that name in files of its family. Which of all that a model sees is not
decided here.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import msgspec

from inkling.context.index.store import MOST_OF_A_NAME, Placed, Store
from inkling.context.index.symbols import By, Definition, Found, Import
from inkling.languages import registry
from inkling.languages.base import NOTHING, Modules

MOST_NAMES: Final = 64
"""Names that one question may be about."""

_DEEPEST: Final = 3
"""Files that pass on what they import, one behind the other."""

_MOST_OF_A_MODULE: Final = 64
"""Files of one that are looked into."""

_MOST_OF_AN_IMPORT: Final = 4
"""Files that one import stands for, where what is asked is which files are near."""

_MOST_PASSED_ON: Final = 500

_MOST_WHOLE: Final = 64
"""Imports of a file that bring all names of another, such as a C file's."""


@dataclass(slots=True)
class Lookup:
    """Looks in what open documents say, and for other files in what is kept of them."""

    documents: Store
    kept: Sequence[Store]
    hidden: frozenset[str] = frozenset()
    """Files that are open: what the disk says of them does not hold."""

    def __post_init__(self) -> None:
        self.hidden = frozenset(path for path, _ in self.documents.stamps())

    def find(
        self,
        names: Iterable[str],
        path: str,
        language_id: str,
        each: int = 3,
        members: int = 0,
        modules: Iterable[str] = (),
    ) -> list[Found]:
        """The modules that a file calls so, and the definitions that names in it mean, `each` at
        most of a name, in their order; of modules and types so many of their members.
        """
        language = registry.find(language_id)
        asking = _Asking(self, path, registry.family_of(language_id), language.modules)
        found = [one for module in list(modules)[:MOST_NAMES] for one in asking.module(module)]
        for name in list(dict.fromkeys(names))[:MOST_NAMES]:
            found += _different(asking.of(name), each)
        return [self._with(one, members) for one in found]

    def _with(self, found: Found, members: int) -> Found:
        if found.definition.kind != "type":
            return msgspec.structs.replace(found, members=found.members[:members])
        within = self.defined_in(found.path)
        inside = [one for one in within if one.container == found.definition.name]
        return msgspec.structs.replace(found, members=inside[:members])

    def around(self, path: str, language_id: str) -> list[str]:
        """The files that one imports, then those in its folder, as far as they are known."""
        language = registry.find(language_id)
        asking = _Asking(self, path, registry.family_of(language_id), language.modules)
        folder = str(PurePath(path).parent)
        beside = [one for one in self.in_folders(folder) if str(PurePath(one).parent) == folder]
        return [one for one in dict.fromkeys((*asking.imported(), *beside)) if one != path]

    def _stores_of(self, path: str) -> Sequence[Store]:
        """Where what a file says is to be found."""
        return [self.documents] if path in self.hidden else self.kept

    def definitions(
        self, name: str, family: str, paths: Sequence[str] | None = None
    ) -> list[Placed]:
        """The definitions of a name in a family's files, perhaps in these only."""
        found = self.documents.definitions(name, family, paths)
        for store in self.kept:
            found += [
                (path, one)
                for path, one in store.definitions(name, family, paths)
                if path not in self.hidden
            ]
        return found

    def defined_in(self, path: str) -> list[Definition]:
        """What a file defines, in its order."""
        return [one for store in self._stores_of(path) for one in store.defined_in(path)]

    def imports(self, path: str) -> list[Import]:
        """What a file imports."""
        for store in self._stores_of(path):
            if (found := store.imports(path)) is not None:
                return found
        return []

    def known(self, paths: Sequence[str]) -> list[str]:
        """Those of the paths whose files are known, in that order."""
        known = {one for store in (self.documents, *self.kept) for one in store.known(paths)}
        return [path for path in dict.fromkeys(paths) if path in known]

    def ending(self, end: str) -> list[str]:
        """The files whose path ends with these parts."""
        return [one for store in (self.documents, *self.kept) for one in store.ending(end)]

    def packages_in(self, folder: str, name: str) -> list[str]:
        """The files called `name` in the folders that a folder holds."""
        stores = (self.documents, *self.kept)
        return [one for store in stores for one in store.packages_in(folder, name)]

    def in_folders(self, end: str) -> list[str]:
        """The files in folders whose path ends with these parts."""
        return [one for store in (self.documents, *self.kept) for one in store.in_folders(end)]


class _Asking:
    """What names mean in one file, at one time."""

    def __init__(self, look: Lookup, path: str, family: str, modules: Modules | None) -> None:
        self._look = look
        self._path = path
        self._family = family
        self._modules = modules
        self._imports = look.imports(path)
        self._resolved: dict[tuple[str, Import], list[str]] = {}
        self._whole: list[str] | None = None

    def module(self, module: str) -> Iterator[Found]:
        """What it holds, if it is one of these."""
        files = self._files(self._path, Import(module))
        yield from self._held(module, "import", files)

    def of(self, name: str) -> Iterator[Found]:
        """What it may mean, the likeliest first."""
        own = self._look.definitions(name, self._family, [self._path])
        binding = [one for one in self._imports if name in (one.alias, one.name)]
        imported = self._imported(name, binding)
        yield from self._by("file", [one for one in own if not one[1].container])
        yield from self._by("import", imported)
        if not imported:
            modules = [one for one in self._imports if self._names(one, name)]
            whole = [one for one in map(self._as_whole, modules) if one is not None]
            files = [file for one in whole for file in self._files(self._path, one)]
            yield from self._held(name, "import", files)
        yield from self._by("file", [one for one in own if one[1].container])
        if imported or (binding and all(self._is_elsewhere(one) for one in binding)):
            return  # it is known what it is, or that it is none of these
        yield from self._by("import", self._brought(name))
        everywhere = self._look.definitions(name, self._family)
        others = [one for one in everywhere if one[0] != self._path]
        folder = PurePath(self._path).parent
        beside = self._modules is not None and self._modules.neighbours
        near = [one for one in others if beside and PurePath(one[0]).parent == folder]
        yield from self._by("folder", near)
        # What is called as so many others are is not told by its name.
        if len(everywhere) < MOST_OF_A_NAME:
            yield from self._by("name", others)

    def imported(self) -> Iterator[str]:
        """The files that its imports name."""
        for one in self._imports:
            yield from self._files(self._path, one)[:_MOST_OF_AN_IMPORT]

    def _names(self, one: Import, name: str) -> bool:
        """Whether the name may be that of the module which is imported."""
        if name == (one.alias or one.name):
            return True
        separator = self._modules.separator if self._modules else ""
        unnamed = bool(separator) and not (one.alias or one.name)
        return unnamed and one.module.rpartition(separator)[2] == name

    def _held(self, name: str, by: By, files: Sequence[str]) -> Iterator[Found]:
        """A module of some files, with what they let others use."""
        for file in files[:_MOST_OF_A_MODULE]:
            yield from _as_module(name, by, file, self._lets_use(file))

    def _lets_use(self, file: str) -> list[Definition]:
        """What a file defines, what it passes on, and as a package the modules in it."""
        own = {one.name: one for one in self._look.defined_in(file) if not one.container}
        for name in self._at_hand(file):
            found = [one for _, one in self._passed_on(name, [file], 2)[:1]]
            own.setdefault(name, found[0] if found else _unknown(name))
        for one in self._starred(file):
            own.setdefault(one.name, one)
        for name in self._modules_in(file):
            own.setdefault(name, _unknown(name))
        public = self._modules.public if self._modules else NOTHING
        return [one for one in own.values() if public.match(one.name)]

    def _at_hand(self, file: str) -> list[str]:
        """The names that a file has from its imports."""
        names = dict.fromkeys(one.alias or one.name for one in self._look.imports(file))
        return [name for name in names if name not in ("", "*")][:_MOST_PASSED_ON]

    def _starred(self, file: str) -> Iterator[Definition]:
        """What the files define of which a file has all names."""
        for one in self._look.imports(file):
            for other in self._files(file, one) if one.name == "*" else ():
                yield from (each for each in self._look.defined_in(other) if not each.container)

    def _modules_in(self, file: str) -> Iterator[str]:
        """What the modules are called that a package's own file opens."""
        package = self._modules.package if self._modules else ""
        if not package or PurePath(file).name != package:
            return
        folder = PurePath(file).parent
        for path in map(PurePath, self._look.in_folders(str(folder))):
            if path.parent == folder and path.name != package:
                yield path.stem
        for path in map(PurePath, self._look.packages_in(str(folder), package)):
            yield path.parent.name

    def _by(self, by: By, placed: Iterable[Placed]) -> Iterator[Found]:
        found = sorted(placed, key=lambda one: self._distance(one[0]))
        return (Found(path, by, one) for path, one in found)

    def _imported(self, name: str, binding: Sequence[Import]) -> list[Placed]:
        """The definitions of what an import binds to a name."""
        found: list[Placed] = []
        for one in binding:
            files = self._files(self._path, one)
            there = one.name if one.name not in ("", "*") else name
            found += self._passed_on(there, files, _DEEPEST)
        return found

    def _brought(self, name: str) -> list[Placed]:
        """The definitions of a name in files all of whose names are at hand."""
        if self._whole is None:
            whole = [one for one in map(self._as_whole, self._imports) if one][:_MOST_WHOLE]
            files = [file for one in whole for file in self._files(self._path, one)]
            self._whole = list(dict.fromkeys(files))
        return self._passed_on(name, self._whole, 1) if self._whole else []

    def _as_whole(self, one: Import) -> Import | None:
        """An import that brings all names of a file, None if it cannot be that."""
        if one.name in ("", "*"):
            return one
        # A name may be that of a module, but where modules are paths.
        if self._modules is None or "" in self._modules.endings:
            return None
        separator = self._modules.separator
        between = "" if one.module.endswith(separator) else separator
        return Import(f"{one.module}{between}{one.name}")

    def _passed_on(self, name: str, files: Sequence[str], deep: int) -> list[Placed]:
        """The definitions of a name in files, or in those that they have it from themselves."""
        if not files:
            return []
        found = self._look.definitions(name, self._family, files)
        if found or not deep:
            return found
        for file in files[:8]:
            for one in self._look.imports(file):
                if one.name == "*" or name in (one.alias, one.name):
                    there = one.name if one.name not in ("", "*") else name
                    found += self._passed_on(there, self._files(file, one), deep - 1)
            if found:
                break
        return found

    def _files(self, path: str, one: Import) -> list[str]:
        """The files that an import of a file may mean; none if it lies elsewhere."""
        if self._modules is None:
            return []
        key = (path, one)
        if key not in self._resolved:
            named = one.name if one.name not in ("", "*") else ""
            found = _resolve(self._look, self._modules, path, one.module, named)
            self._resolved[key] = [file for file in found if file != path]
        return self._resolved[key]

    def _is_elsewhere(self, one: Import) -> bool:
        """Whether it names what no file here is, by a name that could be anybody's."""
        separator, leading = (
            (self._modules.separator, self._modules.leading) if self._modules else ("", ())
        )
        first = one.module.partition(separator)[0] if separator else one.module
        anybodys = first[:1].isalnum() and first not in leading
        return anybodys and not self._files(self._path, one)

    def _distance(self, path: str) -> tuple[int, int, str]:
        return _distance(path, self._path)


def _unknown(name: str) -> Definition:
    """A name of which nothing else is known."""
    return Definition(name, "value", "", "", "", 0)


def _as_module(name: str, by: By, file: str, inside: list[Definition]) -> Iterator[Found]:
    if inside:
        yield Found(file, by, Definition(name, "module", "", "", "", 0), inside)


def _resolve(look: Lookup, modules: Modules, path: str, module: str, name: str) -> list[str]:
    """The files that a module means in a file, and those that the name in it means as one."""
    folder = PurePath(path).parent
    base, words = _words(modules, folder, module)
    if base is None and _is_foreign(modules, module, words):
        return []
    if base is not None:
        return look.known([*_as_files(modules, base, words), *_inside(modules, base, words, name)])
    found: list[str] = []
    if modules.beside:
        found = look.known(_as_files(modules, folder, words))
    leads = len(words) if modules.drops else 1
    for dropped in range(leads):
        if found:
            break
        rest = words[dropped:]
        # A single word is too little to go by, unless what it has must have a certain name.
        if dropped == 1 and len(rest) == 1 and not name and not modules.alone:
            break
        found = _ending(look, modules, path, rest)
        if name:
            found += _ending(look, modules, path, [*rest, name])
    return found


def _is_foreign(modules: Modules, module: str, words: Sequence[str]) -> bool:
    """Whether a module is no file of the project, by its name."""
    led = module.partition(modules.separator)[0] in modules.leading
    bare = not led and words == [module] and not modules.bare
    return bare or (words[:1] != [] and words[0] in modules.foreign)


def _words(modules: Modules, folder: PurePath, module: str) -> tuple[PurePath | None, list[str]]:
    """The folder that a module's name is about, None if any, and the words of its path."""
    if modules.dots and module.startswith("."):
        inner = module.lstrip(".")
        for _ in range(len(module) - len(inner) - 1):
            folder = folder.parent
        return folder, inner.split(modules.separator) if inner else []
    words = module.split(modules.separator)
    relative = words[0] in (".", "..") and modules.separator == "/"
    if relative:
        while words and words[0] in (".", ".."):
            folder = folder.parent if words[0] == ".." else folder
            words = words[1:]
    known = [word for word in words if word and "$" not in word and word not in modules.leading]
    return (folder if relative else None), known


def _as_files(modules: Modules, base: PurePath, words: Sequence[str]) -> list[str]:
    """The paths that a module may have, which lies in a folder."""
    stem = str(base.joinpath(*words))
    ends = [f"{stem}{end}" for end in modules.endings]
    # What is compiled is named by what it becomes.
    bare = next((end for end in modules.endings if end and stem.endswith(end)), "")
    if bare and "" in modules.endings:
        ends += [f"{stem.removesuffix(bare)}{end}" for end in modules.endings if end]
    return ends


def _inside(modules: Modules, base: PurePath, words: Sequence[str], name: str) -> list[str]:
    return _as_files(modules, base, [*words, name]) if name else []


def _ending(look: Lookup, modules: Modules, path: str, words: Sequence[str]) -> list[str]:
    """The files of a module, wherever it lies: of several places the nearest one's."""
    if not words:
        return []
    end = "/".join(words)
    if not modules.endings:
        return _nearest_folder(look.in_folders(end), path)
    found: list[str] = []
    for ending in modules.endings:
        # What needs no ending has its own.
        if ending or "." in words[-1]:
            found += look.ending(f"{end}{ending}")
    if modules.package:
        found = [one for one in found if _begins(look, modules, one, len(words))]
    if not found and modules.neighbours:
        return _nearest_folder(look.in_folders(end), path)
    return sorted(found, key=lambda one: _distance(one, path))[:1]


def _begins(look: Lookup, modules: Modules, path: str, words: int) -> bool:
    """Whether a module's name of so many words may begin in the folder that leads to its file."""
    stem = PurePath(path).parent if PurePath(path).name == modules.package else PurePath(path)
    return not look.known([str(stem.parents[words - 1] / modules.package)])


def _nearest_folder(files: Sequence[str], path: str) -> list[str]:
    if not files:
        return []
    nearest = PurePath(min(files, key=lambda one: _distance(one, path))).parent
    return [file for file in files if PurePath(file).parent == nearest]


def _distance(path: str, other: str) -> tuple[int, int, str]:
    """Orders paths by how far they are from another one."""
    parts, others = path.split(os.sep), other.split(os.sep)  # noqa: PTH206 - paths are many
    common = 0
    for one, another in zip(parts, others, strict=False):
        if one != another:
            break
        common += 1
    return len(parts) + len(others) - 2 * common, len(path), path


def _different(found: Iterable[Found], most: int) -> list[Found]:
    """The first few that say something different, and all modules."""
    seen: dict[tuple[str, str], Found] = {}
    modules: list[Found] = []
    for one in found:
        if one.definition.kind == "module":
            modules.append(one)
            continue
        said = (one.definition.container, " ".join(one.definition.signature.split()))
        seen.setdefault(said, one)
        if len(seen) == most:
            break
    return [*seen.values(), *modules]
