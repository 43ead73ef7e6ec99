"""What batches of thousands of documents take: memory, requests, seconds.

``python tests/bench/batch_bench.py`` writes down and collects batches of 1,000 and of
10,000 documents in processes of their own, with a far side that holds nothing, and
prints the peak of Python's own memory and that of the process; then it brings 1,000
documents through boto3 to the stand-in and moto's S3, in a third process, and prints
how many requests of each kind there were and how many of them in the busiest second,
beside what the service allows.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from amts_sphinx.engines import batch_files
from amts_sphinx.engines.addresses import Address
from amts_sphinx.engines.amazon_batch import Waiting, advance
from amts_sphinx.engines.amazon_door import Door
from amts_sphinx.engines.amazon_sync import LATE, SOON, Place
from amts_sphinx.engines.batch_files import Batch, Journal
from amts_sphinx.engines.quotas import LOOK_CALLS, START_CALLS
from amts_sphinx.text.units import Question
from engines.service import KEY, KEY_ID
from engines.test_batch_at_size import SMALL, Rich, measured, questions

SIZES = 1_000, 10_000
#: documents that are really sent
SENT = 1_000
_BUCKET = "books"
_ROLE = "arn:aws:iam::123456789012:role/amts"


def alone(documents: int, *, traced: bool) -> dict[str, float]:
    """The figures of one batch, from a process of its own."""
    command = [sys.executable, __file__, str(documents), str(int(traced))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def child(documents: int, *, traced: bool) -> None:
    """Print the figures of one batch."""
    batch_files.DOCUMENT = SMALL
    with tempfile.TemporaryDirectory() as folder:
        measured(Path(folder, "first"), 4)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if traced:
            tracemalloc.start()
        found = measured(Path(folder, "batch"), documents)
    figures = {
        "begun": found.begun / 1024,
        "collected": found.collected / 1024,
        "before": before,
        "resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "seconds": found.seconds,
    }
    print(json.dumps(figures))


@contextmanager
def service() -> Iterator[str]:
    """The stand-in with its storage; its address."""
    command = [sys.executable, "-m", "amts_sphinx.testing.standin", "-q", "--s3"]
    command += ["--bucket", _BUCKET]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        lines = [process.stdout.readline().strip() for _ in range(2)]
        address, storage = (line.rpartition("=")[2] for line in lines)
        os.environ.update(
            AWS_ENDPOINT_URL_S3=storage,
            AWS_DEFAULT_REGION="us-east-1",
            AWS_ACCESS_KEY_ID=KEY_ID,
            AWS_SECRET_ACCESS_KEY=KEY,
            AWS_EC2_METADATA_DISABLED="true",
        )
        yield address
    finally:
        process.terminate()
        process.wait()


def sent(address: str) -> tuple[dict[str, list[float]], dict[str, float]]:
    """When each operation was asked for, and the seconds of each part of a batch."""
    asked: dict[str, list[float]] = defaultdict(list)
    parts: dict[str, float] = {}
    batch_files.DOCUMENT = SMALL
    place = Place(_BUCKET, "123456789012", _ROLE)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Door(place, Address(address, named=True))) as door,
    ):

        def note(model: Any, **_: Any) -> None:
            asked[model.name].append(time.perf_counter())

        for client in (door._s3, door._translate):
            client.meta.events.register("before-call", note)
        start = time.perf_counter()
        journal = Journal(fingerprint="", source="en", target="es", settings={})
        batch = Batch.begin(Path(folder), journal, questions(SENT), b"")
        assert batch
        parts["written down"] = time.perf_counter() - start
        count = 0

        def keep(answers: Mapping[Question, str]) -> bool:
            nonlocal count
            count += len(answers)
            return True

        pause = SOON
        for step in advance(batch, door, Rich(), keep, print):
            if isinstance(step, Waiting):
                time.sleep(pause)
                pause = min(1.5 * pause, LATE)
        assert count == 4 * SENT, count
        whole = time.perf_counter() - start
    began = asked["StartTextTranslationJob"][0]
    done = asked["GetObject"][0]
    parts["uploaded"] = began - start - parts["written down"]
    parts["waited"] = done - began
    parts["collected"] = whole - (done - start)
    return asked, parts


def busiest(times: Sequence[float]) -> int:
    """How many there were in the busiest second."""
    times = sorted(times)
    return max(bisect_left(times, at + 1) - n for n, at in enumerate(times))


def main() -> int:
    """Print every figure."""
    for documents in SIZES:
        traced, plain = (alone(documents, traced=way) for way in (True, False))
        print(
            f"{documents:,} documents of {SMALL:,} bytes: Python's peak "
            f"{traced['begun']:,.0f} kB written down, {traced['collected']:,.0f} kB "
            f"collected; process {plain['resident'] / 1024:,.1f} MB, "
            f"{plain['before'] / 1024:,.1f} MB before; {plain['seconds']:.1f} s"
        )
    with service() as address:
        asked, parts = sent(address)
    told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in parts.items())
    print(f"{SENT:,} documents through boto3: {told}")
    for name, times in sorted(asked.items()):
        print(f"  {name}: {len(times):,}, {busiest(times)} in the busiest second")
    for quota, verbs in (
        (START_CALLS, ("Start", "Stop")),
        (LOOK_CALLS, ("De", "List")),
    ):
        times = [
            at for name, some in asked.items() if name.startswith(verbs) for at in some
        ]
        print(f"{quota.name}: {busiest(times)} of {quota.most} {quota.unit}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(int(sys.argv[1]), traced=bool(int(sys.argv[2])))
        raise SystemExit(0)
    raise SystemExit(main())
