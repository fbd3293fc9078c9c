"""Finds languages: by the protocol's languageId, and by a file's name."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import PurePath

from inkling.languages import __path__, plain
from inkling.languages.base import Language


@cache
def described() -> Mapping[str, Language]:
    """The languages that have a file here, by their own languageIds, in that order."""
    found: dict[str, Language] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name != "plain":
            inside = vars(import_module(f"inkling.languages.{module.name}"))
            language: Language | None = inside.get("LANGUAGE")  # not where several share something
            if language is not None:
                found[language.ids[0]] = language
    return dict(sorted(found.items()))


@cache
def _by_id() -> Mapping[str, Language]:
    return {name: language for language in described().values() for name in language.ids}


def find(language_id: str) -> Language:
    """The language with this languageId; the plain one where nobody has described it."""
    return _by_id().get(language_id, plain.LANGUAGE)


def family_of(language_id: str) -> str:
    """What is the same for languages that share their definitions."""
    language = find(language_id)
    return language.family or language.ids[0]


def id_of(name: str) -> str:
    """The languageId of a file by its name; plain text's where no language here has such files."""
    for language in described().values():
        if name in language.files or PurePath(name).suffix in language.files:
            return language.ids[0]
    return plain.LANGUAGE.ids[0]
