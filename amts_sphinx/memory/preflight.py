"""Is a cache what this program wrote?  Found out before diskcache opens it.

diskcache trusts its file: it loads pickles, opens and deletes files named in rows, and
makes PRAGMAs and its own attributes of rows of settings.  A file that came with a
repository or out of a shared CI cache may hold any of that.  So it is first read by
plain sqlite3, read-only, and must hold nothing but what a cache of ours holds.
A damaged cache is renamed, not deleted, since what it holds was paid for; and only by
a process that holds the lock alone, for another may be creating it just then.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import sqlite3
import stat
import sys
import time
from pathlib import Path
from typing import NamedTuple

from amts_sphinx.memory.cache_form import DamagedError, inspect

if sys.platform != "win32":
    import fcntl

DATABASE = "cache.db"

#: how often a database is opened that another one closes, and seconds in between
_TRIES, _PAUSE = 20, 0.05

#: errors that say nothing about what the file holds
_UNAVAILABLE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}

#: what reading a damaged file raises, even sqlite3's own decoding of text
READING_ERRORS = (sqlite3.Error, ValueError, MemoryError, OverflowError, RecursionError)


class BarredError(Exception):
    """The cache cannot be used as it should; the message says why."""


class Lock(NamedTuple):
    """That a cache is in use, told to other processes."""

    descriptor: int  #: of the lock file; -1 if there is none
    alone: bool  #: nobody else uses the cache, nor can begin to

    def share(self) -> None:
        """Let others in."""
        if sys.platform != "win32" and self.descriptor >= 0:
            fcntl.flock(self.descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        """No longer use the cache."""
        if self.descriptor >= 0:
            os.close(self.descriptor)


class Checked(NamedTuple):
    """A database that holds nothing but answers."""

    reader: sqlite3.Connection | None  #: opened read-only; None if there is no database
    writable: bool  #: as far as the rights to its files tell


def lock(folder: Path) -> Lock:
    """Lock a cache: alone if nobody uses it, otherwise together with those who do.

    Raises BarredError if somebody else keeps it alone for half a minute.
    """
    if sys.platform == "win32":
        # there is no flock; but a file in use cannot be renamed there, either
        return Lock(-1, alone=True)
    path = folder.with_name(f"{folder.name}.lock")
    try:
        flags = os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(path, flags, 0o600)
    except OSError:
        return Lock(-1, alone=False)
    until = time.monotonic() + 30
    while True:
        for kind in (fcntl.LOCK_EX, fcntl.LOCK_SH):
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    os.close(descriptor)  # a file system without locks
                    return Lock(-1, alone=False)
            else:
                return Lock(descriptor, alone=kind == fcntl.LOCK_EX)
        if time.monotonic() > until:
            os.close(descriptor)
            message = "another process keeps it locked"
            raise BarredError(message)
        time.sleep(0.01)


def checked(folder: Path) -> Checked:
    """Open the database of a cache for reading, if it holds nothing but answers.

    Raises DamagedError if it holds anything else, BarredError if that cannot be found
    out or if the files may not be changed anyway.
    """
    files = _files(folder)
    path = folder / DATABASE
    if path not in files:
        if files:
            message = f"{files[0].name} without {DATABASE}"
            raise DamagedError(message)
        return Checked(None, writable=True)
    writable = all(map(_may_be_changed, (folder, *files)))
    try:
        try:
            return Checked(_read(path, patient=writable), writable)
        except BarredError:
            # where sqlite can write nothing it reads nothing, unless it may ignore
            # what other processes do and what a killed one left in its log
            writable = False
            return Checked(_opened(path, "mode=ro&immutable=1"), writable)
    except DamagedError as damage:
        if writable:
            raise
        message = f"is damaged ({damage})"
        raise BarredError(message) from damage


def _may_be_changed(path: Path) -> bool:
    """May a file be changed?  One that was just taken away is in nobody's way."""
    return os.access(path, os.W_OK) or not os.path.lexists(path)


def _read(path: Path, *, patient: bool) -> sqlite3.Connection:
    """The database, read as others write to it.

    Who closes it last takes its log away, and who opens it at that moment cannot: where
    all may be written that is soon over.  Raises what `_opened` raises.
    """
    for _ in range(_TRIES if patient else 0):
        try:
            return _opened(path, "mode=ro")
        except BarredError:
            time.sleep(_PAUSE)
    return _opened(path, "mode=ro")


def why_not_writable(folder: Path, timeout: float) -> sqlite3.Error | None:
    """What sqlite says when it shall write, after at most ``timeout`` seconds."""
    uri = f"{(folder / DATABASE).absolute().as_uri()}?mode=rw"
    try:
        with contextlib.closing(
            sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        return error
    return None


def set_aside(folder: Path) -> Path:
    """Rename a damaged cache; the new name.

    Raises OSError if that is not possible.
    """
    names = (f"{folder.name}.damaged-{number}" for number in itertools.count(1))
    free = (name for name in names if not os.path.lexists(folder.with_name(name)))
    return folder.rename(folder.with_name(next(free)))


def _files(folder: Path) -> list[Path]:
    """The files of the database that there are.

    Raises DamagedError if one is not a plain file, or of a kind that is never left.
    """
    found = []
    for suffix in ("", "-wal", "-shm", "-journal"):
        path = folder / f"{DATABASE}{suffix}"
        try:
            status = path.lstat()
        except OSError:
            continue
        if not stat.S_ISREG(status.st_mode):
            message = f"{path.name} is not a plain file"
            raise DamagedError(message)
        if suffix == "-journal" or (not suffix and not status.st_size):
            # a journal would be played back into a file that was checked without it
            message = f"{path.name} was left by a broken-off start"
            raise DamagedError(message)
        found.append(path)
    return found


def _opened(path: Path, how: str) -> sqlite3.Connection:
    """A database opened and inspected.

    Raises DamagedError if it is not sound, BarredError if it cannot be read.
    """
    uri = f"{path.absolute().as_uri()}?{how}"
    connection = None
    try:
        connection = sqlite3.connect(
            uri, uri=True, timeout=4, isolation_level=None, check_same_thread=False
        )
        inspect(connection)
    except (DamagedError, *READING_ERRORS) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, DamagedError):
            raise
        # the low byte is the kind of error, the others are its details
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        kind = BarredError if code in _UNAVAILABLE else DamagedError
        raise kind(str(error)) from error
    return connection
