"""An existing translation of the book as a source of human translation units.

The reference is read as the book it is, by the same collector, then paired page by page
with its source and aligned.  What was paired once stays paired while the translated page
is unchanged: an English sentence edited later is *new*, it does not inherit the sentence
that translates its former self.  All of it lives in the cache directory and can be made
again from the books.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amts_sphinx.sphinx_ext.collect import CollectError, collect
from amts_sphinx.sphinx_ext.collector import Request
from amts_sphinx.text import codes, pages
from amts_sphinx.text.pages import Page, file_digest, text_digest
from amts_sphinx.text.units import Code, TranslationUnit

#: version of the stored form, the aligner and the filters: raise when any changes
REFERENCE_VERSION = 1


class ReferenceBookError(Exception):
    """The reference cannot be used; the message says why, in one line."""


def folder_stamp(folder: Path) -> str:
    """Digest of names, sizes and times of a book's files: equal means unchanged."""
    stats = ((path, path.stat()) for path in _files(folder))
    return text_digest(
        *(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in stats)
    )


def folder_digest(folder: Path) -> str:
    """Digest of all files of a book, but for what is hidden or built.

    Raises ReferenceBookError if there is no such folder.
    """
    files = _files(folder)
    names = (path.relative_to(folder).as_posix() for path in files)
    parts = zip(names, map(file_digest, files), strict=True)
    return text_digest(*(part for pair in parts for part in pair))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        message = f"there is no folder {folder.name!r}"
        raise ReferenceBookError(message)
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(
            part.startswith(".") or part == "_build"
            for part in path.relative_to(folder).parts
        )
    )


def read_book(
    request: Request, signature: str, warn: Callable[[str], None]
) -> dict[str, Page]:
    """The pages of another book, collected anew if it changed.

    Raises ReferenceBookError if it is no book, or has no page.
    """
    manifest = request.folder / "manifest.json"
    known = read_json(manifest)
    if known.get("signature") != [pages.PAGE_VERSION, signature]:
        for path in request.folder.rglob("*.json"):
            path.unlink()
        try:
            collect(request, warn)
        except CollectError as error:
            raise ReferenceBookError(str(error)) from None
        stored = sorted(
            path.relative_to(request.folder).as_posix()
            for path in request.folder.rglob("*.json")
        )
        known = {"signature": [pages.PAGE_VERSION, signature], "pages": stored}
        pages.write_text(manifest, json.dumps(known, indent=1))
    loaded = [pages.load(request.folder / name) for name in known["pages"]]
    found = {page.docname: page for page in loaded if page}
    if not found:
        message = "it has no page that Sphinx can read"
        raise ReferenceBookError(message)
    return found


@dataclass
class PagePairs:
    """What the alignment of one page gave."""

    source: str  #: digest of the source page
    target: str  #: digest of the translated page
    units: list[TranslationUnit] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)  #: source characters by reason


def align_books(
    source: Mapping[str, Page],
    target: Mapping[str, Page],
    before: Mapping[str, PagePairs],
) -> dict[str, PagePairs]:
    """Pair the pages of two books that changed since ``before``; keep the others."""
    from amts_sphinx.bitext import alignment, pairs  # noqa: PLC0415 - cold builds only

    result: dict[str, PagePairs] = {}
    todo: list[str] = []
    for docname in sorted(source.keys() & target.keys()):
        known = before.get(docname)
        digests = (source[docname].digest, target[docname].digest)
        if known and (known.source, known.target) == digests:
            result[docname] = known
        else:
            todo.append(docname)
    if not todo:
        return result
    sides = [
        (pairs.blocks_of(source[name]), pairs.blocks_of(target[name])) for name in todo
    ]
    if len(todo) > len(result):
        aligned = alignment.align_documents(sides)
    else:
        lexicon = alignment.learn_lexicon(_known_pairs(result.values()))
        aligned = [alignment.align_document(*side, lexicon) for side in sides]
    for docname, beads in zip(todo, aligned, strict=True):
        got = pairs.pair(source[docname], target[docname], beads)
        now = PagePairs(source[docname].digest, target[docname].digest, got.units)
        now.lost = {str(reason): count for reason, count in sorted(got.lost.items())}
        result[docname] = _carry_over(before.get(docname), now)
    return dict(sorted(result.items()))


def _known_pairs(known: Iterable[PagePairs]) -> list[tuple[str, str]]:
    return [
        (codes.plain(unit.source), codes.plain(unit.target))
        for page in known
        for unit in page.units
    ]


def _carry_over(before: PagePairs | None, now: PagePairs) -> PagePairs:
    """Keep what was paired before with sentences that still stand in the translation.

    While the translated page is unchanged every former pair holds, and only sentences
    that had none may be paired anew; where it changed, a sentence that is still there
    keeps its former source.
    """
    if before is None:
        return now
    known = {_spoken(unit): unit for unit in before.units}
    if before.target != now.target:
        now.units = [known.get(_spoken(unit), unit) for unit in now.units]
        return now
    former = list(known)
    fresh = [
        unit
        for unit in now.units
        if not any(_overlap(_spoken(unit), spoken) for spoken in former)
    ]
    now.units = [*before.units, *fresh]
    return now


def _spoken(unit: TranslationUnit) -> str:
    """The words of a translation, by which it is recognised."""
    return codes.plain(unit.target)


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def load_pairs(path: Path) -> dict[str, PagePairs]:
    """The stored alignment of a reference; empty if there is none to be used."""
    data = read_json(path)
    if data.get("version") != [REFERENCE_VERSION, pages.PAGE_VERSION]:
        return {}
    try:
        return {
            docname: PagePairs(
                page["source"],
                page["target"],
                [_unit(docname, *unit) for unit in page["units"]],
                page["lost"],
            )
            for docname, page in data["pages"].items()
        }
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}


def save_pairs(path: Path, known: Mapping[str, PagePairs]) -> None:
    """Store the alignment of a reference."""
    stored = {
        docname: {
            "source": page.source,
            "target": page.target,
            "units": [_stored(unit) for unit in page.units],
            "lost": page.lost,
        }
        for docname, page in known.items()
    }
    version = [REFERENCE_VERSION, pages.PAGE_VERSION]
    text = json.dumps(
        {"version": version, "pages": stored},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    pages.write_text(path, text)


def _stored(unit: TranslationUnit) -> list[object]:
    """A unit without its document, which its page already names."""
    return [
        unit.source,
        unit.target,
        unit.source_codes,
        unit.target_codes,
        unit.cuts,
        unit.line,
        unit.confidence,
    ]


def _unit(
    document: str,
    source: str,
    target: str,
    source_codes: list[Any],
    target_codes: list[Any],
    cuts: list[int],
    line: int,
    confidence: float,
) -> TranslationUnit:
    return TranslationUnit(
        source,
        target,
        tuple([Code(*code) for code in source_codes]),
        tuple([Code(*code) for code in target_codes]),
        tuple(cuts),
        document,
        line,
        confidence,
    )


def losses(known: Mapping[str, PagePairs]) -> Counter[str]:
    """Source characters that got no human unit, by reason."""
    total: Counter[str] = Counter()
    for page in known.values():
        total.update(page.lost)
    return total


def read_json(path: Path) -> dict[str, Any]:
    """An object from a JSON file; empty if there is none to be read."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
