"""Two languages side by side: the shapes that every source of pairs is brought into.

Two books, two folders of web pages, a PO catalog, a TMX or a CSV file: each becomes a
`Bitext`, that is pairs of documents made of messages, and is then split, aligned and
judged by the same code.  What comes out for an engine to learn from is a list of
`SentencePair`, readable text without codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Origin

#: kind of the wall in front of each message that a file itself pairs with another
ENTRY = "entry"
#: ends the name of a page kept as the source that its translation was made from
SNAPSHOT = "_origin"


@dataclass(frozen=True, slots=True)
class DocumentPair:
    """One document in two languages."""

    source: Page
    target: Page
    origin: Origin = Origin.HUMAN  #: who made the translation
    #: The file says which message translates which: both pages hold equally many
    #: messages, and the n-th is on both sides preceded by ``Wall(ENTRY, str(n))``.
    given: bool = False


@dataclass(frozen=True, slots=True)
class Bitext:
    """Documents in two languages, not yet aligned."""

    source_language: str  #: Amazon Translate code
    target_language: str  #: Amazon Translate code
    documents: tuple[DocumentPair, ...]


class Flag(StrEnum):
    """What a reader of a pair should look at; no reason to drop it."""

    NUMBERS = "numbers differ"
    CODES = "codes differ"


class SentencePair(NamedTuple):
    """A sentence or paragraph and its translation, as readable text."""

    source: str  #: one line of plain text
    target: str  #: one line of plain text
    document: str = ""  #: docname of the page, or name of the file, it comes from
    line: int = 0  #: line of the target, 0 where unknown
    origin: Origin = Origin.HUMAN
    confidence: float = 1.0  #: how sure the pairing is, 0 to 1
    flags: tuple[Flag, ...] = ()
