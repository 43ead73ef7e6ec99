"""What is scored, and what is counted instead: a handful of messages, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.message_pairs import MessagePair
from amts_sphinx.evaluation.cases import Cases, cases
from amts_sphinx.evaluation.scoring import score
from amts_sphinx.evaluation.systems import Archive, Copy, Text
from amts_sphinx.evaluation.tokenizers import tokenizer
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Code, Message

EN, ES = profile("en"), profile("es")


def message(text: str, *codes: Code) -> Message:
    """A paragraph of one sentence."""
    return Message(text, codes, "paragraph")


def pair(source: str, target: str) -> MessagePair:
    """A message and its translation."""
    return MessagePair(message(source), message(target))


def book(
    pages: dict[str, list[str]], references: dict[str, list[MessagePair]]
) -> Material:
    """A book of paragraphs."""
    found = {
        name: Page(name, "", tuple(map(message, texts)))
        for name, texts in pages.items()
    }
    return Material(EN, ES, found, references, [])


@dataclass
class Machine:
    """Answers from a list of its own; remembers which pages it was asked for."""

    given: dict[str, str | None]
    name: str = "machine"
    answers: bool = True
    asked: list[str] = field(default_factory=list)

    def page(self, page: Page) -> Sequence[Text | None]:
        """An answer to each message; None where it has none."""
        self.asked.append(page.docname)
        found = (self.given.get(one.text) for one in page.messages)
        return [None if text is None else Text(text) for text in found]

    def audit(self, page: Page) -> None:
        """It knows nothing."""


FISH = "The fish swim in the old pond all day."
BIRDS = "The birds sing in the old tree all day."
BOOK = book(
    {"a": [FISH, BIRDS, "Nobody translated this.", "12"], "b": ["No page of theirs."]},
    {"a": [pair(FISH, "Los peces nadan."), pair(BIRDS, "Las aves cantan.")]},
)


def counts(found: Cases) -> tuple[int, int, int, int]:
    """Scored, all, without reference, without answer."""
    return len(found.cases), found.messages, found.unpaired, found.unanswered


def test_what_is_without_reference_is_left_out() -> None:
    """Messages and pages; numbers are no messages; no system sees such a page."""
    machine = Machine({FISH: "Los peces.", BIRDS: "Las aves."})
    found = cases(BOOK, [Copy(), machine])
    assert counts(found) == (2, 4, 2, 0)
    assert [case.document for case in found.cases] == ["a", "a"]
    assert found.cases[0].masked == [FISH, "Los peces nadan.", FISH, "Los peces."]
    assert machine.asked == ["a"]


def test_what_one_machine_does_not_answer_is_scored_for_none() -> None:
    """It is counted, and the other systems lose it as well."""
    machine, other = Machine({FISH: "Los peces."}), Machine({BIRDS: "X", FISH: "Y"})
    found = cases(BOOK, [Copy(), other, machine])
    assert counts(found) == (1, 4, 2, 1)
    assert [case.message.text for case in found.cases] == [FISH]
    assert found.failed == {}


def test_who_need_not_answer_leaves_nothing_out() -> None:
    """A memory that has nothing has an empty text, and is told so."""
    memory = Machine({FISH: "Los peces."}, name="memory", answers=False)
    found = cases(BOOK, [Copy(), memory])
    assert counts(found) == (2, 4, 2, 0)
    assert found.failed == {"memory": 1}


def test_a_failed_answer_is_an_empty_one() -> None:
    """It is scored, as zero, and counted; white space is no answer either."""
    good = Machine({FISH: "Los peces nadan.", BIRDS: "Las aves cantan."}, "good")
    bad = Machine({FISH: "Los peces nadan.", BIRDS: "  "}, "bad")
    none = Machine({FISH: "", BIRDS: ""}, "none")
    found = cases(BOOK, [good, bad, none])
    assert counts(found) == (2, 4, 2, 0)
    assert found.failed == {"bad": 1, "none": 2}
    results = score(BOOK, [good, bad, none], found, tokenizer("es"), "good")
    values = [one.book.chrf.value for one in results if one.book.chrf]
    assert values[0] == 100
    assert 0 < values[1] < 70
    assert values[2] == 0
    assert [one.book.edit_rate for one in results] == [0, 0.5, 1]
    assert [one.book.messages for one in results] == [2, 2, 2]


def test_equal_messages_have_their_own_references() -> None:
    """In their order on the page; where there are fewer, the last ones have none."""
    same = "See below."
    references = [pair(same, "Véase abajo."), pair(same, "Ver más abajo.")]
    three = book({"a": [same, FISH, same, same]}, {"a": references})
    found = cases(three, [Copy()])
    assert [case.reference.text for case in found.cases] == [
        "Véase abajo.",
        "Ver más abajo.",
    ]
    assert counts(found) == (2, 4, 2, 0)


def test_white_space_does_not_matter() -> None:
    """A message that was wrapped elsewhere is the same one."""
    wrapped = book({"a": [FISH.replace(" in", "\nin")]}, {"a": [pair(FISH, "Peces.")]})
    assert len(cases(wrapped, [Copy()]).cases) == 1


def test_an_archive_answers_equal_messages_in_order() -> None:
    """Each with its own answer; if there are fewer, the last one counts on."""
    same = "See below."
    material = book({"a": [same] * 3}, {"a": [pair(same, "Ver.")] * 3})
    archive = {"a": [pair(same, "Uno."), pair(same, "Dos.")]}
    known = Material(EN, ES, material.pages, material.references, [], archive)
    found = cases(known, [Archive("old", known)])
    assert [case.answers[0].text for case in found.cases] == ["Uno.", "Dos.", "Dos."]
    again = cases(known, [Archive("old", known)])
    assert again == found


def test_codes_are_masked_alike() -> None:
    """A formula is one token on all sides; another one is another token."""
    two, three = Code("math", "m = 2"), Code("math", "m = 3")
    text, other = 'It weighs <x id="1"/> kilos.', 'Pesa <x id="1"/> kilos.'
    pages = {"a": Page("a", "", (message(text, two),))}
    references = {"a": [MessagePair(message(text, two), message(other, two))]}
    material = Material(EN, ES, pages, references, [])

    @dataclass
    class Wrong(Machine):
        def page(self, page: Page) -> Sequence[Text | None]:
            return [Text(other, (three,)) for _ in page.messages]

    [case] = cases(material, [Copy(), Wrong({})]).cases
    assert case.masked == [
        *("It weighs Qb kilos.", "Pesa Qb kilos.", "It weighs Qb kilos."),
        "Pesa Qc kilos.",
    ]
    assert case.kept[-1] == "Pesa $m = 3$ kilos."
