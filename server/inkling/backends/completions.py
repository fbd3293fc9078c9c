"""The two ways in which servers of models are asked to write on: what goes there, what comes back.

llama.cpp's own (`/completion`, tools/server/README.md of ggml-org/llama.cpp) and OpenAI's
(`/v1/completions`, as vLLM, SGLang, llama-server and Ollama speak it). Both stream events that hold
JSON. Values only: nothing is sent here, and what a prompt looks like is `outgoing`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

import msgspec

from inkling.engine.wire import Why

_GREEDY: Final[dict[str, Any]] = {"temperature": 0.0}
_VARIED: Final[dict[str, Any]] = {"temperature": 0.7, "top_p": 0.95}


class GarbledError(ValueError):
    """What came back is not what such a server says. It tells nothing of what was in it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: that a model, by the server's name for it, goes on behind a prompt for
    `max_tokens` at most; 0: the prompt is only read. With a `rank`, otherwise than most probably.
    """

    prompt: str
    model: str
    max_tokens: int
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What an event says: some text, and with it or behind it why that is the end, if it is."""

    text: str
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """A model that a server has, and how many tokens one request may have there; 0: not told."""

    name: str
    tokens: int = 0


class Dialect(Protocol):
    """A way to ask."""

    @property
    def path(self) -> str:
        """Where it is asked, at a server's URL."""

    def body(self, asked: Asked) -> dict[str, Any]:
        """Write a request, to be sent as JSON."""

    def said(self, data: str) -> Said:
        """Read an event of the answer. Raises GarbledError."""


class _Choice(msgspec.Struct):
    text: str = ""
    finish_reason: str | None = None


class _Choices(msgspec.Struct):
    choices: list[_Choice]


class OpenAi:
    """OpenAI's, as others speak it."""

    path: Final = "/v1/completions"

    def body(self, asked: Asked) -> dict[str, Any]:
        """See `Dialect`. It knows no way to read only, so a token is written then."""
        return _body(asked, "max_tokens", max(asked.max_tokens, 1))

    def said(self, data: str) -> Said:
        """See `Dialect`."""
        if data == "[DONE]":
            return Said("", "stop")
        choices = _read(data, _Choices).choices
        if not choices:
            return Said("")  # it tells what was used
        reason = choices[0].finish_reason
        why: Why | None = "length" if reason == "length" else "stop" if reason else None
        return Said(choices[0].text, why)


class _Content(msgspec.Struct):
    content: str
    stop: bool = False
    stop_type: str = ""


class LlamaCpp:
    """llama.cpp's own."""

    path: Final = "/completion"

    def body(self, asked: Asked) -> dict[str, Any]:
        """See `Dialect`."""
        return _body(asked, "n_predict", asked.max_tokens) | {"cache_prompt": True}

    def said(self, data: str) -> Said:
        """See `Dialect`."""
        event = _read(data, _Content)
        why: Why | None = "length" if event.stop_type == "limit" else "stop" if event.stop else None
        return Said(event.content, why)


DIALECTS: Final[dict[str, Dialect]] = {"openai": OpenAi(), "llama.cpp": LlamaCpp()}
"""By the values of the option `remoteApi`."""

MODELS: Final = "/v1/models"
"""Where a server tells, in either dialect, which models it has. Not all do."""


class _Meta(msgspec.Struct):
    n_ctx: int = 0


class _Model(msgspec.Struct):
    id: str
    meta: _Meta | None = None
    """llama-server's."""
    max_model_len: int | None = None
    """vLLM's and SGLang's."""


class _Models(msgspec.Struct):
    data: list[_Model]


def served(data: bytes) -> Sequence[Served]:
    """Read which models a server has. Raises GarbledError."""
    return [
        Served(model.id, model.max_model_len or (model.meta.n_ctx if model.meta else 0))
        for model in _read(data, _Models).data
    ]


class _Problem(msgspec.Struct):
    message: str = ""


class _Error(msgspec.Struct):
    error: _Problem | str = ""
    message: str = ""


def complaint(data: bytes) -> str:
    """Read what an error's body says, for looking into; it may hold anything, code too."""
    try:
        told = _read(data, _Error)
    except GarbledError:
        return ""
    error = told.error if isinstance(told.error, str) else told.error.message
    return error or told.message


def url_of(given: str, path: str) -> str:
    """Return the URL of a path at a server; the `given` one may have some of a path already."""
    base = given.rstrip("/")
    for end in (*(dialect.path for dialect in DIALECTS.values()), "/v1"):
        base = base.removesuffix(end)
    return base + path


def _body(asked: Asked, limit: str, tokens: int) -> dict[str, Any]:
    sampled = {**_VARIED, "seed": asked.rank} if asked.rank else _GREEDY
    named = {"model": asked.model} if asked.model else {}
    return {"prompt": asked.prompt, limit: tokens, "stream": True, **sampled, **named}


_Read = TypeVar("_Read")


def _read(data: str | bytes, kind: type[_Read]) -> _Read:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Not as the cause either: what is told of the values would be printed with it.
        raise GarbledError(f"{len(data)} of JSON are no answer") from None
