"""Lays systems side by side on the messages that a person has translated.

The unit is the message: its reference is the person's message that the aligner pairs
with it, one to one.  All systems are scored on the same messages, so one that an engine
has no answer to is scored for none of them, and counted; an answer that cannot be used
is an empty one, and scored.  Inline codes are masked; code and formulas of their own
are no messages, and never scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from amts_sphinx.bitext.material import Material
from amts_sphinx.evaluation import edit_rate, scores, significance
from amts_sphinx.evaluation.edit_rate import Edits
from amts_sphinx.evaluation.leaks import Audit
from amts_sphinx.evaluation.masking import Form, scored
from amts_sphinx.evaluation.scores import Sample, Score, Statistics
from amts_sphinx.evaluation.significance import Comparison
from amts_sphinx.evaluation.systems import System, Text, shown
from amts_sphinx.evaluation.tokenizers import Tokenizer
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Message


@dataclass(frozen=True)
class Case:
    """One message, its reference, and what each system made of it."""

    document: str
    message: Message
    reference: Message
    answers: tuple[Text, ...]  #: in the order of the systems

    @cached_property
    def masked(self) -> list[str]:
        """Source, reference and answers as they are scored."""
        return scored(Form.MASK, self.message, self.reference, *self.answers)

    @cached_property
    def kept(self) -> list[str]:
        """The same with codes as text."""
        return scored(Form.KEEP, self.message, self.reference, *self.answers)


@dataclass(frozen=True)
class Cases:
    """What is scored, and what is not."""

    cases: tuple[Case, ...]
    messages: int  #: of the book, with something to translate
    unpaired: int  #: of these, without a reference of their own
    unanswered: int  #: of those with one, that an engine has no answer to
    failed: Mapping[str, int]  #: by system: answers that cannot be used


def cases(material: Material, systems: Sequence[System]) -> Cases:
    """Have all systems translate all pages that have a reference."""
    found: list[Case] = []
    failed: Counter[str] = Counter()
    messages = unanswered = 0
    for name in sorted(material.pages):
        page = material.pages[name]
        messages += sum(map(shown, page.messages))
        referenced = _references(page, material)
        if not any(referenced):
            continue
        answers = [system.page(page) for system in systems]
        for number, message in enumerate(page.messages):
            reference = referenced[number]
            if reference is None:
                continue
            given = [answer[number] for answer in answers]
            if any(
                answer is None and system.answers
                for system, answer in zip(systems, given, strict=True)
            ):
                unanswered += 1
                continue
            texts = tuple(answer or Text("") for answer in given)
            failed.update(
                system.name
                for system, text in zip(systems, texts, strict=True)
                if not text.text.strip()
            )
            found.append(Case(name, message, reference, texts))
    unpaired = messages - len(found) - unanswered
    return Cases(tuple(found), messages, unpaired, unanswered, dict(failed))


def _references(page: Page, material: Material) -> list[Message | None]:
    """The reference of each message of a page, as far as there is one."""
    known: dict[str, list[Message]] = {}
    for pair in material.references.get(page.docname, ()):
        known.setdefault(codes.fold_space(pair.source.text), []).append(pair.target)
    result: list[Message | None] = []
    for message in page.messages:
        waiting = known.get(codes.fold_space(message.text)) if shown(message) else None
        result.append(waiting.pop(0) if waiting else None)
    return result


@dataclass(frozen=True, slots=True)
class Figures:
    """What a system is worth on some messages."""

    messages: int
    bleu: Score | None
    chrf: Score | None
    edit_rate: float | None  #: 0 to 1


@dataclass(frozen=True)
class Result:
    """One system."""

    name: str
    book: Figures
    chapters: Mapping[str, Figures]  #: by folder
    documents: Mapping[str, Figures]
    kept: float | None  #: BLEU of the book with codes as text
    macro: float | None  #: mean BLEU of the documents
    comparison: Comparison | None  #: with the baseline; None for the baseline itself
    audits: Mapping[str, Audit] = field(default_factory=dict)  #: by document

    @property
    def leaked(self) -> int:
        """Sentences that the system knew word for word."""
        return sum(audit.leaked_exact for audit in self.audits.values())

    @property
    def comparable(self) -> bool:
        """May its figures stand beside others?"""
        return all(audit.comparable for audit in self.audits.values())


def score(
    material: Material,
    systems: Sequence[System],
    found: Cases,
    tokenizer: Tokenizer,
    baseline: str,
) -> list[Result]:
    """The figures of each system, in their order, each beside the baseline."""
    counted = [_counted(found.cases, n, tokenizer) for n in range(len(systems))]
    first = next((n for n, one in enumerate(systems) if one.name == baseline), None)
    results: list[Result] = []
    for number, system in enumerate(systems):
        comparison = None
        if first is not None and number != first:
            both = counted[first].bleu, counted[number].bleu
            comparison = significance.compare(*both)
        pages = [material.pages[name] for name in counted[number].pages]
        audited = ((page.docname, system.audit(page)) for page in pages)
        audits = {name: audit for name, audit in audited if audit}
        results.append(_result(system.name, counted[number], comparison, audits))
    return results


@dataclass(frozen=True)
class _Counted:
    """What was counted of one system in every message."""

    bleu: Statistics
    chrf: Statistics
    edits: tuple[Edits, ...]
    kept: float | None

    @property
    def pages(self) -> list[str]:
        return sorted(set(self.bleu.documents))

    def figures(self, within: Callable[[str], bool]) -> Figures:
        """The figures of some documents."""
        places = [n for n, name in enumerate(self.bleu.documents) if within(name)]
        return Figures(
            len(places),
            _part(self.bleu, places).score(),
            _part(self.chrf, places).score(),
            edit_rate.edit_rate(self.edits[n] for n in places),
        )


def _part(statistics: Statistics, places: Sequence[int]) -> Statistics:
    return replace(
        statistics,
        documents=tuple(statistics.documents[n] for n in places),
        rows=tuple(statistics.rows[n] for n in places),
    )


def _counted(found: Sequence[Case], number: int, tokenizer: Tokenizer) -> _Counted:
    """Count what one system made of all messages."""
    masked, kept = (
        [Sample(case.document, lines[number + 2], lines[1]) for case, lines in sides]
        for sides in (
            [(case, case.masked) for case in found],
            [(case, case.kept) for case in found],
        )
    )
    changes = (
        edit_rate.edits(one.hypothesis, one.reference, tokenizer) for one in masked
    )
    return _Counted(
        scores.bleu(masked, tokenizer),
        scores.chrf(masked),
        tuple(changes),
        scores.bleu(kept, tokenizer).value,
    )


def _result(
    name: str,
    counted: _Counted,
    comparison: Comparison | None,
    audits: Mapping[str, Audit],
) -> Result:
    pages = {one: counted.figures(one.__eq__) for one in counted.pages}
    values = [found.bleu.value for found in pages.values() if found.bleu]
    chapters = dict.fromkeys(page.rpartition("/")[0] for page in counted.pages)
    return Result(
        name,
        counted.figures(lambda _: True),
        {chapter: counted.figures(_in(chapter)) for chapter in chapters},
        pages,
        counted.kept,
        sum(values) / len(values) if values else None,
        comparison,
        audits,
    )


def _in(chapter: str) -> Callable[[str], bool]:
    return lambda document: document.rpartition("/")[0] == chapter
