"""What there is to know of a language: values that other rooms ask, no conclusions.

It is said in the simplest form that decides where a suggestion ends: lines are matched by regular
expressions, strings and comments are told by what opens them. What needs more than that needs a
syntax tree, and `Grammar` says what to look for in one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

CLOSERS: Final = re.compile(r"\s*[)\]}]")
"""A line that begins with a bracket which closes what an earlier line opened."""

NOTHING: Final = re.compile(r"(?!)")
"""What no line matches."""


CURSOR: Final = "\0"


@dataclass(frozen=True, slots=True)
class String:
    """One kind of string: `quote` opens it, and closes it unless `closing` does.

    `escape` is what takes its meaning from the next character; empty in raw strings. `lines`: it
    may go on over line ends. Where the quote has other uses too (an apostrophe), it is not
    `certain`, and opens a string only where another one on its line closes that. `single`: it holds
    one character, perhaps an escaped one, and is no string with more (a lifetime is none).

    `prefix` is a regular expression of what stands right before the quote of this kind of string;
    of several kinds with a quote, the first whose prefix fits is meant. `expressions` are what
    opens and closes code inside the string; an opener of one character is itself when doubled.
    """

    quote: str
    closing: str = ""
    escape: str = "\\"
    lines: bool = False
    certain: bool = True
    single: bool = False
    prefix: str = ""
    expressions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Grammar:
    """A tree-sitter grammar, and the types of its nodes that tell text from code.

    `module` is imported with the first such document; its `function` gives the grammar. `text` are
    nodes that hold the text of comments and strings, without quotes; `quoted` those with the
    quotes around it. `quotes` are the leaves that open a string. `expressions` are code inside one
    of those that are `quoted` or `text`, with what opens and closes it.

    `symbols` is a tree-sitter query for definitions and imports, empty where nobody asks. A match
    captures, of a definition, all of it as `@function`, `@type`, `@value` or `@field`, and its
    `@name`; what its signature leaves out from there on as `@body`; documentation inside as `@doc`;
    and the `@container` it belongs to where it does not stand in that. Further `@scope` and
    `@name`: what contains definitions and is none itself; `@local`: code whose definitions nobody
    else sees;
    `@comment`: what documents a definition right below it; `@herald`: what may stand between the
    two and counts with the definition; `@skipped`: what may stand there and does not.

    Of an import, it captures the `@module`, as a string or as words, and of what is taken from that
    the `@imported` name, or `@all` of them, and the `@alias` that it gets here. `@path` is all in
    one, the last word being the name; braces in it hold several. A function that is `@called` must
    be one of `Modules.calls`. A `@field` of `@own`, which must be called as the `@first` parameter
    is, may stand in a function.

    It has no predicates: tree-sitter 0.26 ends the process where they read texts, and those that a
    program decides keep the tree for good.
    """

    module: str
    text: frozenset[str]
    quotes: frozenset[str]
    function: str = "language"
    quoted: frozenset[str] = frozenset()
    expressions: frozenset[str] = frozenset()
    symbols: str = ""


@dataclass(frozen=True, slots=True)
class Modules:
    """Where the file lies that an import names.

    `separator` stands between the words of a module's name, which are folders and the stem of a
    file; `endings` is what the file's path has behind them, the likeliest first, and none where a
    module is a folder, with all of its files. With `dots`, each leading one but the first is one
    folder up. With `beside`, the importing file's own folder is looked at first.

    `leading` words name no folder. With `drops`, others may name none either, from the first on:
    the workspace's folder stands for them; a second word that is left `alone` is a folder only
    where that is said. With `neighbours`, the files of a folder see each other's names without an
    import. A folder that holds a file called as `package` is part of a module, so that no module's
    name begins in it. `calls` are functions that import what they are called with.

    A name of one word that nothing leads may be a file's where it is `bare`, else only somebody
    else's; and whatever begins with a word that is `foreign` is part of the language's own library.
    What a module lets others use is `public`, which is known as a `whole` where that is said;
    `among` these names such words may stand.

    `asked` is searched in a text where `CURSOR` stands for the cursor: what is imported there comes
    from the `module` that it names, as imports name it; none yet where that group is not matched.
    """

    separator: str
    endings: tuple[str, ...] = ()
    dots: bool = False
    beside: bool = False
    leading: frozenset[str] = frozenset()
    drops: bool = False
    alone: bool = False
    neighbours: bool = False
    package: str = ""
    bare: bool = True
    foreign: frozenset[str] = frozenset()
    whole: bool = False
    public: re.Pattern[str] = re.compile("")
    among: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    asked: re.Pattern[str] = NOTHING


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language.

    `ids` are the protocol's languageIds, the first its own; `files` the ends of its files' names,
    dots included, and whole names. `line_comments` and `block_comments` are what opens, or opens
    and closes, a comment; the first is what people write.

    The patterns match lines from their start. `opens_block`: behind this line a block follows, so
    that a suggestion may have several lines. `closes_block`: this line may stand left of a block
    and still belong to it. `definition`: a function, a type; one is enough for a suggestion.
    `heralds`: documentation or a decorator, which belongs to the definition that follows. With
    `worded` a block ends in a word, as with others in a bracket or with its indentation.

    `tags`: elements stand in the text, which a tag opens and another closes. With `markup` they are
    all there is: a quote is one in a tag only.

    `unpaired` are closing brackets that stand alone too, as behind a pattern in a shell's `case`.

    `modules` says what its imports mean, None where nothing is known of that. `family` is the first
    id of the language whose definitions it shares; its own where that is empty.

    `characters_per_token` is an estimate on the low side for the default model's tokenizer, digits
    and letters beyond ASCII aside.
    """

    ids: tuple[str, ...]
    files: tuple[str, ...]
    grammar: Grammar | None
    line_comments: tuple[str, ...]
    block_comments: tuple[tuple[str, str], ...]
    strings: tuple[String, ...]
    opens_block: re.Pattern[str]
    definition: re.Pattern[str]
    heralds: re.Pattern[str]
    characters_per_token: float
    closes_block: re.Pattern[str] = CLOSERS
    worded: bool = False
    tags: bool = False
    markup: bool = False
    unpaired: str = ""
    modules: Modules | None = None
    family: str = ""

    def comment(self, text: str) -> str:
        """A line of its own that says something to people; empty where none is known."""
        if self.line_comments:
            return f"{self.line_comments[0]} {text}"
        if self.block_comments:
            opening, closing = self.block_comments[0]
            return f"{opening} {text} {closing}"
        return ""

    def comments(self, lines: Sequence[str]) -> str:
        """Such lines, each with a line feed; empty where one of them would end its comment."""
        ends = [closing for _, closing in self.block_comments[:1] if not self.line_comments]
        if any(end in line for end in ends for line in lines):
            return ""
        said = (self.comment(line).rstrip() for line in lines)
        return "".join(f"{comment}\n" for comment in said if comment)

    def file(self, stem: str) -> str:
        """The name of a file of the language, empty where none is known of."""
        usual = self.files[0] if self.files else ""
        return f"{stem}{usual}" if usual.startswith(".") else usual
