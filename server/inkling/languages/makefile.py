"""Makefile: recipes behind tabs below their targets."""

import re
from typing import Final

from inkling.languages.base import Language, String

LANGUAGE: Final = Language(
    ids=("makefile", "make"),
    files=("Makefile", "makefile", "GNUmakefile", ".mk", ".mak", ".make"),
    # That of the package index finds errors in one everyday file of six.
    grammar=None,
    line_comments=("#",),
    block_comments=(),
    # What quotes mean is the shell's to say, and in a variable's text they mean nothing.
    strings=(String('"', certain=False), String("'", escape="", certain=False)),
    opens_block=re.compile(
        r"(?![\s#.])(?:[^=#:]+::?(?![:=])[^=]*"  # a target with what it needs
        r"|.*\\)\Z"
    ),
    definition=re.compile(r"(?![\t#.\s])[^=#:]+::?(?![:=])[^=]*\Z"),
    heralds=re.compile(r"#|\.PHONY\b"),
    characters_per_token=2.4,
    closes_block=re.compile(r"\s*(?:[)\]}]|(?:endif|endef|else)\b)"),
)
