"""A whole bitext, aligned: the same way whatever it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from amts_sphinx.bitext import alignment
from amts_sphinx.bitext.alignment import SHOWN, Bead
from amts_sphinx.bitext.documents import choose_source, pair_documents
from amts_sphinx.bitext.pairs import blocks_of
from amts_sphinx.text.bitext import SNAPSHOT, Bitext, DocumentPair
from amts_sphinx.text.languages import LanguageProfile
from amts_sphinx.text.pages import Page
from amts_sphinx.text.sentences import with_cuts
from amts_sphinx.text.units import Message


@dataclass(frozen=True, slots=True)
class Aligned:
    """A document in two languages, and which of its sentences translate each other."""

    documents: DocumentPair
    beads: list[Bead]


def books_side_by_side(
    source: Mapping[str, Page], target: Mapping[str, Page]
) -> tuple[DocumentPair, ...]:
    """The documents of two books that belong together, named as in the source.

    A page ``NAME_origin`` of either book is a snapshot of the source; where there is
    one beside the source's own page, the translation tells which it was made from.
    """
    snapshots = {
        name.removesuffix(SNAPSHOT): page
        for book in (source, target)
        for name, page in book.items()
        if name.endswith(SNAPSHOT)
    }
    theirs = {name: p for name, p in target.items() if not name.endswith(SNAPSHOT)}
    ours = {name: p for name, p in source.items() if not name.endswith(SNAPSHOT)}
    if source is not target and ours != theirs:
        candidates = {name: [page] for name, page in ours.items()}
    else:  # one folder holds both: what has no snapshot has no source
        candidates = {}
    for name, page in snapshots.items():
        candidates.setdefault(name, []).insert(0, page)
    first = {name: pages[0] for name, pages in candidates.items()}
    found = []
    for name, other in pair_documents(first, theirs):
        pages = candidates[name]
        chosen = pages[choose_source(pages, theirs[other])] if pages[1:] else pages[0]
        found.append(DocumentPair(replace(chosen, docname=name), theirs[other]))
    return tuple(found)


def split(page: Page, language: LanguageProfile) -> Page:
    """The page with its messages cut into sentences."""
    return replace(
        page,
        blocks=tuple(
            with_cuts(block, language) if isinstance(block, Message) else block
            for block in page.blocks
        ),
    )


def align_bitext(bitext: Bitext) -> Iterator[Aligned]:
    """Align all documents, one after another; they teach each other's words.

    The pages must be cut into sentences already.
    """
    sides = [
        (blocks_of(pair.source), blocks_of(pair.target)) for pair in bitext.documents
    ]
    found = alignment.align_each(sides)
    for pair, beads in zip(bitext.documents, found, strict=True):
        yield Aligned(pair, _as_given(pair, beads) if pair.given else beads)


def _as_given(pair: DocumentPair, beads: Sequence[Bead]) -> list[Bead]:
    """Beads that respect what the file says.

    Within a pair of messages the sentences are paired only if all of them can be,
    surely; else the messages are one pair, which is what the file says of them.
    """
    ours, theirs = _sentences_of(pair.source), _sentences_of(pair.target)
    homes = [n for n, sentences in enumerate(ours) for _ in sentences]
    within: list[list[Bead]] = [[] for _ in ours]
    for bead in beads:
        if bead.source:
            within[homes[bead.source[0]]].append(bead)
    return [
        bead
        for group, left, right in zip(within, ours, theirs, strict=True)
        for bead in _whole(group, tuple(left), tuple(right))
    ]


def _whole(
    group: Sequence[Bead], source: tuple[int, ...], target: tuple[int, ...]
) -> Iterator[Bead]:
    """The beads of one pair of messages, or the one bead that the messages are."""
    covered = (
        tuple(i for bead in group for i in bead.source) == source
        and tuple(j for bead in group for j in bead.target) == target
    )
    if covered and all(bead.confidence >= SHOWN for bead in group):
        yield from (replace(bead, confidence=1.0) for bead in group)
    else:
        yield Bead(source, target, 1.0)


def _sentences_of(page: Page) -> list[range]:
    """For each message of a page the numbers of its sentences."""
    counts = [len(message.segments) for message in page.messages]
    ends = accumulate(counts)
    return [range(end - n, end) for n, end in zip(counts, ends, strict=True)]
