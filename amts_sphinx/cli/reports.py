"""What ``amts align`` tells: plain tables, in the order in which things happened.

Every number is one of the source's characters that a translator has to read (inline
codes are none), or of pairs; each table ends with the sum of its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amts_sphinx.bitext.aligned import Aligned
from amts_sphinx.bitext.candidates import Granularity
from amts_sphinx.bitext.filters import Sifted, yields
from amts_sphinx.bitext.pairs import Reason
from amts_sphinx.bitext.parallel_data import Lint
from amts_sphinx.cli.books import Kind
from amts_sphinx.cli.sources import Found, Wanted
from amts_sphinx.cli.tables import counted, share, table
from amts_sphinx.evaluation.reuse import itself, reuse
from amts_sphinx.memory import files
from amts_sphinx.memory.files import Line
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Origin, Rung, TranslationUnit
from amts_sphinx.translator import Stale

#: so many names, or findings, are told one by one
_NAMED, _FOUND = 5, 20

_KINDS = {
    Kind.SPHINX: "Sphinx books",
    Kind.HTML: "web pages",
    Kind.PO: "PO",
    Kind.TMX: "TMX",
    Kind.CSV: "table",
}

#: the rungs of a look-up that can be reached without an engine, as they are told
_RUNGS = {
    Rung.HUMAN_EXACT: "the same sentence",
    Rung.HUMAN_COSMETIC: "other markup, case or punctuation",
    Rung.STALE_NEAR: f"stale, likeness {Stale().near:.2f} or more",
    Rung.STALE_FAR: f"stale, likeness {Stale().far:.2f} or more",
    Rung.SOURCE: "nothing to keep",
}

_ORIGINS = {
    Origin.HUMAN: "people's sentences",
    Origin.STALE: "people's sentences, stale",
    Origin.MACHINE: "a machine's sentences",
}


@dataclass
class Pairs:
    """What the alignment of a bitext gave."""

    aligned: list[Aligned] = field(default_factory=list)
    units: list[TranslationUnit] = field(default_factory=list)
    #: characters of the source that gave a unit, by who translated them
    kept: Counter[Origin] = field(default_factory=Counter)
    #: characters of the source that gave none, by document and reason
    lost: dict[str, Counter[Reason]] = field(default_factory=dict)


def read_summary(found: Found, wanted: Wanted) -> Iterator[str]:
    """What was read: a line, and one for each sort of page that stands alone."""
    bitext = found.bitext
    names = " and ".join(map(str, filter(None, (wanted.source, wanted.translation))))
    if found.states:
        sizes = f"{len(found.source_pages):,} and {len(found.target_pages):,} pages"
        languages = f"both {bitext.source_language}"
        both = len(found.source_pages.keys() & found.target_pages.keys())
        yield f"{names} ({_KINDS[found.kind]}, {languages}): {sizes}, {both:,} in both"
        return
    languages = f"{bitext.source_language} and {bitext.target_language}"
    both = len(bitext.documents)
    documents = counted(both, "document")
    yield f"{names} ({_KINDS[found.kind]}, {languages}): {documents} in both"
    ours = {pair.source.docname for pair in bitext.documents}
    theirs = {pair.target.docname for pair in bitext.documents}
    yield from _named("without a translation", found.source_pages.keys() - ours)
    yield from _named("without a source", found.target_pages.keys() - theirs)
    renamed = {
        f"{pair.source.docname} = {pair.target.docname}"
        for pair in bitext.documents
        if pair.source.docname != pair.target.docname
    }
    yield from _named("paired under two names", renamed)


def _named(what: str, names: set[str]) -> Iterator[str]:
    """How many there are, and which."""
    if names:
        shown = sorted(names)[:_NAMED]
        more = ["…"] if len(names) > _NAMED else []
        yield f"{len(names):,} {what}: {', '.join([*shown, *more])}"


def units_table(found: Found, pairs: Pairs, *, pages: bool) -> Iterator[str]:
    """What may be shown as people's, and why the rest may not; also page by page."""
    sizes = {name: size(page) for name, page in found.source_pages.items()}
    reasons: Counter[str] = Counter()
    for counts in pairs.lost.values():
        reasons.update({reason.value: count for reason, count in counts.items()})
    unpaired = sum(size for name, size in sizes.items() if name not in pairs.lost)
    if unpaired:
        reasons["document without a translation"] = unpaired
    rows = [(_ORIGINS[origin], count) for origin, count in sorted(pairs.kept.items())]
    rows += reasons.most_common()
    yield ""
    yield from _shares("source text", rows)
    if pages:
        yield ""
        yield from table(
            ("page", "characters", "translated"),
            (
                (name, f"{size:,}", share(_kept(size, pairs.lost.get(name)), size))
                for name, size in sorted(sizes.items())
            ),
        )


def _shares(head: str, rows: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Characters by what became of them, and their sum."""
    total = sum(count for _, count in rows)
    return table(
        (head, "characters", "share"),
        (
            (name, f"{count:,}", share(count, total))
            for name, count in (*rows, ("all", total))
        ),
    )


def _kept(size: int, lost: Counter[Reason] | None) -> int:
    return 0 if lost is None else size - lost.total()


def size(page: Page) -> int:
    """Characters of a page that a translator has to read."""
    return sum(
        len(codes.plain(segment.text))
        for message in page.messages
        for segment in message.segments
    )


def memory_summary(
    path: Path, known: Sequence[Line], fresh: Sequence[Line], now: Sequence[Line]
) -> Iterator[str]:
    """What became of a memory file, which now holds the lines ``now``."""
    before, found = set(_texts(known)), set(_texts(fresh))
    new = sum(text not in before for text in _texts(now))
    by_hand = sum(line.by_hand for line in now)
    gone = sum(
        not line.by_hand and text not in found
        for line, text in zip(now, _texts(now), strict=True)
    )
    yield ""
    yield (
        f"{path}: {counted(len(now), 'unit')}: {new:,} new, {by_hand:,} mended by "
        f"hand, {gone:,} not found any more"
    )


def _texts(lines: Sequence[Line]) -> list[str]:
    """Lines as they are written, whoever wrote them."""
    return [files.dump(line._replace(by_hand=True)) for line in lines]


def pairs_table(granularity: Granularity, sifted: Sifted) -> Iterator[str]:
    """What was kept as parallel data, and what was not."""
    rows = [
        (row.reason.value if row.reason else "kept", row.pairs, row.characters)
        for row in yields(sifted)
    ]
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    yield ""
    yield from table(
        (f"parallel data ({granularity.value})", "pairs", "characters with formulas"),
        ((name, f"{pairs:,}", f"{count:,}") for name, pairs, count in rows),
    )
    flags = Counter(flag.value for kept in sifted.kept for flag in kept.flags)
    for flag, count in sorted(flags.items()):
        yield f"{count:,} of the pairs kept are flagged: {flag}"


def lint_summary(path: Path, pairs: int, checked: Lint) -> Iterator[str]:
    """What was written, and what Amazon Translate will say to it."""
    yield (
        f"{path}: {counted(pairs, 'pair')}; Amazon Translate will import "
        f"{checked.imported:,}, fail {checked.failed:,}, skip {checked.skipped:,}"
    )
    for finding in checked.findings[:_FOUND]:
        yield f"{path}: record {finding.row}: {finding.problem}"
    if checked.findings[_FOUND:]:
        yield f"{path}: {len(checked.findings) - _FOUND:,} more like these"


def reuse_tables(
    units: Sequence[TranslationUnit] | None,
    old: Mapping[str, Page],
    new: Mapping[str, Page],
) -> Iterator[str]:
    """What a newer state of a book keeps, rung by rung, and by coarser units.

    Without ``units`` everything in the old state counts as translated.
    """
    found = reuse(itself(old.values()) if units is None else units, old, new)
    yield ""
    yield from _shares(
        f"today's {counted(len(new), 'page')} keep",
        [(name, found.by_rung[rung]) for rung, name in _RUNGS.items()],
    )
    yield ""
    kept_by = {
        "sentence by sentence": found.sentence,
        "paragraph by paragraph": found.paragraph,
        "file by file": found.file,
    }
    yield from table(
        ("kept verbatim", "characters", "share"),
        (
            (name, f"{count:,}", share(count, found.total))
            for name, count in kept_by.items()
        ),
    )
