"""The one place of decision: which translation a sentence gets, and never gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text import codes, repair
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
from amts_sphinx.translator import Translator, question, size, source
from canned import CannedEngine, guarded

MATH = Code("math", "x")
XREF = Code("xref", "install")
LINK = Code("link", "https://example.org")
STRONG = Code("strong", "")
X1 = '<x id="1"/>'
X2 = '<x id="2"/>'


def message(text: str, *found: Code, cuts: Sequence[int] = ()) -> Message:
    """A paragraph."""
    return Message(text, found, "paragraph", 1, tuple(cuts))


def unit(
    text: str,
    target: str,
    source_codes: Sequence[Code] = (),
    own: Sequence[Code] = (),
    cuts: Sequence[int] = (),
) -> TranslationUnit:
    """A unit as it may stand in any memory file."""
    return TranslationUnit(text, target, tuple(source_codes), tuple(own), tuple(cuts))


def translator(
    units: Sequence[TranslationUnit] = (),
    answers: Mapping[str, str | None] | None = None,
    *asked: Message,
) -> Translator:
    """A translator whose engine was asked about what these messages lack."""
    made = Translator(TranslationMemory(units), guarded(CannedEngine(answers=answers)))
    made.ask(made.missing("page", asked))
    return made


def single(
    wanted: Message,
    units: Sequence[TranslationUnit] = (),
    answers: Mapping[str, str | None] | None = None,
) -> Translation:
    """The translation of a message of one sentence."""
    [found] = translator(units, answers, wanted).translate(wanted, "page")
    return found


# -- the order of the rungs ----------------------------------------------------


def test_the_first_rung_wins() -> None:
    """Exact before cosmetic before machine before source, each only when it has to."""
    exact, cosmetic = unit("A b.", "exact"), unit("a b", "cosmetic")
    answers = {"A b.": "machine"}
    wanted = message("A b.")
    found = [
        single(wanted, [cosmetic, exact], answers),
        single(wanted, [cosmetic], answers),
        single(wanted, [], answers),
        single(wanted),
    ]
    texts = ["exact", "cosmetic", "machine", "A b."]
    rungs = [Rung.HUMAN_EXACT, Rung.HUMAN_COSMETIC, Rung.MACHINE, Rung.SOURCE]
    assert [translation.text for translation in found] == texts
    assert [translation.rung for translation in found] == rungs


def test_the_source_stands_as_it_is_written() -> None:
    """Untranslated text keeps its line breaks and its codes' numbers."""
    wanted = message(f'A {X1}. B\n<x id="2"/>  c. ', MATH, XREF, cuts=(15,))
    found = translator().translate(wanted, "page")
    assert [t.text for t in found] == ["A " + X1 + ".", 'B\n<x id="2"/>  c.']
    assert {t.origin for t in found} == {Origin.UNTRANSLATED}


def test_codes_are_those_of_the_message() -> None:
    """A sentence's codes get back the numbers they have in the message."""
    wanted = message(f"A {X1}. B {X2}.", MATH, XREF, cuts=(15,))
    known = unit(f"B {X1}.", f"{X1} {X2} be", (XREF,), (MATH,))
    answers = {f"A {X1}.": f"{X1} ah"}
    first, second = translator([known], answers, wanted).translate(wanted, "page")
    assert (first.text, first.rung) == (f"{X1} ah", Rung.MACHINE)
    assert (second.text, second.codes) == (f'{X2} <x id="3"/> be', (MATH,))
    assert (second.start, second.end) == (15, len(wanted.text))


def test_an_engine_may_decline() -> None:
    """None is no answer: the source stands, and nobody asks again."""
    wanted = message("A b.")
    made = translator([], {"A b.": None}, wanted)
    assert made.translate(wanted, "page")[0].rung is Rung.SOURCE
    assert made.missing("page", [wanted]) == []


# -- runs of sentences ---------------------------------------------------------


def test_a_run_is_translated_as_one() -> None:
    """A person's sentence for two of ours is taken before either of them alone."""
    run = unit("A. B.", "A und B.", cuts=(3,))
    units = [unit("A.", "Ah."), unit("B.", "Be."), run]
    wanted = message("A.\nB. C.", cuts=(3, 6))
    first, second = translator(units).translate(wanted, "page")
    assert (first.text, first.segments, first.characters) == ("A und B.", 2, 4)
    assert (first.start, first.end) == (0, 5)
    assert (second.text, second.rung, second.segments) == ("C.", Rung.SOURCE, 1)


def test_the_longest_run_wins() -> None:
    """Three sentences together come before two of them."""
    units = [unit("A. B.", "two", cuts=(3,)), unit("A. B. C.", "three", cuts=(3, 6))]
    wanted = message("A. B. C. A. B.", cuts=(3, 6, 9, 12))
    found = translator(units).translate(wanted, "page")
    assert [(t.text, t.segments) for t in found] == [("three", 3), ("two", 2)]


def test_no_run_across_the_end() -> None:
    """The first sentence of a run alone is looked up alone."""
    units = [unit("A. B.", "two", cuts=(3,)), unit("A.", "one")]
    assert single(message("A."), units).text == "one"
    apart = translator(units).translate(message("A. C. B.", cuts=(3, 6)), "page")
    assert [t.text for t in apart] == ["one", "C.", "B."]


def test_a_bad_run_gives_way() -> None:
    """A run that cannot be used leaves its sentences to the other rungs."""
    bad = unit(f"A {X1}. B.", "both", (XREF,), cuts=(15,))
    wanted = message(f"A {X1}. B.", XREF, cuts=(15,))
    found = translator([bad, unit("B.", "Be.")]).translate(wanted, "page")
    assert [t.rung for t in found] == [Rung.SOURCE, Rung.HUMAN_EXACT]


def test_codes_of_a_run_are_those_of_the_message() -> None:
    """A reference that moved across a full stop finds its number again."""
    known = unit(f"A {X1}. B.", f"Ah. Be {X1}.", (XREF,), cuts=(15,))
    wanted = message(f"C {X1}. A {X2}. B.", MATH, XREF, cuts=(15, 30))
    _, second = translator([known]).translate(wanted, "page")
    assert (second.text, second.segments) == (f"Ah. Be {X2}.", 2)


# -- what a machine says -------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " ",
        "ver",
        f"ver {X1} {X1}",
        f"ver {X2}",
        f"ver {X1} {X2}",
        'ver <g id="1">eso</g>',
        f"ver {X1}</g>",
        'ver <x id="\uff12"/>',
        'ver &lt;x id="2"/&gt;',
    ],
)
def test_a_damaged_answer_fails(answer: str) -> None:
    """An answer without exactly the source's codes is never shown."""
    found = single(message(f"See {X1}.", XREF), [], {f"See {X1}.": answer})
    assert (found.text, found.rung) == (f"See {X1}.", Rung.FAILED)
    assert found.origin is Origin.FAILED
    assert found.codes == ()


@pytest.mark.parametrize(
    "answer", ['ver <x id="\uff11"/>', 'ver &lt;x id="1"/&gt;', "ver < X ID=«1» />"]
)
def test_a_code_written_otherwise_is_a_code(answer: str) -> None:
    """Where there is no doubt which code is meant the answer is shown, with it."""
    found = single(message(f"See {X1}.", XREF), [], {f"See {X1}.": answer})
    assert (found.text, found.rung) == (f"ver {X1}", Rung.MACHINE)


def test_what_is_lost_is_asked_for_again() -> None:
    """Between the codes of the message, each with its number there."""
    wanted = message(f"A {X1}. See {X2} now.", MATH, XREF, cuts=(15,))
    text = f"See {X1} now."
    engine = CannedEngine(answers={text: "ver ya", "See": "Mira", "now.": "ya."})
    made = Translator(TranslationMemory(), guarded(engine))
    made.ask([question(wanted.segments[1])])
    assert engine.asked == [[text], ["See", "now."]]
    _, found = made.translate(wanted, "page")
    assert (found.text, found.rung) == (f"Mira {X2} ya.", Rung.MACHINE)


def test_emphasis_is_given_up_before_the_sentence() -> None:
    """A machine's sentence may lack emphasis, but nothing else."""
    text = f'See <g id="1">this</g> {X2}.'
    answers = {text: f"Mira esto {X2}.", f"See this {X2}.": f"Mira esto {X2}."}
    found = single(message(text, STRONG, XREF), [], answers)
    assert (found.text, found.rung) == (f"Mira esto {X2}.", Rung.MACHINE)
    found = single(message(text, LINK, XREF), [], answers)
    assert (found.text, found.rung) == (text, Rung.FAILED)


def test_a_machine_has_no_codes_of_its_own() -> None:
    """A plain sentence whose answer holds a code fails."""
    assert single(message("A b."), [], {"A b.": f"A {X1}."}).rung is Rung.FAILED


def test_markup_in_an_answer_is_text() -> None:
    """In place of the source's own it is passed on as what it is: characters."""
    text = "&lt;b&gt;A&lt;/b&gt; &amp;amp; b."
    found = single(message(text), [], {text: "<i>A</i> &amp;nbsp; & be"})
    assert found.rung is Rung.MACHINE
    assert codes.parse(found.text) == ["<i>A</i> &nbsp; & be"]


@pytest.mark.parametrize("answer", ["<b>A</b> be", "A <script>", "A &amp;nbsp; be"])
def test_markup_that_the_source_has_not_fails(answer: str) -> None:
    """A reader sees no tag and no entity that the author did not write."""
    found = single(message("A b."), [], {"A b.": answer})
    assert (found.text, found.rung) == ("A b.", Rung.FAILED)


# -- what a hostile memory says ------------------------------------------------

HOSTILE = [
    pytest.param("ver", (XREF,), (), id="protected code missing"),
    pytest.param(f"ver {X1}{X1}", (XREF,), (), id="number twice"),
    pytest.param(f"ver {X1}{X2}", (XREF,), (), id="unknown number"),
    pytest.param(f'ver {X1}<x id="0"/>', (XREF,), (), id="number zero"),
    pytest.param(f"ver {X1}{X2}", (XREF,), (XREF,), id="own reference"),
    pytest.param(f"ver {X1}{X2}", (XREF,), (Code("raw", "<b>"),), id="own raw node"),
    pytest.param(f"ver {X1}", (XREF,), (Code("raw", "<b>"),), id="own raw, unused"),
    pytest.param(f"ver {X1}{X2}{X2}", (XREF,), (MATH,), id="own code twice"),
    pytest.param(f"ver {X1}</g>", (XREF,), (), id="stray end"),
    pytest.param(f'ver {X1}<g id="2">', (XREF,), (STRONG,), id="open to the end"),
    pytest.param('ver <g id="1">eso</g>', (XREF,), (), id="opaque code around text"),
    pytest.param("ver", (), (), id="source codes not declared"),
    pytest.param("ver", (MATH,), (), id="declared as a formula"),
    pytest.param(f'ver {X1}<x id="{"9" * 5000}"/>', (XREF,), (), id="endless number"),
]


@pytest.mark.parametrize(("target", "declared", "own"), HOSTILE)
def test_a_hostile_unit_is_never_used(
    target: str, declared: tuple[Code, ...], own: tuple[Code, ...]
) -> None:
    """A unit that breaks the rules is passed over, by the look-up of its like too."""
    known = unit(f"See {X1}.", target, declared, own)
    for text in (f"See {X1}.", f"see {X1}"):
        found = single(message(text, XREF), [known])
        assert (found.text, found.rung) == (text, Rung.SOURCE)


@pytest.mark.parametrize("target", ["", " ", "\n"])
def test_a_unit_says_something(target: str) -> None:
    """An empty translation does not make a sentence disappear."""
    assert single(message("A b."), [unit("A b.", target)]).text == "A b."


def test_a_hostile_unit_gives_way_to_the_machine() -> None:
    """Where the memory is no use the next rung answers."""
    known = unit(f"See {X1}.", "ver", (XREF,))
    answers = {f"See {X1}.": f"mira {X1}"}
    found = single(message(f"See {X1}.", XREF), [known], answers)
    assert (found.text, found.rung) == (f"mira {X1}", Rung.MACHINE)


def test_a_hostile_unit_does_not_hide_a_good_one() -> None:
    """A person's good sentence is used though a bad one stands before it."""
    bad, good = (
        unit(f"See {X1}.", "ver", (XREF,)),
        unit(f"See {X1}.", f"v {X1}", (XREF,)),
    )
    assert single(message(f"See {X1}.", XREF), [bad, good]).text == f"v {X1}"


@pytest.mark.parametrize(
    ("text", "target", "theirs", "ours"),
    [
        (f"See {X1}.", "ver", Code("literal", "pip"), XREF),
        ('<g id="1">Exercises</g>', "Ejercicios", STRONG, LINK),
    ],
    ids=["code word", "emphasis"],
)
def test_what_one_sentence_may_drop_another_may_not(
    text: str, target: str, theirs: Code, ours: Code
) -> None:
    """A reference stays, though the unit's like-sounding source had none there."""
    found = single(message(text, ours), [unit(text, target, (theirs,))])
    assert codes.numbers(found.text) == [1]


def test_a_formula_belongs_to_its_sentence() -> None:
    """The formula that a person put for ``a=1`` is not shown for ``b=7``."""
    known = unit(f"Solve {X1}.", f"Resuelve {X2}.", (Code("math", "a=1"),), (MATH,))
    found = single(message(f"Solve {X1}.", Code("math", "b=7")), [known])
    assert MATH not in found.codes


# -- asking --------------------------------------------------------------------


def test_missing_is_what_nobody_has() -> None:
    """Each unknown sentence is named once, in order, in its own numbering."""
    answers = {"C.": "Ce.", "D.": None, "E.": ""}
    known = [message(text) for text in answers]
    made = translator([unit("B.", "Be.")], answers, *known)
    texts = [f"A {X1}. B.", f"C. D. E. A {X1}."]
    wanted = [
        message(texts[0], MATH, cuts=(15,)),
        message(texts[1], MATH, cuts=(3, 6, 9)),
        message(f"F {X1}. G {X2}.", MATH, MATH, cuts=(15,)),
    ]
    asked = [f"A {X1}.", f"F {X1}.", f"G {X1}."]
    assert made.missing("page", wanted) == [Question(text, (MATH,)) for text in asked]


def test_one_job_is_counted() -> None:
    """Characters are those of the text: codes are none, an entity is one."""
    engine = CannedEngine()
    made = Translator(TranslationMemory(), guarded(engine))
    made.ask([Question(f"A {X1} &amp; b", (MATH,)), Question("c")])
    made.ask([])
    use = made.engine.use
    assert (use.calls, use.characters) == (1, len("A  & b") + len("c"))
    assert engine.asked == [[f"A {X1} &amp; b", "c"]]


def test_the_memory_engine_is_not_asked() -> None:
    """An engine that sends nothing makes no calls, so none are counted."""
    made = Translator(TranslationMemory(), MemoryEngine("en", "es"))
    made.ask([Question("A")])
    assert (made.engine.use.calls, made.answers) == (0, {})


class _Miscounting(CannedEngine):
    """Swallows the first segment of every job."""

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        return [segment.upper() for segment in segments[1:]]


def test_answers_that_do_not_add_up_are_not_used() -> None:
    """Of a job with one answer too few none is believed: whose is missing?"""
    made = Translator(TranslationMemory(), guarded(_Miscounting()))
    questions = [Question("a"), Question("b")]
    made.ask(questions)
    assert made.answers == dict.fromkeys(questions)


# -- properties ----------------------------------------------------------------


@st.composite
def books(
    draw: st.DrawFn, *, hostile: bool
) -> tuple[Message, list[TranslationUnit], dict[str, str | None]]:
    """A message, a memory that knows some of it, and an engine's answers."""
    wanted = draw(strategies.messages())
    units: list[TranslationUnit] = []
    answers: dict[str, str | None] = {}
    for number, segment in enumerate(wanted.segments):
        match draw(st.sampled_from("munr")):
            case "m":
                for asked in _asked_for(question(segment)):
                    answers[asked] = draw(strategies.damaged(asked))
            case "u":
                units.append(_known(draw, segment, (), hostile=hostile))
            case "r" if number:
                before = wanted.segments[number - 1]
                run = wanted.span(before.start, segment.end)
                cuts = (len(before.text) + 1,)
                units.append(_known(draw, run, cuts, hostile=hostile))
            case _:
                pass
    return wanted, units, answers


def _asked_for(asked: Question) -> list[str]:
    """A sentence, and what an engine is asked for where its answer is damaged."""
    simpler = repair.without_emphasis(asked)
    further = [*([simpler] if simpler else []), *(repair.pieces(asked) or [])]
    return [asked.text, *(one.text for one in further)]


def _known(
    draw: st.DrawFn, segment: Segment, cuts: tuple[int, ...], *, hostile: bool
) -> TranslationUnit:
    target, own = draw(strategies.targets(segment))
    if hostile:
        target = draw(strategies.damaged(target))
    return TranslationUnit(segment.text, target, segment.codes, own, cuts)


def assert_covers(wanted: Message, found: Sequence[Translation]) -> None:
    """Every sentence of the message is translated once, in order, and counted."""
    segments = list(wanted.segments)
    for translation in found:
        parts = [segments.pop(0) for _ in range(translation.segments)]
        assert (translation.start, translation.end) == (parts[0].start, parts[-1].end)
        assert translation.characters == sum(map(size, parts))
    assert segments == []


def assert_protects(wanted: Message, translation: Translation) -> None:
    """What is protected stands in the translation once, and nothing foreign does."""
    here = wanted.span(translation.start, translation.end).numbers
    counts = Counter(codes.numbers(translation.text))
    for number in here:
        kind = wanted.codes[number - 1].kind
        least = 0 if kind in EMPHASIS | OWN else 1
        assert least <= counts.pop(number, 0) <= 1
    first = len(wanted.codes) + 1
    assert counts.keys() <= set(range(first, first + len(translation.codes)))
    assert set(counts.values()) <= {1}


@given(books(hostile=False))
def test_any_book_keeps_its_codes(
    case: tuple[Message, list[TranslationUnit], dict[str, str | None]],
) -> None:
    """People's units and damaged answers together: all is covered, nothing is lost."""
    wanted, units, answers = case
    found = translator(units, answers, wanted).translate(wanted, "page")
    assert_covers(wanted, found)
    for translation in found:
        assert_protects(wanted, translation)
        codes.parse(translation.text)
        if translation.origin in {Origin.UNTRANSLATED, Origin.FAILED}:
            text = wanted.text[translation.start : translation.end]
            assert translation.text == text
        if translation.rung is Rung.MACHINE:
            as_asked = wanted.span(translation.start, translation.end)
            counts = Counter(codes.numbers(translation.text))
            for number in as_asked.numbers:
                least = 0 if wanted.codes[number - 1].kind in EMPHASIS else 1
                assert least <= counts.pop(number, 0) <= 1
            assert not counts
            assert translation.codes == ()


@given(books(hostile=True))
def test_no_memory_loses_a_protected_code(
    case: tuple[Message, list[TranslationUnit], dict[str, str | None]],
) -> None:
    """However a memory file was damaged: protected codes are there, foreign are not."""
    wanted, units, answers = case
    found = translator(units, answers, wanted).translate(wanted, "page")
    assert_covers(wanted, found)
    for translation in found:
        assert_protects(wanted, translation)


@given(books(hostile=False))
def test_good_units_are_used(
    case: tuple[Message, list[TranslationUnit], dict[str, str | None]],
) -> None:
    """A person's sentence that keeps the rules is never replaced by a lesser rung."""
    wanted, units, answers = case
    known = {unit.source for unit in units}
    for translation in translator(units, answers, wanted).translate(wanted, "page"):
        if wanted.span(translation.start, translation.end).text in known:
            assert translation.rung is Rung.HUMAN_EXACT


@given(strategies.messages())
def test_missing_names_exactly_what_is_in_source(wanted: Message) -> None:
    """What an engine is asked for is what stays in the source without it."""
    made = translator()
    asked = made.missing("page", [wanted])
    assert asked == list(dict.fromkeys(map(question, wanted.segments)))
    made.answers.update(dict.fromkeys(asked, None))
    assert made.missing("page", [wanted]) == []


@given(strategies.messages())
def test_an_echo_changes_nothing(wanted: Message) -> None:
    """An engine that repeats what it is told leaves every word and code in place.

    But for control characters: they are no text, so no answer has any.
    """
    answers = {segment.text: segment.text for segment in wanted.segments}
    for translation in translator([], answers, wanted).translate(wanted, "page"):
        text = wanted.text[translation.start : translation.end]
        assert translation.text == codes.UNTEXT.sub("", codes.fold_space(text))
        assert translation.rung is Rung.MACHINE


def test_size_is_what_a_reader_reads() -> None:
    """Codes have no size, entities that of one character."""
    segment = message(f"a {X1} &lt; <b>", MATH).segments[0]
    assert size(segment) == len("a  < <b>")
    assert source(message("a"), message("a").segments[0], Rung.FAILED).characters == 1
