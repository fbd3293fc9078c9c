"""What is known of a folder's files, on disk: an SQLite database for each folder.

    CACHE/index/NAME.db       NAME is the end of the folder's path and a digest; the database holds

        files         path, and what it is found by: `tail`, its parts from the last to the first,
                      and `folder`, those of its folder; `family` of languages; when it was
                      changed, in nanoseconds, and its size; what it imports, as MessagePack
        definitions   name, kind, container, signature, first line of documentation, line from 0,
                      and the file; found by the name

`PRAGMA user_version` is a digest of the format and of what is looked for in files. Where that is
another one, or the database is damaged, it is made anew: it holds nothing that the files do not
say. The folder is its owner's alone (0700), as are the files (0600); what is deleted is
overwritten. Nothing is read of it but what is asked for.
"""

import os
import re
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from inkling.context.index import extract
from inkling.context.index.roots import Stamp
from inkling.context.index.symbols import Definition, Import, Symbols
from inkling.languages import registry

FAILURES: Final = (OSError, sqlite3.Error)
"""What may come of any use of a store."""

FORMAT: Final = 1

MOST_KEPT: Final = 32
"""Databases; what was used longest ago goes first."""

MOST_OF_A_NAME: Final = 64
"""Definitions that are told of one name."""

_MOST_FILES: Final = 64
"""Files that one import may mean."""

_LONGEST_NAME: Final = 150
"""Characters of a folder's path: as good as all of them to tell it from others, with a digest."""

_CACHE_KB: Final = 256
_BUSY_S: Final = 2.0
_END: Final = "\U0010ffff"
"""Behind all that begins alike."""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, tail TEXT NOT NULL, folder TEXT NOT NULL,
    family TEXT NOT NULL, changed_ns INTEGER NOT NULL, size INTEGER NOT NULL, imports BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS files_by_tail ON files (tail);
CREATE INDEX IF NOT EXISTS files_by_folder ON files (folder);
CREATE TABLE IF NOT EXISTS definitions (
    name TEXT NOT NULL, file INTEGER NOT NULL, kind TEXT NOT NULL, container TEXT NOT NULL,
    signature TEXT NOT NULL, doc TEXT NOT NULL, line INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS definitions_by_name ON definitions (name);
CREATE INDEX IF NOT EXISTS definitions_by_file ON definitions (file);
"""
_COLUMNS: Final = "path, name, kind, container, signature, doc, line"

Placed = tuple[str, Definition]
"""A definition behind the path of its file."""

_imports: Final = msgspec.msgpack.Decoder(list[Import])


class Store:
    """The database in `file`, or one in memory. All of it may raise FAILURES.

    What is put or dropped is kept with `keep`, and then seen by others who have the same open.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._base = self._open()

    def _open(self) -> sqlite3.Connection:
        if self._file is None:
            return _connect(":memory:")
        _own_folder(self._file.parent)
        for again in (True, False):
            _own_file(self._file)
            base = None
            try:
                base = _connect(str(self._file))
                found = base.execute("PRAGMA user_version").fetchone()[0]
                if found == _made_as():
                    os.utime(self._file)  # it is used
                    return base
                if found == 0 and base.execute("PRAGMA schema_version").fetchone()[0] == 0:
                    return _fill(base)
                base.close()
            except sqlite3.DatabaseError as error:
                if base is not None:
                    base.close()
                if not again or not is_damage(error):
                    raise
            _unlink(self._file)
        raise sqlite3.DatabaseError("another process keeps making it otherwise")

    @property
    def whole(self) -> bool:
        """Whether the database is in order, as far as its structure tells; reads all of it."""
        try:
            return bool(self._base.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.DatabaseError:
            return False

    @property
    def gone(self) -> bool:
        """Whether somebody has removed it."""
        return self._file is not None and not self._file.exists()

    def begin_anew(self) -> None:
        """Throw away what there is."""
        self._base.close()
        if self._file is not None:
            _unlink(self._file)
        self._base = self._open()

    def close(self) -> None:
        """Let go of it, as it does itself when nobody has it; what was not kept is lost."""
        self._base.close()

    def __del__(self) -> None:
        if hasattr(self, "_base"):
            self._base.close()

    def __len__(self) -> int:
        """How many files it knows."""
        return int(self._base.execute("SELECT count(*) FROM files").fetchone()[0])

    def put(self, path: str, family: str, stamp: Stamp, symbols: Symbols) -> None:
        """Take what a file says, instead of what it said before."""
        self.drop(path)
        tail = _turned(path)
        number = self._base.execute(
            "INSERT INTO files (path, tail, folder, family, changed_ns, size, imports)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(path, tail, tail.partition("/")[2], family, stamp.changed_ns, stamp.size),
                msgspec.msgpack.encode(symbols.imports),
            ),
        ).lastrowid
        self._base.executemany(
            "INSERT INTO definitions VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (one.name, number, one.kind, one.container, one.signature, one.doc, one.line)
                for one in symbols.definitions
            ),
        )

    def define_nothing(self, path: str) -> None:
        """Forget what a file defines, not what it imports."""
        query = "DELETE FROM definitions WHERE file IN (SELECT id FROM files WHERE path = ?)"
        self._base.execute(query, (path,))

    def drop(self, path: str) -> None:
        """Forget a file."""
        found = self._base.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
        if found is not None:
            self._base.execute("DELETE FROM definitions WHERE file = ?", found)
            self._base.execute("DELETE FROM files WHERE id = ?", found)

    def keep(self) -> None:
        """Make it last."""
        self._base.commit()

    def stamps(self) -> Iterator[tuple[str, Stamp]]:
        """Each file's path and state."""
        for path, *state in self._base.execute("SELECT path, changed_ns, size FROM files"):
            yield path, Stamp(*state)

    def stamp(self, path: str) -> Stamp | None:
        """The state in which a file is known, None if it is not."""
        query = "SELECT changed_ns, size FROM files WHERE path = ?"
        found = self._base.execute(query, (path,)).fetchone()
        return None if found is None else Stamp(*found)

    def definitions(
        self, name: str, family: str, paths: Iterable[str] | None = None
    ) -> list[Placed]:
        """The definitions of a name in files of a family, perhaps of these only."""
        query = (
            f"SELECT {_COLUMNS} FROM definitions JOIN files ON file = files.id"  # noqa: S608
            " WHERE name = ? AND family = ?"
        )
        given: tuple[str, ...] = (name, family)
        if paths is not None:
            within = tuple(paths)[:_MOST_FILES]
            query += f" AND path IN ({', '.join('?' * len(within))})"
            given += within
        rows = self._base.execute(f"{query} LIMIT {MOST_OF_A_NAME}", given)
        return [(path, Definition(*rest)) for path, *rest in rows]

    def defined_in(self, path: str) -> list[Definition]:
        """What a file defines, in its order."""
        query = (
            f"SELECT {_COLUMNS} FROM definitions JOIN files ON file = files.id"  # noqa: S608
            " WHERE path = ? ORDER BY definitions.rowid"
        )
        return [Definition(*rest) for _, *rest in self._base.execute(query, (path,))]

    def imports(self, path: str) -> list[Import] | None:
        """What a file imports, None if it is not known."""
        query = "SELECT imports FROM files WHERE path = ?"
        found = self._base.execute(query, (path,)).fetchone()
        return None if found is None else _imports.decode(found[0])

    def known(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths whose files are known."""
        query = "SELECT path FROM files WHERE path = ?"
        return [one for path in paths for (one,) in self._base.execute(query, (path,))]

    def ending(self, end: str) -> list[str]:
        """The files whose path ends with these parts."""
        return self._beginning("tail", end)

    def in_folders(self, end: str) -> list[str]:
        """The files in folders whose path ends with these parts, or is that."""
        return self._beginning("folder", end)

    def packages_in(self, folder: str, name: str) -> list[str]:
        """The files called `name` in the folders that a folder holds."""
        query = (
            "SELECT path FROM files WHERE path > ? AND path < ?"
            " AND substr(path, -length(?)) = ? AND length(path) > ? LIMIT ?"
        )
        begin, end = f"{folder}{os.sep}", f"{os.sep}{name}"
        given = (begin, f"{folder}{chr(ord(os.sep) + 1)}", end, end, len(begin + end), _MOST_FILES)
        found = (path for (path,) in self._base.execute(query, given))
        return [path for path in found if os.sep not in path[len(begin) : -len(end)]]

    def _beginning(self, column: str, end: str) -> list[str]:
        turned = _turned(end)
        query = (
            f"SELECT path FROM files WHERE {column} = ?"  # noqa: S608 - one of two names
            f" UNION ALL SELECT path FROM files WHERE {column} > ? AND {column} < ?"
            f" LIMIT {_MOST_FILES}"
        )
        given = (turned, f"{turned}/", f"{turned}/{_END}")
        return [path for (path,) in self._base.execute(query, given)]


def is_damage(error: Exception) -> bool:
    """Whether a failure says that the database is not in order."""
    # An operational one says that somebody else is at it, or that the disk is full.
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.OperationalError
    )


def place(cache: Path, root: Path) -> Path:
    """The file that a folder's database is kept in."""
    # Not hashlib: it would bring all of OpenSSL into a process that is to stay small.
    digest = zlib.crc32(os.fsencode(root))
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", str(root)).strip("-.")[-_LONGEST_NAME:]
    return folder_in(cache) / f"{readable}-{digest:08x}.db"


def folder_in(cache: Path) -> Path:
    """The folder of all databases."""
    return cache / "index"


def sweep(cache: Path, most: int = MOST_KEPT) -> None:
    """Remove databases beyond so many, those first that were used longest ago."""
    found: list[tuple[float, Path]] = []
    for file in folder_in(cache).glob("*.db"):
        with suppress(OSError):
            found.append((file.stat().st_mtime, file))
    for _, file in sorted(found, reverse=True)[most:]:
        _unlink(file)


def remove(cache: Path) -> int:
    """Remove all that is kept; return how many folders it was about. Raises OSError."""
    folder = folder_in(cache)
    files = list(folder.glob("*.db"))
    for file in files:
        _unlink(file)
    with suppress(OSError):  # it is not there, or somebody keeps something else in it
        folder.rmdir()
    return len(files)


def _unlink(file: Path) -> None:
    for one in (file, file.with_name(f"{file.name}-journal")):
        one.unlink(missing_ok=True)


def _own_folder(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    folder.chmod(0o700)


def _own_file(file: Path) -> None:
    # Before anything is written into it; what SQLite writes beside it has the same mode.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
    file.chmod(0o600)


def _connect(name: str) -> sqlite3.Connection:
    base = sqlite3.connect(name, timeout=_BUSY_S)
    try:
        _prepare(base)
    except sqlite3.Error:
        base.close()
        raise
    return _fill(base) if name == ":memory:" else base


def _prepare(base: sqlite3.Connection) -> None:
    for line in (
        f"cache_size = -{_CACHE_KB}",
        "secure_delete = ON",
        "journal_mode = DELETE",
        # A machine that loses power may damage it: then it is made anew.
        "synchronous = OFF",
        "temp_store = MEMORY",
    ):
        base.execute(f"PRAGMA {line}").fetchall()


def _fill(base: sqlite3.Connection) -> sqlite3.Connection:
    base.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_made_as()}; COMMIT;")
    return base


def _made_as() -> int:
    """A digest of all that what is kept depends on besides the files."""
    languages = [
        (name, language.grammar.symbols if language.grammar else "", language.family)
        for name, language in registry.described().items()
    ]
    made: tuple[Any, ...] = (FORMAT, extract.VERSION, _TABLES, languages, sys.version_info[:2])
    return zlib.crc32(repr(made).encode()) & 0x7FFFFFFF or 1


def _turned(path: str) -> str:
    """The parts of a path from the last to the first."""
    return "/".join(reversed(path.replace(os.sep, "/").strip("/").split("/")))
