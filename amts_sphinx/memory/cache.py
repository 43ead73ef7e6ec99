"""What engines answered: an index that may be deleted, but costs money to refill.

diskcache does the storing, since it survives kills and many processes; as shipped it
also runs what others planted in its file, evicts silently, and cannot be read where it
cannot be written.  So it is opened only behind a preflight, may keep nothing but
inline bytes, and is told all of its settings every time.  Whatever goes wrong in
reading is a miss; whatever goes wrong in writing is told once, and then ``writable``
is False: an answer that cannot be kept should not be paid for.
"""

from __future__ import annotations

import functools
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from amts_sphinx.memory import cache_form, preflight
from amts_sphinx.memory.cache_form import DamagedError
from amts_sphinx.memory.cache_key import Answer, Request, pack, unpack
from amts_sphinx.memory.preflight import BarredError

__all__ = ["Answer", "AnswerCache", "Request"]

Tell = Callable[[str], None]

#: how often, and for how many seconds each, another writer is waited for
_TRIES = 4
_PATIENCE = 1.0

_SELECT = """
    SELECT value FROM Cache
    WHERE key = ? AND raw = 1 AND mode = 1 AND filename IS NULL
"""


class AnswerCache:
    """Answers of engines by request, in a folder of its own; a context manager.

    Threads may share it.  Beside the folder lies its lock file.
    """

    def __init__(self, folder: Path, tell: Tell) -> None:
        self.damaged = 0  #: entries that were there but could not be trusted
        self._folder = folder
        self._tell = tell
        self._lock: preflight.Lock | None = None
        self._cache: Any = None  # diskcache's
        self._reader: sqlite3.Connection | None = None  # where diskcache cannot be used
        self._writable = False
        self._barring = threading.Lock()
        self._barred = False  #: that nothing can be kept has been told

    @classmethod
    def open(cls, folder: Path, tell: Tell) -> Self:
        """Open the cache in a folder, which is created if need be.

        Never fails: a damaged cache is renamed aside, one that cannot be written is
        only read, one that cannot be read either is empty.  ``tell`` gets one line for
        that.
        """
        cache = cls(folder, tell)
        try:
            cache._open()
        except (BarredError, OSError, *preflight.READING_ERRORS) as error:
            cache._bar(str(error))
        if cache._lock:
            cache._lock.share()
        return cache

    def get(self, request: Request) -> Answer | None:
        """The answer to a request, if there is one that is sound."""
        try:
            key = request.key()
            entry = self._entry(key)
            return None if entry is None else unpack(request, key, entry)
        except preflight.READING_ERRORS:
            self.damaged += 1
            return None

    def put(self, request: Request, answer: Answer) -> bool:
        """Keep one answer, as ``put_all`` does."""
        return self.put_all([(request, answer)])

    def put_all(self, answers: Iterable[tuple[Request, Answer]]) -> bool:
        """Keep all of these answers; when this returns True they outlive the process.

        Returns False if they cannot be kept.  Waits a few seconds for another writer.
        Raises ValueError if a text is empty or cannot be written as JSON.
        """
        entries = [(request.key(), pack(request, text)) for request, text in answers]
        if not self._writable:
            return False
        reason: Exception | None = None
        for _ in range(_TRIES):
            try:
                # retry=True would wait for ever where nothing can be written
                with self._cache.transact(retry=False):
                    for key, entry in entries:
                        self._cache.set(key, entry, retry=False)
            except _timeout():  # all that diskcache says, whatever the reason
                reason = preflight.why_not_writable(self._folder, 0)
                if not _locked(reason):
                    break
            except (OSError, *preflight.READING_ERRORS) as error:
                reason = error
                break
            else:
                return True
        self._bar(str(reason or "others write to it all the time"))
        return False

    @property
    def writable(self) -> bool:
        """Can answers be kept?  Once False, it stays so."""
        return self._writable

    @property
    def empty(self) -> bool:
        """Is there nothing to be found?"""
        return self._reader is None and next(iter(self._cache or ()), None) is None

    def __len__(self) -> int:
        """How many entries there are, sound or not."""
        try:
            if self._reader:
                (count,) = self._reader.execute("SELECT count(*) FROM Cache").fetchone()
                return int(count)
            # not diskcache's own count, which is whatever the file says
            return 0 if self._cache is None else sum(1 for _ in self._cache)
        except preflight.READING_ERRORS:
            return 0

    def close(self) -> None:
        """Close the cache; it is empty from then on."""
        self._writable = False
        if self._cache is not None:
            self._cache.close()
        if self._reader:
            self._reader.close()
        if self._lock:
            self._lock.release()
        self._cache = self._reader = self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> None:
        """Open what can be opened.

        Raises BarredError or what sqlite raises if the cache cannot be written; if it
        can be read, ``_reader`` is set by then.
        """
        folder = self._folder
        with suppress(OSError):  # without it there is no lock
            folder.parent.mkdir(parents=True, exist_ok=True)
        self._lock = preflight.lock(folder)
        try:
            self._reader, writable = preflight.checked(folder)
        except DamagedError as damage:
            self._set_aside(damage)
            writable = True
        folder.mkdir(mode=0o700, exist_ok=True)
        if not writable:
            message = "is read-only"
            raise BarredError(message)
        if self._reader:
            # diskcache would wait for a minute, for each of its settings
            reason = preflight.why_not_writable(folder, _TRIES * _PATIENCE)
            if reason:
                raise reason
        self._cache = _opened(folder)
        self._writable = True
        if self._reader:
            self._reader.close()
            self._reader = None

    def _set_aside(self, damage: DamagedError) -> None:
        """Rename a damaged cache if nobody else uses it.

        Raises BarredError if somebody may, OSError if it cannot be renamed.
        """
        if not self._lock or not self._lock.alone:
            message = f"is damaged ({damage}) and in use"
            raise BarredError(message) from damage
        aside = preflight.set_aside(self._folder)
        self._tell(f"{self._folder}: is damaged ({damage}); kept as {aside.name}")

    def _entry(self, key: str) -> object:
        """What is stored under a key, unchecked; None if there is nothing."""
        if self._reader:
            row = self._reader.execute(_SELECT, (key,)).fetchone()
            return row[0] if row else None
        return None if self._cache is None else self._cache.get(key)

    def _bar(self, reason: str) -> None:
        """Keep nothing from now on, and say so, once for all threads."""
        with self._barring:
            told, self._barred, self._writable = self._barred, True, False
        if not told:
            self._tell(f"{self._folder}: {reason}; new answers cannot be kept")


def _locked(error: Exception | None) -> bool:
    """Is it worth trying again?  Also when the reason is already gone."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return error is None or code == sqlite3.SQLITE_BUSY


def _timeout() -> type[Exception]:
    """What diskcache raises when it cannot begin to write."""
    from diskcache import Timeout  # noqa: PLC0415 - loaded by then

    return Timeout  # type: ignore[no-any-return] # diskcache has no types


def _opened(folder: Path) -> Any:
    """Open a folder that was checked by diskcache, with our disk and settings.

    Raises BarredError if the name is one that diskcache would change, and what sqlite
    raises if it cannot write.
    """
    from diskcache import Cache  # noqa: PLC0415 - loads much that few builds need

    path = str(folder.absolute())
    if os.path.expandvars(path) != path:
        message = "has the name of an environment variable in its path"
        raise BarredError(message)
    cache = Cache.__new__(Cache)
    try:
        cache.__init__(path, timeout=_PATIENCE, disk=_disk(), **cache_form.SETTINGS)
    except BaseException:
        cache.close()  # half opened, it would keep its files until it is collected
        raise
    return cache


@functools.cache
def _disk() -> type:
    """The part of diskcache that makes rows of values and values of rows."""
    from diskcache import Disk  # noqa: PLC0415 - loads much that few builds need

    raw = 1  # diskcache's MODE_RAW: the value is what the column holds

    class InlineDisk(Disk):  # type: ignore[misc] # diskcache has no types
        """Keeps bytes under strings, within the database; no pickles and no files."""

        def put(self, key: object) -> tuple[str, bool]:
            if type(key) is not str:
                message = f"{type(key).__name__} cannot be a key"
                raise TypeError(message)
            return key, True

        def get(self, key: object, raw: object) -> str:
            if type(key) is not str or raw != 1:
                message = "a key that is no string"
                raise ValueError(message)
            return key

        def store(
            self, value: object, read: object, key: object = None
        ) -> tuple[int, int, None, bytes]:
            del key
            if type(value) is not bytes or read:
                message = f"{type(value).__name__} cannot be a value"
                raise TypeError(message)
            return 0, raw, None, value

        def fetch(
            self, mode: object, filename: object, value: object, read: object
        ) -> bytes:
            if mode != raw or filename is not None or read or type(value) is not bytes:
                message = "a value that is not inline bytes"
                raise ValueError(message)
            return value

        def filename(self, key: object = None, value: object = None) -> tuple[str, str]:
            del key, value
            message = "values are kept within the database"
            raise ValueError(message)

        def remove(self, file_path: object) -> None:
            del file_path
            message = "no file is ever removed"
            raise ValueError(message)

    return InlineDisk
