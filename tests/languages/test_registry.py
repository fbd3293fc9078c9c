import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
import tree_sitter

import inkling
from inkling.languages import plain, registry

ROOT = Path(inkling.__file__).parents[2]
DESCRIBED = list(registry.described().values())
WITH_GRAMMAR = [language for language in DESCRIBED if language.grammar]


def name(language):
    return language.ids[0]


def forget():
    registry.described.cache_clear()
    registry._by_id.cache_clear()


def test_a_file_in_the_room_is_all_that_a_language_needs_to_be_found(tmp_path):
    (tmp_path / "klingon.py").write_text(
        "from dataclasses import replace\n"
        "from inkling.languages import plain\n"
        "LANGUAGE = replace(plain.LANGUAGE, ids=('klingon', 'tlh'), files=('.kl', 'Worf'))\n"
    )
    registry.__path__.append(str(tmp_path))
    forget()
    try:
        assert "klingon" in registry.described()
        assert registry.find("tlh") is registry.find("klingon") is registry.described()["klingon"]
        assert registry.id_of("qapla.kl") == registry.id_of("Worf") == "klingon"
    finally:
        registry.__path__.remove(str(tmp_path))
        sys.modules.pop("inkling.languages.klingon", None)
        forget()


def test_a_language_that_nobody_described_is_the_plain_one():
    assert registry.find("klingon") is registry.find("") is plain.LANGUAGE
    assert registry.id_of("qapla.kl") == registry.id_of("") == "plaintext"


@pytest.mark.parametrize(
    ("file", "language_id"), [("a.py", "python"), ("a.b.pyi", "python"), ("py", "plaintext")]
)
def test_a_file_s_language_is_told_by_its_name(file, language_id):
    assert registry.id_of(file) == language_id


def test_no_two_languages_claim_the_same():
    for claimed in ([language.ids for language in DESCRIBED], [it.files for it in DESCRIBED]):
        flat = [one for some in claimed for one in some]
        assert len(set(flat)) == len(flat)


def test_no_language_is_read_before_a_document_of_one_opens():
    code = (
        "import sys; from inkling.text.syntax import parser_for; "
        "assert 'inkling.languages.python' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("language", WITH_GRAMMAR, ids=name)
def test_a_grammar_has_the_node_types_that_are_asked_for(language):
    grammar = language.grammar
    known = tree_sitter.Language(getattr(import_module(grammar.module), grammar.function)())
    named = {known.node_kind_for_id(number) for number in range(known.node_kind_count)}
    assert grammar.text | grammar.quotes | grammar.quoted | grammar.expressions <= named


@pytest.mark.parametrize("language", WITH_GRAMMAR, ids=name)
def test_a_grammar_is_pinned_since_it_is_native_code_in_the_server(language):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wheel = language.grammar.module.replace("_", "-")
    pins = [one for one in project["dependencies"] if re.match(rf"{wheel}[^\w-]", one)]
    assert len(pins) == 1
    assert re.fullmatch(rf"{wheel}==[0-9.]+", pins[0])


@pytest.mark.parametrize(
    ("line", "block", "comment"),
    [
        (("--",), (("--[[", "]]"),), "-- init.lua"),
        ((), (("<!--", "-->"),), "<!-- init.lua -->"),
        ((), (), ""),
    ],
)
def test_what_is_said_to_people_stands_in_a_comment(line, block, comment):
    language = replace(plain.LANGUAGE, line_comments=line, block_comments=block)
    assert language.comment("init.lua") == comment
