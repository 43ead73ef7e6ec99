"""Reads a book, its reference and an archive of drafts for an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.bitext import alignment
from amts_sphinx.bitext.aligned import books_side_by_side
from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.message_pairs import MessagePair, message_pairs
from amts_sphinx.bitext.pairs import blocks_of
from amts_sphinx.sphinx_ext import recorded
from amts_sphinx.sphinx_ext.folders import folder_digest
from amts_sphinx.text.pages import Page

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.opened import Opened


def material(found: Opened) -> Material:
    """All that an evaluation of a language needs.

    Raises ReferenceBookError if the reference, or the archive, cannot be read.
    """
    known = found.known
    ours = {name: page for name in sorted(found.docnames) if (page := known.page(name))}
    reference = found.language.reference
    pairs: dict[str, list[MessagePair]] = {}
    if reference:
        theirs = _read(found, "translation", reference.translation)
        source = _read(found, "source", reference.source) if reference.source else ours
        pairs = _paired(source, theirs)
    return Material(
        found.config.source,
        found.language.profile,
        ours,
        pairs,
        found.units,
        _archive(found),
    )


def _archive(found: Opened) -> dict[str, list[MessagePair]]:
    """The two books of an engine that replays one, paired."""
    books = recorded.books(found.known)
    return _paired(*books) if books else {}


def _read(found: Opened, role: str, folder: Path) -> dict[str, Page]:
    return found.known.pairing.read(role, folder, folder_digest(folder))


def _paired(
    source: Mapping[str, Page], target: Mapping[str, Page]
) -> dict[str, list[MessagePair]]:
    """The messages of two books that translate each other, by docname of the first."""
    books = books_side_by_side(source, target)
    sides = [(blocks_of(both.source), blocks_of(both.target)) for both in books]
    aligned = alignment.align_documents(sides)
    return {
        both.source.docname: list(message_pairs(both.source, both.target, beads))
        for both, beads in zip(books, aligned, strict=True)
    }
