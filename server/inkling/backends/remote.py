"""A model that a server elsewhere has, asked over HTTP: the only file that imports httpx2.

It is loaded only where a person has named such a server. What is said to it is `completions`', and
what of a prompt leaves this machine `outgoing`'s. Before `run` nothing is sent at all; then it is
asked which models it has, and text goes with requests only. No request is tried again by itself.
"""

import asyncio
import ipaddress
import itertools
import json
import math
import secrets
import ssl
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, cast

import httpx2

from inkling.backends import completions
from inkling.backends.base import Failed
from inkling.backends.circuit import Circuit
from inkling.backends.completions import DIALECTS, MODELS, Asked, GarbledError, Said, Served
from inkling.backends.faults import FaultError, Refusal
from inkling.backends.outgoing import Fluency, sent
from inkling.backends.reading import Readings, common
from inkling.backends.spoken import Patience, Spoken
from inkling.engine.wire import Chunk, Done, Held, Prompt, State, Stats, Why
from inkling.options import Address

_HELD: Final = 4
"""So many prompts a server is taken to have read still."""

_MODELS_BYTES: Final = 1 << 22
_EVENT_BYTES: Final = 1 << 18
_ANSWER_BYTES: Final = 1 << 20
_ERROR_BYTES: Final = 1 << 16

_PACED: Final = 128
"""Of reading so many tokens at least it is learned what reading takes."""
_PACES: Final = 4
_OTHER_PACE: Final = 1.5
"""Windows of another size are read anew, so small changes are not told."""

_MUCH: Final = 0.5
"""It is waited for so much of a prompt that is being read."""

_BESIDE: Final = 64
"""Tokens that an estimate may be short of."""

_TAIL_S: Final = 0.2
"""How long is waited for what comes behind the end of an answer."""

_LONGEST_PAUSE_S: Final = 300.0

_LAST_PORT: Final = 65_535

_UNUSABLE: Final = (
    "A proxy or a file of certificates that the environment names cannot be used:"
    " see HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE."
)


@dataclass(slots=True)
class _Stream:
    """A request at work; `until` is a value of `time.monotonic`.

    It is `sent`; its prompt is `read` once something was said; and it has `ended` for who asked,
    which may be before that. The `fault` of one that had is told to who waits for it.
    """

    number: int
    prompt: Prompt
    until: float
    messages: asyncio.Queue[Chunk | Done] = field(default_factory=asyncio.Queue)
    work: asyncio.Task[None] | None = None
    sent: bool = False
    read: bool = False
    ended: bool = False
    fault: FaultError | None = None

    def put(self, message: Chunk | Done) -> None:
        if not self.ended:
            self.ended = isinstance(message, Done)
            self.messages.put_nowait(message)

    def stop(self) -> None:
        """Leave the server, which hears that nobody waits any more."""
        if self.work is not None:
            self.work.cancel()


class Remote:
    """A `base.Backend`: a server at an address. `key` is what it knows the person by. One that
    `reads_on` reads a prompt to its end though nobody waits any more.
    """

    def __init__(
        self,
        address: Address,
        key: str | None,
        fluency: Fluency,
        patience: Patience | None = None,
        *,
        reads_on: bool = True,
    ) -> None:
        self._address = address
        self._reads_on = reads_on
        self._key = key
        self._fluency = fluency
        self._patience = patience or Patience()
        self._dialect = DIALECTS[address.api]
        self._served = Served(address.model)
        self._client: httpx2.AsyncClient | None = None
        self._circuit = Circuit()
        self._tripped: asyncio.Future[FaultError] | None = None
        self._stream: _Stream | None = None
        self._reading: _Stream | None = None
        """Nobody waits for it, but the server reads its prompt still."""
        self._ids = itertools.count(1)
        self._readings = Readings()
        self._held = deque[Held](maxlen=_HELD)
        self._paces = deque[float](maxlen=_PACES)
        self._hearing: list[Callable[[State], None]] = []
        self.state = State("loading", f"{host_of(address)} is asked for its models.")

    def listen(self, hear: Callable[[State], None]) -> None:
        """See `base.Backend`."""
        self._hearing.append(hear)

    async def run(self) -> None:
        """See `base.Backend`."""
        try:
            self._check()
            # What is trusted on this machine is read from files.
            self._client = await asyncio.to_thread(self._connect)
            while True:
                fault = await self._look()
                if fault is None:
                    # One that was away may be another process.
                    self._readings.hold(())
                    self._tripped = asyncio.get_running_loop().create_future()
                    self._change(self._ready())
                    fault = await self._tripped
                if fault.lasting:
                    raise fault
                pause = min(fault.pause_s or self._circuit.pause_s(), _LONGEST_PAUSE_S)
                again = f"It is tried again after {math.ceil(pause)} s."
                self._change(State("away", f"{fault.sentence} {again}"))
                await asyncio.sleep(pause)
        except FaultError as fault:
            self._change(State("failed", fault.sentence))
        finally:
            self._tripped = None
            self._supersede("failed")
            if self._reading is not None:
                self._reading.stop()
            if self._client is not None:
                client, self._client = self._client, None
                await client.aclose()

    async def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        budget_ms: float,
        behind_ms: float = 0.0,
        rank: int = 0,
        names: Sequence[str] = (),  # noqa: ARG002 - there is no way to say it
    ) -> AsyncGenerator[Chunk | Done]:
        """See `base.Backend`."""
        self._supersede("cancelled")
        until = time.monotonic() + (budget_ms + behind_ms) / 1e3
        stream = self._stream = _Stream(next(self._ids), prompt, until)
        stream.work = asyncio.create_task(self._answer(stream, max_tokens, rank))
        try:
            while True:
                message = await stream.messages.get()
                yield message
                if isinstance(message, Done):
                    return
        finally:
            if not stream.ended:
                stream.ended = True
                self._leave(stream)

    def typed(self) -> None:
        """See `base.Backend`. How long a server keeps its model is that server's to say."""

    def refer(self, name: str, text: str) -> None:
        """See `base.Backend`. Nothing is drafted here, and so nothing is sent."""

    def unread_tokens(self, prompt: Prompt) -> float:
        """See `base.Backend`."""
        return self._readings.unread_tokens(prompt)

    def _check(self) -> None:
        """Raise FaultError where nothing may be sent, whatever is at the other end."""
        host = host_of(self._address)
        url = _parsed(self._address.url)
        variable = self._address.key_variable
        wrong = None
        if url is None:
            wrong = "'remoteUrl' is no URL, such as https://llm.example.org/v1."
        elif url.userinfo or url.query or url.fragment:
            wrong = "'remoteUrl' may have neither a name, a key nor a query in it."
        elif url.scheme == "http" and not _is_here(url):
            wrong = f"{host} is asked by https only: http is for servers on this machine."
        elif url.scheme not in ("http", "https"):
            wrong = f"{host} is asked by https only."
        elif variable and not self._key:
            wrong = f"The variable {variable}, which is to hold the key for {host}, is not set."
        elif self._key and not (self._key.isascii() and self._key.isprintable()):
            wrong = f"What the variable {variable} holds is no key."
        if wrong:
            raise FaultError("failed", wrong, lasting=True)

    def _connect(self) -> httpx2.AsyncClient:
        """Make what sends: certificates and proxies are those of this machine. Raises FaultError
        where they cannot be used.
        """
        patience = self._patience
        headers = {
            "Accept-Encoding": "identity",
            "User-Agent": "inkling",
            # Of several servers behind one URL, the one that has read a window has it again.
            "X-Session-Id": secrets.token_hex(16),
        }
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        url = _parsed(self._address.url)
        # What is meant for this machine goes to no proxy: naming what carries it says so.
        here = url is not None and _is_here(url)
        try:
            return httpx2.AsyncClient(
                headers=headers,
                timeout=httpx2.Timeout(patience.first_s, connect=patience.connect_s),
                follow_redirects=False,
                transport=httpx2.AsyncHTTPTransport() if here else None,
            )
        except (ImportError, ValueError, OSError, httpx2.InvalidURL):
            # SOCKS, which takes a package more; no URL; no such file, or none of certificates.
            raise FaultError("failed", _UNUSABLE, lasting=True) from None

    async def _look(self) -> FaultError | None:
        """Ask which models there are: it sends no text, and tells what is wrong before the first
        key; return that.
        """
        try:
            async with (
                asyncio.timeout(self._patience.first_s),
                self._faults(),
                self._sent("GET", MODELS) as reply,
            ):
                data = await _bounded(reply, _MODELS_BYTES)
            self._choose(completions.served(data))
        except FaultError as fault:
            # Not all servers list them.
            return None if fault.reason == "remote-error" and not fault.pause_s else fault
        except TimeoutError:
            return self._slow()
        except GarbledError:
            return None
        return None

    def _choose(self, there: Sequence[Served]) -> None:
        wanted, host = self._address.model, host_of(self._address)
        names = ", ".join(_shown(model.name) for model in there[:5]) or "none"
        fitting = [model for model in there if not wanted or model.name == wanted]
        if not fitting:
            raise FaultError("remote-no-model", f"{host} has no model '{wanted}'; it has {names}.")
        if len(fitting) > 1 and not wanted:
            sentence = f"{host} has several models; 'remoteModel' says which: {names}."
            raise FaultError("remote-no-model", sentence)
        self._served = fitting[0]

    async def _answer(self, stream: _Stream, max_tokens: int, rank: int) -> None:
        """Answer a request, whatever happens."""
        try:
            if self.state.state == "ready":
                await self._read_before(stream.prompt)
            if self.state.state != "ready":
                stream.put(Done(stream.number, "failed", Stats(), self.state.detail))
                return
            self._readings.asked(stream.number, stream.prompt)
            try:
                async with self._faults():
                    await self._write(stream, max_tokens, rank)
            except TimeoutError:
                raise self._slow() from None
            self._circuit.worked()
        except FaultError as fault:
            self._end(stream, fault)
        finally:
            stream.put(Done(stream.number, "failed", Stats()))  # unless it has ended already
            self._readings.answered(stream.number)

    async def _read_before(self, prompt: Prompt) -> None:
        """Let the server read what it reads for nobody, if that is much of a prompt: asked anew, it
        would begin again, or be at both at once. Or if nobody knows yet what reading takes there,
        and so how large a prompt may be. Raises FaultError.
        """
        before, self._reading = self._reading, None
        if before is None or before.work is None or before.work.done():
            return
        if self._paces and common(before.prompt, prompt) < _MUCH:
            before.stop()
            return
        self._reading = before
        await asyncio.wait([before.work])
        self._reading = None
        if before.fault is not None:
            raise before.fault

    async def _write(self, stream: _Stream, max_tokens: int, rank: int) -> None:
        """Send a request and pass on what comes. Raises FaultError or TimeoutError."""
        served = self._served
        room = max(served.tokens - max_tokens - _BESIDE, 1) if served.tokens else 0
        text = sent(stream.prompt, self._fluency, room)
        unread = self._readings.unread_tokens(stream.prompt)
        body = self._dialect.body(Asked(text, served.name, max_tokens, rank))
        spoken = Spoken(stream.number, max_tokens, stream.until, self._patience)
        why: Why | None = None
        stream.sent = True
        try:
            async with (
                asyncio.timeout(self._patience.first_s) as waiting,
                aclosing(self._said(body)) as events,
            ):
                async for said in events:
                    if chunk := spoken.hear(said.text):
                        stream.put(chunk)
                    if not stream.read:
                        stream.read = True
                        self._has_read(stream.number, unread, spoken.stats.prefill_ms)
                    why = said.why or spoken.why or ("cancelled" if stream.ended else None)
                    if why is not None:
                        break
                    waiting.reschedule(asyncio.get_running_loop().time() + spoken.left_s)
        except TimeoutError:
            why = spoken.why
            if why is None:
                raise
        if why is None:
            raise FaultError("remote-broken", f"{host_of(self._address)} broke off in an answer.")
        stream.put(Done(stream.number, why, spoken.stats))

    async def _said(self, body: Mapping[str, object]) -> AsyncGenerator[Said]:
        """Send a request and read the events of its answer. Raises as `_faults` does."""
        async with self._sent("POST", self._dialect.path, body) as reply:
            # It is a generator, and not said to be one.
            source = cast("AsyncGenerator[Any]", aiter(httpx2.EventSource(reply, _EVENT_BYTES)))
            async with aclosing(source) as events:
                async for event in events:
                    if reply.num_bytes_downloaded > _ANSWER_BYTES:
                        raise GarbledError("an answer that is too long")
                    said = self._understood(event.data)
                    if said.why is not None:
                        # A connection that is read to its end serves the next request too.
                        with suppress(TimeoutError):
                            async with asyncio.timeout(_TAIL_S):
                                async for _ in events:
                                    pass
                    yield said

    def _understood(self, data: str) -> Said:
        try:
            return self._dialect.said(data)
        except GarbledError:
            if not completions.complaint(data.encode()):
                raise
            sentence = f"{host_of(self._address)} answered with an error."
            raise FaultError("remote-error", sentence) from None

    @asynccontextmanager
    async def _sent(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> AsyncIterator[httpx2.Response]:
        """Send a request; the reply is open meanwhile, and was no refusal. Leaving it early closes
        the connection, which is how a server hears that nobody waits any more.
        """
        if self._client is None:
            raise FaultError("away", self.state.detail)
        url = completions.url_of(self._address.url, path)
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if body is not None else {}
        async with self._client.stream(method, url, content=content, headers=headers) as reply:
            if reply.status_code != httpx2.codes.OK:
                raise await self._refused(reply)
            if reply.headers.get("Content-Encoding", "identity") != "identity":
                raise GarbledError("an answer that was packed unasked")
            yield reply

    async def _refused(self, reply: httpx2.Response) -> FaultError:
        """Say what a reply other than 200 means."""
        complaint = completions.complaint(await _bounded(reply, _ERROR_BYTES))
        after = reply.headers.get("Retry-After", "")
        refusal = Refusal(reply.status_code, complaint, reply.url.path, after)
        address = self._address
        return refusal.fault(host_of(address), self._served.name, address.key_variable)

    @asynccontextmanager
    async def _faults(self) -> AsyncIterator[None]:
        """Raise FaultError for all that can go wrong on the way, but for what takes too long."""
        host = host_of(self._address)
        try:
            yield
        except (GarbledError, httpx2.SSEError, httpx2.DecodingError):
            raise FaultError("remote-garbled", f"What {host} answered makes no sense.") from None
        except (httpx2.TimeoutException, httpx2.ConnectError, httpx2.ProxyError) as error:
            if _is_untrusted(error):
                sentence = f"The certificate of {host} is not trusted on this machine."
                raise FaultError("remote-untrusted", sentence) from None
            if isinstance(error, httpx2.TimeoutException) and not isinstance(
                error, httpx2.ConnectTimeout
            ):
                raise self._slow() from None
            by = " by way of the proxy" if isinstance(error, httpx2.ProxyError) else ""
            raise FaultError("remote-unreachable", f"{host} cannot be reached{by}.") from None
        except (OverflowError, ExceptionGroup):
            # A proxy's port that is none: how connections are made, it comes with others or alone.
            sentence = f"{host} cannot be reached by way of the proxy."
            raise FaultError("remote-unreachable", sentence) from None
        except httpx2.HTTPError:
            raise FaultError("remote-broken", f"{host} broke off in an answer.") from None

    def _slow(self) -> FaultError:
        return FaultError("remote-slow", f"{host_of(self._address)} takes too long to answer.")

    def _end(self, stream: _Stream, fault: FaultError) -> None:
        """End a request that failed; the circuit may open."""
        if stream.ended:
            stream.fault = fault
            return
        opens = self._circuit.failed() or fault.lasting or fault.pause_s is not None
        if opens and self._tripped is not None and not self._tripped.done():
            self._tripped.set_result(fault)
        stream.put(Failed(stream.number, "failed", Stats(), fault.sentence, reason=fault.reason))

    def _supersede(self, why: Why) -> None:
        """End the request at work: there is a newer one, or no more to come."""
        stream = self._stream
        if stream is None or stream.ended:
            return
        detail = self.state.detail if why == "failed" else ""
        stream.put(Done(stream.number, why, Stats(), detail))
        self._leave(stream)

    def _leave(self, stream: _Stream) -> None:
        """Take notice that nobody waits for a request. What the server reads for it, it reads to
        its end if it reads on: who types needs that, and at each key it would begin again.
        """
        if self._reads_on and stream.sent and not stream.read:
            self._reading = stream
        else:
            stream.stop()

    def _has_read(self, number: int, tokens: float, ms: float) -> None:
        """Take notice that a prompt is read, of which so many tokens were not."""
        self._held.append(Held(number, 1, 1))
        self._readings.hold(self._held)
        if tokens < _PACED:
            return
        self._paces.append(ms / tokens)
        told, now = self.state.read_ms, min(self._paces)
        if self.state.state == "ready" and not told / _OTHER_PACE < now < told * _OTHER_PACE:
            self._change(self._ready())

    def _ready(self) -> State:
        return State(
            "ready",
            layout=self._fluency.layout,
            read_ms=min(self._paces, default=0.0),
            markers=self._fluency.markers,
        )

    def _change(self, state: State) -> None:
        self.state = state
        for hear in self._hearing:
            hear(state)


def host_of(address: Address) -> str:
    """Return the host and port that text goes to."""
    url = _parsed(address.url)
    return _shown(url.netloc.decode("ascii", "replace")) if url is not None else "the server"


def _parsed(text: str) -> httpx2.URL | None:
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL:
        return None
    return url if url.host and (url.port or 0) <= _LAST_PORT else None


def _is_here(url: httpx2.URL) -> bool:
    """Whether a server is on this machine, as its name alone tells."""
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _bounded(reply: httpx2.Response, most: int) -> bytes:
    """Read a reply as it comes. Raises GarbledError if that is more than `most` bytes."""
    data = bytearray()
    async for piece in reply.aiter_raw():
        data += piece
        if len(data) > most:
            raise GarbledError("a reply that is too long")
    return bytes(data)


def _shown(name: str) -> str:
    """What another machine calls something, as it may be shown."""
    return "".join(character for character in name if character.isprintable())[:80]
