"""What ``amts align`` writes: memories, and parallel data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from amts_sphinx.bitext.aligned import Aligned
from amts_sphinx.bitext.candidates import Granularity, candidates
from amts_sphinx.bitext.filters import Sifted, sift
from amts_sphinx.bitext.parallel_data import Format, lint, sorted_rows
from amts_sphinx.cli import reports
from amts_sphinx.cli.outputs import FORMATS, Outputs, written
from amts_sphinx.cli.terminal import complain, say
from amts_sphinx.exchange.table import write_table
from amts_sphinx.exchange.tmx import write_tmx
from amts_sphinx.memory import files, merging
from amts_sphinx.memory.files import Line
from amts_sphinx.text.bitext import Bitext, SentencePair
from amts_sphinx.text.units import TranslationUnit


def write_all(
    outputs: Outputs,
    bitext: Bitext,
    units: Sequence[TranslationUnit],
    aligned: Sequence[Aligned],
    granularity: Granularity,
) -> int:
    """Write each file and tell; 1 if one of them should be looked at."""
    statuses = [
        _write_memory(path, outputs.known[path], units)
        for path in outputs.paths
        if path.suffix == files.SUFFIX
    ]
    tables = [path for path in outputs.paths if path.suffix in FORMATS]
    if tables:
        statuses += _write_pairs(tables, bitext, aligned, granularity)
    return max(statuses, default=0)


def _write_memory(
    path: Path, known: Sequence[Line], units: Sequence[TranslationUnit]
) -> int:
    """Bring a memory file up to date."""
    if not units:
        complain(f"{path}: there is no unit to write; nothing is written")
        return 1
    fresh = [Line(unit) for unit in units]
    written(path, lambda: files.write(path, merging.merged(known, fresh)))
    say(reports.memory_summary(path, known, fresh, files.read(path, complain)))
    return 0


def _write_pairs(
    paths: Sequence[Path],
    bitext: Bitext,
    aligned: Sequence[Aligned],
    granularity: Granularity,
) -> Iterator[int]:
    """Write the pairs worth learning from, as Amazon Translate wants them.

    Tables may hold less than TMX; why pairs were left out is told once where it is the
    same.
    """
    given = list(_candidates(aligned, granularity))
    ours, theirs = bitext.source_language, bitext.target_language
    told: list[Sifted] = []
    for path in paths:
        sifted = sift(given, ours, theirs, table=path.suffix != ".tmx")
        if sifted not in told:
            say(reports.pairs_table(granularity, sifted))
            told.append(sifted)
        yield _write_parallel_data(path, bitext, sifted, granularity)


def _candidates(
    aligned: Sequence[Aligned], granularity: Granularity
) -> Iterator[SentencePair]:
    for one in aligned:
        pair = one.documents
        yield from candidates(
            pair.source, pair.target, one.beads, pair.origin, granularity
        )


def _write_parallel_data(
    path: Path, bitext: Bitext, sifted: Sifted, granularity: Granularity
) -> int:
    """Write one file; 1 if the service would not take all of it."""
    if not sifted.kept:
        complain(f"{path}: there is no pair to write; nothing is written")
        return 1
    kind = FORMATS[path.suffix]
    ours, theirs = bitext.source_language, bitext.target_language
    rows = sorted_rows(sifted.kept)
    texts = [(row.source, row.target) for row in rows]

    def write() -> None:
        if kind is Format.TMX:
            write_tmx(path, ours, theirs, rows, granularity.value)
        else:
            write_table(path, ours, theirs, texts)

    written(path, write)
    checked = lint([(ours, theirs), *texts], kind)
    say(reports.lint_summary(path, len(rows), checked))
    return 0 if checked.clean else 1
