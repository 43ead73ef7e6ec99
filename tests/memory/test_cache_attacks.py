"""A poisoned cache runs nothing, reads nothing else, deletes nothing, and lies not."""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from amts_sphinx.memory.cache import Answer, AnswerCache, Request
from amts_sphinx.memory.cache_key import pack

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="links and pipes need POSIX"
)

TEXTS = ("one", "two", "three")


class Scene(NamedTuple):
    """A cache with three answers, and what an attack is after."""

    folder: Path
    canary: Path  #: a folder that code planted in the cache would make
    victim: Path  #: a file that is none of the cache's business

    @property
    def payload(self) -> bytes:
        """A pickle that makes the canary."""
        return pickle.dumps(Payload(str(self.canary)))


class Payload:
    """Pickles as a call that makes a folder."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, (self.path,)


def request(text: str) -> Request:
    """A request of one engine."""
    return Request("canned", "1", "en", "zh", "2", "html", text)


def key(text: str) -> str:
    """Its key."""
    return request(text).key()


def sealed(name: str, body: bytes) -> bytes:
    """An entry that agrees with its digest, as a forger can make it."""
    return sha256(name.encode() + b"\0" + body).digest() + body


def scene(folder: Path) -> Scene:
    """An untouched scene."""
    made = Scene(folder / "cache", folder / "canary", folder / "victim")
    folder.mkdir(exist_ok=True)
    made.victim.write_text("precious")
    with AnswerCache.open(made.folder, print) as cache:
        for text in TEXTS:
            assert cache.put(request(text), Answer(text.upper(), 0))
    return made


ROW = "UPDATE Cache SET mode = ?, filename = ?, value = ? WHERE key = ?"
SETTING = "INSERT OR REPLACE INTO Settings VALUES (?, ?)"
INSERT = "INSERT INTO Cache (key, raw, mode, filename, expire_time) VALUES (?,?,?,?,?)"
SCRIPTS = {
    "trigger": (
        "CREATE TRIGGER t AFTER INSERT ON Cache BEGIN"
        " UPDATE Cache SET value = x'00' WHERE rowid = NEW.rowid; END"
    ),
    "trigger of a known name": (
        "DROP TRIGGER Settings_count_insert; CREATE TRIGGER Settings_count_insert"
        " AFTER INSERT ON Cache FOR EACH ROW BEGIN DELETE FROM Cache; END"
    ),
    "view": (
        "ALTER TABLE Cache RENAME TO Other; DROP TRIGGER Settings_size_update;"
        "CREATE VIEW Cache AS SELECT * FROM Other"
    ),
    "computed column": ("ALTER TABLE Cache ADD COLUMN more AS (upper(value)) VIRTUAL;"),
    "index": "CREATE INDEX more ON Cache (hex(value))",
    "table": "CREATE TABLE more (value)",
    "swapped values": (
        "CREATE TEMP TABLE kept AS SELECT rowid AS number, value FROM Cache;"
        "UPDATE Cache SET value = (SELECT value FROM kept"
        " WHERE number = 3 - Cache.rowid) WHERE rowid < 3"
    ),
    "short blob": "UPDATE Cache SET value = x'0102'",
    "empty blob": "UPDATE Cache SET value = x''",
    "text value": "UPDATE Cache SET value = 'planted'",
    "number": "UPDATE Cache SET value = 7",
    "no value": "UPDATE Cache SET value = NULL",
    "expired": "UPDATE Cache SET expire_time = 1",
    "swapped keys": (
        "UPDATE Cache SET key = key || 'x' WHERE rowid = 1;"
        "UPDATE Cache SET key = (SELECT rtrim(key, 'x') FROM Cache first"
        " WHERE first.rowid = 1) WHERE rowid = 2"
    ),
}
SETTINGS: dict[str, tuple[str, object]] = {
    "method get": ("get", "x"),
    "method set": ("set", "x"),
    "attribute": ("_directory", "/"),
    "writable schema": ("sqlite_writable_schema", 1),
    "no journal": ("sqlite_journal_mode", "off"),
    "two statements": ("sqlite_cache_size", "1; DROP TABLE Cache"),
    "huge map": ("sqlite_mmap_size", 2**40),
    "tiny limit": ("size_limit", 0),
    "eager eviction": ("cull_limit", 10**6),
    "values in files": ("disk_min_file_size", 0),
    "nonsense policy": ("eviction_policy", "nonsense"),
    "least recently used": ("eviction_policy", "least-recently-used"),
    "statistics": ("statistics", 1),
    "count": ("count", "many"),
    "blob as name": (b"get", "x"),  # type: ignore[dict-item] # sqlite takes it
}


def planted(name: str, made: Scene, sql: Callable[..., object]) -> None:
    """Attacks that need the paths or bytes of their scene."""
    outside = str(made.victim)
    rows: dict[str, tuple[int, str | None, bytes | None]] = {
        "pickle": (4, None, made.payload),
        "pickle as bytes": (1, None, made.payload),
        "pickle in a file": (4, outside, None),
        "text file": (3, outside, None),
        "binary file": (2, outside, None),
        "path traversal": (3, "../victim", None),
        "forged for another": (1, None, sealed(key("one"), b"{}")),
        "no JSON": (1, None, sealed(key("one"), b"\xff")),
        "deep JSON": (1, None, sealed(key("one"), b"[" * 100_000)),
        "huge number": (1, None, sealed(key("one"), b"9" * 100_000)),
        "answer of another": (
            1,
            None,
            sealed(key("one"), pack(request("two"), Answer("TWO", 0))[32:]),
        ),
    }
    inserts: dict[str, tuple[object, int, int, str | None, int | None]] = {
        "pickled key": (made.payload, 0, 1, None, None),
        "file of an expired row": ("gone", 1, 3, outside, 1),
        "key of bytes": (b"\xff", 1, 1, None, None),
        "key as JSONDisk has it": (zlib.compress(b'"one"'), 1, 4, outside, None),
    }
    if name in rows:
        sql(ROW, (*rows[name], key("one")))
    elif name in inserts:
        sql(INSERT, inserts[name])
    elif name in SETTINGS:
        sql(SETTING, SETTINGS[name])


PLANTED = (
    *("pickle", "pickle as bytes", "pickle in a file", "text file", "binary file"),
    *("path traversal", "forged for another", "no JSON", "deep JSON", "huge number"),
    *("answer of another", "pickled key", "file of an expired row", "key of bytes"),
    "key as JSONDisk has it",
)


def linked(made: Scene) -> None:
    """The database is somebody else's."""
    (made.folder / "cache.db").rename(made.folder.parent / "other.db")
    (made.folder / "cache.db").symlink_to("../other.db")


def beside(name: str, made: Scene) -> None:
    """Attacks on the files rather than on what they hold."""
    database = made.folder / "cache.db"
    if name == "link":
        linked(made)
    elif name == "link beside":
        (made.folder / "cache.db-wal").symlink_to(made.victim)
    elif name == "link as lock":
        (made.folder.parent / "cache.lock").unlink()
        (made.folder.parent / "cache.lock").symlink_to(made.canary)
    elif name == "link as folder":
        made.folder.rename(made.folder.parent / "elsewhere")
        made.folder.symlink_to("elsewhere")
    elif name == "pipe":
        database.unlink()
        os.mkfifo(database)
    elif name == "pipe as lock":
        (made.folder.parent / "cache.lock").unlink()
        os.mkfifo(made.folder.parent / "cache.lock")
    elif name == "folder":
        database.unlink()
        database.mkdir()
    elif name == "journal":
        (made.folder / "cache.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63")
    elif name == "wal":
        (made.folder / "cache.db-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(4092))
    elif name == "shared memory":
        (made.folder / "cache.db-shm").write_bytes(b"\xff" * 32768)


BESIDE = (
    *("link", "link beside", "link as lock", "link as folder", "pipe", "pipe as lock"),
    *("folder", "journal", "wal", "shared memory"),
)
ATTACKS = (*SCRIPTS, *SETTINGS, *PLANTED, *BESIDE)


def attacked(folder: Path, name: str) -> Scene:
    """A scene after an attack."""
    made = scene(folder)
    before = content(made.folder)
    connection = sqlite3.connect(made.folder / "cache.db")
    if name in SCRIPTS:
        connection.executescript(SCRIPTS[name])
    planted(name, made, connection.execute)
    connection.commit()
    connection.close()
    beside(name, made)
    lock = made.folder.parent / "cache.lock"
    assert content(made.folder) != before or lock.is_fifo() or lock.is_symlink()
    return made


def content(folder: Path) -> tuple[bool, dict[str, object]]:
    """What a folder holds, as far as an attack may change it."""
    found: dict[str, object] = {}
    for path in folder.iterdir():
        plain = path.is_file() and not path.is_symlink()
        found[path.name] = path.read_bytes() if plain else "?"
    return folder.is_symlink(), found


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_nowhere(tmp_path: Path, name: str) -> None:
    """Only right answers or none, no file written or lost, and work goes on."""
    made = attacked(tmp_path / "scene", name)
    told: list[str] = []
    for _ in range(2):
        with AnswerCache.open(made.folder, told.append) as cache:
            for text in TEXTS:
                assert cache.get(request(text)) in (None, Answer(text.upper(), 0))
            assert len(cache) <= 4
            assert cache.put(request("new"), Answer("NEW", 0))
            assert cache.get(request("new")) == Answer("NEW", 0)
            assert cache.damaged <= 3
    assert len(told) <= 1
    assert not made.canary.exists()
    assert made.victim.read_text() == "precious"


@pytest.mark.parametrize(
    ("name", "damaged"),
    [
        ("swapped values", 2),
        ("swapped keys", 2),
        ("short blob", 3),
        ("answer of another", 1),
    ],
)
def test_a_lie_is_counted(tmp_path: Path, name: str, damaged: int) -> None:
    """Entries that do not vouch for themselves are misses, and the others stay."""
    made = attacked(tmp_path / "scene", name)
    with AnswerCache.open(made.folder, pytest.fail) as cache:
        found = [cache.get(request(text)) for text in TEXTS]
        assert found.count(None) == damaged
        # where nothing is stored any more nothing is damaged
        assert cache.damaged == damaged - (name == "swapped keys")


@pytest.mark.parametrize("name", ["pickle", "pickled key", "file of an expired row"])
def test_these_attacks_are_real(tmp_path: Path, name: str) -> None:
    """As shipped, diskcache falls for them, or the tests above would prove nothing."""
    import diskcache

    made = attacked(tmp_path / "scene", name)
    with diskcache.Cache(str(made.folder), cull_limit=10) as cache:
        list(cache)
        cache.get(key("one"))
        cache.set("x", 1)
    assert made.canary.exists() or not made.victim.exists()


def test_an_attack_while_in_use(tmp_path: Path) -> None:
    """What is planted behind the preflight is not loaded, opened or removed either."""
    made = scene(tmp_path / "scene")
    rows = [(4, None, made.payload), (3, str(made.victim), None)]
    with AnswerCache.open(made.folder, pytest.fail) as cache:
        assert cache.get(request("one"))
        connection = sqlite3.connect(made.folder / "cache.db", isolation_level=None)
        for number, row in enumerate(rows):
            connection.execute(ROW, (*row, key("one")))
            assert cache.get(request("one")) is None
            assert cache.damaged == number + 1
        connection.execute(INSERT, (made.payload, 0, 1, None, None))
        connection.close()
        assert len(cache) == 0
    assert not made.canary.exists()
    assert made.victim.read_text() == "precious"


def test_a_file_is_not_removed_while_in_use(tmp_path: Path) -> None:
    """Overwriting a row that names a file keeps the file."""
    made = scene(tmp_path / "scene")
    told: list[str] = []
    with AnswerCache.open(made.folder, told.append) as cache:
        connection = sqlite3.connect(made.folder / "cache.db", isolation_level=None)
        connection.execute(ROW, (3, str(made.victim), None, key("one")))
        connection.close()
        assert not cache.put(request("one"), Answer("ONE", 0))
        assert cache.get(request("one")) is None
    assert made.victim.read_text() == "precious"


GUARD = """
import json, sys
from pathlib import Path
from amts_sphinx.memory.cache import Answer, AnswerCache, Request
root = Path(sys.argv[1])
def request(text):
    return Request("canned", "1", "en", "zh", "2", "html", text)
def use(folder):
    with AnswerCache.open(folder, lambda line: None) as cache:
        for text in ("one", "two", "three", "new"):
            cache.get(request(text))
            cache.put(request(text), Answer(text.upper(), 0))
        len(cache)
names = json.loads(sys.argv[2])
use(root / "warm" / "cache")
wrong, active = [], True
never = ("pickle.find_class", "exec", "compile", "import", "os.remove", "os.rmdir",
         "os.system", "subprocess.Popen", "socket.connect", "ctypes.dlopen")
def guard(event, arguments):
    if not active:
        return
    path = str(arguments[0]) if arguments else ""
    if event in never:
        wrong.append((event, path))
    elif event == "open" and not path.endswith("cache.lock"):
        wrong.append((event, path))
    elif event == "sqlite3.connect" and path != ":memory:" and "/cache" not in path:
        wrong.append((event, path))
sys.addaudithook(guard)
for name in names:
    use(root / name / "cache")
active = False
print(json.dumps(wrong))
import pickle
active = True
try:
    pickle.loads(b"cbuiltins\\nprint\\n.")
finally:
    active = False
print(len(wrong))
"""


def test_nothing_is_run_or_opened(tmp_path: Path) -> None:
    """An audit of all attacks sees no pickle, no code, and no file but the lock."""
    scene(tmp_path / "warm")
    for name in ATTACKS:
        attacked(tmp_path / name, name)
    command = [sys.executable, "-c", GUARD, str(tmp_path), json.dumps(ATTACKS)]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert result.stderr == ""
    wrong, control = result.stdout.splitlines()
    assert json.loads(wrong) == []
    assert int(control) > 0  # the guard does see a pickle
