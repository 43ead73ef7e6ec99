"""What all readers of paired entries make of them, and the text all writers may write.

TMX, tables and catalogs say themselves which text translates which.  Each such pair
becomes an `Entry`; entries of one document and one origin become a `DocumentPair`, in
which a wall in front of each pair of messages keeps the aligner from thinking again.
Text is taken for raw inline markup, as a catalog holds it and as readable text keeps it
for formulas, so that it meets the memory in the form the build gives a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from amts_sphinx.exchange.markup import coded
from amts_sphinx.text.bitext import ENTRY, DocumentPair
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Message, Origin

#: characters a text may have; more is no paragraph, but a quote left open or an attack
LONGEST = 131_072

#: what XML 1.0 forbids, and no text needs
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: origins of texts that are no translations
_NONE = frozenset({Origin.UNTRANSLATED, Origin.FAILED})
_BREAKS = re.compile("[\n\r\x85\u2028\u2029]+")
_MACHINE = re.compile(
    r"\b(?:mt|machine|amazon|aws|apertium|bing|deepl|google|microsoft|modernmt|systran)"
    r"(?:\b|[_-])",
    re.IGNORECASE,
)


_Blocks = list[Message | Wall]


class Entry(NamedTuple):
    """One text of a file and its translation there."""

    source: str  #: raw inline markup
    target: str  #: raw inline markup
    line: int  #: line of the target, 0 where unknown
    document: str = ""  #: the page it comes from, where the file says so
    origin: Origin = Origin.HUMAN  #: who made the translation


def documents(entries: Iterable[Entry], path: Path) -> tuple[DocumentPair, ...]:
    """The entries as documents, those that name none as one called like the file.

    Documents stand in the order of their first entries.  Entries without a text or
    without a translation are left out, and so are those that say they are none.
    """
    found: dict[tuple[str, Origin], tuple[_Blocks, _Blocks]] = {}
    for entry in entries:
        texts = coded(_clean(entry.source)), coded(_clean(entry.target))
        if entry.origin not in _NONE and all(text.strip() for text, _ in texts):
            name = one_line(entry.document).strip() or path.stem
            sides = found.setdefault((name, entry.origin), ([], []))
            number = len(sides[0]) // 2 + 1
            for blocks, (text, codes) in zip(sides, texts, strict=True):
                blocks.append(Wall(ENTRY, str(number), entry.line))
                blocks.append(Message(text, codes, "paragraph", entry.line))
    return tuple(
        DocumentPair(
            Page(name, "", tuple(source)),
            Page(name, "", tuple(target)),
            origin,
            given=True,
        )
        for (name, origin), (source, target) in found.items()
    )


def origin_of(word: str) -> Origin:
    """Who made a translation, by the word of a file: a person, unless it says else."""
    word = word[:200].strip().lower()
    if word in {origin.value for origin in Origin}:
        return Origin(word)
    return Origin.MACHINE if _MACHINE.search(word) else Origin.HUMAN


def line_of(word: str, line: int) -> int:
    """The line that a file names for a text; the given one if it names none."""
    word = word.strip()
    return int(word) if re.fullmatch("[0-9]{1,9}", word) else line


def one_line(text: str) -> str:
    """A text that fits into one line of a file, and into XML."""
    return _FORBIDDEN.sub("", _BREAKS.sub(" ", text))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
