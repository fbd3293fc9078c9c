"""Masks what looks like a secret in text of other files, before a model sees any of it.

A secret is told by its form (a known prefix, a key block, a password in a URL), by the name that
it is given to, or by looking like chance in quotes. docs/SECRETS.md has the rules in words. What
is no literal stays as it is; whose file the text is from is not known here, and no file is barred:
that is `privacy`.

Each expression takes time in proportion to the text's length: what repeats is possessive or
bounded, and what starts anywhere cannot start inside of itself.
"""

import re
from bisect import bisect_right
from typing import Final

from inkling.context.given import given, strings
from inkling.context.plausible import ANY, MASK, RANDOM, plausible, stands_for, wordy


def masked(text: str) -> str:
    """The text with `MASK` in place of each secret: its lines, quotes and syntax stay.

    Masking again changes nothing. Lines end in line feeds.
    """
    before = None
    # What is masked may bring out a neighbour: rarely a second time, and each leaves less to mask.
    while text != before:
        before = text
        text = _by_form(_key_blocks(text))
        text = _replaced(text, given(text))
        text = _by_chance(text)
    return text


# By its form.

_LONG: Final = re.compile(r"[\w.~$:/-]{14,}", re.ASCII)  # what has any of these forms is one


def _from(prefix: str) -> str:
    """A prefix that no word goes on with, unless that is an escaped line feed's n."""
    literal = re.escape(prefix)
    return rf"{literal}(?:(?<![A-Za-z0-9]{literal})|(?<=\\[nrt]{literal}))"


_FRESH: Final = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
_MIXED: Final = r"(?=[a-z_-]{0,80}[A-Z0-9])"  # words with hyphens or underscores are none

# Behind these stand 20 letters and digits or more, and then maybe more parts.
_PLAIN: Final = """
ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ npm_ hf_ gsk_ r8_ xai- pplx- dckr_pat_ lin_api_ lin_oauth_ ntn_
shpat_ shpca_ shppa_ shpss_ dop_v1_ doo_v1_ dor_v1_ rubygems_ glsa_ glc_ sntrys_ sntryu_ nfp_
PMAK- NRAK- bkua_ sgp_ lsv2_pt_ lsv2_sk_ sbp_ sb_secret_ tskey-auth- tskey-api- tskey-client-
rdme_ pnu_ figd_ CCIPAT_ CLOJARS_ LTAI AKCp AGE-SECRET-KEY-1 ATCTT3 ATBB
"""

# Behind these too, with a digit among them: they might also be words.
_WORDLIKE: Final = "secret_ cio dapi pul- key- sk- rk-"

# Behind these stand 16 of base64 (with - and _ in place of + and /) or more.
_CODED: Final = """
glpat- gldt- glrt- glrtr- glptt- glcbt- glft- glimt- glagent- gloas- glsoat- glffct- glwt-
GR1348941 sk-ant- sk-proj- sk-svcacct- sk-admin- sk-or- sk-live- sk-test- pypi- AIza GOCSPX- ya29.
ATATT3 xapp- xoxa- xoxb- xoxc- xoxd- xoxe- xoxo- xoxp- xoxr- xoxs- xoxe. hvs. hvb. hvr. whsec_
sq0atp- sq0csp- sq0idp- pscale_tkn_ pscale_pw_ pscale_oauth_ dp.pt. dp.st. dp.ct. dp.sa. p8e- EAAA
ops_eyJ HRKU-
"""

_AMAZON: Final = "AKIA ASIA ABIA ACCA AROA AIDA AIPA ANPA ANVA AGPA A3T"

# Each with a part that all of them have: without it the expression is not tried.
_FORMS: Final = [
    *(
        (prefix, rf"{_from(prefix)}{_MIXED}[A-Za-z0-9]{{20,}}+[\w+/=-]*+")
        for prefix in _PLAIN.split()
    ),
    *(
        (prefix, rf"{_from(prefix)}(?=[A-Za-z]{{0,60}}[0-9])[A-Za-z0-9]{{20,}}+[\w+/=-]*+")
        for prefix in _WORDLIKE.split()
    ),
    *(
        (prefix, rf"{_from(prefix)}{_MIXED}[\w-]{{16,}}+(?:[.+/=][\w+/=-]++)*+")
        for prefix in _CODED.split()
    ),
    *((prefix, rf"{_from(prefix)}[A-Z0-9]{{16,17}}(?![A-Za-z0-9])") for prefix in _AMAZON.split()),
    *(
        (f"_{kind}_", rf"{_FRESH}[spr]k_{kind}_[A-Za-z0-9]{{10,}}+")
        for kind in ("live", "test", "prod")
    ),
    ("SG.", rf"{_from('SG.')}[\w-]{{16,}}+\.[\w-]{{16,}}+"),
    ("SK", rf"{_from('SK')}[0-9a-f]{{32}}(?![A-Za-z0-9])"),
    ("AC", rf"{_from('AC')}[0-9a-f]{{32}}(?![A-Za-z0-9])"),
    ("-us", rf"{_FRESH}[0-9a-f]{{32}}-us\d{{1,2}}(?!\w)"),
    ("Q~", r"[\w~.]{3}\dQ~[\w~.-]{31,34}+"),
    (".atlasv1.", rf"{_FRESH}[A-Za-z0-9]{{14}}\.atlasv1\.[\w=-]{{20,}}+"),
    ("v1.0-", rf"{_from('v1.0-')}[a-f0-9]{{24}}-[a-f0-9]{{100,}}+"),
    ("pat", rf"{_from('pat')}[A-Za-z0-9]{{14}}\.[a-f0-9]{{64}}"),
    (":AA", rf"{_FRESH}\d{{8,10}}:AA[\w-]{{33}}"),
    # A bot's: its number in base64, when, and a signature.
    (".", r"[MNO](?:(?<![\w.-][MNO])|(?<=\\[nrt][MNO]))[\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}+"),
    # JSON in base64, signed: a JWT. Also a piece of one.
    ("eyJ", rf"{_from('eyJ')}[\w-]{{8,}}+(?:\.[\w-]{{2,}}+)++\.?|{_from('eyJ')}[\w-]{{30,}}+\.?"),
    # Hashes of passwords: crypt, bcrypt, Argon2 and Django's.
    ("$", r"(?<![\w$])\$(?:2[abxy]?|[156y]|argon2[a-z]{0,2}|scrypt)\$[\w.,=+/$-]{20,}+"),
    ("pbkdf2_", rf"{_from('pbkdf2_')}\w{{1,10}}\$\d++\$[\w+/=$.-]{{20,}}+"),
    # Who knows the address of such a hook may post there.
    ("hooks.slack.com/", r"(?<=hooks\.slack\.com/)[a-z]{1,12}/[\w/+-]{16,}+"),
    ("/api/webhooks/", r"(?<=/api/webhooks/)\d++/[\w-]{20,}+"),
    ("/webhookb2/", r"(?<=/webhookb2/)[\w@/-]{20,}+"),
]
_BY_FORM: Final = [(part, re.compile(form, re.ASCII)) for part, form in _FORMS]

# From what stands before the @ of an address; a port and a path are no password.
_URL: Final = re.compile(
    r"""(?P<before>://[^\s"'`<>/:@?\#]{0,128}+:)(?!\d{1,5}[/?\#])
        (?P<value>[^\s"'`<>]{1,256})(?=@[\w.\[$-])"""
    r"|(?P<start>://)(?P<name>[A-Za-z0-9_-]{20,128}+)(?=@)",
    re.VERBOSE,
)
# The ends of Bearer, Basic, Token and ApiKey: a literal in front is searched for fast.
_HEADERS: Final = [
    (word, re.compile(rf"(?P<before>{word}[ ]{{1,4}})(?P<value>[\w.~+/=-]{{6,}}+)", re.ASCII))
    for word in ("earer", "EARER", "asic", "ASIC", "oken", "piKey", "pikey")
]
_AUTHORIZATION: Final = re.compile(
    r"(?i)authorization\\?[\"'`]?\s{0,4}[:=,]\s{0,4}\\?[\"'`]?\w{0,2}$"
)
_CURL: Final = re.compile(
    r"""(?P<before>(?<!\w)curl[ ][^\n]{0,400}?(?<!\S)(?:-u|--user|--proxy-user)[ =]?["']?
        [^\s:"']{0,64}:)(?P<value>[^\s"']{1,256}+)""",
    re.VERBOSE,
)


def _by_form(text: str) -> str:
    # Most text has none of them, and no need to be searched for each.
    long = " ".join(_LONG.findall(text))
    for part, form in _BY_FORM:
        if part in long:
            text = form.sub(MASK, text)
    if "://" in text:
        text = _URL.sub(_password, text)
    if "curl" in text:
        text = _CURL.sub(_password, text)
    for word, header in _HEADERS:
        if word in text:
            text = header.sub(_header, text)
    return text


def _password(found: re.Match[str]) -> str:
    if found.lastgroup == "name":
        return found[0] if wordy(found["name"]) else found["start"] + MASK
    return found[0] if stands_for(found["value"]) else found["before"] + MASK


def _header(found: re.Match[str]) -> str:
    value = found["value"]
    start = found.start()
    named = _AUTHORIZATION.search(found.string[max(0, start - 40) : start])
    least = ANY if named else RANDOM
    return found["before"] + MASK if plausible(value, least) else found[0]


# A private key's block, whole or cut off, in a file or in strings.

_BEGIN: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|Private-Lines: ")
_END: Final = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|Private-MAC: ")
_BEHIND_BEGIN: Final = re.compile(
    r"(?P<before>PRIVATE[ ]KEY(?:[ ]BLOCK)?-----(?:\\{1,4}[nr]|[ ])++)"
    r"(?P<value>[A-Za-z0-9+/=]{16,}+(?:(?:\\{1,4}[nr]|[ ])++[A-Za-z0-9+/=]++)*+)"
)
_CODED_LINE: Final = re.compile(
    r"""(?P<before>[\s"'`+\#*/\\.|>,;(-]*?)(?P<value>[A-Za-z0-9+/]++={0,2})
        (?P<after>(?:\\{1,4}[nr])*+[\s"'`+,;.\\)&]*+)""",
    re.VERBOSE,
)
_ABOUT_A_KEY: Final = re.compile(r"""[\s"'#*/|>]{0,40}(?:(?:[A-Z][\w-]{1,20}:[ ].*)|)["'+\\n\s]*""")


def _key_blocks(text: str) -> str:
    if "PRIVATE KEY" not in text and "Private-Lines: " not in text:
        return text
    lines = _BEHIND_BEGIN.sub(rf"\g<before>{MASK}", text).split("\n")
    for step, marker in ((1, _BEGIN), (-1, _END)):
        at = 0 if step == 1 else len(lines) - 1
        inside = False
        while 0 <= at < len(lines):
            if marker.search(lines[at]):
                inside = True
            elif inside:
                line, last = _coded(lines, at, step)
                inside = line is not None and not last
                lines[at] = lines[at] if line is None else line
            at += step
    return "\n".join(lines)


def _coded(lines: list[str], at: int, step: int) -> tuple[str | None, bool]:
    """A line of a key's block, masked, and whether it ends the block; None if it is not of it."""
    line = lines[at]
    found = _CODED_LINE.fullmatch(line) if len(line) < 400 else None
    if found is None:
        return (line, False) if _ABOUT_A_KEY.fullmatch(line) else (None, True)
    beside_end = bool(_END.search(lines[min(at + 1, len(lines) - 1)]))
    if len(found["value"]) < 16 and found["value"] != MASK and not beside_end:
        return None, True
    return found["before"] + MASK + found["after"], step == 1 and beside_end


# By looking like chance.

_KEY: Final = re.compile(
    r"""(?<![\w+/.=%-])(?:(?P<hex>[0-9a-fA-F]{32,}+)|(?P<base>[A-Za-z0-9+/_-]{40,}+={0,2}))
        (?![\w+/.%-])""",
    re.VERBOSE,
)
_KEY_ALONE: Final = re.compile(
    r"^(?P<before>[ \t]*)(?P<base>[A-Za-z0-9+/]{40,}+={0,2})(?=[ \t]*$)", re.MULTILINE
)
_DIGEST: Final = re.compile(
    r"(?i)hash|digest|checksum|integrity|sha-?\d|sha\b|md5|crc|fingerprint|commit|revision|\brev\b"
    r"|\bref\b|etag|[ug]uid|thumbprint|\bblob|\btree\b|sum\b"
)


def _of_chance(base: str) -> bool:
    """Whether base64 looks like chance."""
    mixed = all(re.search(letters, base) for letters in ("[a-z]", "[A-Z]", r"\d"))
    return mixed and not wordy(base) and not base.startswith("sha")


def _by_chance(text: str) -> str:
    keys = [
        found.span()
        for found in _KEY.finditer(text)
        if (_of_chance(found["base"]) if found["base"] else not found["hex"].isdigit())
    ]
    quoted = strings(text) if keys else []
    starts = [string.start for string in quoted]
    spans = []
    for start, end in keys:
        at = bisect_right(starts, start) - 1
        if at >= 0 and end < quoted[at].end and not _DIGEST.search(_before(text, start)):
            spans.append((start, end))
    return _KEY_ALONE.sub(
        lambda found: found["before"] + MASK if _of_chance(found["base"]) else found[0],
        _replaced(text, spans),
    )


def _before(text: str, at: int) -> str:
    """What stands before a place in its line, as far as it may name what stands there."""
    return text[max(0, at - 60) : at].rpartition("\n")[2]


def _replaced(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            # Of several lines each keeps its own.
            pieces += [text[at:start], re.sub(r"[^\s](?:.*\S)?", MASK, text[start:end])]
            at = end
    return "".join([*pieces, text[at:]])
