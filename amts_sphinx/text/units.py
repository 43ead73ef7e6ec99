"""The data that flows through the house: messages, segments, translation units.

A *message* is the text of one translatable doctree node, a *segment* one sentence
of it; both are **coded text**: a string in which every inline node is a numbered
inline code and everything else is escaped once.  Codes are numbered from 1 in every
segment, so sentences of one shape share one entry of memory and cache, and an edit
further up in the paragraph renumbers nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from amts_sphinx.text import codes


class Origin(StrEnum):
    """Where the text of a segment in the built book comes from."""

    HUMAN = "human"  #: a person translated exactly this sentence
    STALE = "stale"  #: a person translated it, but its source changed since
    MACHINE = "machine"  #: an engine translated it
    UNTRANSLATED = "untranslated"  #: nobody did; the source is shown
    FAILED = "failed"  #: an engine answered, but nothing that may be shown


class Rung(StrEnum):
    """The step of the look-up that answered for a segment."""

    CATALOG = "catalog"  #: a PO catalog, applied by Sphinx itself
    HUMAN_EXACT = "human_exact"  #: the very sentence is in the memory
    HUMAN_COSMETIC = "human_cosmetic"  #: differs in markup, case or punctuation only
    STALE_NEAR = "stale_near"  #: a person's, of a source that hardly differs
    MACHINE = "machine"  #: an engine's answer
    STALE_FAR = "stale_far"  #: a person's, of a similar source; better than nothing
    FAILED = "failed"  #: an engine's answer that could not be used
    SOURCE = "source"  #: none: the source stands


ORIGIN_OF_RUNG = {
    Rung.CATALOG: Origin.HUMAN,
    Rung.HUMAN_EXACT: Origin.HUMAN,
    Rung.HUMAN_COSMETIC: Origin.HUMAN,
    Rung.STALE_NEAR: Origin.STALE,
    Rung.MACHINE: Origin.MACHINE,
    Rung.STALE_FAR: Origin.STALE,
    Rung.FAILED: Origin.FAILED,
    Rung.SOURCE: Origin.UNTRANSLATED,
}


#: kinds of code that only emphasise: a person may drop or add them
EMPHASIS = frozenset(
    {"emphasis", "strong", "inline", "subscript", "superscript", "title_reference"}
)
#: kinds of code nobody sees; they may stand anywhere
INVISIBLE = frozenset({"index", "target"})
#: kinds of code a person's sentence may have of its own, rebuilt as plain nodes
OWN = frozenset({"math", "literal", "emphasis", "strong"})


class Code(NamedTuple):
    """What one inline code stands for."""

    #: "math", "literal", "emphasis", "strong", "link", "xref", "footnote", …
    kind: str
    #: what identifies it: the formula, the code, the target; "" for emphasis
    payload: str


class Segment(NamedTuple):
    """One sentence of a message, with its codes numbered from 1."""

    text: str  #: coded text, white space folded, none at the edges
    codes: tuple[Code, ...]  #: ``codes[n - 1]`` is code ``n``
    numbers: tuple[int, ...]  #: ``numbers[n - 1]`` is its number in the message
    start: int  #: offset of the sentence in the message's coded text
    end: int  #: offset behind its last character, white space left out


class Question(NamedTuple):
    """What an engine is asked: a sentence, wherever it stands."""

    text: str  #: coded text, its codes numbered from 1
    codes: tuple[Code, ...] = ()  #: ``codes[n - 1]`` is code ``n``


@dataclass(frozen=True)
class Message:
    """The text of one translatable doctree node."""

    text: str  #: coded text, as it stands in the source
    codes: tuple[Code, ...]  #: ``codes[n - 1]`` is code ``n``
    kind: str  #: the node's name: "paragraph", "title", "caption", …
    line: int = 0  #: line in the source file, 0 where unknown
    cuts: tuple[int, ...] = ()  #: offsets at which a new sentence begins

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The sentences of the message, in order; those without a letter too."""
        bounds = (0, *self.cuts, len(self.text))
        return tuple(
            self.span(start, end)
            for start, end in pairwise(bounds)
            if self.text[start:end].strip()
        )

    def span(self, start: int, end: int) -> Segment:
        """The part between two offsets as one segment."""
        piece = self.text[start:end]
        stripped = piece.lstrip()
        start = end - len(stripped)
        stripped = stripped.rstrip()
        text, numbers = codes.localise(codes.fold_space(stripped))
        return Segment(
            text,
            tuple(self.codes[number - 1] for number in numbers),
            numbers,
            start,
            start + len(stripped),
        )


class Context(NamedTuple):
    """Where a segment stands: what chooses between several translations of it."""

    document: str = ""  #: docname
    before: str = ""  #: text of the segment before it on the page
    after: str = ""  #: text of the segment behind it in the message


def neighbour(segment: str) -> str:
    """The digest by which a unit remembers the segment beside it; "" for none."""
    data = segment.encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=4).hexdigest() if segment else ""


class TranslationUnit(NamedTuple):
    """A source sentence, its translation, and where they stand."""

    source: str  #: coded text of one sentence, or of several that belong together
    target: str  #: coded text in the source's numbering; own codes follow
    source_codes: tuple[Code, ...]  #: what the source's codes stand for
    target_codes: tuple[Code, ...] = ()  #: codes the target adds (math, literal, …)
    cuts: tuple[int, ...] = ()  #: offsets in the source of its further sentences
    document: str = ""  #: docname of the page it comes from
    line: int = 0  #: line of the target, 0 where unknown
    confidence: float = 1.0  #: how sure the pairing is, 0 to 1
    origin: Origin = Origin.HUMAN  #: who made the translation
    before: str = ""  #: `neighbour` of its context
    after: str = ""


class Translation(NamedTuple):
    """What stands in the book for one or several segments of a message."""

    text: str  #: coded text in the numbering of the message; own codes follow
    rung: Rung  #: the step of the look-up that answered
    start: int  #: offset in the message of the first segment it stands for
    end: int  #: offset behind the last one
    segments: int = 1  #: how many segments it stands for
    codes: tuple[Code, ...] = ()  #: codes of its own, numbered after the message's
    characters: int = 0  #: characters of the source it stands for, codes left out
    was: str = ""  #: of a stale sentence: the source it was made from, readable
    likeness: float = 1.0  #: of a stale sentence: to that source, 0 to 1

    @property
    def origin(self) -> Origin:
        """Whose sentence it is."""
        return ORIGIN_OF_RUNG[self.rung]
