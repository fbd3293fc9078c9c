"""All languages that the bench types, by the protocol's languageId."""

from typing import Final

from inkling.bench.languages.base import Language
from inkling.bench.languages.c import C
from inkling.bench.languages.go import GO
from inkling.bench.languages.java import JAVA
from inkling.bench.languages.python import PYTHON
from inkling.bench.languages.rust import RUST
from inkling.bench.languages.typescript import TYPESCRIPT

LANGUAGES: Final[dict[str, Language]] = {
    language.id: language for language in (PYTHON, TYPESCRIPT, GO, RUST, JAVA, C)
}
