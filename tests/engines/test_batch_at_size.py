"""Batches of any size: as much memory as one document needs, as few calls as one job.

The far side holds nothing: what it is given it forgets, and each document comes back as
it is on this machine.
"""

from __future__ import annotations

import json
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from amts_sphinx.cli import sync
from amts_sphinx.engines import batch_files
from amts_sphinx.engines.amazon_batch import Sent, advance
from amts_sphinx.engines.amazon_door import State
from amts_sphinx.engines.amazon_sync import LATE, SOON, Place
from amts_sphinx.engines.batch_files import Batch, Journal
from amts_sphinx.testing.standin import Faults
from amts_sphinx.text.units import Question
from cli.batch_books import shop

#: bytes of a document here
SMALL = 2_000
#: bytes of a sentence; four of them fill a document
_LENGTH = 460
#: what the list of a job's documents may take for each of them: its row as it comes,
#: and what is kept of it; a real document has 200,000 bytes
ROW = 600
#: a table of the interpreter's own, in which names of files pass through, grows now and
#: then; 4,000 documents would need four times as much
NOISE = 4 * 1024**2
_TEXT = "the price of every good falls when supply grows faster than demand and "


class Far:
    """A door to a service that holds nothing and is done after some looks."""

    place = Place("books", "123456789012", "arn:aws:iam::123456789012:role/amts")

    def __init__(self, batch: Batch, looks: int = 3) -> None:
        self._batch = batch
        self._looks = looks
        self.calls: Counter[str] = Counter()

    def check(self) -> None:
        """The bucket is there."""
        self.calls["check"] += 1

    def put(self, name: str, body: bytes, kind: str) -> bool:
        """Forget it."""
        assert name
        assert body
        assert kind
        self.calls["put"] += 1
        return True

    def find_job(self, name: str) -> str:
        """There is none."""
        assert name
        self.calls["find_job"] += 1
        return ""

    def start_job(self, **_: object) -> str:
        """Begin."""
        self.calls["start_job"] += 1
        return "job"

    def job(self, job: str) -> State:
        """Done after some looks."""
        self.calls["job"] += 1
        done = self.calls["job"] > self._looks
        status = "COMPLETED" if done else "IN_PROGRESS"
        return State(job, status, output="s3://books/out/")

    def get(self, uri: str) -> bytes:
        """The list of the documents, or one of them as it was sent."""
        self.calls["get"] += 1
        name = uri.rpartition("/")[2]
        if name.startswith("es.auxiliary"):
            return self._list()
        return self._batch.document(name.removeprefix("es."))

    def _list(self) -> bytes:
        found = bytearray(b'{"details": [')
        for name, _ in self._batch.questions():
            row = {"sourceFile": name, "targetFile": f"es.{name}", "auxiliaryData": {}}
            found += b"" if found.endswith(b"[") else b", "
            found += json.dumps(row).encode()
        found += b"]}"
        return bytes(found)


class Rich:
    """Pays for everything."""

    def reserve(self, characters: int) -> bool:
        """There is always enough."""
        return characters > 0

    def release(self, characters: int) -> None:
        """Nothing is given back here."""
        raise AssertionError(characters)


class Figures(NamedTuple):
    """What a batch took."""

    begun: int  #: bytes at most, while it was written down; 0 if not measured
    collected: int  #: and from then on
    calls: Counter[str]  #: at the door
    seconds: float


def questions(documents: int) -> Iterator[Question]:
    """As many different sentences as fill so many documents."""
    for number in range(4 * documents):
        yield Question(f"In case {number} {_TEXT * 7}"[:_LENGTH])


def measured(folder: Path, documents: int) -> Figures:
    """Write down and collect a batch of so many documents; SMALL must be set."""
    start = time.perf_counter()
    journal = Journal(fingerprint="", source="en", target="es", settings={})
    batch = Batch.begin(folder, journal, questions(documents), b"")
    assert batch
    begun = _peak()
    door = Far(batch)
    count = 0

    def keep(answers: Mapping[Question, str]) -> bool:
        nonlocal count
        count += len(answers)
        return True

    far: Any = door
    for step in advance(batch, far, Rich(), keep, print):
        if isinstance(step, Sent):
            assert step == Sent(4 * documents)
    assert count == 4 * documents
    assert batch.journal.collected
    return Figures(begun, _peak(), door.calls, time.perf_counter() - start)


def _peak() -> int:
    """The peak since this was last asked, if memory is measured at all."""
    if not tracemalloc.is_tracing():
        return 0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    return peak


@pytest.mark.slow
def test_memory_and_calls_do_not_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times the documents: the same memory but for their list, the same calls."""
    monkeypatch.setattr(batch_files, "DOCUMENT", SMALL)
    measured(tmp_path / "first", 4)  # everything is loaded
    tracemalloc.start()
    try:
        few = measured(tmp_path / "few", 400)
        tracemalloc.reset_peak()
        many = measured(tmp_path / "many", 4_000)
    finally:
        tracemalloc.stop()
    assert many.begun <= 1.3 * few.begun + NOISE
    assert many.collected <= 1.3 * few.collected + NOISE + ROW * (4_000 - 400)
    for figures, documents in ((few, 400), (many, 4_000)):
        assert figures.calls.pop("put") == documents
        assert figures.calls.pop("get") == documents + 1
    assert few.calls == many.calls
    assert many.calls == {"check": 1, "find_job": 1, "start_job": 1, "job": 4}


@pytest.mark.slow
def test_looks_are_far_apart(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The first pause is the shortest, the last ones the longest."""
    pauses: list[float] = []

    class Clock(threading.Event):
        """Time flies."""

        def wait(self, timeout: float | None = None) -> bool:
            """Not at all."""
            assert timeout
            pauses.append(timeout)
            time.sleep(0.01)
            return self.is_set()

    with shop(tmp_path, capsys) as there:
        monkeypatch.setattr(sync, "threading", SimpleNamespace(Event=Clock))
        there.there.faults = Faults(job_delay=1.0)
        done = there.amts("sync", "--wait", str(there.book), "zh")
    assert done.status == 0
    assert len(pauses) > 8
    assert pauses[0] == SOON
    assert max(pauses) == pauses[-1] == LATE
    assert all(b == min(1.5 * a, LATE) for a, b in pairwise(pauses))
