"""The speed goals, measured: ``tox -e bench``, or ``python tests/bench/bench.py``.

Each goal compares a build with the same build without AMTS, in pairs of runs.
*Plain* is the source book without AMTS; *inner* is the build of one translated book;
*warm* means everything is known and every page is read; *no change* means the
environment is kept.  Counters decide where they can: they are exact and the same on
every machine.  The exit status is 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from books import Book, edit_one_sentence, made_book, real_book, second_language
from measure import Build, Cost, Pairs, in_pairs, run

#: what a build that splits nothing and asks nobody must not load
HEAVY = ("boto3", "botocore", "sacrebleu", "pysbd", "sentencex", "diskcache", "numpy")
#: builds a book in this process and tells what got loaded
PROBE = """
import json, sys
from sphinx.cmd.build import main
status = main(sys.argv[3:])
loaded = [name for name in sys.argv[2].split(",") if name in sys.modules]
open(sys.argv[1], "w", encoding="utf-8").write(json.dumps(loaded))
raise SystemExit(status)
"""
#: makes the application of a book, and builds nothing
BARE = """
import sys
from sphinx.application import Sphinx
source, out, doctrees = sys.argv[1:]
Sphinx(source, source, out, doctrees, "dummy", status=None, freshenv=True)
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    what: str
    found: str
    goal: str = ""
    passed: bool = True


def main() -> int:
    """Measure everything; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5, help="pairs of runs (5)")
    parser.add_argument("--quick", action="store_true", help="two pairs")
    options = parser.parse_args()
    count = 2 if options.quick else options.pairs
    with tempfile.TemporaryDirectory(prefix="amts-bench-") as scratch:
        folder = Path(scratch)
        findings = []
        for finding in measure(folder, count):
            findings.append(finding)
            print(_line(finding), flush=True)
    missed = [finding.what for finding in findings if not finding.passed]
    print(f"missed: {', '.join(missed)}" if missed else "every goal is met")
    return 1 if missed else 0


def measure(folder: Path, count: int) -> Iterator[Finding]:
    """All findings, in the order in which they are taken."""
    book = real_book(folder / "real")
    yield from speed(book, folder / "a", count)
    yield from idle(book, folder / "b", count)
    yield from launchers(book, folder / "c", count)
    yield from edit(book, folder / "d")
    book = made_book(folder / "made")
    yield from warm(book, folder / "e", count)
    yield from edit(book, folder / "f")


def speed(book: Book, folder: Path, count: int) -> Iterator[Finding]:
    """The inner run beside a plain build."""
    yield from warm(book, folder, count)
    # Chinese has no smart quotes; without them on either side the ratio is a fair one.
    off = ("-D", "smartquotes=0")
    inner = Build(folder / "inner", book.amts, (*book.target, *off))
    pairs = in_pairs(inner, Build(folder / "plain", book.plain, off), count)
    yield _ratio(f"{book.name} warm inner / plain, no smart quotes", pairs, "cpu", 1.10)
    inner = Build(folder / "kept-inner", book.amts, book.target, fresh=False)
    pairs = in_pairs(inner, Build(folder / "kept", book.plain, fresh=False), count)
    yield _ratio(f"{book.name} inner / plain, no change", pairs, "cpu", 1.05)
    yield _exact(f"{book.name} no change: pages read", _counter(inner, "pages_read"), 0)


def warm(book: Book, folder: Path, count: int) -> Iterator[Finding]:
    """Everything is known; every page is read."""
    inner = Build(folder / "inner", book.amts, book.target)
    inner()  # cold: collects and aligns
    pairs = in_pairs(inner, Build(folder / "plain", book.plain), count)
    name = f"{book.name} warm inner / plain"
    yield _ratio(f"{name}, CPU", pairs, "cpu", 1.10)
    yield _ratio(f"{name}, peak memory (MiB)", pairs, "peak", 1.10)
    yield _ratio(f"{name}, doctrees (MiB)", pairs, "doctrees", 1.25)
    for counter in ("pages_collected", "messages_split"):
        yield _exact(f"{book.name} warm: {counter}", _counter(inner, counter), 0)
    totals = inner.report["totals"]["segments"]
    human = totals["human"] / sum(totals.values())
    # A run that translates little would be quick for the wrong reason.
    translated = human >= book.human
    goal = f"≥ {book.human:.0%}"
    yield Finding(f"{book.name} warm: people's", f"{human:.1%}", goal, translated)


def idle(book: Book, folder: Path, count: int) -> Iterator[Finding]:
    """AMTS in ``extensions``, but an ordinary build; small, so with more pairs."""
    name = f"{book.name} loaded but idle / without"
    ours = Build(folder / "fresh-ours", book.amts)
    theirs = Build(folder / "fresh-theirs", book.plain)
    yield _ratio(name, in_pairs(ours, theirs, count * 2), "cpu", 1.03)
    ours = Build(folder / "kept-ours", book.amts, fresh=False)
    theirs = Build(folder / "kept-theirs", book.plain, fresh=False)
    pairs = in_pairs(ours, theirs, count * 4)
    yield _ratio(f"{name}, no change", pairs, "cpu", 1.03)
    for state, target in (("idle", ()), ("warm", book.target)):
        with_amts = _loaded(folder / state, book.amts, target)
        extra = with_amts - _loaded(folder / f"{state}-without", book.plain, ())
        found = ", ".join(sorted(extra)) or "nothing"
        yield Finding(f"{book.name} {state}: loaded", found, "nothing", not extra)


def launchers(book: Book, folder: Path, count: int) -> Iterator[Finding]:
    """What starting another Sphinx costs; all of it without a change."""
    inner = Build(folder / "inner", book.amts, book.target, fresh=False)
    builder = f"amts-{book.code}"
    launcher = Build(folder / "one", book.amts, builder=builder, fresh=False)
    pairs = in_pairs(launcher, inner, count)
    bare = median(_bare(book.amts, folder / "bare").cpu for _ in range(count + 1))
    found = f"{pairs.difference():.2f} s; a bare start of Sphinx {bare:.2f} s"
    yield Finding(f"{book.name} launcher of {builder}", found)
    two = second_language(book, folder / "two")
    both = Build(folder / "both", two.amts, builder="amts", fresh=False)
    spanish = ("-D", "language=es", "-D", "amts_target=es")
    other = Build(folder / "other", two.amts, spanish, fresh=False)
    pairs = in_pairs(both, lambda: inner() + other(), count)
    found = f"{pairs.difference():.2f} s; a bare start of Sphinx {bare:.2f} s"
    yield Finding(f"{book.name} launcher of amts, two languages", found)


def edit(book: Book, folder: Path) -> Iterator[Finding]:
    """One word more in one sentence: the least work, counted."""
    inner = Build(folder / "inner", book.amts, book.target, fresh=False, same=False)
    inner()
    page = edit_one_sentence(book.amts)
    inner()
    name = f"{book.name} edit of {page.name}"
    yield _exact(f"{name}: pages_read", _counter(inner, "pages_read"), 1)
    yield _exact(f"{name}: segments_new", _counter(inner, "segments_new"), 1)


def _loaded(folder: Path, source: Path, target: tuple[str, ...]) -> set[str]:
    """Which of the heavy modules a build has loaded."""
    folder.mkdir(parents=True)
    result = folder / "loaded.json"
    places = ("-d", str(folder / "doctrees"), str(source), str(folder / "out"))
    probe = (sys.executable, "-c", PROBE, str(result), ",".join(HEAVY))
    run([*probe, "-b", "html", *target, *places], folder / "log.txt")
    return set(json.loads(result.read_text("utf-8")))


def _bare(source: Path, folder: Path) -> Cost:
    """A start of Sphinx with the extensions of a book, and no build."""
    folder.mkdir(parents=True, exist_ok=True)
    places = (str(source), str(folder / "out"), str(folder / "doctrees"))
    return run([sys.executable, "-c", BARE, *places], folder / "log.txt")


def _counter(build: Build, name: str) -> int:
    return int(build.report["counters"][name])


def _exact(what: str, found: int, goal: int) -> Finding:
    return Finding(what, str(found), f"= {goal}", found == goal)


def _ratio(what: str, pairs: Pairs, field: str, goal: float) -> Finding:
    """The median of the pairs' ratios, their range, and both sides' medians."""
    ratios = pairs.ratios(field)
    middle = median(ratios)
    ours, theirs = (
        median(getattr(cost, field) for cost in side)
        for side in (pairs.ours, pairs.theirs)
    )
    spread = f"{min(ratios):.3f}-{max(ratios):.3f}"
    found = f"{middle:.3f} ({spread}; {ours:.2f} / {theirs:.2f})"
    return Finding(what, found, f"≤ {goal:.2f}", middle <= goal)


def _line(finding: Finding) -> str:
    verdict = ("pass" if finding.passed else "MISSED") if finding.goal else ""
    return f"{finding.what:52} {finding.found:46} {finding.goal:8} {verdict}".rstrip()


if __name__ == "__main__":
    raise SystemExit(main())
