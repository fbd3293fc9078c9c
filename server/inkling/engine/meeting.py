"""Where a person's windows and the engine that they share meet: a folder that is the person's
alone, a socket in it, and a lock that tells who is the engine.

Both sides look at the folder and at who is at the other end. On Windows there is no such place.
"""

import os
import socket
import stat
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LONGEST: Final = 103
"""Bytes of a socket's path: macOS has room for these, Linux for four more."""

_WAITING: Final = 64
"""Servers that may wait to be heard, as while the engine starts."""

_PEERCRED: Final = struct.Struct("iII")
"""Linux, `struct ucred`: process, user and group."""

_XUCRED: Final = struct.Struct("II68x")
"""macOS, `struct xucred`, by LOCAL_PEERCRED of SOL_LOCAL: version, user, and groups."""


def folder(cache: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where windows meet their engine: what the system has for that, else a folder in the cache."""
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or "")
    return runtime / "inkling" if runtime.is_absolute() and runtime.is_dir() else cache / "run"


def unfit(folder: Path) -> str | None:
    """Why nobody can meet in a folder, in a sentence; None if they can, or once it is made."""
    if sys.platform not in ("linux", "darwin"):
        return "This system does not tell whose process is at the other end of a socket."
    if len(os.fsencode(Place(folder, "0" * 16).socket)) > _LONGEST:
        return f"{folder} is too long a path for a socket."
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"{folder} cannot be looked at: {error.strerror}."
    if not stat.S_ISDIR(found.st_mode):
        return f"{folder} is not a folder."
    if found.st_uid != os.geteuid():
        return f"{folder} belongs to another user."
    if stat.S_IMODE(found.st_mode) & 0o077:
        return f"{folder} is open to other users."
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one engine in the folder: `name` is of 16 letters and tells what it runs."""

    folder: Path
    name: str

    @property
    def socket(self) -> Path:
        """Where its servers come."""
        return self.folder / f"{self.name}.sock"

    @property
    def lock(self) -> Path:
        """Held by the engine as long as it lives, and says its process number."""
        return self.folder / f"{self.name}.lock"

    @property
    def log(self) -> Path:
        """What it and its libraries print."""
        return self.folder / f"{self.name}.log"


def places(folder: Path) -> list[Place]:
    """Return the places where an engine has been."""
    return [Place(folder, path.stem) for path in sorted(folder.glob("*.lock"))]


def own_file(path: Path) -> int:
    """Open a file that only its owner reads, made if need be; raises OSError for a link."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def lock(path: Path) -> int | None:
    """Take a lock, which lasts until the descriptor and its copies are closed; None if another
    process has it.
    """
    import fcntl  # noqa: PLC0415 - not on Windows

    descriptor = own_file(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_locked(path: Path) -> bool:
    """Whether another process has a lock. Raises OSError."""
    descriptor = lock(path)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


def listen(place: Place) -> socket.socket:
    """Listen at a place, whose lock must be held: what a killed engine has left there goes."""
    place.socket.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(str(place.socket))
        listener.listen(_WAITING)
    except BaseException:
        listener.close()
        raise
    return listener


def is_own(connection: socket.socket) -> bool:
    """Whether the process at the other end of a Unix socket is of the same user."""
    if sys.platform == "linux":
        option = socket.SOL_SOCKET, socket.SO_PEERCRED, _PEERCRED.size
        _, user, _ = _PEERCRED.unpack(connection.getsockopt(*option))
    else:
        _, user = _XUCRED.unpack(connection.getsockopt(0, 1, _XUCRED.size))
    return bool(user == os.geteuid())
