"""What ``amts align`` tells: plain tables, in the order in which things happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from amts_sphinx.bitext.candidates import Granularity
from amts_sphinx.bitext.filters import Sifted, yields
from amts_sphinx.bitext.pairs import Reason
from amts_sphinx.bitext.parallel_data import Lint
from amts_sphinx.cli.sources import Found, Wanted
from amts_sphinx.cli.terminal import share, table
from amts_sphinx.evaluation.reuse import itself, reuse
from amts_sphinx.memory.files import Line
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Rung, TranslationUnit

#: the rungs of a look-up that can be reached without an engine, as they are told
_RUNGS = {
    Rung.HUMAN_EXACT: "the same sentence",
    Rung.HUMAN_COSMETIC: "other markup, case or punctuation",
    Rung.STALE_NEAR: "stale, likeness 0.95 or more",
    Rung.STALE_FAR: "stale, likeness 0.75 or more",
    Rung.SOURCE: "nothing to keep",
}


def read_summary(found: Found, wanted: Wanted) -> Iterator[str]:
    """What was read, in one line."""
    bitext = found.bitext
    languages = f"{bitext.source_language} and {bitext.target_language}"
    documents = len(bitext.documents)
    renamed = sum(
        pair.source.docname != pair.target.docname for pair in bitext.documents
    )
    by_content = f", {renamed} of them by content" if renamed else ""
    yield f"{wanted.source} ({found.kind}, {languages}): {documents} documents in both"
    alone = len(found.source_pages) - documents
    if by_content or alone > 0:
        yield f"{documents} paired{by_content}; {max(alone, 0)} without a translation"


def units_table(
    found: Found,
    units: Sequence[TranslationUnit],
    lost: Mapping[str, Counter[Reason]],
    *,
    pages: bool,
) -> Iterator[str]:
    """What may be shown as people's, and why the rest may not; also page by page."""
    sizes = {name: _size(page) for name, page in found.source_pages.items()}
    total = sum(sizes.values())
    reasons: Counter[str] = Counter()
    for counts in lost.values():
        reasons.update({reason.value: count for reason, count in counts.items()})
    unpaired = sum(size for name, size in sizes.items() if name not in lost)
    if unpaired:
        reasons["document without a translation"] = unpaired
    kept = total - reasons.total()
    rows = [("people's sentences", kept), *reasons.most_common()]
    yield ""
    yield from table(
        (f"source text ({len(units):,} units)", "characters", "share"),
        ((name, f"{count:,}", share(count, total)) for name, count in rows),
    )
    if pages:
        yield ""
        yield from table(
            ("page", "characters", "people's"),
            (
                (name, f"{size:,}", share(_kept(size, lost.get(name)), size))
                for name, size in sorted(sizes.items())
            ),
        )


def _kept(size: int, lost: Counter[Reason] | None) -> int:
    return 0 if lost is None else size - lost.total()


def _size(page: Page) -> int:
    """Characters of a page that a translator has to read."""
    return sum(
        len(codes.plain(segment.text))
        for message in page.messages
        for segment in message.segments
    )


def memory_summary(
    path: Path, known: Sequence[Line], lines: Sequence[Line]
) -> Iterator[str]:
    """What became of a memory file."""
    before = {line.unit for line in known}
    new = sum(line.unit not in before for line in lines)
    by_hand = sum(line.by_hand for line in lines)
    yield ""
    yield f"{path}: {len(lines):,} units, {new:,} new, {by_hand:,} mended by hand"


def parallel_data_table(
    path: Path, granularity: Granularity, sifted: Sifted, checked: Lint
) -> Iterator[str]:
    """What was kept as parallel data, what was not, and what Amazon will say."""
    yield ""
    yield from table(
        (f"pairs ({granularity})", "pairs", "characters"),
        (
            (
                row.reason.value if row.reason else "kept",
                f"{row.pairs:,}",
                f"{row.characters:,}",
            )
            for row in yields(sifted)
        ),
    )
    flags = Counter(flag.value for kept in sifted.kept for flag in kept.flags)
    for flag, count in sorted(flags.items()):
        yield f"{count:,} of the pairs kept are flagged: {flag}"
    yield (
        f"{path}: Amazon Translate will import {checked.imported:,} records, fail "
        f"{checked.failed:,}, skip {checked.skipped:,}"
    )
    for finding in checked.findings[:20]:
        yield f"{path}: record {finding.row}: {finding.problem}"


def reuse_table(
    units: Sequence[TranslationUnit] | None,
    old: Mapping[str, Page],
    new: Mapping[str, Page],
) -> Iterator[str]:
    """What a newer state of a book keeps, rung by rung, and by coarser units."""
    found = reuse(itself(old.values()) if units is None else units, old, new)
    yield ""
    yield from table(
        (f"kept of {len(new)} pages", "characters", "share"),
        (
            (name, f"{found.by_rung[rung]:,}", share(found.by_rung[rung], found.total))
            for rung, name in _RUNGS.items()
        ),
    )
    yield ""
    units_of_reuse = {
        "sentence by sentence": found.sentence,
        "paragraph by paragraph": found.paragraph,
        "file by file": found.file,
    }
    yield from table(
        ("kept verbatim", "characters", "share"),
        (
            (name, f"{count:,}", share(count, found.total))
            for name, count in units_of_reuse.items()
        ),
    )
