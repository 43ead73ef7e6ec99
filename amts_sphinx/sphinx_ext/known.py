"""What is known before a page is read: its messages, the memory, the engine's answers.

Everything here is lazy.  A build in which nothing changed compares two digests; a build
that must read pages but misses nothing loads the stored pages and the stored pairs;
only what is new is collected, aligned or sent to an engine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from amts_sphinx.sphinx_ext.folders import ReferenceBookError
from amts_sphinx.sphinx_ext.handover import has_conf
from amts_sphinx.sphinx_ext.memory_files import MemoryFiles
from amts_sphinx.sphinx_ext.page_index import PageIndex, config_digest, stable
from amts_sphinx.sphinx_ext.pairing import Pairing
from amts_sphinx.sphinx_ext.warnings import Warnings, warn
from amts_sphinx.text import pages
from amts_sphinx.text.pages import Page, file_digest, text_digest
from amts_sphinx.text.units import TranslationUnit

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from amts_sphinx.engines.drafting import Drafter, Use
    from amts_sphinx.sphinx_ext.collect import Request
    from amts_sphinx.sphinx_ext.config import AmtsConfig
    from amts_sphinx.text.units import Question
    from amts_sphinx.translator import Translator

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
        self.pairing = Pairing(self)
        self.files = MemoryFiles(config.memory_dir / code, Path(app.srcdir))
        #: the pages of the book, but for those that are skipped
        self.pages: frozenset[str] = frozenset()
        self._units = ""  #: digest of the pairs of the reference
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
        from amts_sphinx.sphinx_ext.collect import (  # noqa: PLC0415 - cold builds only
            CollectError,
            collect,
        )

        try:
            request = self._request(Path(self.app.srcdir), missing)
            collect(request, lambda line: warn(Warnings.COLLECT, line))
        except CollectError as error:
            warn(Warnings.COLLECT, f"the book could not be collected: {error}")
        self.collected += len(missing)

    def _request(self, srcdir: Path, docnames: tuple[str, ...]) -> Request:
        """How this very book is read in its source language."""
        from amts_sphinx.sphinx_ext.collect import Request  # noqa: PLC0415 - as above

        tags = (str(tag) for tag in self.app.tags)
        return Request(
            srcdir=srcdir,
            confdir=self.confdir,
            folder=self.index.folder.parent,
            language=self.config.source,
            builder=self.config.builder,
            overrides=self.overrides(),
            tags=tuple(sorted(tags)),
            docnames=docnames,
            digest=self.index.digest,
        )

    @property
    def confdir(self) -> Path | None:
        """Where ``conf.py`` is, if there is one."""
        return Path(self.app.confdir) if has_conf(self.app.config) else None

    def overrides(self) -> dict[str, Any]:
        """The overrides of this build, turned back to the source language."""
        return {
            **self.app.config.overrides,
            "extensions": list(self.app.config.extensions),
            "language": self.config.source.sphinx,
            "amts_target": "",
        }

    # -- the memory --------------------------------------------------------------

    def refresh(self, reading: Iterable[str], docnames: Iterable[str]) -> None:
        """Bring the memory up to date; ``reading`` are the pages that changed."""
        reading = set(reading)
        self.pages = frozenset(docnames)
        asks = self.language.engine != "memory"
        if asks and (not self.language.reference or self.pairing.aligned):
            self.ensure(reading)  # else it is collected beside the reference
        if self.language.reference:
            try:
                self._units = self.pairing.refresh(reading, set(docnames))
            except ReferenceBookError as error:
                where = f"amts_languages[{self.code!r}]['reference']"
                warn(Warnings.REFERENCE, f"{where} is not used: {error}")
                self.pairing.pairs = {}
        if asks:
            self.ensure(reading)

    @property
    def fingerprint(self) -> str:
        """A digest of everything that decides how a known page is translated.

        It changes in a build that adds drafts.
        """
        return text_digest(
            str(pages.PAGE_VERSION),
            self._units,
            self.files.digest,
            self.files.drafts_digest(),
            self.language.engine,
            stable(self.language.options),
            file_digest(self.language.terminology) if self.language.terminology else "",
            str(self.config.mark_origin),
            str(self.config.frozen),
            f"{self.stale} {' '.join(sorted(self.pages)) if self.stale else ''}",
        )

    @property
    def stale(self) -> tuple[float, float] | None:
        """When sentences are shown whose source has changed; None: never.

        Only where they can be marked, and HTML alone shows marks.
        """
        marked = self.config.mark_origin and self.app.builder.format == "html"
        return self.config.stale if marked else None

    # -- the translator ----------------------------------------------------------

    @property
    def translator(self) -> Translator:
        """Memory and engine; opened when first needed."""
        return self.open()

    def open(self) -> Translator:
        """Open memory and engine, unless they are open."""
        if self._translator is None:
            from amts_sphinx.memory.memory import (  # noqa: PLC0415 - pages are read
                TranslationMemory,
            )
            from amts_sphinx.translator import (  # noqa: PLC0415 - as above
                Stale,
                Translator,
            )

            memory = TranslationMemory(self.units(), self.pages)
            stale = Stale(*self.stale) if self.stale else None
            self._translator = Translator(memory, self._engine(), stale)
        return self._translator

    @property
    def engine_use(self) -> Use | None:
        """What was asked of the engine in this build; None if it was not opened."""
        return self._translator.engine.use if self._translator else None

    def _engine(self) -> Drafter:
        from amts_sphinx.sphinx_ext.engine import (  # noqa: PLC0415 - as above
            open_drafter,
        )

        return open_drafter(self)

    def units(self) -> Iterator[TranslationUnit]:
        """The sentence pairs that people stand behind."""
        yield from self.files.with_pairs(self.pairing)

    def paragraphs(self) -> Iterator[TranslationUnit]:
        """The messages that people have translated from beginning to end."""
        from amts_sphinx.text.wholes import people  # noqa: PLC0415 - as above

        joiner = self.language.profile.sentence_joiner
        for docname in sorted(self.pages):
            page = self.page(docname)
            messages = list(page.messages) if page else []
            found = self.translator.page(docname, messages)
            for message, text, added in people(found, joiner):
                kinds = message.codes
                yield TranslationUnit(
                    message.text, text, kinds, added, document=docname
                )

    def ask(self, docnames: Iterable[str], *, begun: bool = False) -> None:
        """Have the engine translate what these pages lack, in one job.

        ``begun``: Sphinx has begun a line on the terminal that is not ended yet.
        """
        if self.language.engine == "memory":
            return
        missing, sentences = self.missing(docnames)
        if missing:
            if begun:
                logger.info("")
            self.translator.ask(missing, sentences)

    def missing(self, docnames: Iterable[str]) -> tuple[list[Question], int]:
        """What these pages lack, and how many sentences they have."""
        missing: dict[Question, None] = {}
        sentences = 0
        for docname in sorted(docnames):
            page = self.page(docname)
            if page:
                messages = list(page.messages)
                sentences += sum(len(message.segments) for message in messages)
                found = self.translator.missing(docname, messages)
                missing.update(dict.fromkeys(found))
        return list(missing), sentences


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
