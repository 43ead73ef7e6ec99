"""The systems that are laid side by side: each turns the messages of a page into text.

A system that knows the book's human translation must not know the page that it is
measured on (`apart`).  None of them asks for anything twice: an engine
answers the whole book once, and all systems that need it share its answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from amts_sphinx.bitext.material import Material
from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.evaluation.apart import Memory
from amts_sphinx.evaluation.leaks import Audit
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page
from amts_sphinx.text.repair import Repaired
from amts_sphinx.text.units import (
    Code,
    Message,
    Question,
    Rung,
    Translation,
)
from amts_sphinx.text.wholes import whole
from amts_sphinx.translator import Stale, Translator


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

    def page(self, page: Page) -> Sequence[Text | None]:
        """What was returned for each message, damaged as it may be."""
        # of equal messages each has its own answer, if there are as many
        own: dict[str, list[Message]] = {}
        for pair in self.material.archive.get(page.docname, ()):
            own.setdefault(codes.fold_space(pair.source.text), []).append(pair.target)
        found: list[Text | None] = []
        for message in page.messages:
            waiting = own.get(codes.fold_space(message.text), [])
            answer = waiting.pop(0) if len(waiting) > 1 else next(iter(waiting), None)
            found.append(Text(answer.text, answer.codes) if answer else None)
        return found

    def audit(self, page: Page) -> None:
        """It knows nothing."""


class Answers:
    """What an engine says of some pages; it is asked once."""

    def __init__(
        self,
        engine: Drafter,
        pages: Mapping[str, Page],
        taught: Callable[[Page], Audit] | None = None,
    ) -> None:
        """``taught`` tells what the pairs that adapt the engine know of a page."""
        self._taught = taught
        asked: dict[Question, None] = {}
        translator = Translator(TranslationMemory(), engine)
        for name, page in sorted(pages.items()):
            found = translator.missing(name, list(page.messages))
            asked.update(dict.fromkeys(found))
        translator.ask(list(asked), len(asked))
        self._found = translator.answers

    def of(self, page: Page) -> dict[Question, Repaired | None]:
        """Its answers to the sentences of a page, among others."""
        del page
        return self._found

    def audit(self, page: Page) -> Audit | None:
        """What the engine was taught of a page; None if it was taught nothing."""
        return self._taught(page) if self._taught else None


class Folded(Answers):
    """What an engine says that was taught anew for each group of chapters."""

    def __init__(self, parts: Sequence[tuple[Mapping[str, Page], Answers]]) -> None:
        """Groups of pages, each with what an engine says that was not taught them."""
        self._parts = {name: answers for pages, answers in parts for name in pages}

    def of(self, page: Page) -> dict[Question, Repaired | None]:
        """The answers of the engine that does not know the page."""
        part = self._parts.get(page.docname)
        return part.of(page) if part else {}

    def audit(self, page: Page) -> Audit | None:
        """What that engine was taught of it all the same."""
        part = self._parts.get(page.docname)
        return part.audit(page) if part else None


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
            translator.answers = self._engine.of(page)
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
        """What its memory knew of the page, or its engine."""
        known = [part.audit(page) for part in (self._memory, self._engine) if part]
        found = [audit for audit in known if audit]
        return max(found, key=lambda audit: audit.leaked_exact, default=None)


def shown(message: Message) -> bool:
    """Is there anything in a message that can be translated?"""
    return codes.has_letters(message.text)
