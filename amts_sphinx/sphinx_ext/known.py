"""What is known before a page is read: its messages, the memory, the engine's answers.

Everything here is lazy.  A build in which nothing changed compares two digests; a build
that must read pages but misses nothing loads the stored pages and the stored pairs;
only what is new is collected, aligned or sent to an engine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from amts_sphinx.engines.engine import Engine
from amts_sphinx.engines.guarded import open_engine
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.sphinx_ext import reference as books
from amts_sphinx.sphinx_ext import stored_pairs
from amts_sphinx.sphinx_ext.collect import CollectError, Request, collect
from amts_sphinx.sphinx_ext.handover import has_conf
from amts_sphinx.sphinx_ext.page_index import PageIndex, config_digest, stable
from amts_sphinx.sphinx_ext.stored_pairs import Head, PagePairs
from amts_sphinx.sphinx_ext.warnings import Warnings, warn
from amts_sphinx.text import pages
from amts_sphinx.text.pages import Page, text_digest
from amts_sphinx.translator import Translator

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from amts_sphinx.sphinx_ext.config import AmtsConfig, Reference

logger = logging.getLogger(__name__)


class Known:
    """Stored pages, memory and engine of one target language."""

    def __init__(self, app: Sphinx, config: AmtsConfig, code: str) -> None:
        self.app = app
        self.config = config
        self.code = code
        self.language = config.languages[code]
        self._scratch, self.cache_dir = _writable(config.cache_dir)
        folder = self.cache_dir / "pages"
        self.index = PageIndex(folder, Path(app.srcdir), config_digest(app))
        #: pages that a collecting run had to read
        self.collected = 0
        self._current: dict[str, Page] = {}
        self._tried: set[str] = set()
        #: None: not loaded yet; what a former configuration left behind is not used
        self._pairs: Mapping[str, PagePairs] | None = (
            None if self.language.reference else {}
        )
        self._translator: Translator | None = None

    # -- pages -------------------------------------------------------------------

    def page(self, docname: str) -> Page | None:
        """The stored page, if it is what the source says now."""
        if docname not in self._current:
            source = Path(self.app.env.doc2path(docname))
            page = self.index.current(docname, source)
            if page is None:
                return None
            self._current[docname] = page
        return self._current[docname]

    def ensure(self, docnames: Iterable[str]) -> None:
        """Collect those of these pages that are not stored as they are now."""
        wanted = (name for name in docnames if name not in self._tried)
        missing = tuple(sorted(name for name in wanted if self.page(name) is None))
        if not missing:
            return
        self._tried.update(missing)
        logger.info("amts: collecting the messages of %d pages", len(missing))
        try:
            request = self._request(Path(self.app.srcdir), missing)
            collect(request, lambda line: warn(Warnings.COLLECT, line))
        except CollectError as error:
            warn(Warnings.COLLECT, f"the book could not be collected: {error}")
        self.collected += len(missing)

    def _request(self, srcdir: Path, docnames: tuple[str, ...]) -> Request:
        """How this very book is read in its source language."""
        tags = (str(tag) for tag in self.app.tags)
        return Request(
            srcdir=srcdir,
            confdir=self._confdir,
            folder=self.index.folder.parent,
            language=self.config.source,
            builder=self.config.builder,
            overrides=self._overrides(),
            tags=tuple(sorted(tags)),
            docnames=docnames,
            digest=self.index.digest,
        )

    @property
    def _confdir(self) -> Path | None:
        return Path(self.app.confdir) if has_conf(self.app.config) else None

    def _overrides(self) -> dict[str, Any]:
        """The overrides of this build, turned back to the source language."""
        return {
            **self.app.config.overrides,
            "extensions": list(self.app.config.extensions),
            "language": self.config.source.sphinx,
            "amts_target": "",
        }

    # -- the memory --------------------------------------------------------------

    def refresh(self, reading: Iterable[str], docnames: Iterable[str]) -> str:
        """Bring the memory up to date; ``reading`` are the pages that changed.

        Returns a digest of everything that decides how a known page is translated.
        """
        reading = set(reading)
        if self.language.engine != "memory":
            self.ensure(reading)
        units = ""
        if self.language.reference:
            try:
                units = self._refresh_reference(
                    self.language.reference, reading, set(docnames)
                )
            except books.ReferenceBookError as error:
                where = f"amts_languages[{self.code!r}]['reference']"
                warn(Warnings.REFERENCE, f"{where} is not used: {error}")
                self._pairs = {}
        options = stable(self.config.engine_options)
        version = str(pages.PAGE_VERSION)
        mark = str(self.config.mark_origin)
        return text_digest(version, units, self.language.engine, options, mark)

    def _refresh_reference(
        self, reference: Reference, reading: set[str], docnames: set[str]
    ) -> str:
        """Align what changed; returns the digest of the pairs."""
        head = stored_pairs.load_head(self._folder)
        stamp, signature = self._signature(reference, head)
        if not (
            head
            and head.signature == signature
            and (reference.source or self._as_aligned(head, reading, docnames))
        ):
            before = stored_pairs.load_pairs(self._folder) if head else {}
            pairs = self._align(reference, signature, reading, docnames, before)
            file = stored_pairs.save_pairs(self._folder, pairs)
            sources = self._source_digests(docnames)
            units = stored_pairs.units_digest(pairs)
            head = Head(signature, "", sources, units, file)
            self._pairs = pairs
        if head.stamp != stamp:
            stored_pairs.save_head(self._folder, replace(head, stamp=stamp))
        return head.units

    def _as_aligned(self, head: Head, reading: set[str], docnames: set[str]) -> bool:
        """Are the pages of the source those that were aligned?"""
        current = {name: page.digest for name in reading if (page := self.page(name))}
        return (
            len(current) == len(reading)
            and docnames == head.sources.keys()
            and all(head.sources.get(name) == now for name, now in current.items())
        )

    def _source_digests(self, docnames: set[str]) -> dict[str, str]:
        stored = ((name, self.index.stored(name)) for name in sorted(docnames))
        return {name: page.digest if page else "" for name, page in stored}

    @property
    def _folder(self) -> Path:
        return self.cache_dir / "reference" / self.code

    def _signature(
        self, reference: Reference, head: Head | None
    ) -> tuple[str, list[object]]:
        """A cheap stamp of the reference's files, and a digest of their content."""
        folders = [f for f in (reference.translation, reference.source) if f]
        stamp = text_digest(*(books.folder_stamp(folder) for folder in folders))
        own = [stored_pairs.REFERENCE_VERSION, pages.PAGE_VERSION, self.index.digest]
        if head and head.stamp == stamp:
            return stamp, [*own, *head.signature[len(own) :]]
        return stamp, [*own, *map(books.folder_digest, folders)]

    def _align(
        self,
        reference: Reference,
        signature: list[object],
        reading: set[str],
        docnames: set[str],
        before: Mapping[str, PagePairs],
    ) -> dict[str, PagePairs]:
        """Read the books and pair them."""
        target = self._book("translation", reference.translation, str(signature[3]))
        if reference.source:
            source = self._book("source", reference.source, str(signature[4]))
        else:
            unread = {n for n in docnames if not self.index.path(n).exists()}
            self.ensure(reading | unread)
            stored = ((name, self.index.stored(name)) for name in docnames)
            source = {name: page for name, page in stored if page}
        pairs = books.align_books(source, target, before)
        for docname in sorted(target.keys() - source.keys()):
            page = f"page {docname!r} of the {self.code} reference"
            warn(Warnings.REFERENCE, f"{page} has no page of that name in the source")
        given = books.summary(source, pairs)
        logger.info("amts: reference %s: %s", self.code, given)
        return pairs

    def _book(self, role: str, folder: Path, digest: str) -> dict[str, Page]:
        """The pages of one of the reference's books."""
        own_conf, here = (folder / "conf.py").is_file(), Path(self.app.srcdir)
        request = Request(
            srcdir=folder,
            confdir=folder if own_conf else self._confdir,
            folder=self._folder / role,
            language=(
                self.language.profile if role == "translation" else self.config.source
            ),
            overrides={} if own_conf else books.moved(self._overrides(), here, folder),
            unwrap=not self.language.profile.line_joiner,
        )

        def tell(line: str) -> None:
            warn(Warnings.REFERENCE, f"{self.code} reference: {line}")

        return books.read_book(request, digest, tell)

    # -- the translator ----------------------------------------------------------

    @property
    def translator(self) -> Translator:
        """Memory and engine; opened when first needed."""
        return self.open()

    def open(self) -> Translator:
        """Open memory and engine, unless they are open."""
        if self._translator is None:
            if self._pairs is None:
                self._pairs = stored_pairs.load_pairs(self._folder)
            units = (unit for page in self._pairs.values() for unit in page.units)
            self._translator = Translator(TranslationMemory(units), self._engine())
        return self._translator

    @property
    def engine_use(self) -> tuple[int, int]:
        """Requests sent to the engine in this build, and the characters in them."""
        opened = self._translator
        return (opened.engine_calls, opened.engine_characters) if opened else (0, 0)

    def _engine(self) -> Engine:
        return open_engine(
            self.language.engine,
            self.config.source.code,
            self.language.profile.code,
            self.config.engine_options,
            lambda line: warn(Warnings.ENGINE, line),
        )

    def ask(self, docnames: Iterable[str]) -> None:
        """Have the engine translate what these pages lack, in one job."""
        if self.language.engine == "memory":
            return
        missing: dict[str, None] = {}
        for docname in sorted(docnames):
            page = self.page(docname)
            if page:
                found = self.translator.missing(docname, page.messages)
                missing.update(dict.fromkeys(found))
        if missing:
            self.translator.ask(list(missing))


def _writable(folder: Path) -> tuple[tempfile.TemporaryDirectory[str] | None, Path]:
    """The cache folder; if nothing can be written there, one for this build alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None, folder
    except OSError as error:
        line = f"amts_cache_dir: {folder.name!r} cannot be written ({error.strerror})"
        warn(Warnings.COLLECT, f"{line}; a temporary folder is used")
        scratch = tempfile.TemporaryDirectory()
        return scratch, Path(scratch.name)
