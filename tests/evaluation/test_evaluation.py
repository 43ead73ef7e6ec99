"""An evaluation as plain data: who edited whose drafts, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.message_pairs import MessagePair
from amts_sphinx.bitext.terminology import Term, Terminology
from amts_sphinx.evaluation.evaluation import SCHEMA_VERSION, evaluate
from amts_sphinx.evaluation.independence import Independence, Provenance
from amts_sphinx.evaluation.leaks import Audit
from amts_sphinx.evaluation.plan import Plan, rounded
from amts_sphinx.evaluation.systems import Copy, System, Text
from amts_sphinx.evaluation.tokenizers import tokenizer
from amts_sphinx.evaluation.workload import Engine, Piece
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Message, Origin

EN, ES = profile("en"), profile("es")
COUNT = 120
LETTERS = "abcdefghijlmnoprstuv"


def invented(random: Random, count: int = 12) -> list[str]:
    """Words of a language that nobody speaks."""
    return ["".join(random.choices(LETTERS, k=6)) for _ in range(count)]


@dataclass
class Machine:
    """Answers what a test has written down."""

    name: str
    given: dict[str, str] = field(default_factory=dict)
    answers: bool = True
    knows: bool = False  #: was it taught by people?

    def page(self, page: Page) -> Sequence[Text | None]:
        """The answers of a page."""
        found = (self.given.get(one.text) for one in page.messages)
        return [None if text is None else Text(text) for text in found]

    def audit(self, page: Page) -> Audit | None:
        """It knows no sentence, but something, if it was taught."""
        return Audit(page.docname, 1, 0, 0) if self.knows else None


def book() -> tuple[Material, Machine, Machine]:
    """A reference that is one machine's draft, every fourth word edited, and another.

    The other machine's words are all its own.
    """
    random = Random(3)  # noqa: S311 - the same each time
    edited, other = Machine("edited"), Machine("other")
    messages, pairs = [], []
    for number in range(COUNT):
        message = Message(f"Message number {number} of the book", (), "paragraph")
        draft, own = invented(random), invented(random)
        final = draft[:9] + own[:3]
        edited.given[message.text] = " ".join(draft)
        other.given[message.text] = " ".join(invented(random))
        target = Message(" ".join(final), (), "paragraph")
        messages.append(message)
        pairs.append(MessagePair(message, target))
    page = Page("a", "", tuple(messages))
    return Material(EN, ES, {"a": page}, {"a": pairs}, []), edited, other


MATERIAL, EDITED, OTHER = book()


def data(
    systems: Sequence[System], baseline: str, **more: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is said of these systems, and of the work."""
    plan = Plan(MATERIAL, [Copy(), *systems], baseline, tokenizer("es"), **more)
    found, _ = evaluate(plan)
    return found, found["workload"]


def test_plain_data_and_nothing_else() -> None:
    """It can be written and read back, and equal input gives equal bytes."""
    found, _ = data([EDITED, OTHER], "edited")
    assert found["schema_version"] == SCHEMA_VERSION
    text = json.dumps(found)
    assert json.loads(text) == found
    assert json.dumps(data([EDITED, OTHER], "edited")[0]) == text


def test_the_work_on_edited_drafts_is_measured() -> None:
    """Three of four words were kept, and the same is expected of what is unedited."""
    machine = Engine("edited", "es")
    pieces = [
        Piece(Origin.HUMAN, 600),
        Piece(Origin.MACHINE, 400, engine=machine),
    ]
    found, work = data([EDITED], "edited", pieces=pieces)
    assert found["reference"]["label"] == "post-edit of edited"
    [measured] = work["measured"]
    assert (measured["name"], measured["drafts"]) == ("edited", COUNT)
    assert measured["kept"] == pytest.approx(0.75)
    assert work["projected"] == pytest.approx(0.75)
    assert work["reused"] == pytest.approx(0.6)
    assert work["saved"] == pytest.approx(1 - 0.25 * 0.4)


@pytest.mark.parametrize("baseline", ["edited", "other", "copy"])
def test_the_label_does_not_depend_on_the_baseline(baseline: str) -> None:
    """A reference that favours one of the machines says so beside all of them."""
    found, work = data([OTHER, EDITED], baseline)
    assert found["reference"]["label"] == "post-edit of edited"
    assert [one["engine"] for one in found["reference"]["evidence"]] == [
        "edited",
        "other",
    ]
    # what was measured is what people did to the drafts that they had
    assert [one["name"] for one in work["measured"]] == ["edited"]


def test_a_machine_with_a_memory_proves_nothing() -> None:
    """Its words are partly people's own."""
    taught = Machine("taught", EDITED.given, knows=True)
    found, work = data([OTHER, taught], "other")
    assert [one["engine"] for one in found["reference"]["evidence"]] == ["other"]
    assert found["reference"]["label"] == "independent"
    assert work["measured"] == []


def test_drafts_speak_louder_than_the_user() -> None:
    """Who says that a reference is independent is not believed against the evidence."""
    stated = Provenance(Independence.INDEPENDENT)
    found, _ = data([EDITED], "edited", stated=stated)
    assert found["reference"]["independence"] == "post-edited"


def test_nothing_is_known_without_a_machine() -> None:
    """No evidence, no measurement; people's terms are counted all the same."""
    message = MATERIAL.references["a"][0].source
    target = MATERIAL.references["a"][0].target.text
    terms = Terminology((Term(message.text, (target,)), Term("book", ("nowhere",))))
    found, work = data([], "copy", terms=terms)
    assert found["reference"] == {
        "label": "unknown",
        "independence": "unknown",
        "evidence": [],
    }
    assert work["measured"] == []
    by_term = {row["term"]: row for row in found["terms"]["rows"]}
    assert by_term["book"]["human"]["occurrences"] == COUNT - 1  # one is a longer term
    assert by_term["book"]["human"]["met"] == 0
    assert by_term[message.text]["human"]["met"] == 1
    assert found["terms"]["machine"] == {"occurrences": 0, "met": 0, "share": None}


def test_what_cannot_be_scored_is_counted() -> None:
    """Failed answers by system; what has no answer is out for all."""
    given = dict(EDITED.given)
    texts = list(given)
    given[texts[0]] = ""
    del given[texts[1]]
    found, _ = data([Machine("holes", given), OTHER], "other")
    assert found["scored"] == {
        "messages": COUNT - 1,
        "of": COUNT,
        "without_reference": 0,
        "without_answer": 1,
        "failed": {"holes": 1},
    }


def test_costs_stand_beside_their_systems() -> None:
    """Only where something has to be paid."""
    cost = {"characters": 7, "amount": 0.1, "currency": "USD"}
    found, _ = data([EDITED, OTHER], "other", costs={"edited": cost})
    assert [one["cost"] for one in found["systems"]] == [None, cost, None]


def test_numbers_have_four_places() -> None:
    """Wherever they stand; whole numbers and texts stay."""
    given = {"a": [1 / 3, (2 / 3, 7)], "b": "1.23456", "c": None, "d": True}
    assert rounded(given) == {
        "a": [0.3333, [0.6667, 7]],
        "b": "1.23456",
        "c": None,
        "d": True,
    }
