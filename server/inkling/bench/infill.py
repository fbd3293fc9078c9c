"""llama.cpp's HTTP server and its `/infill`, asked with what llama.vim sends."""

import asyncio
import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit

N_PREDICT: Final = 128
MAX_PROMPT_MS: Final = 500
FIRST_PREDICT_MS: Final = 250
"""The first request at a place is quick; a speculative one follows when it is shown."""
MAX_PREDICT_MS: Final = 1000

_TIMEOUT_SECONDS: Final = 60
_TIMINGS: Final = {
    "timings/prompt_n": "promptTokens",
    "timings/prompt_ms": "prefillMs",
    "timings/predicted_n": "generatedTokens",
    "timings/predicted_ms": "decodeMs",
}


class InfillError(Exception):
    """The server did not answer, or with an error."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the model is told: the text before the cursor's line, the line up to the cursor, and
    what follows. `indent` is the line's indentation in characters.
    """

    prefix: str
    middle: str
    suffix: str
    indent: int


@dataclass(frozen=True, slots=True)
class Extra:
    """A chunk of another place, and the name of its file."""

    text: str
    filename: str


@dataclass(frozen=True, slots=True)
class Infill:
    """A text to insert, and what it took, in the words of `inkling/trace`."""

    text: str
    trace: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Server:
    """A llama-server by its address."""

    host: str
    port: int

    @classmethod
    def at(cls, url: str) -> "Server":
        """Read an address such as http://127.0.0.1:8012; raises InfillError."""
        parts = urlsplit(url)
        try:
            if parts.scheme == "http" and parts.hostname:
                return cls(parts.hostname, parts.port or 80)
        except ValueError:
            pass
        raise InfillError(f"'{url}' is not an address such as http://127.0.0.1:8012")

    async def infill(
        self, context: Context, predict_ms: int, extra: Sequence[Extra] = ()
    ) -> Infill:
        """Ask for a text in at most that much time of prediction; raises InfillError."""
        request = {
            "input_prefix": context.prefix,
            "input_suffix": context.suffix,
            "input_extra": [asdict(one) for one in extra],
            "prompt": context.middle,
            "n_predict": N_PREDICT,
            "n_indent": context.indent,
            "top_k": 40,
            "top_p": 0.9,
            "stream": False,
            "samplers": ["top_k", "top_p", "infill"],
            "cache_prompt": True,
            "t_max_prompt_ms": MAX_PROMPT_MS,
            "t_max_predict_ms": predict_ms,
            "response_fields": ["content", *_TIMINGS],
        }
        answer = await asyncio.to_thread(self._post, json.dumps(request).encode())
        trace = {name: answer[field] for field, name in _TIMINGS.items() if field in answer}
        if "generatedTokens" in trace:
            trace["steps"] = trace["generatedTokens"]  # it decodes without draft tokens
        return Infill(str(answer.get("content", "")), trace)

    async def read(self, extra: Sequence[Extra]) -> None:
        """Have chunks read before they are needed; raises InfillError."""
        request = {
            "input_prefix": "",
            "input_suffix": "",
            "input_extra": [asdict(one) for one in extra],
            "prompt": "",
            "n_predict": 0,
            "temperature": 0.0,
            "stream": False,
            "samplers": [],
            "cache_prompt": True,
            "t_max_prompt_ms": 1,
            "t_max_predict_ms": 1,
            "response_fields": [""],
        }
        await asyncio.to_thread(self._post, json.dumps(request).encode())

    def _post(self, body: bytes) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("POST", "/infill", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise InfillError(f"{self.host}:{self.port} does not answer: {error}") from error
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK or not isinstance(answer, dict):
            raise InfillError(f"{self.host}:{self.port} answers {response.status}: {answer}")
        return answer
