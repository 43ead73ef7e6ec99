"""How costs are taken: processor time, peak memory, pairs of runs.

Processor time is user plus system time of a process and of everything it waited for,
so that launchers and collecting processes are inside; wall-clock time says more about
the machine's other users.  The runs of a pair follow each other in turns (A B, B A,
...), and what counts is the median of the pairs' ratios: whatever slows the machine for
a minute slows both sides.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

#: the same for all runs, and nothing of the machine's own
ENVIRONMENT = {**os.environ, "PYTHONHASHSEED": "0", "NO_COLOR": "1"}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    cpu: float  #: seconds, of the process and all its children
    peak: float  #: MiB resident, of the largest process
    doctrees: float = 0.0  #: MiB on disk

    def __add__(self, other: Cost) -> Cost:
        """Both runs, one after the other."""
        peak = max(self.peak, other.peak)
        return Cost(self.cpu + other.cpu, peak, self.doctrees + other.doctrees)


class RunError(Exception):
    """A build failed, or was not in the state that was to be measured."""


def run(command: Sequence[str], log: Path) -> Cost:
    """Run a command; its output goes to a file.

    Raises RunError if it fails.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            cwd=log.parent,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        tail = log.read_text("utf-8", "replace")[-2000:]
        message = f"{' '.join(command)} ended with {process.returncode}:\n{tail}"
        raise RunError(message)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@dataclass(frozen=True, slots=True)
class Build:
    """One side of a pair: a call builds a book once."""

    folder: Path  #: for output, doctrees and the log
    source: Path
    arguments: tuple[str, ...] = ()
    builder: str = "html"
    fresh: bool = True  #: begin with nothing
    same: bool = True  #: if not fresh: the book may not have changed since

    def __call__(self) -> Cost:
        """Build; returns the cost.

        Raises RunError if the build fails, or finds a change where there is none.
        """
        doctrees, out = self.folder / "doctrees", self.folder / "out"
        if self.fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        same = self.same and doctrees.exists()
        log = self.folder / "log.txt"
        places = ["-d", str(doctrees), str(self.source), str(out)]
        sphinx = [sys.executable, "-m", "sphinx", "-b", self.builder]
        cost = run([*sphinx, *self.arguments, *places], log)
        if same and "0 added, 0 changed, 0 removed" not in log.read_text("utf-8"):
            message = f"{self.source} was to be built without a change: see {log}"
            raise RunError(message)
        size = sum(p.stat().st_size for p in doctrees.rglob("*") if p.is_file())
        return Cost(cost.cpu, cost.peak, size / 2**20)

    @property
    def report(self) -> dict[str, Any]:
        """The report of a translating build."""
        path = self.folder / "out" / "_amts" / "report.json"
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return data


@dataclass(frozen=True, slots=True)
class Pairs:
    """The costs of two sides, run in turns."""

    ours: list[Cost] = field(default_factory=list)
    theirs: list[Cost] = field(default_factory=list)

    def ratios(self, what: str) -> list[float]:
        """Ours by theirs, pair by pair; ``what`` is a field of ``Cost``."""
        both = zip(self.ours, self.theirs, strict=True)
        return [getattr(a, what) / getattr(b, what) for a, b in both]

    def difference(self) -> float:
        """Processor seconds that ours take more; the median of the pairs."""
        both = zip(self.ours, self.theirs, strict=True)
        return median(a.cpu - b.cpu for a, b in both)


def in_pairs(ours: Callable[[], Cost], theirs: Callable[[], Cost], count: int) -> Pairs:
    """Run both sides ``count`` times in turns, after one run that does not count."""
    ours()
    theirs()
    found = Pairs()
    for number in range(count):
        if number % 2:
            found.ours.append(ours())
            found.theirs.append(theirs())
        else:
            found.theirs.append(theirs())
            found.ours.append(ours())
    return found
