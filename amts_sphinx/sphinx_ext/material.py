"""Reads a book, its reference and an archive of drafts for an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx import __version__
from amts_sphinx.bitext.aligned import books_side_by_side
from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.message_pairs import MessagePair, paired, same_shape
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.sphinx_ext import recorded
from amts_sphinx.sphinx_ext.folders import folder_digest
from amts_sphinx.sphinx_ext.reference import align_books
from amts_sphinx.sphinx_ext.stored_pairs import PagePairs, load_pairs
from amts_sphinx.text.pages import Page, file_digest, text_digest
from amts_sphinx.text.units import TranslationUnit
from amts_sphinx.text.wholes import people
from amts_sphinx.translator import Translator

#: version of what is read, and of what is computed of it: raise it when either changes
MATERIAL_VERSION = 2

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.opened import Opened


def read_books(found: Opened) -> None:
    """Read all books side by side, each in a process of its own.

    Whoever needs them later finds them read.
    """
    folders = recorded.folders(found.known)
    with ThreadPoolExecutor(1) as pool:
        archive = pool.submit(recorded.books, found.known, folders)
        assert found.docnames is not None  # noqa: S101 - the book and its reference
        archive.result()


def material(found: Opened) -> Material:
    """All that an evaluation of a language needs.

    Raises ReferenceBookError if the reference cannot be read, EngineError if the
    archive of a recording engine cannot.
    """
    known = found.known
    books = recorded.books(known)
    ours = {name: page for name in sorted(found.docnames) if (page := known.page(name))}
    units = found.units
    references = _references(found, ours)
    alone = [page for name, page in ours.items() if not references.get(name)]
    references.update(_of_memory(found, units, alone))
    return Material(
        found.config.source,
        found.language.profile,
        ours,
        references,
        units,
        _archive(*books) if books else {},
    )


def material_digest(found: Opened, *settings: Mapping[str, object]) -> str:
    """A digest of all that an evaluation depends on, but for how it is asked for.

    ``settings`` are those of further engines, whose files count too.
    """
    known = found.known
    pages = ((name, known.page(name)) for name in sorted(found.docnames))
    archive = [folder.digest for folder in recorded.folders(known)]
    for given in (found.language.options, *settings):
        archive += _file_digests(Path(known.app.confdir), given)
    return text_digest(
        __version__,
        str(MATERIAL_VERSION),
        version("sacrebleu"),
        version("numpy"),
        known.fingerprint,
        str(known.config.stale),
        *archive,
        # not the pages' own digests, which change with the place of the book
        *(f"{name} {text_digest(str(page.blocks))}" for name, page in pages if page),
    )


def _file_digests(folder: Path, settings: Mapping[str, object]) -> list[str]:
    """Digests of the files that engine settings name: archives, parallel data."""
    files, pairs = settings.get("files", ()), settings.get("parallel_data")
    names = [files, pairs] if isinstance(files, str) else [*_listed(files), pairs]
    paths = (folder / name for name in names if isinstance(name, str))
    return [file_digest(path) for path in paths if path.is_file()]


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _references(
    found: Opened, ours: Mapping[str, Page]
) -> dict[str, list[MessagePair]]:
    """The messages of the book that people have translated as wholes."""
    reference = found.language.reference
    if not reference:
        return {}
    theirs = _read(found, "translation", reference.translation)
    source = _read(found, "source", reference.source) if reference.source else ours
    pairs = load_pairs(found.known.pairing.folder)
    return {
        name: paired(source[name], theirs[page.name], page.messages)
        for name, page in pairs.items()
        if name in source and page.name in theirs
    }


def _of_memory(
    found: Opened, units: Sequence[TranslationUnit], pages: Sequence[Page]
) -> dict[str, list[MessagePair]]:
    """The messages of some pages whose every sentence is in the memory."""
    if not pages or not units:
        return {}
    memory = TranslationMemory(units, found.docnames)
    translator = Translator(memory, MemoryEngine("", ""))
    joiner = found.language.profile.sentence_joiner
    result: dict[str, list[MessagePair]] = {}
    for page in pages:
        translated = translator.page(page.docname, list(page.messages))
        for message, text, added in people(translated, joiner):
            all_codes = (*message.codes, *added)
            target = replace(message, text=text, codes=all_codes, cuts=())
            result.setdefault(page.docname, []).append(MessagePair(message, target))
    return result


def _read(found: Opened, role: str, folder: Path) -> dict[str, Page]:
    return found.known.pairing.read(role, folder, folder_digest(folder))


def _archive(
    source: Mapping[str, Page], target: Mapping[str, Page]
) -> dict[str, list[MessagePair]]:
    """The messages of a book, and what an engine made of them."""
    result: dict[str, list[MessagePair]] = {}
    left: dict[str, PagePairs] = {}
    for both in books_side_by_side(source, target):
        name = both.source.docname
        if same_shape(both.source, both.target):
            messages = zip(both.source.messages, both.target.messages, strict=True)
            result[name] = [MessagePair(*pair) for pair in messages]
        else:
            left[name] = PagePairs("", "", name=both.target.docname)
    if left:
        ours = {name: source[name] for name in left}
        theirs = {page.name: target[page.name] for page in left.values()}
        for name, page in align_books(ours, theirs, {}).items():
            result[name] = paired(ours[name], theirs[page.name], page.messages)
    return result
