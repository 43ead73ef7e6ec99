"""The alignment of a reference, and its form on disk.

Two files: the pairs, and a small head that says what they were made from.  A build in
which nothing changed reads the head only.  Both lie in the cache directory, so neither
is believed: what does not look like our own work is as good as absent, and pairs that
are not those the head was written for are made again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from amts_sphinx.text import pages
from amts_sphinx.text.pages import file_digest, text_digest
from amts_sphinx.text.units import Code, TranslationUnit

#: version of the stored form, the aligner and the filters: raise when any changes
REFERENCE_VERSION = 4


@dataclass
class PagePairs:
    """What the alignment of one page gave."""

    source: str  #: digest of the source page
    target: str  #: digest of the translated page
    units: list[TranslationUnit] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)  #: source characters by reason
    name: str = ""  #: of the translated page
    #: whole messages that translate each other: the source's digest, the other's number
    messages: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Head:
    """What stored pairs were made from."""

    signature: list[
        object
    ]  #: versions, the book's configuration, the reference's files
    stamp: str  #: a cheap digest of the reference's files
    sources: dict[str, str]  #: digest of each source page
    units: str  #: digest of all pairs
    file: str  #: digest of the pairs' file


def load_head(folder: Path) -> Head | None:
    """The head, if there is one and it was written for the pairs beside it."""
    try:
        head = Head(**read_json(folder / "head.json"))
        _expect(list, head.signature)
        _expect(dict, head.sources)
        _expect(str, head.stamp, head.units, head.file, *head.sources.values())
    except TypeError:
        return None
    return head if head.file == file_digest(folder / "pairs.json") else None


def save_head(folder: Path, head: Head) -> None:
    """Store the head of a reference's pairs."""
    text = json.dumps(asdict(head), indent=1, sort_keys=True)
    pages.write_text(folder / "head.json", text)


def load_pairs(folder: Path) -> dict[str, PagePairs]:
    """The stored alignment of a reference; empty if there is none to be used."""
    data = read_json(folder / "pairs.json")
    if data.get("version") != [REFERENCE_VERSION, pages.PAGE_VERSION]:
        return {}
    try:
        return {name: _page(name, **page) for name, page in data["pages"].items()}
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}


def save_pairs(folder: Path, known: Mapping[str, PagePairs]) -> str:
    """Store the alignment of a reference; returns the digest of the file."""
    stored = {
        docname: {
            "source": page.source,
            "target": page.target,
            "units": [_stored(unit) for unit in page.units],
            "lost": page.lost,
            "name": page.name,
            "messages": page.messages,
        }
        for docname, page in known.items()
    }
    version = [REFERENCE_VERSION, pages.PAGE_VERSION]
    text = json.dumps(
        {"version": version, "pages": stored},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    pages.write_text(folder / "pairs.json", text)
    return file_digest(folder / "pairs.json")


def units_digest(known: Mapping[str, PagePairs]) -> str:
    """Digest of all pairs: equal means that no page can be translated differently."""
    return text_digest(
        *(str(_stored(unit)) for page in known.values() for unit in page.units)
    )


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
        unit.before,
        unit.after,
    ]


def _page(  # noqa: PLR0913, PLR0917 - the fields, as they are stored
    docname: str,
    source: str,
    target: str,
    units: list[Any],
    lost: dict[str, int],
    name: str,
    messages: list[Any],
) -> PagePairs:
    """One page; raises TypeError or ValueError where it is not what was stored."""
    _expect(str, source, target, name, *lost)
    _expect(int, *lost.values())
    read = [_unit(docname, *unit) for unit in units]
    both = [(digest, number) for digest, number in messages]
    _expect(str, *(digest for digest, _ in both))
    _expect(int, *(number for _, number in both))
    return PagePairs(source, target, read, lost, name, both)


def _unit(  # noqa: PLR0913, PLR0917 - the fields, as they are stored
    document: str,
    source: str,
    target: str,
    source_codes: list[Any],
    target_codes: list[Any],
    cuts: list[int],
    line: int,
    confidence: float,
    before: str,
    after: str,
) -> TranslationUnit:
    """One unit; raises TypeError or ValueError where it is not what was stored."""
    parts = (part for code in (*source_codes, *target_codes) for part in code)
    _expect(str, source, target, before, after, *parts)
    _expect(int, line, *cuts)
    _expect((int, float), confidence)
    return TranslationUnit(
        source,
        target,
        tuple([Code(*code) for code in source_codes]),
        tuple([Code(*code) for code in target_codes]),
        tuple(cuts),
        document,
        line,
        confidence,
        before=before,
        after=after,
    )


def _expect(kind: type | tuple[type, ...], *values: object) -> None:
    if not all(isinstance(value, kind) for value in values):
        raise TypeError


def read_json(path: Path) -> dict[str, Any]:
    """An object from a JSON file; empty if there is none to be read."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
