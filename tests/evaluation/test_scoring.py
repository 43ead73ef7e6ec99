"""Systems side by side: pages, chapters, the book, and who beats whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest

from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.message_pairs import MessagePair
from amts_sphinx.evaluation.cases import Cases, cases
from amts_sphinx.evaluation.leaks import Audit
from amts_sphinx.evaluation.scoring import FEWEST_MESSAGES, Result, score
from amts_sphinx.evaluation.systems import Copy, System, Text
from amts_sphinx.evaluation.tokenizers import tokenizer
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Message

EN, ES = profile("en"), profile("es")
SIZES = {"a/one": 12, "a/two": FEWEST_MESSAGES, "b/three": FEWEST_MESSAGES - 1, "c": 30}
WORDS = ("el", "río", "lleva", "agua", "desde", "la", "sierra", "hasta", "un", "mar")


def sentence(random: Random) -> str:
    """Ten words."""
    return f"{' '.join(random.choices(WORDS, k=10)).capitalize()}."


@dataclass
class Machine:
    """Answers each message with its reference, wrong in every n-th word."""

    name: str
    wrong: int
    references: dict[str, str]
    leaked: str = ""  #: a page of which it knew three sentences
    answers: bool = True

    def page(self, page: Page) -> Sequence[Text]:
        """The references, damaged."""
        return [Text(self._damaged(self.references[m.text])) for m in page.messages]

    def audit(self, page: Page) -> Audit | None:
        """What it was told to have known."""
        known = 3 if page.docname == self.leaked else 0
        return Audit(page.docname, 9, known, known) if self.leaked else None

    def _damaged(self, text: str) -> str:
        words = text.split()
        return " ".join("x" if n % self.wrong == 1 else w for n, w in enumerate(words))


def book() -> tuple[Material, dict[str, str]]:
    """Four pages of different sizes in three chapters."""
    random = Random(7)  # noqa: S311 - the same each time
    references: dict[str, str] = {}
    pages, pairs = {}, {}
    for name, size in SIZES.items():
        texts = [f"Message {name} {n} of the English book." for n in range(size)]
        references |= {text: sentence(random) for text in texts}
        messages = [Message(text, (), "paragraph") for text in texts]
        pages[name] = Page(name, "", tuple(messages))
        pairs[name] = [
            MessagePair(one, Message(references[one.text], (), "paragraph"))
            for one in messages
        ]
    return Material(EN, ES, pages, pairs, []), references


MATERIAL, REFERENCES = book()
GOOD = Machine("good", 9, REFERENCES)
BAD = Machine("bad", 3, REFERENCES)
LEAKY = Machine("leaky", 99, REFERENCES, leaked="b/three")
SYSTEMS: list[System] = [Copy(), GOOD, BAD, LEAKY]


def scored(systems: Sequence[System] = SYSTEMS, baseline: str = "bad") -> list[Result]:
    """The results on the book."""
    found = cases(MATERIAL, systems)
    return score(MATERIAL, systems, found, tokenizer("es"), baseline)


def test_pages_chapters_and_book() -> None:
    """Each with its messages; a short page has no BLEU, but chrF and edit rate."""
    result = scored()[1]
    assert result.book.messages == sum(SIZES.values())
    assert {n: f.messages for n, f in result.documents.items()} == SIZES
    assert {n: f.messages for n, f in result.chapters.items()} == {
        "": 30,
        "a": 12 + FEWEST_MESSAGES,
        "b": FEWEST_MESSAGES - 1,
    }
    without = {name for name, found in result.documents.items() if not found.bleu}
    assert without == {"b/three"}
    short = result.documents["b/three"]
    assert short.chrf
    assert short.edit_rate == pytest.approx(0.1, abs=0.03)


def test_the_mean_is_that_of_the_pages() -> None:
    """Each page counts once, however long it is, if it has a score."""
    result = scored()[2]
    values = [f.bleu.value for f in result.documents.values() if f.bleu]
    assert len(values) == 3
    assert result.macro == pytest.approx(sum(values) / 3)


def test_compared_with_the_baseline() -> None:
    """Better and worse are said of the others; the baseline is compared with nobody."""
    copied, good, bad, _ = scored()
    assert bad.comparison is None
    assert good.comparison
    assert copied.comparison
    assert (good.comparison.verdict, copied.comparison.verdict) == ("better", "worse")
    assert good.book.bleu
    assert bad.book.bleu
    difference = good.book.bleu.value - bad.book.bleu.value
    assert good.comparison.difference == pytest.approx(difference)
    assert all(one.comparison is None for one in scored(baseline="none"))


def test_a_leak_is_flagged() -> None:
    """One page is enough; who knows nothing of people's work has no audit."""
    copied, good, _, leaky = scored()
    assert (leaky.leaked, leaky.comparable) == (3, False)
    assert leaky.audits["b/three"].leaked_exact == 3
    for one in (copied, good):
        assert (one.leaked, one.comparable, one.audits) == (0, True, {})


def test_the_order_of_systems_changes_no_figure() -> None:
    """Nor does the company in which a system is scored."""
    straight = {one.name: one for one in scored()}
    turned = {one.name: one for one in scored(SYSTEMS[::-1])}
    assert straight == turned
    assert scored([GOOD, BAD])[0] == straight["good"]


def test_nothing_to_score() -> None:
    """No message, no figure, no error."""
    empty = Material(EN, ES, {}, {}, [])
    [result] = score(empty, [GOOD], Cases((), 0, 0, 0, {}), tokenizer("es"), "good")
    assert (result.book.bleu, result.book.chrf, result.book.edit_rate) == (None,) * 3
    assert (result.documents, result.macro, result.comparable) == ({}, None, True)
