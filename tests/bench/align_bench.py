"""The goals of the alignment, measured: ``tox -e bench``, or this file alone.

The pairs of a real book, English and Chinese, are laid out anew as documents that are
hard to align: no headings or code to hold on to, paragraphs cut differently on both
sides, sentences deleted on either, neighbours merged into one. What belongs together is
known by construction. Seconds are processor seconds, without the loading of numpy. The
exit status is 1 if a goal is missed.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from measure import run

REPOSITORY = Path(__file__).parents[2]
Pair = tuple[str, str]
Numbers = tuple[int, ...]
Blocks = list[list[str]]
Document = tuple[Blocks, Blocks, list[tuple[Numbers, Numbers]]]
#: shares of sentences deleted (on each side) and merged: hard, and harder
NOISE = {"hard": (0.04, 0.09), "harder": (0.09, 0.14)}
#: sentences of the documents whose memory is compared
SIZES = (2_500, 5_000, 10_000)


def main() -> int:
    """Measure everything; returns the exit status."""
    if sys.argv[2:]:
        return _alone(Path(sys.argv[1]), *map(int, sys.argv[2:]))
    given = os.environ.get("AMTS_CORPORA")
    corpora = Path(given) if given else REPOSITORY.parent / "shared" / "corpora"
    if not (corpora / "d2l").is_dir():
        print(f"nothing to align: no {corpora / 'd2l'} (AMTS_CORPORA)")
        return 0
    missed = 0
    with tempfile.TemporaryDirectory(prefix="amts-bench-") as scratch:
        pairs = Path(scratch, "pairs.csv")
        both = [str(corpora / "d2l" / language) for language in ("en", "zh")]
        command = [sys.executable, "-m", "amts_sphinx.cli", "align", *both]
        run([*command, "-o", str(pairs)], Path(scratch, "log.txt"))
        findings = [_speed(pairs), _memory(pairs), _quality(read(pairs))]
        for what, found, goal, met in (one for part in findings for one in part):
            missed += not met
            print(f"{what:<58}{found:>12}  {goal:<9}{'' if met else 'missed'}")
    return int(missed > 0)


def read(path: Path) -> list[Pair]:
    """The pairs of a CSV file, in the order of the book."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[0], row[1]) for row in islice(csv.reader(file), 1, None)]


def hard(
    pairs: Sequence[Pair], chance: random.Random, gone: float, joined: float
) -> Document:
    """Lay pairs out as two versions of a document; tell which sentences they are."""
    source: list[str] = []
    target: list[str] = []
    known = []
    rest = iter(pairs)
    for one, other in rest:
        ours, theirs = [one], [other]
        fate = chance.random()
        if fate < gone:
            theirs = []
        elif fate < 2 * gone:
            ours = []
        elif fate < 2 * gone + joined and (after := next(rest, None)):
            ours, theirs = [one, after[0]], [other, after[1]]
            if chance.random() < 0.5:
                ours = [" ".join(ours)]
            else:
                theirs = ["".join(theirs)]
        if ours and theirs:
            first, last = len(source), len(target)
            known.append(
                (
                    tuple(range(first, first + len(ours))),
                    tuple(range(last, last + len(theirs))),
                )
            )
        source += ours
        target += theirs
    return paragraphs(source, chance), paragraphs(target, chance), known


def paragraphs(sentences: Sequence[str], chance: random.Random) -> Blocks:
    """Cut sentences into paragraphs of four on average."""
    blocks: Blocks = [[]]
    for sentence in sentences:
        blocks[-1].append(sentence)
        if chance.random() < 0.25:
            blocks.append([])
    return [block for block in blocks if block]


def documents(
    pairs: Sequence[Pair], count: int, size: int, noise: tuple[float, float]
) -> list[Document]:
    """That many documents of so many pairs; where the book ends it begins again."""
    chance = random.Random(1)
    endless = cycle(pairs)
    return [hard(list(islice(endless, size)), chance, *noise) for _ in range(count)]


def f1(given: Sequence[Document], *, words: bool = True) -> float:
    """Strict F1: a pair counts if both its sides are exactly right."""
    from amts_sphinx import align_corpus

    def shown(blocks: Blocks) -> Blocks:
        """The blocks, or as much of them as their lengths tell."""
        if words:
            return blocks
        return [["." * len(text.encode()) for text in block] for block in blocks]

    sides = [(shown(source), shown(target)) for source, target, _ in given]
    right = total = 0
    for found, (_, _, known) in zip(
        align_corpus(sides, "en", "zh"), given, strict=True
    ):
        pairs = [pair for pair in found if pair[0] and pair[1]]
        right += len(set(pairs) & set(known))
        total += len(pairs) + len(known)
    return 2 * right / total


Finding = tuple[str, str, str, bool]


def _quality(pairs: list[Pair]) -> Iterator[Finding]:
    """Strict F1 with all evidence, and with lengths alone."""
    for name, noise in NOISE.items():
        given = documents(pairs, len(pairs) // 100, 100, noise)
        full, lengths = f1(given), f1(given, words=False)
        goal = 0.97 if name == "hard" else 0.95
        yield f"F1, {name} documents", f"{full:.4f}", f"≥ {goal}", full >= goal
        below = full - lengths
        what = f"F1, {name} documents, by length alone"
        yield what, f"{lengths:.4f}", "≤ - 0.05", below >= 0.05


def _speed(pairs: Path) -> Iterator[Finding]:
    """Processor seconds for a large book, sentences a second for plain documents."""
    seconds, sentences, _ = _measured(pairs, 140, 154)
    what = f"140 documents, {sentences:.0f} source sentences"
    yield what, f"{seconds:.1f} s", "≤ 20 s", seconds <= 20
    for count, size in ((1, 5_000), (20, 154)):
        seconds, sentences, _ = _measured(pairs, count, size)
        rate = sentences / seconds
        what = f"{count} of {sentences:.0f} source sentences together"
        yield what, f"{rate:.0f} /s", "≥ 800 /s", rate >= 800


def _memory(pairs: Path) -> Iterator[Finding]:
    """Peak memory for a text, and for one twice as long."""
    bare = _measured(pairs, 1, 100)[2]
    peaks = [_measured(pairs, 1, size)[2] - bare for size in SIZES]
    for size, peak, less in zip(SIZES[1:], peaks[1:], peaks[:-1], strict=True):
        what = f"peak memory, {size} pairs / half of them ({peak:.0f} MiB more)"
        yield what, f"{peak / less:.2f}", "≤ 2.2", peak / less <= 2.2


def _measured(pairs: Path, count: int, size: int) -> tuple[float, float, float]:
    """CPU seconds, source sentences, and MiB at the peak, in a process of its own."""
    command = [sys.executable, __file__, str(pairs), str(count), str(size)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, sentences, peak = map(float, told.stdout.split())
    return seconds, sentences, peak


def _alone(pairs: Path, count: int, size: int) -> int:
    """What that process does: align, and print the three numbers."""
    given = documents(read(pairs), count, size, NOISE["hard"])
    sides = [(source, target) for source, target, _ in given]
    from amts_sphinx import align, align_corpus

    align([["One."]], [["一。"]], "en", "zh")  # loads what is needed
    start = time.process_time()
    align_corpus(sides, "en", "zh")
    seconds = time.process_time() - start
    sentences = sum(len(block) for source, _ in sides for block in source)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds, sentences, peak)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
