"""Ruby: blocks that end in a word, strings with code in them."""

import re
from typing import Final

from inkling.languages.base import Grammar, Language, Modules, String

_CODE: Final = (("#{", "}"),)

_SYMBOLS: Final = """
(class name: [
  (constant) @name
  (scope_resolution scope: (_) @container name: (_) @name)] body: (_)? @body) @type
(module name: [
  (constant) @name
  (scope_resolution scope: (_) @container name: (_) @name)] body: (_)? @body) @type
(method name: (_) @name body: (_)? @body) @function
(singleton_method name: (_) @name body: (_)? @body) @function
(assignment left: (constant) @name) @value
(comment) @comment
(call method: (identifier) @called arguments: (argument_list (string) @module))
"""

LANGUAGE: Final = Language(
    ids=("ruby",),
    files=(
        *(".rb", ".rake", ".gemspec", ".ru", ".podspec", ".jbuilder", ".thor"),
        *("Gemfile", "Rakefile", "Guardfile", "Podfile", "Fastfile", "Vagrantfile", "Brewfile"),
        *("Capfile", "Thorfile", "Berksfile", "Dangerfile", ".irbrc", ".pryrc"),
    ),
    grammar=Grammar(
        module="tree_sitter_ruby",
        text=frozenset(
            {"comment", "string_content", "escape_sequence", "heredoc_content", "heredoc_body"}
        ),
        quotes=frozenset({'"', "`"}),  # an apostrophe is called by the other quote's name, too
        quoted=frozenset(
            {"string", "subshell", "delimited_symbol", "regex", "string_array", "symbol_array"}
        ),
        expressions=frozenset({"interpolation"}),
        symbols=_SYMBOLS,
    ),
    line_comments=("#",),
    block_comments=(("=begin", "=end"),),
    strings=(
        String('"', lines=True, expressions=_CODE),
        String("'", lines=True),
        String("`", lines=True, expressions=_CODE),
    ),
    opens_block=re.compile(
        r"(?!\s*#)(?!.*\bend\s*\Z)(?!\s*def\s+[\w.]+[?!]?(?:\([^)]*\))?\s*=\s)(?:"
        r"\s*(?:(?:private|protected|public|private_class_method|module_function|memoize)\s+)?"
        r"(?:def|class|module|if|unless|while|until|for|case|begin|else|elsif|when|in|rescue|ensure)"
        r"\b.*"
        r"|.*=\s*(?:if|unless|case|begin|while)\b.*"
        r"|.*(?:\bdo|\{)(?:\s*\|[^|]*\|)?"
        r")\s*\Z"
    ),
    definition=re.compile(
        r"\s*(?:(?:private|protected|public|private_class_method)\s+)?(?:def|class|module)\s"
    ),
    heralds=re.compile(r"#"),
    characters_per_token=3.2,
    closes_block=re.compile(r"\s*(?:[)\]}]|(?:end|else|elsif|when|in|rescue|ensure)(?![\w?!=:]))"),
    worded=True,
    modules=Modules(
        "/",
        endings=(".rb", ""),
        beside=True,
        drops=True,
        calls=frozenset({"require", "require_relative", "load"}),
    ),
)
