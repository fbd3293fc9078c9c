"""Messages between the server and the engine process, and their framing.

Each message is MessagePack behind its length in four bytes, big-endian. The wire does not
depend on what carries it. Times travel as milliseconds left, never as clock values.
"""

import struct
from typing import Any, BinaryIO, Literal

import msgspec

HEADER = struct.Struct(">I")

LONGEST = 1 << 24
"""Bytes of one message; whatever announces more is no message. The longest there are, sixteen
texts of 100,000 characters that were cut, have 6.4 million if each character takes four."""


class MalformedError(ValueError):
    """Bytes that are no message. It says nothing of what was in them: that may be code."""


PROTOCOL = 2
"""Raised when servers and shared engines would no longer understand each other."""

PARTS = ("drafting", "head", "recall", "reuse")
"""What an engine can be started without, to measure what it is worth."""


class Special(msgspec.Struct, frozen=True, tag=True):
    """A special token by the name of its role, such as `fim_prefix`."""

    name: str


class Text(msgspec.Struct, frozen=True, tag=True):
    """Ordinary text; beyond `max_tokens` the engine keeps its start or its end."""

    text: str
    max_tokens: int
    keep: Literal["start", "end"]


Part = Special | Text
Prompt = list[Part]


class Generate(msgspec.Struct, frozen=True, tag=True):
    """Continue `prompt`. It supersedes whatever the engine does for this server when it arrives.

    Somebody waits for `budget_ms`; the engine goes on for `behind_ms` more. No step begins
    after that, but a prefill is finished all the same, since the next request will want it. With
    `budget_ms` 0 nobody waits, and all that somebody waits for in another window goes first.
    With `max_tokens` 0 the prompt is only read. With a `rank`, the first token is the one so many
    places behind the most probable one. With `names`, the text goes on with one of these, which are
    the rests of all names that may stand there, if the model takes one for likely at all.
    """

    id: int
    prompt: Prompt
    max_tokens: int
    budget_ms: float
    behind_ms: float = 0.0
    rank: int = 0
    names: list[str] = []


class Refer(msgspec.Struct, frozen=True, tag=True):
    """A text that drafts may be copied from, instead of the one of that name; empty to forget it.

    It changes how fast an answer comes, never what it says.
    """

    name: str
    text: str


class Cancel(msgspec.Struct, frozen=True, tag=True):
    """Nobody waits for request `id` any more; decoding stops in the middle of a pass."""

    id: int


class Keep(msgspec.Struct, frozen=True, tag=True):
    """Somebody types, or has just come: keep the model in memory for so long from now, or load it
    again; with None for as long as this server is there. So does each `Generate` that somebody
    waits for.
    """

    seconds: float | None


class Hello(msgspec.Struct, frozen=True, tag=True):
    """The first message to an engine that several servers share: a session begins, of the server
    with the process number `pid`. After the last one has ended, the engine stays for `linger_s`.
    """

    protocol: int
    pid: int
    linger_s: float


class Ask(msgspec.Struct, frozen=True, tag=True):
    """In place of `Hello`: tell who shares this engine."""


class Quit(msgspec.Struct, frozen=True, tag=True):
    """In place of `Hello`: end."""


class Sharer(msgspec.Struct, frozen=True):
    """A session: the server's process number, and when it began, in seconds since 1970."""

    pid: int
    since: float


class Report(msgspec.Struct, frozen=True, tag=True):
    """The answer to each of these three: the engine's process number, the model's name, the state,
    when it was started, its memory at most so far, in bytes, and who shares it.
    """

    pid: int
    model: str
    state: str
    since: float
    peak_bytes: int
    sessions: list[Sharer]


class State(msgspec.Struct, frozen=True, tag=True):
    """The engine's state; `detail` is a sentence for a person. Asleep, it has no model in memory;
    only one elsewhere is "away", and only one that comes late may find none ("no-model").

    `read_ms` is what it takes here to read one token of a prompt, 0 while that is not known.
    `markers` are the words that the model's special tokens are called by: no text for people.
    """

    state: Literal["loading", "ready", "asleep", "away", "no-model", "failed"]
    detail: str = ""
    layout: Literal["spm", "psm"] = "spm"
    read_ms: float = 0.0
    markers: tuple[str, ...] = ()


class Stats(msgspec.Struct, frozen=True):
    """What a request cost: token counts and milliseconds.

    `generated_tokens`, with the one that ends the text, took `steps` of the model,
    `recalled_tokens` none; one of a single token takes `pass_ms` here, as far as is known.
    """

    prompt_tokens: int = 0
    reused_tokens: int = 0
    cut_tokens: int = 0
    generated_tokens: int = 0
    recalled_tokens: int = 0
    steps: int = 0
    drafted_steps: int = 0
    draft_tokens: int = 0
    accepted_tokens: int = 0
    encode_ms: float = 0.0
    prefill_ms: float = 0.0
    decode_ms: float = 0.0
    pass_ms: float = 0.0
    drafters: dict[str, tuple[int, int]] = {}
    """Draft and accepted tokens by drafter."""


class Token(msgspec.Struct, frozen=True, array_like=True):
    """The text that a token added, whole characters only, and its natural log-probability, None
    where a backend does not tell.
    """

    text: str
    log_prob: float | None


class Chunk(msgspec.Struct, frozen=True, tag=True):
    """What one step added, token by token.

    `stats` are the request's so far. The next chunk will not come before `next_ms`.
    """

    id: int
    tokens: list[Token]
    stats: Stats = Stats()
    next_ms: float = 0.0

    @property
    def text(self) -> str:
        """The text of all its tokens."""
        return "".join(token.text for token in self.tokens)


Why = Literal["stop", "length", "deadline", "cancelled", "failed"]


class Done(msgspec.Struct, frozen=True, tag=True):
    """The last message of a request. `detail` is a sentence when `why` is "failed"."""

    id: int
    why: Why
    stats: Stats
    detail: str = ""


class Held(msgspec.Struct, frozen=True):
    """A KV cache holds the first `tokens` of the `of` tokens of request `id`'s prompt."""

    id: int
    tokens: int
    of: int


class Caches(msgspec.Struct, frozen=True, tag=True):
    """What is read: for each KV cache that holds a prompt of this server's, the one that it holds
    most of. It comes whenever that has changed, and before the message that ends the change.
    """

    held: list[Held]


Opening = Hello | Ask | Quit
ToEngine = Generate | Refer | Cancel | Keep
FromEngine = State | Chunk | Done | Caches

_encoder = msgspec.msgpack.Encoder()
_opening: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Opening)
_report: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Report)
_to_engine: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(ToEngine)
_from_engine: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(FromEngine)


def frame(message: msgspec.Struct) -> bytes:
    """Encode a message with its length before it; ValueError if it cannot be sent."""
    body = _encoder.encode(message)
    if len(body) > LONGEST:
        raise ValueError(f"a message of {len(body)} bytes is too long for the wire")
    return HEADER.pack(len(body)) + body


def decode_opening(body: bytes) -> Opening:
    """Decode what is said first to a shared engine; raises MalformedError."""
    opening: Opening = decode(_opening, body)
    return opening


def decode_report(body: bytes) -> Report:
    """Decode what a shared engine says first; raises MalformedError."""
    report: Report = decode(_report, body)
    return report


def decode_to_engine(body: bytes) -> ToEngine:
    """Decode what the server sent; raises MalformedError."""
    message: ToEngine = decode(_to_engine, body)
    return message


def decode_from_engine(body: bytes) -> FromEngine:
    """Decode what the engine sent; raises MalformedError."""
    message: FromEngine = decode(_from_engine, body)
    return message


def decode(decoder: msgspec.msgpack.Decoder[Any], body: bytes) -> Any:
    """Decode a message of some kind; raises MalformedError."""
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Not as the cause either: what is told of the values would be printed with it.
        raise MalformedError(f"{len(body)} bytes are no message") from None


def length_of(header: bytes) -> int:
    """Return how many bytes a message has behind its header; raises MalformedError."""
    (length,) = HEADER.unpack(header)
    if length > LONGEST:
        raise MalformedError(f"a message of {length} bytes is announced")
    return int(length)


def read_body(stream: BinaryIO) -> bytes | None:
    """Read one message's bytes from a blocking stream; None at its end. Raises MalformedError."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    length = length_of(header)
    body = stream.read(length)
    return body if len(body) == length else None
