"""The systems that ``amts evaluate`` lays side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.terminology import TerminologyError, read_terms
from amts_sphinx.cli.folds import adapted, folded, taught_all
from amts_sphinx.cli.terminal import CommandError
from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.engines.paid import PaidEngine
from amts_sphinx.evaluation.apart import Memory
from amts_sphinx.evaluation.independence import Independence, Provenance
from amts_sphinx.evaluation.plan import Plan
from amts_sphinx.evaluation.systems import (
    Answers,
    Archive,
    Book,
    Copy,
    System,
)
from amts_sphinx.evaluation.tokenizers import tokenizer
from amts_sphinx.evaluation.workload import Engine, Piece
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.sphinx_ext.judged import judged
from amts_sphinx.sphinx_ext.material import material
from amts_sphinx.text import codes
from amts_sphinx.text.units import Origin, Rung
from amts_sphinx.translator import Stale, Translator

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.opened import Opened

MEMORY, CANARY = "memory", "memory with the page (canary)"


def plan(found: Opened, options: argparse.Namespace) -> Plan:
    """What is to be evaluated.

    Raises CommandError for options that cannot be, and what reading a book raises.
    """
    book = material(found)
    pieces = list(_pieces(found, book)) if not options.reverse else []
    if options.reverse:
        book = book.reversed()
    bench = _Bench(found, book, options)
    systems = list(bench.systems())
    names = [system.name for system in systems]
    machine = next((one.name for one in systems if one.answers), MEMORY)
    baseline = options.baseline or machine
    if baseline not in names:
        message = f"--baseline: {baseline!r} is none of {', '.join(names)}"
        raise CommandError(message)
    stated = Provenance(Independence.INDEPENDENT) if options.independent else None
    terms = found.language.terminology if not options.reverse else None
    try:
        source, target = book.source.code, book.target.code
        read = read_terms(terms, source, target) if terms else None
    except TerminologyError as error:
        raise CommandError(str(error)) from None
    chosen = tokenizer(book.target.code)
    return Plan(book, systems, baseline, chosen, pieces, read, stated, bench.costs)


@dataclass
class _Bench:
    """Where the systems of a book stand side by side."""

    found: Opened
    book: Material
    options: argparse.Namespace
    #: what it would cost to ask a paid engine for all of the book, by system
    costs: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def systems(self) -> Iterator[System]:
        """Floor, memory, the engine without and with memory, and what is named."""
        joiner = self.book.target.sentence_joiner
        memory, stale = Memory(self.book), Stale(*self.found.config.stale)
        yield Copy()
        yield Book(MEMORY, joiner, memory=memory, stale=stale)
        name = self.found.language.engine
        if self.book.archive:
            yield Archive(name, self.book)
        elif name != MemoryEngine.name:
            answers = self._answers(name, "", {})
            yield Book(name, joiner, engine=answers)
            both = f"{name} + {MEMORY}"
            yield Book(both, joiner, memory=memory, engine=answers, stale=stale)
        for given in self.options.system:
            name, engine, settings = _named(given)
            yield Book(name, joiner, engine=self._answers(name, engine, settings))
        if self.options.canary:
            yield Book(CANARY, joiner, memory=Memory(self.book, leaking=True))

    def _answers(
        self, name: str, engine: str, settings: Mapping[str, object]
    ) -> Answers:
        """What an engine says of the book; raises CommandError if it cannot be used."""

        def opened() -> Drafter:
            return judged(
                self.found.known,
                engine=engine,
                options=settings,
                reverse=self.options.reverse,
                budget=self.options.budget,
            )

        drafter, book = opened(), self.book
        if isinstance(drafter, MemoryEngine):
            message = f"{name}: the engine cannot be used (see above)"
            raise CommandError(message)
        if self.options.folds and adapted(drafter):
            known, count = self.found.known, self.options.folds
            answers: Answers = folded(known, book, opened, count)
        else:
            answers = Answers(drafter, book.pages, taught_all(book, drafter))
        if isinstance(drafter, PaidEngine):
            service = drafter.service
            characters = sum(map(service.size, answers.asked))
            self.costs[name] = {
                "characters": characters,
                "amount": round(service.price.cost(characters), 2),
                "currency": service.price.currency,
            }
        return answers


def _named(given: str) -> tuple[str, str, dict[str, object]]:
    """The name, the engine and its settings, as ``--system`` has them.

    Raises CommandError for what cannot be.
    """
    name, colon, rest = given.partition(":")
    pairs = [part.partition("=") for part in rest.split(",")]
    if not (name and colon and all(key and sign for key, sign, _ in pairs)):
        message = f"--system: {given!r} is not of the form NAME:SETTING=VALUE,…"
        raise CommandError(message)
    words = {"true": True, "false": False}
    settings: dict[str, object] = {
        key.strip(): words.get(value, value) for key, _, value in pairs
    }
    return name, str(settings.pop("engine", "")), settings


def _pieces(found: Opened, book: Material) -> Iterator[Piece]:
    """The book as a build would show it today, sentence by sentence."""
    machine = Engine(found.language.engine, found.language.profile.code)
    if book.archive:  # its sentences are those of the messages that it has
        memory = TranslationMemory(book.units, book.pages.keys())
        translator = Translator(
            memory, MemoryEngine("", ""), Stale(*found.config.stale)
        )
    else:
        translator = found.known.translator
    for name, page in book.pages.items():
        kept = {codes.fold_space(p.source.text) for p in book.archive.get(name, ())}
        for message, translations in translator.page(name, list(page.messages)):
            replayed = codes.fold_space(message.text) in kept
            for one in translations:
                waits = one.rung is Rung.SOURCE and replayed
                origin = Origin.MACHINE if waits else one.origin
                engine = machine if origin is Origin.MACHINE else None
                yield Piece(origin, one.characters, one.likeness, engine)
