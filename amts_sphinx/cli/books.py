"""One book, whatever it is made of: its pages and its language.

Sphinx reads a book of sources, the HTML reader one of web pages; both give the same
shape.  Only a translation has its hard-wrapped lines joined: the sentences of a source
must be those that a build looks up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from amts_sphinx.bitext.aligned import split
from amts_sphinx.cli.terminal import CommandError
from amts_sphinx.exchange.errors import problem
from amts_sphinx.exchange.html import html_language, read_html
from amts_sphinx.sphinx_ext.books import read_pages
from amts_sphinx.text import codes
from amts_sphinx.text.languages import (
    LanguageProfile,
    profile,
    profile_of_sphinx,
)
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Message

Tell = Callable[[str], None]


class Kind(StrEnum):
    """What a source of pairs is."""

    SPHINX = "sphinx"  #: two Sphinx books
    HTML = "html"  #: two folders of web pages
    PO = "po"  #: catalogs
    TMX = "tmx"
    CSV = "csv"  #: CSV or TSV


#: what is read as two books; the others hold both languages
BOOKS = frozenset({Kind.SPHINX, Kind.HTML})
_SUFFIXES = {
    ".po": Kind.PO,
    ".pot": Kind.PO,
    ".tmx": Kind.TMX,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".tab": Kind.CSV,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
}


def kind_of(path: Path) -> Kind:
    """What a path holds.

    Raises CommandError if that cannot be seen.
    """
    if path.is_dir():
        if (path / "conf.py").is_file():
            return Kind.SPHINX
        for suffix in (".po", ".html"):
            if next(path.rglob(f"*{suffix}"), None):
                return _SUFFIXES[suffix]
        return Kind.SPHINX
    if path.suffix.lower() in _SUFFIXES:
        return _SUFFIXES[path.suffix.lower()]
    message = f"{path}: what it holds cannot be seen from its name; give --from"
    raise CommandError(message)


def language_given(code: str, side: str) -> LanguageProfile | None:
    """The language of a code, if one is given for that side, "source" or "target".

    Raises CommandError for one that Amazon Translate does not know.
    """
    try:
        return profile(code) if code else None
    except ValueError as error:
        message = f"--{side}-language: {error}"
        raise CommandError(message) from None


def read_book(  # noqa: PLR0913 - what a book is, and how it is meant
    path: Path,
    kind: Kind,
    language: LanguageProfile | None,
    tell: Tell,
    *,
    like: Path | None = None,
    translated: bool = False,
) -> tuple[dict[str, Page], LanguageProfile]:
    """The pages of one book, cut into sentences, and its language.

    A folder without ``conf.py`` is read with that of the book ``like``.  ``translated``
    joins hard-wrapped lines.

    Raises CommandError where the language is unknown, ExchangeError or CollectError
    where there is no book.
    """
    if kind is Kind.HTML:
        return _web_pages(path, language, tell, translated=translated)
    if not language and like and not (path / "conf.py").is_file():
        side = "target" if translated else "source"
        message = (
            f"{path}: there is no conf.py, so its language is not told; give "
            f"--{side}-language"
        )
        raise CommandError(message)
    pages, code = read_pages(path, language, tell, like=like, unwrap=translated)
    return _named(path, pages, tell), language or profile_of_sphinx(code)


def _web_pages(
    path: Path, given: LanguageProfile | None, tell: Tell, *, translated: bool
) -> tuple[dict[str, Page], LanguageProfile]:
    """The same for web pages, which say their language themselves."""
    said = "" if given else html_language(path)
    if not given and not said:
        side = "target" if translated else "source"
        message = f"{path}: the pages do not say their language; give --{side}-language"
        raise CommandError(message)
    known = given or profile_of_sphinx(said)
    pages = _named(path, read_html(path, tell), tell)
    if translated:
        pages = {name: unwrapped(page, known) for name, page in pages.items()}
    return {name: split(page, known) for name, page in pages.items()}, known


def _named(path: Path, pages: dict[str, Page], tell: Tell) -> dict[str, Page]:
    """The pages whose names can be written down; the others are told."""
    found = {}
    for name, page in pages.items():
        try:
            name.encode()
        except UnicodeEncodeError:
            what = "the name is not UTF-8, so the page is left out; rename the file"
            tell(problem(path / name, 0, what))
        else:
            found[name] = page
    return found


def unwrapped(page: Page, language: LanguageProfile) -> Page:
    """The page with hard-wrapped lines joined where no space belongs between them."""
    if language.line_joiner:
        return page
    return replace(
        page,
        blocks=tuple(
            replace(block, text=codes.unwrap(block.text))
            if isinstance(block, Message)
            else block
            for block in page.blocks
        ),
    )
