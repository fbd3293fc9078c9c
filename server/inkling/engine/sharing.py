"""The engine process that several servers share: it hears them at a socket, each as a session.

One thread waits for servers and one reads for each session; the main thread computes, as for a
single server. What a session can cost the others is bounded: so many messages a second are taken
of it, only the newest request and some texts wait (`jobs`), and one that does not read what it is
sent, or says what makes no sense, is cut off. The process ends some time after its last session.
"""

import contextlib
import os
import resource
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from inkling.engine import host, meeting, wire
from inkling.engine.jobs import Inbox

MOST: Final = 64
"""Sessions at once."""

_OPENING_S: Final = 5.0
"""So long a server may take to say what it wants."""

_LONGEST_LINGER_S: Final = 86_400.0

_UNMET_S: Final = 30.0
"""So long it waits for its first session: whoever started it may have died meanwhile."""

RATE: Final = 100.0
"""Messages a second that are taken of a session: keys come at 12 ms at the closest, and each may
bring a request and the end of the one before. Beyond that, it waits at its own end.
"""
_BYTES: Final = 1 << 18
"""A message of so many more bytes counts for one more: a document's text is less."""
_BURST: Final = 200
"""Messages that are taken at once: the open documents of a window, as it comes."""

_UNREAD_BYTES: Final = 1 << 20
"""So much may wait for a session to read it, if the system allows: seconds of writing."""

_LOG_BYTES: Final = 1 << 20
"""The most that is ever written to the log, or any other file."""


class Session:
    """A server at the other end of a connection."""

    def __init__(self, connection: socket.socket, stream: BinaryIO, hello: wire.Hello) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNREAD_BYTES)
        self._connection = connection
        self._stream = stream
        self.linger_s = min(max(0.0, hello.linger_s), _LONGEST_LINGER_S)
        self.sharer = wire.Sharer(hello.pid, time.time())

    def send(self, message: wire.FromEngine | wire.Report) -> None:
        """Send a message, or cut the session off: whoever does not read must not be waited for."""
        data = wire.frame(message)
        try:
            sent = self._connection.send(data, socket.MSG_DONTWAIT)
        except OSError:
            sent = 0
        if sent < len(data):
            with contextlib.suppress(OSError):  # it may be gone already
                self._connection.shutdown(socket.SHUT_RDWR)

    def messages(self) -> Iterator[wire.ToEngine]:
        """What the server says, no faster than is taken. Raises MalformedError, OSError."""
        self._connection.settimeout(None)
        due = 0.0
        while (body := wire.read_body(self._stream)) is not None:
            yield wire.decode_to_engine(body)
            counts = 1 + len(body) / _BYTES
            due = max(due, time.monotonic() - _BURST / RATE) + counts / RATE
            time.sleep(max(due - time.monotonic(), 0))


class Sharing:
    """Who shares the engine."""

    def __init__(self, place: meeting.Place, model: str, inbox: Inbox) -> None:
        self._place = place
        self._model = model
        self._inbox = inbox
        self._since = time.time()
        self._changing = threading.Lock()
        self._sessions: dict[int, Session] = {}
        self._met = 0
        """How many sessions there were."""
        self._state = wire.State("loading")

    def send(self, number: int, message: wire.FromEngine) -> None:
        """Send a message to a session, if it is still there, and a state to all."""
        with self._changing:
            if isinstance(message, wire.State):
                self._state = message
                for session in self._sessions.values():
                    session.send(message)
            elif number in self._sessions:
                self._sessions[number].send(message)

    def accept(self, listener: socket.socket) -> None:
        """Hear whoever comes, until the process ends."""
        self._end_after(_UNMET_S)
        while True:
            connection, _ = listener.accept()
            if threading.active_count() > 2 * MOST:
                connection.close()
                continue
            threading.Thread(target=self._hear, args=(connection,), daemon=True).start()

    def _hear(self, connection: socket.socket) -> None:
        connection.settimeout(_OPENING_S)
        with (
            connection,
            connection.makefile("rb") as stream,
            contextlib.suppress(OSError, wire.MalformedError),
        ):
            body = wire.read_body(stream) if meeting.is_own(connection) else None
            opening = wire.decode_opening(body) if body is not None else None
            if isinstance(opening, wire.Hello):
                if opening.protocol == wire.PROTOCOL and len(self._sessions) < MOST:
                    self._serve(Session(connection, stream, opening))
            elif opening is not None:
                with self._changing:
                    connection.sendall(wire.frame(self._report()))
                    if isinstance(opening, wire.Quit):
                        self._end()

    def _serve(self, session: Session) -> None:
        with self._changing:
            self._met += 1
            number = self._met
            self._sessions[number] = session
            session.send(self._report())
            session.send(self._state)
        try:
            for message in session.messages():
                self._inbox.take(message, number)
        finally:
            with self._changing:
                del self._sessions[number]
            self._inbox.leave(number)
            self._end_after(session.linger_s)

    def _report(self) -> wire.Report:
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak = usage if sys.platform == "darwin" else usage * 1024
        sharers = [session.sharer for session in self._sessions.values()]
        state = self._state.state
        return wire.Report(os.getpid(), self._model, state, self._since, peak, sharers)

    def _end_after(self, seconds: float) -> None:
        """End after so long without a session."""
        met = self._met

        def look() -> None:
            with self._changing:
                if not self._sessions and self._met == met:
                    self._end()

        if not self._sessions:
            timer = threading.Timer(seconds, look)
            timer.daemon = True
            timer.start()

    def _end(self) -> NoReturn:
        # The lock goes with the process: nobody else can have come to this place before.
        self._place.socket.unlink(missing_ok=True)
        os._exit(0)


def main() -> None:
    """Run until nobody shares this engine any more.

    The server that starts it listens already, so that others need not wait, and holds the lock.
    """
    parser = host.parser()
    parser.add_argument("--socket", type=Path, required=True, help="where servers come")
    parser.add_argument("--listener", type=int, required=True, help="its open descriptor")
    parser.add_argument("--lock", type=int, required=True, help="that of the lock, which is held")
    options = parser.parse_args()
    place = meeting.Place(options.socket.parent, options.socket.stem)
    if why := meeting.unfit(place.folder):
        sys.exit(why)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LOG_BYTES, _LOG_BYTES))
    os.write(options.lock, str(os.getpid()).encode())
    host.give_way()
    inbox = host.inbox_of(options)
    sharing = Sharing(place, options.model.name, inbox)
    listener = socket.socket(fileno=options.listener)
    threading.Thread(target=sharing.accept, args=(listener,), daemon=True).start()
    host.run(options, inbox, sharing.send)


if __name__ == "__main__":
    main()
