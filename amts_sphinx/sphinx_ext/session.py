"""One translating build: what is done at each of Sphinx's events.

``env-get-outdated``: bring the memory up to date, name the pages whose translations
changed.  ``env-before-read-docs``: have the engine translate, in one job, what the
pages about to be read still lack.  Reading: translate and record each page.
``env-updated``: the status page.  ``build-finished``: the report.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from amts_sphinx.sphinx_ext import reading, status
from amts_sphinx.sphinx_ext.evaluated import evaluated
from amts_sphinx.sphinx_ext.known import Known
from amts_sphinx.sphinx_ext.records import (
    PageRecord,
    records,
    translations_digest,
)
from amts_sphinx.sphinx_ext.reporting import make_report, tell, write
from amts_sphinx.sphinx_ext.status_rows import DOCNAME

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from amts_sphinx.report.quality import Quality
    from amts_sphinx.sphinx_ext.config import AmtsConfig
    from amts_sphinx.sphinx_ext.page_work import PageWork

logger = logging.getLogger(__name__)


class Session:
    """The state of one translating build; lives as long as the application."""

    def __init__(self, app: Sphinx, config: AmtsConfig, code: str) -> None:
        self.app = app
        self.config = config
        self.code = code
        self.known = Known(app, config, code)
        #: processor time by phase
        self.seconds: dict[str, float] = {}
        self.pages_read: list[str] = []
        self.status = status.StatusPage(app)
        self._before: dict[str, PageRecord] = {}
        self._page: PageWork | None = None

    def connect(self) -> None:
        """Listen to everything a translating build needs."""
        app = self.app
        reading.register(
            app, finish=self.finish, translate=self.translate, skip=self.skipped
        )
        app.connect("env-get-outdated", self.outdated)
        app.connect("env-before-read-docs", self.before_reading, priority=900)
        app.connect("env-purge-doc", self.purge)
        app.connect("env-merge-info", self.merge)
        app.connect("env-updated", self.updated, priority=900)
        app.connect("build-finished", self.finished)

    @cached_property
    def quality(self) -> Quality | None:
        """What was evaluated; looked at once, when everything is translated."""
        return evaluated(self.known)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the processor time of a block to a phase."""
        start = time.process_time()
        try:
            yield
        finally:
            spent = time.process_time() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + spent

    def skipped(self, docname: str) -> bool:
        """Is the page left in the source language?"""
        return self.config.skips(docname)

    # -- before reading ----------------------------------------------------------

    def outdated(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        added: set[str],
        changed: set[str],
        removed: set[str],
    ) -> list[str]:
        """Pages to read again because their translations changed, not their source."""
        del app, removed
        with self.phase("prepare"):
            reading_now = {name for name in added | changed if not self.skipped(name)}
            docnames = {name for name in env.found_docs if not self.skipped(name)}
            self.known.refresh(reading_now, docnames)
            known = records(env)
            if known.fingerprint == self.known.fingerprint or not known.pages:
                return []
            settled = sorted((known.pages.keys() & docnames) - reading_now)
            self.known.ask(settled, begun=True)
            return [n for n in settled if self._digest(n) != known.pages[n].digest]

    def _digest(self, docname: str) -> str:
        """The digest that the page would have if it were read now."""
        page = self.known.index.stored(docname)
        if page is None:
            return ""
        messages = [m for m in page.messages if m.kind != reading.NOT_YET_THERE]
        return translations_digest(
            translation
            for _, found in self.known.translator.page(docname, messages)
            for translation in found
        )

    def before_reading(
        self, app: Sphinx, env: BuildEnvironment, docnames: list[str]
    ) -> None:
        """The engine's one job: everything the pages about to be read lack."""
        del app
        self._before = dict(records(env).pages)
        self.pages_read = list(docnames)
        with self.phase("engine"):
            self.known.ask(name for name in docnames if not self.skipped(name))
        if docnames:  # opened once, before parallel readers are forked
            with self.phase("memory"):
                self.known.open()

    # -- reading -----------------------------------------------------------------

    def translate(
        self, docname: str, document: nodes.document, found: reading.Found
    ) -> None:
        """Translate what was found in a page; called once or twice a page."""
        if self._page is None or self._page.docname != docname:
            self._page = self._open_page(docname)
            self._page.prepare(document, found)
        self._page.translate(found)

    def _open_page(self, docname: str) -> PageWork:
        from amts_sphinx.sphinx_ext.page_work import PageWork  # noqa: PLC0415 - pages

        return PageWork(docname, self.known, self._before.get(docname))

    def finish(
        self, docname: str, document: nodes.document, found: reading.Found
    ) -> None:
        """Record the page, and store its messages if they were not known."""
        del document
        work = self._page or self._open_page(docname)
        self._page = None
        records(self.app.env).pages[docname] = work.finish(found)

    # -- Sphinx's books ----------------------------------------------------------

    def purge(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        del app
        records(env).pages.pop(docname, None)

    def merge(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        docnames: list[str],
        other: BuildEnvironment,
    ) -> None:
        """Take over what a parallel reader recorded."""
        del app
        theirs = records(other).pages
        ours = records(env).pages
        ours.update({name: theirs[name] for name in docnames if name in theirs})

    def updated(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """All pages are read: make the status page if any number may have changed."""
        known = records(env)
        use = self.known.engine_use
        # what a paid engine could not do it may do in the next build, changed or not
        known.fingerprint = "" if use and use.unanswered else self.known.fingerprint
        pages = env.all_docs.keys()
        known.pages = {n: r for n, r in sorted(known.pages.items()) if n in pages}
        same = not self.pages_read and self.quality == getattr(known, "quality", None)
        if same and (Path(app.outdir) / "_amts" / "report.json").exists():
            return []
        known.quality = self.quality
        return self.status.add(make_report(self))

    def finished(self, app: Sphinx, exception: Exception | None) -> None:
        """Write the report and say what the book consists of now."""
        del app
        if exception is None:
            report = make_report(self)
            write(report, Path(self.app.outdir))
            tell(self, report, DOCNAME)
