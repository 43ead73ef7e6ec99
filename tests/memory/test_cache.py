"""The cache: no answer that was paid for is lost, and no wrong one comes back."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from amts_sphinx.memory import cache_form
from amts_sphinx.memory.cache import Answer, AnswerCache, Request

#: what child processes begin with
CHILD = """
import sys
from pathlib import Path
from amts_sphinx.memory.cache import Answer, AnswerCache, Request
def request(text):
    return Request("canned", "1", "en", "zh", "2", "html", text)
folder, told = Path(sys.argv[1]), []
"""

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")


def request(text: str) -> Request:
    """A request of one engine."""
    return Request("canned", "1", "en", "zh", "2", "html", text)


def answer(text: str) -> Answer:
    """Its answer."""
    return Answer(text.upper(), 1)


def opened(folder: Path, told: list[str] | None = None) -> AnswerCache:
    """The cache of a folder; nothing may be told unless there is a list for it."""
    wrong: list[str] = []
    cache = AnswerCache.open(folder, wrong.append if told is None else told.append)
    assert wrong == []
    return cache


def filled(folder: Path, count: int) -> Path:
    """A folder with a cache of so many answers."""
    with opened(folder) as cache:
        for number in range(count):
            assert cache.put(request(f"text {number}"), answer(f"text {number}"))
    return folder


def sound(folder: Path, told: list[str]) -> tuple[int, int]:
    """How many of 200 answers a cache still gives and how many it holds; none wrong."""
    given = 0
    with opened(folder, told) as cache:
        for number in range(200):
            found = cache.get(request(f"text {number}"))
            assert found in (None, answer(f"text {number}"))
            given += found is not None
        if cache.writable:
            assert cache.put(request("afterwards"), answer("afterwards"))
            assert cache.get(request("afterwards")) == answer("afterwards")
        return given, len(cache)


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of our own that works on a cache."""
    command = [sys.executable, "-c", CHILD + code, *map(str, arguments)]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)


def said(process: subprocess.Popen[str]) -> str:
    """What it printed, after it has ended well."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output


def test_answers_come_back(tmp_path: Path) -> None:
    """In the same process and in the next one, and only to the same request."""
    folder = tmp_path / "new" / "cache"
    with opened(folder) as cache:
        assert cache.writable
        assert cache.get(request("a")) is None
        assert cache.put(request("a"), Answer("A", 2))
        assert cache.put(request("a"), Answer("Ä", 3))
        assert cache.get(request("a")) == Answer("Ä", 3)
    with opened(folder) as cache:
        assert cache.get(request("a")) == Answer("Ä", 3)
        assert cache.get(request("b")) is None
        assert len(cache) == 1
        assert cache.damaged == 0
    assert cache.get(request("a")) is None
    assert not cache.writable
    assert not cache.put(request("a"), Answer("A", 2))


@posix
def test_a_new_folder_is_private(tmp_path: Path) -> None:
    """Texts of an unpublished book are nobody else's."""
    folder = filled(tmp_path / "cache", 1)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_only_answers_are_kept(tmp_path: Path) -> None:
    """An empty text is a fault of the caller."""
    with opened(tmp_path / "cache") as cache:
        with pytest.raises(ValueError, match="empty"):
            cache.put(request("a"), Answer("", 0))
        assert len(cache) == 0


@pytest.mark.parametrize(
    "text",
    [
        "NUL \0 within",
        "lone \ud800 surrogate",
        "cafe\u0301 in NFD",
        "\u202eright to left",
        "\ufeff",
        "line\r\n" * 8000,
        "语" * 350_000,
    ],
    ids=["nul", "surrogate", "nfd", "bidi", "bom", "crlf", "megabyte"],
)
def test_odd_text_comes_back_exactly(tmp_path: Path, text: str) -> None:
    """Whatever can be sent and answered is kept to the character."""
    with opened(tmp_path / "cache") as cache:
        assert cache.put(request(text), Answer(text, 0))
    with opened(tmp_path / "cache") as cache:
        assert cache.get(request(text)) == Answer(text, 0)
        assert list(tmp_path.rglob("*.val")) == []


def test_a_pair_of_surrogates_is_not_the_character(tmp_path: Path) -> None:
    """Two requests that JSON writes alike do not get each other's answer."""
    with opened(tmp_path / "cache") as cache:
        assert cache.put(request("\U00010000"), Answer("x", 0))
        assert cache.get(request("\ud800\udc00")) is None
        assert cache.damaged == 1


def test_nothing_is_evicted(tmp_path: Path) -> None:
    """A cache sixteen times larger than it was told to become keeps everything.

    diskcache's own limit is a gigabyte; the file is told 1 MB, as by an older release.
    """
    folder = filled(tmp_path / "cache", 1)
    connection = sqlite3.connect(folder / "cache.db")
    connection.execute("UPDATE Settings SET value = 1000000 WHERE key = 'size_limit'")
    connection.execute("UPDATE Settings SET value = 10 WHERE key = 'cull_limit'")
    connection.commit()
    connection.close()
    with opened(folder) as cache:
        for number in range(400):
            assert cache.put(request(str(number)), Answer("x" * 40_000, 0))
    with opened(folder) as cache:
        assert all(cache.get(request(str(number))) for number in range(400))
        assert len(cache) == 401
        assert cache._cache.eviction_policy == "none"
        assert cache._cache.cull_limit == 0


def test_the_schema_is_that_of_diskcache(tmp_path: Path) -> None:
    """The installed diskcache makes what the preflight knows, and has no more settings.

    Otherwise every cache would be taken for a damaged one.
    """
    import diskcache

    filled(tmp_path / "cache", 0)
    connection = sqlite3.connect(tmp_path / "cache" / "cache.db")
    assert cache_form.schema(connection) == cache_form.known_schema()
    connection.close()
    assert set(cache_form.SETTINGS) == set(diskcache.DEFAULT_SETTINGS)


def test_diskcache_is_loaded_for_caches_only(tmp_path: Path) -> None:
    """A build that does not translate does not load it."""
    code = """
assert "diskcache" not in sys.modules
AnswerCache.open(folder, print).close()
assert "diskcache" in sys.modules
"""
    assert said(child(code, tmp_path / "cache")) == ""


def test_processes_share_a_cache(tmp_path: Path) -> None:
    """Four at a time, all starting at once: every row is there, and nothing is told."""
    code = """
first = int(sys.argv[2])
with AnswerCache.open(folder, told.append) as cache:
    for number in range(first, first + 500):
        text = f"text {number}"
        assert cache.put(request(text), Answer(text.upper(), 1)), told
assert not told, told
"""
    for start in (0, 800):  # rounds and processes overlap
        processes = [
            child(code, tmp_path / "cache", start + 300 * number) for number in range(4)
        ]
        assert [said(process) for process in processes] == [""] * 4
    with opened(tmp_path / "cache") as cache:
        assert len(cache) == 2200
        for number in range(2200):
            assert cache.get(request(f"text {number}")) == answer(f"text {number}")


def test_one_process_sets_a_damaged_cache_aside(tmp_path: Path) -> None:
    """Those who come meanwhile wait, and then share the new one."""
    code = """
first = int(sys.argv[2])
with AnswerCache.open(folder, told.append) as cache:
    for number in range(first, first + 100):
        text = f"text {number}"
        assert cache.put(request(text), Answer(text.upper(), 1)), told
print(*told)
"""
    folder = tmp_path / "cache"
    for turn in (1, 2):
        folder.mkdir()
        (folder / "cache.db").write_bytes(b"<html>")
        processes = [child(code, folder, 100 * number) for number in range(4)]
        told = [output for output in map(said, processes) if output.strip()]
        assert len(told) == 1
        assert f"kept as cache.damaged-{turn}" in told[0]
        with opened(folder) as cache:
            assert len(cache) == 400
        shutil.rmtree(folder)
    assert len(list(tmp_path.glob("*damaged*"))) == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_threads_share_a_cache(tmp_path: Path) -> None:
    """Each thread has a connection of its own, which ends with it."""

    def work(first: int) -> bool:
        texts = [f"text {first + number}" for number in range(100)]
        kept = all(cache.put(request(text), answer(text)) for text in texts)
        return kept and all(cache.get(request(text)) for text in texts)

    with opened(tmp_path / "cache") as cache:
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(work, range(0, 800, 50)))
        assert len(cache) == 850
        assert cache.damaged == 0


@posix
def test_a_kill_loses_no_answer(tmp_path: Path) -> None:
    """Whatever was acknowledged before ``kill -9`` is there afterwards."""
    code = """
with AnswerCache.open(folder, told.append) as cache:
    for number in range(int(sys.argv[2]), 10**9):
        assert cache.put(request(f"text {number}"), Answer(f"TEXT {number}", 1))
        print(number, flush=True)
"""
    last = 0
    for delay in (0.05, 0.1, 0.02, 0.15, 0.07):
        process = child(code, tmp_path / "cache", last)
        assert process.stdout
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        # a line that the kill cut short acknowledges nothing
        lines = process.communicate()[0].splitlines(keepends=True)
        numbers = [int(line) for line in lines if line.endswith("\n")]
        with opened(tmp_path / "cache") as cache:
            assert numbers
            for number in (last, *numbers):
                assert cache.get(request(f"text {number}")) == answer(f"text {number}")
            assert cache.writable
        last = numbers[-1]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer is waited for a quarter as long."""
    monkeypatch.setattr("amts_sphinx.memory.cache._PATIENCE", 0.25)


@pytest.mark.usefixtures("hurried")
def test_a_writer_is_waited_for(tmp_path: Path) -> None:
    """Who finds the cache locked tries again until it is not."""
    folder = filled(tmp_path / "cache", 2)
    with opened(folder) as cache:
        other = sqlite3.connect(
            folder / "cache.db", isolation_level=None, check_same_thread=False
        )
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.6, other.execute, ["ROLLBACK"])
        timer.start()
        assert cache.put(request("a"), answer("a"))
        timer.join()
        other.close()


@pytest.mark.usefixtures("hurried")
def test_while_somebody_writes(tmp_path: Path) -> None:
    """A lock that is not given up is told of, once."""
    folder = filled(tmp_path / "cache", 2)
    told: list[str] = []
    with opened(folder, told) as cache:
        other = sqlite3.connect(folder / "cache.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert not cache.put(request("a"), answer("a"))
        assert 0.7 < time.monotonic() - began < 4
        assert not cache.writable
        assert not cache.put(request("a"), answer("a"))
        assert cache.get(request("text 1")) == answer("text 1")
        [line] = told
        assert "locked; new answers cannot be kept" in line
        other.execute("ROLLBACK")
        other.close()
    with opened(folder) as cache:
        assert cache.put(request("a"), answer("a"))


@pytest.mark.usefixtures("hurried")
def test_opening_while_somebody_writes(tmp_path: Path) -> None:
    """It is read until then, and nobody waits a minute."""
    folder, told = filled(tmp_path / "cache", 2), list[str]()
    other = sqlite3.connect(folder / "cache.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with opened(folder, told) as cache:
        assert not cache.writable
        assert cache.get(request("text 1")) == answer("text 1")
        assert len(cache) == 2
    other.close()
    assert len(told) == 1


def test_opening_while_the_last_reader_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log that goes away between two looks at the files bars nothing."""
    folder = filled(tmp_path / "cache", 1)
    reader = sqlite3.connect(folder / "cache.db")
    assert reader.execute("SELECT count(*) FROM Cache").fetchone() == (1,)
    log = folder / "cache.db-wal"
    assert log.exists()
    look = os.access

    def late(path: Path, mode: int) -> bool:
        reader.close()
        return look(path, mode)

    monkeypatch.setattr(os, "access", late)
    with opened(folder) as cache:
        assert cache.writable
        assert cache.get(request("text 0")) == answer("text 0")


def test_damage_while_in_use(tmp_path: Path) -> None:
    """A cache that another one has open is not renamed; it is let alone."""
    folder, told = filled(tmp_path / "cache", 200), list[str]()
    with opened(folder):
        database = folder / "cache.db"
        database.write_bytes(b"<html>" + database.read_bytes()[6:])
        for side in folder.glob("cache.db-*"):
            side.unlink()
        assert sound(folder, told)[0] == 0
        assert "in use" in told[0]
    assert len(list(tmp_path.glob("cache.damaged-*"))) == 0
    assert sound(folder, told) == (0, 1)
    assert [path.name for path in tmp_path.glob("*damaged*")] == ["cache.damaged-1"]


READ = """
import os, time
if len(sys.argv) > 2 and os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
began = time.monotonic()
with AnswerCache.open(folder, told.append) as cache:
    found = [cache.get(request(f"text {number}")) for number in range(200)]
    assert found == [Answer(f"TEXT {number}", 1) for number in range(200)], told
    assert len(cache) == 200
    puts = [cache.put(request(f"new {number}"), Answer("N", 0)) for number in range(99)]
    assert puts == [False] * 99
    assert not cache.writable
assert time.monotonic() - began < 5
[line] = told
assert "new answers cannot be kept" in line, line
"""


@posix
@pytest.mark.parametrize("locked", [True, False])
def test_a_read_only_cache_is_read(*, locked: bool) -> None:
    """By somebody who may write nothing, and who is told so in one line."""
    # pytest's own folders can be entered by their owner only
    with TemporaryDirectory() as name:
        shared = Path(name)
        folder = filled(shared / "cache", 200)
        if not locked:
            (shared / "cache.lock").unlink()
        (folder / "cache.db").chmod(0o444)
        folder.chmod(0o555)
        shared.chmod(0o555)
        try:
            assert said(child(READ, folder, "other")) == ""
        finally:
            shared.chmod(0o700)
            folder.chmod(0o700)


@posix
def test_a_killed_writer_leaves_a_cache_to_read() -> None:
    """What only the log holds is read where nothing can be written, too."""
    code = """
import os
with AnswerCache.open(folder, told.append) as cache:
    for number in range(200):
        assert cache.put(request(f"text {number}"), Answer(f"TEXT {number}", 1))
    os._exit(0)
"""
    with TemporaryDirectory() as name:
        folder = Path(name) / "cache"
        assert said(child(code, folder)) == ""
        log = folder / "cache.db-wal"
        assert log.stat().st_size > (folder / "cache.db").stat().st_size
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        Path(name).chmod(0o555)
        try:
            assert said(child(READ, folder, "other")) == ""
        finally:
            Path(name).chmod(0o700)
            folder.chmod(0o700)


@posix
def test_a_full_disk(tmp_path: Path) -> None:
    """What is there is read, what cannot be kept is told once; also at the next start.

    A limit to the size of files stands in for the disk.
    """
    folder = filled(tmp_path / "cache", 200)
    code = """
import resource
with AnswerCache.open(folder, told.append) as cache:
    size = (folder / "cache.db").stat().st_size + 200_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    kept = []
    for number in range(999):
        if not cache.put(request(f"new {number}"), Answer("N" * 5000, 0)):
            break
        kept.append(number)
    assert 0 < len(kept) < 999
    for number in kept:
        assert cache.get(request(f"new {number}")) == Answer("N" * 5000, 0)
    assert cache.get(request("text 7")) == Answer("TEXT 7", 1)
    assert not cache.writable
    assert not cache.put(request("a"), Answer("N", 0))
assert len(told) == 1, told
print(len(kept))
"""
    kept = int(said(child(code, folder)))
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    code = READ.replace("== 200", f"== {200 + kept}")
    assert said(child(full + code, folder)) == ""
    with opened(folder) as cache:
        assert len(cache) == 200 + kept
        assert cache.put(request("a"), answer("a"))


def test_a_file_in_the_way(tmp_path: Path) -> None:
    """Where no folder can be, the cache is empty, and the file stays."""
    (tmp_path / "cache").write_text("mine")
    told: list[str] = []
    with opened(tmp_path / "cache", told) as cache:
        assert not cache.put(request("a"), answer("a"))
        assert cache.get(request("a")) is None
    assert len(told) == 1
    assert (tmp_path / "cache").read_text() == "mine"


def test_a_folder_named_like_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written elsewhere, though diskcache would replace the name."""
    monkeypatch.setenv("ELSEWHERE", "elsewhere")
    told: list[str] = []
    with opened(tmp_path / "$ELSEWHERE", told) as cache:
        assert not cache.writable
    assert "environment variable" in told[0]
    assert not (tmp_path / "elsewhere").exists()


def mutated(data: bytes, number: int) -> bytes:
    """A file after one of many accidents."""
    chance = random.Random(number)  # noqa: S311 - accidents, not secrets
    kind = number % 6
    if kind == 0:
        return data[: chance.randrange(len(data))]
    if kind == 1:
        return b"<!DOCTYPE html><title>503</title>" * chance.randrange(1, 200)
    if kind == 2:
        start = chance.randrange(len(data))
        return data[:start] + bytes(4096) + data[start + 4096 :]
    changed = bytearray(data)
    # the schema and the roots of the tables are at the beginning
    span = len(data) if kind < 5 else 8192
    for _ in range(10 if kind > 3 else 1):
        changed[chance.randrange(span)] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("part", range(3))
def test_damage_never_yields_a_wrong_answer(tmp_path: Path, part: int) -> None:
    """Of 300 damaged files each gives right answers or none, and a copy is kept."""
    data = (filled(tmp_path / "good", 200) / "cache.db").read_bytes()
    served = 0
    for number in range(part * 100, part * 100 + 100):
        folder = tmp_path / f"c{number}"
        folder.mkdir()
        bad = mutated(data, number) if number % 100 else b""
        (folder / "cache.db").write_bytes(bad)
        told: list[str] = []
        given, _ = sound(folder, told)
        served += given
        aside = tmp_path / f"c{number}.damaged-1" / "cache.db"
        assert aside.exists() == bool(told)
        if told:
            assert aside.read_bytes() == bad
            assert told[0].endswith("kept as " + aside.parent.name)
        shutil.rmtree(folder)
    assert served > 2000  # single flips cost single answers


def test_damage_is_kept_under_new_names(tmp_path: Path) -> None:
    """A second accident does not overwrite what was kept of the first."""
    for content in (b"one", b"two"):
        folder = filled(tmp_path / "cache", 1)
        (folder / "cache.db").write_bytes(content)
        told: list[str] = []
        assert sound(folder, told) == (0, 1)
        assert len(told) == 1
        shutil.rmtree(folder)
    kept = [tmp_path / f"cache.damaged-{number}" / "cache.db" for number in (1, 2)]
    assert [path.read_bytes() for path in kept] == [b"one", b"two"]


def test_everything_still_works_without_a_lock_file(tmp_path: Path) -> None:
    """Something else in its place hinders nothing but renaming."""
    (tmp_path / "cache.lock").mkdir()
    folder, told = filled(tmp_path / "cache", 2), list[str]()
    assert sound(folder, told) == (2, 3)
    (folder / "cache.db").write_bytes(b"<html>")
    assert sound(folder, told) == (0, 0)
    assert (folder / "cache.db").read_bytes() == b"<html>"
    assert len(told) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "cache.lock"}
