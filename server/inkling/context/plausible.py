"""Whether a value is a secret: what its name says, and what it looks like."""

import re
from functools import lru_cache
from typing import Final

MASK: Final = "REDACTED"
"""What stands in a secret's place."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# How much a name says of its value being a secret.
NONE, HINT, TOKEN, SECRET = range(4)

_SECRET_WORD: Final = re.compile(
    r"(?:passw(?:or)?d|passphrase|passcode|passwort|kennwort|contrase[nñ]a|senha|pwd|pswd|secret"
    r"|credential|apikey|accesskey|secretkey|privatekey|cred)s?$"
)
_KEYS_OF: Final = _set(
    """
    api access private secret encryption signing master auth account storage shared service ssh hmac
    jwt app client consumer deploy webhook subscription admin cipher crypto license
    """
)
_TOKEN_WORDS: Final = _set("auth authorization bearer pass pw psw sas creds")
_HINT_WORDS: Final = _set("tokens key keys salt session cookie jwt signature pat")
LETTERS: Final = (
    *(
        "pass",
        "pwd",
        "pswd",
        "secret",
        "token",
        "key",
        "cred",
        "auth",
        "bearer",
        "pw",
        "psw",
        "sas",
    ),
    *("salt", "session", "cookie", "jwt", "signature", "pat", "kennwort", "contrase", "senha"),
)
"""One of these is in each name that says something."""
# What is told of a secret is none.
_DESCRIPTORS: Final = _set(
    """
    type types name names label labels field fields url urls uri path paths file files filename dir
    folder header headers id ids length len size count min max limit expiry expires expiration ttl
    age prefix suffix pattern regex re format policy hint placeholder input error errors message
    messages msg method methods provider endpoint class style color icon kind index mode strategy
    scheme algorithm alg backend user username email role roles scope scopes service manager store
    version arn ref reset rule rules help title description desc text form page view template button
    column table attribute param parameter option options flag rotation
    """
)
_WORD: Final = re.compile(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+")


def words(name: str) -> list[str]:
    """The words that a name is made of, in small letters."""
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=4096)
def said(name: str) -> int:
    """How much a name says of its value being a secret."""
    parts = words(name[-120:])
    for at in reversed(range(len(parts))):
        word = parts[at]
        hint = NONE
        of_a_key = word in ("key", "keys") and at and parts[at - 1] in _KEYS_OF
        if of_a_key or _SECRET_WORD.search(word):
            hint = SECRET
        elif word.endswith("token") or word in _TOKEN_WORDS:
            hint = TOKEN
        elif word in _HINT_WORDS:
            hint = HINT
        if hint:
            rest = parts[at + 1 :]
            return NONE if not _DESCRIPTORS.isdisjoint(rest) or (hint < SECRET and rest) else hint
    return NONE


# What a value looks like.

NEVER, ANY, SOME, DIGIT, RANDOM, CHANCE = range(6)

# How much a value must look like a secret: given directly, and indirectly (compared, in a call).
LEAST: Final = {
    NONE: (NEVER, NEVER),
    HINT: (CHANCE, CHANCE),
    TOKEN: (SOME, RANDOM),
    SECRET: (ANY, DIGIT),
}

_EXAMPLE: Final = _set(
    """
    your my the a an some change changeme replace replaceme insert enter put add example sample
    dummy fake placeholder todo fixme tbd redacted hidden masked here xxx xxxx with me this it
    in goes fill not real use set type
    """
)
_OF_NOTHING: Final = _set(
    """
    none null nil undefined true false yes no on off string str text optional required disabled
    enabled bearer basic oauth oauth2 empty unset default auto inherit
    """
)
_SENTENCE: Final = _set(
    """
    is are was be must should can cannot not the your an for of to in and or with from by has
    have please enter invalid incorrect wrong missing required at least no new forgot change
    show
    """
)
_TEMPLATE: Final = re.compile(
    r"""(.)\1* | <[^<>]*> | \{.*\} | \[\w*\] | \$\w+ | \$[{(].*[)}] | %[\w.]+% | %(?:\(\w+\))?[a-z]
    | :\w+ | \#\{.*\} | @\w+@ | __\w+__ | [xX*.-]+ | [\W_]* | \$\d""",
    re.VERBOSE | re.DOTALL,
)
_FOLDERS: Final = re.compile(
    r"(?:[A-Za-z]:)?(?:~|\.{1,2})?[\\/][\w .@+\\/-]*|[a-z][a-z0-9+.-]*://\S*"
    r"|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}"
)
_PATTERN: Final = re.compile(
    r"\[[^\]\n]{0,80}\w-\w[^\]\n]{0,80}\]|\\[dwsSDW]\b|\(\?[:=!<]|\\[dws][+*]"
)
_INTERPOLATED: Final = re.compile(r"\$\{[^{}\n]{1,200}\}|#\{[^{}\n]{1,200}\}|\{\{|\$\(|\\\(\w")
_PIECES: Final = re.compile(r"[A-Za-z][a-z]{2,}|[A-Z]{3,}")


def stands_for(value: str) -> bool:
    """Whether a value only stands in a secret's place."""
    if len(value) <= 200 and _TEMPLATE.fullmatch(value):
        return True
    words = {word.lower() for word in re.split(r"[\W_]+", value[:200]) if word}
    if value == MASK or words <= _OF_NOTHING:
        return True
    if words & _EXAMPLE and not re.search(r"\d", value):
        return all(word in _EXAMPLE or word in _KEYS_OF or said(word) for word in words)
    return value.isupper() and "_" in value and said(value) >= TOKEN  # a variable's name


def interpolates(value: str, prefix: str, group: str) -> bool:
    """Whether code stands in a literal: what it makes is not known."""
    if ("f" in prefix.lower() or "$" in prefix) and "{" in value:
        return True
    return bool(_INTERPOLATED.search(value)) or (group == "ticks" and "$" in value)


def plausible(value: str, least: int) -> bool:
    """Whether a value looks as much like a secret as its name, or its place, asks for."""
    value = value.strip()
    if least == NEVER or len(value) < 3 or stands_for(value):
        return False
    if _PATTERN.search(value) or (_FOLDERS.fullmatch(value) and wordy(value)):
        return False
    if " " in value and not _phrase(value):
        return False
    if least == ANY:
        return True
    mixed = bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value))
    if least == SOME:
        return (len(value) >= 6 and mixed) or len(value) >= 12
    if " " in value:
        return False
    if least == DIGIT:
        return len(value) >= 6 and mixed
    return random(value, 8 if least == RANDOM else 16)


def _phrase(value: str) -> bool:
    """Whether words are a passphrase, not a sentence about one."""
    words = value.split()
    return (
        len(words) <= 12
        and value[-1] not in ".:?…,"
        and not any(said(word) or word.lower() in _SENTENCE for word in words)
    )


def random(value: str, least: int) -> bool:
    """Whether a value looks like chance: letters and digits, and no words."""
    return (
        len(value) >= least
        and not re.search(r"\s", value)
        and bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value))
        and not wordy(value)
    )


def wordy(value: str) -> bool:
    """Whether most of a value is words: a name or a path, not a key."""
    return 10 * sum(map(len, _PIECES.findall(value))) >= 6 * len(value)
