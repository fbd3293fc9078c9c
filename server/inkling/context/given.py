"""Finds the values that names of secrets are given, in code and data of any language.

No language is parsed: a chunk may begin and end anywhere. A literal behind such a name is judged by
`plausible`; without quotes only what can't be code is a value.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from inkling.context.plausible import (
    DIGIT,
    LEAST,
    LETTERS,
    RANDOM,
    SECRET,
    interpolates,
    plausible,
    random,
    said,
    words,
)


class String(NamedTuple):
    """A quoted string in a text."""

    start: int  # of its opening quote
    end: int  # behind its closing one


_QUOTED: Final = re.compile(
    r""""(?:[^"\\\n]|\\.)*+(?P<double>"?)
    |(?:(?<![&<\w])|(?<=\b[bBrRuUfFLN]))'(?:[^'\\\n]|\\.)*+(?P<single>'?)
    |`(?:[^`\\\n]|\\.)*+(?P<ticks>`?)""",
    re.VERBOSE,
)


def strings(text: str) -> list[String]:
    """The quoted strings, line by line: a chunk may begin and end in the middle of one."""
    return [
        String(*found.span())
        for found in _QUOTED.finditer(text)
        if len(found[0]) > 1 and found[0][-1] == found[0][0]
    ]


_NAME: Final = re.compile(r"[\w$.-]*+")
_GIVEN: Final = re.compile(
    r"""(?P<close>\\{0,3}["'`])?
    [\])]{0,2}+
    (?:[ \t]{1,4}(?!(?:and|or|in|is|not|if|else|then|when|return)\b)[*&]?[\w.]{1,40}[*&?]{0,2})?
    (?:\[\w{0,20}\])?[?!]?
    (?: \s{0,20}(?:
            (?P<compare>[=!]==?|in[ ]?(?=[\[(]))
          | (?P<assign>(?:\?\?|\|\||[-+.&?:|])?=(?!~)>?|<-)
          | (?P<or>\|\||\?\?|or\b|\?:|:-)
          | (?P<colon>:(?!:))
          | (?P<value>,?\s{0,20}["']?(?:value|Value|VALUE)["']?[ ]?[=:])
        )
      | (?P<comma>,)
      | (?P<call>\()
      | (?P<tag>(?:[ ][^<>\n]{0,100})?>)
      | (?P<beside>[ \t]{1,8}(?=["']))
    )""",
    re.VERBOSE,
)
_FLAG: Final = re.compile(r"(?P<op>[ =])(?P<value>[^\s\"'`<>$,;(){}\[\]|]{3,256}+)")
_PIECE: Final = re.compile(
    r"""(?P<blank>[ \t]++|\\\n)
    | (?P<literal>(?P<prefix>[bBrRuUfFLN@$]{0,2}\#{0,3})
        (?: (?P<triple>\"\"\"|''')(?P<lines>(?:(?!(?P=triple))[\s\S]){0,4000}?)(?P=triple)
          | \\(?P<escaped>["'])(?P<inner>[^"'\\\n]*+)\\(?P=escaped)
          | "(?P<double>(?:[^"\\\n]|\\.)*+)"
          | (?<![&<])'(?P<single>(?:[^'\\\n]|\\.)*+)'
          | `(?P<ticks>[^`\\]{0,4000}+)`
        ))
    | (?P<lifetime>(?<=[&<])'\w++)
    | (?P<quote>["'`])
    | (?P<comment>//[^\n]*+|(?<=[ \t])\#[^\n]*+)
    | (?P<word>[\w$.]++)
    | (?P<open>[(\[])
    | (?P<shut>[)\]])
    | (?P<comma>,)
    | (?P<line>\n\s*+)
    | (?P<stop>[;{}])
    | (?P<operator>[^\s\w])""",
    re.VERBOSE,
)
_SETS: Final = re.compile(
    r"(?i)(?:set|put|def|add|property|header|env|append|insert|config|option|param)\w*"
    r"\s*\(\s*\\?[\"'`]$"
)
_READS: Final = (
    "get fetch read load find lookup describe delete remove has is input prompt generate create "
    "parse validate ask require"
)


def given(text: str) -> list[tuple[int, int]]:
    """Where the secrets lie that a text gives to names: the insides of literals, or bare values."""
    spans: list[tuple[int, int]] = []
    quoted: list[String] | None = None
    for start, end in _names(text):
        name = text[start:end]
        if not (hint := said(name)):
            continue
        if name[0] == "-" and (flag := _FLAG.match(text, end)):
            least = LEAST[hint][0] if flag["op"] == "=" else DIGIT
            spans += [flag.span("value")] if plausible(flag["value"], least) else []
        elif found := _GIVEN.match(text, end):
            if quoted is None:
                quoted = strings(text)
                starts = [string.start for string in quoted]
                shuts = {string.end - 1 for string in quoted}
            at = bisect_right(starts, start) - 1
            inside = quoted[at] if at >= 0 and start < quoted[at].end else None
            spans += _values(text, start, found, hint, inside, shuts)
    return spans


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Where the names lie that may say something, of those that are very long the end."""
    # In small letters, of which there are as many: those beyond ASCII stay.
    small = text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    hits: list[int] = []
    for letters in LETTERS:
        at = small.find(letters)
        while at >= 0:
            hits.append(at)
            at = small.find(letters, at + len(letters))
    done = 0
    for hit in sorted(hits):
        if hit >= done:
            start = hit
            least = max(done, hit - 100)
            while start > least and (text[start - 1].isalnum() or text[start - 1] in "_$.-"):
                start -= 1
            whole = _NAME.match(text, hit)
            done = whole.end() if whole else hit + 1
            yield start, done


def _values(
    text: str,
    start: int,
    found: re.Match[str],
    hint: int,
    inside: String | None,
    shuts: set[int],
) -> Iterator[tuple[int, int]]:
    """Where the secrets lie that a name is given."""
    direct, indirect = LEAST[hint]
    operator = found.lastgroup or ""
    at = found.end(operator)
    before = text[max(0, start - 60) : start]
    if found["tag"]:
        if before.endswith("<"):
            value = re.compile(r"[^<>\n{}]{1,256}(?=</)").match(text, at)
            if value and plausible(value[0], direct):
                yield value.span()
        return
    if found["comma"]:
        if not found["close"] or before[-1:] not in "\"'`":
            return
        direct = direct if _SETS.search(before) else indirect
    if found["call"]:
        verb = words(text[start : found.start()].rpartition(".")[2])[:1]
        direct = indirect if set(verb) & set(_READS.split()) else direct
    if found["compare"]:
        direct = indirect
    if found["beside"] and hint < SECRET:
        direct = indirect
    if inside and not found["close"] and at in shuts:
        return
    if found["colon"] and (block := _BLOCK.match(text, at)):
        yield from _block(text, start, block.end(), direct)
        return
    bare = _bare(text, start, found, hint, inside)
    if bare:
        yield bare
        return
    brackets: list[bool] = [False] if found["call"] else []  # whether a call's or a subscript's
    joined: list[tuple[tuple[int, int], str]] = []  # literals that make one value
    least, last, before_last, lines, given_one = direct, "=", "", 0, False
    for _ in range(100):
        piece = _PIECE.match(text, at)
        kind = piece.lastgroup if piece else None
        if piece and kind == "literal":
            group = next(one for one in _INSIDES if piece[one] is not None)
            if piece.end("prefix") in shuts and group != "lines":
                break
            given_one = True
            if not interpolates(piece[group], piece["prefix"], group):
                joined.append((piece.span(group), piece[group]))
            if found["compare"] and not brackets:
                break
        elif not (piece and (kind in ("blank", "line", "comment") or piece[0] in "+.\\")):
            yield from _of_one(joined, indirect if any(brackets) else least)
            joined = []
        if piece is None:
            break
        at = piece.end()
        if kind == "quote":
            # Cut off at the end of a line.
            end = text.find("\n", at)
            rest = text[at : end if end >= 0 else len(text)].rstrip()
            opens = last in _GOES_ON and piece.start() not in shuts and piece[0] != "`"
            if opens and plausible(rest, direct):
                yield at, at + len(rest)
            break
        if kind == "open":
            brackets.append(before_last == "word")
            if len(brackets) > 6:
                break
        elif kind == "shut":
            if not brackets:
                break
            brackets.pop()
        elif kind == "line":
            lines += 1
            follows = text[at : at + 1]
            # Of a key with a colon the line below is as often a key again.
            on = last in _GOES_ON and (operator != "colon" or follows in "\"'`")
            if lines > 20 or not (brackets or on or follows in "+|?"):
                break
            continue
        elif kind == "stop" or (not brackets and (kind == "comma" or piece[0] in _ENDS)):
            break
        elif not brackets and piece[0] == "=" and given_one and before_last == "word":
            break  # what comes is given to another name
        elif found["call"] and len(brackets) == 1 and piece[0] in ",=":
            brackets = [True]
        if kind not in ("blank", "comment"):
            last, before_last = piece[0][-1], kind or ""
    yield from _of_one(joined, indirect if any(brackets) else least)


_INSIDES: Final = ("lines", "inner", "double", "single", "ticks")
_GOES_ON: Final = "=+|&?:,("
_ENDS: Final = frozenset(("and", "then", "do"))


def _of_one(joined: list[tuple[tuple[int, int], str]], least: int) -> Iterator[tuple[int, int]]:
    if joined and plausible("".join(value for _, value in joined), least):
        yield from (span for span, value in joined if value)


# Values without quotes.

_BLOCK: Final = re.compile(
    r"[ \t]*[|>][-+\d]{0,2}[ \t]*(?:\#[^\n]{0,200})?\n(?:[ \t]{0,80}\n){0,4}(?=[ \t]+\S)"
)
_BLOCK_LINES: Final = 40
_LINE: Final = re.compile(r"(?P<indent>[ \t]*+)(?P<value>[^\n]*)(?:\n|$)")


def _block(text: str, start: int, at: int, least: int) -> list[tuple[int, int]]:
    """The lines, from `at` on, of a secret that stands below its name, further in, as YAML has it;
    none if they do not look like `least`.
    """
    line = text.rfind("\n", max(0, start - 400), start) + 1
    indent, spans = _indent(text, line), list[tuple[int, int]]()
    for one in islice(_LINE.finditer(text, at), _BLOCK_LINES):
        if one["value"] and len(one["indent"]) <= indent:
            break
        if one["value"]:
            spans.append(one.span("value"))
    if _in_data(text, line, colon=True) is False:
        least = max(least, RANDOM)  # in code a line that ends so goes on below
    return spans if plausible("".join(text[slice(*span)] for span in spans), least) else []


_BARE: Final = re.compile(
    r"[ \t]*(?![A-Za-z@$]{0,3}\#{0,3}[\"'`])(?P<value>\S{1,512})(?P<more>[ \t]+[^\s#/][^\n]*)?"
)
_IN_A_STRING: Final = re.compile(r"[ ]?(?P<value>[^\s\"'`;,(){}\\]{3,256}+)(?![({])")
_QUERIED: Final = re.compile(r"(?P<value>[\w.~%+/=*!-]{3,512}+)(?![({\[:])")
_BEFORE_A_SHELL_NAME: Final = re.compile(
    r"(?:.*\s)?(?:export|ENV|ARG|set|SET|setx|env|local|readonly|declare|-e|--env|--build-arg|-)"
    r"\s+[\"']?|.*[\s\"']Environment=[\"']?|Environment=[\"']?"
)
_BEFORE_A_NAME: Final = re.compile(r"[ \t]*(?:(?:-|\#+|//+|\*|;+)[ \t]*|//[^\s:]+:)?[\"']?@?")
_SHELL_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_REFERENCE: Final = re.compile(
    r"\$[\w{(\[].*|[<{(\[].*|[|>][-+\d]*|[*&]\w+|![\w:]+|%\w+%?|`.*|#.*|\?|@\{.*", re.DOTALL
)
_NAMED: Final = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_]\w*)*[?!]?")
_EXPRESSION: Final = re.compile(r"[\w$.:*&|<>?!-]*[(\[{].*|.*[,;({\[|]")
_TYPE: Final = re.compile(
    r"(?:(?:[A-Z][a-z]+\d*|[A-Z]{1,3}\d+)+|[A-Z_]+|u?int\d*|[iuf]\d+|str(?:ing)?\d*|bool(?:ean)?|bytes?\d*|float\d*|char|any|never"
    r"|object|number|unknown|void|optional|required|varchar|uuid|binary|null|None|dict|list|tuple"
    r"|true|false|undefined|nil)"
)
_OPENS_DATA: Final = re.compile(
    r"[ \t]*(?:- )?(?!(?:else|try|finally|default|public|private|protected|do|begin)\b)"
    r"[\"']?[\w./-]+[\"']?:[ \t]*(?:[|>&!][^\n]*)?(?:#.*)?"
)
_IS_DATA: Final = re.compile(
    r"[ \t]*(?:- )?[\"']?[\w./-]+[\"']?:[ \t]+"
    r"(?:\d[\d.]*|true|false|yes|no|null|~|[\w.]*\w[-/:@][^\s,;(){}]*)"
    r"[ \t]*(?:#.*)?|[ \t]*- [^\s(].*|---.*|\[[\w .:-]+\]|#!.*"
)
_IS_CODE: Final = re.compile(
    r".*[;{(\[,]\s*|\s*[})\]].*|\s*[@.].*|.*\b(?:def|class|return|interface)\b.*"
)


def _bare(
    text: str, start: int, found: re.Match[str], hint: int, inside: String | None
) -> tuple[int, int] | None:
    """Where a secret lies that stands without quotes behind its name: in data, not in code."""
    colon, assign = bool(found["colon"] or found["value"]), found["assign"]
    if not colon and assign is None and found["or"] != ":-":
        return None
    at = found.end(found.lastgroup or "")
    queried = assign == "=" and text[max(0, start - 1) : start] in ("?", "&")
    if inside and not found["close"]:
        value = (_QUERIED if queried else _IN_A_STRING).match(text, at)
        least = LEAST[hint][colon]
        return value.span("value") if value and plausible(value["value"], least) else None
    line = text.rfind("\n", max(0, start - 400), start) + 1
    before = text[max(line, start - 400) : start]
    if queried and before[-2:-1].strip():
        value = _QUERIED.match(text, at)
        return value.span("value") if value and plausible(value["value"], DIGIT) else None
    if found["or"] == ":-":
        value = re.compile(r"[^\s\"'`{}$]{3,256}(?=\})").match(text, at)
        return value.span("value") if value and plausible(value[0], LEAST[hint][0]) else None
    value = _BARE.match(text, at)
    if value is None:
        return None
    first, end = value.span("value")
    bare = value["value"]
    if _REFERENCE.fullmatch(bare) or _EXPRESSION.fullmatch(bare):
        return None
    spaced = assign is not None and text[found.end("assign")] in " \t"
    shell = not spaced and assign == "=" and text[found.start("assign") - 1] not in " \t"
    if not (
        shell
        and (
            _BEFORE_A_SHELL_NAME.fullmatch(before)
            or _SHELL_NAME.fullmatch(text, start, found.start())
        )
    ):
        if not (found["value"] or _BEFORE_A_NAME.fullmatch(before)):
            return None
        if value["more"] and not colon:
            return None
        data = bool(found["value"]) or _in_data(text, line, colon=colon)
        if value["more"]:
            if not data:
                return None
            end = value.end()
            bare = text[first:end]
        if not data and not _stands_alone(bare, before, colon, data):
            return None
    elif _SHELL_NAME.fullmatch(bare) and "_" in bare:
        return None  # another constant
    return (first, end) if plausible(bare, LEAST[hint][0]) else None


def _stands_alone(bare: str, before: str, colon: bool, data: bool | None) -> bool:
    """Whether a value can't be code, where what is around does not say."""
    if random(bare, 16) and not _TYPE.fullmatch(bare):
        return True
    if not re.search(r"\d", bare) and not re.search(r"[@!#$%^~]", bare):
        return False
    if before.strip().startswith(("#", "//", ";", "*")):
        return True
    named = _NAMED.fullmatch(bare)
    if data is False or not colon:
        return not named and bool(re.search(r"\w[@!#$%^~]\w", bare)) and data is not False
    return not _TYPE.fullmatch(bare)


def _in_data(text: str, line: int, *, colon: bool) -> bool | None:
    """Whether a line is in data, such as YAML, by those above: None if they don't say."""
    indent = _indent(text, line)
    at = line
    for _ in range(20):
        if at <= 0:
            return None
        end = at - 1
        at = text.rfind("\n", max(0, end - 400), end) + 1
        if end - at > 400:
            return None
        above = text[at:end]
        if not above.strip() or above.lstrip().startswith(("# ", "//")):
            continue
        if _IS_CODE.fullmatch(above):
            return False
        if not colon:
            if re.fullmatch(r"\[[\w .:-]+\]|#!.*|[\w.-]+=\S*(?:://|jdbc:)\S*|export .*", above):
                return True
            continue
        deep = len(above) - len(above.lstrip())
        if deep < indent:
            return bool(_OPENS_DATA.fullmatch(above) or _IS_DATA.fullmatch(above))
        if deep == indent and (_IS_DATA.fullmatch(above) or _OPENS_DATA.fullmatch(above)):
            return True
    return None


def _indent(text: str, line: int) -> int:
    found = re.compile(r"[ \t]*").match(text, line)
    return len(found[0]) if found else 0
