"""What the database of a cache consists of, and nothing else may.

diskcache trusts its file, so tables, triggers, settings and kinds of rows are held
against this before diskcache sees them.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3

#: given to diskcache at every opening, so that none of them comes out of a file:
#: nothing is ever evicted, and every value stays within the database
SETTINGS: dict[str, int | str] = {
    "statistics": 0,
    "tag_index": 0,
    "eviction_policy": "none",
    "size_limit": 2**50,
    "cull_limit": 0,
    "sqlite_auto_vacuum": 1,
    "sqlite_cache_size": 2**13,
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 0,  # a file cut short under a map would end the process
    "sqlite_synchronous": 1,
    "disk_min_file_size": 2**30,
    "disk_pickle_protocol": 5,
}

#: what diskcache counts, in the same table
_COUNTS = frozenset({"count", "size", "hits", "misses"})

#: the statements that make the database of a cache, word for word as diskcache's
_TABLES = """
CREATE TABLE Settings ( key TEXT NOT NULL UNIQUE, value);
CREATE TABLE Cache ( rowid INTEGER PRIMARY KEY, key BLOB, raw INTEGER,\
 store_time REAL, expire_time REAL, access_time REAL,\
 access_count INTEGER DEFAULT 0, tag BLOB, size INTEGER DEFAULT 0,\
 mode INTEGER DEFAULT 0, filename TEXT, value BLOB);
CREATE UNIQUE INDEX Cache_key_raw ON Cache(key, raw);
CREATE INDEX Cache_expire_time ON Cache (expire_time);
"""
_TRIGGER = """
CREATE TRIGGER Settings_{0}_{1} AFTER {2} ON Cache FOR EACH ROW BEGIN\
 UPDATE Settings SET value = value {3} WHERE key = "{0}"; END;
"""
_TRIGGERS = (
    ("count", "insert", "INSERT", "+ 1"),
    ("count", "delete", "DELETE", "- 1"),
    ("size", "insert", "INSERT", "+ NEW.size"),
    ("size", "update", "UPDATE", "+ NEW.size - OLD.size"),
    ("size", "delete", "DELETE", "- OLD.size"),
)

#: a row that diskcache would load, open, delete, or give to somebody else
_BAD_ROW = """
    SELECT 1 FROM Cache WHERE mode IS NOT 1 OR raw IS NOT 1 OR filename IS NOT NULL
    OR expire_time IS NOT NULL OR tag IS NOT NULL
    OR typeof(key) != 'text' OR typeof(value) != 'blob' LIMIT 1
"""


class DamagedError(Exception):
    """The cache is not as this program wrote it; the message says in what way."""


def inspect(connection: sqlite3.Connection) -> None:
    """Raises DamagedError, or whatever reading raises, unless the database is sound."""
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    found = schema(connection)
    if found - known_schema():
        message = "unknown tables, views or triggers"
        raise DamagedError(message)
    names = {name for _, name, _, _ in found}
    select = "SELECT key, value FROM Settings"
    rows = list(connection.execute(select)) if "Settings" in names else []
    for key, value in rows:
        # those for sqlite act as soon as they are read, before ours are given
        known = key in SETTINGS or key in _COUNTS
        if not known or (key.startswith("sqlite_") and value != SETTINGS[key]):
            message = f"unknown setting {key!r}"
            raise DamagedError(message)
    if len(dict(rows)) < len(rows):
        message = "a setting that is there twice"
        raise DamagedError(message)
    if "Cache" in names and connection.execute(_BAD_ROW).fetchone():
        message = "entries of an unknown kind"
        raise DamagedError(message)
    ((verdict,),) = connection.execute("PRAGMA quick_check(1)")
    if verdict != "ok":
        message = " ".join(str(verdict).split())
        raise DamagedError(message)


def schema(connection: sqlite3.Connection) -> set[tuple[object, ...]]:
    """Everything a database consists of: type, name, table, and statement."""
    master = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    return set(master)


@functools.cache
def known_schema() -> set[tuple[object, ...]]:
    """Everything the database of a cache may consist of."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_TABLES)
        for trigger in _TRIGGERS:
            connection.execute(_TRIGGER.format(*trigger))
        return schema(connection)
