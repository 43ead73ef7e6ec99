"""The systems: what each makes of a page, and what it may know of it."""

from __future__ import annotations

from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.message_pairs import MessagePair
from amts_sphinx.evaluation.apart import Memory
from amts_sphinx.evaluation.systems import Answers, Book, Copy, Folded, Text
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Page
from amts_sphinx.text.sentences import with_cuts
from amts_sphinx.text.units import Message, TranslationUnit
from canned import CannedEngine, guarded

EN, ES = profile("en"), profile("es")
HERON = "The heron stands in the shallow water for hours."
NEST = "Its nest is high up in an old oak."
CARP = "An old carp likes mud and warm water."
SPANISH = {
    HERON: "La garza pasa horas en el agua.",
    NEST: "Su nido está en un roble.",
    CARP: "La carpa vieja prefiere el lodo.",
}


def page(name: str, *texts: str) -> Page:
    """A page of paragraphs, cut into sentences."""
    found = (Message(text, (), "paragraph") for text in texts)
    return Page(name, "", tuple(with_cuts(message, EN) for message in found))


def unit(source: str, document: str) -> TranslationUnit:
    """A person's translation."""
    return TranslationUnit(source, SPANISH[source], (), document=document)


PAGES = {
    "birds/heron": page("birds/heron", f"{HERON} {NEST}", CARP),
    "fish/carp": page("fish/carp", CARP),
}
UNITS = [unit(HERON, "birds/heron"), unit(NEST, "birds/heron"), unit(CARP, "fish/carp")]
MATERIAL = Material(EN, ES, PAGES, {}, UNITS)


def texts(system: Book | Copy, name: str) -> list[str | None]:
    """What a system makes of a page."""
    return [one.text if one else None for one in system.page(PAGES[name])]


def test_the_copy() -> None:
    """Each message as it stands."""
    assert texts(Copy(), "birds/heron") == [f"{HERON} {NEST}", CARP]


def test_a_memory_does_not_know_the_page() -> None:
    """Nor what says the same elsewhere; what nobody translated stays as it is."""
    book = Book("memory", " ", memory=Memory(MATERIAL))
    assert texts(book, "birds/heron") == [f"{HERON} {NEST}", CARP]
    audit = book.audit(PAGES["birds/heron"])
    assert audit
    assert (audit.sentences, audit.leaked_exact) == (3, 0)
    held = Memory(MATERIAL).held(PAGES["birds/heron"])
    assert (held.by_place, held.by_exact_copy, held.kept) == (2, 1, ())


def test_a_memory_helps_with_what_is_its_own() -> None:
    """A heading as it stands on other pages may be known."""
    pages = {"a": page("a", "Summary"), "b": page("b", "Summary")}
    known = [TranslationUnit("Summary", "Resumen", (), document="a")]
    book = Book("memory", " ", memory=Memory(Material(EN, ES, pages, {}, known)))
    assert [one.text for one in book.page(pages["b"]) if one] == ["Resumen"]
    assert [one.text for one in book.page(pages["a"]) if one] == ["Summary"]


def test_a_canary_knows_everything() -> None:
    """And its audit counts it."""
    book = Book("canary", " ", memory=Memory(MATERIAL, leaking=True))
    both = f"{SPANISH[HERON]} {SPANISH[NEST]}"
    assert texts(book, "birds/heron") == [both, SPANISH[CARP]]
    audit = book.audit(PAGES["birds/heron"])
    assert audit
    assert (audit.leaked_exact, audit.comparable) == (3, False)


def test_an_engine_is_asked_once() -> None:
    """Each sentence once, all in one job, whoever shares the answers."""
    engine = CannedEngine(answers=SPANISH)
    answers = Answers(guarded(engine), PAGES)
    alone = Book("engine", " ", engine=answers)
    both = Book("both", " ", memory=Memory(MATERIAL), engine=answers)
    for system in (alone, both):
        assert texts(system, "fish/carp") == [SPANISH[CARP]]
    assert sorted(one for some in engine.asked for one in some) == sorted(SPANISH)
    assert alone.audit(PAGES["fish/carp"]) is None
    assert both.audit(PAGES["fish/carp"]) is not None


def test_a_message_is_answered_as_a_whole() -> None:
    """Where one sentence has no answer, the message has none."""
    answers = Answers(guarded(CannedEngine(answers={HERON: "Garza."})), PAGES)
    book = Book("engine", " ", engine=answers)
    assert texts(book, "birds/heron") == [None, None]


def test_an_answer_that_cannot_be_used_is_an_empty_text() -> None:
    """All of the message is, whatever became of its other sentences."""
    given = {**SPANISH, NEST: 'Su <x id="7"/> nido.'}
    answers = Answers(guarded(CannedEngine(answers=given)), PAGES)
    book = Book("engine", " ", engine=answers)
    assert list(book.page(PAGES["birds/heron"])) == [Text(""), Text(SPANISH[CARP])]


def test_sentences_are_joined_as_the_language_does() -> None:
    """With a blank, or with nothing."""
    answers = Answers(guarded(CannedEngine(answers=SPANISH)), PAGES)
    found = Book("engine", "", engine=answers).page(PAGES["birds/heron"])[0]
    assert found
    assert found.text == SPANISH[HERON] + SPANISH[NEST]


def test_each_group_has_its_own_answers() -> None:
    """A sentence that stands in two groups is answered by two engines."""
    one, other = (
        {source: f"{word}: {text}" for source, text in SPANISH.items()}
        for word in ("Uno", "Otro")
    )
    parts = [
        (
            {name: PAGES[name]},
            Answers(guarded(CannedEngine(answers=given)), {name: PAGES[name]}),
        )
        for name, given in (("birds/heron", one), ("fish/carp", other))
    ]
    folded = Folded(parts)
    book = Book("folded", " ", engine=folded)
    assert texts(book, "birds/heron") == [
        f"Uno: {SPANISH[HERON]} Uno: {SPANISH[NEST]}",
        f"Uno: {SPANISH[CARP]}",
    ]
    assert texts(book, "fish/carp") == [f"Otro: {SPANISH[CARP]}"]
    assert folded.of(page("elsewhere", "X")) == {}
    assert folded.audit(page("elsewhere", "X")) is None


def test_a_turned_book() -> None:
    """Source and target change places, and so do the units."""
    message = Message(SPANISH[CARP], (), "paragraph")
    pair = MessagePair(Message(CARP, (), "paragraph"), message)
    material = Material(EN, ES, PAGES, {"fish/carp": [pair]}, UNITS)
    turned = material.reversed()
    assert (turned.source, turned.target) == (ES, EN)
    assert turned.references["fish/carp"] == [MessagePair(message, pair.source)]
    assert [m.text for m in turned.pages["fish/carp"].messages] == [SPANISH[CARP]]
    assert [unit.source for unit in turned.units] == list(SPANISH.values())
    assert turned.reversed().references == material.references
