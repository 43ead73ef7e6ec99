"""The systems that are laid side by side: each turns the messages of a page into text.

A system that knows the book's human translation must not know the page that it is
measured on, so a memory is made anew for every page, without the page and without what
says the same elsewhere (`leaks`).  None of them asks for anything twice: an engine
answers the whole book once, and all systems that need it share its answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.evaluation.leaks import HeldOut, Resources
from amts_sphinx.evaluation.material import Material, Text
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import (
    Message,
    Question,
    Rung,
    Translation,
    TranslationUnit,
)
from amts_sphinx.translator import Stale, Translator, whole

#: rungs of a sentence that an engine, or a memory, has no answer to
_NONE = frozenset({Rung.SOURCE})


class System(Protocol):
    """Translates pages for an evaluation."""

    name: str
    #: may a message that it has no answer to be left out, for all systems alike?
    answers: bool

    def page(self, page: Page) -> Sequence[Text | None]:
        """Each message of a page; None where it has no answer.

        A message whose answer cannot be used has an empty text.
        """

    def known(self, page: Page) -> Sequence[TranslationUnit]:
        """The human translations that it used for this page."""


@dataclass
class Copy:
    """The source as it stands: the floor."""

    name: str = "copy"
    answers: bool = False

    def page(self, page: Page) -> Sequence[Text]:
        """Each message in the source language."""
        return [Text(message.text, message.codes) for message in page.messages]

    def known(self, page: Page) -> Sequence[TranslationUnit]:
        """Nothing."""
        del page
        return ()


@dataclass
class Archive:
    """What an engine returned in its day, message by message."""

    name: str
    material: Material
    answers: bool = True

    def __post_init__(self) -> None:
        #: of equal messages on several pages the page's own counts
        self._pages = {
            name: {codes.fold_space(pair.source.text): pair for pair in pairs}
            for name, pairs in self.material.archive.items()
        }

    def page(self, page: Page) -> Sequence[Text | None]:
        """What was returned for each message, damaged as it may be."""
        own = self._pages.get(page.docname, {})
        found = (own.get(codes.fold_space(m.text)) for m in page.messages)
        return [
            Text(pair.target.text, pair.target.codes) if pair else None
            for pair in found
        ]

    def known(self, page: Page) -> Sequence[TranslationUnit]:
        """Nothing."""
        del page
        return ()


class Answers:
    """What an engine says of a whole book; it is asked once."""

    def __init__(self, engine: Drafter, pages: Mapping[str, Page]) -> None:
        self.name = engine.name
        self.asked: dict[Question, None] = {}
        translator = Translator(TranslationMemory(), engine)
        for name, page in sorted(pages.items()):
            found = translator.missing(name, list(page.messages))
            self.asked.update(dict.fromkeys(found))
        translator.ask(list(self.asked), len(self.asked))
        self.found = translator.answers


@dataclass
class Book:
    """Memory and engine, as a build would show them; either may be left out."""

    name: str
    material: Material
    engine: Answers | None = None
    memory: bool = True
    stale: Stale = field(default_factory=Stale)
    leaking: bool = False  #: the page is not held out: a canary
    answers: bool = False

    def __post_init__(self) -> None:
        self.answers = self.engine is not None
        self._resources = Resources(self.material.units if self.memory else ())
        #: what was held out for each page
        self.held: dict[str, HeldOut[TranslationUnit]] = {}

    def page(self, page: Page) -> Sequence[Text | None]:
        """Each message; a sentence that nobody has translated stays as it is."""
        messages = list(page.messages)
        units = self.known(page)
        memory = TranslationMemory(units, self.material.pages.keys())
        nobody = MemoryEngine("", "")
        stale = self.stale if self.memory else None
        translator = Translator(memory, nobody, stale)
        if self.engine:
            translator.answers = self.engine.found
        joiner = self.material.target.sentence_joiner
        return [
            self._text(message, found, joiner)
            for message, found in translator.page(page.docname, messages)
        ]

    def _text(
        self, message: Message, found: Sequence[Translation], joiner: str
    ) -> Text | None:
        rungs = {one.rung for one in found if one.characters}
        if self.engine and rungs & _NONE:
            return None
        if Rung.FAILED in rungs:
            return Text("")
        text, added = whole(message, found, joiner)
        return Text(text, (*message.codes, *added))

    def known(self, page: Page) -> Sequence[TranslationUnit]:
        """The memory without the page, and without what says the same elsewhere."""
        if self.leaking:
            return self.material.units
        if page.docname not in self.held:
            self.held[page.docname] = self._resources.held_out([page.docname], [page])
        return self.held[page.docname].kept


def shown(message: Message) -> bool:
    """Is there anything in a message that can be translated?"""
    return codes.has_letters(message.text)


def pages_of(material: Material) -> Iterator[Page]:
    """The pages that have a reference, in the order of their names."""
    for name in sorted(material.references):
        if material.references[name]:
            yield material.pages[name]
