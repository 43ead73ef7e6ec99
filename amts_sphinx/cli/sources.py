"""Where pairs come from: every kind of source, as one bitext."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from amts_sphinx.bitext.aligned import books_side_by_side, split
from amts_sphinx.cli.terminal import CommandError
from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.html import html_language, read_html
from amts_sphinx.exchange.po import read_po
from amts_sphinx.exchange.table import read_table
from amts_sphinx.exchange.tmx import read_tmx
from amts_sphinx.sphinx_ext.books import CollectError, read_pages
from amts_sphinx.text import codes
from amts_sphinx.text.bitext import Bitext
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


@dataclass(frozen=True)
class Wanted:
    """What is to be read."""

    source: Path
    translation: Path | None  #: None: the source holds both languages
    kind: Kind | None = None  #: None: to be seen from the files
    source_language: str = ""  #: Amazon Translate codes; "": to be seen from the files
    target_language: str = ""


@dataclass(frozen=True)
class Found:
    """What was read: documents in two languages, cut into sentences."""

    bitext: Bitext
    kind: Kind
    source_pages: Mapping[str, Page]  #: all pages of the source, also without partner
    target_pages: Mapping[str, Page]


def read(wanted: Wanted, tell: Tell) -> Found:
    """Read both sides; ``tell`` is told of each part that cannot be used.

    Raises CommandError where there is nothing to align.
    """
    kind = wanted.kind or _kind_of(wanted.translation or wanted.source)
    for path in (wanted.source, wanted.translation):
        if path and not path.exists():
            message = f"{path}: there is no such file or folder"
            raise CommandError(message)
    try:
        if kind in (Kind.SPHINX, Kind.HTML):
            return _books(wanted, kind, tell)
        return _file(wanted, kind, tell)
    except (ExchangeError, CollectError) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        message = f"{error.filename}: cannot be read ({error.strerror})"
        raise CommandError(message) from None


def read_book(
    path: Path, kind: Kind, language: str, tell: Tell, like: Path | None = None
) -> tuple[dict[str, Page], LanguageProfile]:
    """The pages of one book, cut into sentences, and its language.

    Raises CommandError where the language is unknown, ExchangeError or CollectError
    where there is no book.
    """
    given = _profile(language)
    if kind is Kind.SPHINX:
        pages, code = read_pages(path, given, tell, like=like, unwrap=True)
        return pages, given or profile_of_sphinx(code)
    said = html_language(path)
    if not given and not said:
        message = (
            f"{path}: the pages do not say their language; give --source-language "
            "or --target-language"
        )
        raise CommandError(message)
    known = given or profile_of_sphinx(said.replace("-", "_"))
    found = read_html(path, tell)
    return {
        name: split(_unwrapped(p, known), known) for name, p in found.items()
    }, known


def _books(wanted: Wanted, kind: Kind, tell: Tell) -> Found:
    """Two books, or one that holds snapshots of its source beside its own pages."""
    translation = wanted.translation or wanted.source
    source, ours = read_book(wanted.source, kind, wanted.source_language, tell)
    target, theirs = read_book(
        translation, kind, wanted.target_language, tell, like=wanted.source
    )
    if wanted.source.resolve() == translation.resolve():
        target = source
    documents = books_side_by_side(source, target)
    if not documents:
        message = (
            f"{wanted.source} and {translation} have no page in common; nothing is "
            "aligned"
        )
        raise CommandError(message)
    return Found(Bitext(ours.code, theirs.code, documents), kind, source, target)


def _file(wanted: Wanted, kind: Kind, tell: Tell) -> Found:
    """A file that says itself what translates what."""
    source, target = (
        _profile(wanted.source_language),
        _profile(wanted.target_language),
    )
    path, other = wanted.source, wanted.translation
    if other in (None, path) or kind is Kind.PO:
        bitext = _read_file(path, other, kind, source, target, tell)
    else:
        message = f"{path} holds both languages; give it alone"
        raise CommandError(message)
    ours, theirs = map(
        profile_of_sphinx, (bitext.source_language, bitext.target_language)
    )
    documents = tuple(
        replace(
            pair,
            source=split(_unwrapped(pair.source, ours), ours),
            target=split(_unwrapped(pair.target, theirs), theirs),
        )
        for pair in bitext.documents
    )
    return Found(
        replace(bitext, documents=documents),
        kind,
        {pair.source.docname: pair.source for pair in documents},
        {pair.target.docname: pair.target for pair in documents},
    )


def _read_file(  # noqa: PLR0913, PLR0917 - what one reader or another needs
    path: Path,
    other: Path | None,
    kind: Kind,
    source: LanguageProfile | None,
    target: LanguageProfile | None,
    tell: Tell,
) -> Bitext:
    if kind is Kind.TMX:
        return read_tmx(path, source, target, tell)
    if kind is Kind.CSV:
        return read_table(path, source, target, tell)
    # msgids are English unless somebody says otherwise: gettext's own convention
    source = source or profile("en")
    if other is None:
        return read_po(path, source, target, tell)
    return read_po(other, source, target, tell, None if other == path else path)


def _kind_of(path: Path) -> Kind:
    """What a path holds.

    Raises CommandError if that cannot be seen.
    """
    suffixes = {
        ".po": Kind.PO,
        ".pot": Kind.PO,
        ".tmx": Kind.TMX,
        ".csv": Kind.CSV,
        ".tsv": Kind.CSV,
        ".html": Kind.HTML,
        ".htm": Kind.HTML,
    }
    if path.suffix.lower() in suffixes:
        return suffixes[path.suffix.lower()]
    if (path / "conf.py").is_file():
        return Kind.SPHINX
    for suffix in (".po", ".html"):
        if next(path.rglob(f"*{suffix}"), None):
            return suffixes[suffix]
    if path.is_dir():
        return Kind.SPHINX
    message = f"{path}: what it holds cannot be seen from its name; give --from"
    raise CommandError(message)


def _profile(code: str) -> LanguageProfile | None:
    """The language of a code, if one is given.

    Raises CommandError for one that nobody knows.
    """
    try:
        return profile(code) if code else None
    except ValueError as error:
        raise CommandError(str(error)) from None


def _unwrapped(page: Page, language: LanguageProfile) -> Page:
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
