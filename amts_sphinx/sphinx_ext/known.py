"""What is known before a page is read: its messages, the memory, the engine's answers.

Everything here is lazy.  A build in which nothing changed compares two digests; a build
that must read pages but misses nothing loads the stored pages and the stored pairs; only
what is new is collected, aligned or sent to an engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from amts_sphinx.engines.engine import Engine, EngineError, create_engine
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.sphinx_ext import reference as books
from amts_sphinx.sphinx_ext.page_index import PageIndex, config_digest, stable
from amts_sphinx.sphinx_ext.warnings import Warnings, warn
from amts_sphinx.text import codes, pages
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
        folder = config.cache_dir / "pages"
        self.index = PageIndex(folder, Path(app.srcdir), config_digest(app))
        #: pages that a collecting run had to read
        self.collected = 0
        self._current: dict[str, Page] = {}
        self._pairs: Mapping[str, books.PagePairs] | None = None
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
        missing = tuple(sorted(name for name in docnames if self.page(name) is None))
        if not missing:
            return
        from amts_sphinx.sphinx_ext.collect import (  # noqa: PLC0415 - cold builds only
            CollectError,
            collect,
        )

        logger.info("amts: collecting the messages of %d pages", len(missing))
        try:
            request = self._request(Path(self.app.srcdir), missing)
            collect(request, lambda line: warn(Warnings.COLLECT, line))
        except CollectError as error:
            warn(Warnings.COLLECT, f"the book could not be collected: {error}")
        self.collected += len(missing)

    def _request(self, srcdir: Path, docnames: tuple[str, ...]) -> Any:
        """How this very book is read in its source language."""
        from amts_sphinx.sphinx_ext.collector import Request  # noqa: PLC0415 - as above

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
        read = "__file__" in self.app.config._raw_config  # noqa: SLF001 - see builders
        return Path(self.app.confdir) if read else None

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
        head_path = self._folder / "head.json"
        head = books.read_json(head_path)
        stamp, signature = self._signature(reference, head)
        current = {name: page.digest for name in reading if (page := self.page(name))}
        sources = head.get("sources", {})
        unchanged = (
            head.get("signature") == signature
            and (reference.source or len(current) == len(reading))
            and (reference.source or docnames == sources.keys())
            and (reference.source or all(sources[n] == d for n, d in current.items()))
        )
        if not unchanged:
            pairs = self._align(reference, signature, reading, docnames)
            sources = self._source_digests(docnames)
            units = pages.file_digest(self._folder / "pairs.json")
            head = {"signature": signature, "sources": sources, "units": units}
            self._pairs = pairs
        if head.get("stamp") != stamp:
            head["stamp"] = stamp
            pages.write_text(head_path, json.dumps(head, indent=1, sort_keys=True))
        return str(head["units"])

    def _source_digests(self, docnames: set[str]) -> dict[str, str]:
        stored = ((name, self.index.stored(name)) for name in sorted(docnames))
        return {name: page.digest if page else "" for name, page in stored}

    @property
    def _folder(self) -> Path:
        return self.config.cache_dir / "reference" / self.code

    def _signature(
        self, reference: Reference, head: Mapping[str, Any]
    ) -> tuple[str, list[object]]:
        """A cheap stamp of the reference's files, and a digest of their content."""
        folders = [f for f in (reference.translation, reference.source) if f]
        stamp = text_digest(*(books.folder_stamp(folder) for folder in folders))
        if head.get("stamp") == stamp and head.get("signature"):
            return stamp, list(head["signature"])
        digests = [books.folder_digest(folder) for folder in folders]
        version = [books.REFERENCE_VERSION, pages.PAGE_VERSION, self.index.digest]
        return stamp, [*version, *digests]

    def _align(
        self,
        reference: Reference,
        signature: list[object],
        reading: set[str],
        docnames: set[str],
    ) -> dict[str, books.PagePairs]:
        """Read the books and pair them."""
        target = self._book("translation", reference.translation, str(signature[3]))
        if reference.source:
            source = self._book("source", reference.source, str(signature[4]))
        else:
            unread = {n for n in docnames if not self.index.path(n).exists()}
            self.ensure(reading | unread)
            stored = ((name, self.index.stored(name)) for name in docnames)
            source = {name: page for name, page in stored if page}
        path = self._folder / "pairs.json"
        pairs = books.align_books(source, target, books.load_pairs(path))
        books.save_pairs(path, pairs)
        for docname in sorted(target.keys() - source.keys()):
            page = f"page {docname!r} of the {self.code} reference"
            warn(Warnings.REFERENCE, f"{page} has no page of that name in the source")
        self._tell(source, pairs)
        return pairs

    def _book(self, role: str, folder: Path, digest: str) -> dict[str, Page]:
        """The pages of one of the reference's books."""
        from amts_sphinx.sphinx_ext.collector import Request  # noqa: PLC0415 - as above

        own_conf = (folder / "conf.py").is_file()
        request = Request(
            srcdir=folder,
            confdir=folder if own_conf else self._confdir,
            folder=self._folder / role,
            language=(
                self.language.profile if role == "translation" else self.config.source
            ),
            overrides={} if own_conf else self._overrides(),
            unwrap=not self.language.profile.line_joiner,
        )

        def tell(line: str) -> None:
            warn(Warnings.REFERENCE, f"{self.code} reference: {line}")

        return books.read_book(request, digest, tell)

    def _tell(
        self, source: Mapping[str, Page], pairs: Mapping[str, books.PagePairs]
    ) -> None:
        """Say what the reference gave."""
        units = sum(len(page.units) for page in pairs.values())
        lost = books.losses(pairs)
        total = sum(
            len(codes.plain(segment.text))
            for name in pairs
            for message in source[name].messages
            for segment in message.segments
        )
        reasons = ", ".join(
            f"{reason} {count / total:.1%}" for reason, count in sorted(lost.items())
        )
        logger.info(
            "amts: reference %s: %d of %d pages, %d sentence pairs%s",
            self.code,
            len(pairs),
            len(source),
            units,
            f" (source characters without: {reasons})" if reasons else "",
        )

    # -- the translator ----------------------------------------------------------

    @property
    def translator(self) -> Translator:
        """Memory and engine; opened when first needed."""
        if self._translator is None:
            if self._pairs is None:
                self._pairs = books.load_pairs(self._folder / "pairs.json")
            units = (unit for page in self._pairs.values() for unit in page.units)
            self._translator = Translator(TranslationMemory(units), self._engine())
        return self._translator

    @property
    def engine_use(self) -> tuple[int, int]:
        """Requests sent to the engine in this build, and the characters in them."""
        opened = self._translator
        return (opened.engine_calls, opened.engine_characters) if opened else (0, 0)

    def _engine(self) -> Engine:
        name, options = self.language.engine, self.config.engine_options
        source, target = self.config.source.code, self.language.profile.code
        try:
            return create_engine(name, source, target, options)
        except EngineError as error:
            warn(Warnings.ENGINE, f"{error}; the memory alone is used")
            return create_engine("memory", source, target, {})

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
        try:
            self.translator.ask(list(missing))
        except Exception as error:  # noqa: BLE001 - whatever an engine may raise
            name = self.language.engine
            warn(Warnings.ENGINE, f"engine {name!r} failed: {error}")
