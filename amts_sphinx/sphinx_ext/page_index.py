"""Stored pages of the book: what its messages are, without reading it.

The first reading of a page costs a Sphinx run; its messages depend only on the source,
the configuration and the versions of what reads it, so they are kept in the cache
directory under a digest of all that.  One index serves all languages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import docutils
import sphinx

from amts_sphinx.text import pages
from amts_sphinx.text.pages import Page, file_digest, text_digest
from amts_sphinx.text.units import Message

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: configuration that changes from language to language but no message
_IRRELEVANT = {
    "author",
    "copyright",
    "extensions",
    "external_toc_path",  # an absolute path; the file's content is digested instead
    "figure_language_filename",
    "gettext_allow_fuzzy_translations",
    "language",
    "locale_dirs",
    "nb_execution_mode",
    "numfig_format",
    "project",
    "project_copyright",
    "release",
    "smartquotes",
    "today",
    "today_fmt",
    "translation_progress_classes",
    "version",
}


def config_digest(app: Sphinx) -> str:
    """Digest of everything but the sources that decides what a page's messages are."""
    values = [
        f"{value.name}={stable(value.value)}"
        for value in app.config.filter(frozenset({"env"}))
        if value.name not in _IRRELEVANT and not value.name.startswith("amts_")
    ]
    versions = [
        f"{extension.name} {extension.version}" for extension in app.extensions.values()
    ]
    toc = Path(app.srcdir, str(getattr(app.config, "external_toc_path", None) or "."))
    python = ".".join(map(str, sys.version_info[:2]))
    return text_digest(
        str(pages.PAGE_VERSION),
        f"{sphinx.__version__} {docutils.__version__} {python}",
        file_digest(toc),
        *sorted(values),
        *sorted(versions),
    )


def stable(value: object) -> str:
    """A text that is the same in every run for equal configuration values."""
    if isinstance(value, dict):
        items = (f"{stable(k)}: {stable(v)}" for k, v in value.items())
        return f"{{{', '.join(sorted(items))}}}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(stable, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(stable, value))}]"
    if value is None or isinstance(value, str | int | float | bytes):
        return repr(value)
    return type(value).__qualname__  # an object's own text may hold its address


class PageIndex:
    """The stored pages of one book under one configuration."""

    def __init__(self, folder: Path, srcdir: Path, digest: str) -> None:
        self.folder = folder / digest[:16]
        self.srcdir = srcdir
        self.digest = digest

    def path(self, docname: str) -> Path:
        """Where the page is stored."""
        return self.folder / f"{docname}.json"

    def stored(self, docname: str) -> Page | None:
        """The page as it was when last read, whether or not it changed since."""
        return pages.load(self.path(docname))

    def current(self, docname: str, source: Path) -> Page | None:
        """The stored page, if nothing that it depends on has changed."""
        page = self.stored(docname)
        if page is None:
            return None
        now = self.page_digest(source, page.dependencies)
        return page if page.digest == now else None

    def page_digest(self, source: Path, dependencies: Iterable[str]) -> str:
        """Digest of a page's source, what it includes, and the configuration."""
        return text_digest(
            self.digest,
            file_digest(source),
            *(f"{name}={file_digest(self.srcdir / name)}" for name in dependencies),
        )

    def make(
        self,
        docname: str,
        source: Path,
        dependencies: Iterable[str],
        blocks: Iterable[Message | pages.Wall],
    ) -> Page:
        """The page as just read."""
        names = sorted(dependencies)
        return Page(
            docname=docname,
            digest=self.page_digest(source, names),
            blocks=tuple(blocks),
            dependencies=tuple(names),
        )

    def save(self, page: Page) -> None:
        """Store a page."""
        pages.save(page, self.path(page.docname))
