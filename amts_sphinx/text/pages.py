"""A page as the rooms below the edge see it, and its form on disk.

A page is the ordered list of its messages and of the *walls* between them.  It depends
on the source only, so one stored copy serves all languages; it is text, written
sorted and compactly, and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from amts_sphinx.text import codes
from amts_sphinx.text.units import Code, Message

#: version of the stored form and of the walker's rules: raise when either changes
PAGE_VERSION = 3


class Wall(NamedTuple):
    """A block that looks the same in every language."""

    kind: str  #: "math", "code", "image", "label", "title", "entry"
    key: str  #: what must be equal on both sides; for a title its depth
    line: int = 0  #: line in the source file, 0 where unknown


@dataclass(frozen=True)
class Page:
    """Messages and walls of one document, in document order."""

    docname: str
    digest: str  #: of everything the blocks depend on
    blocks: tuple[Message | Wall, ...]
    #: files the page includes, relative to the source folder
    dependencies: tuple[str, ...] = ()

    @property
    def messages(self) -> Iterator[Message]:
        """The messages, in order."""
        return (block for block in self.blocks if isinstance(block, Message))


def file_digest(path: Path) -> str:
    """Digest of a file's bytes; empty for a file that cannot be read."""
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


def text_digest(*parts: str) -> str:
    """Digest of some texts; where one ends and the next begins matters."""
    data = json.dumps(parts, ensure_ascii=True).encode()
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a file as a whole or not at all, also beside another writer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def save(page: Page, path: Path) -> None:
    """Store a page."""
    write_text(
        path,
        json.dumps(
            {
                "version": PAGE_VERSION,
                "docname": page.docname,
                "digest": page.digest,
                "dependencies": page.dependencies,
                "blocks": [_dump(block) for block in page.blocks],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ),
    )


def load(path: Path) -> Page | None:
    """A stored page; None if there is none, or none that can be read."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["version"] != PAGE_VERSION:
            return None
        return Page(
            docname=data["docname"],
            digest=data["digest"],
            blocks=tuple(_restore(block) for block in data["blocks"]),
            dependencies=tuple(map(str, data["dependencies"])),
        )
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _dump(block: Message | Wall) -> list[object]:
    if isinstance(block, Wall):
        return list(block)
    return [block.kind, block.text, block.line, block.codes, block.cuts]


def _restore(block: Any) -> Message | Wall:
    """One block; raises ValueError or TypeError where it is not what was stored."""
    if not isinstance(block, list):
        raise TypeError
    if len(block) == len(Wall._fields):
        kind, key, line = block
        _expect(str, kind, key)
        _expect(int, line)
        return Wall(kind, key, line)
    kind, text, line, found, cuts = block
    _expect(str, kind, text, *(part for code in found for part in code))
    _expect(int, line, *cuts)
    known = tuple(Code(*code) for code in found)
    if any(not 0 < number <= len(known) for number in codes.numbers(text)):
        raise ValueError
    if cuts != sorted(set(cuts)) or any(not 0 < cut < len(text) for cut in cuts):
        raise ValueError
    return Message(text, known, kind, line, tuple(cuts))


def _expect(kind: type, *values: object) -> None:
    if not all(isinstance(value, kind) for value in values):
        raise TypeError
