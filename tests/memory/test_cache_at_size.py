"""A cache as large as a shelf of books, filled by many processes at once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from typing import NamedTuple

import pytest

from amts_sphinx.memory import cache_form, preflight
from amts_sphinx.memory.cache import Answer, AnswerCache, Request
from amts_sphinx.testing.standin import Standin
from engines.service import Paid, sentences, serving, wrong

pytestmark = pytest.mark.slow

PROCESSES, PUTS, ROUNDS = 6, 2_000, 20
#: of its entries each process writes the last 300 of the one before once more, and the
#: first process of a round those of the round before
STEP = 1_700
ROUND = PROCESSES * STEP
#: a cache is closed and opened again, by every process, after so many rounds
BUILD = 4
ALL = ROUNDS * ROUND + PUTS - STEP

ROOT = Path(__file__).parents[2]

WORKER = """
import sys
from pathlib import Path
from amts_sphinx.memory.cache import Answer, AnswerCache, Request
folder, count, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
told, done = [], 0
cache = None
for line in sys.stdin:
    if cache is None:
        cache = AnswerCache.open(folder, told.append)
    for number in range(int(line), int(line) + count):
        text = f"text {number}"
        request = Request("canned", "1", "en", "zh", "2", "html", text)
        if not cache.put(request, Answer(text.upper(), 1)):
            told.append(f"{text} was not kept")
    done += 1
    if done % rounds == 0:
        cache.close()
        cache = None
    print(*told, flush=True)
"""


class Round(NamedTuple):
    """What was found after all processes had done their part."""

    told: list[str]  #: by the processes
    entries: int
    wrong: list[int]  #: entries of this round that are missing or not as they were put


def request(number: int) -> Request:
    """A request of one engine."""
    return Request("canned", "1", "en", "zh", "2", "html", f"text {number}")


def misses(folder: Path, numbers: Iterable[int]) -> tuple[int, list[int]]:
    """How many entries there are, and which of these are not as they were put."""
    with AnswerCache.open(folder, pytest.fail) as cache:
        found = [n for n in numbers if cache.get(request(n)) != (f"TEXT {n}", 1)]
        assert cache.damaged == 0
        return len(cache), found


@contextmanager
def crowd(folder: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that put entries into one cache, as soon as they are told which."""
    command = [sys.executable, "-c", WORKER, *map(str, (folder, PUTS, BUILD))]
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
        for _ in range(PROCESSES)
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.communicate(timeout=60)
    assert {process.returncode for process in processes} == {0}


def hammered(processes: list[subprocess.Popen[str]], first: int) -> list[str]:
    """One round, all at once; what the processes said."""
    for number, process in enumerate(processes):
        assert process.stdin
        process.stdin.write(f"{first + number * STEP}\n")
        process.stdin.flush()
    lines = [process.stdout.readline() for process in processes if process.stdout]
    return [line for line in lines if line != "\n"]


@pytest.fixture(scope="module")
def large(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, list[Round]]]:
    """A cache after all rounds, and what each of them did."""
    folder = tmp_path_factory.mktemp("large") / "cache"
    rounds: list[Round] = []
    with crowd(folder) as processes:
        for first in range(0, ROUNDS * ROUND, ROUND):
            told = hammered(processes, first)
            numbers = range(first, first + ROUND + PUTS - STEP)
            rounds.append(Round(told, *misses(folder, numbers)))
    yield folder, rounds
    shutil.rmtree(folder)  # 100 MB, which pytest would keep for three runs


def test_processes_share_a_cache(large: tuple[Path, list[Round]]) -> None:
    """6 processes, 2,000 puts each, 20 rounds: every round exact, nothing told."""
    _, rounds = large
    assert rounds == [
        Round([], number * ROUND + PUTS - STEP, []) for number in range(1, ROUNDS + 1)
    ]


#: settings by which diskcache would throw entries away at the next put
TINY: dict[str, object] = {
    "size_limit": 1,
    "cull_limit": 10,
    "eviction_policy": "least-recently-stored",
}


def test_a_tiny_limit_in_the_file_evicts_nothing(
    large: tuple[Path, list[Round]],
) -> None:
    """Of 204,300 entries none is missing after 12,000 puts into a file that is full.

    The preflight lets the file pass, unsaid: all settings are given at every opening,
    and stand in the file from then on.
    """
    folder, _ = large
    with closing(connect(folder / preflight.DATABASE)) as connection, connection:
        for row in TINY.items():
            connection.execute("UPDATE Settings SET value = ?2 WHERE key = ?1", row)
    assert preflight.checked(folder).writable
    with crowd(folder) as processes:
        assert hammered(processes, ROUNDS * ROUND) == []
    assert 200_000 < ALL < ALL + ROUND
    # as many as were put, each under a key of its own: none is missing
    assert misses(folder, range(0, ALL + ROUND, 7)) == (ALL + ROUND, [])
    assert [path.name for path in folder.parent.glob("*damaged*")] == []
    with closing(connect(folder / preflight.DATABASE)) as connection:
        settings = dict(connection.execute("SELECT key, value FROM Settings"))
    assert settings.items() >= cache_form.SETTINGS.items()


def test_diskcache_alone_would_evict(tmp_path: Path) -> None:
    """With these settings, or the test above would prove nothing."""
    import diskcache

    with AnswerCache.open(tmp_path / "cache", pytest.fail) as cache:
        for number in range(100):
            assert cache.put(request(number), Answer(f"TEXT {number}", 1))
    with closing(connect(tmp_path / "cache" / "cache.db")) as connection, connection:
        for row in TINY.items():
            connection.execute("UPDATE Settings SET value = ?2 WHERE key = ?1", row)
    with diskcache.Cache(str(tmp_path / "cache")) as plain:
        plain.set("one", b"more")
        assert len(plain) < 95


LANGUAGES = ("de", "es", "fr")
TRANSLATE = f"""
import sys
sys.path[:0] = {[str(ROOT), str(ROOT / "tests")]!r}
from pathlib import Path
from engines.service import Paid, sentences
for language in sys.argv[2:]:
    paid = Paid(Path(sys.argv[1]) / language, target=language)
    paid.cache = Path(sys.argv[1]) / "answers"
    answers = paid.draft(sentences(400))
    assert all(answers) and not paid.told, paid.told
"""


def translated(there: Standin, folder: Path, *runs: tuple[str, ...]) -> list[object]:
    """The entries of a cache after such runs, each a process, and what was billed."""
    there.ledger.reset()
    command = [sys.executable, "-c", TRANSLATE, str(folder)]
    processes = [subprocess.Popen([*command, *languages]) for languages in runs]
    assert [process.wait(timeout=120) for process in processes] == [0] * len(runs)
    with closing(connect(folder / "answers" / preflight.DATABASE)) as connection:
        select = "SELECT key, raw, mode, filename, value FROM Cache ORDER BY key"
        return [*connection.execute(select), there.ledger.billed]


def test_languages_side_by_side(tmp_path: Path) -> None:
    """Three at once leave the same entries as one after another, for the same price.

    And any of them can be built from these without a request.
    """
    with serving() as there:
        together = translated(there, tmp_path / "one", *((n,) for n in LANGUAGES))
        in_turn = translated(there, tmp_path / "other", LANGUAGES)
        assert len(together) == 3 * 400 + 1
        assert together == in_turn
        there.ledger.reset()
        again = Paid(tmp_path / "again", target="es")
        again.cache = tmp_path / "one" / "answers"
        assert wrong(sentences(400), again.draft(sentences(400))) == []
        assert there.ledger.requests == 0
