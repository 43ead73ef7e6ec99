"""``amts align``: sentence pairs from what people have translated already."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from amts_sphinx.bitext.aligned import align_bitext
from amts_sphinx.bitext.candidates import Granularity
from amts_sphinx.bitext.pairs import pair
from amts_sphinx.cli import outputs, reports, sources, writing
from amts_sphinx.cli.books import Kind
from amts_sphinx.cli.outputs import Outputs
from amts_sphinx.cli.reports import Pairs
from amts_sphinx.cli.sources import Found, Wanted
from amts_sphinx.cli.terminal import Bar, CommandError, bar, complain, say

_EXAMPLES = """\
SOURCE and TRANSLATION are two Sphinx books (folders with conf.py), two folders of built
HTML, or one PO, TMX, CSV or TSV file that holds both languages.  Where a book keeps the
source of NAME as NAME_origin, the translation tells which source it was made from.

  amts align book book-zh -o translations/zh/book.jsonl      the book's memory
  amts align book book-zh -o zh.tmx                          parallel data
  amts align book-2023 book --report                         what an edition keeps
  amts align book-2023 book-zh --book book                   and of its translation

A memory (.jsonl) that is there already is brought up to date: lines mended by hand
stay, and so does what may still translate something.

Exit status: 0, done; 1, something should be looked at; 2, it could not be done, and one
line says why; 130, interrupted.
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
        choices=[one.value for one in Granularity],
        default=Granularity.SENTENCE.value,
        help="what a pair of parallel data is (default: sentence)",
    )
    parser.add_argument(
        "--from",
        dest="kind",
        choices=[kind.value for kind in Kind],
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
        help="the book as it is today, if SOURCE is an older state: show what it keeps "
        "of the translation",
    )
    for side in ("source", "target"):
        parser.add_argument(
            f"--{side}-language",
            default="",
            metavar="CODE",
            help=f"the {side} language, if the files do not tell: en, zh, es …",
        )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Align, write, and tell; 1 if something should be looked at."""
    if not (options.outputs or options.report or options.book):
        message = "nothing to do; give -o FILE, --report or --book"
        raise CommandError(message)
    wanted = Wanted(
        options.source,
        options.translation,
        Kind(options.kind) if options.kind else None,
        options.source_language,
        options.target_language,
        options.book,
    )
    files = outputs.prepared(
        options.outputs, (wanted.source, wanted.translation, wanted.today)
    )
    told: list[str] = []
    with bar("reading", 1) as progress:
        found = sources.read(wanted, told.append)
        progress.step()
    for line in told:
        complain(line)
    say(reports.read_summary(found, wanted))
    # that a catalog is not finished is told, but no reason for concern
    status = 1 if told and found.kind is not Kind.PO else 0
    if found.states:
        return max(status, _states(options, found))
    return max(status, _aligned(options, found, files))


def _states(options: argparse.Namespace, found: Found) -> int:
    """Two states of one book: nothing to align, but something to learn."""
    if options.outputs:
        message = (
            f"both sides are in {found.bitext.source_language}, so neither translates "
            "the other; use --report without -o to compare two states of a book, or "
            "give --target-language"
        )
        raise CommandError(message)
    say(reports.reuse_tables(None, found.source_pages, found.target_pages))
    return 0


def _aligned(options: argparse.Namespace, found: Found, files: Outputs) -> int:
    """A book and its translation."""
    with bar("aligning", len(found.bitext.documents)) as progress:
        pairs = _pairs(found, progress)
    say(reports.units_table(found, pairs, pages=options.report))
    if found.today is not None:
        say(reports.reuse_tables(pairs.units, found.source_pages, found.today))
    granularity = Granularity(options.granularity)
    status = writing.write_all(
        files, found.bitext, pairs.units, pairs.aligned, granularity
    )
    return status if pairs.units else 1


def _pairs(found: Found, progress: Bar) -> Pairs:
    """Align everything, and make units of what is sure."""
    pairs = Pairs()
    for one in align_bitext(found.bitext):
        progress.step()
        pairs.aligned.append(one)
        documents = one.documents
        got = pair(documents.source, documents.target, one.beads)
        pairs.units += [unit._replace(origin=documents.origin) for unit in got.units]
        name = documents.source.docname
        pairs.lost.setdefault(name, Counter()).update(got.lost)
        size = reports.size(documents.source)
        pairs.kept[documents.origin] += size - got.lost.total()
    return pairs
