"""The whole ladder: whose sentence stands there, and when a changed one keeps its text.

The last test is the promise of the house: never a byte of a person's sentence changes
unless its source sentence changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.memory.recoding import skeleton
from amts_sphinx.text import codes
from amts_sphinx.text.repair import Repair, Repaired
from amts_sphinx.text.units import (
    EMPHASIS,
    OWN,
    Code,
    Message,
    Origin,
    Question,
    Rung,
    Segment,
    Translation,
    TranslationUnit,
)
from amts_sphinx.translator import Stale, Translator
from canned import CannedEngine, guarded

MATH = Code("math", "x")
XREF = Code("xref", "install")
STRONG = Code("strong", "")
X1, X2 = '<x id="1"/>', '<x id="2"/>'

#: a sentence long enough that one letter hardly counts
OLD = "The old heron visits the northern end of the pond in every winter"
NEAR = OLD.replace("winter", "winters")
FAR = OLD.replace("old heron", "young gull")
OTHER = "Nothing of this kind has been said before"
#: long enough to be a translation of them
SAID = "So sagt es die Maschine, Wort für Wort"


def message(text: str, *found: Code, cuts: Sequence[int] = ()) -> Message:
    """A paragraph."""
    return Message(text, found, "paragraph", 1, tuple(cuts))


def unit(
    text: str, target: str, *found: Code, cuts: Sequence[int] = (), document: str = "p"
) -> TranslationUnit:
    """A person's translation on page p."""
    return TranslationUnit(text, target, found, (), tuple(cuts), document)


def ladder(
    units: Sequence[TranslationUnit],
    answers: Mapping[str, str | None] | None = None,
    stale: Stale | None = Stale(),  # noqa: B008 - immutable
    pages: Sequence[str] = ("p", "q"),
) -> Translator:
    """A translator whose engine has answered already."""
    engine = guarded(CannedEngine(answers=answers))
    return Translator(TranslationMemory(units, pages), engine, stale)


def shown(
    made: Translator, *wanted: Message, document: str = "p"
) -> list[tuple[str, Rung]]:
    """Texts and rungs of a page."""
    made.ask(made.missing(document, wanted))
    pages = made.page(document, wanted)
    return [(found.text, found.rung) for _, page in pages for found in page]


# -- the order of the rungs ---------------------------------------------------------


def test_every_rung_in_its_turn() -> None:
    """Take away the best of what is left, and the next one answers."""
    exact, cosmetic = unit(NEAR, "exact"), unit(f"{NEAR}!", "cosmetic")
    near, far = unit(OLD, "near"), unit(FAR.replace("winter", "winters"), "far")
    answers = {NEAR: SAID}
    found = [
        shown(ladder([far, near, cosmetic, exact], answers), message(NEAR)),
        shown(ladder([far, near, cosmetic], answers), message(NEAR)),
        shown(ladder([far, near], answers), message(NEAR)),
        shown(ladder([far], answers), message(NEAR)),
        shown(ladder([far]), message(NEAR)),
        shown(ladder([]), message(NEAR)),
    ]
    assert found == [
        [("exact", Rung.HUMAN_EXACT)],
        [("cosmetic", Rung.HUMAN_COSMETIC)],
        [("near", Rung.STALE_NEAR)],
        [(SAID, Rung.MACHINE)],
        [("far", Rung.STALE_FAR)],
        [(NEAR, Rung.SOURCE)],
    ]


def likeness(now: str, was: str = OLD) -> float:
    """How alike the ladder finds two sentences."""
    [found] = ladder([unit(was, "was")], stale=Stale(0, 0)).translate(message(now), "p")
    assert found.was == was
    return found.likeness


@pytest.mark.parametrize("now", [NEAR, FAR])
def test_thresholds_are_reached_not_passed(now: str) -> None:
    """A sentence of just the likeness asked for is taken, of a hair less it is not."""
    exactly = likeness(now)
    assert (exactly >= 0.95) == (now is NEAR)
    assert exactly >= 0.75
    answers, more = {now: SAID}, exactly + 1e-9
    expected = {
        Stale(exactly, exactly): Rung.STALE_NEAR,
        Stale(more, exactly): Rung.MACHINE,
        Stale(more, more): Rung.MACHINE,
    }
    for stale, rung in expected.items():
        made = ladder([unit(OLD, "was")], answers, stale)
        assert shown(made, message(now))[0][1] is rung
    without = {exactly: Rung.STALE_FAR, more: Rung.SOURCE}
    for far, rung in without.items():
        made = ladder([unit(OLD, "was")], stale=Stale(1.1, far))
        assert shown(made, message(now))[0][1] is rung


def test_another_sentence_is_no_former_self() -> None:
    """Where all is new nothing of a person's is shown."""
    assert shown(ladder([unit(OLD, "was")]), message(OTHER)) == [(OTHER, Rung.SOURCE)]


@pytest.mark.parametrize("kind", ["title", "caption", "term", "rubric", "alt", "field"])
def test_where_no_mark_can_be_nothing_is_stale(kind: str) -> None:
    """A heading shows a person's sentence of its very source, or none."""
    made = ladder([unit(OLD, "was")], {FAR: SAID})
    wanted = replace(message(f"{NEAR}. {FAR}", cuts=(len(NEAR) + 2,)), kind=kind)
    rungs = [rung for _, rung in shown(made, wanted)]
    assert rungs == [Rung.SOURCE, Rung.MACHINE]
    assert shown(made, replace(message(OLD), kind=kind))[0][1] is Rung.HUMAN_EXACT


@pytest.mark.parametrize("kind", ["paragraph", "line", "attribution", "inline"])
def test_where_a_mark_can_be_it_is_stale(kind: str) -> None:
    """Running text keeps what a person said."""
    made = ladder([unit(OLD, "was")])
    assert shown(made, replace(message(NEAR), kind=kind))[0][1] is Rung.STALE_NEAR


def test_without_thresholds_nothing_is_stale() -> None:
    """Where nothing can be marked the machine answers, then the source."""
    units, wanted = [unit(OLD, "was")], message(NEAR)
    assert shown(ladder(units, stale=None), wanted) == [(NEAR, Rung.SOURCE)]
    made = ladder(units, {NEAR: SAID}, None)
    assert shown(made, wanted) == [(SAID, Rung.MACHINE)]


def test_a_stale_sentence_says_what_it_was_made_from() -> None:
    """The former source is readable, its formulas in full."""
    known = unit(f"{OLD} {X1} &amp; more.", f"war {X1}", Code("math", "a<b"))
    [found] = ladder([known]).translate(
        message(f"{NEAR} {X1} &amp; more.", Code("math", "c")), "p"
    )
    assert found.rung is Rung.STALE_NEAR
    assert found.was == f"{OLD} a<b & more."
    assert 0.95 <= found.likeness < 1
    assert (found.text, found.codes) == (f"war {X1}", ())


@pytest.mark.parametrize(
    "answer", ["", SAID, f"{SAID} {X2}", f"<b>{SAID} {X1}", f'<g id="1">{SAID} {X1}']
)
def test_a_failed_answer_gives_way(answer: str) -> None:
    """Rather a person's former sentence than the source in its place."""
    text, known = f"{FAR} {X1}.", unit(f"{OLD} {X1}.", f"war {X1}", XREF)
    made = ladder([known], {text: answer})
    assert shown(made, message(text, XREF)) == [(f"war {X1}", Rung.STALE_FAR)]
    assert shown(ladder([], {text: answer}), message(text, XREF)) == [
        (text, Rung.FAILED)
    ]
    made = ladder([known], {text: f"{SAID} {X1}"})
    assert shown(made, message(text, XREF)) == [(f"{SAID} {X1}", Rung.MACHINE)]


@pytest.mark.parametrize(
    "answer",
    ["Ja.", "Ja. " * 100, f"{SAID} DNT_ABCDEFGH"],
    ids=["short", "long", "stand-in"],
)
def test_what_can_be_no_translation_gives_way(answer: str) -> None:
    """The same where an answer is far too short, far too long, or a stand-in shows."""
    made = ladder([unit(OLD, "was")], {FAR: answer})
    assert shown(made, message(FAR)) == [("was", Rung.STALE_FAR)]
    assert shown(ladder([], {FAR: answer}), message(FAR)) == [(FAR, Rung.FAILED)]


def test_an_engine_is_asked_for_what_is_far() -> None:
    """What is near needs no machine; what is far is asked for."""
    made = ladder([unit(OLD, "was")])
    assert made.missing("p", [message(NEAR)]) == []
    assert made.missing("p", [message(FAR)]) == [Question(FAR)]


# -- whose former self ----------------------------------------------------------------


def test_who_stands_on_the_page_is_nobodys_former_self() -> None:
    """A new sentence that sounds like its neighbour has no translation yet."""
    made = ladder([unit(OLD, "was")])
    both = [message(NEAR), message(OLD)]
    assert shown(made, *both) == [(NEAR, Rung.SOURCE), ("was", Rung.HUMAN_EXACT)]
    assert shown(made, *reversed(both))[1] == (NEAR, Rung.SOURCE)


def test_a_run_that_stands_on_the_page_is_nobodys_former_self() -> None:
    """The same of sentences that people translated together."""
    run = unit(f"{OLD}. {OTHER}.", "both", cuts=(len(OLD) + 2,))
    stands = message(run.source, cuts=run.cuts)
    copy = message(f"{NEAR}. {OTHER}s.", cuts=(len(NEAR) + 2,))
    found = shown(ladder([run]), stands, copy)
    assert [rung for _, rung in found] == [Rung.HUMAN_EXACT, Rung.SOURCE, Rung.SOURCE]
    assert shown(ladder([run]), copy) == [("both", Rung.STALE_NEAR)]


def test_former_selves_live_on_the_same_page() -> None:
    """What another page says is no former self, unless that page is no more."""
    known = unit(OLD, "was", document="q")
    assert shown(ladder([known]), message(NEAR))[0][1] is Rung.SOURCE
    gone = ladder([known], pages=["p"])
    assert shown(gone, message(NEAR)) == [("was", Rung.STALE_NEAR)]


# -- runs of sentences ----------------------------------------------------------------


def test_a_run_that_differs_cosmetically() -> None:
    """Two sentences that people translated as one, written otherwise."""
    run = unit("A word. And more.", "both", cuts=(8,))
    found = ladder([run]).translate(message("A word! and\nmore.", cuts=(8,)), "p")
    assert [(t.text, t.rung, t.segments) for t in found] == [
        ("both", Rung.HUMAN_COSMETIC, 2)
    ]


def test_a_run_that_has_changed() -> None:
    """Both sentences together keep their translation, and are counted as two."""
    run = unit(f"{OLD}. {OTHER}.", "both", cuts=(len(OLD) + 2,))
    wanted = message(f"{NEAR}. {OTHER}.", cuts=(len(NEAR) + 2,))
    [found] = ladder([run]).translate(wanted, "p")
    assert (found.text, found.rung, found.segments) == ("both", Rung.STALE_NEAR, 2)
    assert found.was == run.source
    assert (found.start, found.end) == (0, len(wanted.text))
    assert found.characters == len(wanted.text) - 1


def test_a_changed_run_leaves_the_unchanged_alone() -> None:
    """A sentence with a translation of its own keeps it beside a changed one."""
    run = unit(f"{OLD}. {OTHER}.", "both", cuts=(len(OLD) + 2,))
    wanted = message(f"{NEAR}. {OTHER}.", cuts=(len(NEAR) + 2,))
    found = shown(ladder([run, unit(f"{OTHER}.", "own")]), wanted)
    assert found == [(f"{NEAR}.", Rung.SOURCE), ("own", Rung.HUMAN_EXACT)]


def test_the_engine_is_asked_sentence_by_sentence() -> None:
    """Of a run that is far each sentence is asked for, and each answer is used."""
    run = unit(f"{OLD}. {OTHER}.", "both", cuts=(len(OLD) + 2,))
    wanted = message(f"{FAR}. {OTHER}.", cuts=(len(FAR) + 2,))
    made = ladder([run])
    asked = made.missing("p", [wanted])
    assert asked == [Question(f"{FAR}."), Question(f"{OTHER}.")]
    assert shown(made, wanted) == [("both", Rung.STALE_FAR)]
    texts = (Repaired("eins", Repair.AS_IS), Repaired("zwei", Repair.AS_IS))
    made.answers.update(zip(asked, texts, strict=True))
    assert shown(made, wanted) == [("eins", Rung.MACHINE), ("zwei", Rung.MACHINE)]
    assert made.missing("p", [wanted]) == []


# -- the promise -----------------------------------------------------------------------

_START = re.compile("start", re.IGNORECASE)
_TOKEN = re.compile(r'(<x id="\d+"/>|<g id="\d+">|</g>)')


@dataclass
class Sentence:
    """A sentence of the book while it is being edited."""

    text: str
    codes: tuple[Code, ...]
    cosmetic: bool = False  #: was it touched up?
    changed: bool = False  #: does it say something else than any known one?

    @staticmethod
    def of(segment: Segment) -> Sentence:
        """As it was written."""
        return Sentence(segment.text, segment.codes)

    def touched(self, how: str) -> Sentence:
        """The same in other case, punctuation or markup."""
        match how:
            case "case":
                text, found = self.text.replace("Start", "START", 1), self.codes
            case "punctuation":
                text, found = f"{self.text[:-1]}!", self.codes
            case "emphasis":
                text = codes.renumber(self.text, lambda n: n + 1)
                text = _START.sub(r'<g id="1">\g<0></g>', text, count=1)
                # what stood before the word has the first numbers now
                text, old = codes.localise(text)
                found = tuple((STRONG, *self.codes)[n - 1] for n in old)
            case _:
                kept = {
                    n for n, c in enumerate(self.codes, 1) if c.kind not in EMPHASIS
                }
                text, old = codes.localise(
                    codes.keep_codes(self.text, kept.__contains__)
                )
                found = tuple(self.codes[n - 1] for n in old)
        return Sentence(text, found, cosmetic=True, changed=self.changed)

    def reworded(self, word: str) -> Sentence:
        """The same with another word in it."""
        text = f"{self.text[:-1]} {word}{self.text[-1]}"
        return Sentence(text, self.codes, changed=True)


Paragraph = list[Sentence]


@dataclass
class Book:
    """Pages of paragraphs of sentences, and what people have said of them."""

    pages: dict[str, list[Paragraph]]
    units: list[TranslationUnit] = field(default_factory=list)


def written(paragraph: Paragraph, gap: str, *, wrapped: bool) -> Message:
    """Sentences as one message, its codes numbered through."""
    text = ""
    found: list[Code] = []
    cuts: list[int] = []
    for sentence in paragraph:
        if text:
            text += gap
            cuts.append(len(text))
        shift = len(found)
        here = codes.renumber(sentence.text, lambda n, by=shift: n + by)  # type: ignore[misc]
        parts = _TOKEN.split(here)
        text += "".join(
            part.replace(" ", "\n  ") if wrapped and not _TOKEN.match(part) else part
            for part in parts
        )
        found += sentence.codes
    return Message(text, tuple(found), "paragraph", 1, tuple(cuts))


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Two pages, most of whose sentences somebody has translated."""
    book = Book({})
    for page in ("p", "q"):
        paragraphs = book.pages.setdefault(page, [])
        for number in range(draw(st.integers(1, 2))):
            wanted = draw(strategies.messages(3, f"{page}{number}"))
            paragraphs.append(list(map(Sentence.of, wanted.segments)))
            for at, segment in enumerate(wanted.segments):
                if draw(st.integers(0, 5)):
                    book.units.append(_known(draw, segment, page, ()))
                if at and not draw(st.integers(0, 3)):
                    first = wanted.segments[at - 1]
                    run = wanted.span(first.start, segment.end)
                    cut = len(first.text) + 1  # their codes are numbered alike, or
                    if codes.localise(run.text[cut:])[0] == segment.text:  # not at all
                        book.units.append(_known(draw, run, page, (cut,)))
    return book


def _known(
    draw: st.DrawFn, segment: Segment, page: str, cuts: tuple[int, ...]
) -> TranslationUnit:
    target, own = draw(strategies.targets(segment))
    return TranslationUnit(segment.text, target, segment.codes, own, cuts, page)


def edit(draw: Any, book: Book, number: int) -> None:
    """What an author may do to a book."""
    everywhere = [
        (paragraph, at)
        for paragraphs in book.pages.values()
        for paragraph in paragraphs
        for at in range(len(paragraph))
    ]
    if not everywhere:
        return
    paragraph, at = draw(st.sampled_from(everywhere))
    other, there = draw(st.sampled_from(everywhere))
    what = draw(
        st.sampled_from(("word", "word", "insert", "delete", "move", "swap", "copy"))
        | st.sampled_from(("case", "punctuation", "emphasis", "plain"))
    )
    match what:
        case "word":
            paragraph[at] = paragraph[at].reworded(f"edit{number}")
        case "insert":
            text = f"Start something new{number}."
            paragraph.insert(at, Sentence(text, (), changed=True))
        case "delete":
            del paragraph[at]
        case "move":
            moved = paragraph.pop(at)
            other.insert(there, moved)
        case "copy":
            other.insert(there, paragraph[at])
        case "swap":
            paragraph[at], other[there] = other[there], paragraph[at]
        case _:
            paragraph[at] = paragraph[at].touched(what)


def undone(wanted: Message, run: Segment, found: Translation) -> str:
    """A translation in the numbering of its own unit."""
    number = {n: i for i, n in enumerate(run.numbers, 1)}
    shift = len(run.numbers) - len(wanted.codes)
    return codes.renumber(found.text, lambda n: number.get(n, n + shift))


def words(coded: str) -> str:
    """Every byte of a sentence but its codes."""
    return codes.plain(coded)


def assert_promise(
    known: Mapping[str, TranslationUnit],
    wanted: Message,
    found: Translation,
    standing: frozenset[str],
) -> None:
    """What may be said of one translation, whoever it is by."""
    run = wanted.span(found.start, found.end)
    parts = [s for s in wanted.segments if found.start <= s.start < found.end]
    assert len(parts) == found.segments
    if run.text in known and known[run.text].source_codes == run.codes:
        assert found.rung is Rung.HUMAN_EXACT
        assert undone(wanted, run, found) == known[run.text].target
        assert found.codes == known[run.text].target_codes
        return
    said = skeleton(run.text, run.codes)
    alike = [u for u in known.values() if skeleton(u.source, u.source_codes) == said]
    if found.origin is Origin.HUMAN:
        assert words(found.text) in {words(u.target) for u in alike}
        assert found.rung is Rung.HUMAN_COSMETIC
    else:
        assert not alike
        assert not any(part.text in known for part in parts)
    if found.origin is Origin.STALE:
        sources = {
            codes.plain(u.source, [c.payload for c in u.source_codes]): u
            for u in known.values()
        }
        was = sources[found.was]
        assert words(found.text) == words(was.target)
        assert was.source not in standing
        assert found.likeness >= 0.75
    counts = Counter(codes.numbers(found.text))
    for number in run.numbers:
        if wanted.codes[number - 1].kind not in EMPHASIS | OWN:
            assert counts[number] == 1
    codes.parse(found.text)


@settings(max_examples=400, deadline=None)
@given(books(), st.data())
def test_never_a_byte_of_a_persons_sentence_changes(
    book: Book, data: st.DataObject
) -> None:
    """Unless its source changed; and what changed is never shown as a person's own."""
    for number in range(data.draw(st.integers(0, 5))):
        edit(data.draw, book, number)
    if data.draw(st.booleans()):
        book.pages["renamed"] = book.pages.pop("q")
    known = {u.source: u for u in book.units}
    sentences = [s for page in book.pages.values() for p in page for s in p]
    answers = {s.text: s.text for s in sentences if data.draw(st.booleans())}
    made = ladder(book.units, answers, pages=list(book.pages))
    gap = data.draw(st.sampled_from((" ", "\n", " \n ")))
    wrapped = data.draw(st.booleans())
    for document, page in book.pages.items():
        paragraphs = [paragraph for paragraph in page if paragraph]
        wanted = [written(p, gap, wrapped=wrapped) for p in paragraphs]
        standing = frozenset(s.text for m in wanted for s in m.segments)
        translated = made.page(document, wanted)
        for paragraph, (one, found) in zip(paragraphs, translated, strict=True):
            assert [s.text for s in one.segments] == [s.text for s in paragraph]
            rest = list(paragraph)
            for translation in found:
                assert_promise(known, one, translation, standing)
                for _ in range(translation.segments):
                    if rest.pop(0).changed:
                        assert translation.origin is not Origin.HUMAN
            assert rest == []
