"""An existing translation of the book as a source of human translation units.

The reference is read as the book it is, by the same collector, then paired page by page
with its source and aligned.  What was paired once stays paired while the translated
page is unchanged: an English sentence edited later is *new*, it does not inherit the
sentence that translates its former self.  All of it lives in the cache directory and
can be made again from the books.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from amts_sphinx.sphinx_ext.collect import CollectError, Request, collect
from amts_sphinx.sphinx_ext.folders import (
    ReferenceBookError,
    book_files,
    folder_digest,
)
from amts_sphinx.sphinx_ext.stored_pairs import PagePairs, read_json
from amts_sphinx.text import codes, pages
from amts_sphinx.text.bitext import DocumentPair
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import TranslationUnit


def read_book(
    request: Request, signature: str, warn: Callable[[str], None]
) -> dict[str, Page]:
    """The pages of another book, collected anew if it changed.

    Raises ReferenceBookError if it is no book, or has no page.
    """
    manifest = request.folder.with_suffix(".json")
    stored = read_json(manifest)
    wanted = {"version": pages.PAGE_VERSION, "book": signature}
    request.folder.mkdir(parents=True, exist_ok=True)
    if stored != {**wanted, "files": folder_digest(request.folder)}:
        shutil.rmtree(request.folder)
        request.folder.mkdir()
        try:
            collect(request, warn)
        except CollectError as error:
            raise ReferenceBookError(str(error)) from None
        stored = {**wanted, "files": folder_digest(request.folder)}
        pages.write_text(manifest, json.dumps(stored, indent=1, sort_keys=True))
    loaded = map(pages.load, book_files(request.folder))
    found = {page.docname: page for page in loaded if page}
    if not found:
        message = "it has no page that Sphinx can read"
        raise ReferenceBookError(message)
    return found


def moved(overrides: Mapping[str, Any], book: Path, reference: Path) -> dict[str, Any]:
    """A book's overrides for its reference: what lies in both is taken from there.

    Jupyter Book names the table of contents by its absolute path.
    """
    result = dict(overrides)
    for name, value in overrides.items():
        if isinstance(value, str) and Path(value).is_relative_to(book):
            there = reference / Path(value).relative_to(book)
            if there.exists():
                result[name] = str(there)
    return result


def align_books(
    source: Mapping[str, Page],
    target: Mapping[str, Page],
    before: Mapping[str, PagePairs],
) -> dict[str, PagePairs]:
    """Pair the pages of two books that changed since ``before``; keep the others."""
    from amts_sphinx.bitext import alignment, pairs  # noqa: PLC0415 - cold builds only
    from amts_sphinx.bitext.aligned import books_side_by_side  # noqa: PLC0415 - as above
    from amts_sphinx.bitext.message_pairs import (  # noqa: PLC0415 - as above
        message_digest,
        message_pairs,
    )

    result: dict[str, PagePairs] = {}
    todo: list[DocumentPair] = []
    for both in books_side_by_side(source, target):
        known = before.get(both.source.docname)
        digests = (both.source.digest, both.target.digest)
        if known and (known.source, known.target) == digests:
            result[both.source.docname] = known
        else:
            todo.append(both)
    if not todo:
        return result
    sides = [
        (pairs.blocks_of(both.source), pairs.blocks_of(both.target)) for both in todo
    ]
    if len(todo) > len(result):
        aligned = alignment.align_documents(sides)
    else:
        lexicon = alignment.learn_lexicon(_known_pairs(result.values()))
        aligned = [alignment.align_document(*side, lexicon) for side in sides]
    for both, beads in zip(todo, aligned, strict=True):
        docname = both.source.docname
        got = pairs.pair(both.source, both.target, beads)
        now = PagePairs(both.source.digest, both.target.digest, got.units)
        now.name = both.target.docname
        now.lost = {str(reason): count for reason, count in sorted(got.lost.items())}
        named = [message_digest(message) for message in both.source.messages]
        numbers = message_pairs(both.source, both.target, beads)
        now.messages = [(named[ours], theirs) for ours, theirs in numbers]
        result[docname] = _carry_over(before.get(docname), now)
    return dict(sorted(result.items()))


def _known_pairs(known: Iterable[PagePairs]) -> list[tuple[str, str]]:
    return [
        (codes.plain(unit.source), codes.plain(unit.target))
        for page in known
        for unit in page.units
    ]


def _carry_over(before: PagePairs | None, now: PagePairs) -> PagePairs:
    """Keep what was paired before with sentences that still stand in the translation.

    While the translated page is unchanged every former pair holds, and only sentences
    that had none may be paired anew; where it changed, a sentence that is still there
    keeps its former source.
    """
    if before is None:
        return now
    known = {_spoken(unit): unit for unit in before.units}
    if before.target != now.target:
        now.units = [known.get(_spoken(unit), unit) for unit in now.units]
        return now
    paired = {number for _, number in before.messages}
    new = [pair for pair in now.messages if pair[1] not in paired]
    now.messages = [*before.messages, *new]
    former = list(known)
    fresh = [
        unit
        for unit in now.units
        if not any(_overlap(_spoken(unit), spoken) for spoken in former)
    ]
    now.units = [*before.units, *fresh]
    return now


def _spoken(unit: TranslationUnit) -> str:
    """The words of a translation, by which it is recognised."""
    return codes.plain(unit.target)


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def summary(source: Mapping[str, Page], known: Mapping[str, PagePairs]) -> str:
    """What the reference gave, in one line."""
    units = sum(len(page.units) for page in known.values())
    lost: Counter[str] = Counter()
    for page in known.values():
        lost.update(page.lost)
    total = sum(
        len(codes.plain(segment.text))
        for name in known.keys() & source.keys()
        for message in source[name].messages
        for segment in message.segments
    )
    reasons = ", ".join(
        f"{reason} {count / total:.1%}" for reason, count in sorted(lost.items())
    )
    text = f"{len(known)} of {len(source)} pages, {units} sentence pairs"
    return f"{text} (source characters without: {reasons})" if reasons else text
