"""How much of a book stays translated when the book changes.

Two states of a book are compared as a build would: every sentence of the new one is
looked up among the sentences of the old one, rung by rung.  Beside it stands what a
coarser unit would have kept: a sentence found verbatim counts for a paragraph (a file)
only if the whole paragraph (file) is the same in the old book.  All numbers are
characters of the new book that a translator has to read; inline codes are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import (
    Code,
    Message,
    Rung,
    Segment,
    TranslationUnit,
    neighbour,
)
from amts_sphinx.translator import Stale, Translator

#: what makes a message verbatim the same
_Words = tuple[tuple[str, tuple[Code, ...]], ...]


@dataclass
class Reuse:
    """What of a new state of a book is kept, in characters of its source."""

    total: int = 0
    by_rung: Counter[Rung] = field(default_factory=Counter)
    #: verbatim sentences, and those of them in paragraphs and files that are the same
    sentence: int = 0
    paragraph: int = 0
    file: int = 0


def itself(pages: Iterable[Page]) -> Iterator[TranslationUnit]:
    """Every sentence of a book as its own translation: what could be translated."""
    for page in pages:
        before = ""
        for message in page.messages:
            for segment in message.segments:
                yield TranslationUnit(
                    segment.text,
                    segment.text,
                    segment.codes,
                    document=page.docname,
                    before=neighbour(before),
                )
                before = segment.text


def reuse(
    units: Iterable[TranslationUnit], old: Mapping[str, Page], new: Mapping[str, Page]
) -> Reuse:
    """Measure what ``units``, made from the old book, give the new one."""
    memory = TranslationMemory(units, new.keys())
    translator = Translator(memory, MemoryEngine("", ""), Stale())
    paragraphs = {_words(message) for p in old.values() for message in p.messages}
    files = {name: _page_words(page) for name, page in old.items()}
    result = Reuse()
    for name, page in new.items():
        same_file = files.get(name) == _page_words(page)
        for message, found in translator.page(name, list(page.messages)):
            verbatim = 0
            for translation in found:
                result.total += translation.characters
                result.by_rung[translation.rung] += translation.characters
                if translation.rung is Rung.HUMAN_EXACT:
                    verbatim += translation.characters
            result.sentence += verbatim
            result.paragraph += verbatim if _words(message) in paragraphs else 0
            result.file += verbatim if same_file else 0
    return result


def _page_words(page: Page) -> list[_Words]:
    return [_words(message) for message in page.messages]


def _words(message: Message) -> _Words:
    def words(segment: Segment) -> tuple[str, tuple[Code, ...]]:
        return segment.text, segment.codes

    return tuple(map(words, message.segments))
