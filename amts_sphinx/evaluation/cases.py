"""What is scored: messages with a person's translation, and what systems made of them.

The unit is the message: its reference is the person's message that the aligner pairs
with it, one to one.  All systems are scored on the same messages, so one that an engine
has no answer to is scored for none of them, and counted; an answer that cannot be used
is an empty one, and scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from amts_sphinx.bitext.material import Material
from amts_sphinx.evaluation.masking import Form, scored
from amts_sphinx.evaluation.systems import System, Text, shown
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
