"""An engine that all windows of a person share: it is joined at its socket, or started there.

Of windows that find none at once, the one that takes the lock starts it; the others wait to be
heard. Where the windows cannot meet, each has an engine of its own.
"""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import inkling
from inkling.backends.link import Channel, Link, Unreachable, read_body
from inkling.engine import meeting, wire

_PATIENCE_S: Final = 30.0
"""So long an engine may take to greet. It does so while the model loads, and a busy machine takes
some time to get there; one that hangs is rare.
"""

_TRIES: Final = 2
"""So often an engine may end before it is heard, as one does that somebody kills."""

_AGAIN_S: Final = 0.05
"""How soon is looked again whether an engine has begun, or has ended."""

_ENVIRONMENT: Final = (
    *("HOME", "LANG", "LC_ALL", "LC_CTYPE"),
    *("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
)
"""What an engine needs of the environment, at most: to find its libraries. It outlives the window
that starts it, and that window's secrets are not its business."""


def name_of(model: Path, threads: int, draft_model: Path | None, *, deep: bool = False) -> str:
    """Name an engine by all that it is made of: its code, its models and how it is started.

    Servers that name it alike can share it. Raises OSError if a model is not there.
    """
    digest = hashlib.sha256(f"{inkling.__version__} {wire.PROTOCOL} {threads} {deep}".encode())
    code = sorted(Path(wire.__file__).parent.rglob("*.py"))
    # What model.json says of its making tells models apart, but for those that are made for tests.
    models = [folder.resolve() for folder in (model, draft_model) if folder is not None]
    for path in (*code, *(folder / "model.json" for folder in models)):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for folder in models:
        digest.update(b"%b %d" % (os.fsencode(folder), (folder / "model.json").stat().st_mtime_ns))
    return digest.hexdigest()[:16]


class _EndedError(Exception):
    """An engine that was started here ended before it was heard."""


@dataclass(slots=True)
class Shared:
    """A `link.Link` to the engine at a place.

    `command` starts it, if it is not there; it stays `linger_s` after its last window. Where
    windows cannot meet, or an engine that is started so does not live, there is an `own` one.
    """

    place: meeting.Place
    command: Sequence[str]
    linger_s: float
    own: Link
    _ended: int = 0
    """How often in a row an engine ended before it was heard."""

    async def open(self) -> Channel:
        """See `link.Link`."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                channel = await self._meet()
        except _EndedError:
            self._ended += 1
            if self._ended < _TRIES:
                raise Unreachable("The engine ended by itself.") from None
            return await self.own.open()
        except OSError:  # as is what takes too long
            return await self.own.open()
        self._ended = 0
        return channel

    async def _meet(self) -> Channel:
        started = False
        while True:
            self.place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if why := meeting.unfit(self.place.folder):
                raise OSError(why)
            channel = await self._join()
            if channel is not None:
                return channel
            if not started:
                started = await self._start()
            elif not meeting.is_locked(self.place.lock):
                raise _EndedError
            if not started:
                await asyncio.sleep(_AGAIN_S)

    async def _join(self) -> Channel | None:
        """Begin a session; None where no engine is, or it has just ended."""
        try:
            reader, writer = await asyncio.open_unix_connection(self.place.socket)
        except (FileNotFoundError, ConnectionError):
            return None

        async def close() -> None:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

        greeting = None
        try:
            if not meeting.is_own(writer.get_extra_info("socket")):
                raise PermissionError("Another user's process is at the socket.")
            writer.write(wire.frame(wire.Hello(wire.PROTOCOL, os.getpid(), self.linger_s)))
            body = await read_body(reader)
            greeting = None if body is None else wire.decode_report(body)
        except wire.MalformedError as error:
            raise OSError("What is at the socket makes no sense.") from error
        finally:
            if greeting is None:
                await close()
        return None if greeting is None else Channel(reader, writer, close)

    async def _start(self) -> bool:
        """Start an engine, unless there is one or another window starts it; return whether."""
        with ExitStack() as opened:
            lock = meeting.lock(self.place.lock)
            if lock is None:
                return False
            opened.callback(os.close, lock)
            os.ftruncate(lock, 0)  # what it says of an engine is no longer so
            listener = opened.enter_context(meeting.listen(self.place))
            log = meeting.own_file(self.place.log)
            opened.callback(os.close, log)
            os.ftruncate(log, 0)
            await self._spawn(lock, listener.fileno(), log)
        return True

    async def _spawn(self, lock: int, listener: int, log: int) -> None:
        """Start the process, as nobody's child: no end of a window's processes is to reach it."""
        place = ["--socket", str(self.place.socket), f"--listener={listener}", f"--lock={lock}"]
        shell = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", '"$@" &', "inkling", *self.command, *place),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            pass_fds=(lock, listener),
            start_new_session=True,
        )
        await shell.wait()
