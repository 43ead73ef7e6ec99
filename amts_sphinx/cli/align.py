"""``amts align``: sentence pairs from what people have translated already."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amts_sphinx.bitext.aligned import Aligned, align_bitext
from amts_sphinx.bitext.candidates import Granularity, candidates
from amts_sphinx.bitext.filters import sift
from amts_sphinx.bitext.pairs import Reason, pair
from amts_sphinx.bitext.parallel_data import Format, lint, sorted_rows
from amts_sphinx.cli import reports, sources
from amts_sphinx.cli.sources import Found, Kind, Wanted
from amts_sphinx.cli.terminal import CommandError, bar, complain, say
from amts_sphinx.exchange.table import write_table
from amts_sphinx.exchange.tmx import write_tmx
from amts_sphinx.memory import files
from amts_sphinx.memory.files import Line
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import TranslationUnit

#: formats of parallel data by the suffix of their files
_FORMATS = {".csv": Format.CSV, ".tsv": Format.TSV, ".tmx": Format.TMX}

_EXAMPLES = """\
SOURCE and TRANSLATION are two Sphinx books (folders with conf.py), two folders of built
HTML, or one PO, TMX, CSV or TSV file that holds both languages.

  amts align book book-zh -o translations/zh/book.jsonl      the book's memory
  amts align book book-zh -o zh.tmx                          parallel data
  amts align book-2023 book --report                         what an edition keeps

A memory (.jsonl) that is there already is brought up to date: lines mended by hand
stay, and so does what may still translate something.
"""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "align",
        help="pair the sentences of a book and its translation",
        description="Pair the sentences of a book and its translation.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", type=Path, metavar="SOURCE")
    parser.add_argument("translation", type=Path, metavar="TRANSLATION", nargs="?")
    parser.add_argument(
        "-o",
        dest="outputs",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="what to write, by its suffix: .jsonl (the memory of a book), or .csv, "
        ".tsv, .tmx (parallel data for Amazon Translate); may be repeated",
    )
    parser.add_argument(
        "--granularity",
        type=Granularity,
        choices=list(Granularity),
        default=Granularity.SENTENCE,
        help="what a pair of parallel data is (default: sentence)",
    )
    parser.add_argument(
        "--from",
        dest="kind",
        type=Kind,
        choices=list(Kind),
        help="what SOURCE and TRANSLATION are, if their names do not tell",
    )
    parser.add_argument(
        "--report",
        action="store_true",
        help="show the yield page by page; for two states of one book, what the newer "
        "keeps of the older",
    )
    parser.add_argument(
        "--book",
        type=Path,
        metavar="BOOK",
        help="with --report: the book as it is today, if SOURCE is an older state",
    )
    for side in ("source", "target"):
        parser.add_argument(
            f"--{side}-language",
            default="",
            metavar="CODE",
            help=f"the {side} language, if the files do not tell: en, zh, es …",
        )
    parser.set_defaults(run=run)


@dataclass(frozen=True)
class Pairs:
    """What the alignment of a bitext gave."""

    units: list[TranslationUnit]  #: may be shown as a person's translation
    #: characters of the source that gave no unit, by document and reason
    lost: Mapping[str, Counter[Reason]]
    aligned: Sequence[Aligned]


def run(options: argparse.Namespace) -> int:
    """Align, write, and tell; 1 if there is nothing to write or a file has faults."""
    for path in options.outputs:
        if path.suffix not in (*_FORMATS, files.SUFFIX):
            message = f"{path}: name a .jsonl, .csv, .tsv or .tmx file"
            raise CommandError(message)
    if not options.outputs and not options.report:
        message = "nothing to do; give -o FILE or --report"
        raise CommandError(message)
    wanted = Wanted(
        options.source,
        options.translation,
        options.kind,
        options.source_language,
        options.target_language,
    )
    with bar("reading", 1) as progress:
        found = sources.read(wanted, complain)
        progress.step()
    say(reports.read_summary(found, wanted))
    if found.bitext.source_language == found.bitext.target_language:
        return _history(options, found)
    with bar("aligning", len(found.bitext.documents)) as progress:
        pairs = _pairs(found)
        progress.step(len(found.bitext.documents))
    say(reports.units_table(found, pairs.units, pairs.lost, pages=options.report))
    if options.book:
        say(reports.reuse_table(pairs.units, found.source_pages, _today(options)))
    return max([0 if pairs.units else 1, *_written(options, found, pairs)])


def _history(options: argparse.Namespace, found: Found) -> int:
    """Two states of one book: nothing to align, but something to learn."""
    if options.outputs:
        message = (
            f"both sides are in {found.bitext.source_language}, so neither translates "
            "the other; use --report without -o to compare two states of a book, or "
            "give --target-language"
        )
        raise CommandError(message)
    say(reports.reuse_table(None, found.source_pages, found.target_pages))
    return 0


def _today(options: argparse.Namespace) -> Mapping[str, Page]:
    """The book as it is now."""
    wanted = Wanted(options.source, options.book, options.kind)
    return sources.read(wanted, complain).target_pages


def _pairs(found: Found) -> Pairs:
    """Align everything, and make units of what is sure."""
    aligned = align_bitext(found.bitext)
    units: list[TranslationUnit] = []
    lost: dict[str, Counter[Reason]] = {}
    for documents, beads in ((one.documents, one.beads) for one in aligned):
        got = pair(documents.source, documents.target, beads)
        units += [unit._replace(origin=documents.origin) for unit in got.units]
        lost[documents.source.docname] = got.lost
    return Pairs(units, lost, aligned)


def _written(options: argparse.Namespace, found: Found, pairs: Pairs) -> Iterator[int]:
    """Write each file; yields 1 for each that should be looked at."""
    for path in options.outputs:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == files.SUFFIX:
            yield _write_memory(path, pairs)
        else:
            yield _write_parallel_data(path, options.granularity, found, pairs)


def _write_memory(path: Path, pairs: Pairs) -> int:
    """Bring a memory file up to date."""
    told: list[str] = []
    known = files.read(path, told.append) if path.exists() else []
    if told:
        message = f"{told[0]}; {path} is left as it is, so that nothing in it is lost"
        raise CommandError(message)
    lines = files.merged(known, map(Line, pairs.units))
    files.write(path, lines)
    say(reports.memory_summary(path, known, lines))
    return 0


def _write_parallel_data(
    path: Path, granularity: Granularity, found: Found, pairs: Pairs
) -> int:
    """Write the pairs worth learning from, as Amazon Translate wants them."""
    kind = _FORMATS[path.suffix]
    ours, theirs = found.bitext.source_language, found.bitext.target_language
    given = (
        candidate
        for one in pairs.aligned
        for candidate in candidates(
            one.documents.source,
            one.documents.target,
            one.beads,
            one.documents.origin,
            granularity,
        )
    )
    sifted = sift(given, ours, theirs, table=kind is not Format.TMX)
    rows = sorted_rows(sifted.kept)
    texts = [(row.source, row.target) for row in rows]
    if kind is Format.TMX:
        write_tmx(path, ours, theirs, rows, granularity.value)
    else:
        write_table(path, ours, theirs, texts)
    checked = lint([(ours, theirs), *texts], kind)
    say(reports.parallel_data_table(path, granularity, sifted, checked))
    return 0 if checked.clean and rows else 1
