"""The systems that are laid side by side: each turns the messages of a page into text.

A system that knows the book's human translation must not know the page that it is
measured on, so a memory is made anew for every page, without the page and without what
says the same elsewhere (`leaks`).  None of them asks for anything twice: an engine
answers the whole book once, and all systems that need it share its answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from amts_sphinx.bitext.material import Material
from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.evaluation.leaks import Audit, HeldOut, Resources
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import (
    Code,
    Message,
    Question,
    Rung,
    Translation,
    TranslationUnit,
)
from amts_sphinx.translator import Stale, Translator, whole


class Text(NamedTuple):
    """A message in the target language, and what its codes stand for."""

    text: str  #: coded text
    codes: tuple[Code, ...] = ()  #: ``codes[n - 1]`` is code ``n``


class System(Protocol):
    """Translates pages for an evaluation."""

    name: str
    #: may a message that it has no answer to be left out, for all systems alike?
    answers: bool

    def page(self, page: Page) -> Sequence[Text | None]:
        """Each message of a page; None where it has no answer.

        A message whose answer cannot be used has an empty text.
        """

    def audit(self, page: Page) -> Audit | None:
        """What it knew of this page; None if it knows no human translations."""


@dataclass
class Copy:
    """The source as it stands: the floor."""

    name: str = "copy"
    answers: bool = False

    def page(self, page: Page) -> Sequence[Text]:
        """Each message in the source language."""
        return [Text(message.text, message.codes) for message in page.messages]

    def audit(self, page: Page) -> None:
        """It knows nothing."""


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

    def audit(self, page: Page) -> None:
        """It knows nothing."""


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


class Memory:
    """Human translations, for each page without the page; systems may share it."""

    def __init__(self, material: Material, *, leaking: bool = False) -> None:
        """``leaking``: the page is not held out.  A canary, whose scores must shine."""
        self._pages = material.pages.keys()
        self._resources = Resources(material.units)
        self._units = tuple(material.units) if leaking else None
        self._held: dict[str, HeldOut[TranslationUnit]] = {}
        self._audits: dict[str, Audit] = {}

    def without(self, page: Page) -> TranslationMemory:
        """The memory without the page, and without what says the same elsewhere."""
        return TranslationMemory(self._known(page), self._pages)

    def audit(self, page: Page) -> Audit:
        """What is left in it of the page."""
        if page.docname not in self._audits:
            leaking = self._units is not None
            left = self._resources if leaking else Resources(self._known(page))
            self._audits[page.docname] = left.audit(page)
        return self._audits[page.docname]

    def _known(self, page: Page) -> Sequence[TranslationUnit]:
        if self._units is not None:
            return self._units
        return self.held(page).kept

    def held(self, page: Page) -> HeldOut[TranslationUnit]:
        """What was held out for a page."""
        if page.docname not in self._held:
            held = self._resources.held_out([page.docname], [page])
            self._held[page.docname] = held
        return self._held[page.docname]


class Book:
    """Memory and engine, as a build would show them; either may be left out."""

    def __init__(
        self,
        name: str,
        joiner: str,
        *,
        memory: Memory | None = None,
        engine: Answers | None = None,
        stale: Stale | None = None,
    ) -> None:
        """``joiner`` stands between two sentences of the target language."""
        self.name = name
        self.answers = engine is not None
        self._joiner = joiner
        self._memory = memory
        self._engine = engine
        self._stale = stale

    def page(self, page: Page) -> Sequence[Text | None]:
        """Each message; what nobody has translated stays as it is without an engine."""
        memory = self._memory.without(page) if self._memory else TranslationMemory()
        translator = Translator(memory, MemoryEngine("", ""), self._stale)
        if self._engine:
            translator.answers = self._engine.found
        found = translator.page(page.docname, list(page.messages))
        return [self._text(message, translations) for message, translations in found]

    def _text(self, message: Message, found: Sequence[Translation]) -> Text | None:
        rungs = {one.rung for one in found if one.characters}
        if self._engine and Rung.SOURCE in rungs:
            return None
        if Rung.FAILED in rungs:
            return Text("")
        text, added = whole(message, found, self._joiner)
        return Text(text, (*message.codes, *added))

    def audit(self, page: Page) -> Audit | None:
        """What its memory knew of the page."""
        return self._memory.audit(page) if self._memory else None


def shown(message: Message) -> bool:
    """Is there anything in a message that can be translated?"""
    return codes.has_letters(message.text)
