"""Archived answers, replayed: all that was recorded, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.engines.engine import EngineError, create_engine
from amts_sphinx.engines.opening import open_engine
from amts_sphinx.engines.recorded import RecordedEngine, recorded_answers
from amts_sphinx.exchange.tmx import write_tmx
from amts_sphinx.memory.drafts import Draft, Drafts
from amts_sphinx.memory.files import Line, write
from amts_sphinx.text import codes
from amts_sphinx.text.bitext import SentencePair
from amts_sphinx.text.units import Code, Question, Segment, TranslationUnit

HERON = '<g id="1">Herons</g> eat <x id="2"/> fish.'
GARZA = 'Las <g id="1">garzas</g> comen <x id="2"/> peces.'


def jsonl(path: Path, *lines: object) -> Path:
    """A file of JSON Lines; a text stands as it is."""
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    return path


def replay(*files: Path) -> RecordedEngine:
    """The engine of these archives."""
    return RecordedEngine("en", "es", files=[str(file) for file in files])


# -- the look-up -----------------------------------------------------------------


def test_exact_coded_text() -> None:
    """A sentence is answered as it was recorded, any other not at all."""
    known = recorded_answers([(HERON, GARZA), ("A fox.", "Un zorro.")])
    assert len(known) == 2
    assert known.answer(HERON) == GARZA
    assert known.answer(" A\nfox. ") == "Un zorro."
    assert known.answer("A fox") is None
    assert known.answer("") is None


def test_codes_are_numbered_as_asked() -> None:
    """Recorded numbers and those asked may be any; the answer has those asked."""
    known = recorded_answers(
        [('See <x id="7"/> and <x id="3"/>.', '<x id="3"/> <x id="7"/>.')]
    )
    assert (
        known.answer('See <x id="1"/> and <x id="2"/>.') == '<x id="2"/> <x id="1"/>.'
    )
    assert (
        known.answer('See <x id="5"/> and <x id="9"/>.') == '<x id="9"/> <x id="5"/>.'
    )


def test_whole_messages() -> None:
    """A message translated as one is found as it stands, line breaks too."""
    message = 'One <x id="3"/> heron.\nAnd <x id="4"/> foxes.'
    known = recorded_answers([(message, 'Garza <x id="3"/> con <x id="4"/> zorros.')])
    assert known.answer(message) == 'Garza <x id="3"/> con <x id="4"/> zorros.'
    assert known.answer('One <x id="1"/> heron.') is None


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        # emphasis gone: the words stay, the formula keeps its place
        ('Herons eat <x id="1"/> fish.', 'Las garzas comen <x id="1"/> peces.'),
        # around the whole sentence there is no doubt
        (
            '<g id="1">Herons eat <x id="2"/> fish.</g>',
            '<g id="1">Las garzas comen <x id="2"/> peces.</g>',
        ),
        (
            '<g id="1"><g id="2">Herons eat <x id="3"/> fish.</g></g>',
            '<g id="1"><g id="2">Las garzas comen <x id="3"/> peces.</g></g>',
        ),
        # nor around an opaque code
        (
            'Herons eat <g id="1"><x id="2"/></g> fish.',
            'Las garzas comen <g id="1"><x id="2"/></g> peces.',
        ),
        # where a word went nobody can tell
        ('Herons <g id="1">eat</g> <x id="2"/> fish.', None),
        # a code more, a code less, another word: another sentence
        ("Herons eat fish.", None),
        ('Herons eat <x id="1"/> <x id="2"/> fish.', None),
        ('Herons eat <x id="1"/> frogs.', None),
    ],
)
def test_other_pairs_of_codes(asked: str, answer: str | None) -> None:
    """Pairs are put back where their place leaves no doubt; else there is no answer."""
    assert recorded_answers([(HERON, GARZA)]).answer(asked) == answer


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ('<g id="1">Sphinx</g> is it.', 'Es <g id="1">Sphinx</g>.'),
        ('Sphinx <g id="1">is</g> it.', None),
        ('<g id="1">Sphin</g>x is it.', None),
    ],
)
def test_names_mark_their_place(asked: str, answer: str | None) -> None:
    """A word that stands once in both, as a word, is where its pair belongs."""
    assert recorded_answers([("Sphinx is it.", "Es Sphinx.")]).answer(asked) == answer


def test_a_name_twice_marks_nothing() -> None:
    """Twice on either side, or inside a code or an entity, it marks no place."""
    twice = recorded_answers([("Sphinx it is.", "Sphinx es Sphinx.")])
    assert twice.answer('<g id="1">Sphinx</g> it is.') is None
    entity = recorded_answers([("The amp it.", "Eso &amp; ello.")])
    assert entity.answer('The <g id="1">amp</g> it.') is None
    code = recorded_answers([('An id <x id="1"/>.', 'Uno <x id="1"/>.')])
    assert code.answer('An <g id="1">id</g> <x id="2"/>.') is None


def test_a_short_word_marks_nothing() -> None:
    """It may be quite another word of the other language."""
    known = recorded_answers([("Do as I say.", "As de copas.")])
    assert known.answer('Do <g id="1">as</g> I say.') is None
    spaced = recorded_answers([("It is me now.", "Ahora me ves.")])
    assert spaced.answer('It is <g id="1">me</g> now.') is None


def test_two_answers_are_none() -> None:
    """Emphasis made the engine say two things; without it nobody knows which."""
    known = recorded_answers(
        [
            ('<g id="1">Bank</g> holiday', '<g id="1">Banco</g> cerrado'),
            ('Bank <g id="1">holiday</g>', 'Orilla <g id="1">libre</g>'),
        ]
    )
    assert known.answer("Bank holiday") is None
    assert known.answer('Bank <g id="1">holiday</g>') == 'Orilla <g id="1">libre</g>'


def test_the_first_of_two_counts() -> None:
    """The same question was asked twice: the archive's order decides."""
    known = recorded_answers([("A fox.", "Un zorro."), ("A fox.", "Una zorra.")])
    assert known.answer("A fox.") == "Un zorro."


def test_damaged_answers_are_replayed() -> None:
    """What an engine lost is lost in the replay, for its verification to find."""
    known = recorded_answers([('See <x id="1"/>.', "Véase."), ("Empty.", " ")])
    assert known.answer('See <x id="1"/>.') == "Véase."
    assert known.answer('<g id="1">See <x id="2"/>.</g>') is None
    assert known.answer("Empty.") is None
    invented = recorded_answers([("See it.", 'Véase <x id="1"/>.')])
    assert len(invented) == 0


@given(data=st.data(), source=strategies.segments())
def test_every_record_is_found(data: st.DataObject, source: Segment) -> None:
    """Whatever its codes are, a recorded sentence has its recorded answer."""
    target = data.draw(strategies.targets(source))
    if target.codes:
        return
    known = recorded_answers([(source.text, target.text)])
    assert known.answer(source.text) == target.text


@given(source=strategies.segments(), asked=strategies.segments())
def test_an_answer_in_other_codes_fits(source: Segment, asked: Segment) -> None:
    """An answer with codes put back has those of the question, well nested."""
    known = recorded_answers([(source.text, source.text)])
    bare = codes.keep_codes(source.text, lambda n: codes.opaque(n) in source.text)
    for text in (asked.text, bare, f'<g id="99">{bare}</g>'):
        answer = known.answer(text)
        assert answer is None or codes.fits(text, answer)
    assert known.answer(bare) is not None


# -- archives --------------------------------------------------------------------


def test_json_lines_of_anybody(tmp_path: Path) -> None:
    """Source and target are enough; what is no coded text is plain text."""
    file = jsonl(
        tmp_path / "a.jsonl",
        {"source": "A fox.", "target": "Un zorro.", "score": 0.5},
        "",
        {"source": "a < b & c", "target": "a < b y c"},
        {"source": "a &lt; c", "target": "a &lt; c."},
    )
    assert replay(file).translate(["A fox.", "a &lt; b &amp; c", "a &lt; c", "x"]) == [
        *("Un zorro.", "a &lt; b y c", "a &lt; c.", None)
    ]


def test_drafts_and_memories_of_the_project(tmp_path: Path) -> None:
    """Both are archives; codes of a person's own are read as text."""
    math, strong = Code("math", "n"), Code("strong", "")
    path = tmp_path / "drafts.jsonl"
    drafts = Drafts.read(path, pytest.fail)
    drafts.add(Draft(HERON, GARZA, (strong, math), "key", "amazon", 0))
    assert drafts.save()
    own = Code("literal", "a<b")
    unit = TranslationUnit("A fox.", 'Zorro <x id="1"/>.', (), (own,))
    write(tmp_path / "memory.jsonl", [Line(unit)])
    engine = replay(path, tmp_path / "memory.jsonl")
    assert engine.translate([HERON, "A fox."]) == [GARZA, "Zorro a&lt;b."]


def test_tmx(tmp_path: Path) -> None:
    """Formulas of readable text are codes again, in whatever order they stand."""
    path = tmp_path / "a.tmx"
    pairs = [
        SentencePair("Take $n$ of $m$ eggs & go.", "De $m$ huevos, toma $n$ & ve."),
        SentencePair("See [1]_ here.", "Mira."),
    ]
    write_tmx(path, "en", "es", pairs)
    asked = 'Take <x id="1"/> of <x id="2"/> eggs &amp; go.'
    assert replay(path).translate([asked, "Take of eggs &amp; go."]) == [
        'De <x id="2"/> huevos, toma <x id="1"/> &amp; ve.',
        None,
    ]


def test_earlier_archives_count_first(tmp_path: Path) -> None:
    """One file may be named alone; answers given in the program go before files."""
    first = jsonl(tmp_path / "a.jsonl", {"source": "A fox.", "target": "Uno."})
    second = jsonl(
        tmp_path / "b.jsonl",
        {"source": "A fox.", "target": "Dos."},
        {"source": "A hen.", "target": "Tres."},
    )
    asked = ["A fox.", "A hen."]
    assert replay(first, second).translate(asked) == ["Uno.", "Tres."]
    assert replay(second, first).translate(asked) == ["Dos.", "Tres."]
    given_ = recorded_answers([("A hen.", "Cuatro.")])
    engine = RecordedEngine("en", "es", files=str(first), answers=given_)
    assert engine.translate(asked) == ["Uno.", "Cuatro."]
    assert RecordedEngine("en", "es", answers=given_).translate(asked) == [
        None,
        "Cuatro.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"source": "a", "target": "b"}\nnonsense\n', ":2: is not JSON"),
        ("a.jsonl", '{"source": "a"}\n', ':1: "target" is missing'),
        ("a.jsonl", '{"source": 3, "target": "b"}\n', ':1: "source" must be a text'),
        ("a.jsonl", "[1]\n", ":1: is no object"),
        ("a.jsonl", '{"source": "a", "target": "b", "own": 1}', ':1: "own" must be'),
        ("a.tmx", "<tmx><body>\n</tmx>", ":2: no XML"),
        ("a.tmx", "<html/>", ":1: the root is 'html'"),
        ("a.csv", "en,es\n", ": no archive; it must be a .tmx or a .jsonl file"),
        ("a.jsonl", None, ": cannot be read (No such file or directory)"),
        ("a.tmx", None, ": cannot be read (No such file or directory)"),
    ],
)
def test_unreadable_archives(
    tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    """One line that names the file and, where there is one, the line."""
    path = tmp_path / name
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(EngineError) as caught:
        replay(path)
    assert str(caught.value).startswith(f"{path}{message}")
    assert "\n" not in str(caught.value)


def test_a_unit_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """Half an archive is none."""
    path = tmp_path / "a.tmx"
    path.write_text(
        '<!DOCTYPE tmx SYSTEM "t.dtd">\n<tmx><header srclang="en"/><body>\n'
        '<tu><tuv xml:lang="en"><seg>&unknown;</seg></tuv>'
        '<tuv xml:lang="es"><seg>x</seg></tuv></tu></body></tmx>',
        "utf-8",
    )
    with pytest.raises(EngineError, match=r"a\.tmx:3: an entity nobody declared"):
        replay(path)


def test_it_is_made_by_name(tmp_path: Path) -> None:
    """Its only option is its files; without them it says so."""
    file = jsonl(tmp_path / "a.jsonl", {"source": "A fox.", "target": "Un zorro."})
    engine = create_engine("recorded", "en", "es", {"files": str(file)})
    assert isinstance(engine, RecordedEngine)
    assert engine.name == "recorded"
    assert engine.translate([]) == []
    with pytest.raises(EngineError, match='name the archives: engine option "files"'):
        create_engine("recorded", "en", "es", {})
    with pytest.raises(EngineError, match="unknown language 'xx'"):
        RecordedEngine("xx", "es", files=str(tmp_path / "a.tmx"))


def test_its_answers_are_verified_as_any_engines(tmp_path: Path) -> None:
    """A lost code is mended or failed, what was not recorded stays open."""
    lost = 'See <x id="1"/> now.'
    file = jsonl(
        tmp_path / "a.jsonl",
        {"source": HERON, "target": GARZA},
        {"source": lost, "target": "Véase ahora."},
    )
    engine = open_engine(
        "recorded", "en", "es", {"files": str(file)}, lambda _line: None
    )
    asked = [
        Question(HERON, (Code("strong", ""), Code("math", "n"))),
        Question(lost, (Code("xref", "a"),)),
        Question("Never asked."),
    ]
    first, second, third = engine.draft(asked)
    assert first is not None
    assert first.text == GARZA
    assert second is not None
    assert second.text == ""
    assert third is None
