"""The systems that ``amts evaluate`` lays side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.terminology import TerminologyError, read_terms
from amts_sphinx.cli.exporting import SIDES, file_name
from amts_sphinx.cli.folds import adapted, folded, unfolded
from amts_sphinx.cli.terminal import CommandError
from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.engine import BUILTIN, Service
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.engines.paid import PaidEngine
from amts_sphinx.engines.recorded import RecordedEngine
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
from amts_sphinx.memory.spending import Account
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
    straight = material(found)
    if not any(straight.references.values()):
        message = f"{options.language}: people have translated no message of the book"
        raise CommandError(message)
    book = straight
    if options.reverse:  # what was returned to the source is no translation into it
        book = replace(straight.reversed(), archive={})
    bench = _Bench(found, book, options)
    machines, others = bench.names()
    baseline = options.baseline or next(iter(machines), MEMORY)
    if baseline not in {*machines, *others}:
        known = ", ".join([*others, *machines])
        message = f"--baseline: {baseline!r} is none of {known}"
        raise CommandError(message)
    stated = Provenance(Independence.INDEPENDENT) if options.independent else None
    terms = found.language.terminology if not options.reverse else None
    try:
        source, target = book.source.code, book.target.code
        read = read_terms(terms, source, target) if terms else None
    except TerminologyError as error:
        raise CommandError(str(error)) from None
    # only now is anything asked for, as it may have to be paid
    systems = list(bench.systems())
    pieces = [] if options.reverse else list(_pieces(found, book, bench.own))
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
    #: what the language's own engine says
    own: Answers | None = None
    #: all engines spend from one account
    account: str = field(default_factory=Account.new_name)

    @property
    def engine(self) -> str:
        """The engine of the language; its archive says nothing the other way round."""
        name = self.found.language.engine
        replayed = self.options.reverse and name == RecordedEngine.name
        return MemoryEngine.name if replayed else name

    def names(self) -> tuple[list[str], list[str]]:
        """The machines, and what else is laid beside them, before anything is asked.

        Raises CommandError for a name that cannot be, or is taken.
        """
        own, given = self.engine, map(named, self.options.system)
        machines = [] if own == MemoryEngine.name and not self.book.archive else [own]
        others = [Copy.name, MEMORY, *([CANARY] if self.options.canary else [])]
        both = [f"{own} + {MEMORY}"] if machines and not self.book.archive else []
        taken = {*map(file_name, [*others, *machines, *both]), *SIDES}
        for one in given:
            if not file_name(one.name) or file_name(one.name) in taken:
                message = f"--system: {one.name!r} is no name, or that of another"
                raise CommandError(message)
            taken.add(file_name(one.name))
            machines.append(one.name)
        return machines, [*others, *both]

    def systems(self) -> Iterator[System]:
        """Floor, memory, the engine without and with memory, and what is named."""
        joiner = self.book.target.sentence_joiner
        memory, stale = Memory(self.book), Stale(*self.found.config.stale)
        yield Copy()
        yield Book(MEMORY, joiner, memory=memory, stale=stale)
        name = self.engine
        if self.book.archive:
            yield Archive(name, self.book)
        elif name != MemoryEngine.name:
            answers = self.own = self._answers(name, "", {})
            yield Book(name, joiner, engine=answers)
            both = f"{name} + {MEMORY}"
            yield Book(both, joiner, memory=memory, engine=answers, stale=stale)
        for one in map(named, self.options.system):
            answers = self._answers(*one)
            yield Book(one.name, joiner, engine=answers)
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
                account=self.account,
            )

        drafter, known, pages = opened(), self.found.known, self.book.pages
        if isinstance(drafter, MemoryEngine):
            raise CommandError(self._unusable(name, engine))
        if isinstance(drafter, PaidEngine):
            self.costs[name] = self._cost(drafter.service)
            # what cannot be scored is not worth its price
            scored = self.book.references
            pages = {one: page for one, page in pages.items() if scored.get(one)}
        if self.options.folds and adapted(drafter):
            return folded(known, self.book, opened, pages, self.options.folds)
        return unfolded(known, self.book, drafter, pages)

    def _unusable(self, name: str, engine: str) -> str:
        """Why there is no engine, in one line."""
        engine = engine or self.found.language.engine
        if engine == MemoryEngine.name:
            return f"{name}: the memory is no engine; it is laid beside them anyway"
        if self.options.budget <= 0 and engine not in BUILTIN:
            return f"{name}: an engine that may send something needs --budget"
        return f"{name}: the engine cannot be used (see above)"

    def _cost(self, service: Service) -> dict[str, Any]:
        """What it would cost to ask for the whole book."""
        translator = Translator(TranslationMemory(), MemoryEngine("", ""))
        asked = {
            question
            for name, page in self.book.pages.items()
            for question in translator.missing(name, list(page.messages))
        }
        characters = sum(map(service.size, asked))
        return {
            "characters": characters,
            "amount": round(service.price.cost(characters), 2),
            "currency": service.price.currency,
        }


class Named(NamedTuple):
    """A system as the command line names it."""

    name: str
    engine: str  #: "" for the language's own
    settings: dict[str, object]  #: that go before those configured


def named(given: str) -> Named:
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
    with suppress(KeyError, ValueError):  # what is no number, the engine tells
        settings["price"] = float(str(settings["price"]))
    return Named(name, str(settings.pop("engine", "")), settings)


def _pieces(found: Opened, book: Material, own: Answers | None) -> Iterator[Piece]:
    """The book as a build would show it today, sentence by sentence.

    ``own`` is what the engine of the language says; what it was not asked for counts if
    it is stored.  Of an archive the sentences are those of the messages that it has.
    """
    machine = Engine(found.language.engine, found.language.profile.code)
    memory = TranslationMemory(book.units, book.pages.keys())
    stale = Stale(*found.known.stale) if found.known.stale else None
    translator = Translator(memory, MemoryEngine("", ""), stale)
    if own:
        for page in book.pages.values():
            translator.answers.update(own.of(page))
        missing = {
            question: None
            for name, page in book.pages.items()
            for question in translator.missing(name, list(page.messages))
        }
        if missing:
            translator.engine = judged(found.known)
            translator.ask(list(missing), len(missing))
    for name, page in book.pages.items():
        kept = {codes.fold_space(p.source.text) for p in book.archive.get(name, ())}
        for message, translations in translator.page(name, list(page.messages)):
            replayed = codes.fold_space(message.text) in kept
            for one in translations:
                waits = one.rung is Rung.SOURCE and replayed
                origin = Origin.MACHINE if waits else one.origin
                engine = machine if origin is Origin.MACHINE else None
                yield Piece(origin, one.characters, one.likeness, engine)
