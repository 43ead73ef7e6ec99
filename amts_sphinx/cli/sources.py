"""Where pairs come from: every kind of source, as one bitext."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from amts_sphinx.bitext.aligned import books_side_by_side, split
from amts_sphinx.cli.books import (
    BOOKS,
    Kind,
    Tell,
    kind_of,
    language_given,
    read_book,
    unwrapped,
)
from amts_sphinx.cli.terminal import CommandError
from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.po import read_po
from amts_sphinx.exchange.table import read_table
from amts_sphinx.exchange.tmx import read_tmx
from amts_sphinx.sphinx_ext.books import CollectError
from amts_sphinx.text.bitext import SNAPSHOT, Bitext
from amts_sphinx.text.languages import LanguageProfile, profile, profile_of_sphinx
from amts_sphinx.text.pages import Page


@dataclass(frozen=True)
class Wanted:
    """What is to be read."""

    source: Path
    translation: Path | None = None  #: None: the source holds both languages
    kind: Kind | None = None  #: None: to be seen from the files
    source_language: str = ""  #: Amazon Translate codes; "": to be seen from the files
    target_language: str = ""
    today: Path | None = None  #: the book as it is now, if the source is an older state


@dataclass(frozen=True)
class Found:
    """What was read: documents in two languages, cut into sentences.

    Of two states of one book there are pages, but no documents.
    """

    bitext: Bitext
    kind: Kind
    #: all pages of the source, also without partner; those of the documents as aligned
    source_pages: Mapping[str, Page]
    target_pages: Mapping[str, Page]
    today: Mapping[str, Page] | None = None  #: pages of the book as it is now

    @property
    def states(self) -> bool:
        """Is it one book twice, rather than a book and its translation?"""
        return self.bitext.source_language == self.bitext.target_language


def read(wanted: Wanted, tell: Tell) -> Found:
    """Read everything; ``tell`` is told of each part that cannot be used.

    Raises CommandError where there is nothing to align.
    """
    for path in (wanted.source, wanted.translation, wanted.today):
        if path and not path.exists():
            message = f"{path}: there is no such file or folder"
            raise CommandError(message)
    kind = wanted.kind or kind_of(wanted.translation or wanted.source)
    try:
        found = (_books if kind in BOOKS else _file)(wanted, kind, tell)
        return replace(found, today=_today(wanted, found, tell))
    except (ExchangeError, CollectError) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        message = f"{error.filename}: cannot be read ({error.strerror})"
        raise CommandError(message) from None


def _today(wanted: Wanted, found: Found, tell: Tell) -> Mapping[str, Page] | None:
    """The book as it is now, if one is named."""
    if wanted.today is None:
        return None
    if found.states:
        message = "--book needs a SOURCE and a TRANSLATION in two languages"
        raise CommandError(message)
    kind = found.kind if found.kind in BOOKS else kind_of(wanted.today)
    given = language_given(wanted.source_language, "source")
    pages, language = read_book(wanted.today, kind, given, tell)
    if language.code != found.bitext.source_language:
        message = (
            f"{wanted.today} is in {language.code}, not in "
            f"{found.bitext.source_language} like the source"
        )
        raise CommandError(message)
    return _own(pages)


def _books(wanted: Wanted, kind: Kind, tell: Tell) -> Found:
    """Two books, or one that holds snapshots of its source beside its own pages."""
    ours = language_given(wanted.source_language, "source")
    theirs = language_given(wanted.target_language, "target")
    other = wanted.translation or wanted.source
    source: dict[str, Page] = {}
    if wanted.source.resolve() != other.resolve():
        source, ours = read_book(wanted.source, kind, ours, tell)
    like = wanted.source if source else None
    target, theirs = read_book(other, kind, theirs, tell, like=like, translated=True)
    if not source:
        _expect_snapshots(other, target)
    if ours is None or (not source and ours.code == theirs.code):
        message = (
            f"{other} is in {theirs.code} and does not tell the language of its "
            f"NAME{SNAPSHOT} pages; give --source-language"
        )
        raise CommandError(message)
    if ours.code == theirs.code:
        return Found(Bitext(ours.code, theirs.code, ()), kind, _own(source), target)
    for name, page in target.items():
        if name.endswith(SNAPSHOT):  # read as a translation, but it is a source
            target[name] = split(page, ours)
    documents = books_side_by_side(source, target)
    if not documents:
        message = (
            f"{wanted.source} and {other} have no page in common; nothing is aligned"
        )
        raise CommandError(message)
    aligned = {pair.source.docname: pair.source for pair in documents}
    return Found(
        Bitext(ours.code, theirs.code, documents),
        kind,
        _own(source) | aligned,
        _own(target),
    )


def _expect_snapshots(folder: Path, pages: Mapping[str, Page]) -> None:
    """Raises CommandError for a book that is in one language only."""
    if not any(name.endswith(SNAPSHOT) for name in pages):
        message = (
            f"{folder}: no page has its source beside it as NAME{SNAPSHOT}; name both "
            "books, SOURCE and TRANSLATION"
        )
        raise CommandError(message)


def _own(pages: Mapping[str, Page]) -> dict[str, Page]:
    """A book without its snapshots."""
    return {name: p for name, p in pages.items() if not name.endswith(SNAPSHOT)}


def _file(wanted: Wanted, kind: Kind, tell: Tell) -> Found:
    """A file, or for PO a folder, that says itself what translates what."""
    bitext = _read_file(wanted, kind, tell)
    ours, theirs = map(
        profile_of_sphinx, (bitext.source_language, bitext.target_language)
    )
    documents = tuple(
        replace(
            pair,
            source=split(pair.source, ours),
            target=split(unwrapped(pair.target, theirs), theirs),
        )
        for pair in bitext.documents
    )
    if not documents:
        message = (
            f"{wanted.translation or wanted.source}: holds no pair in "
            f"{ours.code} and {theirs.code}; nothing is aligned"
        )
        raise CommandError(message)
    return Found(
        replace(bitext, documents=documents),
        kind,
        _joined(pair.source for pair in documents),
        _joined(pair.target for pair in documents),
    )


def _joined(pages: Iterable[Page]) -> dict[str, Page]:
    """Pages by name; what people and machines translated of one page is one page."""
    found: dict[str, Page] = {}
    for page in pages:
        known = found.get(page.docname)
        blocks = (*known.blocks, *page.blocks) if known else page.blocks
        found[page.docname] = replace(page, blocks=blocks)
    return found


def _read_file(wanted: Wanted, kind: Kind, tell: Tell) -> Bitext:
    path, other = wanted.source, wanted.translation
    source: LanguageProfile | None = language_given(wanted.source_language, "source")
    target = language_given(wanted.target_language, "target")
    # the texts of symbolic msgids are in a catalog of their own, and in no other file
    symbolic = kind is Kind.PO and (
        path.suffix.lower() in {".po", ".pot"} or next(path.rglob("*.po"), None)
    )
    alone = other is None or other == path
    if not alone and not symbolic:
        message = f"{other} holds both languages; give it alone"
        raise CommandError(message)
    if kind is Kind.TMX:
        return read_tmx(path, source, target, tell)
    if kind is Kind.CSV:
        return read_table(path, source, target, tell)
    # msgids are English unless somebody says otherwise: gettext's own convention
    source = source or profile("en")
    if other is None or alone:
        return read_po(path, source, target, tell)
    return read_po(other, source, target, tell, path)
