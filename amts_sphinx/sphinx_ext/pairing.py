"""Keeps the pairs of one reference up to date with both books.

Whether anything has to be done is told by a small file beside the pairs: a stamp of the
reference's files, a digest of their content, and the digests of the source's pages at
the time they were aligned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from amts_sphinx.sphinx_ext import stored_pairs
from amts_sphinx.sphinx_ext.folders import folder_digest, folder_stamp
from amts_sphinx.sphinx_ext.stored_pairs import Head, PagePairs
from amts_sphinx.sphinx_ext.warnings import Warnings, warn
from amts_sphinx.text import pages
from amts_sphinx.text.bitext import SNAPSHOT
from amts_sphinx.text.pages import Page, text_digest
from amts_sphinx.text.units import TranslationUnit

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.config import Reference
    from amts_sphinx.sphinx_ext.known import Known

logger = logging.getLogger(__name__)


class Pairing:
    """The sentence pairs that the reference of one language gives."""

    def __init__(self, known: Known) -> None:
        self.known = known
        #: by page; None until they are needed; what a former configuration left behind
        #: is not used
        self.pairs: Mapping[str, PagePairs] | None = (
            None if known.language.reference else {}
        )

    def units(self) -> Iterator[TranslationUnit]:
        """All pairs, page by page."""
        if self.pairs is None:
            self.pairs = stored_pairs.load_pairs(self.folder)
        return (unit for page in self.pairs.values() for unit in page.units)

    def refresh(self, reading: set[str], docnames: set[str]) -> str:
        """Align what changed; returns the digest of the pairs.

        ``reading`` are the pages of the source that changed, ``docnames`` all of them.
        Raises ReferenceBookError if the reference cannot be used.
        """
        reference = self.known.language.reference
        if reference is None:
            return ""
        head = stored_pairs.load_head(self.folder)
        stamp, signature = self._signature(reference, head)
        if not (
            head
            and head.signature == signature
            and (reference.source or self._as_aligned(head, reading, docnames))
        ):
            before = stored_pairs.load_pairs(self.folder) if head else {}
            pairs = self._align(reference, signature, reading, docnames, before)
            file = stored_pairs.save_pairs(self.folder, pairs)
            sources = self._source_digests(docnames)
            units = stored_pairs.units_digest(pairs)
            head = Head(signature, "", sources, units, file)
            self.pairs = pairs
        if head.stamp != stamp:
            stored_pairs.save_head(self.folder, replace(head, stamp=stamp))
        return head.units

    def _as_aligned(self, head: Head, reading: set[str], docnames: set[str]) -> bool:
        """Are the pages of the source those that were aligned?"""
        current = {
            name: page.digest for name in reading if (page := self.known.page(name))
        }
        return (
            len(current) == len(reading)
            and docnames == head.sources.keys()
            and all(head.sources.get(name) == now for name, now in current.items())
        )

    def _source_digests(self, docnames: set[str]) -> dict[str, str]:
        stored = ((name, self.known.index.stored(name)) for name in sorted(docnames))
        return {name: page.digest if page else "" for name, page in stored}

    @property
    def folder(self) -> Path:
        """Where the pairs and the books they come from are kept."""
        return self.known.cache_dir / "reference" / self.known.code

    def _signature(
        self, reference: Reference, head: Head | None
    ) -> tuple[str, list[object]]:
        """A cheap stamp of the reference's files, and a digest of their content."""
        folders = [f for f in (reference.translation, reference.source) if f]
        stamp = text_digest(*(folder_stamp(folder) for folder in folders))
        own = [
            stored_pairs.REFERENCE_VERSION,
            pages.PAGE_VERSION,
            self.known.index.digest,
        ]
        if head and head.stamp == stamp:
            return stamp, [*own, *head.signature[len(own) :]]
        return stamp, [*own, *map(folder_digest, folders)]

    def _align(
        self,
        reference: Reference,
        signature: list[object],
        reading: set[str],
        docnames: set[str],
        before: Mapping[str, PagePairs],
    ) -> dict[str, PagePairs]:
        """Read the books and pair them."""
        from amts_sphinx.sphinx_ext import (  # noqa: PLC0415 - cold builds only
            reference as books,
        )

        with ThreadPoolExecutor(1) as pool:  # in a process beside that of the source
            wanted = "translation", reference.translation, str(signature[3])
            target_book = pool.submit(self.read, *wanted)
            source = self._source(reference, signature, reading, docnames)
            target = target_book.result()
        pairs = books.align_books(source, target, before)
        used = {page.name for page in pairs.values()}
        for docname in sorted(target.keys() - used):
            if not docname.endswith(SNAPSHOT):
                page = f"page {docname!r} of the {self.known.code} reference"
                warn(Warnings.REFERENCE, f"{page} has no counterpart in the source")
        given = books.summary(source, pairs)
        logger.info("amts: reference %s: %s", self.known.code, given)
        return pairs

    def _source(
        self,
        reference: Reference,
        signature: list[object],
        reading: set[str],
        docnames: set[str],
    ) -> dict[str, Page]:
        """The pages that the reference translates."""
        if reference.source:
            return self.read("source", reference.source, str(signature[4]))
        unread = {n for n in docnames if not self.known.index.path(n).exists()}
        self.known.ensure(reading | unread)
        stored = ((name, self.known.index.stored(name)) for name in docnames)
        return {name: page for name, page in stored if page}

    @property
    def aligned(self) -> bool:
        """Was the reference ever aligned?"""
        return stored_pairs.load_head(self.folder) is not None

    def read(self, role: str, folder: Path, digest: str) -> dict[str, Page]:
        """The pages of a book beside this one, collected anew if its digest changed.

        ``role`` names the folder they are kept in, and ends in "translation" if the
        book is in the target language.  Raises ReferenceBookError if it is no book.
        """
        from amts_sphinx.sphinx_ext import (  # noqa: PLC0415 - cold builds only
            reference as books,
        )
        from amts_sphinx.sphinx_ext.collect import Request  # noqa: PLC0415 - as above

        known, own_conf = self.known, (folder / "conf.py").is_file()
        target, here = known.language.profile, Path(known.app.srcdir)
        translated = role.endswith("translation")
        request = Request(
            srcdir=folder,
            confdir=folder if own_conf else known.confdir,
            folder=self.folder / role,
            language=target if translated else known.config.source,
            overrides={} if own_conf else books.moved(known.overrides(), here, folder),
            unwrap=translated,
        )

        def tell(line: str) -> None:
            warn(Warnings.REFERENCE, f"{known.code} reference: {line}")

        return books.read_book(request, digest, tell)
