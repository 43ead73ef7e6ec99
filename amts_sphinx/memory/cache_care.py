"""Looking after a cache from outside: what it holds, what is damaged, what is outdated.

Nothing here goes through diskcache.  A cache is locked and passes the preflight as for
a build; then its rows are read one by one, each entry vouching for itself; and what is
to go is taken out in one transaction, unless it has been replaced meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from amts_sphinx.memory import preflight
from amts_sphinx.memory.cache_form import DamagedError
from amts_sphinx.memory.cache_key import Request, unpack
from amts_sphinx.memory.preflight import DATABASE, BarredError
from amts_sphinx.text.pages import text_digest

#: the folder of the answers, within the one that may be deleted
ANSWERS = "answers"

#: keys as bytes: what is no text could not be read as one
_SELECT = """
    SELECT rowid, CAST(key AS BLOB), value, store_time FROM Cache ORDER BY key, rowid
"""
_DELETE = "DELETE FROM Cache WHERE rowid = ? AND store_time IS ?"

_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Asked(NamedTuple):
    """What an entry answers, without its texts."""

    engine: str
    source: str  #: language of the text
    target: str  #: language of the answer
    characters: int  #: of the text, as sent
    question: str  #: digest of engine, languages and text


class Entry(NamedTuple):
    """One row of a cache."""

    key: str
    asked: Asked | None  #: None if the entry is damaged
    size: int  #: bytes
    stored: float  #: when it was answered, in seconds; 0 where unknown
    row: int
    stamp: object  #: the time as the row has it


def entries(folder: Path) -> list[Entry]:
    """All entries of a cache, sorted by key.

    Raises DamagedError if it is no cache of ours, BarredError if it cannot be read.
    """
    with _locked(folder) as lock:
        return _rows(folder, lock)


def remove(folder: Path, outdated: Iterable[Entry]) -> int:
    """Take entries out of a cache, all or none; how many were still there.

    Raises DamagedError if it is no cache of ours, BarredError if it cannot be written.
    """
    gone = [(entry.row, entry.stamp) for entry in outdated]
    if not gone:
        return 0
    with _locked(folder) as lock:
        reader, writable = preflight.checked(folder)
        lock.share()
        if reader is None:
            return 0
        reader.close()
        if not writable:
            message = "is read-only"
            raise BarredError(message)
        uri = f"{(folder / DATABASE).absolute().as_uri()}?mode=rw"
        try:
            with closing(
                sqlite3.connect(uri, uri=True, timeout=4, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA trusted_schema=OFF")
                connection.execute("BEGIN IMMEDIATE")
                count = connection.executemany(_DELETE, gone).rowcount
                connection.execute("COMMIT")
        except preflight.READING_ERRORS as error:
            raise _kind(error)(str(error)) from error
    return count


def set_aside(folder: Path) -> Path | None:
    """Rename a damaged cache, so that the next build begins a new one; the new name.

    None if it is not damaged any more.  Raises BarredError if it is in use, cannot be
    renamed, or if the folder holds what is none of a cache's business.
    """
    with _locked(folder) as lock:
        if not lock.alone:
            message = "is in use"
            raise BarredError(message)
        try:
            _rows(folder)
        except DamagedError:
            pass
        else:
            return None
        try:
            others = [p for p in folder.iterdir() if not p.name.startswith(DATABASE)]
            if others:
                message = f"also holds {min(others).name}; nothing is renamed"
                raise BarredError(message)
            return preflight.set_aside(folder)
        except OSError as error:
            message = f"cannot be renamed ({error.strerror})"
            raise BarredError(message) from error


def superseded(found: Iterable[Entry]) -> list[Entry]:
    """The entries whose question the same engine has answered again since.

    That happens when anything else changed that an answer depends on: the engine's
    version or settings, the terminology, the parallel data.  Which came later is told
    by the time of the answer alone.
    """
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in found:
        if entry.asked:
            groups[entry.asked.question].append(entry)
    last = {name: max(e.stored for e in group) for name, group in groups.items()}
    return [
        entry
        for name, group in groups.items()
        for entry in group
        if entry.stored < last[name]
    ]


@contextmanager
def _locked(folder: Path) -> Iterator[preflight.Lock]:
    """A cache in use by us.  Raises BarredError if another keeps it to himself."""
    lock = preflight.lock(folder)
    try:
        yield lock
    finally:
        lock.release()


def _rows(folder: Path, lock: preflight.Lock | None = None) -> list[Entry]:
    """All entries; with a lock, others are let in once the preflight has passed.

    Raises DamagedError or BarredError.
    """
    reader = preflight.checked(folder).reader
    if reader is None:
        return []
    with closing(reader):
        if lock:
            lock.share()
        try:
            return [_entry(*row) for row in reader.execute(_SELECT)]
        except preflight.READING_ERRORS as error:
            raise _kind(error)(str(error)) from error


def _kind(error: Exception) -> type[Exception]:
    """Does an error speak of the file, or only of who may use it now?"""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        return DamagedError if code in _CORRUPT else BarredError
    return DamagedError


def _entry(row: int, key: bytes | None, value: bytes, stamp: object) -> Entry:
    """What a row says, if it can be trusted."""
    stored = float(stamp) if isinstance(stamp, int | float) else 0.0
    if key is None:  # only an index can say so
        message = "its index and its table disagree"
        raise DamagedError(message)
    name = key.decode("ascii", "backslashreplace")
    try:
        asked = _asked(name, value)
    except (*preflight.READING_ERRORS, LookupError, TypeError, AttributeError):
        asked = None
    return Entry(name, asked, len(value), stored, row, stamp)


def _asked(key: str, entry: bytes) -> Asked:
    """What an entry answers.

    Raises ValueError, or whatever reading raises, unless it is whole.
    """
    fields = json.loads(entry[sha256().digest_size :])["request"]
    del fields["schema"]
    request = Request(**fields)
    unpack(request, key, entry)
    if request.key() != key:
        message = "stands under another key"
        raise ValueError(message)
    place = request.engine, request.source, request.target
    return Asked(*place, len(request.text), text_digest(*place, request.text))
